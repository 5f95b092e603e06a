"""Rows of a mart, filtered by its own columns: names are checked, values are bound."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, NamedTuple

import sqlalchemy as sa

from pipelines.errors import UsageError
from pipelines.query.ask import TIMEOUT_SECONDS, asking
from pipelines.query.cookbook import ticker_of
from pipelines.warehouse.marts import MARTS, Mart
from pipelines.warehouse.schema import TYPES

# The day to which `since` and `until` refer, in order of preference.
_DAYS = ("period_end", "day", "announced_on", "filed_on")
_COVERAGE_LINES = 8
# Values of a column among which similar ones are searched.
_MOST_VALUES = 2000

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows of a mart: filters, period, moment, columns, order and number.

    Args:
        where: Columns and the value that they must have, or a list of possible values; None is an empty cell.
        since, until: First and last day of the periods.
        as_of: The time at which the mart is shown as known.
        columns: All columns if empty.
        order: Columns, with a hyphen before those that descend. The latest periods come first if it is empty.
        limit: The largest number of rows; None for all.
    """

    mart: Mart
    where: Mapping[str, Value | Sequence[Value]] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None
    as_of: date | datetime | str | None = None
    columns: Sequence[str] = ()
    order: Sequence[str] = ()
    limit: int | None = None

    @property
    def day(self) -> str | None:
        """The column to which `since` and `until` refer; None if the mart has no days."""
        return next((name for name in _DAYS if name in self.mart.columns), None)


