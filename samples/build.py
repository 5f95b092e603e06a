"""Make samples/edgar from figures.yaml, releases.yaml and months.yaml, and samples/news from its articles: filings in EDGAR's tree and
pages with their feeds, written by us around real figures.

Run it after a change of any: `python samples/build.py [FOLDER]`. The same input gives the same bytes.
"""

import json
import shutil
import sys
from datetime import date, timedelta
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
import monthly  # noqa: E402 -- modules beside this script
import news_pages  # noqa: E402
import releases  # noqa: E402

AXES = {
    "p": {"us-gaap": "srt:ProductOrServiceAxis", "ifrs": "ifrs-full:ProductsAndServicesAxis"},
    "s": {"us-gaap": "us-gaap:StatementBusinessSegmentsAxis", "ifrs": "ifrs-full:SegmentsAxis"},
    "c": {"us-gaap": "srt:ConsolidationItemsAxis", "ifrs": "ifrs-full:SegmentConsolidationItemsAxis"},
    "r": {"us-gaap": "us-gaap:RelatedAndNonrelatedPartyStatusAxis", "ifrs": "ifrs-full:RelatedPartiesAxis"},
    "b": {"us-gaap": "us-gaap:BusinessAcquisitionAxis", "ifrs": "ifrs-full:BusinessCombinationsAxis"},
}
NAMESPACES = (
    'xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" '
    'xmlns:ixt="http://www.xbrl.org/inlineXBRL/transformation/2020-02-12" '
    'xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:xbrldi="http://xbrl.org/2006/xbrldi" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:iso4217="http://www.xbrl.org/2003/iso4217" '
    'xmlns:dei="http://xbrl.sec.gov/dei/2024" xmlns:us-gaap="http://fasb.org/us-gaap/2024" '
    'xmlns:srt="http://fasb.org/srt/2024" xmlns:ifrs-full="https://xbrl.ifrs.org/taxonomy/2024-03-27/ifrs-full"'
)
# The company whose figures can be compared with a page of company facts.
SECOND_SIDE = "CORZ"
WORDS = {3: "Three Months", 6: "Six Months", 9: "Nine Months", 12: "Year"}


def span(text: str) -> tuple[date, date]:
    """`2024-01-01..2024-03-31` as two days."""
    start, _, end = text.partition("..")
    return date.fromisoformat(start), date.fromisoformat(end)


def heading(text: str) -> str:
    """The heading of a column as a filing writes it."""
    start, end = span(text)
    months = round((end - start).days / 30.4)
    return f"{WORDS.get(months, f'{months} Months')} Ended {end:%B} {end.day}, {end.year}"


