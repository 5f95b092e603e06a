"""Whole runs over real filings."""

from collections.abc import Callable
from pathlib import Path

from pipelines.steps.services import Services
from tests.pipeline_run import query_rows, run_filings


def test_real_filings_load_exact_figures(make_services: Callable[..., Services], shared_edgar: Path) -> None:
    services = make_services(edgar_mirror=shared_edgar)
    results = run_filings(services, "CLSK", "BTBT", "MARA")
    assert all(step.failures == {} for step in results.values())
    found = query_rows(
        services,
        "select segment, revenue_usd, url, locator from marts.segment_revenue where ticker = 'BTBT' and period_kind = 'quarter' and period_end = '2025-06-30' order by 1",
    )
    assert {r[0]: int(r[1]) for r in found} == {
        "cloud": 16595315,
        "colocation": 1729004,
        "other": 337930,
        "self_mining": 6631838,
        "staking": 365332,
    }
    assert all(r[2].startswith("https://www.sec.gov/Archives/edgar/data/1710350/") and r[3] for r in found)
    page = next((shared_edgar / "www.sec.gov").rglob("btbt-20250630.htm")).read_text()
    assert all(f'id="{r[3]}"' in page for r in found), "each locator is an anchor of the document"
    assert query_rows(services, "select * from marts.bitcoin_sales where ticker = 'MARA'") == [], (
        "note offerings are no sale"
    )
    refused = "select check_name, row_content->>'value' from quarantine.rejected_row"
    assert query_rows(services, refused) == [("holdings_not_confirmed", "917")], (
        "what 917 BTC of 2022 count is not said"
    )
