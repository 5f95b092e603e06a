"""What sql/views/*.yaml declares of each mart holds for the samples: grain, not null, values, relationships."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from pipelines.warehouse.columns import Column
from pipelines.warehouse.marts import MARTS, Mart


def contract(mart: Mart) -> Iterator[tuple[str, str]]:
    """What a mart declares, each with a query that returns the rows that break it."""
    rows = f"(select * from marts.{mart.name})"
    for kind, names in (("grain", mart.grain), ("key", mart.key)):
        if names:
            quoted = ", ".join(f'"{name}"' for name in names)
            yield f"{kind} {quoted}", f"select {quoted} from {rows} m group by {quoted} having count(*) > 1"
    for name, column in mart.columns.items():
        if not column.nullable:
            yield f"{name} is not null", f'select 1 from {rows} m where "{name}" is null'
        if column.values:
            accepted = ", ".join(f"'{value}'" for value in column.values)
            yield f"{name} is accepted", f'select "{name}" from {rows} m where "{name}" not in ({accepted})'
        if column.pattern:
            yield (
                f"{name} is well-formed",
                f"""select "{name}" from {rows} m where "{name}" !~ '{column.pattern}'""",
            )
        if column.minimum is not None:
            yield (
                f"{name} is at least {column.minimum}",
                f'select "{name}" from {rows} m where "{name}" < {column.minimum}',
            )
    for name, target in mart.relationships.items():
        table, key = target.rsplit(".", 1)
        yield (
            f"{name} is in {target}",
            (
                f'select "{name}" from {rows} m where "{name}" is not null and "{name}" not in (select "{key}" from {table})'
            ),
        )


def broken(connection: sa.Connection, mart: Mart) -> list[str]:
    return [
        what for what, query in contract(mart) if connection.exec_driver_sql(query.replace("%", "%%")).first()
    ]


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.name)
def test_mart_meets_contract(samples_engine: sa.Engine, mart: Mart) -> None:
    with samples_engine.connect() as connection:
        assert connection.exec_driver_sql(f"select count(*) from marts.{mart.name}").scalar(), (
            "the samples cover it"
        )
        assert broken(connection, mart) == []
    assert mart.grain
    assert mart.key or not set(mart.grain) & set(mart.nullable), "each mart has a primary key"


def test_contract_finds_each_breach(database: sa.URL) -> None:
    """A contract that no row fulfils is reported in every part."""
    mart = Mart(
        name="broken",
        description="One row per x.",
        query="",
        grain=("ticker",),
        relationships={"ticker": "marts.segments.segment"},
        columns={
            "ticker": Column(type="text", meaning="x", values=("A",), pattern="^A$"),
            "company": Column(type="text", meaning="x"),
            "n": Column(type="integer", meaning="x", minimum=1),
        },
    )
    engine = sa.create_engine(database)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "create view marts.broken as select * from (values ('B', null, 0), ('B', 'x', 1)) as v (ticker, company, n)"
        )
        assert broken(connection, mart) == [
            'grain "ticker"',
            "ticker is accepted",
            "ticker is well-formed",
            "company is not null",
            "n is at least 1",
            "ticker is in marts.segments.segment",
        ]
    engine.dispose()
