"""Generated documentation: data dictionary, settings and cookbook examples."""

import re
from pathlib import Path

import sqlalchemy as sa

from pipelines.publish.dictionary import data_dictionary, examples_of
from pipelines.query.cookbook import query_files, with_example
from pipelines.settings import HOME, Settings

BEGIN, END = "<!-- settings: made by `make docs` -->", "<!-- /settings -->"
SETTINGS_PAGE = Path("docs/settings.md")


def settings_table() -> str:
    """Markdown table of every setting with its default and meaning."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        meaning = str(field.description).replace("|", r"\|")
        lines.append(f"| `{name.upper()}` | {default} | {meaning} |")
    return "\n".join(lines)


def with_settings(page: str) -> str:
    """Replace the settings table between the two markers of a page."""
    return re.sub(
        rf"{re.escape(BEGIN)}.*?{re.escape(END)}",
        lambda _: f"{BEGIN}\n{settings_table()}\n{END}",
        page,
        flags=re.DOTALL,
    )


def documents(engine: sa.Engine, folder: Path = HOME) -> dict[Path, str]:
    """Current text of every generated document by path."""
    settings = folder / SETTINGS_PAGE
    return {
        folder / "docs" / "data_dictionary.md": data_dictionary(examples_of(engine)),
        settings: with_settings(settings.read_text("utf-8")),
        **{path: with_example(engine, path) for path in query_files()},
    }


def main() -> None:
    """Write all generated documents from the configured warehouse."""
    from pipelines.settings import load_settings
    from pipelines.warehouse.engine import connect_engine

    for path, text in documents(connect_engine(load_settings())).items():
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
