"""Whole runs over the samples."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipelines.steps.services import Services
from tests.edgar_server import FORBIDDEN
from tests.pipeline_run import query_rows, run_filings
from tests.snapshot import contents


def test_second_run_changes_nothing(services_of: Callable[..., Services]) -> None:
    services = services_of()
    tickers = ("CORZ", "CLSK", "GREE", "IREN")
    run_filings(services, *tickers)
    before = contents(services.engine)
    assert len(before["warehouse.fact_segment_revenue"]) > 60
    told = run_filings(services, *tickers)
    assert contents(services.engine) == before
    assert told["filing_documents"].counts["fetched"] == 0
    assert told["load_segment_revenue"].counts["inserted"] == 0
    run_filings(services, *tickers, force=True)
    assert contents(services.engine) == before


def test_samples_load_published_figures(services_of: Callable[..., Services]) -> None:
    services = services_of()
    told = run_filings(services, *services.watchlist.tickers())
    assert all(step.failures == {} for step in told.values())
    table = {
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
    found = query_rows(
        services,
        "select period_end, segment, revenue_usd, source from marts.segment_revenue where ticker = 'CORZ' and period_kind = 'quarter'",
    )
    totals = dict(
        query_rows(
            services,
            "select period_end, revenue_usd from marts.total_revenue where ticker = 'CORZ' and period_kind = 'quarter'",
        )
    )
    assert {r[3] for r in found} == {"sample"}
    for end, (total, *parts) in table.items():
        day = date.fromisoformat(end)
        by_segment = {r[1]: float(r[2]) / 1e6 for r in found if r[0] == day}
        assert float(totals[day]) / 1e6 == total, end
        assert [by_segment.get(s, 0.0) for s in ("self_mining", "hosted_mining", "colocation")] == parts, end
    assert len({r[0] for r in query_rows(services, "select ticker from marts.segment_revenue")}) >= 10
    assert query_rows(services, "select check_name, company_id from quarantine.rejected_row") == [
        ("unknown_segment", "GREE")
    ]


def test_mart_has_unique_grain(services_of: Callable[..., Services]) -> None:
    services = services_of()
    run_filings(services, *services.watchlist.tickers())
    for mart, grain in (
        ("segment_revenue", "ticker, period_start, period_end, segment"),
        ("total_revenue", "ticker, period_start, period_end"),
        ("bitcoin_sales", "ticker, period_start, period_end"),
        ("ai_pivot", "ticker, period_end"),
    ):
        assert (
            query_rows(services, f"select {grain} from marts.{mart} group by {grain} having count(*) > 1")
            == []
        ), mart
        assert query_rows(services, f"select count(*) > 0 from marts.{mart}") == [(True,)], mart
    mixed = "select ticker, period_start, period_end from marts.segment_revenue group by 1, 2, 3 having count(distinct url) > 1 or count(distinct derivation = 'derived') > 1"
    assert query_rows(services, mixed) == []


def _document(samples_copy: Path, name: str) -> Path:
    return next(samples_copy.rglob(name))


def _status(services: Services, name: str) -> tuple[str, str]:
    return query_rows(
        services,
        "select status, coalesce(status_reason, '') from warehouse.dim_document where name = :n",
        n=name,
    )[0]


# What happened to a document, and what is told of it.
DAMAGED: dict[str, tuple[Callable[[bytes], bytes], str, str]] = {
    "empty": (lambda b: b"", "unreadable", "empty"),
    "cut off": (lambda b: b[: len(b) // 2], "unreadable", "truncated"),
    "a page of refusal": (lambda b: FORBIDDEN, "no_xbrl", ""),
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


@pytest.mark.parametrize("half", [0, 1])
def test_damaged_documents_have_status_and_reason(
    services_of: Callable[..., Services], samples_engine: sa.Engine, samples_copy: Path, half: int
) -> None:
    """Every second report of Core Scientific is damaged, each in another way."""
    names = sorted(path.name for path in samples_copy.rglob("core-20*.htm"))
    damaged = dict(zip(names[::2], list(DAMAGED.values())[half::2], strict=False))
    assert len(damaged) == len(DAMAGED) / 2
    for name, (damage, _, _) in damaged.items():
        path = _document(samples_copy, name)
        path.write_bytes(damage(path.read_bytes()))
    services = services_of(edgar_mirror=samples_copy)
    told = run_filings(services, "CORZ", "SLNH")
    assert all(step.failures == {} for step in told.values())
    for name, (_, status, reason) in damaged.items():
        found = _status(services, name)
        assert found[0] == status, name
        assert reason in found[1], name
    stated = "select d.name, s.segment, p.period_start, p.period_end, f.revenue_usd from warehouse.fact_segment_revenue f join warehouse.dim_document d using (document_key) join warehouse.dim_segment s using (segment_key) join warehouse.dim_period p using (period_key) where d.company_id = 'CORZ' and d.name like 'core-20%'"
    with samples_engine.connect() as connection:
        filed = {tuple(row) for row in connection.execute(sa.text(stated))}
    seen = set(query_rows(services, stated))
    # A quarter whose report is gone may be derived from the next one's half year: it is the same figure.
    assert {row[1:] for row in seen} <= {row[1:] for row in filed}, "nothing or what is filed, never wrong"
    whole = {row for row in filed if row[0] not in damaged}
    assert whole
    assert whole <= seen
    unread = {name for name, (_, status, _) in damaged.items() if status != "read"}
    assert {row[0] for row in seen} & unread == set()
    assert len(query_rows(services, "select * from marts.segment_revenue where ticker = 'SLNH'")) == 4


Make = Callable[..., Services]


def test_sample_releases_load_known_figures(services_of: Make) -> None:
    services = services_of()
    told = run_filings(services, *services.watchlist.tickers())
    assert all(step.failures == {} for step in told.values())
    found = {
        (r[0], r[1], str(r[2])): float(r[3])
        for r in query_rows(
            services,
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
        for r in query_rows(
            services,
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
    assert (
        query_rows(services, "select * from marts.bitcoin_sales where ticker='MARA' and bitcoin_sold > 0")
        == []
    ), "notes and purchases are no sale"
