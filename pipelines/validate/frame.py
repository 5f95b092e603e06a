"""The frame that expectations look at: normalized rows with what is needed to judge each of them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.normalize.periods import kind_of

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]
COLUMNS = (
    "fact",
    "segment",
    "segment_code",
    "company_id",
    "period_start",
    "period_end",
    "period_kind",
    "fiscal_year",
    "fiscal_quarter",
    "value",
    "unit",
    "scope",
    "label",
    "locator",
    "derivation",
    "rounding",
    "document_key",
    "accession",
    "url",
    "disclosed_at",
    "row_key",
    "to_total",
    "to_last",
    "days_known",
    "days_ahead",
    "length_days",
)


# A company sells eight bitcoin in one month and two hundred in another; credits for power come with the weather.
_MAY_JUMP = frozenset(
    {
        "bitcoin_sold",
        "average_sale_price",
        "bitcoin_purchased",
        "power_credits",
        "power_cost",
        "power_cost_all_in",
        "gross_profit_mining",
    }
)


def part_of(row: Row) -> str:
    """What tells figures of one fact and period apart: the segment of revenue, else whose figure it is."""
    return str(row["segment"] or row.get("scope") or "company")


def build_frame(
    rows: Sequence[Row],
    last: Mapping[tuple[str, str, str], tuple[date, Decimal]],
    now: datetime | None = None,
) -> "pd.DataFrame":
    """One line a row, in order, with what it is judged by.

    last       (fact, segment, period_kind) → end and value of the last figure that *another* document states; the
               document's own comparatives are the company's own explanation of a jump (Bit Digital's staking went
               from 25,904 to 675,713 within one table)
    to_total   value ÷ the same document's total of that period; missing where it states none
    to_last    value ÷ the company's last figure of that kind; missing where there is none
    days_known days from the end of the period to disclosure; days_ahead, days from now to disclosure
    """
    import pandas as pd

    now = now or datetime.now(UTC)
    totals = {
        (r["document_key"], r["period_start"], r["period_end"]): Decimal(r["value"])
        for r in rows
        if r["fact"] == "total_revenue"
    }
    own = {(r["document_key"], r["fact"], part_of(r), r["period_kind"], r["period_end"]) for r in rows}
    lines = []
    for r in rows:
        value, end = Decimal(r["value"]), date.fromisoformat(r["period_end"])
        start = date.fromisoformat(r["period_start"]) if r["period_start"] else None
        disclosed = datetime.fromisoformat(r["disclosed_at"])
        total = (
            totals.get((r["document_key"], r["period_start"], r["period_end"]))
            if r["fact"] == "segment_revenue"
            else None
        )
        line = {name: r.get(name) for name in COLUMNS if name in r}
        line |= {
            "value": value,
            "segment_code": r["segment"] or "",
            "rounding": Decimal(r["rounding"]),
            "row_key": "|".join(
                str(r[k] or "") for k in ("document_key", "fact", "segment", "period_start", "period_end")
            )
            + f"|{part_of(r)}",
            "period_kind": kind_of(start, end),
            "length_days": None if start is None else (end - start).days + 1,
            "to_total": float(value / total) if total and r["segment"] != "eliminations" else None,
            "to_last": _to_last(r, value, end, last, own),
            "days_known": (disclosed.date() - end).days,
            "days_ahead": (disclosed - now).total_seconds() / 86400,
        }
        lines.append(line)
    frame = pd.DataFrame(lines, columns=list(COLUMNS))
    for name in ("to_total", "to_last", "days_known", "days_ahead", "length_days"):
        frame[name] = pd.to_numeric(frame[name])
    return frame


def _to_last(
    row: Row,
    value: Decimal,
    end: date,
    last: Mapping[tuple[str, str, str], tuple[date, Decimal]],
    own: set[tuple[Any, ...]],
) -> float | None:
    if row["fact"] in _MAY_JUMP or (row["fact"] == "bitcoin_sale_proceeds" and row["period_kind"] == "month"):
        return None
    known = last.get((row["fact"], part_of(row), row["period_kind"]))
    if known is None or known[1] <= 0 or value <= 0 or end <= known[0]:
        return None
    if (row["document_key"], row["fact"], part_of(row), row["period_kind"], known[0].isoformat()) in own:
        return None
    return float(value / known[1])
