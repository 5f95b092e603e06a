"""Cost of the history since 2019: requests, time and disk, with a loopback EDGAR.

`make bench` compares two, five and ten companies without the limiter's waits. `python -m benchmarks.history 39` runs
that many companies as an operator would, at the permitted rate, and prints what it took. `python -m benchmarks.history
--ui` starts Dagster and launches the backfill of all companies by clicks in a real browser.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.measure import Line
from benchmarks.unattended import Strict, bench_settings, most_in_a_second
from pipelines.settings import HOME
from pipelines.steps.filing_steps import run_all
from pipelines.steps.services import Services
from pipelines.warehouse import server as postgres
from pipelines.warehouse.engine import connect_engine
from pipelines.watchlist import load_watchlist
from tests.e2e.ui import browser
from tests.e2e.ui.dagster_ui import running_dagster
from tests.edgar_server import EdgarServer
from tests.samples_builder import load_builder

FIRST, LAST = 2019, 2025
_SIZES = (2, 5, 10)
_EXPONENT = 1.02
Spec = dict[str, Any]


def _reports(number: int) -> Spec:
    """Reports of all quarters: 10-Q, and 10-K for the year."""
    filings, statements = [], {}
    for n in range(4 * (LAST - FIRST + 1)):
        year, quarter = FIRST + n // 4, n % 4 + 1
        start = date(year, 3 * quarter - 2, 1)
        until = (start + timedelta(days=100)).replace(day=1) - timedelta(days=1)
        filed = until + timedelta(days=40)
        accession = f"9999999999-{filed:%y}-6{number:02d}{n:03d}"
        form = "10-K" if quarter == 4 else "10-Q"
        filings.append(
            {
                "form": form,
                "accession": accession,
                "filed": filed,
                "accepted": "16:10:00",
                "until": until,
                "scale": 3,
            }
        )
        opens = start if quarter < 4 else date(year, 1, 1)
        mining, hosting = 20_000 + 137 * n + number, 5_000 + 31 * n
        if quarter == 4:
            mining, hosting = 4 * mining, 4 * hosting
        statements[until] = {
            "columns": [f"{opens}..{until}"],
            "rows": [
                ["Bitcoin mining revenue", "us-gaap:Revenues", {"p": "BitcoinMiningMember"}, mining],
                ["Hosting revenue", "us-gaap:Revenues", {"p": "HostingMember"}, hosting],
                ["Total revenue", "us-gaap:Revenues", {}, mining + hosting],
            ],
        }
    return {"filings": filings, "statements": statements}


def _months(number: int) -> list[Spec]:
    """Updates of all months."""
    out = []
    for n in range(12 * (LAST - FIRST + 1)):
        year, month = FIRST + n // 12, n % 12 + 1
        filed = date(year + month // 12, month % 12 + 1, 5)
        produced = 300 + 2 * n + number
        figures = {
            "produced": produced,
            "sold": produced // 2,
            "held": 2_000 + 20 * n,
            "deployed": 5 + n / 10,
        }
        out.append(
            {"month": f"{year}-{month:02d}", "filed": filed, **figures, "source": "https://example.com/"}
        )
    return out


def write_tree(target: Path, tickers: list[str]) -> int:
    """Write seven years of reports and updates in EDGAR's tree; returns how many filings."""
    build, filings = load_builder(), 0
    for number, ticker in enumerate(tickers):
        watched = load_watchlist().by_ticker(ticker)
        company: Spec = {
            "ticker": ticker,
            "cik": int(watched.ciks[-1].cik),
            "name": watched.name,
            "prefix": "own",
            "fiscal_year_end": "1231",
            "number": number,
            **_reports(number),
        }
        updates = [
            {
                **build.monthly.release(company, row),
                "accession": f"9999999999-{row['filed']:%y}-5{number:02d}{n:03d}",
            }
            for n, row in enumerate(_months(number))
        ]
        rows = [
            *build.report_rows(target, company),
            *build.release_rows(target, company | {"releases": updates}),
        ]
        page = target / "data.sec.gov" / "submissions" / f"CIK{company['cik']:010d}.json"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(json.dumps(build.submissions(company, rows)), "utf-8")
        filings += len(rows)
    return filings


def _tickers(count: int) -> list[str]:
    """Companies, those of one CIK first, so that all of their filings are found."""
    companies = sorted(load_watchlist().companies, key=lambda c: len(c.ciks) > 1 or bool(c.history_since))
    return [c.ticker for c in companies][:count]


