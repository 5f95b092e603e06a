"""A night without new filings sends one request per company."""

from collections.abc import Callable
from datetime import date

from pipelines.settings import HOME, Settings
from pipelines.steps.filing_steps import run_all
from pipelines.steps.services import Services
from tests.edgar_server import EdgarServer, fast
from tests.snapshot import snapshot

ALL = (date(2024, 1, 1), date(2026, 12, 31))


def test_idle_night_sends_one_request_per_company(
    make_settings: Callable[..., Settings], edgar: EdgarServer
) -> None:
    """No document, no parse, no load, no new row."""
    settings = fast(make_settings(edgar_base=edgar.base, edgar_user_agent="Test t@example.com"))
    services = Services(settings)
    tickers = [
        t
        for t in services.watchlist.tickers()
        if (
            HOME
            / "samples/edgar/data.sec.gov/submissions"
            / f"CIK{services.watchlist.by_ticker(t).ciks[-1].cik}.json"
        ).exists()
    ]
    slices = [(t, *ALL) for t in tickers]
    assert len(tickers) >= 16
    assert [r.failures for r in run_all(services, slices, "first") if r.failures or r.failed_months] == []
    before, rows = len(edgar.requests), snapshot(services.engine)
    results = list(run_all(services, slices, "second"))
    asked = edgar.requests[before:]
    assert sorted(path for _, path, _ in asked) == sorted({path for _, path, _ in asked})
    assert len(asked) == len(tickers)
    assert all("/submissions/CIK" in path and "If-None-Match" in headers for _, path, headers in asked)
    assert results[1].counts["answers_304"] == len(tickers)
    for result in results[2:]:
        done = {
            name
            for name, number in result.counts.items()
            if number and name not in {"filings", "documents", "findings", "rows"}
        }
        assert done == set(), (result.step, result.counts)
    assert snapshot(services.engine) == rows
