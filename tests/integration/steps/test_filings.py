"""The whole way from a folder or a host to the marts, with everything on it that can go wrong."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest

from pipelines.datasets import BITCOIN_SALES, SEGMENT_REVENUE
from pipelines.document_limits import document_limits
from pipelines.parse.xbrl import inline
from pipelines.settings import HOME
from pipelines.steps import datasets, documents
from pipelines.steps.services import Services
from pipelines.warehouse import staging
from tests.edgar_server import FORBIDDEN, EdgarServer, Response
from tests.pipeline_run import FILED, fetch_filings, query_rows, run_filings
from tests.untagged import without_tags

# ---------------------------------------------------------------------------------------------- bad input


def _document(samples_copy: Path, name: str) -> Path:
    return next(samples_copy.rglob(name))


def _status(services: Services, name: str) -> tuple[str, str]:
    return query_rows(
        services,
        "select status, coalesce(status_reason, '') from warehouse.dim_document where name = :n",
        n=name,
    )[0]


def test_listed_document_without_file_is_missing(
    make_services: Callable[..., Services], samples_copy: Path
) -> None:
    _document(samples_copy, "core-20240630.htm").unlink()
    services = make_services(edgar_mirror=samples_copy)
    results = fetch_filings(services, "CORZ")
    assert results["filing_documents"].counts["missing"] == 1
    assert results["filing_documents"].failures == {}
    assert _status(services, "core-20240630.htm")[0] == "missing"
    asked = fetch_filings(services, "CORZ")["filing_documents"]
    assert asked.counts["answers_404"] == 0, "what is missing is not asked for every night"


def test_exhibits_are_read_with_the_contexts_of_their_main_form(
    make_services: Callable[..., Services], samples_copy: Path
) -> None:
    """A 40-F is one inline document set: contexts and units are in the form, facts in exhibit 99."""
    form = _document(samples_copy, "core-20240630.htm")
    head, body = form.read_text().split("</div>", 1)
    form.write_text(f"{head}</div></body></html>")
    root = head[: head.index("<head>")]
    form.with_name("core-ex991.htm").write_text(f"{root}<body>{body.partition('</h1>')[2]}")
    index = form.with_name("0001628280-24-035714-index.htm")
    row = '<tr><td>2</td><td>EX-99.1</td><td><a href="core-ex991.htm">core-ex991.htm</a></td><td>EX-99.1</td><td>9</td></tr>'
    index.write_text(index.read_text().replace("10-Q", "40-F").replace("</table>", f"{row}</table>"))
    listed = _document(samples_copy, "submissions/CIK0001839341.json")
    submissions = json.loads(listed.read_text())
    recent = submissions["filings"]["recent"]
    place = recent["accessionNumber"].index("0001628280-24-035714")
    recent["form"][place] = "40-F"
    listed.write_text(json.dumps(submissions))
    services = make_services(edgar_mirror=samples_copy)
    run_filings(services, "CORZ", chosen=[SEGMENT_REVENUE])
    assert query_rows(
        services,
        "select distinct d.name, d.status, d.document_kind from warehouse.dim_document d "
        "where d.accession = '0001628280-24-035714' order by 1",
    ) == [("core-20240630.htm", "read", "report"), ("core-ex991.htm", "read", "report")]
    quarter = query_rows(
        services,
        "select s.segment, f.revenue_usd::bigint, d.name from warehouse.fact_segment_revenue f "
        "join warehouse.dim_document d using (document_key) join warehouse.dim_segment s using (segment_key) "
        "join warehouse.dim_period p using (period_key) where p.period_start = '2024-04-01' "
        "and d.accession = '0001628280-24-035714' order by 1",
    )
    assert quarter == [
        ("colocation", 5_500_000, "core-ex991.htm"),
        ("hosted_mining", 24_800_000, "core-ex991.htm"),
        ("self_mining", 110_700_000, "core-ex991.htm"),
    ]


def test_report_without_tags_is_read_from_its_tables(
    make_services: Callable[..., Services], samples_copy: Path
) -> None:
    form = _document(samples_copy, "core-20240630.htm")
    form.write_text(without_tags(form.read_text()))
    services = make_services(edgar_mirror=samples_copy)
    run_filings(services, "CORZ", chosen=[SEGMENT_REVENUE])
    assert _status(services, form.name) == ("read", documents.UNTAGGED)
    quarter = query_rows(
        services,
        "select s.segment, f.revenue_usd::bigint from warehouse.fact_segment_revenue f "
        "join warehouse.dim_document d using (document_key) join warehouse.dim_segment s using (segment_key) "
        "join warehouse.dim_period p using (period_key) where p.period_start = '2024-04-01' "
        "and d.name = :n and f.locator like 'table %' order by 1",
        n=form.name,
    )
    assert quarter == [("colocation", 5_500_000), ("hosted_mining", 24_800_000), ("self_mining", 110_700_000)]


def test_report_without_tags_or_statements_stays_unread(
    make_services: Callable[..., Services], samples_copy: Path
) -> None:
    form = _document(samples_copy, "core-20240630.htm")
    form.write_text("<html><body><p>Statements are in an exhibit on paper.</p></body></html>")
    services = make_services(edgar_mirror=samples_copy)
    run_filings(services, "CORZ", chosen=[SEGMENT_REVENUE])
    assert _status(services, form.name)[0] == "no_xbrl"


def test_filing_without_index_page_fails_alone(
    make_services: Callable[..., Services], samples_copy: Path
) -> None:
    _document(samples_copy, "0001628280-24-021848-index.htm").unlink()
    services = make_services(edgar_mirror=samples_copy)
    assert fetch_filings(services, "CORZ")["filing_documents"].failures == {}
    assert query_rows(services, "select accession from ops.filing where status = 'failed'") == [
        ("0001628280-24-021848",)
    ]
    assert (
        len(query_rows(services, "select * from warehouse.dim_document where document_type like '10-%'")) == 8
    )


def test_company_failure_does_not_stop_others(
    make_services: Callable[..., Services], samples_copy: Path
) -> None:
    _document(samples_copy, "submissions/CIK0001839341.json").write_text(
        "<html>Request Rate Threshold Exceeded</html>"
    )
    services = make_services(edgar_mirror=samples_copy)
    results = run_filings(services, "CORZ", "SLNH", chosen=[SEGMENT_REVENUE])
    assert list(results["filing_index"].failures) == ["CORZ"]
    assert "not JSON" in results["filing_index"].failures["CORZ"]
    assert len(query_rows(services, "select * from marts.segment_revenue where ticker = 'SLNH'")) == 4


def test_document_of_another_company_is_rejected(
    make_services: Callable[..., Services], samples_copy: Path
) -> None:
    path = _document(samples_copy, "core-20240331.htm")
    path.write_bytes(path.read_bytes().replace(b"0001839341", b"0000000007"))
    services = make_services(edgar_mirror=samples_copy)
    run_filings(services, "CORZ", chosen=[SEGMENT_REVENUE])
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


def _reads_forever(*_: object) -> NoReturn:
    while True:
        sum(range(1000))


def test_endless_reading_is_recorded(
    make_services: Callable[..., Services], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document that is too slow for one step costs that step only, and is not read again."""
    for step in (documents, datasets):
        monkeypatch.setattr(step, "document_limits", lambda: document_limits(0.1))
    services = make_services()
    slow = replace(SEGMENT_REVENUE, read=_reads_forever)
    results = run_filings(services, "SLNH", chosen=[slow, BITCOIN_SALES])
    assert results["segment_revenue"].counts["rejected"] == results["segment_revenue"].counts["documents"] > 0
    assert results["bitcoin_sales"].counts["documents"] > 0
    assert datasets.normalize(services, slow, [("SLNH", *FILED)]).counts["documents"] == 0
    assert {"too_slow"} == {
        check for (check,) in query_rows(services, "select check_name from quarantine.rejected_row")
    }


