"""Broad feeds, the check of feeds and silent feeds, against a real HTTP server on loopback."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from prometheus_client.parser import text_string_to_metric_families

from miners.cli.main import main
from pipelines.extract import news as extract
from pipelines.extract.news import NewsReader
from pipelines.operations import alert_log
from pipelines.operations.health import prometheus, write_health
from pipelines.operations.status import beat, status
from pipelines.query.summary import summary_lines
from pipelines.settings import load_settings
from pipelines.steps import feeds, news
from pipelines.steps.results import StepResult
from pipelines.steps.services import Services
from pipelines.watchlist import load_watchlist
from pipelines.watchlist.feeds import load_feeds
from tests.edgar_server import EdgarServer, Response
from tests.pipeline_run import query_rows

TODAY = datetime.now(UTC).replace(microsecond=0)
DAYS = [(date(2018, 1, 1), TODAY.date() + timedelta(days=1))]
ARTICLE = b"<html lang='en'><head><title>Results</title></head><body><article><p>Core Scientific sold 2,385 bitcoin for $208.3 million in the first quarter of 2026, the company said in its quarterly report on Wednesday evening.</p></article></body></html>"


def rss(*entries: tuple[str, str, str, datetime | None]) -> bytes:
    """A feed of entries: title, URL, summary, time of publication."""
    items = "".join(
        f"<item><title>{title}</title><link>{url}</link><description>{summary}</description>"
        + (f"<pubDate>{published:%a, %d %b %Y %H:%M:%S} GMT</pubDate>" if published else "")
        + "</item>"
        for title, url, summary, published in entries
    )
    return f"<rss version='2.0'><channel><title>N</title><link>https://n.example/</link>{items}</channel></rss>".encode()


@dataclass
class Web:
    """Live services whose feeds are those of a loopback server."""

    services: Services
    server: EdgarServer
    watchlist: Path

    def feeds(self, **settings: dict[str, object]) -> None:
        """Replace the shipped feeds: settings by code; a feed's path is /<code>.xml."""
        shipped: dict[str, object] = {feed.code: None for feed in load_feeds()}
        mine = {
            code: {"url": f"{self.server.base}/{code}.xml", "publisher": code, "kind": "press", **more}
            for code, more in settings.items()
        }
        (self.watchlist / "feeds.yaml").write_text(json.dumps({**shipped, **mine}))
        load_feeds.cache_clear()

    def answer(self, code: str, *responses: Response) -> None:
        self.server.script(f"/{code}.xml", *responses)

    def read(self) -> StepResult:
        return feeds.read_feeds(self.services)

    def fetch(self) -> StepResult:
        return news.fetch_articles(self.services, DAYS)

    def needs(self) -> list[str]:
        return status(self.services.engine, self.services.settings).needs


