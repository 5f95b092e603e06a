"""README and documentation: generated parts are current, and every command, target and link in them works."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from miners.cli.main import main
from pipelines.publish.docs import SETTINGS_PAGE, documents, with_settings
from pipelines.settings import HOME, Settings
from tests.command_line import miners

PAGES = sorted(
    str(page.relative_to(HOME)) for folder in (HOME, HOME / "docs") for page in folder.glob("*.md")
)
_SHELL_BLOCK = re.compile(r"^```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
_ENVIRONMENT = re.compile(r"[A-Z_]+=")


def miners_commands(page: str) -> list[list[str]]:
    """Arguments of every `miners` command in the shell blocks of a page."""
    blocks = [block[1] for block in _SHELL_BLOCK.finditer((HOME / page).read_text("utf-8"))]
    lines = [shlex.split(line, comments=True) for block in blocks for line in block.splitlines()]
    words = [[word for word in line if not _ENVIRONMENT.match(word)] for line in lines]
    return [line[1:] for line in words if line and line[0].endswith("miners")]


def examples(page: str) -> list[tuple[list[str], str]]:
    """Commands of a page whose expected output follows in a `text` block."""
    blocks = _SHELL_BLOCK.finditer((HOME / page).read_text("utf-8"))
    return [(shlex.split(block[1])[1:], block[2]) for block in blocks if block[2]]


COMMANDS = [
    pytest.param(c, id=f"{page}: {' '.join(c)[:40]}") for page in PAGES for c in miners_commands(page)
]
EXAMPLES = [pytest.param(*e, id=f"{page}: {' '.join(e[0])[:40]}") for page in PAGES for e in examples(page)]


@pytest.mark.full
def test_generated_documents_are_current(samples_engine: sa.Engine) -> None:
    """Data dictionary, settings table and cookbook examples match the samples."""
    stale = [path.name for path, text in documents(samples_engine).items() if path.read_text("utf-8") != text]
    assert stale == [], "run `make docs`"


@pytest.mark.full
def test_tutorial_outputs_are_current(samples: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Executing the notebook on the samples gives the tables and the chart it shows."""
    import nbformat
    from nbclient import NotebookClient

    for name, value in samples.items():
        monkeypatch.setenv(name, value)
    kept = nbformat.read(HOME / "docs" / "tutorial.ipynb", as_version=4)
    made = nbformat.read(HOME / "docs" / "tutorial.ipynb", as_version=4)
    NotebookClient(
        made, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(HOME)}}
    ).execute()

    def tables(book: nbformat.NotebookNode) -> list[str]:
        outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
        return [output["data"]["text/plain"] for output in outputs if "data" in output]

    assert tables(made) == tables(kept)
    assert len(tables(made)) == 6
    assert made.cells[-2].outputs[0]["data"]["image/png"].startswith("iVBOR")


def test_settings_table_is_current() -> None:
    page = (HOME / SETTINGS_PAGE).read_text("utf-8")
    assert with_settings(page) == page, "run `make docs`"
    assert all(f"`{name.upper()}`" in page for name in Settings.model_fields)


def test_env_example_lists_every_setting() -> None:
    lines = (HOME / ".env.example").read_text("utf-8").splitlines()
    names = [match[1] for line in lines if (match := re.match(r"# ?([A-Z_]+)=", line))]
    assert sorted(names) == sorted(name.upper() for name in Settings.model_fields)


@pytest.mark.parametrize("page", PAGES)
def test_make_targets_in_page_exist(page: str) -> None:
    makefile = (HOME / "Makefile").read_text("utf-8")
    code = re.findall(r"`[^`\n]+`|^```.*?^```", (HOME / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    targets = {target for block in code for target in re.findall(r"\bmake ([a-z-]+)", block)}
    missing = [t for t in targets if not re.search(rf"^{t}:", makefile, re.MULTILINE)]
    assert missing == []


@pytest.mark.parametrize("arguments", COMMANDS)
def test_command_in_page_exists(arguments: list[str]) -> None:
    """Command and options are known: `--help` parses them and exits before the command runs."""
    result = CliRunner().invoke(main, [*arguments, "--help"], prog_name="miners")
    assert result.exit_code == 0, result.output


@pytest.mark.full
@pytest.mark.parametrize(("arguments", "expected"), EXAMPLES)
def test_example_output_is_current(arguments: list[str], expected: str, samples: dict[str, str]) -> None:
    """Output on the samples begins with the printed lines; a final "…" marks an excerpt."""
    printed = [line.rstrip() for line in miners(*arguments, **samples).stdout.splitlines()]
    lines = [line.rstrip() for line in expected.splitlines()]
    if lines[-1] == "…":
        lines.pop()
        printed = printed[: len(lines)]
    assert printed == lines


def test_root_pages_link_to_existing_files() -> None:
    """Links of pages outside docs/, which `make docs-site` does not check."""
    for page in HOME.glob("*.md"):
        links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        missing = [link for link in links if not (page.parent / link).exists()]
        assert missing == [], page.name


def test_no_absolute_path_of_a_machine_is_committed() -> None:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=HOME, check=True)
    files = [Path(HOME / name) for name in listed.stdout.splitlines() if name != "uv.lock"]
    pattern = re.compile(r"(^|[^\w.])/(work|root|home)/\w", re.MULTILINE)
    found = [f.name for f in files if f.is_file() and pattern.search(f.read_text("utf-8", "ignore"))]
    assert found == []