def test_endless_tags_are_recorded(
    make_services: Callable[..., Services], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "document_limits", lambda: document_limits(0.1))
    monkeypatch.setattr(inline, "read_facts", _reads_forever)
    services = make_services()
    result = run_filings(services, "WULF", chosen=[])["xbrl_facts"]
    assert result.counts["unreadable"] > 0
    reasons = query_rows(
        services, "select status_reason from warehouse.dim_document where status = 'unreadable'"
    )
    assert {reason.split(":")[0] for (reason,) in reasons} == {"too_slow"}


def test_document_over_memory_limit_is_recorded(
    make_services: Callable[..., Services], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One document fills the memory; it is recorded, and the documents after it are read."""
    monkeypatch.setattr(documents, "document_limits", lambda: document_limits(megabytes=100))
    read_facts, seen = inline.read_facts, []

    def read(document: bytes, beside: Any) -> Any:
        seen.append(document)
        return read_facts(document, beside) if len(seen) != 1 else ["x" * 100_000 for _ in range(10**7)]

    monkeypatch.setattr(inline, "read_facts", read)
    services = make_services()
    results = run_filings(services, "SLNH", chosen=[SEGMENT_REVENUE])
    assert (results["xbrl_facts"].counts["unreadable"], results["xbrl_facts"].failures) == (1, {})
    assert results["xbrl_facts"].counts["documents"] > 0
    [note] = results["xbrl_facts"].notes
    assert "too_large: reading takes more than 100 MB" in note


def test_impossible_figure_is_quarantined(make_services: Callable[..., Services], samples_copy: Path) -> None:
    path = _document(samples_copy, "riot-20250630.htm")
    path.write_bytes(path.read_bytes().replace(b">140,889<", b">10,000,000,000,000<"))
    services = make_services(edgar_mirror=samples_copy)
    run_filings(services, "RIOT", chosen=[SEGMENT_REVENUE])
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


def test_blocked_company_keeps_loaded_facts(with_filings: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    services = with_filings
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
    results = run_filings(services, "CORZ", force=True, chosen=[SEGMENT_REVENUE])
    assert "not_unique" in results["check_segment_revenue"].failures["CORZ"]
    assert results["check_segment_revenue"].counts["blocked"] == 2, (
        "the 10-Q and the release of the month of filing in which it fails, and no other"
    )
    assert query_rows(
        services,
        "select state, count(*) from ops.normalized_document join warehouse.dim_document using (document_key) where dataset = 'segment_revenue' and company_id = 'CORZ' group by 1 order by 1",
    ) == [("blocked", 2), ("loaded", 19)]
    assert (
        query_rows(services, "select * from marts.segment_revenue order by period_start, period_end, segment")
        == before
    )
    monkeypatch.undo()
    assert (
        run_filings(services, "CORZ", force=True, chosen=[SEGMENT_REVENUE])["check_segment_revenue"].failures
        == {}
    )


def test_validation_results_are_written_as_json(make_services: Callable[..., Services]) -> None:
    services = make_services()
    run_filings(services, "GREE", chosen=[SEGMENT_REVENUE])
    kept = json.loads(
        (services.settings.data_dir / "validation" / "test-run" / "segment_revenue-GREE.json").read_text()
    )
    assert (kept["company"], kept["rows"], kept["blocked"]) == ("GREE", 4, []), (
        "three of the 10-Q, one of the release"
    )
    assert all(suite["success"] for suite in kept["suites"])


def test_new_alias_loads_quarantined_row(make_services: Callable[..., Services], tmp_path: Path) -> None:
    run_filings(make_services(), "GREE")
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "lexicon.yaml").write_text(
        "aliases:\n  - {segment: energy, company: GREE, phrases: [LinesNotToldApartMember]}\n"
    )
    services = make_services(miners_watchlist=tmp_path / "words")
    results = run_filings(services, "GREE")
    assert results["filing_documents"].counts["fetched"] == 0, "from the archive"
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
    make_services: Callable[..., Services], server: EdgarServer
) -> None:
    live: dict[str, Any] = {"edgar_base": server.base, "edgar_user_agent": "Test t@example.com"}
    services = make_services(**live)
    results = run_filings(services, "SLNH", "GREE")
    assert all(step.failures == {} for step in results.values())
    assert len(query_rows(services, "select * from marts.segment_revenue where ticker = 'SLNH'")) == 4
    assert len(server.requests) == 14, (
        "of two companies: submissions, two index pages, a report, an 8-K, its exhibit, and company facts"
    )
    server.requests.clear()
    run_filings(make_services(**live), "SLNH", "GREE")
    assert server.paths() == [
        "/data.sec.gov/submissions/CIK0000064463.json",
        "/data.sec.gov/submissions/CIK0001844971.json",
    ]
    assert all("If-None-Match" in headers for _, _, headers in server.requests)


def test_ban_stops_further_requests(make_services: Callable[..., Services], server: EdgarServer) -> None:
    server.script("/data.sec.gov/submissions/CIK0000064463.json", Response(403, FORBIDDEN))
    services = make_services(edgar_base=server.base, edgar_user_agent="Test t@example.com")
    results = documents.index_filings(services, [("SLNH", *FILED), ("GREE", *FILED)])
    assert list(results.failures) == ["SLNH", "GREE"]
    assert "Wait ten minutes" in results.failures["GREE"]
    assert len(server.requests) == 3


def test_samples_are_purged_by_live_run(
    make_services: Callable[..., Services], server: EdgarServer, tmp_path: Path
) -> None:
    """A sample has the URL of the filing it retypes: the filing must still be asked for."""
    from pipelines.errors import UsageError

    run_filings(make_services(), "SLNH", "GREE")
    server.requests.clear()
    live = make_services(edgar_base=server.base, edgar_user_agent="Test t@example.com")
    results = run_filings(live, "SLNH")
    assert results["filing_index"].notes == ["Purged 6 samples: filings are read now."]
    assert sorted(p.rsplit("/", 1)[-1] for p in server.paths()) == [
        "9999999999-24-000501-index.htm",
        "9999999999-24-250001-index.htm",
        "CIK0000064463.json",
        "CIK0000064463.json",
        "slnh-20240930.htm",
        "slnh-20241114.htm",
        "slnh-20241114_ex991.htm",
    ]
    assert query_rows(live, "select distinct source from warehouse.dim_document") == [("edgar",)]
    assert query_rows(live, "select distinct ticker from marts.segment_revenue") == [("SLNH",)]
    assert query_rows(live, "select * from quarantine.rejected_row") == []
    with pytest.raises(UsageError, match="cannot be mixed with samples"):
        documents.index_filings(make_services(), [("SLNH", *FILED)])
    known = query_rows(live, "select * from ops.conditional_request")
    with pytest.raises(UsageError, match="cannot be mixed with samples"):
        documents.mirror_extent(make_services(), ["GREE"])
    assert query_rows(live, "select * from ops.conditional_request") == known, (
        "nothing of the samples was noted"
    )
