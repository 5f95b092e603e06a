"""Whole runs over real filings."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

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


def test_derived_rows_cite_places_that_exist(
    make_services: Callable[..., Services], shared_edgar: Path
) -> None:
    """CleanSpark's 2022Q4 is 70,234 to 2023-03 less 42,488: each is linked, the quarter has no place of its own."""
    services = make_services(edgar_mirror=shared_edgar)
    run_filings(services, "CLSK", "BTBT")
    found = query_rows(
        services,
        "select locator, link, inputs from marts.disclosure_history where derivation = 'derived' and metric <> 'bitcoin_sold'",
    )
    assert len(found) >= 14
    assert (
        query_rows(
            services,
            "select proceeds_usd from marts.bitcoin_sales where ticker = 'CLSK' and period_kind = 'quarter' and period_end = '2024-03-31'",
        )
        == []
    ), "43,103 less a comparative of the next year, 43,035, is no quarter"
    for locator, link, inputs in found:
        assert (locator, link, len(inputs)) == (None, None, 2)
        for stated in inputs:
            url, anchor = urldefrag(stated["link"])
            page = shared_edgar / urlsplit(url).netloc / urlsplit(url).path.lstrip("/")
            assert f'id="{anchor}"' in page.read_text(), stated
