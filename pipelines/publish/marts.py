"""The marts, and a look into each: its size and latest rows."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipelines.load.marts import MARTS as MARTS
from pipelines.load.marts import Mart as Mart

# Columns too wide for a preview.
_WIDE = ("inputs", "rules", "documents", "company", "reported_label", "locator", "found_at", "source")


@dataclass(frozen=True, slots=True)
class Look:
    """How many rows a mart has, and the latest few of them."""

    rows: int
    columns: list[str]
    latest: list[list[Any]]


def look(engine: sa.Engine, mart: Mart, most: int = 8) -> Look:
    """The number of rows in a mart and the latest ones by period (the first ones if it has no period)."""
    order = "period_end desc nulls last" if "period_end" in mart.columns else "1"
    shown = [name for name in mart.columns if name not in _WIDE][:11]
    names = ", ".join(f'"{name}"' for name in shown)
    with engine.connect() as connection:
        rows = connection.execute(sa.text(f"select count(*) from marts.{mart.name}")).scalar() or 0
        latest = connection.execute(
            sa.text(f"select {names} from marts.{mart.name} order by {order} limit {int(most)}")
        ).all()
    return Look(int(rows), shown, [list(row) for row in latest])