def _seconds(folder: Path, count: int) -> tuple[float, int]:
    """Seconds and requests of a first run over some companies, without the limiter's waits."""
    tree = folder / f"edgar{count}"
    write_tree(tree, _tickers(count))
    server = EdgarServer(tree)
    settings = bench_settings(folder / str(count), server.base)
    settings = settings.model_copy(update={"edgar_requests_per_second": 1000})
    services = Services(settings)
    assert services.engine
    began = time.monotonic()
    for result in run_all(
        services, [(t, date(2019, 1, 1), date(2026, 12, 31)) for t in _tickers(count)], "first"
    ):
        assert not result.failures, result.failures
    took, asked = time.monotonic() - began, len(server.requests)
    server.close()
    services.engine.dispose()
    postgres.stop(settings.data_dir)
    return took, asked


def run() -> list[Line]:
    """The lines of this benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        measured = {count: _seconds(Path(folder), count) for count in _SIZES}
    _, few, many = _SIZES
    exponent = math.log(measured[many][0] / measured[few][0]) / math.log(many / few)
    shown = "; ".join(
        f"{count} companies {took:.0f} s, {asked} requests" for count, (took, asked) in measured.items()
    )
    return [
        Line(
            f"growth of a first run from {few} to {many} companies, exponent",
            f"{exponent:.2f}",
            f"≤ {_EXPONENT}",
            exponent <= _EXPONENT,
            f"seven years of reports and monthly updates; {shown}",
        )
    ]


def main(count: int, *, in_ui: bool) -> None:
    """Read the history of some companies at the permitted rate and print what it took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tickers = _tickers(count)
        filings = write_tree(folder / "edgar", tickers)
        server = Strict(folder / "edgar")
        settings = {
            "EDGAR_BASE": server.base,
            "EDGAR_USER_AGENT": "Bench bench@example.com",
            "MINERS_LIMITER_DIR": str(folder / "limit"),
        }
        began = time.monotonic()
        ended = (_clicked if in_ui else _commanded)(folder / "data", tickers, settings)
        took = time.monotonic() - began
        times = sorted(moment for moment, _, _ in server.requests)
        server.close()
        rows, coverage = _loaded(connect_engine(bench_settings(folder, server.base)), tickers)
        sizes = {part: _bytes(folder / "data" / part) for part in ("archive", "postgres")}
        postgres.stop(folder / "data")
    sys.stdout.write(
        f"{ended}: {len(tickers)} companies, {filings} filings, {len(times)} requests, {took:.0f} s, "
        f"{len(times) / took:.1f} requests a second, at most {most_in_a_second(times)} in a second, "
        f"{server.refused} refused; {rows}; coverage {coverage}; archive {sizes['archive']:,} bytes, "
        f"PostgreSQL {sizes['postgres']:,} bytes\n"
    )


def _commanded(data: Path, tickers: list[str], settings: dict[str, str]) -> str:
    command = [sys.executable, "-m", "miners.cli.main", "run", "--since", f"{FIRST}-01", "--no-publish"]
    for ticker in tickers:
        command += ["--company", ticker]
    environment = os.environ | settings | {"MINERS_DATA_DIR": str(data)}
    return f"exit {subprocess.run(command, cwd=HOME, env=environment, check=False).returncode}"


def _clicked(data: Path, _: list[str], settings: dict[str, str]) -> str:
    """Launch the backfill from Dagster's page and wait for its end."""
    data.mkdir()
    with running_dagster(data, **settings, MINERS_NIGHTLY_AT="23:59") as dagster:
        with browser.page(data.parent / "profile") as page:
            browser.launch_backfill(page, dagster.base, None, f"{FIRST}-01-01", f"{LAST + 1}-01-01")
        (newest,) = dagster.ask(_NEWEST)["partitionBackfillsOrError"]["results"]
        state = dagster.wait_for_backfill(newest["id"], seconds=3 * 3600)
    ends = Counter(run["status"] for run in state["runs"])
    return f"{state['status']}, {state['numPartitions']} partitions, runs {dict(ends)}"


_NEWEST = "query { partitionBackfillsOrError(limit: 1) { ... on PartitionBackfills { results { id } } } }"


def _loaded(engine: sa.Engine, tickers: list[str]) -> tuple[str, str]:
    """Rows by fact table; quarters that are filled or explained, of all that are expected."""
    tables = ("fact_segment_revenue", "fact_bitcoin_sale", "fact_operating_metric")
    with engine.connect() as connection:
        counts = [
            f"{connection.execute(sa.text(f'select count(*) from warehouse.{table}')).scalar():,} {table}"
            for table in tables
        ]
        states = connection.execute(
            sa.text(
                "select status, count(*) from marts.quarter_coverage where ticker = any(:t) "
                "and calendar_quarter between :first and :last group by 1 order by 1"
            ),
            {"t": tickers, "first": f"{FIRST}Q1", "last": f"{LAST}Q4"},
        ).all()
    engine.dispose()
    return ", ".join(counts), ", ".join(f"{number} {status}" for status, number in states)


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    everything = sys.argv[1] == "--ui"
    main(len(load_watchlist().companies) if everything else int(sys.argv[1]), in_ui=everything)
