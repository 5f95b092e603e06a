"""Fetch articles, extract their claims, check and load them."""

import logging
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from pipelines.datasets import NEWS_CLAIMS
from pipelines.document_limits import document_limits
from pipelines.errors import (
    ArchiveDamaged,
    DocumentMissing,
    NotArchived,
    NotPublic,
    SourceRefused,
    TransferFailed,
    UnreadableDocument,
)
from pipelines.extract.news import NewsReader
from pipelines.normalize.claims import StatedClaim, claim_of_article
from pipelines.normalize.figures import Candidate, Rejected
from pipelines.normalize.stories import copied_exhibit, fingerprint, group
from pipelines.parse.document.page import read_page
from pipelines.parse.language.reasons import NOT_UNDERSTOOD
from pipelines.parse.news import articles as article_reader
from pipelines.parse.news.claims import Claim
from pipelines.parse.news.confidence import least_confidence
from pipelines.parse.news.pages import ArticleText, FeedHints, read_article_page
from pipelines.steps.datasets import check_documents, count_changes, show_records
from pipelines.steps.feeds import is_about_watched, is_sample
from pipelines.steps.results import StepResult
from pipelines.steps.services import Services
from pipelines.warehouse import articles, claims, staging
from pipelines.warehouse.articles import Article, ListedEntry
from pipelines.warehouse.quarantine_rows import CONFIDENCE
from pipelines.watchlist import Company
from pipelines.watchlist.feeds import Feed, feeds_of

log = logging.getLogger("miners.news")

Days = Sequence[tuple[date, date]]
# A wire may publish a press release days before or after its filing, weekends included.
_FILED_BEFORE, _FILED_AFTER = timedelta(days=3), timedelta(days=6)


def fetch_articles(
    services: Services, days: Days, *, force: bool = False, reader: NewsReader | None = None
) -> StepResult:
    """Fetch and parse the articles of feed entries; identify copies and filed press releases.

    Archived articles are parsed without network access. Entries of broad feeds that name no watched company
    are skipped. They stay listed, so that a run after the watchlist has grown fetches them.

    counts: entries, skipped, read, summary, duplicates, copies, own_releases, missing, refused, unreadable,
    answers_<code>, bytes
    """
    result, started = StepResult("articles"), time.monotonic()
    feeds = {feed.code: feed for feed in feeds_of(services.settings)}
    with services.engine.connect() as connection:
        entries = articles.entries_in(connection, days)
    wanted = [e for e in entries if e.feed in feeds and (force or e.status in ("listed", "refused"))]
    about = [
        e
        for e in wanted
        if not feeds[e.feed].broad or is_about_watched(e.title, e.summary, services.watchlist)
    ]
    result.counts["entries"], result.counts["skipped"] = len(entries), len(wanted) - len(about)
    reader = reader or (NewsReader(services.settings) if about else None)
    publishers: dict[str, int] = {}
    for entry in about:
        assert reader is not None
        feed = feeds[entry.feed]
        services.report("articles", feed.code)
        try:
            read = _fetch_one(services, reader, feed, entry, result)
        except Exception as error:
            # A fault in one page must not stop the other articles; it is logged in full.
            log.exception("article %s", entry.url)
            read = _refused(
                services,
                entry,
                "unreadable",
                f"{type(error).__name__}: {' '.join(str(error).split())[:200]}",
                result,
            )
        if read:
            publishers[feed.publisher] = publishers.get(feed.publisher, 0) + 1
    if reader is not None:
        result.count_answers(reader.counts)
    _identify_copies(services, days, result)
    for publisher, number in sorted(publishers.items()):
        result.show(("publisher", "articles read"), (publisher, number), most=30)
    result.seconds = round(time.monotonic() - started, 3)
    return result


def _refused(services: Services, entry: ListedEntry, status: str, reason: str, result: StepResult) -> bool:
    result.counts[status] += 1
    result.notes.append(f"{entry.url}: {reason}")
    with services.engine.begin() as connection:
        articles.mark_entry(connection, entry.key, status, reason[:500], entry.document_key)
    return False


