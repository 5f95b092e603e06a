"""The SEC's bulk files, made from filings: the same shape, the same roundings."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from pipelines.extract.edgar import REPORTS
from pipelines.parse.xbrl.facts import Fact, FactTable
from pipelines.parse.xbrl.inline import read_facts
from pipelines.settings import HOME

SAMPLES = HOME / "samples" / "edgar"
SUB = ("adsh", "cik", "name", "form", "period", "filed", "instance")
NUM = (
    "adsh",
    "tag",
    "version",
    "ddate",
    "qtrs",
    "uom",
    "dimh",
    "iprx",
    "value",
    "coreg",
    "durp",
    "datp",
    "dcml",
)
TXT = ("adsh", "tag", "version", "ddate", "qtrs", "iprx", "dcml", "durp", "datp", "dimh", "coreg", "value")
DIM = ("dimhash", "segments", "segt")
_TRUNCATED = (("Statement", 1), ("Axis", -1), ("Member", -1), ("Domain", -1))


def shortened(name: str) -> str:
    """A name as the data sets write it: without Statement, Axis, Member and Domain."""
    for part, place in _TRUNCATED:
        name = name.removeprefix(part) if place == 1 else name.removesuffix(part)
    return name


def _month_end(day: date) -> date:
    """The month's end nearest to a day."""
    ends = [day.replace(day=1) - timedelta(days=1)]
    ends.append((day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1))
    return min(ends, key=lambda end: abs((end - day).days))


def _period(fact: Fact) -> dict[str, str]:
    assert fact.end is not None
    near = _month_end(fact.end)
    days = (fact.end - fact.start).days + 1 if fact.start else 0
    quarters = round(days / 91.25)
    rest = days / 91.25 - quarters
    return {
        "ddate": f"{near:%Y%m%d}",
        "qtrs": str(quarters),
        "durp": f"{rest:.6f}" if abs(rest) * 91.25 >= 3 else "0.0",
        "datp": f"{(fact.end - near).days / near.day:.6f}",
    }


def _version(fact: Fact, adsh: str) -> str:
    taxonomy = "ifrs" if fact.concept.taxonomy == "ifrs-full" else fact.concept.taxonomy
    return f"{taxonomy}/2024" if taxonomy in ("us-gaap", "srt", "dei", "ifrs") else adsh


def data_set(path: Path, filings: Sequence[tuple[dict[str, str], Iterable[Fact]]]) -> None:
    """Write a data set (`…_notes.zip`) of filings: their `sub` row and facts."""
    tables: dict[str, list[tuple[str, ...]]] = {"sub": [SUB], "num": [NUM], "txt": [TXT], "dim": [DIM]}
    dims: dict[str, str] = {}
    for sub, facts in filings:
        tables["sub"].append(tuple(sub.get(name, "") for name in SUB))
        for fact in facts:
            if fact.end is None or fact.nil or (fact.numeric and fact.value is None):
                continue
            text = "".join(
                sorted(
                    f"{shortened(a.local)}={shortened(getattr(m, 'local', str(m)))};"
                    for a, m in fact.dimensions
                )
            )
            key = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() if text else "0x00000000"
            dims[key] = text
            row = {
                "adsh": sub["adsh"],
                "tag": fact.concept.local,
                "version": _version(fact, sub["adsh"]),
                "uom": fact.unit or "",
                "dimh": key,
                "iprx": "0",
                "value": f"{fact.value:f}"
                if fact.numeric
                else fact.text.replace("\t", " ").replace("\n", " "),
                "dcml": "32767" if fact.decimals in (None, "INF") else str(fact.decimals),
                **_period(fact),
            }
            name, heads = ("num", NUM) if fact.numeric else ("txt", TXT)
            tables[name].append(tuple(row.get(head, "") for head in heads))
    tables["dim"] += [(key, text, "0") for key, text in dims.items()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, rows in tables.items():
            out.writestr(f"{name}.tsv", "".join("\t".join(row) + "\n" for row in rows))


def pages(folder: Path, mirror: Path) -> None:
    """Write `submissions.zip` and `companyfacts.zip` from a mirror of data.sec.gov."""
    for name, at in (("submissions.zip", "submissions"), ("companyfacts.zip", "api/xbrl/companyfacts")):
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as out:
            for page in sorted((mirror / "data.sec.gov" / at).glob("CIK*.json")):
                out.writestr(page.name, json.dumps(json.loads(page.read_text("utf-8"))))


def _reports(cik: str) -> Iterator[tuple[dict[str, str], FactTable]]:
    """The sub row and the facts of each tagged report of the samples."""
    recent = json.loads((SAMPLES / f"data.sec.gov/submissions/CIK{cik}.json").read_text())["filings"][
        "recent"
    ]
    rows = zip(
        *(recent[name] for name in ("accessionNumber", "form", "filingDate", "primaryDocument")), strict=True
    )
    for accession, form, filed, name in rows:
        path = SAMPLES / f"www.sec.gov/Archives/edgar/data/{int(cik)}/{accession.replace('-', '')}/{name}"
        if form.removesuffix("/A") not in REPORTS or not path.exists():
            continue
        sub = {"adsh": accession, "cik": str(int(cik)), "form": form, "filed": filed.replace("-", "")}
        yield {**sub, "instance": name.replace(".htm", "_htm.xml")}, read_facts(path.read_bytes())


def samples_as_bulk(folder: Path) -> Path:
    """A folder of bulk files with the reports of the samples."""
    folder.mkdir()
    pages(folder, SAMPLES)
    submissions = sorted((SAMPLES / "data.sec.gov/submissions").glob("CIK*.json"))
    ciks = [path.stem.removeprefix("CIK") for path in submissions]
    data_set(folder / "2024q1_notes.zip", [filing for cik in ciks for filing in _reports(cik)])
    return folder
