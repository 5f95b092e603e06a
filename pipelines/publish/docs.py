"""Generated documents: dictionary, settings and examples, by `make docs` from a warehouse of the samples."""

import re
from pathlib import Path

import sqlalchemy as sa

from pipelines.publish.dictionary import data_dictionary, examples_of
from pipelines.query.cookbook import query_files, with_example
from pipelines.settings import HOME, Settings

BEGIN, END = "<!-- settings: made by `make docs` -->", "<!-- /settings -->"


def settings_table() -> str:
    """Every setting with its default and its meaning, as a Markdown table."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        lines.append(
            f"| `{name.upper()}` | {default} | {str(field.description).replace('|', chr(92) + '|')} |"
        )
    return "\n".join(lines)


def with_settings(readme: str) -> str:
    """A README with its table of settings made anew between the two marks."""
    return re.sub(
        rf"{re.escape(BEGIN)}.*?{re.escape(END)}",
        lambda _: f"{BEGIN}\n{settings_table()}\n{END}",
        readme,
        flags=re.S,
    )


def documents(engine: sa.Engine, folder: Path = HOME) -> dict[Path, str]:
    """What each made document should be, by its path: dictionary, README, and the cookbook with its examples."""
    readme = folder / "README.md"
    return {
        folder / "docs" / "data_dictionary.md": data_dictionary(examples_of(engine)),
        readme: with_settings(readme.read_text("utf-8")),
        **{path: with_example(engine, path) for path in query_files()},
    }


def main() -> None:
    """Write them, over the warehouse that the settings name: `make docs` fills one from the samples first."""
    from pipelines.settings import load_settings
    from pipelines.warehouse.engine import connect_engine

    for path, text in documents(connect_engine(load_settings())).items():
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
