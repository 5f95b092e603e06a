"""The SEC's bulk files: submissions, company facts and data sets of facts.

A folder holds `submissions.zip` and `companyfacts.zip` (the JSON pages of data.sec.gov, one per company) and
the Financial Statement and Notes data sets (`2024q1_notes.zip`, `2024_03_notes.zip`: `sub.tsv`, `num.tsv`,
`dim.tsv`, `txt.tsv`). The facts of a filing are written as an XBRL instance, which the reader of filings
reads like any other; its address is the filing's own instance at EDGAR. Shapes: the SEC's descriptions of
the pages and of the data sets.
"""

import io
import logging
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

from lxml import etree

from pipelines.errors import BadPage, DocumentMissing, NotArchived, UsageError
from pipelines.extract.archive import Archive
from pipelines.extract.edgar import ARCHIVES, COMPANY_FACTS, SUBMISSIONS, Edgar, Filing, ListedDocument
from pipelines.extract.http import Fetcher
from pipelines.limits import iso_day

log = logging.getLogger("miners.bulk")

_PAGES = {SUBMISSIONS: "submissions.zip", COMPANY_FACTS: "companyfacts.zip"}
_DATA_SETS = "*_notes.zip"
_ACCESSION = re.compile(r"^\d{10}-\d\d-\d{6}$", re.ASCII)
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
_DAYS_OF_A_QUARTER = Decimal("91.25")
# A period within so many days of whole months has whole months: the data sets round a year's 365 or 366 days.
_NEAR_A_MONTH = 2
# Quarters of the longest period: since the inception of a company.
_LONGEST = 80
# The data sets leave out `Statement` before and `Axis` behind an axis, and its namespace.
_AXES = {
    "ProductOrService": "srt:ProductOrServiceAxis",
    "BusinessSegments": "us-gaap:StatementBusinessSegmentsAxis",
    "Subsegments": "us-gaap:SubsegmentsAxis",
    "ConsolidationItems": "srt:ConsolidationItemsAxis",
    "Geographical": "srt:StatementGeographicalAxis",
    "Scenario": "us-gaap:StatementScenarioAxis",
    "EquityComponents": "us-gaap:StatementEquityComponentsAxis",
    "ClassOfStock": "us-gaap:StatementClassOfStockAxis",
    "Segments": "ifrs-full:SegmentsAxis",
    "ProductsAndServices": "ifrs-full:ProductsAndServicesAxis",
    "SegmentConsolidationItems": "ifrs-full:SegmentConsolidationItemsAxis",
}
_LEGAL_ENTITY = "dei:LegalEntityAxis"
_EXACT = "32767"
XBRLI, XBRLDI = "http://www.xbrl.org/2003/instance", "http://xbrl.org/2006/xbrldi"
# The reader takes a taxonomy of any year for the same.
_NAMESPACES = {
    "xbrli": XBRLI,
    "xbrldi": XBRLDI,
    "iso4217": "http://www.xbrl.org/2003/iso4217",
    "us-gaap": "http://fasb.org/us-gaap/2023",
    "srt": "http://fasb.org/srt/2023",
    "dei": "http://xbrl.sec.gov/dei/2023",
    "ifrs-full": "http://xbrl.ifrs.org/taxonomy/2023/ifrs-full",
    "issuer": "urn:issuer",
}
# The prefix of each taxonomy that a row's version names; any other version is the company's own.
_PREFIXES = {"us-gaap": "us-gaap", "srt": "srt", "dei": "dei", "ifrs": "ifrs-full", "ifrs-full": "ifrs-full"}
Row = dict[str, str]


@dataclass(slots=True)
class FilingRows:
    """The rows of one filing in a data set: `sub`, the numbers, and the texts of its cover page."""

    sub: Row
    numbers: list[Row] = field(default_factory=list)
    cover: list[Row] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The address of the filing's instance, with a query: it is not the document itself."""
        adsh, name = self.sub["adsh"], self.sub.get("instance", "")
        name = name if _NAME.match(name) else f"{adsh}.xml"
        return f"{ARCHIVES}{int(self.sub['cik'])}/{adsh.replace('-', '')}/{name}?data-set"


