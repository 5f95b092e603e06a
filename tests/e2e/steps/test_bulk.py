"""History from the SEC's bulk files: the same figures as from the filings themselves."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipelines.steps.services import Services
from tests.bulk_files import samples_as_bulk
from tests.pipeline_run import query_rows, run_filings

TICKERS = ("CORZ", "RIOT", "CLSK", "HIVE")
FIGURES = """
    select d.company_id, d.accession, 'segment:' || s.segment as what, '' as scope, p.period_key, f.revenue_usd
    from warehouse.fact_segment_revenue f join warehouse.dim_segment s using (segment_key)
    join warehouse.dim_period p using (period_key) join warehouse.dim_document d using (document_key)
    where {of_reports}
    union all
    select d.company_id, d.accession, m.metric, f.scope, p.period_key, f.value
    from warehouse.fact_operating_metric f join warehouse.dim_metric m using (metric_key)
    join warehouse.dim_period p using (period_key) join warehouse.dim_document d using (document_key)
    where {of_reports} and m.metric = 'total_revenue'
    order by 1, 2, 3, 4, 5
"""


def _figures(connection: sa.Connection) -> list[tuple[Any, ...]]:
    of_reports = "d.document_kind = 'report' and f.derivation <> 'derived' and d.company_id = any(:tickers)"
    query = FIGURES.format(of_reports=of_reports)
    return [tuple(row) for row in connection.execute(sa.text(query), {"tickers": list(TICKERS)})]


def test_figures_equal_those_of_the_filings(
    make_services: Callable[..., Services], samples_engine: sa.Engine, tmp_path: Path
) -> None:
    services = make_services(edgar_bulk=samples_as_bulk(tmp_path / "bulk"))
    results = run_filings(services, *TICKERS)
    assert [step for step, result in results.items() if result.failures] == []
    assert not any(name.startswith("answers_") for result in results.values() for name in result.counts)
    with samples_engine.connect() as connection:
        expected = _figures(connection)
    with services.engine.connect() as connection:
        assert _figures(connection) == expected
    assert len(expected) > 100
    urls = query_rows(services, "select distinct url from warehouse.dim_document where sha256 is not null")
    assert all(url.startswith("https://www.sec.gov/Archives/edgar/data/") for (url,) in urls)
