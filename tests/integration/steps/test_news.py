"""From feeds to verdicts in a real warehouse, with everything on the way that can go wrong."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pipelines.datasets import DEALS, NEWS_CLAIMS
from pipelines.extract import news as extract
from pipelines.extract.news import NewsReader
from pipelines.settings import HOME
from pipelines.steps import datasets, feeds, news, news_reconciliation
from pipelines.steps.results import StepResult
from pipelines.steps.services import Services
from pipelines.warehouse import bookkeeping, staging
from pipelines.warehouse.quarantine_rows import list_rows, release_row
from tests.edgar_server import EdgarServer, Response
from tests.integration.conftest import FILINGS, Content, StartFrom
from tests.pipeline_run import query_rows, run_filings
from tests.snapshot import contents

ALL = [(date(2018, 1, 1), date(2026, 12, 31))]
FILED = (date(2018, 1, 1), date(2026, 11, 30))


def read_news(
    services: Services, reader: NewsReader | None = None, *, force: bool = False
) -> dict[str, StepResult]:
    """A run of news without its comparison."""
    steps = [
        datasets.load_dimension_tables(services),
        feeds.read_feeds(services, reader),
        news.fetch_articles(services, ALL, force=force, reader=reader),
        news.read_claims(services, ALL, force=force),
        news.check_claims(services, ALL, "test-run"),
        news.load_passed_claims(services, ALL),
    ]
    return {step.step: step for step in steps}


def read_filings(services: Services, *tickers: str) -> None:
    run_filings(services, *tickers)
    read_deals(services, *tickers)


def read_deals(services: Services, *tickers: str) -> None:
    slices = [(t, *FILED) for t in tickers]
    datasets.normalize(services, DEALS, slices)
    datasets.check(services, DEALS, slices, "test-run")
    datasets.load(services, DEALS, slices)


@pytest.fixture
def with_news(start_from: StartFrom, make_services: Callable[..., Services]) -> Services:
    """A warehouse of the sample news."""
    start_from(Content("news", read_news))
    return make_services()


@pytest.fixture
def with_filings_and_news(start_from: StartFrom, make_services: Callable[..., Services]) -> Services:
    """A warehouse of the sample filings of four companies and the sample news, compared with those of one."""

    def fill(services: Services) -> None:
        read_deals(services, "CORZ", "RIOT")
        results = read_news(services)
        assert results["articles"].counts["own_releases"] == 1, (
            "the company's release on a wire is the exhibit of its 8-K"
        )
        compare(services, "CORZ")

    start_from(Content("filings_and_news", fill, base=FILINGS))
    return make_services()


def compare(services: Services, *tickers: str, now: datetime | None = None) -> StepResult:
    return news_reconciliation.reconcile_news(services, tickers, now)


VERDICTS = "select metric, segment, value, status, filing_value, note, settled_at from marts.news_claims where ticker = 'CORZ' and url like '%core-scientific-pivot%' order by 1, 2, 3"

# ---------------------------------------------------------------------------------------------- the samples


def test_sample_article_claims_are_confirmed(with_filings_and_news: Services) -> None:
    services = with_filings_and_news
    found = query_rows(services, VERDICTS)
    assert {(r[0], r[1], int(r[2])) for r in found} == {
        ("bitcoin_sale_proceeds", None, 208_000_000),
        ("total_revenue", None, 115_200_000),
        ("total_revenue", None, 79_500_000),
        ("segment_revenue", "colocation", 77_500_000),
        ("segment_revenue", "self_mining", 30_100_000),
        ("segment_revenue", "self_mining", 67_200_000),
        ("change:bitcoin_produced", None, -45),
        ("change:bitcoin_price", None, -18),
        ("deal:acquisition", None, 421_000_000),
        ("deal:capacity_target", None, 590),
    }
    assert {r[3] for r in found} == {"confirmed"}
    assert {r[0]: r[5] for r in found if r[5]} == {
        "deal:acquisition": "status: closed in the article, agreed in the filing"
    }
    (deal,) = query_rows(
        services,
        "select party, amount_usd, megawatts, announced_on, due, status, status_differs, news_statuses, accession, told_by from marts.deals where ticker = 'CORZ' and kind = 'acquisition' and party like 'Polaris%'",
    )
    assert deal == (
        "Polaris DS LLC",
        421_000_000,
        440,
        date(2026, 5, 5),
        "early in the third quarter of 2026",
        "agreed",
        True,
        ["agreed", "closed"],
        "0001628280-26-030918",
        "filing",
    )
    wrong = query_rows(
        services,
        "select metric, status, note from marts.news_claims where ticker = 'CORZ' and status = 'contradicted' order by 1",
    )
    assert wrong == [
        ("bitcoin_sold", "contradicted", None),
        ("segment_revenue", "contradicted", "another period: it is the figure of 2026-01-01 to 2026-03-31"),
        ("total_revenue", "contradicted", None),
    ]
    findings = query_rows(
        services,
        "select \"check\", count(*) from marts.open_findings where ticker = 'CORZ' and \"check\" like 'news%' group by 1 order by 1",
    )
    assert findings == [("news_contradicted", 3)], "no filing of the days of CoreWeave's bid was read"


def test_copies_are_one_story_of_each_publisher(with_news: Services) -> None:
    services = with_news
    stories = query_rows(
        services,
        "select count(*), min(publisher) filter (where document_key = story_key) from warehouse.dim_article group by story_key having count(*) > 1",
    )
    assert stories == [(3, "Wirepost")], "the wire is read, not the two who copied it"
    claims = query_rows(
        services,
        "select distinct publisher, publishers from marts.news_claims where url like '%corz-results%'",
    )
    assert claims == [("Wirepost", ["Newsmap", "Repost", "Wirepost"])]
    first = query_rows(
        services,
        "select distinct first_publisher, first_published_at <= published_at from marts.news_claims where url like '%corz-results%'",
    )
    assert first == [("Wirepost", True)]
    accuracy = dict(query_rows(services, "select publisher, claims from marts.publisher_accuracy"))
    assert accuracy["Repost"] >= 8, "a publisher is answerable for what it copies"
    assert (
        sum(accuracy.values()) > query_rows(services, "select count(*) from warehouse.fact_news_claim")[0][0]
    )


def test_second_run_of_news_changes_nothing(with_filings_and_news: Services) -> None:
    services = with_filings_and_news
    compare(services, *services.watchlist.tickers())
    schema_now = contents(services.engine)
    assert len(schema_now["warehouse.fact_news_claim"]) > 100

    def without_times(content: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
        skip = [i for i, c in enumerate(bookkeeping.feed.columns) if c.name == "answered_at"]
        answers = [tuple(v for i, v in enumerate(row) if i not in skip) for row in content["ops.feed"]]
        return {**content, "ops.feed": answers}

    results = read_news(services)
    again = compare(services, *services.watchlist.tickers())
    assert without_times(contents(services.engine)).keys() == without_times(schema_now).keys()
    for table, content in contents(services.engine).items():
        if table != "ops.feed":
            assert content == schema_now[table], table
    assert (
        results["load_news_claims"].counts["inserted"],
        results["articles"].counts["read"],
        again.counts["changed"],
    ) == (0, 0, 0)
    read_news(services, force=True)
    compare(services, *services.watchlist.tickers())
    assert contents(services.engine)["warehouse.fact_news_claim"] == schema_now["warehouse.fact_news_claim"]


def test_claim_is_confirmed_by_later_filing(with_news: Services) -> None:
    """In whatever order they come the verdict is the same, and so is the day on which it was."""
    services = with_news
    compare(services, "CORZ")
    before = query_rows(services, VERDICTS)
    assert {r[3] for r in before} == {"unmatched"}
    assert {r[6] for r in before} == {None}
    read_filings(services, "CORZ")
    changed = compare(services, "CORZ")
    after = query_rows(services, VERDICTS)
    assert {r[3] for r in after} == {"confirmed"}
    assert changed.counts["changed"] > 10
    published = datetime(2026, 5, 7, 9, 20, tzinfo=UTC)
    assert all(r[6] >= published for r in after), "nothing is confirmed before it was said"


def test_sample_news_are_purged_by_live_run(
    with_filings_and_news: Services, make_services: Callable[..., Services], tmp_path: Path
) -> None:
    """`make run`, then the same with EDGAR_USER_AGENT: nothing retyped stands beside what was filed, and nothing breaks."""
    assert query_rows(with_filings_and_news, "select count(*) > 0 from warehouse.fact_deal") == [(True,)]
    mirror = tmp_path / "mirror"
    shutil.copytree(HOME / "samples" / "edgar", mirror)
    filed = make_services(edgar_mirror=mirror)
    read_filings(filed, "CORZ")
    for table in ("dim_article", "fact_news_claim"):
        assert query_rows(filed, f"select count(*) from warehouse.{table}") == [(0,)], table
    assert query_rows(filed, "select distinct source from warehouse.dim_document") == [("mirror",)]
    assert query_rows(filed, "select count(*) from ops.feed_entry") == [(0,)]
    assert query_rows(filed, "select count(*) > 0 from warehouse.fact_deal") == [(True,)]
    compare(filed, "CORZ")


def test_sample_news_are_purged_by_other_news(
    with_news: Services, make_services: Callable[..., Services], mirror: Callable[..., Path]
) -> None:
    other = make_services(news_mirror=mirror(a=_article("2026-05-07", GOOD)))
    results = read_news(other)
    assert any("sample articles" in note for note in results["feed_entries"].notes)
    assert query_rows(other, "select distinct url from warehouse.dim_document where source = 'news'") == [
        ("https://n.example/a.html",)
    ]


def test_archived_articles_are_read_offline(with_news: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    services = with_news
    count = query_rows(services, "select count(*) from warehouse.fact_news_claim")

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a request was sent")

    monkeypatch.setattr(NewsReader, "get", refuse)
    newer = replace(NEWS_CLAIMS, code_version=f"{NEWS_CLAIMS.code_version}-next")
    monkeypatch.setattr(news, "NEWS_CLAIMS", newer)
    results = news.read_claims(services, ALL)
    news.check_claims(services, ALL, "test-run")
    news.load_passed_claims(services, ALL)
    assert results.counts["articles"] > 30
    assert query_rows(services, "select count(*) from warehouse.fact_news_claim") == count
    assert query_rows(
        services, "select distinct extractor_version like '%-next %' from warehouse.fact_news_claim"
    ) == [(True,)]


def test_paywalled_and_scripted_pages_keep_summary(with_news: Services) -> None:
    services = with_news
    bodies = query_rows(
        services,
        "select d.url, a.body, a.body_reason from warehouse.dim_article a join warehouse.dim_document d using (document_key) where a.body <> 'full' order by 1",
    )
    assert [(url.rsplit("/", 1)[1], body, reason) for url, body, reason in bodies] == [
        ("terawulf-notes.html", "summary", "behind a paywall"),
        ("riot-numbers.html", "empty", "the text needs JavaScript"),
    ]
    assert query_rows(services, "select value from marts.news_claims where url like '%terawulf-notes%'") == [
        (21_000_000,)
    ]


# ---------------------------------------------------------------------------------------------- quarantine and blocks


def _article(day: str, text: str, title: str = "Core Scientific reports") -> bytes:
    return f"<html lang='en'><head><title>{title}</title><meta property='og:title' content='{title}'><meta property='article:published_time' content='{day}T10:00:00Z'></head><body><article><p>{text}</p></article></body></html>".encode()


def _rss(*items: tuple[str, str, str]) -> bytes:
    entries = "".join(
        f"<item><title>{title}</title><link>{url}</link><description>{text}</description><pubDate>Thu, 07 May 2026 10:00:00 GMT</pubDate></item>"
        for title, url, text in items
    )
    return f"<rss version='2.0'><channel><title>N</title><link>https://n.example/</link>{entries}</channel></rss>".encode()


GOOD = "Core Scientific sold 2,385 bitcoin for $208.3 million in the first quarter of 2026, the company said in its quarterly report on Wednesday evening, after the close."


@pytest.fixture
def mirror(tmp_path: Path) -> Callable[..., Path]:
    """A folder that stands for the web, with one feed and the pages that it announces."""

    def make(**pages: bytes) -> Path:
        folder = tmp_path / "mirror"
        (folder / "n.example").mkdir(parents=True)
        (folder / "feeds.yaml").write_text(
            "the-feed: {url: 'https://n.example/feed.xml', publisher: N, kind: press}\n"
        )
        for name, body in pages.items():
            (folder / "n.example" / f"{name}.html").write_bytes(body)
        items = [(name, f"https://n.example/{name}.html", "A summary.") for name in pages]
        (folder / "n.example" / "feed.xml").write_bytes(_rss(*items))
        return folder

    return make


def test_impossible_claim_is_quarantined(
    make_services: Callable[..., Services], mirror: Callable[..., Path]
) -> None:
    text = GOOD + " Revenue rose 4,500% in the quarter from a year earlier."
    services = make_services(news_mirror=mirror(a=_article("2026-05-07", text)))
    results = read_news(services)
    assert results["check_news_claims"].counts["failed"] == 1
    assert {r[0] for r in query_rows(services, "select metric from warehouse.fact_news_claim")} == {
        "bitcoin_sold",
        "bitcoin_sale_proceeds",
    }
    with services.engine.connect() as connection:
        (row,) = list_rows(connection)
    assert (row["check_name"], row["row_content"]["value"], row["url"]) == (
        "impossible_percent",
        "4500",
        "https://n.example/a.html",
    )
    with services.engine.begin() as connection:
        release_row(connection, row["row_key"], "an operator")
    news.load_passed_claims(services, ALL)
    assert "change:total_revenue" in {
        r[0] for r in query_rows(services, "select metric from warehouse.fact_news_claim")
    }
    read_news(services)
    assert "change:total_revenue" in {
        r[0] for r in query_rows(services, "select metric from warehouse.fact_news_claim")
    }


def test_failed_table_expectation_blocks_its_article(
    make_services: Callable[..., Services], mirror: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    services = make_services(
        news_mirror=mirror(
            a=_article("2026-05-07", GOOD),
            b=_article(
                "2026-05-07",
                GOOD.replace("2,385", "2,386").replace(
                    "evening", "morning and nobody was surprised by any of it, least of all the lenders"
                ),
            ),
        )
    )
    sources = staging.sources

    def without_source(connection: Any, keys: Any) -> Any:
        found = sources(connection, keys)
        return {k: replace(v, url="") if "b.html" in v.url else v for k, v in found.items()}

    monkeypatch.setattr(staging, "sources", without_source)
    results = read_news(services)["check_news_claims"]
    assert results.counts["blocked"] == 1
    assert "nothing of it was loaded" in next(iter(results.failures.values()))
    assert query_rows(services, "select distinct url from marts.news_claims") == [
        ("https://n.example/a.html",)
    ]


# ---------------------------------------------------------------------------------------------- what strangers send


@pytest.fixture
def live(
    make_services: Callable[..., Services],
    server: EdgarServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[Services, NewsReader, Path]:
    """Services whose feeds are a list of ours, a reader that is let through to the test's server, and where the list is."""
    monkeypatch.setattr(extract, "_DELAY_MS", 5)
    monkeypatch.setattr(extract, "SECONDS", 1.0)
    watchlist = tmp_path / "watchlist"
    watchlist.mkdir()
    services = make_services(
        edgar_user_agent="T t@example.com",
        miners_watchlist=watchlist,
        miners_limiter_dir=tmp_path / "limiter",
    )
    return (
        services,
        NewsReader(services.settings, frozenset([server.base.removeprefix("http://")])),
        watchlist,
    )


