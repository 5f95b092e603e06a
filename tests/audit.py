"""Audit of a filled warehouse against its documents: `make audit`.

Everything is read again without the project's readers: XBRL facts by their id, table rows and sentences as plain
text, and all arithmetic in pandas. Only current figures and their inputs are checked.
"""

import html
import re
import urllib.parse
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache

import pandas as pd
import sqlalchemy as sa
from lxml import etree
from lxml import html as lxml_html

from pipelines.extract.archive import Archive

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?|\.\d+")
_SCALES = {"": 1, "thousand": 10**3, "million": 10**6, "billion": 10**9, "m": 10**6, "k": 10**3, "b": 10**9}
_WRITTEN = re.compile(r"(\d[\d,]*(?:\.\d+)?|\.\d+)\s*(thousand|million|billion|[mkb]\b)?", re.IGNORECASE)
_BEHIND = 80
# Powers of ten between a number in a cell and its figure: thousands and millions of dollars, cents, PH/s, GW, percent.
_EXPONENTS = {"USD": (0, 3, 6, -2), "c/kWh": (0, 2), "EH/s": (0, -3), "MW": (0, 3), "share": (0, -2)}
_ZERO = frozenset(("", "-", "–", "—", "nil", "none", "no"))


@dataclass
class Audit:
    """What was checked, and every fault."""

    checked: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def expect(self, what: str, holds: bool, detail: str) -> None:
        """Count a check, and note the detail if it does not hold."""
        self.checked[what] += 1
        if not holds:
            self.faults.append(f"{what}: {detail}")


@dataclass(frozen=True)
class Row:
    """A table row: its cells with their first and last column, and those of the rows above it."""

    text: str
    cells: tuple[tuple[int, int, str], ...]
    above: tuple[tuple[int, int, str], ...]

    def below(self, heading: str) -> list[str]:
        """The cells below a heading's words; if none has a number, those beside: "$" has a cell of its own."""
        columns = [(first, last) for first, last, text in self.above if _agree(text, heading)]

        def near(distance: int) -> list[str]:
            return [
                text
                for first, last, text in self.cells
                if any(first <= end + distance and last >= start - distance for start, end in columns)
            ]

        exact = near(0)
        return exact if any(re.search(r"[\d–—-]", text) for text in exact) else near(1)


def _agree(cell: str, heading: str) -> bool:
    """Whether a cell is a part of a heading, whose lines may be in several cells."""
    return bool(cell) and (cell in heading or heading in cell)


def rows_of(tree: etree._Element) -> Iterator[Row]:
    """The rows of all tables."""
    for table in tree.iter("table"):
        above: list[tuple[int, int, str]] = []
        for row in table.iter("tr"):
            cells, column = [], 0
            for cell in row.iterchildren("td", "th"):
                width = int(re.sub(r"\D", "", cell.get("colspan") or "") or 1)
                cells.append((column, column + width - 1, plain(" ".join(cell.itertext()))))
                column += width
            yield Row(plain(" ".join(row.itertext())), tuple(cells), tuple(above))
            above += cells


class Documents:
    """The archived documents of a warehouse, by URL."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    @cache  # noqa: B019 - one object for one audit
    def tree(self, url: str) -> etree._Element | None:
        sha256 = self.archive.known(url)
        if sha256 is None:
            return None
        content = self.archive.get(sha256)
        if content.lstrip()[:5] == b"<?xml" and b"<xbrl" in content[:3000].lower():
            return etree.fromstring(content)
        text = content.decode("utf-8", "replace")
        return lxml_html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))

    @cache  # noqa: B019 - one object for one audit
    def ids(self, url: str) -> dict[str, etree._Element]:
        tree = self.tree(url)
        return {} if tree is None else {e.get("id"): e for e in tree.iter() if e.get("id")}

    @cache  # noqa: B019 - one object for one audit
    def text(self, url: str) -> str:
        tree = self.tree(url)
        return "" if tree is None else plain(" ".join(tree.itertext()))

    @cache  # noqa: B019 - one object for one audit
    def rows(self, url: str) -> tuple[Row, ...]:
        tree = self.tree(url)
        return () if tree is None else tuple(rows_of(tree))


def plain(text: str) -> str:
    """Text without markup, footnotes' blanks and invisible characters, for comparison."""
    text = re.sub(r"[\u200b-\u200f\u2060\ufeff\u00ad]", "", html.unescape(text))
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ")).strip()


