"""What is published, as typed columns: every mart, and the star schema behind it, exactly as the warehouse has them."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from pipelines.warehouse import schema
from pipelines.warehouse.marts import MARTS

if TYPE_CHECKING:
    import pyarrow as pa

# What a numeric column has behind its point at least, so that its type does not change with tonight's figures.
_LEAST_SCALES = (("_usd", 2), ("_share", 4))
_LEAST_SCALE = 8
_PRECISION, _WIDE_PRECISION = 38, 76
# Tables of the star schema that are nobody's answer by themselves.
_LEFT_OUT = {"warehouse.fact_stated_change"}
_UNITS = (
    (r"_usd$", "USD"),
    (r"_eh$", "EH/s"),
    (r"(^|_)mw$|^megawatts$", "MW"),
    (r"_share$", "share, 0 to 1"),
    (r"^bitcoin_(produced|sold|held)$", "BTC"),
    (r"_hours$", "hours"),
    (r"^days_", "days"),
    (r"^bytes$", "bytes"),
    (r"^percent$", "percent"),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A published column: PostgreSQL's type, what it means, and its unit where it has one of its own."""

    name: str
    kind: str
    meaning: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class Published:
    """A published table: where it is from, what one row is, its columns, and those that tell its rows apart."""

    schema: str
    name: str
    meaning: str
    columns: tuple[Column, ...]
    grain: tuple[str, ...]
    data: "pa.Table"

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}"


def unit_of(column: str) -> str | None:
    """The unit of a column by its name; None where it has none, or where a column `unit` beside it tells it."""
    return next((unit for pattern, unit in _UNITS if re.search(pattern, column)), None)


def published_tables(connection: sa.Connection) -> Iterator[Published]:
    """Every mart and every dim_ and fact_ table, read in the caller's transaction; rows in the order of their grain."""
    for mart in MARTS:
        yield _read(connection, "marts", mart.name, mart.description, dict(mart.columns), mart.grain)
    for table in schema.metadata.sorted_tables:
        if table.schema == "warehouse" and table.fullname not in _LEFT_OUT:
            keys = tuple(column.name for column in table.primary_key.columns)
            comments = {column.name: str(column.comment) for column in table.columns}
            yield _read(connection, "warehouse", table.name, str(table.comment), comments, keys)


def _read(
    connection: sa.Connection,
    in_schema: str,
    name: str,
    meaning: str,
    comments: dict[str, str],
    grain: tuple[str, ...],
) -> Published:
    import pyarrow as pa

    kinds = (
        connection.execute(
            sa.text(
                "select a.attname, format_type(a.atttypid, a.atttypmod) from pg_attribute a where a.attrelid = to_regclass(:table) "
                "and a.attnum > 0 and not a.attisdropped order by a.attnum"
            ),
            {"table": f"{in_schema}.{name}"},
        )
        .tuples()
        .all()
    )
    columns = tuple(Column(c, kind, comments.get(c, ""), unit_of(c)) for c, kind in kinds)
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
        "timestamp with time zone": pa.timestamp("us", "UTC"),
    }
    if column.kind == "jsonb":
        return pa.array(
            [
                None if v is None else json.dumps(v, ensure_ascii=False, sort_keys=True, default=str)
                for v in values
            ],
            pa.string(),
        )
    if column.kind == "numeric":
        return pa.array(values, _decimal_type(column.name, values))
    return pa.array(values, simple[column.kind])


def _decimal_type(name: str, values: Sequence[Decimal | None]) -> "pa.DataType":
    """A decimal that holds each value exactly: at least the scale of its kind of column, more where a value needs it."""
    import pyarrow as pa

    scale = next((least for end, least in _LEAST_SCALES if name.endswith(end)), _LEAST_SCALE)
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