def _feeds(watchlist: Path, base: str, *paths: str) -> None:
    from pipelines.watchlist.feeds import load_feeds

    shipped = {f.code: None for f in load_feeds()}
    mine = {
        path.strip("/").replace(".", "-").replace("/", "-"): {
            "url": base + path,
            "publisher": path,
            "kind": "press",
        }
        for path in paths
    }
    (watchlist / "feeds.yaml").write_text(json.dumps({**shipped, **mine}))
    load_feeds.cache_clear()


def test_bad_feeds_and_pages_do_not_stop_others(
    live: tuple[Services, NewsReader, Path], server: EdgarServer
) -> None:
    services, reader, watchlist = live
    base = server.base
    pages = {
        "/good.html": Response(200, _article("2026-05-07", GOOD)),
        "/scripted.html": Response(
            200,
            b"<html><head><title>X</title></head><body><div id=app></div><script>a</script><script>b</script><script>c</script><noscript>Please enable JavaScript</noscript></body></html>",
        ),
        "/loop.html": Response(302, headers={"Location": "/loop.html"}),
        "/inside.html": Response(302, headers={"Location": "http://169.254.169.254/latest/meta-data"}),
        "/endless.html": Response(200, b"<p>x</p>" * 20_000, endless=True),
        "/dripping.html": Response(200, b"<p>x</p>", endless=True, pause=0.05),
        "/gone.html": Response(404, b"gone"),
        "/refused.html": Response(403, b"<html>no</html>"),
        "/binary.html": Response(200, bytes(range(256)) * 40),
        "/charset.html": Response(
            200,
            _article("2026-05-07", GOOD.replace("the company", "the “company”"))
            .replace(b"<head>", b"<head><meta charset='utf-7'>")
            .decode()
            .encode("cp1252"),
            {"Content-Type": "text/html; charset=utf-8"},
        ),
        "/markup.html": Response(
            200,
            _article(
                "2026-05-07",
                GOOD.replace("2,385", "2,384"),
                "&lt;script&gt;alert(1)&lt;/script&gt; Core Scientific'); drop table x; --",
            ),
        ),
        "/deep.html": Response(200, b"<div>" * 20_000 + GOOD.encode() + b"</div>" * 20_000),
    }
    for path, answer in pages.items():
        server.script(path, answer)
    server.script("/robots.txt", Response(404))
    server.script("/one.xml", Response(200, _rss(*((p, base + p, "") for p in pages))))
    server.script("/invalid.xml", Response(200, b"<rss><channel><item><title>"))
    server.script("/huge.xml", Response(200, b"<rss>" + b"x" * 200_000, endless=True))
    server.script("/page.xml", Response(200, b"<html><body>We moved</body></html>"))
    server.script("/down.xml", Response(503))
    server.script("/private.xml", Response(301, headers={"Location": "http://127.0.0.1:1/feed"}))
    _feeds(watchlist, base, "/invalid.xml", "/huge.xml", "/page.xml", "/down.xml", "/private.xml", "/one.xml")
    results = read_news(services, reader)
    states = dict(query_rows(services, "select feed, status || ': ' || coalesce(reason, '') from ops.feed"))
    assert states["one-xml"].startswith("ok")
    assert all(
        status.startswith("failed: ") and len(status) > 12
        for feed, status in states.items()
        if feed not in ("one-xml", "invalid-xml")
    ), states
    assert results["feed_entries"].failures == {}, "a dead feed is no failed night"
    assert results["feed_entries"].counts["dead"] >= 4
    assert any("has not answered yet" in note for note in results["feed_entries"].notes)
    entries = {
        u.rsplit("/", 1)[1].removesuffix(".html"): (s, r)
        for u, s, r in query_rows(services, "select url, status, coalesce(reason, '') from ops.feed_entry")
    }
    assert {name: status for name, (status, _) in entries.items()} == {
        "good": "read",
        "scripted": "summary",
        "loop": "refused",
        "inside": "refused",
        "endless": "refused",
        "dripping": "refused",
        "gone": "missing",
        "refused": "refused",
        "binary": "unreadable",
        "charset": "read",
        "markup": "read",
        "deep": entries["deep"][0],
    }
    assert all(reason for name, (status, reason) in entries.items() if status not in ("read",)), entries
    claimed = {
        u.rsplit("/", 1)[1] for (u,) in query_rows(services, "select distinct url from marts.news_claims")
    }
    assert "good.html" in claimed or "charset.html" in claimed or "markup.html" in claimed
    titles = [
        t for (t,) in query_rows(services, "select title from warehouse.dim_document where source = 'news'")
    ]
    assert not any("<script" in (t or "") for t in titles)


