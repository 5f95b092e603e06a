"""Commands that query the warehouse: `sql`, `query`, `explain` and `mcp`."""

from pathlib import Path
from typing import Any

import click

from miners.cli.output import emit, show
from pipelines.errors import UsageError
from pipelines.query.text_tables import ANSWER_FORMATS

_options = (
    click.option(
        "--format",
        "form",
        type=click.Choice(ANSWER_FORMATS),
        default="table",
        show_default=True,
        help="Output format.",
    ),
    click.option(
        "--output",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Write to a file instead of standard output.",
    ),
    click.option(
        "--timeout",
        type=click.IntRange(1, 3600),
        default=30,
        show_default=True,
        help="Seconds before a query is canceled.",
    ),
)


def _answered(command: Any) -> Any:
    for option in reversed(_options):
        command = option(command)
    return command


def engine_of_settings() -> Any:
    """The configured warehouse, without an EDGAR client or readers."""
    from pipelines.settings import load_settings
    from pipelines.warehouse.engine import connect_engine

    return connect_engine(load_settings())


@click.command()
@click.argument("statement", metavar="SQL")
@_answered
def sql(statement: str, form: str, output: Path | None, timeout: int) -> None:
    """Query the warehouse, read only: `miners sql "select * from marts.segment_revenue"`."""
    from pipelines.query.ask import ask

    columns, rows = ask(engine_of_settings(), statement, timeout_seconds=timeout)
    emit(columns, rows, form, output)


class _Queries(click.Group):
    """One command for each file of sql/queries, with the file's parameters as options."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from pipelines.query.cookbook import query_files

        return [path.stem for path in query_files()]

    def get_command(self, ctx: click.Context, name: str) -> click.Command:
        from pipelines.query.cookbook import answer, question

        asked = question(name)

        def run(form: str, output: Path | None, timeout: int, **given: str) -> None:
            columns, rows = answer(engine_of_settings(), asked, given, timeout_seconds=timeout)
            emit(columns, rows, form, output)

        options: list[click.Parameter] = [
            click.Option([f"--{p.name.replace('_', '-')}", p.name], metavar=p.kind.upper(), help=p.meaning)
            for p in asked.parameters
        ]
        command = click.Command(
            name, params=options, callback=run, help=f"{asked.title}\n\n{asked.notes}", short_help=asked.title
        )
        return _answered_command(command)


def _answered_command(command: click.Command) -> click.Command:
    """Add the output options to a command created at run time."""

    @_answered
    def bare() -> None:
        """Carry the options."""

    command.params += reversed(bare.__click_params__)
    return command


@click.command(cls=_Queries, invoke_without_command=True)
@click.pass_context
def query(ctx: click.Context) -> None:
    """Run a query of the cookbook by name; without a name, list them.

    Example: miners query mining_or_ai --ticker CORZ.
    """
    if ctx.invoked_subcommand is None:
        from pipelines.query.cookbook import questions

        rows = [
            [q.name, q.title, " ".join(f"--{p.name.replace('_', '-')}" for p in q.parameters)]
            for q in questions().values()
        ]
        emit(["query", "question", "parameters"], rows, "table")


@click.command()
@click.argument("ticker")
@click.argument("metric")
@click.argument("period")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Output format.",
)
def explain(ticker: str, metric: str, period: str, form: str) -> None:
    """Show one figure with its whole history: miners explain CORZ self_mining 2026Q1.

    METRIC is a metric or a segment. PERIOD is 2026Q1 (calendar quarter), FY2026Q1 (fiscal quarter), 2026-03,
    2026-03-31, 2026, FY2026, 2026H1 or 2026-9M.
    """
    from pipelines.query import explain as explaining
    from pipelines.settings import load_settings

    figures = explaining.explain(engine_of_settings(), load_settings(), ticker, metric, period)
    show(explaining.as_json(figures) if form == "json" else explaining.as_text(figures))


@click.command()
@click.option("--http", is_flag=True, help="Serve HTTP on 127.0.0.1; clients must send MINERS_MCP_TOKEN.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port of --http.  [default: 8765]")
def mcp(http: bool, port: int | None) -> None:
    """Let an assistant read the warehouse (Model Context Protocol on standard input and output).

    docs/assistants.md shows how to connect one.
    """
    from miners import mcp_server

    if http:
        mcp_server.serve_http(port or 8765)
    elif port:
        raise UsageError("--port is the port of --http. Add --http.")
    else:
        mcp_server.serve_stdio()
