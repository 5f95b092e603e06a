"""What is written is what is there: README, dictionary, and no address of anybody's machine."""

import re
import subprocess

import pytest
import sqlalchemy as sa

from pipelines.publish.docs import documents, with_settings
from pipelines.settings import HOME, Settings


@pytest.mark.full
def test_what_is_made_is_current(samples_engine: sa.Engine) -> None:
    """Dictionary, settings, and every example of the cookbook as the samples answer it."""
    stale = [path.name for path, text in documents(samples_engine).items() if path.read_text("utf-8") != text]
    assert stale == [], "run `make docs`"


@pytest.mark.full
def test_the_tutorial_runs_and_shows_what_it_says(
    samples: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Executed from connection to chart; every table in it is what the samples answer today."""
    import nbformat
    from nbclient import NotebookClient

    for name, value in samples.items():
        monkeypatch.setenv(name, value)
    kept = nbformat.read(HOME / "docs" / "tutorial.ipynb", as_version=4)
    made = nbformat.read(HOME / "docs" / "tutorial.ipynb", as_version=4)
    NotebookClient(
        made, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(HOME)}}
    ).execute()

    def told(book: nbformat.NotebookNode) -> list[str]:
        return [
            o["data"]["text/plain"] for cell in book.cells for o in cell.get("outputs", []) if "data" in o
        ]

    assert told(made) == told(kept)
    assert len(told(made)) == 6
    assert made.cells[-2].outputs[0]["data"]["image/png"].startswith("iVBOR"), "a picture"


def test_the_readmes_table_of_settings_is_current() -> None:
    readme = (HOME / "README.md").read_text("utf-8")
    assert with_settings(readme) == readme, "run `make docs`"
    assert all(name.upper() in readme for name in Settings.model_fields)


def test_every_make_target_and_command_of_the_readme_exists() -> None:
    readme, makefile = (HOME / "README.md").read_text("utf-8"), (HOME / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"\bmake ([a-z-]+)", readme))
    assert targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    from miners.cli.main import main

    commands = set(re.findall(r"miners ([a-z]+)\b", readme)) - {"are", "disclose", "turn"}
    assert commands <= set(main.commands), commands - set(main.commands)


def test_no_path_of_a_machine_stands_in_the_project() -> None:
    files = subprocess.run(
        ["git", "ls-files"], capture_output=True, text=True, cwd=HOME, check=True
    ).stdout.split("\n")
    pattern = re.compile(r"(^|[^\w.])/(work|root|home)/\w", re.MULTILINE)
    found = [
        f
        for f in files
        if f
        and f != "uv.lock"
        and (HOME / f).is_file()
        and pattern.search((HOME / f).read_text("utf-8", "ignore"))
    ]
    assert found == []