def test_unchanged_feeds_cost_one_request(
    live: tuple[Services, NewsReader, Path], server: EdgarServer
) -> None:
    services, reader, watchlist = live
    server.script("/robots.txt", Response(404))
    server.script("/good.html", Response(200, _article("2026-05-07", GOOD)))
    server.script(
        "/one.xml", Response(200, _rss(("A", server.base + "/good.html", "")), {"ETag": '"1"'}), Response(304)
    )
    _feeds(watchlist, server.base, "/one.xml")
    read_news(services, reader)
    asked = len(server.requests)
    results = read_news(services, reader)
    assert [path for path in server.paths()[asked:] if path != "/robots.txt"] == ["/one.xml"]
    assert results["feed_entries"].counts["unchanged"] == 1
    assert results["articles"].counts["read"] == 0


def test_silent_feed_is_reported_with_age(
    live: tuple[Services, NewsReader, Path], server: EdgarServer
) -> None:
    services, reader, watchlist = live
    server.script("/robots.txt", Response(404))
    server.script("/one.xml", Response(200, _rss()), Response(410))
    _feeds(watchlist, server.base, "/one.xml")
    feeds.read_feeds(services, reader)
    with services.engine.begin() as connection:
        connection.execute(
            sa.update(bookkeeping.feed).values(answered_at=datetime.now(UTC) - timedelta(hours=50))
        )
    results = feeds.read_feeds(services, reader)
    assert results.counts["dead"] == 1
    assert any("one-xml has not answered since 20" in note for note in results.notes)
    assert results.failures == {}


