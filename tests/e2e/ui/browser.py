"""A real Chromium that clicks through Dagster's pages as a person does."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as BrowserTimeout

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """Where this machine has Chromium; the test skips where it has none."""
    found = next(
        (p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), None
    )
    if found is None:
        pytest.skip("Chromium is not here; .ci/run installs it")
    return found


@contextmanager
def page(profile: Path) -> Iterator[Page]:
    """A page of a browser of its own."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=chromium(),
            headless=True,
            args=ARGUMENTS,
            viewport={"width": 1400, "height": 1000},
        )
        try:
            yield context.new_page()
        finally:
            context.close()


def launch_backfill(
    page: Page,
    base: str,
    companies: Sequence[str] | None,
    first: str,
    last: str,
    job: str = "backfill",
    tries: int = 10,
) -> None:
    """Choose companies and months in the dialogue of a job's assets, launch, and wait until Dagster says that it did.

    What is chosen while Dagster still fetches the partitions is dropped by its page on a busy machine, and nothing says so; a
    person opens the dialogue once more, and so does this.
    """
    for left in reversed(range(tries)):
        _open(page, base, job)
        button = page.get_by_role("dialog").get_by_role("button", name="Launch backfill")
        try:
            _choose(page, companies, first, last)
            expect(button).to_be_enabled(timeout=20_000)
        except (AssertionError, BrowserTimeout):
            if not left:
                raise
            continue
        button.click()
        # The dialog, not the button: the button has another name while Dagster launches.
        expect(page.get_by_role("dialog")).to_have_count(0, timeout=90_000)
        return


def _open(page: Page, base: str, job: str) -> None:
    page.goto(f"{base}/locations/miners/jobs/{job}/partitions")
    page.get_by_role("button", name="Materialize").first.click()
    dialog = page.get_by_role("dialog")
    confirm = dialog.get_by_role("button", name="Confirm")
    launch = dialog.get_by_role("button", name="Launch backfill")
    expect(confirm.or_(launch)).to_be_visible(timeout=90_000)
    if confirm.is_visible():
        # Of a fresh warehouse Dagster asks whether news, which nobody has read yet, may be missing.
        confirm.click()
    expect(launch).to_be_visible(timeout=90_000)


def _choose(page: Page, companies: Sequence[str] | None, first: str, last: str) -> None:
    """Choose companies, or all of them, and months."""
    dialog = page.get_by_role("dialog")
    if companies is None:
        dialog.get_by_role("button", name="All", exact=True).first.click(timeout=15_000)
    else:
        _choose_each(page, companies)
    months = dialog.get_by_placeholder("ex: 2018-01-01")
    months.fill(f"[{first}...{last}]")
    months.press("Tab")


def _choose_each(page: Page, companies: Sequence[str]) -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Select a partition or create one").click(timeout=15_000)
    # The list holds only the rows in sight: scrolling to a row replaces it under the click. The filter leaves one row.
    search = page.get_by_placeholder("Filter partitions")
    for company in companies:
        search.fill(company, timeout=15_000)
        row = page.get_by_role("menuitem").filter(has=page.get_by_text(company, exact=True))
        # An event, not a click: a click waits for a row that keeps still, and Dagster replaces rows while it waits.
        row.first.dispatch_event("click", timeout=15_000)
        expect(dialog.get_by_text(company, exact=True).first).to_be_visible()
    page.keyboard.press("Escape")
