"""Commands for operators: status, companies, feeds, quarantine, backup, restore."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from miners.cli.ask import engine_of_settings as _engine
from miners.cli.output import emit, format_option, show
from pipelines.errors import UsageError
from pipelines.query.text_tables import FORMATS, rendered


def _watchlist() -> Any:
    from pipelines.settings import load_settings
    from pipelines.watchlist import load_watchlist

    return load_watchlist(load_settings().miners_watchlist)


@click.command()
@click.argument("section", required=False)
@click.option("--verbose", is_flag=True, help="Show every section in full.")
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS, "prometheus"]),
    default="table",
    show_default=True,
    help="Output format.",
)
@click.pass_context
def status(ctx: click.Context, section: str | None, verbose: bool, form: str) -> None:
    """Show what needs a person, and a line on everything else. Exit status 1 if something does.

    SECTION shows one part in full, such as "late filings"; --verbose shows all of them.
    """
    from pipelines.operations.health import check_health
    from pipelines.settings import load_settings
    from pipelines.warehouse.engine import connect_engine

    settings = load_settings()
    found, metrics = check_health(connect_engine(settings), settings)
    if form == "prometheus":
        click.echo(metrics, nl=False)
    elif section is not None:
        _, columns, rows = found.section(section)
        emit(columns, rows, form)
    elif form == "json":
        import json

        sections = {
            title.replace(" ", "_").replace(",", ""): json.loads(rendered(columns, rows, "json"))
            for title, columns, rows in found.sections
        }
        state = "attention" if found.needs else "ok"
        show(json.dumps({"status": state, "summary": dict(found.summary), **sections}, indent=1))
    elif form == "csv" or verbose:
        for title, columns, rows in found.sections:
            show(f"\n{title}" if form == "table" else f"# {title}")
            emit(columns, rows, form)
    else:
        for line in found.needs or ["nothing needs a person"]:
            show(f"{'! ' if found.needs else ''}{line}")
        for what, told in found.summary:
            show(f"{what:<17}{told}")
    ctx.exit(1 if found.needs else 0)


@click.command()
@format_option
@click.pass_context
def doctor(ctx: click.Context, form: str) -> None:
    """Check settings, sources, storage, daemon and clock, with the remedy of each fault.

    Exit status 1 if a check fails.
    """
    from dataclasses import astuple, fields

    from pipelines.operations.doctor import Diagnosis, diagnose

    found = []
    for diagnosis in diagnose():
        found.append(diagnosis)
        if form == "table":
            mark = "ok  " if diagnosis.fine else "FAIL"
            show(f"{mark} {diagnosis.what:<12}{diagnosis.told}")
            if not diagnosis.fine:
                show(f"     {diagnosis.remedy}")
    if form != "table":
        emit([f.name for f in fields(Diagnosis)], [astuple(each) for each in found], form)
    ctx.exit(0 if all(each.fine for each in found) else 1)


@click.group(invoke_without_command=True)
@format_option
@click.pass_context
def companies(ctx: click.Context, form: str) -> None:
    """List watched companies and their filing coverage."""
    from pipelines.query.ask import coverage

    if ctx.invoked_subcommand is None:
        columns, rows = coverage(_engine(), _watchlist())
        emit(columns, rows, form)


@companies.command("add")
@click.argument("registrant", metavar="TICKER|CIK")
def companies_add(registrant: str) -> None:
    """Look a company up at EDGAR and write its proposed entry for review."""
    from pipelines.operations.registrants import propose
    from pipelines.query.inspect import FIGURE_COLUMNS, figure_rows
    from pipelines.steps.services import Services

    services = Services()
    proposal = propose(services, registrant)
    folder = proposal.write(services.settings.create_data_dir() / "proposals")
    show(proposal.companies_yaml())
    report = proposal.report
    if report is not None:
        show(f"Lines of revenue in the {report.form} of {report.filed_on}:")
        rows = [
            (line.label, f"{line.value:,f}", line.segment or "unknown", ", ".join(s for s, _ in line.likely))
            for line in proposal.lines
        ]
        emit(("line", "usd", "segment", "likely"), rows, "table")
        show("\nIt would load:")
        told = figure_rows(proposal.ticker, proposal.read)
        emit(FIGURE_COLUMNS, ([row[c] for c in FIGURE_COLUMNS] for row in told), "table")
    for problem in proposal.problems:
        show(f"not read: {problem}", err=True)
    show(
        f"\nWritten to {folder}. Review both files, then copy them into the folder of MINERS_WATCHLIST, "
        f"or set MINERS_WATCHLIST={folder} to try them."
    )


@companies.command("discover")
@format_option
def companies_discover(form: str) -> None:
    """List registrants that mine bitcoin by their annual reports and are not watched."""
    from datetime import date

    from pipelines.operations.registrants import discover
    from pipelines.steps.services import Services

    found = discover(Services(), date.today())
    rows = [(u.cik, u.name, "yes" if u.likely else "", u.reason) for u in found]
    emit(("cik", "name", "likely", "reason"), rows, form)


@click.group()
def feeds() -> None:
    """Check the news feeds."""


@feeds.command("check")
@format_option
@click.pass_context
def feeds_check(ctx: click.Context, form: str) -> None:
    """Request each feed once and show the result. Exit status 1 if one failed.

    Nothing is written to the warehouse.
    """
    from dataclasses import astuple, fields

    from pipelines.settings import load_settings
    from pipelines.steps.feeds import FeedCheck, check_feeds
    from pipelines.steps.services import Services
    from pipelines.watchlist.feeds import feeds_of

    services = Services(load_settings())
    number = len(feeds_of(services.settings))
    if not number:
        raise UsageError("No feeds are read beside another EDGAR_MIRROR. Set NEWS_MIRROR.")
    if services.settings.news_folder is not None:
        show(f"Feeds are read from {services.settings.news_folder}, not from the network.", err=True)
    with click.progressbar(
        check_feeds(services), length=number, label="feeds", hidden=not sys.stderr.isatty(), file=sys.stderr
    ) as checks:
        rows = list(checks)
    emit([f.name for f in fields(FeedCheck)], [astuple(check) for check in rows], form)
    ctx.exit(1 if any(check.result == "failed" for check in rows) else 0)


@click.group()
def quarantine() -> None:
    """List, show and approve quarantined rows."""


@quarantine.command("list")
@click.option("--all", "everything", is_flag=True, help="Include approved and loaded rows.")
@click.option("--company", metavar="T")
@format_option
def quarantine_list(everything: bool, company: str | None, form: str) -> None:
    """List quarantined rows, newest first."""
    from pipelines.warehouse.quarantine_rows import list_rows

    ticker = _watchlist().by_ticker(company).ticker if company else None
    with _engine().connect() as connection:
        found = list_rows(connection, None if everything else "open", ticker)
    columns = (
        "key",
        "check",
        "ticker",
        "fact",
        "segment",
        "period_end",
        "value",
        "label",
        "status",
        "released_by",
        "reason",
        "url",
    )
    emit(
        columns,
        (
            [
                r["row_key"],
                r["check_name"],
                r["company_id"],
                r["row_content"].get("fact"),
                r["row_content"].get("segment"),
                r["row_content"].get("period_end"),
                r["row_content"].get("value"),
                r["row_content"].get("label"),
                r["status"],
                r["released_by"],
                r["reason"],
                r["url"],
            ]
            for r in found
        ),
        form,
    )


@quarantine.command("show")
@click.argument("key", type=int)
def quarantine_show(key: int) -> None:
    """Show one quarantined row with all its values."""
    from pipelines.harmless import json_text
    from pipelines.warehouse.quarantine_rows import show_row

    with _engine().connect() as connection:
        row = show_row(connection, key)
    show(json_text(row, indent=1, default=str))


@quarantine.command("release")
@click.argument("key", type=int)
@click.option(
    "--by", "who", default=lambda: os.environ.get("USER", ""), help="Your name; it is stored with the fact."
)
def quarantine_release(key: int, who: str) -> None:
    """Approve a quarantined row: it loads with the next run."""
    from pipelines.warehouse.quarantine_rows import release_row

    with _engine().begin() as connection:
        row = release_row(connection, key, who)
    show(
        f"{row['status']} by {row['released_by']}: the row loads with the next run of {row['company_id']} "
        "over the month of its filing."
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write the warehouse to FILE. The archive is a folder; copy it separately."""
    from pipelines.operations.backup import back_up
    from pipelines.settings import load_settings

    show(f"{file}: {back_up(load_settings(), file):,} bytes")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--overwrite", is_flag=True, help="Replace a warehouse that is not empty, without asking.")
def restore(file: Path, overwrite: bool) -> None:
    """Restore a backup and upgrade it. It asks before it replaces a warehouse that is not empty."""
    from pipelines.operations import backup as backups
    from pipelines.settings import load_settings
    from pipelines.warehouse.engine import shown_url

    settings = load_settings()
    if file.is_file() and not overwrite and sys.stdin.isatty():
        documents = backups.documents_in(settings)
        if documents is not None:
            question = f"{shown_url(settings)} has {documents:,} documents. Replace all of it by {file}?"
            click.confirm(question, abort=True)
            overwrite = True
    backups.restore(settings, file, overwrite=overwrite)
    show("Restored. Check it with miners status.")
