"""Facts and number formats equal Arelle's."""

import csv
import io
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.parse.xbrl.inline import read_facts
from pipelines.parse.xbrl.transforms import number_words

ARELLE = """
import csv, sys
from arelle import Cntlr
controller = Cntlr.Cntlr(logFileName="logToBuffer", uiLang="en")
controller.webCache.workOffline = True
model = controller.modelManager.load(sys.argv[1])
out = csv.writer(sys.stdout)
for f in model.facts:
    if f.isNumeric or f.unitID is not None:
        c = f.context
        dims = ";".join(sorted(f"{d.dimensionQname}={d.memberQname if d.isExplicit else d.typedMember.stringValue}" for d in c.qnameDims.values()))
        unit = "/".join("*".join(m.localName for m in part) for part in f.unit.measures if part)
        from datetime import timedelta
        start = "" if c.isInstantPeriod else c.startDatetime.date().isoformat()
        end = (c.endDatetime - timedelta(days=1)).date().isoformat()
        out.writerow([f.id or "", str(f.qname), "" if f.isNil else f.value, unit, start, end, dims, int(f.isNil)])
"""


@pytest.mark.parametrize(
    "name",
    [
        "1710350/999999999925000002/btbt-20241231.htm",
        "1710350/999999999925000003/btbt-20250630.htm",
        "827876/999999999924000001/clsk-20240331.htm",
        "827876/999999999925000001/clsk-20241231.htm",
        "1507605/999999999924000002/mara-20241204.htm",
    ],
)
def test_facts_equal_arelle(shared_edgar: Path, name: str) -> None:
    pytest.importorskip("arelle")
    path = shared_edgar / "www.sec.gov" / "Archives" / "edgar" / "data" / name
    done = subprocess.run(
        [sys.executable, "-c", ARELLE, str(path)], capture_output=True, text=True, check=True, timeout=180
    )
    # Arelle does not ship the SEC's own registry: numbers in words ("no", "two") come without a value there.
    rows = [
        [None if cell == "(ixTransformValueError)" else cell for cell in row]
        for row in csv.reader(io.StringIO(done.stdout))
    ]
    untold = {row[0] for row in rows if row[2] is None}
    theirs = Counter(
        (
            fid,
            concept,
            None if nil == "1" or value is None else Decimal(value),
            unit,
            start,
            end,
            dims,
            nil == "1",
        )
        for fid, concept, value, unit, start, end, dims, nil in rows
    )
    facts = [f for f in read_facts(path.read_bytes()) if f.numeric]
    ours = Counter(
        (
            f.fact_id,
            str(f.concept),
            None if f.fact_id in untold else f.value,
            f.unit,
            str(f.start or ""),
            str(f.end),
            f.dimensions_text(),
            f.nil,
        )
        for f in facts
    )
    assert ours == theirs
    words = [f for f in facts if f.fact_id in untold]
    assert len(words) <= 12
    # CleanSpark writes "eleven" facilities with scale 1: as filed, that is 110.
    powers = {Decimal(10) ** n for n in range(4)}
    assert [
        (f.value, f.text) for f in words if f.value and f.value / number_words(f.text) not in powers
    ] == []
    assert [f.text for f in words if any(c.isdigit() for c in f.text)] == []
    assert sum(ours.values()) > 800 or "mara" in name