class BulkEdgar(Edgar):
    """Answers from a folder of bulk files; a document that they do not hold is NotArchived.

    Args:
        ciks: The CIKs whose filings are taken from the data sets.
    """

    lists_all = False

    def __init__(self, folder: Path, ciks: Iterable[str], fetcher: Fetcher, archive: Archive) -> None:
        self.folder, self.ciks = folder, frozenset(cik.zfill(10) for cik in ciks)
        self.fetcher, self.archive = fetcher, archive
        self._pages = {name: _opened(folder / name) for name in _PAGES.values()}
        self._addresses: dict[str, str] | None = None

    def _page(self, url: str) -> tuple[bytes, bool]:
        start, slash, name = url.rpartition("/")
        file = _PAGES.get(start + slash)
        if file is None:
            raise NotArchived(f"{url} is in no bulk file of {self.folder.name}.")
        try:
            content = self._pages[file].read(name)
        except KeyError:
            raise DocumentMissing(f"{name} is not in {file}. Download a newer one.") from None
        except (zipfile.BadZipFile, OSError, EOFError) as error:
            raise BadPage(f"{name} in {file} is damaged: {error}. Download it again.") from error
        return content, True

    def documents(self, filing: Filing) -> list[ListedDocument]:
        """The facts of a filing as one document. Raises NotArchived if no data set has them."""
        url = self._instances().get(filing.accession)
        if url is None:
            raise NotArchived(f"No data set holds {filing.accession}.")
        described = "facts of the SEC's Financial Statement and Notes data set"
        return [ListedDocument("data-set.xml", filing.form, described, url)]

    def fetch(self, url: str, *, again: bool = False) -> bytes:
        """A document that is archived already. Raises NotArchived for any other."""
        self._instances()
        sha256 = self.archive.known(url)
        if sha256 is None:
            raise NotArchived(f"{url} is in no data set.")
        return self.archive.get(sha256)

    def _instances(self) -> dict[str, str]:
        """The address of each filing's instance, by accession number; archives them on first use."""
        if self._addresses is None:
            self._addresses = {}
            for path in sorted(self.folder.glob(_DATA_SETS)):
                for filing in read_data_set(path, self.ciks):
                    self.archive.put(filing.address, instance_of(filing))
                    self._addresses[filing.sub["adsh"]] = filing.address
        return self._addresses


def check_bulk(folder: Path) -> None:
    """Raise UsageError if a bulk file is missing in a folder or is not a ZIP file."""
    missing = [name for name in _PAGES.values() if not (folder / name).is_file()]
    data_sets = sorted(path.name for path in folder.glob(_DATA_SETS)) if folder.is_dir() else []
    missing += [] if data_sets else [f"any {_DATA_SETS}"]
    if missing:
        raise UsageError(
            f"{folder} lacks {', '.join(missing)}. Download submissions.zip, companyfacts.zip (bulk data of "
            "EDGAR) and the Financial Statement and Notes data sets from sec.gov into it."
        )
    for name in (*_PAGES.values(), *data_sets):
        if not zipfile.is_zipfile(folder / name):
            raise UsageError(f"{folder / name} is not a zip file. Download it again.")


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise UsageError(f"{path} cannot be read: {error}. Download it again.") from error


