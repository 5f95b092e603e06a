"""What a first live night says about the history that it has not loaded."""

from collections.abc import Callable
from datetime import date

from pipelines.query.summary import history_line
from pipelines.steps.filing_steps import run_all
from pipelines.steps.services import Services
from tests.edgar_server import EdgarServer, fast


def test_first_live_night_says_how_to_get_history(
    make_services: Callable[..., Services], edgar: EdgarServer
) -> None:
    """A live run covers two months; EDGAR's list has two filings of 2024."""
    services = make_services(edgar_base=edgar.base, edgar_user_agent="Test Miner test@example.com")
    services.settings = fast(services.settings)
    assert history_line(services.engine, services.settings, date(2026, 10, 1)) is None
    list(run_all(services, [("SLNH", date(2026, 10, 1), date(2026, 11, 30))], "first"))
    line = history_line(services.engine, services.settings, date(2026, 10, 1))
    assert line is not None
    assert "2 filings before 2026-10 are not loaded" in line
    assert "miners run --since 2024-11. That takes about 6 requests to EDGAR, 1 min or more" in line
    list(run_all(services, [("SLNH", date(2024, 11, 1), date(2024, 12, 31))], "history"))
    assert history_line(services.engine, services.settings, date(2026, 10, 1)) is None
