"""The whole way from a folder or a host to the marts, with everything on it that can go wrong."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pipelines.settings import HOME
from pipelines.steps import documents
from pipelines.steps.services import Services
from pipelines.warehouse import staging
from tests.edgar_server import FORBIDDEN, Answer, EdgarServer
from tests.pipeline_run import FILED, query_rows, run_filings
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


# ---------------------------------------------------------------------------------------------- bad input


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


def test_listed_document_without_file_is_missing(
    services_of: Callable[..., Services], samples_copy: Path
) -> None:
    _document(samples_copy, "core-20240630.htm").unlink()
    services = services_of(edgar_mirror=samples_copy)
    told = run_filings(services, "CORZ")
    assert told["filing_documents"].counts["missing"] == 1
    assert told["filing_documents"].failures == {}
    assert _status(services, "core-20240630.htm")[0] == "missing"
    asked = run_filings(services, "CORZ")["filing_documents"]
    assert asked.counts["answers_404"] == 0, "what is missing is not asked for every night"


def test_filing_without_index_page_fails_alone(
    services_of: Callable[..., Services], samples_copy: Path
) -> None:
    _document(samples_copy, "0001628280-24-021848-index.htm").unlink()
    services = services_of(edgar_mirror=samples_copy)
    assert run_filings(services, "CORZ")["filing_documents"].failures == {}
    assert query_rows(services, "select accession from ops.filing where status = 'failed'") == [
        ("0001628280-24-021848",)
    ]
    assert (
        len(query_rows(services, "select * from warehouse.dim_document where document_type like '10-%'")) == 8
    )


def test_company_failure_does_not_stop_others(
    services_of: Callable[..., Services], samples_copy: Path
) -> None:
    _document(samples_copy, "CIK0001839341.json").write_text("<html>Request Rate Threshold Exceeded</html>")
    services = services_of(edgar_mirror=samples_copy)
    told = run_filings(services, "CORZ", "SLNH")
    assert list(told["filing_index"].failures) == ["CORZ"]
    assert "not JSON" in told["filing_index"].failures["CORZ"]
    assert len(query_rows(services, "select * from marts.segment_revenue where ticker = 'SLNH'")) == 4


def test_document_of_another_company_is_rejected(
    services_of: Callable[..., Services], samples_copy: Path
) -> None:
    path = _document(samples_copy, "core-20240331.htm")
    path.write_bytes(path.read_bytes().replace(b"0001839341", b"0000000007"))
    services = services_of(edgar_mirror=samples_copy)
    run_filings(services, "CORZ")
    assert ("another_company", "CORZ") in query_rows(
        services, "select check_name, company_id from quarantine.rejected_row"
    )
    assert (
        query_rows(
            services,
            "select * from warehouse.fact_segment_revenue f join warehouse.dim_document d using (document_key) where d.name = 'core-20240331.htm'",
        )
        == []
    )


def test_impossible_figure_is_quarantined(services_of: Callable[..., Services], samples_copy: Path) -> None:
    path = _document(samples_copy, "riot-20250630.htm")
    path.write_bytes(path.read_bytes().replace(b">140,889<", b">10,000,000,000,000<"))
    services = services_of(edgar_mirror=samples_copy)
    run_filings(services, "RIOT")
    quarantined = query_rows(
        services, "select check_name from quarantine.rejected_row where company_id = 'RIOT'"
    )
    assert quarantined
    values = [
        int(v)
        for (v,) in query_rows(
            services, "select revenue_usd from marts.segment_revenue where ticker = 'RIOT'"
        )
    ]
    assert max(values) < 10**9
    assert 64_303_000 in values


def test_blocked_company_keeps_loaded_facts(
    services_of: Callable[..., Services], monkeypatch: pytest.MonkeyPatch
) -> None:
    services = services_of()
    run_filings(services, "CORZ")
    before = query_rows(
        services, "select * from marts.segment_revenue order by period_start, period_end, segment"
    )
    stage = staging.stage

    def doubled(
        connection: Any, dataset: str, table: Any, key: int, version: str, records: Any, **more: Any
    ) -> Any:
        twice = dataset == "segment_revenue" and max(str(f.end) for f in records) > "2025-12-31"
        records = [*records, *records] if twice else records
        return stage(connection, dataset, table, key, version, records, **more)

    monkeypatch.setattr(staging, "stage", doubled)
    told = run_filings(services, "CORZ", force=True)
    assert "not_unique" in told["check_segment_revenue"].failures["CORZ"]
    assert told["check_segment_revenue"].counts["blocked"] == 2, (
        "the 10-Q and the release of the month of filing in which it fails, and no other"
    )
    assert query_rows(
        services,
        "select state, count(*) from ops.normalized_document where dataset = 'segment_revenue' group by 1 order by 1",
    ) == [("blocked", 2), ("loaded", 13)]
    assert (
        query_rows(services, "select * from marts.segment_revenue order by period_start, period_end, segment")
        == before
    )
    monkeypatch.undo()
    assert run_filings(services, "CORZ", force=True)["check_segment_revenue"].failures == {}


def test_validation_results_are_written_as_json(services_of: Callable[..., Services]) -> None:
    services = services_of()
    run_filings(services, "GREE")
    kept = json.loads(
        (services.settings.data_dir / "validation" / "test-run" / "segment_revenue-GREE.json").read_text()
    )
    assert (kept["company"], kept["rows"], kept["blocked"]) == ("GREE", 4, []), (
        "three of the 10-Q, one of the release"
    )
    assert all(suite["success"] for suite in kept["suites"])


def test_new_alias_loads_quarantined_row(services_of: Callable[..., Services], tmp_path: Path) -> None:
    run_filings(services_of(), "GREE")
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "lexicon.yaml").write_text(
        "aliases:\n  - {segment: energy, company: GREE, phrases: [LinesNotToldApartMember]}\n"
    )
    services = services_of(miners_watchlist=tmp_path / "words")
    told = run_filings(services, "GREE")
    assert told["filing_documents"].counts["fetched"] == 0, "from the archive"
    assert query_rows(services, "select revenue_usd from marts.segment_revenue where segment = 'energy'") == [
        (2_594_000,)
    ]
    assert query_rows(services, "select * from quarantine.rejected_row") == []
    assert query_rows(services, "select * from marts.open_findings") == []


# ------------------------------------------------------------------------------------------- a live host


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EdgarServer]:
    monkeypatch.setenv("MINERS_LIMITER_DIR", str(tmp_path / "limiter"))
    server = EdgarServer(HOME / "samples" / "edgar")
    yield server
    server.close()


def test_http_and_folder_load_same_warehouse(
    services_of: Callable[..., Services], server: EdgarServer
) -> None:
    live: dict[str, Any] = {"edgar_base": server.base, "edgar_user_agent": "Test t@example.com"}
    services = services_of(**live)
    told = run_filings(services, "SLNH", "GREE")
    assert all(step.failures == {} for step in told.values())
    assert len(query_rows(services, "select * from marts.segment_revenue where ticker = 'SLNH'")) == 4
    assert len(server.asked) == 12, (
        "of two companies: submissions, two index pages, a report, an 8-K and its exhibit"
    )
    server.asked.clear()
    run_filings(services_of(**live), "SLNH", "GREE")
    assert server.paths() == [
        "/data.sec.gov/submissions/CIK0000064463.json",
        "/data.sec.gov/submissions/CIK0001844971.json",
    ]
    assert all("If-None-Match" in headers for _, _, headers in server.asked)


def test_ban_stops_further_requests(services_of: Callable[..., Services], server: EdgarServer) -> None:
    server.script("/data.sec.gov/submissions/CIK0000064463.json", Answer(403, FORBIDDEN))
    services = services_of(edgar_base=server.base, edgar_user_agent="Test t@example.com")
    told = documents.index_filings(services, [("SLNH", *FILED), ("GREE", *FILED)])
    assert list(told.failures) == ["SLNH", "GREE"]
    assert "Wait ten minutes" in told.failures["GREE"]
    assert len(server.asked) == 3


def test_samples_are_purged_by_live_run(
    services_of: Callable[..., Services], server: EdgarServer, tmp_path: Path
) -> None:
    """A sample has the URL of the filing it retypes: the filing must still be asked for."""
    from pipelines.errors import UsageError

    run_filings(services_of(), "SLNH", "GREE")
    server.asked.clear()
    live = services_of(edgar_base=server.base, edgar_user_agent="Test t@example.com")
    told = run_filings(live, "SLNH")
    assert told["filing_index"].notes == ["6 samples were removed: filings are read now"]
    assert sorted(p.rsplit("/", 1)[-1] for p in server.paths()) == [
        "9999999999-24-000501-index.htm",
        "9999999999-24-250001-index.htm",
        "CIK0000064463.json",
        "slnh-20240930.htm",
        "slnh-20241114.htm",
        "slnh-20241114_ex991.htm",
    ]
    assert query_rows(live, "select distinct source from warehouse.dim_document") == [("edgar",)]
    assert query_rows(live, "select distinct ticker from marts.segment_revenue") == [("SLNH",)]
    assert query_rows(live, "select * from quarantine.rejected_row") == []
    with pytest.raises(UsageError, match="samples do not belong beside them"):
        documents.index_filings(services_of(), [("SLNH", *FILED)])
    known = query_rows(live, "select * from ops.conditional_request")
    with pytest.raises(UsageError, match="samples do not belong beside them"):
        documents.mirror_extent(services_of(), ["GREE"])
    assert query_rows(live, "select * from ops.conditional_request") == known, (
        "nothing of the samples was noted"
    )
