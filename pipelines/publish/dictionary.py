"""The data dictionary as Markdown: every mart and table with grain, keys, units, sources, an example, and how they hang together."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from pipelines.publish.files.arrow_tables import unit_of
from pipelines.query.text_tables import shown
from pipelines.warehouse.lineage import mart_lineage
from pipelines.warehouse.marts import MARTS, Mart
from pipelines.warehouse.schema import metadata

Examples = Mapping[str, Mapping[str, Any]]
# What differs from run to run is no example.
_VOLATILE = (
    "loaded_at",
    "found_at",
    "rejected_at",
    "asked_at",
    "answered_at",
    "settled_at",
    "first_at",
    "sent_at",
    "gone_at",
    "started_at",
    "ended_at",
    "run_id",
    "summary",
    "changed_at",
)
_LONGEST = 60


def examples_of(engine: sa.Engine) -> dict[str, dict[str, Any]]:
    """One row of each mart and table, the first by its grain or key; nothing of those that are empty."""
    out = {}
    with engine.connect() as connection:
        for mart in MARTS:
            out[f"marts.{mart.name}"] = _first(connection, f"marts.{mart.name}", mart.grain)
        for table in metadata.tables.values():
            # What the pipeline keeps for itself differs from run to run.
            if table.schema != "warehouse":
                continue
            keys = [column.name for column in table.primary_key.columns]
            out[table.fullname] = _first(connection, table.fullname, keys)
    return out


def _first(connection: sa.Connection, table: str, order: Sequence[str]) -> dict[str, Any]:
    names = ", ".join(f'"{name}"' for name in order)
    row = connection.execute(sa.text(f"select * from {table} order by {names} limit 1")).mappings().first()
    return dict(row) if row else {}


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def _example(row: Mapping[str, Any], column: str) -> str:
    if column in _VOLATILE or column not in row:
        return ""
    text = shown(row[column])
    return f"`{_cell(text[:_LONGEST].replace('`', ''))}{'…' if len(text) > _LONGEST else ''}`" if text else ""


def data_dictionary(examples: Examples) -> str:
    """The whole dictionary. examples: a row of each mart and table, as examples_of gives them of the samples."""
    return "\n".join([*_head(), *_diagram(), *_marts(examples), *_tables(examples)])


def _head() -> Iterator[str]:
    yield from (
        "# Data dictionary",
        "",
        "Made by `make docs` from `sql/views` and `pipelines/warehouse/schema.py` and `bookkeeping.py`; the examples are of the samples. The report has the same as a page, PostgreSQL,",
        "DuckDB and the Parquet files as comments.",
        "",
        "- `marts.*` are what people ask. Where a mart has `…_as_of(timestamptz)`, that is the mart as it was known at a moment; a ticker may be its second argument.",
        "- Money is in US dollars and exact; an empty cell is a figure that nobody stated, never zero.",
        "",
        "| mart | one row | grain | as of a moment |",
        "|---|---|---|---|",
        *(
            f"| [{m.name}](#marts{m.name}) | {_cell(m.description.removeprefix('One row: '))} | {', '.join(m.grain)} | {'yes' if m.as_of else ''} |"
            for m in MARTS
        ),
        "",
    )


def _diagram() -> Iterator[str]:
    """The star schema and what the marts are made from, as Mermaid."""
    yield from ("## The star schema", "", "```mermaid", "erDiagram")
    tables = [t for t in metadata.sorted_tables if t.schema == "warehouse"]
    for table in tables:
        for column in table.columns:
            for key in column.foreign_keys:
                yield f'    {key.column.table.name} ||--o{{ {table.name} : "{column.name}"'
    yield from ("```", "", "## From filing to mart", "", "```mermaid", "flowchart LR")
    yield "    documents[filed documents and articles] --> facts[warehouse.fact_*]"
    for name, sources in sorted(mart_lineage().items()):
        facts = {
            table
            for columns in sources.values()
            for table, _ in columns
            if table.split(".")[-1].startswith("fact_") or table.startswith("ops.")
        }
        for fact in sorted(facts):
            yield f"    {fact.replace('.', '_')}[{fact}] --> marts_{name}[marts.{name}]"
    yield from ("```", "")


def _marts(examples: Examples) -> Iterator[str]:
    yield from ("## Marts", "")
    lineage = mart_lineage()
    for mart in MARTS:
        yield from _mart(mart, lineage.get(mart.name, {}), examples.get(f"marts.{mart.name}", {}))


def _mart(
    mart: Mart, lineage: Mapping[str, Sequence[tuple[str, str]]], example: Mapping[str, Any]
) -> Iterator[str]:
    yield from (f"### marts.{mart.name}", "", f"{mart.description} Grain: {', '.join(mart.grain)}.", "")
    yield from ("| column | unit | meaning | made from | example |", "|---|---|---|---|---|")
    for column, comment in mart.columns:
        made = ", ".join(
            f"{table.split('.')[-1]}.{name}" for table, name in list(lineage.get(column, []))[:3]
        )
        more = len(lineage.get(column, [])) - 3
        yield f"| {column} | {unit_of(column) or ''} | {_cell(comment)} | {made}{f' and {more} more' if more > 0 else ''} | {_example(example, column)} |"
    yield ""


def _tables(examples: Examples) -> Iterator[str]:
    yield from ("## Tables", "")
    for table in sorted(metadata.tables.values(), key=lambda t: (str(t.schema) != "warehouse", t.fullname)):
        keys = ", ".join(column.name for column in table.primary_key.columns)
        yield from (f"### {table.fullname}", "", f"{table.comment} Key: {keys}.", "")
        yield from (
            "| column | type | null | unit | meaning | refers to | example |",
            "|---|---|---|---|---|---|---|",
        )
        example = examples.get(table.fullname, {})
        for c in table.columns:
            refers = ", ".join(sorted(f"{k.column.table.name}" for k in c.foreign_keys))
            yield (
                f"| {c.name} | {_cell(c.type)} | {'yes' if c.nullable else ''} | {unit_of(c.name) or ''} | {_cell(c.comment)} | {refers} | {_example(example, c.name)} |"
            )
        yield ""