def read_data_set(path: Path, ciks: frozenset[str]) -> list[FilingRows]:
    """The rows of some registrants' filings. Large tables are read once, line by line.

    Raises:
        UsageError: The file is damaged, or has other tables.
    """
    try:
        with zipfile.ZipFile(path) as data:
            filings = {
                row["adsh"]: FilingRows(row)
                for row in _rows(data, "sub.tsv")
                if row.get("cik", "").zfill(10) in ciks and _ACCESSION.match(row["adsh"])
            }
            for row in _rows(data, "num.tsv", filings):
                filings[row["adsh"]].numbers.append(row)
            for row in _rows(data, "txt.tsv", filings):
                if row.get("version", "").startswith("dei/"):
                    filings[row["adsh"]].cover.append(row)
            used = {r.get("dimh", "") for f in filings.values() for r in (*f.numbers, *f.cover)}
            dimensions = {row["dimhash"]: row for row in _rows(data, "dim.tsv", used)}
    except (OSError, EOFError, zipfile.BadZipFile, KeyError) as error:
        raise UsageError(
            f"{path.name} is damaged or has other tables ({error}). Download it again."
        ) from error
    for filing in filings.values():
        for row in (*filing.numbers, *filing.cover):
            found = dimensions.get(row.get("dimh", ""), {})
            row["segments"], row["segt"] = found.get("segments", ""), found.get("segt", "0")
    return list(filings.values())


def _rows(data: zipfile.ZipFile, name: str, first: Iterable[str] | None = None) -> Iterator[Row]:
    """The rows of a table; only those whose first column is one of `first`."""
    wanted = None if first is None else frozenset(first)
    with data.open(name) as member, io.TextIOWrapper(member, "utf-8", errors="replace", newline="\n") as text:
        heads = text.readline().rstrip("\r\n").split("\t")
        for line in text:
            if wanted is None or line[: line.find("\t")] in wanted:
                yield dict(zip(heads, line.rstrip("\r\n").split("\t"), strict=False))


def instance_of(filing: FilingRows) -> bytes:
    """An XBRL instance of a filing's facts.

    The data sets round days to months' ends and lengths to quarters and state what they rounded away; both
    are put together again. Facts of which dimensions were cut off, and such without a period, are left out.
    """
    return _InstanceWriter(filing).write()


