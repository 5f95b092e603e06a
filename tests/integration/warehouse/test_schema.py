"""The database is what sql/tables, sql/views and sql/columns.yaml describe, and old warehouses are recognised."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import sqlglot
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from pipelines.errors import MinersError
from pipelines.normalize.figures import DERIVATIONS
from pipelines.normalize.periods import KINDS
from pipelines.normalize.precedence import DOCUMENT_KINDS, precedence
from pipelines.warehouse import migrate
from pipelines.warehouse.columns import Column, column_dictionary, read_described
from pipelines.warehouse.marts import MARTS, Mart
from pipelines.warehouse.schema import SCHEMAS, Table, dim_document, fact_segment_revenue, metadata

CATALOG = sa.text(
    "select n.nspname || '.' || c.relname as name, obj_description(c.oid) as comment, a.attname as column, "
    "format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required, col_description(c.oid, a.attnum) as meaning "
    "from pg_class c join pg_namespace n on n.oid = c.relnamespace "
    "join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped "
    "where n.nspname in ('warehouse', 'quarantine', 'ops', 'marts') and c.relkind in ('r', 'v') "
    "and c.relname <> 'alembic_version' order by 1, a.attnum"
)
NAMES = {"timestamptz": "timestamp with time zone"}


@pytest.fixture
def engine(database: sa.URL) -> Iterator[sa.Engine]:
    engine = sa.create_engine(database)
    yield engine
    engine.dispose()


def test_catalog_equals_description(engine: sa.Engine) -> None:
    """Tables, columns, types, order, NOT NULL and comments in PostgreSQL's catalog are those of the YAML files."""
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(CATALOG)]
    expected = [
        (
            table.fullname,
            table.comment,
            c.name,
            NAMES.get(c.info["type"], c.info["type"]),
            not c.nullable,
            c.comment,
        )
        for table in metadata.tables.values()
        for c in table.columns
    ]
    expected += [
        (f"marts.{mart.name}", mart.description, name, NAMES.get(c.type, c.type), False, c.comment)
        for mart in MARTS
        for name, c in mart.columns.items()
    ]
    assert sorted(found) == sorted(expected)
    assert [row[2] for row in found if row[0] == "marts.quarterly"] == list(
        next(m for m in MARTS if m.name == "quarterly").columns
    )


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.name)
def test_query_selects_the_described_columns(mart: Mart) -> None:
    """A function's columns are assigned by position, so names and order of query and description must agree."""
    assert [
        column.alias_or_name for column in sqlglot.parse_one(mart.query, read="postgres").selects
    ] == list(mart.columns)


def test_keys_and_indexes_equal_description(engine: sa.Engine) -> None:
    options = {
        "include_schemas": True,
        "include_name": lambda name, kind, parents: kind != "schema" or name in SCHEMAS,
        "version_table_schema": "ops",
    }
    with engine.connect() as connection:
        assert list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata)) == []
    assert migrate.ensure_current(engine) is False, "a current warehouse is left alone"


def test_changed_files_restore_comments_and_marts(engine: sa.Engine) -> None:
    """A warehouse made from other YAML or SQL files gets today's comments and marts; its rows stay."""
    with engine.begin() as connection:
        connection.execute(sa.text("insert into warehouse.dim_segment values (1, 'x', 'other', 'y', false)"))
        connection.execute(sa.text("comment on table warehouse.dim_segment is 'old'"))
        connection.execute(sa.text("comment on schema marts is 'old'"))
        connection.execute(sa.text("drop view marts.segments"))
    assert migrate.ensure_current(engine) is True
    with engine.connect() as connection:
        assert connection.execute(sa.text("select segment from marts.segments")).scalars().all() == ["x"]
        comment = connection.execute(
            sa.text("select obj_description('warehouse.dim_segment'::regclass)")
        ).scalar()
    assert comment == metadata.tables["warehouse.dim_segment"].comment


@pytest.mark.parametrize("version", ["0001", "0005", "9999"])
def test_unknown_version_is_refused_in_one_line(engine: sa.Engine, version: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("update ops.alembic_version set version_num = :v"), {"v": version})
    with pytest.raises(
        MinersError, match=f"version {version}.*`miners run --offline --since 2018-01`"
    ) as raised:
        migrate.ensure_current(engine)
    assert "\n" not in str(raised.value)
    with engine.connect() as connection:
        assert connection.execute(sa.text("select count(*) from marts.segments")).scalar() == 0, (
            "nothing was dropped"
        )


def test_head_is_newest_version() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    from pipelines.settings import bundled

    config = Config()
    config.set_main_option("script_location", str(bundled("sql") / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == migrate.versions()[-1]


def test_sql_and_python_share_one_precedence(engine: sa.Engine) -> None:
    kinds = [*DOCUMENT_KINDS, "unheard of", None]
    query = sa.text(
        "select marts.precedence(k) from unnest(cast(:kinds as text[])) with ordinality as u (k, n) order by n"
    )
    with engine.connect() as connection:
        assert connection.execute(query, {"kinds": kinds}).scalars().all() == [
            precedence(kind) for kind in kinds
        ]
    assert precedence("report") < precedence("release") < precedence("update") < precedence("other")
    assert dim_document.c.document_kind.info["values"] == DOCUMENT_KINDS


def test_accepted_values_equal_code() -> None:
    assert fact_segment_revenue.c.derivation.info["values"] == DERIVATIONS
    assert Column.model_validate(column_dictionary()["period_kind"]).values == KINDS


def test_dictionary_has_only_columns_in_use() -> None:
    used = {name for mart in MARTS for name in mart.columns}
    used |= {column.name for table in metadata.tables.values() for column in table.columns}
    assert set(column_dictionary()) <= used


GOOD = {"description": "One row per x.", "key": "[a]", "columns": "{a: {type: text, meaning: A.}}"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"columns": "{a: {type: varchar, meaning: A.}}"}, "column a, type: Input should be 'text'"),
        ({"columns": "{a: {type: text}}"}, "column a, meaning: Field required"),
        ({"columns": "{a: {type: text, meaning: A., colour: red}}"}, "column a, colour: Extra inputs"),
        ({"key": "[b]"}, "b: not among its columns"),
        ({"nullable": "[c]"}, "c: not among its columns"),
        ({"description": "A row."}, 'must begin with "One row per "'),
    ],
)
def test_errors_name_file_and_column(tmp_path: Path, change: dict[str, str], message: str) -> None:
    path = tmp_path / "ops.x.yaml"
    path.write_text("\n".join(f"{key}: {value}" for key, value in {**GOOD, **change}.items()), "utf-8")
    with pytest.raises(MinersError) as raised:
        read_described(path, Table, name=path.stem)
    assert str(raised.value).startswith(f"{path}: ")
    assert message in str(raised.value)


def test_shared_columns_come_from_the_dictionary(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(
        "description: One row per x.\ngrain: [ticker]\nnullable: [url]\ncolumns: {ticker: , url: Own text.}",
        "utf-8",
    )
    mart = read_described(path, Mart, name="x", query="select 1")
    assert mart.columns["ticker"].meaning == column_dictionary()["ticker"]["meaning"]
    assert mart.columns["url"] == Column.model_validate(
        {**column_dictionary()["url"], "meaning": "Own text.", "nullable": True}
    )