class Page:
    """One filing's primary document while it is put together."""

    def __init__(self, company: dict[str, Any], filing: dict[str, Any]) -> None:
        self.company, self.filing = company, filing
        self.contexts: dict[tuple[str, tuple[tuple[str, str], ...]], str] = {}
        self.facts = 0
        self.body: list[str] = []

    def context(self, period: str, members: dict[str, str]) -> str:
        kind = "ifrs" if self.company.get("ifrs") else "us-gaap"
        named = tuple(
            sorted(
                (AXES[axis][kind], member if ":" in member else f"{self.company['prefix']}:{member}")
                for axis, member in members.items()
            )
        )
        return self.contexts.setdefault((period, named), f"c{len(self.contexts) + 1}")

    def number(self, concept: str, period: str, members: dict[str, str], value: Any) -> str:
        self.facts += 1
        context, scale = self.context(period, members), self.filing["scale"]
        common = f'name="{concept}" contextRef="{context}" unitRef="usd" id="f{self.facts}"'
        if value == "nil":
            return f'<ix:nonFraction {common} xsi:nil="true"></ix:nonFraction>'
        decimals = {6: -5, 3: -3, 0: 0}[scale]
        if value == "-":
            return f'<ix:nonFraction {common} decimals="{decimals}" scale="{scale}" format="ixt:fixed-zero">—</ix:nonFraction>'
        number = Decimal(str(value))
        shown = f"{abs(number):,.1f}" if scale == 6 else f"{abs(number):,f}"
        sign = ' sign="-"' if number < 0 else ""
        fact = f'<ix:nonFraction {common} decimals="{decimals}" scale="{scale}" format="ixt:num-dot-decimal"{sign}>{shown}</ix:nonFraction>'
        return f"({fact})" if number < 0 else fact

    def table(self, title: str, part: dict[str, Any], after: list[tuple[str, str]]) -> None:
        unit = {6: "in millions", 3: "in thousands", 0: "in US dollars"}[self.filing["scale"]]
        columns = part["columns"]
        rows = [
            "<tr><td></td>" + "".join(f'<td colspan="2">{escape(heading(c))}</td>' for c in columns) + "</tr>"
        ]
        for label, concept, members, *values in part["rows"]:
            cells = "".join(
                f"<td>$</td><td>{self.number(concept, column, members, value)}</td>"
                for column, value in zip(columns, values, strict=True)
            )
            rows.append(f"<tr><td>{escape(label)}</td>{cells}</tr>")
        for label, concept in after:
            cells = "".join(
                f"<td></td><td>{self.number(concept, column, {}, 'nil')}</td>" for column in columns
            )
            rows.append(f"<tr><td>{escape(label)}</td>{cells}</tr>")
        self.body.append(f"<h2>{escape(title)}</h2><p>({unit})</p><table>{''.join(rows)}</table>")

    def render(self) -> str:
        company, filing = self.company, self.filing
        year = f"{date.fromisoformat(str(filing['until'])) - timedelta(days=364)}..{filing['until']}"
        cover = self.context(year, {})
        dei = {
            "DocumentType": filing["form"],
            "EntityRegistrantName": company["name"],
            "EntityCentralIndexKey": f"{company['cik']:010d}",
            "TradingSymbol": company["ticker"],
            "DocumentPeriodEndDate": str(filing["until"]),
            "AmendmentFlag": "false",
            "CurrentFiscalYearEndDate": f"--{company['fiscal_year_end'][:2]}-{company['fiscal_year_end'][2:]}",
        }
        hidden = "".join(
            f'<ix:nonNumeric name="dei:{name}" contextRef="{cover}" id="d{i}">{escape(value)}</ix:nonNumeric>'
            for i, (name, value) in enumerate(dei.items(), 1)
        )
        contexts = "".join(self._context(*key, name) for key, name in self.contexts.items())
        own = f'xmlns:{company["prefix"]}="http://sample.invalid/{company["prefix"]}/{str(filing["until"]).replace("-", "")}"'
        resources = (
            f"<ix:header><ix:hidden>{hidden}</ix:hidden><ix:references></ix:references><ix:resources>{contexts}"
            '<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit></ix:resources></ix:header>'
        )
        title = f"{company['name']} {filing['form']} {filing['until']} (sample)"
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<html {NAMESPACES} {own}>\n<head><title>{escape(title)}</title>'
            '<meta http-equiv="Content-Type" content="text/html"/></head>\n<body>\n'
            f'<div style="display:none">{resources}</div>\n<h1>{escape(title)}</h1>\n'
            "<p>A sample: real figures, retyped, in a document that is not the company's. The filing itself is at the SEC.</p>\n"
            + (f"<p>{escape(company['note'])}</p>\n" if "note" in company else "")
            + "\n".join(self.body)
            + "\n</body>\n</html>\n"
        )

    def _context(self, period: str, members: tuple[tuple[str, str], ...], name: str) -> str:
        start, end = span(period)
        segment = "".join(
            f'<xbrldi:explicitMember dimension="{axis}">{member}</xbrldi:explicitMember>'
            for axis, member in members
        )
        return (
            f'<xbrli:context id="{name}"><xbrli:entity><xbrli:identifier scheme="http://www.sec.gov/CIK">{self.company["cik"]:010d}'
            f"</xbrli:identifier>{f'<xbrli:segment>{segment}</xbrli:segment>' if segment else ''}</xbrli:entity>"
            f"<xbrli:period><xbrli:startDate>{start}</xbrli:startDate><xbrli:endDate>{end}</xbrli:endDate></xbrli:period></xbrli:context>"
        )


