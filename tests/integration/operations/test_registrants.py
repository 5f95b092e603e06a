"""A company that nobody watches: proposed from its last annual report, added by YAML alone, found by its text."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
import yaml

from pipelines.datasets import SEGMENT_REVENUE
from pipelines.errors import UsageError
from pipelines.operations.registrants import discover, propose, record_unwatched
from pipelines.operations.status import status
from pipelines.steps.services import Services
from tests.edgar_server import EdgarServer, Response
from tests.pipeline_run import query_rows, run_filings
from tests.unit.normalize.inline_document import Row, inline

ACCESSION = "0000000777-24-000001"
YEAR = "2023-09-01..2024-08-31"
PRODUCT = "srt:ProductOrServiceAxis=own:"
REV = "us-gaap:Revenues"
# BitMine's lines of business; the amounts are our own.
LINES: list[Row] = [
    ("Revenue from mining operations", f"{REV} usd {YEAR} 3,073,346 {PRODUCT}SelfMiningMember"),
    ("Staking revenue", f"{REV} usd {YEAR} 12,000 {PRODUCT}StakingMember"),
    ("Consulting", f"{REV} usd {YEAR} 200,000 {PRODUCT}ConsultingMember"),
    ("Leasing of machines", f"{REV} usd {YEAR} 110,000 {PRODUCT}MachineLeasesMember"),
    ("Sale of mining equipment", f"{REV} usd {YEAR} 60,000 {PRODUCT}SalesOfMiningEquipmentMember"),
    ("Total revenues", f"{REV} usd {YEAR} 3,455,346"),
    ("Net loss", f"us-gaap:NetIncomeLoss usd {YEAR} -5"),
]


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    """An EDGAR with one registrant that is not watched."""
    folder = tmp_path / "mirror"
    submissions = {
        "cik": "777",
        "name": "Immersed Miner, Inc.",
        "tickers": ["IMMR"],
        "fiscalYearEnd": "0831",
        "sic": "6199",
        "sicDescription": "Finance Services",
        "formerNames": [
            {"name": "Sandy Hills Inc", "from": "2020-01-02T00:00:00.000Z", "to": "2022-03-15T00:00:00.000Z"}
        ],
        "filings": {
            "recent": {
                "accessionNumber": [ACCESSION],
                "filingDate": ["2024-11-20"],
                "reportDate": ["2024-08-31"],
                "acceptanceDateTime": ["2024-11-20T16:01:00.000Z"],
                "form": ["10-K"],
                "items": [""],
                "primaryDocument": ["immr-20240831.htm"],
                "isXBRL": [1],
                "isInlineXBRL": [1],
            },
            "files": [],
        },
    }
    pages = {
        "data.sec.gov/submissions/CIK0000000777.json": json.dumps(submissions).encode(),
        "www.sec.gov/files/company_tickers.json": json.dumps(
            {"0": {"cik_str": 777, "ticker": "IMMR", "title": "Immersed Miner, Inc."}}
        ).encode(),
    }
    filed = f"www.sec.gov/Archives/edgar/data/777/{ACCESSION.replace('-', '')}"
    link = f'<a href="/Archives/edgar/data/777/{ACCESSION.replace("-", "")}/immr-20240831.htm">immr-20240831.htm</a>'
    pages[f"{filed}/{ACCESSION}-index.htm"] = (
        '<html><table class="tableFile"><tr><th>Seq</th><th>Description</th><th>Document</th><th>Type</th><th>Size</th></tr>'
        f"<tr><td>1</td><td>10-K</td><td>{link}</td><td>10-K</td><td>9</td></tr></table></html>"
    ).encode()
    pages[f"{filed}/immr-20240831.htm"] = inline(LINES, cik=777)
    for name, content in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def test_proposal_has_the_entry_and_every_line(make_services: Callable[..., Services], mirror: Path) -> None:
    proposal = propose(make_services(edgar_mirror=mirror), "immr")
    assert yaml.safe_load(proposal.companies_yaml()) == {
        "IMMR": {
            "name": "Immersed Miner, Inc.",
            "ciks": [{"cik": 777}],
            "former_names": [
                {"name": "Sandy Hills Inc", "since": date(2020, 1, 2), "until": date(2022, 3, 15)}
            ],
            "fiscal_year_ends": [{"month_day": "08-31"}],
            "in_news": False,
            "note": "10-K; SIC 6199 Finance Services",
        }
    }
    assert {line.label: line.segment for line in proposal.lines} == {
        "Revenue from mining operations": "self_mining",
        "Staking revenue": "staking",
        "Sale of mining equipment": "equipment_sales",
        "Consulting": None,
        "Leasing of machines": None,
    }
    assert "# Consulting: " in proposal.lexicon_yaml()
    assert proposal.sources[-1].endswith("immr-20240831.htm")


def test_proposal_counts_no_figures_of_a_damaged_report(
    make_services: Callable[..., Services], mirror: Path
) -> None:
    report = next(mirror.rglob("immr-20240831.htm"))
    report.write_bytes(report.read_bytes().replace(b"<body>", b"<body><p><br>"))
    read = propose(make_services(edgar_mirror=mirror), "IMMR").read
    assert read.figures == []
    assert "damaged_document" in {r.check for r in read.rejected}


def test_company_is_added_by_yaml_alone(
    make_services: Callable[..., Services], mirror: Path, tmp_path: Path
) -> None:
    """Each line of a company that no code knows ends as a segment, or in quarantine with a remedy."""
    folder = propose(make_services(edgar_mirror=mirror), "777").write(tmp_path / "proposals")
    services = make_services(edgar_mirror=mirror, miners_watchlist=folder)
    run_filings(services, "IMMR", chosen=[SEGMENT_REVENUE])
    loaded = query_rows(
        services,
        "select segment, revenue_usd::bigint from marts.segment_revenue where ticker = 'IMMR' order by 1",
    )
    assert loaded == [("equipment_sales", 60_000), ("self_mining", 3_073_346), ("staking", 12_000)]
    waiting = query_rows(
        services,
        "select row_content->>'label', (row_content->>'value')::bigint, row_content->>'remedy' like '%company: IMMR%' from quarantine.rejected_row order by 1",
    )
    assert waiting == [("Consulting", 200_000, True), ("Leasing of machines", 110_000, True)]


def test_watched_or_unknown_registrant_is_refused(
    make_services: Callable[..., Services], mirror: Path
) -> None:
    services = make_services(edgar_mirror=mirror)
    for registrant, message in (
        ("1839341", "watched as CORZ"),
        ("bitf", "watched as KEEL"),
        ("NOSUCH", "no ticker"),
        ("778", "no submissions"),
    ):
        with pytest.raises(UsageError, match=message):
            propose(services, registrant)


def test_miners_that_nobody_watches_are_found_by_full_text(
    make_services: Callable[..., Services], server: EdgarServer
) -> None:
    """Watched registrants are left out, a filing with two documents counts once, a broken hit costs itself."""

    def hit(cik: int, name: str, sic: str, accession: str, form: str = "10-K") -> dict[str, object]:
        source = {
            "ciks": [f"{cik:010d}"],
            "display_names": [f"{name}  (X)  (CIK {cik:010d})"],
            "sics": [sic],
            "form": form,
            "adsh": accession,
            "file_date": "2026-03-02",
        }
        return {"_id": f"{accession}:a.htm", "_source": source}

    hits = [
        hit(1839341, "Core Scientific, Inc.", "7374", "a-1"),
        hit(777, "Immersed Miner, Inc.", "6199", "b-1"),
        hit(777, "Immersed Miner, Inc.", "6199", "b-1"),
        hit(888, "A Bank", "6022", "c-1"),
        {"_id": "odd"},
    ]
    asked = {
        "q": '"bitcoin mining"',
        "forms": "10-K,10-KT,20-F,40-F",
        "dateRange": "custom",
        "startdt": "2025-10-23",
        "enddt": "2026-11-27",
        "from": "0",
    }
    page = f"/efts.sec.gov/LATEST/search-index?{urlencode(asked)}"
    server.script(page, Response(200, json.dumps({"hits": {"hits": hits}}).encode()))
    services = make_services(edgar_base=server.base, edgar_user_agent="Test t@example.com")
    found = discover(services, date(2026, 11, 27))
    assert [(u.name, u.likely, u.reports) for u in found] == [
        ("Immersed Miner, Inc.", True, 1),
        ("A Bank", False, 1),
    ]
    assert found[0].reason == "an annual report with 'bitcoin mining', last 10-K of 2026-03-02; SIC 6199"
    assert server.paths() == [page]
    recorded = record_unwatched(services, date(2026, 11, 27))
    assert (recorded.counts["found"], recorded.counts["likely"], recorded.counts["changed"]) == (2, 1, 2)
    assert record_unwatched(services, date(2026, 11, 27)).counts["changed"] == 0
    assert "1 registrants mine and are not watched" in "; ".join(status(services.engine).needs)
    server.script(page, Response(200, json.dumps({"hits": {"hits": hits[:1]}}).encode()))
    assert record_unwatched(services, date(2026, 11, 27)).counts["changed"] == 2
    server.script(page, Response(200, b'{"error": "odd"}'))
    assert record_unwatched(services, date(2026, 11, 27)).counts["failed"] == 1
