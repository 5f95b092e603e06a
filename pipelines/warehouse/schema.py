"""SQLAlchemy tables made from sql/tables/*.yaml, and names of the star schema's tables.

`info` of a column has its PostgreSQL type, meaning, unit and constraints.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from pipelines.settings import bundled
from pipelines.warehouse.columns import Column, Described, read_described

SCHEMAS = ("warehouse", "quarantine", "ops")
metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_INFO = {"type", "unit", "values", "pattern", "minimum", "volatile"}
TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "text": sa.Text(),
    "bigint": sa.BigInteger(),
    "integer": sa.Integer(),
    "smallint": sa.SmallInteger(),
    "numeric": sa.Numeric(),
    "boolean": sa.Boolean(),
    "date": sa.Date(),
    "timestamptz": sa.DateTime(timezone=True),
    "jsonb": JSONB(),
    "text[]": ARRAY(sa.Text),
}


class Table(Described):
    """A table: its key, constraints and indexes.

    Args:
        deferred: Whether foreign keys are checked at the end of a transaction.
        refreshes_marts: Whether changes require a refresh of the stored marts.
    """

    key: tuple[str, ...]
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    foreign_keys: dict[str, str] = Field(default_factory=dict)
    deferred: bool = True
    refreshes_marts: bool = False

    def column_names(self) -> Iterable[str]:
        """Every column that is named outside `columns`."""
        several = (*self.unique, *self.indexes)
        return (*self.nullable, *self.key, *self.foreign_keys, *(name for names in several for name in names))


def _column(table: Table, name: str, column: Column) -> sa.Column[object]:
    items: list[sa.schema.SchemaItem] = [sa.Identity()] if column.identity else []
    if target := table.foreign_keys.get(name):
        checked = {"deferrable": True, "initially": "DEFERRED"} if table.deferred else {}
        items.append(sa.ForeignKey(target, **checked))  # type: ignore[arg-type]
    return sa.Column(
        name,
        TYPES[column.type],
        *items,
        primary_key=name in table.key,
        autoincrement="auto" if column.identity else False,
        nullable=column.nullable,
        server_default=sa.text(column.default) if column.default else None,
        comment=column.comment,
        info={**column.model_dump(include=_INFO, exclude_none=True), "meaning": column.explanation},
    )


def _add(table: Table) -> None:
    in_schema, name = table.name.split(".")
    sa.Table(
        name,
        metadata,
        *(_column(table, name, column) for name, column in table.columns.items()),
        *(sa.UniqueConstraint(*names) for names in table.unique),
        *(sa.Index(None, *names) for names in table.indexes),
        schema=in_schema,
        comment=table.description,
        info={"refreshes_marts": table.refreshes_marts},
    )


for _path in sorted((bundled("sql") / "tables").glob("*.yaml")):
    _add(read_described(_path, Table, name=_path.stem))

dim_company = metadata.tables["warehouse.dim_company"]
dim_segment = metadata.tables["warehouse.dim_segment"]
dim_metric = metadata.tables["warehouse.dim_metric"]
dim_date = metadata.tables["warehouse.dim_date"]
dim_period = metadata.tables["warehouse.dim_period"]
dim_document = metadata.tables["warehouse.dim_document"]
dim_article = metadata.tables["warehouse.dim_article"]
fact_segment_revenue = metadata.tables["warehouse.fact_segment_revenue"]
fact_bitcoin_sale = metadata.tables["warehouse.fact_bitcoin_sale"]
fact_operating_metric = metadata.tables["warehouse.fact_operating_metric"]
fact_deal = metadata.tables["warehouse.fact_deal"]
fact_stated_change = metadata.tables["warehouse.fact_stated_change"]
fact_news_claim = metadata.tables["warehouse.fact_news_claim"]
fact_bitcoin_price = metadata.tables["warehouse.fact_bitcoin_price"]
fact_network_day = metadata.tables["warehouse.fact_network_day"]
