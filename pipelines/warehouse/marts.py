"""The marts of sql/views: a query (.sql), and its grain, columns and tests (.yaml).

A mart with `as_of` is a function `marts.<name>_as_of`, whose query uses the function's arguments by name. The
view `marts.<name>` is then that function at the end of time.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field

from pipelines.errors import MinersError
from pipelines.settings import bundled
from pipelines.warehouse.columns import Described, read_described

_ARGUMENTS = {"known_at": "known_at timestamptz", "only_ticker": "only_ticker text default null"}


class Stored(BaseModel):
    """Stored rows of a mart: the columns that identify a row (never null), and indexes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    unique: tuple[str, ...]
    indexes: tuple[tuple[str, ...], ...] = ()


class Mart(Described):
    """A mart: its query, its grain and key, and the tables or marts that its columns refer to.

    The grain says in names what a row is. Where a column of it can be empty, `key` has the primary key.
    """

    query: str
    grain: tuple[str, ...]
    key: tuple[str, ...] = ()
    as_of: tuple[Literal["known_at", "only_ticker"], ...] = ()
    stored: Stored | None = None
    relationships: dict[str, str] = Field(default_factory=dict)

    def column_names(self) -> Iterable[str]:
        """Every column that is named outside `columns`."""
        stored = (self.stored.unique, *self.stored.indexes) if self.stored else ()
        return (
            *self.nullable,
            *self.grain,
            *self.key,
            *self.relationships,
            *(column.weight for column in self.columns.values() if column.weight),
            *(name for names in stored for name in names),
        )

    @property
    def selected(self) -> str:
        """The columns as a select list."""
        return ", ".join(f'"{name}"' for name in self.columns)

    @property
    def is_by_company(self) -> bool:
        """Whether the rows of one company depend on its own facts alone."""
        return "only_ticker" in self.as_of

    @property
    def from_store(self) -> str:
        """The query as of now, in which stored marts are read instead of their functions."""
        stored = re.sub(r"\bmarts\.(\w+)_as_of\(known_at\)", r"mart_store.\1", self.query)
        return re.sub(r"\bknown_at\b", "'infinity'::timestamptz", stored)

    def create(self) -> Iterator[str]:
        """The statements that create function, stored rows and view, with their comments."""
        rows = f"({self.query.rstrip()}) as m"
        if self.as_of:
            arguments = ", ".join(_ARGUMENTS[name] for name in self.as_of)
            table = ", ".join(f'"{name}" {column.type}' for name, column in self.columns.items())
            yield (
                f"create function marts.{self.name}_as_of({arguments}) returns table ({table}) "
                "language sql stable security definer set search_path = pg_catalog as $$ "
                f"{self.query} $$"
            )
            yield f"comment on function marts.{self.name}_as_of is 'marts.{self.name} as known at a time.'"
            rows = f"marts.{self.name}_as_of('infinity')"
        query = f"select {self.selected} from {rows}"
        if self.stored:
            yield f"create table mart_store.{self.name} as {query}"
            yield f"create unique index on mart_store.{self.name} ({', '.join(self.stored.unique)})"
            for names in self.stored.indexes:
                yield f"create index on mart_store.{self.name} ({', '.join(names)})"
            query = (
                f"select {self.selected} from mart_store.{self.name} where not (select marts.is_behind()) "
                f"union all {query} where (select marts.is_behind())"
            )
        yield f"create view marts.{self.name} as {query}"
        yield f"comment on view marts.{self.name} is {_literal(self.description)}"
        for name, column in self.columns.items():
            yield f'comment on column marts.{self.name}."{name}" is {_literal(column.comment)}'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def view_files() -> list[Path]:
    """The SQL files of sql/views in order of dependency (their numbers)."""
    return sorted((bundled("sql") / "views").glob("*.sql"))


def _read(path: Path) -> Mart:
    mart = read_described(
        path.with_suffix(".yaml"), Mart, name=path.stem.split("_", 1)[1], query=path.read_text("utf-8")
    )
    if mart.stored and not mart.as_of:
        raise MinersError(
            f"{path.with_suffix('.yaml')}: stored needs as_of, which answers while the stored rows "
            "are behind."
        )
    return mart


# Files without a description hold functions that the marts use.
FUNCTION_FILES = tuple(path for path in view_files() if not path.with_suffix(".yaml").exists())
MARTS = tuple(_read(path) for path in view_files() if path not in FUNCTION_FILES)
STORED = tuple(mart for mart in MARTS if mart.stored)

# Columns too wide for a preview.
_WIDE = ("inputs", "rules", "documents", "company", "reported_label", "locator", "found_at", "source")


@dataclass(frozen=True, slots=True)
class Preview:
    """The number of rows of a mart, and its latest rows."""

    rows: int
    columns: list[str]
    latest: list[list[Any]]


def preview(engine: sa.Engine, mart: Mart, most: int = 8) -> Preview:
    """Row count and latest rows by period of a mart; the first rows if it has no period."""
    order = "period_end desc nulls last" if "period_end" in mart.columns else "1"
    shown = [name for name in mart.columns if name not in _WIDE][:11]
    names = ", ".join(f'"{name}"' for name in shown)
    with engine.connect() as connection:
        rows = connection.execute(sa.text(f"select count(*) from marts.{mart.name}")).scalar() or 0
        latest = connection.execute(
            sa.text(f"select {names} from marts.{mart.name} order by {order} limit {int(most)}")
        ).all()
    return Preview(int(rows), shown, [list(row) for row in latest])
