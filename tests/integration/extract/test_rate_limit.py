"""Cooldown after a ban, and the rate limit over processes and machines."""

import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from pipelines.errors import SourceRefused
from pipelines.extract.http import Fetcher
from pipelines.extract.rate_limit import FileRateLimit, PostgresRateLimit, cooldown_of, rate_limit_of
from pipelines.settings import Settings
from tests.edgar_server import FORBIDDEN, EdgarServer, Response, fast

URL = "https://www.sec.gov/Archives/x.htm"
PATH = "/www.sec.gov/Archives/x.htm"


def banned(server: EdgarServer, folder: Path, seconds: float = 1.2, **more: object) -> Settings:
    return fast(
        Settings(
            _env_file=None,
            edgar_user_agent="Test t@example.com",
            edgar_base=server.base,
            edgar_ban_seconds=seconds,
            miners_limiter_dir=folder,
            **more,
        )
    )  # type: ignore[arg-type]


def test_ban_stops_requests_of_all_processes(server: EdgarServer, tmp_path: Path) -> None:
    """One process meets the ban; another, that knows nothing of it, waits as well; both go on by themselves."""
    server.script(PATH, Response(403, FORBIDDEN), Response(200, b"ok"))
    server.script("/www.sec.gov/other", Response(200, b"ok"))
    settings = banned(server, tmp_path)
    first = threading.Thread(target=lambda: Fetcher(settings).get(URL))
    first.start()
    while not server.requests:
        time.sleep(0.01)
    time.sleep(0.1)
    code = (
        "import sys; from pathlib import Path; from pipelines.extract.http import Fetcher; from pipelines.settings import Settings\n"
        "Fetcher(Settings(_env_file=None, edgar_user_agent='Test t@example.com', edgar_base=sys.argv[1], miners_limiter_dir=Path(sys.argv[2]))).get('https://www.sec.gov/other')"
    )
    other = subprocess.Popen([sys.executable, "-c", code, server.base, str(tmp_path)])
    first.join(20)
    assert other.wait(30) == 0
    begun = server.requests[0][0]
    assert server.paths()[0] == PATH
    assert len(server.requests) == 3
    assert min(moment - begun for moment, _, _ in server.requests[1:]) >= 1.2


def test_lasting_ban_sends_few_requests(server: EdgarServer, tmp_path: Path) -> None:
    server.script(PATH, Response(429, FORBIDDEN))
    with pytest.raises(SourceRefused, match="refuses requests"):
        Fetcher(banned(server, tmp_path, 0.05)).get(URL)
    assert len(server.requests) == 3


def test_retry_after_overrides_ban_seconds(server: EdgarServer, tmp_path: Path) -> None:
    server.script(PATH, Response(429, FORBIDDEN, {"Retry-After": "1"}), Response(200, b"ok"))
    began = time.monotonic()
    assert Fetcher(banned(server, tmp_path, 600)).get(URL).content == b"ok"
    assert 1 <= time.monotonic() - began < 10


def test_missing_user_agent_is_refused_without_waiting(server: EdgarServer, tmp_path: Path) -> None:
    server.script(
        PATH, Response(403, b"<html>Your Request Originates from an Undeclared Automated Tool</html>")
    )
    with pytest.raises(SourceRefused, match="Set EDGAR_USER_AGENT"):
        Fetcher(banned(server, tmp_path, 600)).get(URL)
    assert len(server.requests) == 1
    assert cooldown_of(banned(server, tmp_path)).until() < time.time()


def test_default_cooldown_is_ten_minutes() -> None:
    assert Settings.model_fields["edgar_ban_seconds"].default == 600


WORKER = """
import sys
from pathlib import Path
from pipelines.extract.http import Fetcher
from pipelines.settings import Settings
fetcher = Fetcher(Settings(_env_file=None, edgar_user_agent="Test t@example.com", edgar_base=sys.argv[1], miners_limiter_url=sys.argv[2] or None, miners_limiter_dir=Path(sys.argv[4])))
for i in range(int(sys.argv[3])):
    fetcher.get("https://www.sec.gov/x")
"""


