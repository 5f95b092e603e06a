"""Generated documents and printed examples match the samples."""

import os
import re
import shlex
import subprocess
import sys

import pytest
import sqlalchemy as sa

from pipelines.publish.docs import documents
from pipelines.settings import HOME
from tests.command_line import MINERS, miners

PAGES = sorted(
    str(page.relative_to(HOME)) for folder in (HOME, HOME / "docs") for page in folder.glob("*.md")
)


_SHELL_BLOCK = re.compile(r"^```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)


def examples(page: str) -> list[tuple[list[str], str]]:
    """Commands of a page whose expected output follows in a `text` block."""
    blocks = _SHELL_BLOCK.finditer((HOME / page).read_text("utf-8"))
    return [(shlex.split(block[1])[1:], block[2]) for block in blocks if block[2]]


EXAMPLES = [pytest.param(*e, id=f"{page}: {' '.join(e[0])[:40]}") for page in PAGES for e in examples(page)]


_PYTHON_BLOCK = re.compile(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SCRIPTS = _PYTHON_BLOCK.findall((HOME / "docs" / "quickstart.md").read_text("utf-8"))


@pytest.mark.parametrize(("script", "expected"), SCRIPTS, ids=["pandas", "duckdb", "assistant"])
def test_script_of_the_quickstart_prints_what_it_shows(
    script: str, expected: str, samples: dict[str, str]
) -> None:
    """Each script runs as it is printed, but for the place of the data and of the project's Python."""
    script = script.replace('"data/published', f'"{samples["MINERS_DATA_DIR"]}/published')
    # A client gives a server none of its own settings.
    script = script.replace(
        'command=".venv/bin/miners", args=["mcp"]', f"command={MINERS!r}, args=['mcp'], env={samples!r}"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=HOME,
        env={**os.environ, **samples},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip() == expected.rstrip()


def test_generated_documents_are_current(samples_engine: sa.Engine) -> None:
    """Data dictionary, settings table and cookbook examples match the samples."""
    stale = [path.name for path, text in documents(samples_engine).items() if path.read_text("utf-8") != text]
    assert stale == [], "run `make docs`"


@pytest.mark.parametrize(("arguments", "expected"), EXAMPLES)
def test_example_output_is_current(arguments: list[str], expected: str, samples: dict[str, str]) -> None:
    """Output on the samples begins with the printed lines; a final "…" marks an excerpt."""
    printed = [line.rstrip() for line in miners(*arguments, **samples).stdout.splitlines()]
    lines = [line.rstrip() for line in expected.splitlines()]
    if lines[-1] == "…":
        lines.pop()
        printed = printed[: len(lines)]
    assert printed == lines
