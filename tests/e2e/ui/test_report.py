"""The report in a real Chromium, from disk: figures equal the warehouse's, nothing from elsewhere, for everybody to read."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, sync_playwright

from pipelines.publish.publication import publish
from pipelines.settings import Settings
from pipelines.warehouse import schema
from tests.e2e.ui.browser import ARGUMENTS, chromium
from tests.warehouse_builder import WarehouseBuilder, quarter

WIDTHS = (390, 768, 1280, 1920)
PAGES = (
    "index.html",
    "companies/CORZ.html",
    "companies/RIOT.html",
    "months.html",
    "compare.html",
    "findings.html",
    "sources.html",
    "dictionary.html",
    "../data_docs/index.html",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield opened
        opened.close()


class Seen:
    """A page, with what it asked for and what its console said."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.elsewhere: list[str] = []
        self.console: list[str] = []
        page.on(
            "request",
            lambda r: self.elsewhere.append(r.url) if not r.url.startswith(("file:", "data:")) else None,
        )
        page.on("console", lambda m: self.console.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda e: self.console.append(str(e)))

    def open(self, path: Path) -> Page:
        # An address with a way up is one that a browser resolves itself.
        self.page.goto(path.resolve().as_uri())
        return self.page


@contextmanager
def seen(browser: Browser, width: int = 1280, scheme: Any = "light") -> Iterator[Seen]:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    try:
        yield Seen(context.new_page())
    finally:
        context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_fits_width_without_requests(browser: Browser, published: Path, width: int, scheme: str) -> None:
    with seen(browser, width, scheme) as it:
        for name in PAGES:
            page = it.open(published / "report" / name)
            over = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert over <= 0, (name, over)
            if width >= 1280 and name in ("index.html", "months.html", "compare.html"):
                cut = page.locator(".scroll:not(:has(table.map)):not(:has(table.months))").evaluate_all(
                    "all => all.filter(e => e.scrollWidth > e.clientWidth).map(e => e.ariaLabel)"
                )
                assert cut == [], (name, "tables are cut off")
        assert it.console == []
        assert it.elsewhere == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_page_is_accessible(browser: Browser, published: Path, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with seen(browser, width, scheme) as it:
        for name in PAGES if scheme == "light" else PAGES[:5]:
            page = it.open(published / "report" / name)
            found = Axe().run(page).response["violations"]
            serious = [
                (v["id"], v["impact"], [n["html"][:150] for n in v["nodes"]][:3])
                for v in found
                if v["impact"] in ("serious", "critical", "moderate")
            ]
            assert serious == [], name


def test_charts_have_title_text_table_and_file(browser: Browser, published: Path) -> None:
    with seen(browser) as it:
        page = it.open(published / "report" / "companies" / "CORZ.html")
        figures = page.locator("figure.chart")
        assert figures.count() >= 4
        for figure in figures.all():
            title = figure.locator("h3").inner_text()
            drawing = figure.locator(".drawing svg")
            if drawing.count():
                assert str(drawing.get_attribute("aria-label")).startswith(title)
                assert figure.locator("[data-said]").count() > 0
            else:
                assert figure.locator(".few strong").count() > 0, "few figures are written out"
            assert figure.locator("figcaption p").inner_text()
            figure.locator("summary").click()
            assert figure.locator("tbody tr").count() > 0
            file = figure.locator("a[download]").get_attribute("href")
            lines = (published / "report" / "companies" / str(file)).read_text("utf-8").splitlines()
            assert len(lines) == figure.locator("tbody tr").count() + 1


def test_mark_shows_its_figure_and_chart_is_saved(browser: Browser, published: Path) -> None:
    with seen(browser) as it:
        page = it.open(published / "report" / "companies" / "CORZ.html")
        mark = page.locator("#CORZ-segments [data-said*='colocation, 2026Q1']").first
        mark.hover()
        assert page.locator("#tip").inner_text() == "colocation, 2026Q1: $77.5 million"
        figure = page.locator("#CORZ-segments")
        figure.locator("summary").click()
        with page.expect_download() as saved:
            figure.get_by_role("button", name="Save as PNG").click()
        assert saved.value.suggested_filename == "CORZ-segments.png"
        assert saved.value.path().read_bytes().startswith(b"\x89PNG")
        assert it.console == []


def test_figure_is_copied_with_its_source(browser: Browser, published: Path) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto((published / "report" / "companies" / "CORZ.html").resolve().as_uri())
    row = page.locator("#segment_revenue\\.colocation\\.2026-01-01\\.2026-03-31")
    row.get_by_role("button", name="Copy").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(
        "CORZ segment_revenue colocation, 2026Q1: 77,500,000 USD (10-Q 9999999999-26-000103"
    )
    assert "https://www.sec.gov/Archives/" in copied
    context.close()


def test_comparison_has_an_address(browser: Browser, published: Path, samples_engine: sa.Engine) -> None:
    with seen(browser) as it:
        page = it.page
        address = (published / "report" / "compare.html").resolve().as_uri()
        page.goto(f"{address}#CORZ,WULF/quarterly.revenue_usd/absolute")
        assert page.locator("#compare-title").inner_text() == "Revenue by quarter: CORZ, WULF"
        row = page.locator("#compare-table tbody tr", has_text="2026Q1")
        assert row.locator("td").all_inner_texts() == ["$115.2 M", "$34.0 M"]
        page.locator("#compare-scale").select_option("index")
        assert "/quarterly.revenue_usd/index" in page.evaluate("location.hash")
        assert "is 100." in page.locator("#compare-note").inner_text()
        for name in ("BTBT", "RIOT", "CLSK", "IREN"):
            page.get_by_label(name, exact=True).click()
        assert page.locator("input[name=ticker]:checked").count() == 5, "no sixth company"
        assert it.console == []


def test_tables_are_sorted_and_searched_by_keyboard(browser: Browser, published: Path) -> None:
    with seen(browser) as it:
        page = it.open(published / "report" / "index.html")
        names = page.locator("#reported tbody tr:not([hidden]) th")
        heading = page.get_by_role("button", name="Revenue, $ million")
        heading.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        assert page.locator("#reported th[aria-sort]").get_attribute("aria-sort") == "descending"
        values = [
            Decimal(v)
            for v in page.locator("#reported td[data-value]:nth-child(4)").evaluate_all(
                "cells => cells.map(c => c.dataset.value)"
            )
            if v
        ]
        assert values == sorted(values, reverse=True)
        page.get_by_label("Search in companies").fill("core scien")
        assert names.count() == 1
        assert names.inner_text() == "Core Scientific, Inc. (CORZ)"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") != "BODY"


def test_dark_and_print_styles_apply(browser: Browser, published: Path) -> None:
    with seen(browser) as it:
        page = it.open(published / "report" / "companies" / "CORZ.html")
        bar = page.locator("#CORZ-segments [data-said]").first
        colour = "node => getComputedStyle(node).fill"
        light = bar.evaluate(colour)
        page.emulate_media(color_scheme="dark")
        assert bar.evaluate(colour) != light
        page.emulate_media(media="print")
        assert not page.locator("header.top").is_visible()
        assert page.locator("#CORZ-segments .drawing svg").is_visible()
        assert len(page.pdf()) > 20_000


def test_page_without_scripts_shows_figures(browser: Browser, published: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((published / "report" / "companies" / "CORZ.html").resolve().as_uri())
    assert "77.5" in page.locator("#quarter\\.2026Q1").inner_text()
    assert page.locator("#CORZ-segments .drawing svg").is_visible()
    context.close()


def test_company_page_shows_pivot_over_eight_quarters(browser: Browser, published: Path) -> None:
    with seen(browser) as it:
        page = it.open(published / "report" / "companies" / "CORZ.html")
        assert page.locator("#segments thead th").all_inner_texts() == [
            "Quarter",
            "self mining",
            "hosted mining",
            "colocation",
            "Total",
            "Mining, %",
            "AI and HPC, %",
        ]
        row = page.locator("#quarter\\.2026Q1")
        assert row.locator("th, td").all_inner_texts() == [
            "2026Q1",
            "30.1",
            "7.6",
            "77.5",
            "115.2",
            "32.7",
            "67.3",
        ]
        links = row.locator("td a").evaluate_all("all => all.map(a => a.href)")
        assert len(links) == 4
        assert all(
            re.match(
                r"https://www\.sec\.gov/Archives/edgar/data/1839341/999999999926000103/core-20260331\.htm#f\d+$",
                link,
            )
            for link in links
        )
        assert page.locator("#segments tbody tr").count() >= 8


def test_figures_equal_warehouse_and_have_links(
    browser: Browser, published: Path, samples_engine: sa.Engine
) -> None:
    """All segments, totals and metrics of all companies, cell by cell."""
    with samples_engine.connect() as connection:
        tickers = (
            connection.execute(sa.text("select distinct ticker from marts.disclosure_history order by 1"))
            .scalars()
            .all()
        )
        query = sa.text(
            "select 'segment_revenue' as metric, segment as of, period_start, period_end, revenue_usd as value, link from marts.segment_revenue where ticker = :t "
            "union all select metric, case when scope = 'company' then '' else scope end, period_start, period_end, value, link from marts.operating_metrics where ticker = :t "
            "union all select 'bitcoin_sold', '', period_start, period_end, bitcoin_sold, sources->'bitcoin_sold'->>'link' from marts.bitcoin_sales where ticker = :t and bitcoin_sold is not null "
            "union all select 'bitcoin_sale_proceeds', '', period_start, period_end, proceeds_usd, sources->'proceeds_usd'->>'link' from marts.bitcoin_sales where ticker = :t and proceeds_usd is not null"
        )
        compared = 0
        with seen(browser) as it:
            for ticker in tickers:
                page = it.open(published / "report" / "companies" / f"{ticker}.html")
                shown = {
                    r["id"]: r
                    for r in page.locator("#every tbody tr").evaluate_all(
                        "rows => rows.map(r => ({id: r.id, value: r.querySelector('[data-value]').dataset.value, link: r.querySelector('a.source').href}))"
                    )
                }
                for row in connection.execute(query, {"t": ticker}):
                    anchor = re.sub(
                        r"[^A-Za-z0-9_.-]+",
                        "-",
                        ".".join(
                            str(p)
                            for p in (row.metric, row.of, row.period_start, row.period_end)
                            if p not in (None, "")
                        ),
                    )
                    assert Decimal(shown[anchor]["value"]) == row.value, (ticker, anchor)
                    # A derived figure has no place of its own: its source is one of its inputs.
                    if row.link is None:
                        assert shown[anchor]["link"].startswith("https://www.sec.gov/"), (ticker, anchor)
                    else:
                        assert shown[anchor]["link"] == row.link, (ticker, anchor)
                    compared += 1
        assert compared > 200


def test_anchor_scrolls_to_figure(browser: Browser, published: Path) -> None:
    with seen(browser) as it:
        page = it.page
        page.goto(
            (published / "report" / "companies" / "CORZ.html").resolve().as_uri()
            + "#segment_revenue.colocation.2026-01-01.2026-03-31"
        )
        row = page.locator("tr:target")
        assert row.locator("[data-value]").get_attribute("data-value") in ("77500000.00", "77500000")
        assert row.is_visible()


def test_overview_is_fast_and_shows_gaps(browser: Browser, published: Path) -> None:
    report = published / "report"
    size = sum(
        (report / name).stat().st_size for name in ("index.html", "assets/style.css", "assets/report.js")
    )
    assert size < 300_000
    with seen(browser) as it:
        page = it.open(report / "index.html")
        assert re.search(
            r"Known of \d+ of \d+ companies in 2026Q1",
            page.locator("#industry-revenue figcaption").inner_text(),
        )
        assert page.locator("table.map tbody tr").count() >= 10
        assert "Months do not add up to the quarter" in page.locator("#open").inner_text()
        page = it.open(report / "coverage.html")
        gaps = page.locator("#gap-table").inner_text()
        assert "the samples have no report about it" in gaps
        assert (
            page.locator("table.map tbody tr", has_text="CORZ").locator("td").first.inner_text() == "100.0 %"
        )


def test_links_within_report_exist(published: Path) -> None:
    report = published / "report"
    for page in [*report.rglob("*.html"), *(published / "data_docs").glob("*.html")]:
        text = page.read_text("utf-8")
        names = set(re.findall(r'\sid="([^"]+)"', text))
        for link in re.findall(r'(?:href|src)="([^"]+)"', text):
            if link.startswith(("http", "data:", "mailto:")):
                continue
            path, _, anchor = link.partition("#")
            if path:
                assert (page.parent / path).resolve().exists(), (page.name, link)
            elif anchor:
                assert anchor in names, (page.name, link)


@pytest.fixture
def strange(database: sa.URL, make_settings: Callable[..., Settings]) -> tuple[WarehouseBuilder, Settings]:
    """A warehouse in which names, labels and titles are scripts, and nothing ties out ten thousand times."""
    warehouse = WarehouseBuilder(sa.create_engine(database))
    script = "<script>document.title='owned'</script>\"'><img src=x onerror=alert(1)>"
    document = warehouse.document("RIOT", "2025-07-31", title=script)
    warehouse.metric(document, "total_revenue", "152988000", quarter(2025, 2), reported_label=script)
    warehouse.segment(
        document,
        "self_mining",
        "152988000",
        quarter(2025, 2),
        reported_label=script,
        locator="javascript:alert(1)",
    )
    with warehouse.engine.begin() as connection:
        connection.execute(
            sa.update(schema.dim_company)
            .where(schema.dim_company.c.company_id == "RIOT")
            .values(name=f"Riot {script}")
        )
        connection.execute(
            sa.text(
                "insert into ops.finding (finding_key, company_id, check_name, dataset, period_end, expected, found, detail, documents, found_at) "
                "select n, 'RIOT', 'tie_out', 'x', date '2025-06-30', n, n + 1, :detail, array['javascript:alert(1)'], now() from generate_series(1, 10000) n"
            ),
            {"detail": script},
        )
    return warehouse, make_settings()


def test_markup_from_filings_never_runs(browser: Browser, strange: tuple[WarehouseBuilder, Settings]) -> None:
    warehouse, settings = strange
    done = publish(warehouse.engine, settings)
    report = Path(done.report).parent
    with seen(browser) as it:
        for name in ("index.html", "companies/RIOT.html", "findings.html", "sources.html"):
            page = it.open(report / name)
            assert page.title() != "owned"
            assert page.locator("img").count() == 0
            assert page.locator("a[href^=javascript]").count() == 0
            policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
            assert policy
            assert "unsafe" not in policy
            assert "default-src 'none'" in policy
        assert it.console == []
    assert (report / "index.html").stat().st_size < 300_000
    with seen(browser) as it:
        page = it.open(report / "index.html")
        assert "10,000 open" in page.locator("section[aria-labelledby=findings]").inner_text()
        page = it.open(report / "findings.html")
        assert page.locator("#all tbody tr").count() == 2000
        assert "Here the 2,000 latest; the file has all." in page.locator("main").inner_text()
        page.get_by_label("Search in findings").fill("tie out")
        assert page.locator("[data-count=all]").inner_text() == "2000 of 2000"
    assert len((report / "data" / "findings.csv").read_text("utf-8").splitlines()) == 10_001
