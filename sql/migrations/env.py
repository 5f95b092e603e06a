"""Alembic's environment: one open connection, handed over by pipelines.warehouse.migrate."""

from alembic import context

from pipelines.warehouse.schema import SCHEMAS, metadata


def _ours(name: str | None, kind: str, parents: object) -> bool:
    return kind != "schema" or name in SCHEMAS


connection = context.config.attributes["connection"]
connection.exec_driver_sql("create schema if not exists ops")
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table_schema="ops",
    include_schemas=True,
    include_name=_ours,
    compare_server_default=False,
)
with context.begin_transaction():
    context.run_migrations()