class Rows(NamedTuple):
    """Selected rows, and how many there are without the limit."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    total: int


def mart_named(name: str) -> Mart:
    """A mart by name, with or without the schema. Raises UsageError with similar names."""
    names = {mart.name: mart for mart in MARTS}
    wanted = name.strip().lower().removeprefix("marts.")
    if wanted not in names:
        near = get_close_matches(wanted, list(names), 4, 0.4) or list(names)
        raise UsageError(f"There is no mart {name!r}. Near it: {', '.join(near)}.")
    return names[wanted]


def checked(engine: sa.Engine, selection: Selection) -> Selection:
    """The selection with current tickers in place of former ones.

    Raises:
        UsageError: A ticker is not in the warehouse, or a value is not among those that its column accepts.
    """
    mart = selection.mart
    _check_columns(mart, list(selection.where))
    where: dict[str, Value | Sequence[Value]] = {}
    for name, value in selection.where.items():
        values = _listed(value)
        accepted = mart.columns[name].values
        if accepted and (unknown := [str(v) for v in values if v is not None and v not in accepted]):
            raise UsageError(
                f"marts.{mart.name}.{name} is never {', '.join(unknown)}. It is one of {', '.join(accepted)}."
            )
        current = (
            [ticker_of(engine, str(v)) for v in values] if name == "ticker" and None not in values else values
        )
        where[name] = current if len(current) != 1 else current[0]
    return replace(selection, where=where)


def select_rows(engine: sa.Engine, selection: Selection, *, timeout_seconds: int = TIMEOUT_SECONDS) -> Rows:
    """Read the selected rows as the role `analyst`.

    Raises:
        UsageError: A column is unknown, a value has another type, or the mart has no days
            or none as of a moment.
    """
    mart = selection.mart
    columns = list(selection.columns) or list(mart.columns)
    _check_columns(mart, columns)
    order = _order(selection)
    source = _source(selection)
    counted = [] if selection.limit is None else [sa.func.count().over()]
    statement = sa.select(*(source.c[name] for name in columns), *counted).select_from(source)
    statement = statement.where(*_conditions(selection, source)).order_by(*order).limit(selection.limit)
    with asking(engine, f"marts.{mart.name}", timeout_seconds) as connection:
        found = connection.execute(statement).all()
    rows = [tuple(row[: len(columns)]) for row in found]
    return Rows(columns, rows, found[0][-1] if found and counted else len(rows))


def _check_columns(mart: Mart, names: Sequence[str]) -> None:
    unknown = sorted(set(names) - set(mart.columns))
    if unknown:
        near = [n for name in unknown for n in get_close_matches(name, list(mart.columns), 2, 0.5)]
        nearest = f"Near it: {', '.join(near)}." if near else f"It has {', '.join(mart.columns)}."
        raise UsageError(f"marts.{mart.name} has no column {', '.join(unknown)}. {nearest}")


def _source(selection: Selection) -> sa.FromClause:
    """A mart, or its function as of a moment, as something to select from."""
    mart = selection.mart
    columns = [sa.column(name, TYPES[column.type]) for name, column in mart.columns.items()]
    if selection.as_of is None:
        return sa.table(mart.name, *columns, schema="marts")
    if not mart.as_of:
        raise UsageError(f"marts.{mart.name} is known only as of now. Leave out as_of.")
    moment = sa.cast(sa.literal(str(selection.as_of)), sa.DateTime(timezone=True))
    call: sa.Function[Any] = getattr(sa.func.marts, f"{mart.name}_as_of")(moment)
    return call.table_valued(*columns).alias("m")


def _order(selection: Selection) -> list[sa.UnaryExpression[Any]]:
    mart, day = selection.mart, selection.day
    given = list(selection.order) or ([f"-{day}"] if day else [])
    _check_columns(mart, [name.removeprefix("-") for name in given])
    names = [*given, *(name for name in mart.grain if name not in {n.removeprefix("-") for n in given})]
    return [
        sa.desc(sa.column(name[1:])).nulls_last() if name.startswith("-") else sa.asc(sa.column(name))
        for name in names
    ]


def _conditions(selection: Selection, source: sa.FromClause) -> list[sa.ColumnElement[bool]]:
    _check_columns(selection.mart, list(selection.where))
    conditions = [_condition(selection.mart, source.c[n], _listed(v)) for n, v in selection.where.items()]
    if selection.since or selection.until:
        if selection.day is None:
            raise UsageError(f"marts.{selection.mart.name} has no periods. Leave out the first and last day.")
        day = source.c[selection.day]
        conditions += [day >= selection.since] if selection.since else []
        conditions += [day <= selection.until] if selection.until else []
    return conditions


def _listed(value: Value | Sequence[Value]) -> list[Value]:
    return [value] if value is None or isinstance(value, str | int | float) else list(value)


def _condition(mart: Mart, column: sa.ColumnElement[Any], values: list[Value]) -> sa.ColumnElement[bool]:
    """The condition that a column has one of several values."""
    kind = mart.columns[str(column.key)].type
    texts = [sa.literal(str(value)) for value in values if value is not None]
    if kind == "jsonb":
        raise UsageError(f"marts.{mart.name}.{column.key} is JSON. Filter another column.")
    conditions = [
        text == sa.any_(column) if kind == "text[]" else column == sa.cast(text, TYPES[kind])
        for text in texts
    ]
    return sa.or_(sa.false(), *conditions, *([column.is_(None)] if None in values else []))


def why_empty(engine: sa.Engine, selection: Selection) -> list[str]:
    """Reasons why a selection has no rows: unknown values, other periods, missing filings."""
    mart = selection.mart
    reasons = []
    for name, value in selection.where.items():
        alone = Selection(mart, {name: value}, as_of=selection.as_of, columns=[name], limit=1)
        if not select_rows(engine, alone).rows:
            near = "" if name == "ticker" else _near(engine, mart, name, value)
            reasons.append(f"No row of marts.{mart.name} has {name} = {value!r}.{near}")
    days = [day for day in _first_and_last(engine, selection) if day is not None]
    if days:
        reasons.append(f"Without the limit on periods, {selection.day} is {days[0]} to {days[-1]}.")
    elif not reasons and len(selection.where) > 1:
        reasons.append(f"No row of marts.{mart.name} has all of these values together.")
    if isinstance(ticker := selection.where.get("ticker"), str):
        reasons += [*_coverage(engine, selection, ticker), _last_document(engine, selection, ticker)]
    return reasons or ["No document states it, or it was not read yet: see marts.coverage and marts.sources."]


def _first_and_last(engine: sa.Engine, selection: Selection) -> list[Any]:
    """The first and the last day of the rows without the limit on periods; empty without one."""
    day = selection.day
    if day is None or not (selection.since or selection.until):
        return []
    ends = [
        replace(selection, since=None, until=None, columns=[day], order=[order], limit=1)
        for order in (day, f"-{day}")
    ]
    return [row[0] for end in ends for row in select_rows(engine, end).rows]


def _near(engine: sa.Engine, mart: Mart, name: str, value: object) -> str:
    """Values of a text column that are similar to one, as a sentence."""
    if mart.columns[name].type != "text" or not isinstance(value, str):
        return ""
    column, table = sa.column(name, sa.Text()), sa.table(mart.name, schema="marts")
    statement = sa.select(column).select_from(table).distinct().limit(_MOST_VALUES)
    with asking(engine, f"marts.{mart.name}") as connection:
        known = [str(found) for found in connection.execute(statement).scalars() if found is not None]
    near = get_close_matches(value, known, 4, 0.5)
    return f" Near it: {', '.join(near)}." if near else ""


def _coverage(engine: sa.Engine, selection: Selection, ticker: str) -> list[str]:
    """Filings of the period that are missing, late or explained, one in a line."""
    wanted = Selection(
        mart_named("coverage"),
        {"ticker": ticker, "status": ["late", "missing", "explained"]},
        selection.since,
        selection.until,
        selection.as_of,
        columns=["form", "period", "status", "due", "reason"],
        limit=_COVERAGE_LINES,
    )
    return [
        f"{ticker}: the {form} for {period} is {status} (due {due})" + (f": {reason}." if reason else ".")
        for form, period, status, due, reason in select_rows(engine, wanted).rows
    ]


def _last_document(engine: sa.Engine, selection: Selection, ticker: str) -> str:
    """The last document of a company that was read, as a sentence."""
    wanted = Selection(
        mart_named("sources"),
        {"ticker": ticker, "status": "read"},
        as_of=selection.as_of,
        columns=["form", "filed_on"],
        limit=1,
    )
    for form, filed_on in select_rows(engine, wanted).rows:
        return f"The last document of {ticker} that was read is of {filed_on} ({form})."
    return f"No document of {ticker} was read."