def _fetch_one(
    services: Services, reader: NewsReader, feed: Feed, entry: ListedEntry, result: StepResult
) -> bool:
    """Parse one entry's article, or the feed's summary; returns whether it is new."""
    hints = FeedHints(
        entry.title, entry.summary, entry.published, entry.author, feed.publisher, feed.language
    )
    body, url = b"", entry.url
    try:
        if feed.full_text:
            known = services.archive.known(entry.url)
            body = services.archive.get(known) if known else (page := reader.get(entry.url)).body
            url = entry.url if known else page.url
    except DocumentMissing as error:
        return _refused(services, entry, "missing", str(error), result)
    except NotArchived:
        result.counts["not_archived"] += 1
        return False
    except NotPublic as error:
        return _refused(services, entry, "refused", str(error), result)
    except (SourceRefused, TransferFailed, ArchiveDamaged) as error:
        if not entry.summary:
            return _refused(services, entry, "refused", str(error), result)
        result.notes.append(f"{entry.url}: {error} Using the feed's summary.")
    sha256 = services.archive.put(entry.url, body) if body else None
    try:
        article = _text(body, url, hints)
    except UnreadableDocument as error:
        return _refused(services, entry, "unreadable", str(error), result)
    with services.engine.begin() as connection:
        key, duplicate = articles.record_article(
            connection,
            entry,
            feed,
            article,
            url=article.canonical_url or entry.url,
            sha256=sha256,
            size=len(body),
            fingerprint=fingerprint(article.text),
            sample=is_sample(services),
        )
        status = "read" if article.body == "full" else "summary"
        articles.mark_entry(connection, entry.key, status, "; ".join(article.problems) or None, key)
    result.counts["duplicates" if duplicate else status] += 1
    return not duplicate


def _text(body: bytes, url: str, hints: FeedHints) -> ArticleText:
    """The text of an article; the feed's summary if its page may not be fetched."""
    if body:
        with document_limits():
            return read_article_page(body, url, hints)
    article = ArticleText(
        hints.title,
        [hints.summary] if hints.summary else [],
        hints.published,
        "feed" if hints.published else "",
        hints.publisher,
        hints.author,
        hints.language,
        url,
        "summary",
        ["the page was not fetched: the text is the feed's summary"],
    )
    if not article.paragraphs:
        article.body = "empty"
    return article


def _identify_copies(services: Services, days: Days, result: StepResult) -> None:
    """Group articles of these days into stories, and find companies' own press releases."""
    if not days:
        return
    first = datetime.combine(min(d for d, _ in days) - timedelta(days=7), datetime.min.time(), UTC)
    last = datetime.combine(max(d for _, d in days) + timedelta(days=8), datetime.min.time(), UTC)
    with services.engine.begin() as connection:
        stories = group(articles.articles_between(connection, first, last))
        articles.record_stories(connection, stories)
        result.counts["copies"] = sum(len(s.members) - 1 for s in stories)
        mine = [a for a, is_own, _ in articles.articles_of(connection, days) if is_own]
        for item in mine:
            if item.published is None or item.sha256 is None:
                continue
            day = item.published.date()
            candidates = articles.exhibits_near(connection, day - _FILED_BEFORE, day + _FILED_AFTER)
            filing = _own_release(services, item, candidates) if candidates else None
            articles.mark_own_release(connection, item.key, filing)
            result.counts["own_releases"] += filing is not None


def _own_release(services: Services, item: Article, candidates: Sequence[tuple[int, str, str]]) -> int | None:
    article = article_of(services, item)
    about = _companies_of_feeds(services).get(item.feed)
    named = article_reader.companies_named(article, services.watchlist) | ({about.ticker} if about else set())
    texts = []
    for key, company, sha256 in candidates:
        if company in named:
            try:
                texts.append((key, "\n".join(b.text for b in read_page(services.archive.get(sha256)).blocks)))
            except (UnreadableDocument, ArchiveDamaged):
                continue
    return copied_exhibit(article.text, texts)


def article_of(services: Services, item: Article) -> ArticleText:
    """The text of an archived article, with the metadata from its feed."""
    e = item.entry
    hints = (
        FeedHints(e.title, e.summary, e.published, e.author, item.publisher)
        if e
        else FeedHints(item.title, "", item.published, "", item.publisher)
    )
    body = services.archive.get(item.sha256) if item.sha256 else b""
    return _text(body, item.url, hints)


