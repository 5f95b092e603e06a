"""The marts as they are described in sql/views: names, columns with their comments, and a look into each."""

import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipelines.warehouse.migrate import view_files


@dataclass(frozen=True, slots=True)
class Mart:
    """A view of marts: its name, what one row is, its columns with their comments, and those that tell its rows apart.

    as_of says whether there is a function of the same name that gives it as it was known at a moment.
    """

    name: str
    description: str
    columns: tuple[tuple[str, str], ...]
    grain: tuple[str, ...]
    as_of: bool


@dataclass(frozen=True, slots=True)
class Look:
    """How many rows a mart has, and the latest few of them."""

    rows: int
    columns: list[str]
    latest: list[list[Any]]


def _described() -> tuple[Mart, ...]:
    out = []
    for path in view_files():
        text = path.read_text("utf-8")
        name = re.search(r"create view marts\.(\w+)", text)
        if not name:
            continue
        told = re.search(rf"comment on view marts\.{name[1]}\s+is\s+'((?:[^']|'')*)'", text)
        grain = re.search(r"^-- (?:.* )?Grain: ([\w, ]+)\.$", text, re.MULTILINE)
        columns = re.findall(
            rf"comment on column marts\.{name[1]}\.\"?(\w+)\"?\s+is\s+'((?:[^']|'')*)'", text
        )
        out.append(
            Mart(
                name[1],
                told[1].replace("''", "'") if told else "",
                tuple((c, d.replace("''", "'")) for c, d in columns),
                tuple(grain[1].split(", ")) if grain else (),
                f"create function marts.{name[1]}_as_of(" in text,
            )
        )
    return tuple(out)


MARTS = _described()


def column_types(engine: sa.Engine) -> dict[str, dict[str, str]]:
    """The columns of each mart with their types, as PostgreSQL names them."""
    query = sa.text(
        "select c.relname, a.attname, format_type(a.atttypid, a.atttypmod) from pg_attribute a join pg_class c on c.oid = a.attrelid "
        "where c.relnamespace = to_regnamespace('marts') and c.relkind = 'v' and a.attnum > 0 and not a.attisdropped order by 1, a.attnum"
    )
    out: dict[str, dict[str, str]] = {}
    with engine.connect() as connection:
        for table, column, kind in connection.execute(query):
            out.setdefault(table, {})[column] = kind
    return out


def look(engine: sa.Engine, mart: Mart, most: int = 8) -> Look:
    """Rows of a mart and its latest ones by period (or the first ones where it has none)."""
    order = "period_end desc nulls last" if any(column == "period_end" for column, _ in mart.columns) else "1"
    shown = [
        c
        for c, _ in mart.columns
        if c
        not in ("inputs", "rules", "documents", "company", "reported_label", "locator", "found_at", "source")
    ][:11]
    names = ", ".join(f'"{c}"' for c in shown)
    with engine.connect() as connection:
        rows = connection.execute(sa.text(f"select count(*) from marts.{mart.name}")).scalar() or 0
        latest = connection.execute(
            sa.text(f"select {names} from marts.{mart.name} order by {order} limit {int(most)}")
        ).all()
    return Look(int(rows), shown, [list(row) for row in latest])