def fact_value(element: etree._Element) -> Decimal | None:
    """The value of an XBRL fact by its own attributes; None for numbers in words."""
    text = plain("".join(element.itertext())).strip("$ ()")
    if text.lower() in _ZERO or (element.get("format") or "").endswith(("zerodash", "fixed-zero")):
        return Decimal(0)
    try:
        value = Decimal(re.sub(r"[,\s]", "", text))
    except InvalidOperation:
        return None
    value *= Decimal(10) ** int(element.get("scale") or 0)
    return -value if element.get("sign") == "-" else value


def written(text: str) -> Iterator[Decimal]:
    """The numbers of a sentence in full: "$38.8 million" is 38,800,000."""
    for match in _WRITTEN.finditer(text):
        yield Decimal(match[1].replace(",", "")) * _SCALES[(match[2] or "").lower()]


def behind(text: str, words: str) -> Iterator[str]:
    """What follows each occurrence of some words."""
    for match in re.finditer(re.escape(words), text):
        yield text[match.end() : match.end() + _BEHIND]


def states(documents: Documents, url: str, locator: str, label: str, value: Decimal, unit: str) -> str:
    """Why a place does not state a value; empty if it does."""
    powers = [Decimal(10) ** n for n in _EXPONENTS.get(unit, (0,))]
    if locator.startswith("table "):
        return states_in_table(documents, url, locator, label, value, powers)
    if locator.startswith("text "):
        quoted = [plain(part) for part in label.split(" · ")]
        if not any(part in documents.text(url) for part in quoted):
            return f"the document has no {label[:60]!r}"
        # A bullet's label may stand apart from its number: "Bitcoin mined in September: 629".
        quoted += [after for part in quoted for after in behind(documents.text(url), part)]
        numbers = {n for part in quoted for n in written(part)}
        if abs(value) in numbers or not value:
            return ""
        # "8.4c", "Revenue (in thousands)": the unit stands elsewhere.
        return (
            ""
            if any(abs(value) == n * p for n in numbers for p in powers)
            else f"no {value:f} in {label[:80]!r}"
        )
    element = documents.ids(url).get(locator)
    if element is None:
        return f"no element {locator!r}"
    stated = fact_value(element)
    if stated is None or abs(stated) == abs(value):
        return ""
    # CleanSpark tags a count of coins in thousands: "9,952" with scale 3, though no one holds 9,952,000.
    shown = stated.scaleb(-int(element.get("scale") or 0))
    return "" if abs(shown) == abs(value) and unit == "BTC" else f"{locator} states {stated:f}, not {value:f}"


def states_in_table(
    documents: Documents, url: str, locator: str, label: str, value: Decimal, powers: Iterable[Decimal]
) -> str:
    """Why a table does not state a value in the row and below the heading of a locator; empty if it does."""
    # A sale has a row for its coins and one for its proceeds.
    names = re.findall(r'row \d+ "(.+?)"(?=, column|$| ·)', locator)
    wanted = list(map(plain, names or re.findall(r'note "(.+?)"', locator)[:1] or [label]))
    rows = [row for row in documents.rows(url) if any(name in row.text for name in wanted)]
    headings = [plain(h) for h in re.findall(r'column \d+ "(.+?)"(?=$| ·|, )', locator)]
    texts = [cell for row in rows for h in headings for cell in row.below(h)]
    if headings and rows and not texts:
        return f"row {' or '.join(wanted)!r} has no cell below {' or '.join(headings)!r}"
    texts = texts or [row.text for row in rows] or [documents.text(url)]
    found = {Decimal(m[0].replace(",", "")) for text in texts for m in _NUMBER.finditer(text)}
    if any(abs(value) == number * power for number in found for power in powers) or (
        not value and any(dash in text for text in texts for dash in "-–—")
    ):
        return ""
    return f"no {value:f} in row {' or '.join(wanted)!r} below {' or '.join(headings)!r}"


