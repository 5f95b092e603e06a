"""The command `miners`. Nothing heavy is imported before a command needs it: `miners --help` answers at once."""

import os
import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from pipelines.cli_ask import engine_of_settings as _engine
from pipelines.cli_ask import explain, query, sql
from pipelines.cli_operate import backup, companies, quarantine, restore, status
from pipelines.cli_output import emit, format_option
from pipelines.errors import MinersError, UsageError


class _Group(click.Group):
    """A group whose errors are one line each: status 2 for wrong use, 1 for anything that did not work."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except UsageError as error:
            click.echo(f"miners: {error}", err=True)
            ctx.exit(2)
        except MinersError as error:
            click.echo(f"miners: {error}", err=True)
            ctx.exit(1)
        except BrokenPipeError:
            # The reader (head, less) has seen enough.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="miners-disclosed", prog_name="miners")
def main() -> None:
    """What public bitcoin miners disclose, each figure with its source."""


for command in (sql, query, explain, status, companies, quarantine, backup, restore):
    main.add_command(command)


def _month(text: str | None) -> date | None:
    if text is None:
        return None
    match = re.fullmatch(r"([12]\d{3})-(\d{1,2})(-\d{1,2})?", text)
    if match and 1 <= int(match[2]) <= 12:
        return date(int(match[1]), int(match[2]), 1)
    raise UsageError(f"{text!r} is not a month. Write it as 2025-04.")


@main.command()
@click.option(
    "--company", "companies", multiple=True, metavar="T", help="Only this ticker; may be given several times."
)
@click.option(
    "--since",
    metavar="M",
    help="First month of filing, 2024-01. Without it: the last month, or all on samples.",
)
@click.option("--until", metavar="M", help="Last month of filing. Without it: this month.")
@click.option("--force", is_flag=True, help="Read and load again what was read before.")
@click.option("--offline", is_flag=True, help="Ask nobody anything: read what the archive holds.")
@click.option("--publish/--no-publish", default=True, show_default=True, help="Files and report at the end.")
def run(
    companies: tuple[str, ...],
    since: str | None,
    until: str | None,
    force: bool,
    offline: bool,
    publish: bool,
) -> None:
    """Run the nightly job once, in this process."""
    from pipelines.settings import load_settings

    settings = load_settings()
    first, last = _month(since), _month(until)
    if first and last and first > last:
        raise UsageError(f"--since {since} is after --until {until}.")
    from pipelines.logs import configure_logs

    configure_logs(settings)
    # The same assets, in this process; imported by name since nothing here may depend on Dagster.
    from importlib import import_module

    execute: Callable[..., bool] = import_module("assets.command").run_here
    if not execute(
        companies=companies, since=first, until=last, force=force, offline=offline, publish=publish
    ):
        sys.exit(1)


@main.command()
@click.argument("source", metavar="FILE|URL")
@click.option("--raw", is_flag=True, help="Every XBRL fact, as filed.")
@click.option("--why", is_flag=True, help="Also what was left out, and by which rule.")
@click.option("--ticker", metavar="T", help="Whose document it is, where it does not say so itself.")
@click.option(
    "--as",
    "kind",
    type=click.Choice(["filing", "article"]),
    help="Read it as this; else by what it looks like.",
)
@click.option("--published", metavar="DAY", help="Day of an article that does not bear one, 2026-05-07.")
@format_option
def inspect(
    source: str, raw: bool, why: bool, ticker: str | None, kind: str | None, published: str | None, form: str
) -> None:
    """What is read from one document, a filing or an article, without loading it."""
    from pipelines.parse.inline_xbrl import read_facts
    from pipelines.publish import inspect as inspecting
    from pipelines.settings import load_settings
    from pipelines.watchlist import load_lexicon, load_watchlist

    settings = load_settings()
    content = inspecting.read_source(source, settings)
    if raw:
        rows = inspecting.raw_rows(read_facts(content))
        emit(inspecting.RAW_COLUMNS, ([row[c] for c in inspecting.RAW_COLUMNS] for row in rows), form)
        return
    folder = settings.miners_watchlist
    if kind == "article" or (kind is None and _is_article(content, source, folder)):
        _inspect_article(content, settings, _day(published), form, why=why)
        return
    read = inspecting.figures_of(content, load_watchlist(folder), load_lexicon(folder), ticker)
    normalized = read.normalized
    rows = inspecting.figure_rows(read.ticker, normalized)
    emit(inspecting.FIGURE_COLUMNS, ([row[c] for c in inspecting.FIGURE_COLUMNS] for row in rows), form)
    click.echo(f"read as: {read.kind}: {read.reason}", err=True)
    for item in normalized.rejected:
        click.echo(f"refused: {item.check}: {item.reason}", err=True)
    for finding in normalized.findings:
        click.echo(
            f"finding: {finding.check} to {finding.end}: expected {finding.expected}, found {finding.found}: {finding.detail}",
            err=True,
        )
    if why:
        for left in normalized.left_out:
            click.echo(
                f"left out: {left.rule}: {left.concept} {left.dimensions} {left.value} to {left.end} ({left.locator})",
                err=True,
            )


def _is_article(content: bytes, source: str, folder: Path | None) -> bool:
    from pipelines.publish.inspect_article import looks_like_article
    from pipelines.watchlist import load_watchlist

    return looks_like_article(content, load_watchlist(folder), source)


def _inspect_article(content: bytes, settings: Any, published: date | None, form: str, *, why: bool) -> None:
    """The claims of an article, each beside what the filings say where there is a warehouse to ask."""
    from pipelines.publish import inspect_article as inspecting
    from pipelines.watchlist import load_lexicon, load_watchlist

    folder = settings.miners_watchlist
    found = inspecting.inspect_article(content, load_watchlist(folder), load_lexicon(folder), published)
    claims = found.read.claims
    statuses = [""] * len(claims)
    if claims:
        try:
            statuses = inspecting.statuses_of(inspecting.warehouse_of(settings), claims, found.text.published)
        except MinersError as error:
            click.echo(f"status: {error}", err=True)
    rows = inspecting.claim_rows(claims, statuses)
    emit(inspecting.CLAIM_COLUMNS, ([row[c] for c in inspecting.CLAIM_COLUMNS] for row in rows), form)
    told = f"published {found.text.published:%Y-%m-%d}" if found.text.published else "without a date"
    click.echo(
        f"read as: article, {told}" + (f": {found.read.reason}" if found.read.reason else ""), err=True
    )
    if not found.text.published and not claims:
        click.echo("Give its day with --published 2026-05-07.", err=True)
    for problem in found.text.problems:
        click.echo(f"note: {problem}", err=True)
    if why:
        for reason, sentence in found.read.left:
            click.echo(f"left: {reason}: {sentence[:200]}", err=True)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a day. Write it as 2026-05-07.") from error


@main.command()
@click.option(
    "--target",
    metavar="FOLDER|URL",
    help="A folder or s3://bucket/prefix. Without it: MINERS_PUBLISH, else in the data folder.",
)
@click.option("--force", is_flag=True, help="Publish again what did not change.")
def publish(target: str | None, force: bool) -> None:
    """Parquet, DuckDB, CSV, Excel and the report, of what the warehouse has now."""
    from pipelines.publish.publication import publish as publish_now
    from pipelines.settings import load_settings

    done = publish_now(_engine(), load_settings(), target, force=force)
    if not done.is_new:
        click.echo(f"Nothing changed since {done.name}.")
    click.echo(f"{done.files:,} files, {done.bytes:,} bytes, {done.seconds:.1f} s: {done.place}")
    click.echo(f"report: {done.report}")


@main.command()
@click.option("--port", default=3000, show_default=True, help="Port on 127.0.0.1.")
def ui(port: int) -> None:
    """Dagster's UI and daemon on 127.0.0.1; Ctrl-C ends both."""
    from importlib import import_module

    sys.exit(import_module("assets.command").serve(port))


if __name__ == "__main__":
    main()