@pytest.fixture
def web(
    make_services: Callable[..., Services],
    server: EdgarServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Web:
    """A reader that is let through to the loopback server, whose hosts have no robots.txt."""
    monkeypatch.setattr(extract, "_DELAY_MS", 5)
    monkeypatch.setattr(extract, "SECONDS", 0.5)
    reader = partial(NewsReader, allowed=frozenset([server.base.removeprefix("http://")]))
    monkeypatch.setattr(feeds, "NewsReader", reader)
    monkeypatch.setattr(news, "NewsReader", reader)
    server.script("/robots.txt", Response(404))
    watchlist = tmp_path / "watchlist"
    watchlist.mkdir()
    settings = {"edgar_user_agent": "T t@example.com", "miners_limiter_dir": tmp_path / "limiter"}
    made = Web(make_services(miners_watchlist=watchlist, **settings), server, watchlist)
    beat(made.services.settings)
    return made


# ---------------------------------------------------------------------------------------------- broad feeds


def entries_of_wire(web: Web) -> bytes:
    """A wire's feed: two entries that name a watched company, two that do not."""
    base = web.server.base
    return rss(
        ("Core Scientific Announces Results", f"{base}/corz.html", "", TODAY),
        ("A Quarterly Report", f"{base}/riot.html", "Riot Platforms, Inc. (NASDAQ: RIOT) said", TODAY),
        ("Acme Biotech Reports Results", f"{base}/acme.html", "Acme Biotech mined nothing.", TODAY),
        ("Riot Games Announces New Season", f"{base}/games.html", "", TODAY),
    )


def test_broad_feed_fetches_watched_companies_only(web: Web) -> None:
    web.feeds(wire={"kind": "wire", "broad": True})
    web.answer("wire", Response(200, entries_of_wire(web)))
    for page in ("corz", "riot", "acme", "games"):
        web.server.script(f"/{page}.html", Response(200, ARTICLE))
    assert web.read().counts["new"] == 4
    result = web.fetch()
    assert {p for p in web.server.paths() if p.endswith(".html")} == {"/corz.html", "/riot.html"}
    assert (result.counts["entries"], result.counts["skipped"]) == (4, 2)
    assert web.fetch().counts["skipped"] == 2
    assert news.fetch_articles(web.services, DAYS, force=True).counts["skipped"] == 2
    assert not {"/acme.html", "/games.html"} & set(web.server.paths()), "skipped entries are never fetched"
    line = next(
        line
        for line in summary_lines(
            web.services.settings,
            {"feed_entries": {"counts": {"feeds": 1}}, "articles": {"counts": dict(result.counts)}},
            dict.fromkeys(
                ("facts", "quarantine", "findings", "confirmed", "contradicted", "unmatched", "superseded"), 0
            ),
        )
        if line.startswith("news")
    )
    assert "2 entries of broad feeds skipped" in line


def test_skipped_entry_is_fetched_for_new_company(web: Web) -> None:
    """The feed has long dropped the entry when its company is added; the warehouse still lists it."""
    web.feeds(wire={"kind": "wire", "broad": True})
    web.answer("wire", Response(200, entries_of_wire(web)), Response(200, rss()))
    for page in ("corz", "riot", "acme"):
        web.server.script(f"/{page}.html", Response(200, ARTICLE))
    web.read()
    web.fetch()
    (web.watchlist / "companies.yaml").write_text(
        "ACME: {name: 'Acme Biotech, Inc.', ciks: [{cik: 1234567}], fiscal_year_ends: [{month_day: 12-31}]}\n"
    )
    load_watchlist.cache_clear()
    grown = Services(web.services.settings)
    feeds.read_feeds(grown)
    assert news.fetch_articles(grown, DAYS).counts["skipped"] == 1
    assert "/acme.html" in web.server.paths()
    grown.engine.dispose()


def test_entry_moves_from_broad_feed_to_company_feed(web: Web) -> None:
    """A release whose title and summary name nobody, on the wire and in the feed of its company."""
    web.feeds(wire={"kind": "wire", "broad": True}, mine={"kind": "wire", "company": "CORZ"})
    entry = ("Monthly Update", f"{web.server.base}/corz.html", "Production rose.", TODAY)
    web.answer("wire", Response(200, rss(entry)))
    web.answer("mine", Response(200, rss()), Response(200, rss(entry)))
    web.server.script("/corz.html", Response(200, ARTICLE))
    web.read()
    assert web.fetch().counts["skipped"] == 1
    web.read()
    assert web.fetch().counts["skipped"] == 0
    assert "/corz.html" in web.server.paths()
    assert query_rows(web.services, "select feed, status from ops.feed_entry") == [("mine", "read")]
    web.read()
    assert query_rows(web.services, "select feed, status from ops.feed_entry") == [("mine", "read")]


# ---------------------------------------------------------------------------------------------- miners feeds check


def answers(web: Web) -> None:
    """One feed for each way to answer."""
    codes = ("good", "old", "refused", "limited", "down", "empty", "broken", "slow", "page", "gone", "partly")
    web.feeds(**{code: {} for code in codes})
    base = web.server.base
    entry = ("Riot Platforms sold 475 bitcoin", f"{base}/a.html", "", TODAY)
    other = ("Acme Biotech Reports Results", f"{base}/b.html", "", TODAY - timedelta(days=1))
    web.answer("good", Response(200, rss(other, entry), {"ETag": '"1"'}))
    web.answer("old", Response(200, rss((*entry[:3], TODAY - timedelta(days=30)))))
    web.answer("refused", Response(403))
    web.answer("limited", Response(429, headers={"Retry-After": "60"}))
    web.answer("down", Response(503))
    web.answer("empty", Response(200, rss()))
    web.answer("broken", Response(200, b"<rss><channel><item><title>"))
    web.answer("slow", Response(200, b"<rss>", endless=True, pause=0.05))
    web.answer("page", Response(200, b"<html><body>We moved</body></html>"))
    web.answer("gone", Response(404))
    web.answer("partly", Response(200, rss(entry).removesuffix(b"</channel></rss>")))


@pytest.fixture
def run_check(web: Web, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command; its warehouse is an address that nobody answers."""
    settings = web.services.settings
    monkeypatch.setenv("EDGAR_USER_AGENT", str(settings.edgar_user_agent))
    monkeypatch.setenv("MINERS_WATCHLIST", str(web.watchlist))
    monkeypatch.setenv("MINERS_LIMITER_DIR", str(settings.miners_limiter_dir))
    monkeypatch.setenv("WAREHOUSE_URL", "postgresql://127.0.0.1:1/none")

    def run(*arguments: str) -> Result:
        load_settings.cache_clear()
        try:
            return CliRunner().invoke(main, ["feeds", "check", *arguments])
        finally:
            load_settings.cache_clear()

    return run


def test_feeds_check_prints_line_per_feed(web: Web, run_check: Callable[..., Result]) -> None:
    answers(web)
    done = run_check("--format", "json")
    assert done.exit_code == 1, done.output
    found = {row["feed"]: row for row in json.loads(done.stdout)}
    assert {code: (row["result"], row["http"]) for code, row in found.items()} == {
        "good": ("ok", 200),
        "old": ("ok", 200),
        "partly": ("ok", 200),
        "refused": ("failed", 403),
        "limited": ("failed", 429),
        "down": ("failed", 503),
        "empty": ("failed", 200),
        "broken": ("failed", 200),
        "slow": ("failed", None),
        "page": ("failed", 200),
        "gone": ("failed", 404),
    }
    good = found["good"]
    assert (good["entries"], good["watched"], good["detail"]) == (2, 1, "")
    assert good["newest"].startswith(f"{TODAY:%Y-%m-%d}")
    remedies = {
        "old": "no entry within 7 days",
        "refused": "set NEWS_USER_AGENT",
        "limited": "Try it again later",
        "down": "The next run retries it",
        "empty": "It has no entries",
        "broken": "not well-formed",
        "slow": "still sending after",
        "page": "Correct its url in feeds.yaml",
        "gone": "Correct its url in feeds.yaml",
        "partly": "not well-formed",
    }
    for code, remedy in remedies.items():
        assert remedy in found[code]["detail"], code
        assert "\n" not in found[code]["detail"]


def test_feeds_check_requests_each_feed_once(web: Web, run_check: Callable[..., Result]) -> None:
    answers(web)
    run_check()
    run_check()
    asked = [p for p in web.server.paths() if p.endswith(".xml")]
    assert len(asked) == 22, "two checks of eleven feeds: nothing is retried"
    assert sorted(set(asked)) == sorted(f"/{feed.code}.xml" for feed in load_feeds(web.watchlist))
    assert not any("If-None-Match" in headers for _, _, headers in web.server.requests)


def test_feeds_check_succeeds_without_failures(web: Web, run_check: Callable[..., Result]) -> None:
    web.feeds(good={}, map={"format": "sitemap"})
    web.answer("good", Response(200, rss(("Riot Platforms", f"{web.server.base}/a", "", TODAY))))
    web.answer("map", Response(200, b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'></urlset>"))
    done = run_check("--format", "csv")
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(r["feed"], r["result"], r["entries"], r["watched"]) for r in rows] == [
        ("good", "ok", "1", "1"),
        ("map", "ok", "0", "0"),
    ], "a news sitemap of a quiet weekend is empty"


def test_feeds_check_lists_feeds_that_folder_lacks(
    run_check: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EDGAR_USER_AGENT")
    monkeypatch.delenv("MINERS_WATCHLIST")
    done = run_check("--format", "json")
    assert done.exit_code == 0, done.output
    found = {row["feed"]: row["result"] for row in json.loads(done.stdout)}
    assert (found["coindesk"], found["sample-wirepost"]) == ("missing", "ok")
    assert "not from the network" in done.stderr


def test_feeds_check_without_feeds_is_wrong_use(
    run_check: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EDGAR_MIRROR", str(tmp_path))
    done = run_check()
    assert done.exit_code == 2
    assert "Set NEWS_MIRROR" in done.stderr


# ---------------------------------------------------------------------------------------------- silent and refused feeds


def test_silent_feed_needs_person(web: Web) -> None:
    """A feed whose publisher has moved answers with its last entries for ever."""
    web.feeds(quiet={}, patient={"silent_after_days": 60}, lively={}, closed={}, undated={})
    base, old = web.server.base, TODAY - timedelta(days=30)
    web.answer("quiet", Response(200, rss(("A", f"{base}/a", "", old)), {"ETag": '"1"'}), Response(304))
    web.answer("patient", Response(200, rss(("B", f"{base}/b", "", old))))
    web.answer("lively", Response(200, rss(("C", f"{base}/c", "", TODAY))))
    web.answer("closed", Response(200, rss()))
    web.answer("undated", Response(200, rss(("D", f"{base}/d", "", None))))
    expected = ["2 news feeds are silent or refused: closed, quiet: miners feeds check"]
    for _ in range(2):
        result = web.read()
        assert (result.counts["silent"], result.counts["dead"]) == (2, 0)
        assert f"quiet answers, but has no entry newer than {old:%Y-%m-%d}" in result.notes
        assert "closed answers, but has no entries" in result.notes
        assert web.needs() == expected
    engine, settings = web.services.engine, web.services.settings
    found = status(engine, settings)
    newest = {
        sample.labels["feed"]: sample.value
        for family in text_string_to_metric_families(prometheus(engine, found))
        for sample in family.samples
        if sample.name == "miners_feed_newest_entry_timestamp_seconds"
    }
    assert newest == {code: old.timestamp() for code in ("quiet", "patient")} | {"lively": TODAY.timestamp()}
    write_health(engine, settings, found)
    assert json.loads((settings.data_dir / "health.json").read_text())["needs"] == expected
    with engine.connect() as connection:
        alerts = [a for a in alert_log.current(connection, settings) if a.kind == "feed"]
    assert [a.key for a in alerts] == ["feed:silent:closed", "feed:silent:quiet"]
    assert alerts[1].told.startswith("feed quiet answers, but has no entry newer than")


def test_refused_feed_needs_person_until_removed(web: Web) -> None:
    web.feeds(refused={}, good={})
    web.answer("refused", Response(200, rss(("A", f"{web.server.base}/a", "", TODAY))), Response(403))
    web.answer("good", Response(200, rss(("B", f"{web.server.base}/b", "", TODAY))))
    web.read()
    web.read()
    assert web.needs() == [], "one refusal is not days of refusals"
    with web.services.engine.begin() as connection:
        connection.exec_driver_sql(
            "update ops.feed set answered_at = answered_at - interval '50 hours' where feed = 'refused'"
        )
    assert web.read().counts["dead"] == 1
    assert web.needs() == ["1 news feeds are silent or refused: refused: miners feeds check"]
    with web.services.engine.connect() as connection:
        (alert,) = alert_log.current(connection, web.services.settings)
    assert alert.key == "feed:dead:refused"
    assert "has not answered since" in alert.told
    web.feeds(good={})
    assert web.needs() == []


def test_feed_in_folder_is_never_silent(make_services: Callable[..., Services], tmp_path: Path) -> None:
    folder = tmp_path / "mirror"
    (folder / "n.example").mkdir(parents=True)
    (folder / "feeds.yaml").write_text("mine: {url: 'https://n.example/f.xml', publisher: N, kind: press}\n")
    entry = ("A", "https://n.example/a", "", TODAY - timedelta(days=900))
    (folder / "n.example" / "f.xml").write_bytes(rss(entry))
    services = make_services(news_mirror=folder)
    assert feeds.read_feeds(services).counts["silent"] == 0
    assert status(services.engine, services.settings).needs == []