def _companies_of_feeds(services: Services) -> dict[str, Company]:
    """Companies of wire feeds that carry a single company's press releases, by feed code."""
    return {f.code: services.watchlist.by_ticker(f.company) for f in feeds_of(services.settings) if f.company}


def read_claims(services: Services, days: Days, *, force: bool = False) -> StepResult:
    """Extract and stage the claims of articles that this version has not parsed yet.

    Only the primary article of a story makes claims; copies and filed press releases make none.
    counts: articles, claims, rejected (claims in quarantine), skipped (quantities without a claim),
    without_claims, copies, own_releases
    """
    result, started = StepResult(NEWS_CLAIMS.name), time.monotonic()
    version = NEWS_CLAIMS.version(services.library)
    about = _companies_of_feeds(services)
    with services.engine.connect() as connection:
        found = articles.articles_of(connection, days)
        known = staging.versions(connection, NEWS_CLAIMS.name, [a.key for a, _, _ in found])
    for item, is_own, is_filing in found:
        marked = f"{version} {'copy' if not is_own else 'filing' if is_filing else 'own'}"
        result.counts["copies"] += not is_own
        result.counts["own_releases"] += is_filing
        if not force and known.get(item.key, ("", ""))[0] == marked:
            continue
        records: list[StatedClaim] = []
        doubtful: list[Rejected] = []
        reasons: list[str] = []
        if is_own and not is_filing:
            try:
                records, doubtful, reasons = _claims_of(services, item, about.get(item.feed))
            except ArchiveDamaged as error:
                result.notes.append(f"{item.url}: {error}")
                continue
            except UnreadableDocument as error:
                result.notes.append(f"{item.url}: {error}")
                doubtful = [Rejected(error.reason, error.detail, Candidate(label=item.title))]
            result.counts["articles"] += 1
            result.counts["without_claims"] += not records
        with services.engine.begin() as connection:
            staging.stage(
                connection,
                NEWS_CLAIMS.name,
                NEWS_CLAIMS.staging,
                item.key,
                marked,
                records,
                company_id=records[0].company_id if records else "",
                url=item.url,
                rejected=doubtful,
                not_understood=(reasons.count(NOT_UNDERSTOOD), 0),
                skipped=sum(reason != NOT_UNDERSTOOD for reason in reasons),
            )
        result.counts["claims"] += len(records)
        result.counts["rejected"] += len(doubtful)
        result.counts["skipped"] += len(reasons)
        show_records(result, records, item.publisher)
    result.seconds = round(time.monotonic() - started, 3)
    return result


def _claims_of(
    services: Services, item: Article, about: Company | None
) -> tuple[list[StatedClaim], list[Rejected], list[str]]:
    """Claims of an article, those in doubt, and the reasons of quantities that make no claim."""
    records: list[StatedClaim] = []
    doubtful: list[Rejected] = []
    article = article_of(services, item)
    with document_limits():
        read = article_reader.read_article(article, services.watchlist, services.lexicon, about)
    published = article.published or item.published
    if published is not None:
        for claim in read.claims:
            record = claim_of_article(claim, published.date())
            if (record.confidence or 0) >= least_confidence():
                records.append(record)
            else:
                doubtful.append(_doubtful(record, claim))
    return records, doubtful, [reason for reason, _ in read.skipped]


def _doubtful(record: StatedClaim, claim: Claim) -> Rejected:
    """A claim for quarantine, because too many claims of its kind of evidence were wrong."""
    reason = f"confidence {record.confidence} is below {least_confidence()}: {claim.evidence}"
    return Rejected(CONFIDENCE, reason, record)


def _keys(services: Services, days: Days) -> list[int]:
    with services.engine.connect() as connection:
        return [a.key for a, _, _ in articles.articles_of(connection, days)]


def check_claims(services: Services, days: Days, run_id: str) -> StepResult:
    """Check claims that are not loaded yet (see datasets.check_documents)."""
    keys = _keys(services, days)
    return check_documents(services, NEWS_CLAIMS, {k: str(k) for k in keys}, {k: k for k in keys}, run_id)


def load_passed_claims(services: Services, days: Days) -> StepResult:
    """Load claims that passed, and their deals. counts: inserted, updated, deleted"""
    result = StepResult("load_news_claims")
    with services.engine.begin() as connection:
        changed = claims.load_claims(connection, services.watchlist, _keys(services, days))
    count_changes(result, changed)
    return result
