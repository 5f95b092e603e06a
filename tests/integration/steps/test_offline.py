"""Offline runs read the archive and send no request."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipelines.errors import NotArchived
from pipelines.extract.http import Fetcher
from pipelines.settings import Settings
from pipelines.steps import documents, feeds
from pipelines.steps.filing_steps import run_all
from pipelines.steps.services import Services
from tests.edgar_server import EdgarServer, fast
from tests.snapshot import snapshot

URL = "https://www.sec.gov/Archives/x.htm"


ALL = (date(2024, 1, 1), date(2026, 12, 31))


def test_archive_fills_warehouse_offline(
    admin: sa.Engine, make_settings: Callable[..., Settings], edgar: EdgarServer, tmp_path: Path
) -> None:
    settings = fast(
        make_settings(
            edgar_base=edgar.base,
            edgar_user_agent="Test t@example.com",
            miners_archive=str(tmp_path / "archive"),
        )
    )
    online = Services(settings)
    slices = [("SLNH", *ALL), ("GREE", *ALL)]
    for result in run_all(online, slices, "online"):
        assert not result.failures, result.failures
    before = len(edgar.requests)
    name = f"offline_{tmp_path.name}".lower().replace("-", "_")[:60]
    with admin.connect() as connection:
        connection.execute(sa.text(f"drop database if exists {name} with (force)"))
        connection.execute(sa.text(f"create database {name} template miners_template"))
    url = admin.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    offline = Services(settings.model_copy(update={"warehouse_url": url, "miners_offline": True}))
    for result in run_all(offline, slices, "offline"):
        assert not result.failures, result.failures
    assert len(edgar.requests) == before, "nobody is asked"
    # When a page was asked for is no part of what is known.
    left_out = ["ops.conditional_request", "warehouse.dim_date"]
    assert snapshot(offline.engine, left_out) == snapshot(online.engine, left_out)
    offline.engine.dispose()
    with admin.connect() as connection:
        connection.execute(sa.text(f"drop database {name} with (force)"))


def test_offline_run_keeps_unarchived_documents(
    make_settings: Callable[..., Settings], edgar: EdgarServer
) -> None:
    settings = fast(make_settings(edgar_base=edgar.base, edgar_user_agent="Test t@example.com"))
    services = Services(settings)
    documents.index_filings(services, [("SLNH", *ALL)])
    asked = len(edgar.requests)
    shutil.rmtree(settings.archive)
    offline = Services(settings.model_copy(update={"miners_offline": True}))
    results = list(run_all(offline, [("SLNH", *ALL)], "offline"))
    assert all(not r.failures and not r.failed_months for r in results)
    assert results[2].counts["not_archived"] == 2
    with services.engine.connect() as connection:
        assert set(connection.execute(sa.text("select status from ops.filing")).scalars()) == {"listed"}
    assert len(edgar.requests) == asked


def test_offline_run_skips_feeds(make_services: Callable[..., Services]) -> None:
    result = feeds.read_feeds(make_services(miners_offline=True))
    assert not [name for name in result.counts if name.startswith("answers_")]


def test_offline_fetcher_sends_no_request(server: EdgarServer) -> None:
    with pytest.raises(NotArchived, match="--offline"):
        Fetcher(
            Settings(
                _env_file=None,
                edgar_user_agent="Test t@example.com",
                edgar_base=server.base,
                miners_offline=True,
            )
        ).get(URL)
    assert server.requests == []
