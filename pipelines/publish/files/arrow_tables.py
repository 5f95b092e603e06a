"""Published tables with typed columns: all marts and the star schema."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from pipelines.harmless import stripped
from pipelines.warehouse import schema
from pipelines.warehouse.marts import MARTS, Mart

if TYPE_CHECKING:
    import pyarrow as pa

# Minimum scale of a numeric column by unit, so that its type does not change between publications.
_LEAST_SCALES = {"USD": 2, "share, 0 to 1": 4}
_LEAST_SCALE = 8
_PRECISION, _WIDE_PRECISION = 38, 76
# Tables of the star schema that are not useful on their own.
_LEFT_OUT = {"warehouse.fact_stated_change"}


@dataclass(frozen=True, slots=True)
class Column:
    """A published column: PostgreSQL's type, meaning, and unit unless another column states it.

    Args:
        aggregation: The way to combine several periods: sum, last or average.
        volatile: Whether it differs from run to run, and is left out of the changes.
    """

    name: str
    kind: str
    meaning: str
    unit: str | None
    nullable: bool
    volatile: bool = False
    aggregation: str | None = None

    @property
    def comment(self) -> str:
        """Meaning and unit in one text."""
        return f"{self.meaning} Unit: {self.unit}." if self.unit else self.meaning


@dataclass(frozen=True, slots=True)
class Published:
    """A published table: schema, meaning of one row, columns, grain and references.

    Args:
        references: The key that a column refers to, as `schema.table.column`.
        key: The primary key, if a column of the grain can be empty.
    """

    schema: str
    name: str
    meaning: str
    columns: tuple[Column, ...]
    grain: tuple[str, ...]
    data: "pa.Table"
    references: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The key, or the grain if none of its columns is ever empty; else nothing."""
        if self.key:
            return self.key
        several = {c.name for c in self.columns if c.kind == "text[]"}
        empty = {name for name in self.grain if self.data.column(name).null_count}
        return () if empty or several & set(self.grain) else self.grain


def foreign_keys(table: Published, among: Sequence[Published]) -> dict[str, Published]:
    """The published tables that columns refer to by their whole primary key."""
    keys = {f"{t.full_name}.{t.primary_key[0]}": t for t in among if len(t.primary_key) == 1}
    return {column: keys[key] for column, key in table.references.items() if key in keys}


def columns_of(described: Mart | sa.Table) -> tuple[Column, ...]:
    """The columns of a mart or table, as sql/*.yaml describes them."""
    if isinstance(described, sa.Table):
        return tuple(
            Column(c.name, c.info["type"], c.info["meaning"], c.info.get("unit"), bool(c.nullable))
            for c in described.columns
        )
    return tuple(
        Column(name, c.type, c.explanation, c.unit, c.nullable, c.volatile, c.aggregation)
        for name, c in described.columns.items()
    )


def published_tables(connection: sa.Connection) -> Iterator[Published]:
    """All marts and star-schema tables, sorted by grain, in the caller's transaction."""
    for mart in MARTS:
        read = _read(connection, "marts", mart.name, mart.description, columns_of(mart), mart.grain)
        yield replace(read, references=mart.relationships, key=mart.key)
    for table in schema.metadata.sorted_tables:
        if table.schema == "warehouse" and table.fullname not in _LEFT_OUT:
            keys = tuple(column.name for column in table.primary_key.columns)
            read = _read(connection, "warehouse", table.name, str(table.comment), columns_of(table), keys)
            yield replace(
                read, references={k.parent.name: str(k.target_fullname) for k in table.foreign_keys}
            )


def _read(
    connection: sa.Connection,
    in_schema: str,
    name: str,
    meaning: str,
    columns: tuple[Column, ...],
    grain: tuple[str, ...],
) -> Published:
    import pyarrow as pa

    names = ", ".join(f'"{c.name}"' for c in columns)
    order = ", ".join(f'"{g}"' for g in grain) or "1"
    rows = connection.execute(sa.text(f"select {names} from {in_schema}.{name} order by {order}")).all()
    arrays = [_array(column, [row[i] for row in rows]) for i, column in enumerate(columns)]
    fields = [
        pa.field(c.name, a.type, metadata={"comment": c.meaning, **({"unit": c.unit} if c.unit else {})})
        for c, a in zip(columns, arrays, strict=True)
    ]
    described = {"comment": meaning, "grain": ", ".join(grain), "source": f"{in_schema}.{name}"}
    data = pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=described))
    return Published(in_schema, name, meaning, columns, grain, data)


def _array(column: Column, values: Sequence[Any]) -> "pa.Array":
    import pyarrow as pa

    simple = {
        "text": pa.string(),
        "date": pa.date32(),
        "boolean": pa.bool_(),
        "smallint": pa.int16(),
        "integer": pa.int32(),
        "bigint": pa.int64(),
        "text[]": pa.list_(pa.string()),
        "timestamptz": pa.timestamp("us", "UTC"),
    }
    if column.kind == "jsonb":
        options: dict[str, Any] = {"ensure_ascii": False, "sort_keys": True, "default": str}
        texts = [None if v is None else json.dumps(_stripped(v), **options) for v in values]
        return pa.array(texts, pa.string())
    if column.kind == "numeric":
        return pa.array(values, _decimal_type(column.unit, values))
    return pa.array([_stripped(v) for v in values], simple[column.kind])


def _stripped(value: Any) -> Any:
    """A value whose texts have no control characters: they come from documents and feeds."""
    if isinstance(value, str):
        return stripped(value)
    if isinstance(value, list):
        return [_stripped(each) for each in value]
    if isinstance(value, dict):
        return {name: _stripped(each) for name, each in value.items()}
    return value


def _decimal_type(unit: str | None, values: Sequence[Decimal | None]) -> "pa.DataType":
    """A decimal type that holds each value exactly."""
    import pyarrow as pa

    scale = _LEAST_SCALES.get(unit or "", _LEAST_SCALE)
    whole = 1
    for value in values:
        if value is not None:
            _, digits, exponent = value.normalize().as_tuple()
            scale = max(scale, -int(exponent))
            whole = max(whole, len(digits) + int(exponent))
    return (
        pa.decimal128(_PRECISION, scale)
        if whole + scale <= _PRECISION
        else pa.decimal256(_WIDE_PRECISION, scale)
    )