def rates(
    server: EdgarServer, where: str, folder: Path, workers: int = 4, each: int = 9
) -> tuple[int, float]:
    """Most requests in any second at the server, and the rate that was reached, of processes that share a limiter."""
    server.script("/www.sec.gov/x", Response(200, b"ok"))
    running = [
        subprocess.Popen([sys.executable, "-c", WORKER, server.base, where, str(each), str(folder)])
        for _ in range(workers)
    ]
    assert [p.wait(90) for p in running] == [0] * workers
    times = sorted(moment for moment, _, _ in server.requests)
    assert len(times) == workers * each
    return max(sum(1 for t in times if start <= t < start + 1) for start in times), (len(times) - 10) / (
        times[-1] - times[0]
    )


def test_rate_limit_holds_over_processes(server: EdgarServer, tmp_path: Path) -> None:
    most, rate = rates(server, "", tmp_path)
    assert most <= 10
    assert rate >= 4, "it is used; make bench measures how much"


def test_rate_limit_is_shared_in_postgresql(server: EdgarServer, database: sa.URL, tmp_path: Path) -> None:
    url = database.set(drivername="postgresql").render_as_string(hide_password=False)
    most, rate = rates(server, url, tmp_path, each=7)
    assert most <= 10
    assert rate >= 2


def test_cooldown_is_shared_in_postgresql(database: sa.URL) -> None:
    url = database.set(drivername="postgresql").render_as_string(hide_password=False)
    settings = Settings(_env_file=None, miners_limiter_url=url)
    limit = rate_limit_of(settings)
    assert isinstance(limit, PostgresRateLimit)
    try:
        _is_shared(settings)
        with psycopg.connect(url) as connection:
            slots = connection.execute("select count(*) from miners_rate_limit where slot > 0").fetchone()
        assert slots == (10,)
    finally:
        # The database goes with the test: nothing may try to reach it for the rest of the session.
        limit.close()


def test_cooldown_is_shared_in_a_folder(tmp_path: Path) -> None:
    _is_shared(Settings(_env_file=None, miners_limiter_dir=tmp_path))


def _is_shared(settings: Settings) -> None:
    cooldown = cooldown_of(settings)
    assert cooldown.until() < time.time()
    moment = time.time() + 30
    cooldown.extend(moment)
    cooldown.extend(moment - 20)
    assert abs(cooldown_of(settings).until() - moment) < 0.01


def test_redis_url_is_refused() -> None:
    with pytest.raises(ValueError, match="must start with postgresql://"):
        Settings(_env_file=None, miners_limiter_url="redis://127.0.0.1:6379/0")


def _hold_slot(folder: Path, name: str) -> subprocess.Popen[str]:
    code = (
        "import sys, time; from pathlib import Path; from pipelines.extract.rate_limit import FileRateLimit\n"
        "with FileRateLimit(Path(sys.argv[1]), sys.argv[2], 1, 0.2).slot():\n    print('held', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(folder), name], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_slot_of_killed_process_is_released(tmp_path: Path) -> None:
    process = _hold_slot(tmp_path, "x")
    process.kill()
    process.wait(10)
    with FileRateLimit(tmp_path, "x", 1, 0.2).slot():
        assert True, "reached without waiting for the other process"


def test_slot_interval_starts_at_response(tmp_path: Path) -> None:
    """A request that takes long to arrive must not let another one through a second after it was sent."""
    limit = FileRateLimit(tmp_path, "x", 1, 0.3)
    with limit.slot():
        time.sleep(0.4)
        answered = time.time()
    with limit.slot():
        assert time.time() - answered >= 0.3


def test_requests_are_counted_by_status(server: EdgarServer, tmp_path: Path) -> None:
    server.script(PATH, Response(403, FORBIDDEN), Response(200, b"ok"))
    fetcher = Fetcher(
        fast(
            Settings(
                _env_file=None,
                edgar_user_agent="Test t@example.com",
                edgar_base=server.base,
                edgar_ban_seconds=0.01,
                miners_limiter_dir=tmp_path,
            )
        )
    )
    fetcher.get(URL)
    assert fetcher.counts == Counter({"403": 1, "200": 1, "bytes": len(FORBIDDEN) + 2})
