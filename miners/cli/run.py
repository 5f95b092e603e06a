"""Commands that write: run, backfill, publish, ui."""

import os
import re
import sys
from datetime import date
from pathlib import Path

import click

from miners.cli.ask import engine_of_settings
from miners.cli.output import show
from pipelines.errors import UsageError

# Options of `run` and of `backfill`.
_COMPANIES = click.option(
    "--company", "companies", multiple=True, metavar="T", help="Only this ticker; repeat for several."
)
_UNTIL = click.option("--until", metavar="M", help="Last month of filing. Default: this month.")
_PUBLISH = click.option(
    "--publish/--no-publish", default=True, show_default=True, help="Publish files and report at the end."
)


def _month(text: str | None) -> date | None:
    if text is None:
        return None
    match = re.fullmatch(r"([12]\d{3})-(\d{1,2})(-\d{1,2})?", text)
    if match and 1 <= int(match[2]) <= 12:
        return date(int(match[1]), int(match[2]), 1)
    raise UsageError(f"{text!r} is not a month. Write it as 2025-04.")


@click.command()
@_COMPANIES
@click.option(
    "--since",
    metavar="M",
    help="First month of filing, such as 2024-01. Default: the last month; all months on samples.",
)
@_UNTIL
@click.option("--force", is_flag=True, help="Parse and load documents again.")
@click.option("--offline", is_flag=True, help="Use archived documents only (no network).")
@_PUBLISH
def run(
    companies: tuple[str, ...],
    since: str | None,
    until: str | None,
    force: bool,
    offline: bool,
    publish: bool,
) -> None:
    """Run the nightly job once, in this process."""
    _run(companies, since, until, force=force, offline=offline, publish=publish)


def _run(
    companies: tuple[str, ...],
    since: str | None,
    until: str | None,
    *,
    force: bool = False,
    offline: bool = False,
    publish: bool,
) -> None:
    from pipelines.logs import configure_logs
    from pipelines.settings import load_settings

    settings = load_settings()
    first, last = _month(since), _month(until)
    if first and last and first > last:
        raise UsageError(f"--since {since} is after --until {until}.")
    configure_logs(settings)
    from miners.nightly import run_here

    if not run_here(
        companies=companies, since=first, until=last, force=force, offline=offline, publish=publish
    ):
        sys.exit(1)


@click.command()
@click.option(
    "--bulk",
    "folder",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder with submissions.zip, companyfacts.zip and the data sets (*_notes.zip) of the SEC.",
)
@_COMPANIES
@click.option(
    "--since",
    metavar="M",
    default="2019-01",
    show_default=True,
    help="First month of filing, such as 2024-01.",
)
@_UNTIL
@_PUBLISH
def backfill(folder: Path, companies: tuple[str, ...], since: str, until: str | None, publish: bool) -> None:
    """Load the history of reports from the SEC's bulk files, without requests to EDGAR."""
    from pipelines.extract.bulk import check_bulk

    check_bulk(folder)
    # Settings are read from the environment once, here and in the steps of the run.
    os.environ["EDGAR_BULK"] = str(folder.resolve())
    _run(companies, since, until, publish=publish)


@click.command()
@click.option(
    "--target",
    metavar="FOLDER|URL",
    help="A folder or s3://bucket/prefix. Default: MINERS_PUBLISH, else the data folder.",
)
@click.option("--force", is_flag=True, help="Publish even if nothing has changed.")
@click.option(
    "--release",
    "release_name",
    metavar="2026-11",
    help="Write a release instead: a month or day that is never changed, with notes and citation.",
)
def publish(target: str | None, force: bool, release_name: str | None) -> None:
    """Publish the warehouse as Parquet, DuckDB, CSV, Excel and the report."""
    from pipelines.publish.publication import publish as publish_now
    from pipelines.publish.release import release
    from pipelines.settings import load_settings

    if release_name is not None:
        show(f"release: {release(engine_of_settings(), load_settings(), release_name, target)}")
        return

    done = publish_now(engine_of_settings(), load_settings(), target, force=force)
    if not done.is_new:
        show(f"Nothing has changed since {done.name}.")
    show(f"{done.files:,} files, {done.bytes:,} bytes, {done.seconds:.1f} s: {done.place}")
    show(f"report: {done.report}")


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True, help="Port.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
def ui(port: int, host: str) -> None:
    """Start Dagster's UI and daemon; Ctrl-C stops both."""
    from miners.ui import serve

    if host not in ("127.0.0.1", "::1", "localhost"):
        show(f"Dagster has no login: whoever reaches {host}:{port} can start runs.", err=True)
    sys.exit(serve(host, port))