class _InstanceWriter:
    def __init__(self, filing: FilingRows) -> None:
        self.filing = filing
        self.cik = filing.sub["cik"].zfill(10)
        self.root = etree.Element(f"{{{XBRLI}}}xbrl", nsmap=_NAMESPACES)
        self.contexts: dict[tuple[date | None, date, tuple[tuple[str, str], ...]], str] = {}
        self.units: dict[str, str] = {}
        self.left_out = 0

    def write(self) -> bytes:
        for row in self.filing.cover:
            self._fact(row, None)
        for row in self.filing.numbers:
            if row.get("value"):
                self._fact(row, self._unit(row.get("uom", "")))
        if self.left_out:
            log.info("%s: %s facts of the data set left out", self.filing.sub["adsh"], self.left_out)
        return bytes(etree.tostring(self.root, encoding="utf-8", xml_declaration=True))

    def _fact(self, row: Row, unit: str | None) -> None:
        period = period_of(row)
        if period is None or row.get("segt") == "1":
            self.left_out += 1
            return
        prefix = _PREFIXES.get(row.get("version", "").partition("/")[0], "issuer")
        try:
            fact = etree.SubElement(self.root, f"{{{_NAMESPACES[prefix]}}}{row['tag']}")
        except (KeyError, ValueError):
            self.left_out += 1
            return
        fact.set("contextRef", self._context(*period, _dimensions(row)))
        # Its place for a reader: the row of the data set.
        where = [
            f"{prefix}:{row['tag']}",
            row["ddate"],
            f"{row.get('qtrs', '0')}q",
            row.get("segments", "").rstrip(";"),
        ]
        fact.set("id", _printable(",".join(part for part in where if part)))
        if unit is None:
            fact.text = _printable(row.get("value", ""))
            return
        fact.set("unitRef", unit)
        decimals = row.get("dcml", "")
        fact.set("decimals", "INF" if decimals in (_EXACT, "") else decimals)
        fact.text = _printable(row["value"])

    def _context(self, start: date | None, end: date, dimensions: tuple[tuple[str, str], ...]) -> str:
        key = (start, end, dimensions)
        if key not in self.contexts:
            self.contexts[key] = name = f"c{len(self.contexts)}"
            context = etree.SubElement(self.root, f"{{{XBRLI}}}context", id=name)
            entity = etree.SubElement(context, f"{{{XBRLI}}}entity")
            etree.SubElement(
                entity, f"{{{XBRLI}}}identifier", scheme="http://www.sec.gov/CIK"
            ).text = self.cik
            if dimensions:
                segment = etree.SubElement(entity, f"{{{XBRLI}}}segment")
                for axis, member in dimensions:
                    etree.SubElement(segment, f"{{{XBRLDI}}}explicitMember", dimension=axis).text = member
            period = etree.SubElement(context, f"{{{XBRLI}}}period")
            days = {"instant": end} if start is None else {"startDate": start, "endDate": end}
            for part, day in days.items():
                etree.SubElement(period, f"{{{XBRLI}}}{part}").text = day.isoformat()
        return self.contexts[key]

    def _unit(self, measures: str) -> str:
        if measures not in self.units:
            self.units[measures] = name = f"u{len(self.units)}"
            unit = etree.SubElement(self.root, f"{{{XBRLI}}}unit", id=name)
            over, _, under = measures.partition("/")
            parts: Sequence[tuple[etree._Element, str]] = [(unit, over)]
            if under:
                divide = etree.SubElement(unit, f"{{{XBRLI}}}divide")
                parts = [
                    (etree.SubElement(divide, f"{{{XBRLI}}}unitNumerator"), over),
                    (etree.SubElement(divide, f"{{{XBRLI}}}unitDenominator"), under),
                ]
            for element, measure in parts:
                prefix = "iso4217" if len(measure) == 3 and measure.isupper() else "xbrli"
                etree.SubElement(element, f"{{{XBRLI}}}measure").text = f"{prefix}:{_printable(measure)}"
        return self.units[measures]


def _dimensions(row: Row) -> tuple[tuple[str, str], ...]:
    """Axes and members with their names in an instance: `us-gaap:SubsegmentsAxis`."""
    out = []
    for part in row.get("segments", "").split(";"):
        axis, equals, member = part.partition("=")
        if equals:
            out.append((_AXES.get(axis, f"us-gaap:{axis}Axis"), f"issuer:{member}Member"))
    if row.get("coreg"):
        out.append((_LEGAL_ENTITY, f"issuer:{row['coreg']}Member"))
    return tuple(out)


def period_of(row: Row) -> tuple[date | None, date] | None:
    """The first day (None for an instant) and the last of a row; None if it has none.

    `ddate` is the month's end nearest to the last day and `datp` the share of a month between them; `qtrs` is
    the length in whole quarters and `durp` the share of a quarter that is left.
    """
    try:
        near = iso_day("-".join((row["ddate"][:4], row["ddate"][4:6], row["ddate"][6:])))
        quarters = int(row.get("qtrs") or 0)
        off, rest = Decimal(row.get("datp") or 0), Decimal(row.get("durp") or 0)
    except (KeyError, ValueError, InvalidOperation):
        return None
    if not (0 <= quarters <= _LONGEST and abs(off) <= 1 and abs(rest) <= 1):
        return None
    days_of_month = (_month_after(near) - near.replace(day=1)).days
    end = near + timedelta(days=round(off * days_of_month))
    length = round((quarters + rest) * _DAYS_OF_A_QUARTER)
    if length <= 0:
        return None, end
    start = end - timedelta(days=length - 1)
    whole = _month_after(start) if start.day > 15 else start.replace(day=1)
    return (whole if off == 0 and abs((whole - start).days) <= _NEAR_A_MONTH else start), end


def _month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable())
