"""Schema and migrations: the same both ways, and everything explained."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from pipelines.warehouse import migrate
from pipelines.warehouse.columns import SCHEMAS
from pipelines.warehouse.marts import MARTS
from pipelines.warehouse.schema import metadata


def _differences(connection: sa.Connection) -> list[Any]:
    options = {
        "include_schemas": True,
        "include_name": lambda name, kind, parents: kind != "schema" or name in SCHEMAS,
        "version_table_schema": "ops",
    }
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def test_upgrading_from_empty_equals_the_metadata(database: sa.URL) -> None:
    engine = sa.create_engine(database)
    with engine.connect() as connection:
        assert _differences(connection) == []
    assert migrate.ensure_current(engine) is False, "what is current is left alone"
    engine.dispose()


def test_downgrading_leaves_nothing_and_upgrading_again_works(database: sa.URL) -> None:
    engine = sa.create_engine(database)
    with engine.begin() as connection:
        migrate.downgrade(connection)
    names = "select nspname from pg_namespace where nspname in ('warehouse', 'quarantine', 'marts')"
    with engine.begin() as connection:
        assert connection.execute(sa.text(names)).all() == []
        assert connection.execute(
            sa.text("select tablename from pg_tables where schemaname = 'ops'")
        ).scalars().all() == ["alembic_version"]
    assert migrate.ensure_current(engine) is True
    with engine.connect() as connection:
        assert _differences(connection) == []
    engine.dispose()


def test_the_newest_version_is_the_head() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    from pipelines.settings import bundled

    config = Config()
    config.set_main_option("script_location", str(bundled("sql") / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == migrate.head()


def test_every_table_and_column_is_explained_in_the_database_too(database: sa.URL) -> None:
    for table in metadata.tables.values():
        assert table.comment, table.fullname
        for column in table.columns:
            assert column.comment, f"{table.fullname}.{column.name}"
    engine = sa.create_engine(database)
    with engine.connect() as connection:
        without = (
            connection.execute(
                sa.text(
                    "select c.oid::regclass::text || coalesce('.' || a.attname, '') from pg_class c join pg_namespace n on n.oid = c.relnamespace "
                    "left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped "
                    "where n.nspname in ('warehouse', 'quarantine', 'ops', 'marts') and c.relkind in ('r', 'v') and c.relname <> 'alembic_version' "
                    "and (col_description(c.oid, a.attnum) is null or obj_description(c.oid) is null)"
                )
            )
            .scalars()
            .all()
        )
    assert without == []
    engine.dispose()


DESIGN = {
    "segment_revenue": "ticker, company, fiscal_year, fiscal_quarter, period_kind, period_start, period_end, segment, segment_family, revenue_usd, reported_label, derivation, form, accession, url, locator, disclosed_at",
    "total_revenue": "ticker, period_kind, period_start, period_end, revenue_usd, derivation, form, accession, url, disclosed_at",
    "bitcoin_sales": "ticker, period_kind, period_start, period_end, bitcoin_sold, proceeds_usd, average_price_usd, derivation, form, accession, url, disclosed_at",
    "ai_pivot": "ticker, period_end, mining_share, ai_hpc_share, revenue_usd",
    "open_findings": "ticker, check, period_end, expected, found, difference, documents",
}


@pytest.mark.parametrize("mart", DESIGN)
def test_marts_have_the_columns_that_people_rely_on(database: sa.URL, mart: str) -> None:
    engine = sa.create_engine(database)
    with engine.connect() as connection:
        found = set(
            connection.execute(
                sa.text(
                    "select column_name from information_schema.columns where table_schema = 'marts' and table_name = :t"
                ),
                {"t": mart},
            ).scalars()
        )
    engine.dispose()
    assert set(re.split(r", ", DESIGN[mart])) <= found
    described = next(m for m in MARTS if m.name == mart)
    assert {c for c, _ in described.columns} == found
    assert described.description.startswith("One row")
