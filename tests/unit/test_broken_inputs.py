"""Damaged and hostile documents: right figures or a recorded reason, within 5 seconds.

Each kind of damage has a small input here; larger ones are in the shared folder of cases. A document that is
damaged must not yield a figure that the undamaged one does not state.
"""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest

from pipelines.errors import MinersError, UnreadableDocument
from pipelines.extract.edgar import Edgar, read_index
from pipelines.extract.edgar_feeds import read_current, read_daily_index
from pipelines.extract.price_formats import read_prices
from pipelines.extract.retry import retry_after
from pipelines.parse.news.feeds import read_feed
from pipelines.parse.xbrl.inline import distinct_facts, read_facts
from pipelines.query.inspect import figure_rows, figures_of, raw_rows
from pipelines.query.inspect_article import inspect_article
from pipelines.settings import HOME
from pipelines.warehouse.engine import TextDumper
from pipelines.warehouse.upsert import to_json
from pipelines.watchlist import load_lexicon, load_watchlist

BROKEN = Path(os.environ.get("TEST_SHARED_CASES", HOME.parent / "shared" / "cases")) / "broken"
SECONDS = 5
FOLDER = "https://www.sec.gov/Archives/edgar/data/1/000000000125000001/"
CLAIM = "CORZ bitcoin_sold 2385 2026-03-31"


class Outcome(NamedTuple):
    """Figures, entries or rows that were read, and the reasons for those that were not."""

    found: list[str]
    reasons: list[str]


def _document(content: bytes) -> Outcome:
    reasons = []
    try:
        table = read_facts(content)
        raw_rows(table)
        distinct_facts(table.facts)
        reasons = table.warnings
    except UnreadableDocument as error:
        if error.reason != "no_xbrl":
            reasons = [error.reason]
    try:
        inspected = figures_of(content, load_watchlist(None), load_lexicon(None))
    except UnreadableDocument as error:
        return Outcome([], [*reasons, error.reason])
    rows = figure_rows(inspected.ticker, inspected.normalized)
    return Outcome([f"{r['fact']} {r['value']} {r['period_end']}" for r in rows], reasons)


def _article(content: bytes) -> Outcome:
    article = inspect_article(content, load_watchlist(None), load_lexicon(None))
    claims = [f"{c.company.ticker} {c.fact} {c.value} {c.end}" for c in article.read.claims]
    return Outcome(claims, [*article.text.problems, article.read.reason])


def _feed(content: bytes) -> Outcome:
    feed = read_feed(content, "https://a.com/feed")
    return Outcome([f"{e.url} {e.published}" for e in feed.entries], feed.problems)


def _prices(content: bytes) -> Outcome:
    return Outcome([f"{day} {price}" for day, price in read_prices(content).items()], [])


def _index(content: bytes) -> Outcome:
    return Outcome([d.name for d in read_index(content, FOLDER)], [])


def _submissions(content: bytes) -> Outcome:
    class Pages:
        settings = SimpleNamespace(miners_offline=False)

        def get(self, url: str, headers: dict[str, str]) -> SimpleNamespace:
            return SimpleNamespace(status_code=200, headers={}, content=content)

    archive = SimpleNamespace(known=lambda url: None, put=lambda url, body: "")
    store = SimpleNamespace(validators=lambda url: None, remember=lambda *row: None)
    read = Edgar(Pages(), archive, store).submissions("0000000001")  # type: ignore[arg-type]
    return Outcome([f"{f.accession} {f.filed_on}" for f in read.filings], read.problems)


def _current(content: bytes) -> Outcome:
    page = read_current(content)
    return Outcome([f.accession for f in page.filings], page.problems)


def _daily(content: bytes) -> Outcome:
    return Outcome([f.accession for f in read_daily_index(content)], [])