def audit_cells(audit: Audit, documents: Documents, engine: sa.Engine) -> None:
    """Every figure and every input against its place in the document."""
    query = """
        select ticker, metric, period_end, value, unit, url, locator, reported_label from marts.figures
        where locator is not null and derivation <> 'summed'
        union all
        select i.ticker, i.metric, i.period_end, i.value, m.unit, i.url, i.locator, i.reported_label
        from marts.figure_inputs as i join marts.metrics as m using (metric) where i.locator is not null
    """
    with engine.connect() as connection:
        for row in connection.execute(sa.text(query)):
            why = states(documents, row.url, row.locator, row.reported_label, row.value, row.unit)
            audit.expect(
                "figures against their cells", not why, f"{row.ticker} {row.metric} {row.period_end}: {why}"
            )


def audit_links(audit: Audit, documents: Documents, engine: sa.Engine) -> None:
    """Every link opens an archived document at a place that it has."""
    query = """
        select link from marts.figures where link is not null union select link from marts.figure_inputs
        where link is not null union select link from marts.figure_sources where link is not null
        union select link from marts.deals where link is not null and told_by = 'filing'
    """
    with engine.connect() as connection:
        for link in connection.execute(sa.text(query)).scalars():
            url, _, place = link.partition("#")
            audit.expect("links open", documents.tree(url) is not None, f"{url} is not archived")
            if place.startswith(":~:text="):
                wanted = plain(urllib.parse.unquote(place.removeprefix(":~:text=")))
                audit.expect(
                    "links have their place", wanted in documents.text(url), f"{url} has no {wanted!r}"
                )
            elif place:
                audit.expect(
                    "links have their place", place in documents.ids(url), f"{url} has no id {place!r}"
                )


def frame(engine: sa.Engine, query: str) -> pd.DataFrame:
    """The rows of a query; numbers stay exact."""
    with engine.connect() as connection:
        result = connection.execute(sa.text(query))
        return pd.DataFrame(result.all(), columns=list(result.keys()), dtype=object)


def audit_arithmetic(audit: Audit, engine: sa.Engine) -> None:
    """Differences, sums, prices, families, shares, twelve months, growth and industry sums, recomputed."""
    figures = frame(engine, "select figure_key, metric, derivation, value from marts.figures")
    inputs = frame(engine, "select figure_key, role, value from marts.figure_inputs")
    signed = inputs.assign(
        value=[-v if r == "subtrahend" else v for v, r in zip(inputs.value, inputs.role, strict=True)]
    )
    sums = signed.groupby("figure_key").value.sum().to_dict()
    for f in figures[figures.derivation.isin(["derived", "summed"])].itertuples():
        total = sums.get(f.figure_key)
        # A cash flow may state what was sold with either sign.
        right = total is not None and (total == f.value or (f.derivation == "summed" and -total == f.value))
        audit.expect("derived and summed figures", right, f"{f.metric} {f.value}: inputs give {total}")
    of_prices = inputs.set_index(["figure_key", "role"]).value.to_dict()
    for f in figures[figures.derivation == "computed"].itertuples():
        proceeds, count = of_prices.get((f.figure_key, "dividend")), of_prices.get((f.figure_key, "divisor"))
        right = proceeds and count and abs(proceeds / count - f.value) <= Decimal("0.01")
        audit.expect("computed prices", bool(right), f"{f.figure_key} {f.value}: {proceeds} / {count}")
    _audit_families(audit, engine)
    _audit_windows(audit, frame(engine, "select * from marts.quarterly"))
    _audit_industry(audit, engine)


def _audit_families(audit: Audit, engine: sa.Engine) -> None:
    segments = frame(
        engine,
        "select ticker, period_end, segment_family, revenue_usd from marts.segment_revenue where period_kind = 'quarter'",
    )
    by_family = segments.groupby(["ticker", "period_end", "segment_family"]).revenue_usd.sum().to_dict()
    quarters = frame(
        engine,
        "select ticker, period_end, mining_usd, ai_hpc_usd, other_usd from marts.quarterly where mining_usd is not null",
    )
    for q in quarters.itertuples():
        for name, stated in (("mining", q.mining_usd), ("ai_hpc", q.ai_hpc_usd), ("other", q.other_usd)):
            own = by_family.get((q.ticker, q.period_end, name), Decimal(0))
            audit.expect(
                "sums of segments",
                stated == own,
                f"{q.ticker} {q.period_end} {name}: {stated}, segments give {own}",
            )
    for p in frame(engine, "select * from marts.ai_pivot").itertuples():
        for share, part in ((p.mining_share, p.mining_usd), (p.ai_hpc_share, p.ai_hpc_usd)):
            if share is not None:
                audit.expect(
                    "shares",
                    abs(share - part / p.revenue_usd) <= Decimal("0.00005"),
                    f"{p.ticker} {p.period_end}",
                )