INCOME = {
    False: [("Net income (loss)", "us-gaap:NetIncomeLoss")],
    True: [("Profit (loss)", "ifrs-full:ProfitLoss")],
}
CASH = [("Net cash from operating activities", "us-gaap:NetCashProvidedByUsedInOperatingActivities")]


def document(company: dict[str, Any], filing: dict[str, Any]) -> str:
    """The primary document of one filing: statement of operations, notes, cash flows, as far as figures are given."""
    page = Page(company, filing)
    until = filing["until"]
    parts = {
        name: {str(k): v for k, v in (company.get(name) or {}).items()}.get(str(until))
        for name in ("statements", "notes", "cash_flows")
    }
    if parts["statements"]:
        page.table(
            "Statements of operations (excerpt)", parts["statements"], INCOME[bool(company.get("ifrs"))]
        )
    if parts["notes"]:
        page.table(parts["notes"]["title"], parts["notes"], [])
    if parts["cash_flows"]:
        page.table("Statements of cash flows (excerpt)", parts["cash_flows"], CASH)
    return page.render()


def index_page(accession: str, form: str, folder: str, listed: list[tuple[str, str, int]]) -> str:
    """The filing's index page: name, type and size of its documents."""
    cell = '<td scope="row">'
    rows = "".join(
        f'<tr>{cell}{number}</td>{cell}{kind}</td>{cell}<a href="/ix?doc=/{folder}/{name}">{name}</a></td>{cell}{kind}</td>{cell}{size}</td></tr>'
        for number, (name, kind, size) in enumerate(listed, 1)
    )
    return (
        f"<!DOCTYPE html><html><head><title>EDGAR Filing Documents for {accession}</title></head><body>"
        f'<div id="formDiv"><strong>Form {form}</strong></div><table class="tableFile" summary="Document Format Files">'
        f"<tr><th>Seq</th><th>Description</th><th>Document</th><th>Type</th><th>Size</th></tr>{rows}</table></body></html>\n"
    )


def write_filing(
    target: Path, cik: int, accession: str, form: str, listed: list[tuple[str, str, str]]
) -> int:
    """Write one filing's documents (name, type, content) and its index page; the size of the first."""
    path = f"Archives/edgar/data/{cik}/{accession.replace('-', '')}"
    folder = target / "www.sec.gov" / path
    folder.mkdir(parents=True)
    sizes = []
    for name, kind, content in listed:
        (folder / name).write_bytes(content.encode())
        sizes.append((name, kind, len(content.encode())))
    (folder / f"{accession}-index.htm").write_text(index_page(accession, form, path, sizes), "utf-8")
    return sizes[0][2]


def release_rows(target: Path, company: dict[str, Any]) -> list[dict[str, Any]]:
    """Write a company's releases; their rows of its submissions."""
    rows = []
    for spec in company["releases"]:
        form = spec.get("form", "8-K")
        stem = spec.get("name") or f"{company['ticker'].lower()}-{str(spec['filed']).replace('-', '')}"
        listed = releases.documents(spec, stem)
        size = write_filing(target, company["cik"], spec["accession"], form, listed)
        rows.append(
            {
                "accessionNumber": spec["accession"],
                "filingDate": str(spec["filed"]),
                "reportDate": str(spec["filed"]),
                "acceptanceDateTime": f"{spec['filed']}T08:00:00.000Z",
                "form": form,
                "items": spec.get("items", ""),
                "size": size,
                "isXBRL": 0,
                "isInlineXBRL": 0,
                "primaryDocument": listed[0][0],
                "primaryDocDescription": form,
            }
        )
    return rows


def month_rows(target: Path, company: dict[str, Any]) -> list[dict[str, Any]]:
    """Write a company's monthly updates; their rows of its submissions."""
    updates = [monthly.release(company, row) for row in company["months"]]
    return release_rows(target, company | {"releases": updates})


