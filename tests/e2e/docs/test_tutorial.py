"""The tutorial notebook, executed on the samples."""

import pytest

from pipelines.settings import HOME


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
