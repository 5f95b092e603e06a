"""The data dictionary and the README's table of settings, made from what the code says: `make docs`."""

import re
from pathlib import Path

from pipelines.load.schema import metadata
from pipelines.publish.marts import MARTS
from pipelines.settings import HOME, Settings

BEGIN, END = "<!-- settings: made by `make docs` -->", "<!-- /settings -->"


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def settings_table() -> str:
    """Every setting with its default and its meaning, as a Markdown table."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        lines.append(f"| `{name.upper()}` | {default} | {_cell(field.description)} |")
    return "\n".join(lines)


def data_dictionary() -> str:
    """Every mart and table with its columns, as Markdown."""
    out = [
        "# Data dictionary",
        "",
        "Made by `make docs` from `sql/views` and `pipelines/load/schema.py`.",
        "",
        "## Marts",
        "",
    ]
    for mart in MARTS:
        out += [f"### marts.{mart.name}", "", mart.description, "", "| column | meaning |", "|---|---|"]
        out += [f"| {column} | {_cell(comment)} |" for column, comment in mart.columns]
        out.append("")
    out += ["## Tables", ""]
    for table in sorted(metadata.tables.values(), key=lambda t: (str(t.schema) != "warehouse", t.fullname)):
        keys = ", ".join(column.name for column in table.primary_key.columns)
        out += [
            f"### {table.fullname}",
            "",
            f"{table.comment} Key: {keys}.",
            "",
            "| column | type | null | meaning |",
            "|---|---|---|---|",
        ]
        out += [
            f"| {c.name} | {_cell(c.type)} | {'yes' if c.nullable else ''} | {_cell(c.comment)} |"
            for c in table.columns
        ]
        out.append("")
    return "\n".join(out)


def with_settings(readme: str) -> str:
    """A README with its table of settings made anew between the two marks."""
    return re.sub(
        rf"{re.escape(BEGIN)}.*?{re.escape(END)}",
        lambda _: f"{BEGIN}\n{settings_table()}\n{END}",
        readme,
        flags=re.S,
    )


def main(folder: Path = HOME) -> None:
    """Write docs/data_dictionary.md and the README's table."""
    (folder / "docs" / "data_dictionary.md").write_text(data_dictionary(), "utf-8")
    readme = folder / "README.md"
    readme.write_text(with_settings(readme.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
