"""Whole runs over the samples."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pipelines.steps.services import Services
from tests.edgar_server import FORBIDDEN
from tests.pipeline_run import query_rows, run_filings
from tests.snapshot import contents

Make = Callable[..., Services]


def test_second_run_changes_nothing(make_services: Callable[..., Services]) -> None:
    services = make_services()
    tickers = ("CORZ", "CLSK", "GREE", "IREN")
    run_filings(services, *tickers)
    before = contents(services.engine)
    assert len(before["warehouse.fact_segment_revenue"]) > 60
    results = run_filings(services, *tickers)
    assert contents(services.engine) == before
    assert results["filing_documents"].counts["fetched"] == 0
    assert results["load_segment_revenue"].counts["inserted"] == 0
    run_filings(services, *tickers, force=True)
    assert contents(services.engine) == before


# Core Scientific's revenue in million dollars: total, self mining, hosted mining, colocation.
CORE_SCIENTIFIC = {
    "2024-03-31": (179.3, 150.0, 29.3, 0.0),
    "2024-06-30": (141.1, 110.7, 24.8, 5.5),
    "2024-09-30": (95.4, 68.1, 16.9, 10.3),
    "2024-12-31": (94.9, 79.9, 6.5, 8.5),
    "2025-03-31": (79.5, 67.2, 3.8, 8.6),
    "2025-06-30": (78.6, 62.4, 5.6, 10.6),
    "2025-09-30": (81.1, 57.4, 8.7, 15.0),
    "2025-12-31": (79.8, 42.2, 6.3, 31.3),
    "2026-03-31": (115.2, 30.1, 7.6, 77.5),
}


def sample_rows(engine: sa.Engine, query: str, **values: object) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query), values)]


@pytest.mark.parametrize(("end", "revenue"), CORE_SCIENTIFIC.items())
def test_samples_load_published_revenue(
    samples_engine: sa.Engine, end: str, revenue: tuple[float, ...]
) -> None:
    where = "where ticker = 'CORZ' and period_kind = 'quarter' and period_end = :end"
    total = sample_rows(samples_engine, f"select revenue_usd from marts.total_revenue {where}", end=end)
    segments = "select segment, revenue_usd, source from marts.segment_revenue"
    found = sample_rows(samples_engine, f"{segments} {where}", end=end)
    assert {source for _, _, source in found} == {"sample"}
    by_segment = {segment: float(value) / 1e6 for segment, value, _ in found}
    parts = [by_segment.get(name, 0.0) for name in ("self_mining", "hosted_mining", "colocation")]
    assert (float(total[0][0]) / 1e6, *parts) == revenue


def test_samples_quarantine_one_figure_and_doubtful_claims(samples_engine: sa.Engine) -> None:
    query = "select distinct check_name, company_id from quarantine.rejected_row where check_name {} order by 1, 2"
    assert sample_rows(samples_engine, query.format("<> 'confidence'")) == [("unknown_segment", "GREE")]
    doubtful = sample_rows(samples_engine, query.format("= 'confidence'"))
    assert {ticker for _, ticker in doubtful} == {"CLSK", "MARA", "RIOT"}
    below = (
        "select count(*) filter (where confidence < 0.88), count(*) filter (where confidence is null) "
        "from warehouse.fact_news_claim"
    )
    assert sample_rows(samples_engine, below) == [(0, 0)]


def test_period_has_one_source_of_segments(samples_engine: sa.Engine) -> None:
    """Segments of a period come from one document, or are all derived."""
    mixed = (
        "select ticker, period_start, period_end from marts.segment_revenue group by 1, 2, 3 "
        "having count(distinct url) > 1 or count(distinct derivation = 'derived') > 1"
    )
    assert sample_rows(samples_engine, mixed) == []


# Damage to a document, its status, and the reason.
DAMAGED: dict[str, tuple[Callable[[bytes], bytes], str, str]] = {
    "empty": (lambda b: b"", "unreadable", "empty"),
    "cut off": (lambda b: b[: len(b) // 2], "unreadable", "truncated"),
    "a page of refusal": (lambda b: FORBIDDEN, "missing", "refused requests"),
    "binary": (lambda b: b"\x00\x00" + b, "unreadable", "binary"),
    "with entities": (lambda b: b'<!DOCTYPE x [<!ENTITY a "b">]>' + b[38:], "unreadable", "entities"),
    "too large": (lambda b: b + b" " * 60_000_000 + b"</html>", "unreadable", "too_large"),
    "no XHTML": (
        lambda b: b.replace(b"</td>", b"", 3).replace(b"Total", b"T\xffotal"),
        "read",
        "html_fallback",
    ),
    "contexts that are not there": (
        lambda b: b.replace(b'contextRef="c', b'contextRef="gone'),
        "read",
        "no_context",
    ),
    "periods without an end": (
        lambda b: re.sub(rb"<xbrli:endDate>[^<]*</xbrli:endDate>", b"", b),
        "read",
        "no_period_end",
    ),
    "a format of no registry": (
        lambda b: b.replace(b"ixt:num-dot-decimal", b"ixt:num-made-up"),
        "read",
        "unknown_format",
    ),
}


FACTS = (
    "select s.segment, p.period_start, p.period_end, f.revenue_usd, d.name from warehouse.fact_segment_revenue f "
    "join warehouse.dim_document d using (document_key) join warehouse.dim_segment s using (segment_key) "
    "join warehouse.dim_period p using (period_key) where d.company_id = 'CORZ' and d.name like 'core-20%'"
)


@pytest.mark.parametrize(("damage", "status", "reason"), DAMAGED.values(), ids=DAMAGED)
def test_damaged_document_has_status_and_reason(
    make_services: Make,
    samples_engine: sa.Engine,
    samples_copy: Path,
    damage: Callable[[bytes], bytes],
    status: str,
    reason: str,
) -> None:
    """A damaged report adds no wrong fact; those of other reports load.

    A quarter of the damaged report may be derived from the next report's half year: it is the same figure.
    """
    name = "core-20240630.htm"
    path = next(samples_copy.rglob(name))
    path.write_bytes(damage(path.read_bytes()))
    services = make_services(edgar_mirror=samples_copy)
    results = run_filings(services, "CORZ")
    assert all(step.failures == {} for step in results.values())
    document = "select status, coalesce(status_reason, '') from warehouse.dim_document where name = :n"
    ((found_status, found_reason),) = query_rows(services, document, n=name)
    assert found_status == status
    assert reason in found_reason
    filed, found = set(sample_rows(samples_engine, FACTS)), set(query_rows(services, FACTS))
    assert {row[:4] for row in found} <= {row[:4] for row in filed}
    others = {row for row in filed if row[4] != name}
    assert others
    assert others <= found
    assert status == "read" or name not in {row[4] for row in found}


def test_sample_releases_load_known_figures(samples_engine: sa.Engine) -> None:
    found = {
        (r[0], r[1], str(r[2])): float(r[3])
        for r in sample_rows(
            samples_engine,
            "select ticker, metric, period_end, value from marts.operating_metrics where scope = 'company' and period_kind <> 'year' order by period_kind desc",
        )
    }
    known = {
        ("CLSK", "bitcoin_produced", "2025-09-30"): 629,
        ("CLSK", "bitcoin_held", "2025-09-30"): 13011,
        ("CLSK", "hashrate_average_operating", "2025-09-30"): 45.6,
        ("MARA", "bitcoin_held", "2025-04-30"): 48237,
        ("MARA", "hashrate_energized", "2025-04-30"): 57.3,
        ("MARA", "bitcoin_produced", "2025-08-31"): 705,
        ("MARA", "bitcoin_produced", "2025-09-30"): 2144,
        ("MARA", "bitcoin_purchased", "2025-09-30"): 2257,
        ("MARA", "bitcoin_held", "2025-09-30"): 52850,
        ("CIFR", "bitcoin_produced", "2024-03-31"): 316,
        ("CIFR", "bitcoin_held", "2024-03-31"): 1741,
        ("CIFR", "bitcoin_held", "2023-12-31"): 796,
        ("CANG", "bitcoin_produced", "2025-07-31"): 650.5,
        ("HIVE", "bitcoin_produced", "2025-09-30"): 717,
        ("FUFU", "bitcoin_produced", "2024-06-30"): 780,
        ("RIOT", "bitcoin_produced", "2025-09-30"): 1406,
        ("RIOT", "bitcoin_held", "2025-09-30"): 19287,
        ("CANG", "total_revenue", "2025-06-30"): 139_800_000,
        ("CANG", "total_revenue", "2025-09-30"): 224_600_000,
        ("HIVE", "total_revenue", "2025-09-30"): 87_300_000,
        ("BTDR", "total_revenue", "2025-06-30"): 155_600_000,
        ("FUFU", "total_revenue", "2024-06-30"): 129_400_000,
    }
    assert {key: found.get(key) for key in known} == known
    sold = {
        (r[0], str(r[1])): float(r[2])
        for r in sample_rows(
            samples_engine,
            "select ticker, period_end, bitcoin_sold from marts.bitcoin_sales where period_kind='month' and bitcoin_sold is not null",
        )
    }
    assert (
        sold
        | {
            ("CLSK", "2025-09-30"): 445,
            ("CLSK", "2025-08-31"): 533.5,
            ("CIFR", "2024-03-31"): 8,
            ("CIFR", "2023-12-31"): 228,
            ("MARA", "2025-04-30"): 0,
        }
        == sold
    )
    assert sample_rows(
        samples_engine,
        "select period_end::text, bitcoin_sold::int from marts.bitcoin_sales where ticker='MARA' and period_kind='month' and bitcoin_sold > 0 order by 1",
    ) == [
        ("2023-02-28", 650),
        ("2023-04-30", 600),
        ("2023-05-31", 554),
        ("2023-06-30", 700),
        ("2023-08-31", 750),
        ("2023-12-31", 704),
        ("2024-02-29", 290),
    ], "notes and purchases are no sale"


def test_industry_holdings_include_companies_without_flows(samples_engine: sa.Engine) -> None:
    """CleanSpark states what it holds on 2025-09-30 and, in the samples, nothing else of that quarter."""
    query = "select bitcoin_held, bitcoin_held_companies from marts.industry_quarter where calendar_quarter = '2025Q3'"
    assert sample_rows(samples_engine, query) == [(85_148, 3)]
    of_clsk = "select bitcoin_held, bitcoin_held_on::text, revenue_usd from marts.quarterly where ticker = 'CLSK' and calendar_quarter = '2025Q3'"
    assert sample_rows(samples_engine, of_clsk) == [(13_011, "2025-09-30", None)]


def test_quarterly_has_the_latest_hash_rate_of_the_quarter(samples_engine: sa.Engine) -> None:
    query = "select ticker, hashrate_eh::text, hashrate_metric, hashrate_on::text from marts.quarterly where hashrate_eh is not null and period_end >= '2025-04-01' order by 1, 4"
    assert sample_rows(samples_engine, query) == [
        ("CANG", "32", "hashrate_deployed", "2025-04-30"),
        ("CANG", "50", "hashrate_deployed", "2025-08-31"),
        ("CANG", "50", "hashrate_deployed", "2025-12-31"),
        ("CIFR", "13.5", "hashrate_operating", "2025-04-30"),
        ("CLSK", "45.6", "hashrate_operating", "2025-05-31"),
        ("CLSK", "45.6", "hashrate_average_operating", "2025-09-30"),
        ("MARA", "58.3", "hashrate_energized", "2025-05-31"),
        ("RIOT", "35.4", "hashrate_deployed", "2025-05-31"),
        ("RIOT", "35.5", "hashrate_deployed", "2025-07-31"),
        ("RIOT", "36.6", "hashrate_deployed", "2025-10-31"),
    ]
    core = "select hashrate_eh::text, hashrate_on::text from marts.quarterly where ticker = 'CORZ' and hashrate_eh is not null order by 2"
    assert sample_rows(samples_engine, core) == [("16.9", "2023-12-31"), ("20.4", "2024-09-30")]


def test_quarterly_has_every_quarter_of_a_company(samples_engine: sa.Engine) -> None:
    """The row before is the quarter before, so that a window over rows is one over time."""
    query = (
        "select ticker, period_start - lag(period_end) over (partition by ticker order by period_end) "
        "from marts.quarterly"
    )
    assert {days for _, days in sample_rows(samples_engine, query)} == {None, 1}
    empty = "select revenue_usd, derivations, sources from marts.quarterly where disclosed_at is null"
    assert set(map(str, sample_rows(samples_engine, empty))) == {str((None, {}, {}))}
