"""The committed samples are those of samples/build.py."""

from pathlib import Path
from typing import Any

from pipelines.settings import HOME


def test_samples_equal_generated_files(samples_builder: Any, tmp_path: Path) -> None:
    assert samples_builder.build(tmp_path / "edgar") == 237
    made = {
        p.relative_to(tmp_path / "edgar"): p.read_bytes()
        for p in (tmp_path / "edgar").rglob("*")
        if p.is_file()
    }
    kept = {
        p.relative_to(HOME / "samples" / "edgar"): p.read_bytes()
        for p in (HOME / "samples" / "edgar").rglob("*")
        if p.is_file()
    }
    assert made == kept
    assert sum(map(len, kept.values())) < 2_000_000