def _audit_windows(audit: Audit, quarters: pd.DataFrame) -> None:
    """Sums of twelve months and growth, from the rows of the four or five quarters themselves."""
    sums = {
        "revenue_ttm_usd": "revenue_usd",
        "bitcoin_produced_ttm": "bitcoin_produced",
        "bitcoin_sold_ttm": "bitcoin_sold",
        "proceeds_ttm_usd": "proceeds_usd",
    }
    for ticker, own in quarters.groupby("ticker"):
        rows = own.sort_values("period_end").to_dict("records")
        for place, row in enumerate(rows):
            for column, part in sums.items():
                last = [r[part] for r in rows[max(0, place - 3) : place + 1]]
                whole = len(last) == 4 and not any(pd.isna(v) for v in last)
                stated = row[column]
                if whole or not pd.isna(stated):
                    right = whole and not pd.isna(stated) and sum(last) == stated
                    audit.expect(
                        "sums of twelve months",
                        right,
                        f"{ticker} {row['period_end']} {column}: {stated}, {last}",
                    )
            for column, back in (("revenue_growth_quarter", 1), ("revenue_growth_year", 4)):
                before = rows[place - back]["revenue_usd"] if place >= back else None
                now, stated = row["revenue_usd"], row[column]
                if not pd.isna(stated):
                    right = (
                        before is not None
                        and not pd.isna(before)
                        and abs(now / before - 1 - stated) <= Decimal("0.0001")
                    )
                    audit.expect(
                        "growth", right, f"{ticker} {row['period_end']} {column}: {stated}, {before} to {now}"
                    )


def _audit_industry(audit: Audit, engine: sa.Engine) -> None:
    quarters = frame(engine, "select * from marts.quarterly where calendar_quarter is not null")
    parents = set(frame(engine, "select ticker from marts.companies where parent is not null").ticker)
    own = quarters[~quarters.ticker.isin(parents)]
    for row in frame(engine, "select * from marts.industry_quarter").itertuples():
        of_it = own[own.calendar_quarter == row.calendar_quarter]
        for column in ("revenue_usd", "bitcoin_produced", "bitcoin_sold", "bitcoin_held"):
            stated = getattr(row, column)
            total = sum((v for v in of_it[column] if not pd.isna(v)), Decimal(0))
            audit.expect(
                "industry sums",
                (stated or Decimal(0)) == total,
                f"{row.calendar_quarter} {column}: {stated}, companies give {total}",
            )


def audit_findings(engine: sa.Engine) -> list[str]:
    """All open findings in one line each, for a person to judge."""
    query = 'select ticker, "check", period_end, metric, detail from marts.open_findings order by 1, 3, 2'
    with engine.connect() as connection:
        return [
            " | ".join(str(part) for part in row if part is not None)
            for row in connection.execute(sa.text(query))
        ]


def audit_warehouse(engine: sa.Engine, archive: Archive) -> tuple[Audit, list[str]]:
    """Audit a warehouse and the archive of its documents; returns what was checked, and the open findings."""
    audit, documents = Audit(), Documents(archive)
    audit_cells(audit, documents, engine)
    audit_links(audit, documents, engine)
    audit_arithmetic(audit, engine)
    return audit, audit_findings(engine)


def report(audit: Audit, findings: Iterable[str]) -> str:
    """The audit as text: checks with their number, faults, findings."""
    lines = [f"{what}: {count}" for what, count in sorted(audit.checked.items())]
    lines += [f"{len(audit.faults)} faults", *(f"  {fault}" for fault in audit.faults), "open findings:"]
    return "\n".join([*lines, *(f"  {finding}" for finding in findings)])
