"""The audit of figures, links and arithmetic finds nothing wrong in the samples and in real filings."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pipelines.extract.archive import Archive
from pipelines.settings import HOME
from tests.audit import Documents, audit_warehouse, report, states

# Sources, as docs/evaluation.md calls them.
_NAMES = {
    "samples": "samples",
    "edgar": "real filings, first folder",
    "edgar-2": "real filings, second folder",
}


def test_every_mart_row_is_what_its_document_states(
    source: str, warehouse: sa.Engine, data_folder: Path, record_property: Any
) -> None:
    audit, findings = audit_warehouse(warehouse, Archive(str(data_folder / "archive")))
    record_property("report", f"audit of {source}\n{report(audit, findings)}")
    assert audit.checked["figures against their cells"] > 50
    if audit.faults:
        pytest.fail("\n".join(audit.faults[:50]), pytrace=False)
    counts = [audit.checked[name] for name in ("figures against their cells", "links have their place")]
    computed = audit.checked.total() - sum(counts) - audit.checked["links open"]
    row = " | ".join(map(str, (_NAMES[source], *counts, computed, 0)))
    assert f"| {row} |" in (HOME / "docs" / "evaluation.md").read_text("utf-8")


PAGE = b"""<html><body><p>It sold 475 bitcoin for $38.8 million.</p>
<table><tr><td></td><td>April</td><td>March</td></tr><tr><td>Bitcoin Produced</td><td>463</td><td>533</td></tr>
<tr><td>Bitcoin Sold</td><td>475</td><td>400</td></tr></table>
<p><ix:nonfraction id="f1" scale="3" sign="-">1,234</ix:nonfraction></p></body></html>"""


@pytest.mark.parametrize(
    ("locator", "label", "right", "wrong"),
    [
        ("f1", "Revenue", "-1234000", "1234"),
        ('table 1, row 1 "Bitcoin Produced", column 1 "April"', "Bitcoin Produced", "463", "475"),
        ('table 1, row 1 "Bitcoin Produced", column 2 "March"', "Bitcoin Produced", "533", "463"),
        ("text 0-41", "It sold 475 bitcoin for $38.8 million.", "38800000", "38.7"),
        ("f2", "Revenue", None, "1234000"),
    ],
)
def test_audit_finds_a_wrong_figure(
    tmp_path: Path, locator: str, label: str, right: str | None, wrong: str
) -> None:
    archive = Archive(str(tmp_path))
    url = "https://www.sec.gov/a.htm"
    archive.put(url, PAGE)
    documents = Documents(archive)
    assert states(documents, url, locator, label, Decimal(wrong), "USD")
    if right is not None:
        assert states(documents, url, locator, label, Decimal(right), "USD") == ""
