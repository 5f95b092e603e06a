"""What `miners doctor` says of a sound place and of each fault."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from pipelines.extract import http
from pipelines.operations import doctor
from pipelines.operations.doctor import Diagnosis, diagnose
from pipelines.operations.status import heartbeat
from pipelines.settings import HOME, Settings
from pipelines.steps.services import Services
from tests.edgar_server import EdgarServer, Response

# Feeds of a folder: without one the live feeds would be requested.
NEWS = HOME / "samples" / "news"
PAGE = "/data.sec.gov/submissions/CIK0001839341.json"


@pytest.fixture
def examine(monkeypatch: pytest.MonkeyPatch) -> Callable[[Settings], dict[str, Diagnosis]]:
    def run(settings: Settings) -> dict[str, Diagnosis]:
        getattr(doctor._submissions, "cache_clear", int)()
        monkeypatch.setattr(doctor, "load_settings", lambda: settings)
        return {each.what: each for each in diagnose()}

    return run


def test_samples_are_sound(
    make_services: Callable[..., Services], examine: Callable[[Settings], dict[str, Diagnosis]]
) -> None:
    found = examine(make_services().settings)
    assert list(found) == [
        "watchlist",
        "env file",
        "user agent",
        "edgar",
        "clock",
        "feeds",
        "database",
        "archive",
        "disk",
        "daemon",
    ]
    assert [each for each in found.values() if not each.fine] == []


def test_user_agent_is_checked_before_any_request(
    make_services: Callable[..., Services],
    examine: Callable[[Settings], dict[str, Diagnosis]],
    server: EdgarServer,
) -> None:
    found = examine(
        make_services(edgar_base=server.base, edgar_user_agent="nobody", news_mirror=NEWS).settings
    )
    assert (found["user agent"].fine, found["user agent"].remedy) == (
        False,
        'Set EDGAR_USER_AGENT="Your Name you@example.com".',
    )
    assert {"edgar", "clock"}.isdisjoint(found)
    assert server.requests == []
    assert found["database"].fine, "one failing check stops no other"


def test_each_fault_has_its_remedy(
    make_services: Callable[..., Services],
    examine: Callable[[Settings], dict[str, Diagnosis]],
    server: EdgarServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A clock five minutes off, a refused database, a full disk and a dead daemon."""
    late = format_datetime(datetime.now(UTC) - timedelta(minutes=5), usegmt=True)
    answer = http.Response(200, {"Date": late}, b"{}")
    settings = make_services(
        edgar_base=server.base,
        edgar_user_agent="Test t@example.com",
        news_mirror=NEWS,
        warehouse_url="postgresql://me:secret@127.0.0.1:1/none",
    ).settings
    beat = heartbeat(settings)
    beat.parent.mkdir(parents=True, exist_ok=True)
    beat.touch()
    os.utime(beat, (0, 0))
    monkeypatch.setattr(doctor, "_LEAST_DISK", 10**18)
    monkeypatch.setattr(doctor, "_submissions", lambda settings, cik: answer)
    found = examine(settings)
    assert found["edgar"].fine
    assert {what for what, each in found.items() if not each.fine} >= {"clock", "database", "disk", "daemon"}
    assert "secret" not in found["database"].told
    for each in found.values():
        assert each.fine or each.remedy.endswith("."), each
        assert "\n" not in each.told


def test_edgar_that_does_not_answer(
    make_services: Callable[..., Services],
    examine: Callable[[Settings], dict[str, Diagnosis]],
    server: EdgarServer,
) -> None:
    server.script(PAGE, Response(403, b"banned"))
    found = examine(
        make_services(
            edgar_base=server.base, edgar_user_agent="Test t@example.com", news_mirror=NEWS
        ).settings
    )
    assert (found["edgar"].fine, "ten minutes" in found["edgar"].remedy) == (False, True)