def submissions(company: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The company's submissions JSON: columns, newest first."""
    ordered = sorted(rows, key=lambda r: (r["filingDate"], r["accessionNumber"]), reverse=True)
    columns = {key: [row[key] for row in ordered] for key in ordered[0]}
    return {
        "cik": f"{company['cik']:010d}",
        "entityType": "operating",
        "name": company["name"],
        "tickers": [company["ticker"]],
        "fiscalYearEnd": company["fiscal_year_end"],
        "formerNames": [],
        "filings": {"recent": columns, "files": []},
    }


def build(target: Path) -> int:
    """Write the whole tree; returns how many filings."""
    shutil.rmtree(target, ignore_errors=True)
    companies: dict[str, dict[str, Any]] = {}
    rows: dict[str, list[dict[str, Any]]] = {}
    writers = {"figures.yaml": report_rows, "releases.yaml": release_rows, "months.yaml": month_rows}
    for source, write in writers.items():
        for ticker, company in yaml.safe_load((HERE / source).read_text("utf-8")).items():
            company["ticker"] = ticker
            companies.setdefault(ticker, company)
            rows.setdefault(ticker, []).extend(write(target, company))
    for ticker, company in companies.items():
        page = target / "data.sec.gov" / "submissions" / f"CIK{company['cik']:010d}.json"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(json.dumps(submissions(company, rows[ticker]), indent=1) + "\n", "utf-8")
    core = companies[SECOND_SIDE]
    facts = target / "data.sec.gov" / "api" / "xbrl" / "companyfacts" / f"CIK{core['cik']:010d}.json"
    facts.parent.mkdir(parents=True)
    facts.write_text(json.dumps(company_facts(core), indent=1) + "\n", "utf-8")
    return sum(map(len, rows.values()))


def company_facts(company: dict[str, Any]) -> dict[str, Any]:
    """A company's page of company facts: what its statements have under standard concepts, without members."""
    concepts: dict[str, list[dict[str, Any]]] = {}
    for filing in company["filings"]:
        part = {str(k): v for k, v in company["statements"].items()}.get(str(filing["until"]))
        for _, concept, members, *values in part["rows"] if part else ():
            taxonomy, _, name = concept.partition(":")
            for column, value in zip(part["columns"], values, strict=True):
                if taxonomy == "us-gaap" and not members and value not in ("-", "nil"):
                    start, end = span(column)
                    fact = {
                        "start": str(start),
                        "end": str(end),
                        "val": int(Decimal(str(value)).scaleb(filing["scale"])),
                    }
                    fact |= {
                        "accn": filing["accession"],
                        "form": filing["form"],
                        "filed": str(filing["filed"]),
                    }
                    concepts.setdefault(name, []).append(fact)
    facts = {name: {"label": name, "units": {"USD": rows}} for name, rows in concepts.items()}
    return {"cik": company["cik"], "entityName": company["name"], "facts": {"us-gaap": facts}}


def report_rows(target: Path, company: dict[str, Any]) -> list[dict[str, Any]]:
    """Write a company's tagged reports; their rows of its submissions."""
    rows = []
    for filing in company["filings"]:
        name = f"{company['prefix']}-{str(filing['until']).replace('-', '')}.htm"
        size = write_filing(
            target,
            company["cik"],
            filing["accession"],
            filing["form"],
            [(name, filing["form"], document(company, filing))],
        )
        rows.append(
            {
                "accessionNumber": filing["accession"],
                "filingDate": str(filing["filed"]),
                "reportDate": str(filing["until"]),
                "acceptanceDateTime": f"{filing['filed']}T{filing['accepted']}.000Z",
                "form": filing["form"],
                "items": "",
                "size": size,
                "isXBRL": 1,
                "isInlineXBRL": 1,
                "primaryDocument": name,
                "primaryDocDescription": filing["form"],
            }
        )
    return rows


if __name__ == "__main__":
    print(build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "edgar"), "filings")
    if len(sys.argv) <= 1:
        print(news_pages.build(HERE / "news"), "articles")