@pytest.fixture(autouse=True)
def _time_limit() -> Iterator[None]:
    """Stop a reader that hangs; the test itself checks the time."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"not read within {SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(2 * SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def _check(read: Callable[[bytes], Outcome], content: bytes, found: list[str], reason: str) -> None:
    load_lexicon(None), load_watchlist(None)
    started = time.process_time()
    try:
        outcome = read(content)
    except MinersError as error:
        outcome = Outcome([], [str(error)])
    assert time.process_time() - started < SECONDS
    assert outcome.found == found
    assert not reason or any(reason in recorded for recorded in outcome.reasons), outcome.reasons


XBRL = (
    '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml" '
    'xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" xmlns:xbrli="http://www.xbrl.org/2003/instance" '
    'xmlns:ixt="http://www.xbrl.org/inlineXBRL/transformation/2020-02-12" '
    'xmlns:iso4217="http://www.xbrl.org/2003/iso4217" xmlns:us-gaap="http://fasb.org/us-gaap/2025" '
    'xmlns:dei="http://xbrl.sec.gov/dei/2025"><body><ix:header><ix:resources><xbrli:context id="c">'
    '<xbrli:entity><xbrli:identifier scheme="http://www.sec.gov/CIK">0001839341</xbrli:identifier>'
    "</xbrli:entity><xbrli:period>{period}</xbrli:period></xbrli:context><xbrli:unit id='u'>"
    "<xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit></ix:resources></ix:header>{body}</body></html>"
)
QUARTER = "<xbrli:startDate>2025-01-01</xbrli:startDate><xbrli:endDate>2025-03-31</xbrli:endDate>"


def xbrl(body: str, period: str = QUARTER) -> bytes:
    return XBRL.format(body=body, period=period).encode()


def fact(text: str, **attributes: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return (
        f'<ix:nonFraction name="us-gaap:Revenues" contextRef="c" unitRef="u"{written}>{text}</ix:nonFraction>'
    )


def nested(depth: int, text: str) -> str:
    opening, closing = fact("1").replace("</", "|</").split("|")
    return opening * depth + text + closing * depth


def release(body: str) -> bytes:
    return (
        "<html><body><p><b>CleanSpark Releases March 2025 Bitcoin Mining Update</b></p>"
        f"<p>LAS VEGAS, April 3, 2025 – CleanSpark (Nasdaq: CLSK)</p>{body}</body></html>"
    ).encode()


def table(*rows: str) -> bytes:
    return release(f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>")


def article(paragraph: str, day: str = "2026-05-06T12:00:00Z") -> bytes:
    return (
        "<html><head><title>Core Scientific sold 2,385 bitcoin</title>"
        f'<meta property="article:published_time" content="{day}"></head><body><article>'
        "<h1>Core Scientific sold 2,385 bitcoin</h1><p>Core Scientific sold 2,385 bitcoin in the first quarter "
        "of 2026, the company said on Wednesday in a report to its investors and others who read it.</p>"
        f"<p>{paragraph}</p></article></body></html>"
    ).encode()


def feed(*items: dict[str, str]) -> bytes:
    return json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}).encode()


def submissions(**columns: list[str]) -> bytes:
    rows = {
        "accessionNumber": ["0000000001-25-000001", "0000000001-25-000002"],
        "form": ["8-K", "8-K"],
        "filingDate": ["2025-01-01", "2025-01-02"],
    }
    return json.dumps({"name": "x", "filings": {"recent": rows | columns, "files": ["x"]}}).encode()


def current(*entries: str) -> bytes:
    return (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>'
        f"{''.join(entries)}</feed>"
    ).encode()


def entry(number: int, **parts: str) -> str:
    shown = {"updated": "2025-04-03T16:00:00-04:00", "summary": "Filed: 2025-04-03"} | parts
    return (
        f"<entry><title>8-K - X (0000000001) (Filer)</title><id>urn:tag:0000000001-25-00000{number}</id>"
        f'<category term="8-K"/>{"".join(f"<{k}>{v}</{k}>" for k, v in shown.items())}</entry>'
    )


HEADING = "<td></td><td>March 2025</td>"
HELD_11869 = ["bitcoin_held 11869 2025-03-31"]
HELD = ["bitcoin_held 706 2025-03-31"]
HELD_PROSE = "<p>CleanSpark held 11{0},869 bitcoin as of March 3{1}1, 2025.</p>"
ENTRY = {"url": "https://a.com/good", "title": "x", "date_published": "2025-01-01T00:00:00Z"}
GOOD_ENTRY = ["https://a.com/good 2025-01-01 00:00:00+00:00"]
UNDATED = ["https://a.com/b None"]
ROW = ["0000000001-25-000002 2025-01-02"]

SMALL: list[tuple[str, Callable[[bytes], Outcome], bytes, list[str], str]] = [
    # Numbers and attributes out of bounds
    ("exponent", _document, xbrl(fact("1E999999999")), [], "not_a_number"),
    ("sign_of_exponent", _document, xbrl(fact("1E9999999", sign="-")), [], "not_a_number"),
    ("scale", _document, xbrl(fact("1", scale="999999")), [], "not_a_number"),
    ("31_digits", _document, xbrl(fact("0." + "1" * 31)), [], "not_a_number"),
    (
        "decimals",
        _document,
        xbrl(fact("1", decimals="-99999999") * 2 + fact("2", decimals="9" * 5000)),
        [],
        "",
    ),
    (
        "long_number",
        _document,
        xbrl(fact("hundred " * 9000, format="ixt-sec:numwordsen")),
        [],
        "not_a_number",
    ),
    (
        "colspan_superscript",
        _document,
        table(HEADING, '<td colspan="²">Bitcoin held</td><td>706</td>'),
        HELD,
        "",
    ),
    (
        "colspan_5000",
        _document,
        table(HEADING, f'<td rowspan="{"1" * 5000}">Bitcoin held</td><td>706</td>'),
        HELD,
        "",
    ),
    # Days out of range
    (
        "year_1",
        _document,
        xbrl(fact("1"), "<xbrli:instant>0001-01-01T00:00:00</xbrli:instant>"),
        [],
        "no_period_end",
    ),
    (
        "year_9999",
        _document,
        xbrl(fact("1"), "<xbrli:instant>9999-12-31</xbrli:instant>"),
        [],
        "no_period_end",
    ),
    (
        "dei_year",
        _document,
        xbrl(
            '<ix:nonNumeric name="dei:DocumentPeriodEndDate" contextRef="c" format="ixt:date-monthname-day-year-en">'
            f"March 31, {'2' * 5000}</ix:nonNumeric>"
        ),
        [],
        "not_a_date",
    ),
    ("article_year_1", _article, article("x", "0001-01-01T00:00:00+14:00"), [], "date"),
    (
        "feed_year_1",
        _feed,
        feed({"url": "https://a.com/b", "date_published": "0001-01-01T00:00:00+05:00"}),
        UNDATED,
        "",
    ),
    (
        "submissions_year_9999",
        _submissions,
        submissions(acceptanceDateTime=["9999-12-31T23:00:00.000Z", ""]),
        ROW,
        "row 0",
    ),
    (
        "submissions_filed_9999",
        _submissions,
        submissions(filingDate=["9999-12-31", "2025-01-02"]),
        ROW,
        "row 0",
    ),
    (
        "current_year_9999",
        _current,
        current(entry(1, updated="9999-12-31T23:59:59-05:00"), entry(2)),
        ["0000000001-25-000002"],
        "entry 0",
    ),
    (
        "current_filed",
        _current,
        current(entry(1, summary="Filed: 2025-99-99"), entry(2)),
        ["0000000001-25-000002"],
        "entry 0",
    ),
    (
        "daily_superscript",
        _daily,
        "CIK|Company Name|Form Type|Date Filed|File Name\n²|x|8-K|20250101|a/0000000001-25-000001.txt\n"
        "1|x|8-K|99991231|a/0000000001-25-000002.txt\n1|x|8-K|20250101|a/0000000001-25-000003.txt".encode(
            "latin-1"
        ),
        ["0000000001-25-000003"],
        "",
    ),
    # One bad entry
    (
        "feed_url",
        _feed,
        feed({"url": "https://[b", "title": "x"}, ENTRY),
        GOOD_ENTRY,
        "without a web address",
    ),
    ("feed_charref", _feed, feed({"url": "https://[b", "title": "&#1114112;<b>\0"}, ENTRY), GOOD_ENTRY, ""),
    ("submissions_files", _submissions, submissions(form=["1", "8-K"]), ROW, "files"),
    (
        "index_href",
        _index,
        b'<table><tr><th>Document</th><th>Type</th></tr><tr><td><a href="//[x">a</a></td><td>8-K</td></tr>'
        b'<tr><td><a href="b.htm">b</a></td><td>8-K</td></tr></table>',
        ["b.htm"],
        "",
    ),
    ("index_comment", _index, b"<!-- x -->", [], ""),
    (
        "prices_line",
        _prices,
        b'date,close\n2025-01-01,"' + b"1" * 20_000 + b"\n2025-01-02,5",
        ["2025-01-02 5"],
        "",
    ),
    ("prices_day", _prices, b"[[" + b"1" * 400 + b",1],[1735689600,5]]", ["2025-01-01 5"], ""),
    ("prices_int", _prices, b"[[" + b"1" * 4400 + b",1]]", [], "not_prices"),
    ("prices_header", _prices, b"date;close,foo,bar,baz\n2025-01-01,5", [], "not_prices"),
    ("prices_deep", _prices, b"[" * 100_000, [], "not_prices"),
    ("prices_nested", _prices, b'{"data":' * 60 + b"1" + b"}" * 60, [], "not_prices"),
    # Patterns and loops in linear time
    ("wrappers", _document, b"<html>" + b"<DOCUMENT></DOCUMENT>" * 20_000 + b"<p>x</p></html>", [], ""),
    ("months", _article, article("Core Scientific sold " + "Jan. " * 8000 + "5 bitcoin."), [CLAIM], ""),
    ("long_word", _article, article(f"Core Scientific sold {'a' * 40_000} 5 bitcoin. B"), [CLAIM], ""),
    ("date_line", _article, article("on " * 28 + "x"), [CLAIM], ""),
    ("date_line_by", _article, article("by ab " * 14 + "x"), [CLAIM], ""),
    (
        "filler_words",
        _article,
        article("Core Scientific sold it, up from " + "a total of " * 28 + "x."),
        [CLAIM],
        "",
    ),
    ("group_words", _article, article("Some miners" + " in w" * 28 + " for x."), [CLAIM], ""),
    ("footnotes", _document, table(HEADING, f"<td>Bitcoin {'*' * 40_000}x</td><td>706</td>"), [], ""),
    ("footnotes_mixed", _document, table(HEADING, f"<td>Bitcoin {':*' * 40_000}</td><td>706</td>"), [], ""),
    ("pre_bars", _document, release(f"<pre>a | b{'|' * 40_000}x\nc  d 5</pre>"), [], ""),
    ("pre_spaces", _document, release(f"<pre>a  b{' ' * 40_000}x\nc  d 5</pre>"), [], ""),
    (
        "headings",
        _document,
        table(
            *["<td></td><td>a</td><td>b</td>"] * 2000, *["<td>Bitcoin sold</td><td>5</td><td>6</td>"] * 2000
        ),
        [],
        "",
    ),
    (
        "continuations",
        _document,
        xbrl(
            '<ix:nonNumeric name="dei:AmendmentDescription" contextRef="c" continuedAt="q0">a</ix:nonNumeric>'
            * 3000
            + "".join(
                f'<ix:continuation id="q{i}" continuedAt="q{i + 1}">b</ix:continuation>' for i in range(3000)
            )
        ),
        [],
        "",
    ),
    ("the_the", _document, release(f"<p>{'the ' * 20_000}three months</p>"), [], ""),
    ("digits", _document, release(f"<p>{'1,111' * 8_000} bitcoin</p>"), [], ""),
    ("periods", _document, release(f"<p>{'March 2025 ' * 5_000}</p>"), [], ""),
    ("name_across_paragraphs", _article, article("They met Core</p><p>Scientific and A B."), [CLAIM], ""),
    # Depth
    ("nested_facts", _document, xbrl(nested(1500, "1")), [], "not_a_number"),
    ("nested_text", _document, xbrl(nested(1500, "x" * 100_000)), [], "too_deep"),
    ("deep", _document, xbrl("<div>" * 2100 + fact("1") + "</div>" * 2100), [], "too_deep"),
    ("deep_html", _document, release("<sup>" * 4000 + "x"), [], "too_deep"),
    # Characters without width, and lost tags
    ("undamaged", _document, release(HELD_PROSE.format("", "")), HELD_11869, ""),
    ("zero_width", _document, release(HELD_PROSE.format("\u200b", "")), HELD_11869, ""),
    ("zero_width_day", _document, release(HELD_PROSE.format("", "\u200d")), HELD_11869, ""),
    ("control_character", _document, release(HELD_PROSE.format("\x01", "")), HELD_11869, ""),
    ("lost_character", _document, release(HELD_PROSE.format("\ufffd", "")), [], ""),
    ("blank_before_comma", _document, release(HELD_PROSE.format(" ", "")), [], ""),
    ("blank_in_day", _document, release(HELD_PROSE.format("", " ")), [], ""),
    (
        "blank_in_year",
        _document,
        table("<td></td><td>March 2 024</td>", "<td>Bitcoin held</td><td>706</td>"),
        [],
        "",
    ),
    (
        "blank_in_number",
        _document,
        release("<p>CleanSpark held 11,8 69 bitcoin as of March 31, 2025.</p>"),
        [],
        "",
    ),
    (
        "lost_td",
        _document,
        table(HEADING + "<td>February 2025</td>", "<td>Bitcoin held</td>11,869</td><td>11,177</td>"),
        [],
        "",
    ),
]


@pytest.mark.parametrize(
    ("read", "content", "found", "reason"), [pytest.param(*c, id=name) for name, *c in SMALL]
)
def test_broken_input_is_read_or_refused(
    read: Callable[[bytes], Outcome], content: bytes, found: list[str], reason: str
) -> None:
    _check(read, content, found, reason)


SHARED: dict[str, tuple[Callable[[bytes], Outcome], list[str], str]] = {
    "crash_article_year1.html": (_article, [], "hardly any text"),
    "crash_colspan_5000_digits.htm": (_document, HELD, ""),
    "crash_colspan_superscript2.htm": (_document, HELD, ""),
    "crash_context_year1.htm": (_document, [], "no_period_end"),
    "crash_decimals.htm": (_document, [], ""),
    "crash_dei_date_5000_digits.htm": (_document, [], "not_a_date"),
    "crash_feed.json": (_feed, [], "without a web address"),
    "crash_feed_charref.xml": (_feed, [], "not well-formed"),
    "crash_feed_date.json": (_feed, UNDATED, ""),
    "crash_index_comment.htm": (_index, [], ""),
    "crash_index_href.htm": (_index, [], ""),
    "crash_prices_deep.json": (_prices, [], "not_prices"),
    "crash_prices_field.csv": (_prices, [], "not_prices"),
    "crash_prices_int.json": (_prices, [], "not_prices"),
    "crash_prices_mixed.csv": (_prices, [], "not_prices"),
    "crash_scale_overflow.htm": (_document, [], "not_a_number"),
    "crash_sign_overflow.htm": (_document, [], "not_a_number"),
    "crash_submissions_accepted.json": (_submissions, [], "row 0"),
    "crash_submissions_files.json": (_submissions, ["0000000001-25-000001 2025-01-01"], "files"),
    "hang_DOCUMENT.htm": (_document, [], "too_deep"),
    "hang_article_jan.html": (_article, [CLAIM], ""),
    "hang_article_long_word.html": (_article, [CLAIM], ""),
    "hang_continuations.htm": (_document, [], ""),
    "hang_dateline_article.html": (_article, [CLAIM], ""),
    "hang_footnote_cell.htm": (_document, ["bitcoin_sold 7 2025-03-31"], ""),
    "hang_footnote_label.htm": (_document, [], ""),
    "hang_headings_x_lines.htm": (_document, [], ""),
    "hang_nested_facts.htm": (_document, [], "not_a_number"),
    "hang_nested_sup.htm": (_document, [], "too_deep"),
    "hang_pre_bars.htm": (_document, [], ""),
    "hang_pre_spaces.htm": (_document, [], ""),
    "invented_blank_in_number.htm": (_document, [], ""),
    "invented_day.htm": (_document, HELD_11869, ""),
    "invented_td_lost.htm": (_document, [], ""),
    "invented_zero_width.htm": (_document, HELD_11869, ""),
    "lost_depth_2100.htm": (_document, [], "too_deep"),
    "memory_1E999999999.htm": (_document, [], "not_a_number"),
    "poison_submissions_nul.json": (_submissions, ["0000000001-25-000001 2025-01-01"], ""),
}


@pytest.mark.skipif(not BROKEN.is_dir(), reason=f"no broken cases in {BROKEN}")
@pytest.mark.parametrize("name", SHARED)
def test_shared_broken_input_is_read_or_refused(name: str) -> None:
    read, found, reason = SHARED[name]
    _check(read, (BROKEN / name).read_bytes(), found, reason)


@pytest.mark.parametrize(
    "digits", ["²", "-5", "1" * 5000, "Mon, 01 Jan " + "9" * 30 + " 00:00:00 GMT", "inf"]
)
def test_odd_retry_after_is_ignored(digits: str) -> None:
    assert retry_after({"Retry-After": digits}) is None


def test_text_for_postgresql_has_no_nul() -> None:
    """PostgreSQL rejects NUL in text and in JSON; the six characters of its escape are text."""
    assert bytes(TextDumper(str).dump("2.02\0") or b"") == b"2.02"
    assert json.loads(to_json({"a": "x\0\0y", "b": "\\u0000"}) or "") == {"a": "xy", "b": "\\u0000"}
