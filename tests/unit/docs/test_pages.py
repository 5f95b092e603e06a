"""README and documentation: generated parts are current, and every command, target and link in them works."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from miners.cli.main import main
from pipelines.publish.docs import SETTINGS_PAGE, with_settings
from pipelines.settings import HOME, Settings

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


COMMANDS = [
    pytest.param(c, id=f"{page}: {' '.join(c)[:40]}") for page in PAGES for c in miners_commands(page)
]


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


def test_root_pages_link_to_existing_files() -> None:
    """Links of pages outside docs/, which `make docs-site` does not check."""
    for page in HOME.glob("*.md"):
        links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        missing = [link for link in links if not (page.parent / link).exists()]
        assert missing == [], page.name


def test_no_absolute_path_is_committed() -> None:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=HOME, check=True)
    files = [Path(HOME / name) for name in listed.stdout.splitlines() if name != "uv.lock"]
    pattern = re.compile(r"(^|[^\w.])/(work|root|home)/\w", re.MULTILINE)
    found = [f.name for f in files if f.is_file() and pattern.search(f.read_text("utf-8", "ignore"))]
    assert found == []