def test_canonical_url_deduplicates_article(
    live: tuple[Services, NewsReader, Path], server: EdgarServer
) -> None:
    services, reader, watchlist = live
    body = _article("2026-05-07", GOOD).replace(
        b"<head>", f"<head><link rel='canonical' href='{server.base}/good.html'>".encode()
    )
    server.script("/robots.txt", Response(404))
    for path in ("/good.html", "/amp/good.html"):
        server.script(path, Response(200, body))
    server.script(
        "/one.xml",
        Response(
            200,
            _rss(
                ("A", server.base + "/good.html?utm_source=x", ""), ("A", server.base + "/amp/good.html", "")
            ),
        ),
    )
    _feeds(watchlist, server.base, "/one.xml")
    results = read_news(services, reader)
    assert results["articles"].counts["duplicates"] == 1
    assert query_rows(services, "select count(*) from warehouse.dim_article") == [(1,)]


def test_feed_without_page_access_uses_summaries(
    live: tuple[Services, NewsReader, Path], server: EdgarServer
) -> None:
    services, reader, watchlist = live
    server.script("/robots.txt", Response(404))
    server.script("/one.xml", Response(200, _rss(("Core Scientific", server.base + "/good.html", GOOD))))
    _feeds(watchlist, server.base, "/one.xml")
    content = json.loads((watchlist / "feeds.yaml").read_text())
    content["one-xml"]["full_text"] = False
    (watchlist / "feeds.yaml").write_text(json.dumps(content))
    read_news(services, reader)
    assert "/good.html" not in server.paths()
    assert {r[0] for r in query_rows(services, "select metric from warehouse.fact_news_claim")} == {
        "bitcoin_sold",
        "bitcoin_sale_proceeds",
    }
    assert query_rows(services, "select body, body_reason from warehouse.dim_article") == [
        ("summary", "the page was not fetched: the text is the feed's summary")
    ]
