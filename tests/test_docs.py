"""What is written is what is there: README, dictionary, and no address of anybody's machine."""

import re
import subprocess

from pipelines.publish.docs import data_dictionary, with_settings
from pipelines.settings import HOME, Settings


def test_the_data_dictionary_is_current() -> None:
    assert (HOME / "docs" / "data_dictionary.md").read_text("utf-8") == data_dictionary(), "run `make docs`"


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
    from pipelines.cli import main

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
