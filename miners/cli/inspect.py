"""The command `inspect`: extract figures from one document without loading them."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from miners.cli.output import emit, format_option, show
from pipelines.errors import MinersError, UsageError


@click.command()
@click.argument("source", metavar="FILE|URL")
@click.option("--raw", is_flag=True, help="Print every XBRL fact, as filed.")
@click.option("--why", is_flag=True, help="Also print what was skipped, and by which rule.")
@click.option("--ticker", metavar="T", help="The company, if the document does not name it.")
@click.option(
    "--as", "kind", type=click.Choice(["filing", "article"]), help="Document type. Default: detected."
)
@click.option("--with", "beside", metavar="FILE", multiple=True, help="Another document of the same filing.")
@click.option("--published", metavar="DAY", help="Date of a document without one, such as 2026-05-07.")
@format_option
def inspect(
    source: str,
    raw: bool,
    why: bool,
    ticker: str | None,
    kind: str | None,
    beside: tuple[str, ...],
    published: str | None,
    form: str,
) -> None:
    """Extract figures or claims from one document, a filing or an article, without loading them."""
    from pipelines.parse.xbrl.inline import read_facts
    from pipelines.query import inspect as inspecting
    from pipelines.settings import load_settings
    from pipelines.watchlist import load_lexicon, load_watchlist

    settings = load_settings()
    content = inspecting.read_source(source, settings)
    others = [inspecting.read_source(each, settings) for each in beside]
    if raw:
        rows = inspecting.raw_rows(read_facts(content, lambda: others))
        emit(inspecting.RAW_COLUMNS, ([row[c] for c in inspecting.RAW_COLUMNS] for row in rows), form)
        return
    folder = settings.miners_watchlist
    if kind == "article" or (kind is None and _is_article(content, source, folder)):
        _inspect_article(content, settings, _day(published), form, why=why)
        return
    read = inspecting.figures_of(
        content, load_watchlist(folder), load_lexicon(folder), ticker, _day(published), others
    )
    normalized = read.normalized
    rows = inspecting.figure_rows(read.ticker, normalized)
    emit(inspecting.FIGURE_COLUMNS, ([row[c] for c in inspecting.FIGURE_COLUMNS] for row in rows), form)
    show(f"read as: {read.kind}: {read.reason}", err=True)
    for item in normalized.rejected:
        show(f"rejected: {item.check}: {item.reason}", err=True)
    for finding in normalized.findings:
        two = (
            f": expected {finding.expected:f}, found {finding.found:f}"
            if finding.expected is not None and finding.found is not None
            else ""
        )
        show(f"finding: {finding.check} to {finding.end}{two}: {finding.detail}", err=True)
    if why:
        for skipped in normalized.skipped:
            dated = f"{skipped.value:f} to {skipped.end}" if skipped.value is not None and skipped.end else ""
            told = " ".join(part for part in (skipped.concept, skipped.dimensions, dated) if part)
            show(f"skipped: {skipped.rule}: {told} ({skipped.locator})", err=True)


def _is_article(content: bytes, source: str, folder: Path | None) -> bool:
    from pipelines.query.inspect_article import looks_like_article
    from pipelines.watchlist import load_watchlist

    return looks_like_article(content, load_watchlist(folder), source)


def _inspect_article(content: bytes, settings: Any, published: date | None, form: str, *, why: bool) -> None:
    """Print the claims of an article, with their status if there is a warehouse."""
    from pipelines.query import inspect_article as inspecting
    from pipelines.watchlist import load_lexicon, load_watchlist

    folder = settings.miners_watchlist
    found = inspecting.inspect_article(content, load_watchlist(folder), load_lexicon(folder), published)
    claims = found.read.claims
    statuses = [""] * len(claims)
    if claims:
        try:
            statuses = inspecting.statuses_of(inspecting.warehouse_of(settings), claims, found.text.published)
        except MinersError as error:
            show(f"status: {error}", err=True)
    rows = inspecting.claim_rows(claims, statuses)
    emit(inspecting.CLAIM_COLUMNS, ([row[c] for c in inspecting.CLAIM_COLUMNS] for row in rows), form)
    published_on = f"published {found.text.published:%Y-%m-%d}" if found.text.published else "without a date"
    show(
        f"read as: article, {published_on}" + (f": {found.read.reason}" if found.read.reason else ""),
        err=True,
    )
    if not found.text.published and not claims:
        show("Set its date with --published 2026-05-07.", err=True)
    for problem in found.text.problems:
        show(f"note: {problem}", err=True)
    if why:
        for reason, sentence in found.read.skipped:
            show(f"skipped: {reason}: {sentence[:200]}", err=True)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a day. Write it as 2026-05-07.") from error
