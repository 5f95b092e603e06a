"""Frames for expectations: records with the values to check them by."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pipelines.normalize.claims import StatedClaim
from pipelines.normalize.figures import STATED_TWICE, Figure, Source
from pipelines.normalize.periods import kind_of

if TYPE_CHECKING:
    import pandas as pd

Record = TypeVar("Record", Figure, StatedClaim)
History = Mapping[tuple[str, str, str], Sequence[tuple[date, Decimal]]]
"""(fact, part, period_kind) to end and value of a company's loaded figures, latest first."""

FIGURE_COLUMNS = (
    "fact",
    "segment_code",
    "company_id",
    "period_kind",
    "value",
    "unit",
    "scope",
    "label",
    "locator",
    "derivation",
    "rounding",
    "accession",
    "url",
    "row_key",
    "to_total",
    "to_last",
    "from_history",
    "days_known",
    "days_ahead",
)
CLAIM_COLUMNS = (
    "fact",
    "segment_code",
    "company_id",
    "value",
    "unit",
    "rounding",
    "period_kind",
    "label",
    "locator",
    "url",
    "percent",
    "days_known",
    "days_ahead",
    "row_key",
)
# A company sells eight bitcoin in one month and two hundred in another; power credits depend on the weather.
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
_NEAREST, _LEAST_KNOWN = 8, 6
# A fleet that grows or shrinks by a fifth in a month is usual: the log's deviation is never taken as less.
_LEAST_SPREAD = 0.08


@dataclass(frozen=True, slots=True)
class Checked(Generic[Record]):
    """A record to check, with its company and document."""

    record: Record
    company_id: str
    source: Source


def part_of(figure: Figure) -> str:
    """The part of a fact and period that a figure is about: its segment, else its scope."""
    return figure.segment or figure.scope or "company"


def figure_frame(
    rows: Sequence[Checked[Figure]], history: Mapping[str, History], now: datetime | None = None
) -> "pd.DataFrame":
    """One line for each figure, in order. Columns: FIGURE_COLUMNS.

    `to_total` is value ÷ the same document's total of that period; missing if it states none. `to_last` is
    value ÷ the last figure of that kind that *another* document of the company states. The document's own
    comparatives explain a jump (Bit Digital's staking went from 25,904 to 675,713 within one table).
    `from_history` is how far the logarithm of a figure read from a press release is from the median of the
    company's nearest figures of that kind, in robust standard deviations; missing if fewer than six are
    known, or if a second place or document states the same value. `days_known` counts from the end of the
    period to disclosure, `days_ahead` from now to disclosure.

    Args:
        history: By company, its loaded figures.
    """
    now = now or datetime.now(UTC)
    totals = {
        (r.source.document_key, r.record.start, r.record.end): r.record.value
        for r in rows
        if r.record.fact == "total_revenue"
    }
    own: set[tuple[object, ...]] = {
        (r.source.document_key, r.record.fact, part_of(r.record), kind, r.record.end)
        for r in rows
        if (kind := kind_of(r.record.start, r.record.end))
    }
    lines = []
    series = _Series(rows, history)
    for r in rows:
        f, key = r.record, r.source.document_key
        total = totals.get((key, f.start, f.end)) if f.fact == "segment_revenue" else None
        known = _last_of_others(r, history.get(r.company_id, {}), own)
        lines.append(
            {
                "fact": f.fact,
                "segment_code": f.segment or "",
                "value": f.value,
                "unit": f.unit,
                "scope": f.scope,
                "label": f.label,
                "locator": f.locator,
                "derivation": f.derivation,
                "rounding": f.rounding,
                "row_key": "|".join(
                    str(part or "") for part in (key, f.fact, f.segment, f.start, f.end, part_of(f))
                ),
                "to_total": float(f.value / total) if total and f.segment != "eliminations" else None,
                "to_last": None if known is None else float(f.value / known),
                "from_history": series.distance(r),
                **_common(r, now),
            }
        )
    return _framed(lines, FIGURE_COLUMNS, ("to_total", "to_last", "from_history", "days_known", "days_ahead"))


def claim_frame(rows: Sequence[Checked[StatedClaim]], now: datetime | None = None) -> "pd.DataFrame":
    """One line for each claim, in order. Columns: CLAIM_COLUMNS."""
    now = now or datetime.now(UTC)
    lines = []
    for r in rows:
        c = r.record
        natural = (
            r.source.document_key,
            c.company_id,
            c.fact,
            c.segment,
            c.start,
            c.end,
            f"{c.value:f}",
            c.party,
            c.locator,
            c.basis,
        )
        lines.append(
            {
                "fact": c.fact,
                "segment_code": c.segment or "",
                "value": c.value,
                "unit": c.unit,
                "rounding": c.rounding,
                "label": c.label,
                "locator": c.locator,
                "percent": float(c.value) if c.unit == "percent" else None,
                "row_key": "|".join(str(part or "") for part in natural),
                **_common(r, now),
            }
        )
    return _framed(lines, CLAIM_COLUMNS, ("percent", "days_known", "days_ahead"))


def _common(row: Checked[Any], now: datetime) -> dict[str, object]:
    start, end = row.record.start, row.record.end
    return {
        "company_id": row.company_id,
        "period_kind": kind_of(start, end) if end else None,
        "accession": row.source.accession,
        "url": row.source.url,
        "days_known": (row.source.disclosed_at.date() - end).days if end else None,
        "days_ahead": (row.source.disclosed_at - now).total_seconds() / 86400,
    }


def _framed(lines: list[dict[str, object]], columns: Sequence[str], numeric: Sequence[str]) -> "pd.DataFrame":
    import pandas as pd

    frame = pd.DataFrame(lines, columns=list(columns))
    for name in numeric:
        frame[name] = pd.to_numeric(frame[name])
    return frame


class _Series:
    """The figures of each kind that are loaded or checked together, by company."""

    def __init__(self, rows: Sequence[Checked[Figure]], history: Mapping[str, History]) -> None:
        self.known: dict[tuple[object, ...], list[tuple[int | None, date, Decimal]]] = {}
        for company, figures in history.items():
            for named, values in figures.items():
                self.known[(company, *named)] = [(None, end, value) for end, value in values]
        for r in rows:
            if key := self._key(r):
                self.known.setdefault(key, []).append((r.source.document_key, r.record.end, r.record.value))

    @staticmethod
    def _key(row: Checked[Figure]) -> tuple[object, ...] | None:
        f = row.record
        kind = kind_of(f.start, f.end)
        return (row.company_id, f.fact, part_of(f), kind) if kind else None

    def distance(self, row: Checked[Figure]) -> float | None:
        """Robust z-score of a figure's logarithm among the nearest others; None if it is not judged."""
        f, key = row.record, self._key(row)
        read = any(rule.startswith("release_") for rule in f.rules)
        if key is None or not read or STATED_TWICE in f.rules or f.fact in _MAY_JUMP or f.value <= 0:
            return None
        others = [
            (end, value) for document, end, value in self.known[key] if document != row.source.document_key
        ]
        if any(end == f.end and abs(value - f.value) <= f.rounding for end, value in others):
            return None
        by_end = {end: value for end, value in others if value > 0 and end != f.end}
        near = sorted(by_end, key=lambda end: abs((end - f.end).days))[:_NEAREST]
        if len(near) < _LEAST_KNOWN:
            return None
        logs = [math.log10(by_end[end]) for end in near]
        middle = statistics.median(logs)
        spread = 1.4826 * statistics.median(abs(x - middle) for x in logs)
        return abs(math.log10(f.value) - middle) / max(spread, _LEAST_SPREAD)


def _last_of_others(row: Checked[Figure], history: History, own: set[tuple[object, ...]]) -> Decimal | None:
    """The last figure of this kind in another document, if it is comparable."""
    f, kind = row.record, kind_of(row.record.start, row.record.end)
    if f.fact in _MAY_JUMP or kind is None or (f.fact == "bitcoin_sale_proceeds" and kind == "month"):
        return None
    end, value = next(iter(history.get((f.fact, part_of(f), kind), ())), (f.end, Decimal(0)))
    if value <= 0 or f.value <= 0 or f.end <= end:
        return None
    if (row.source.document_key, f.fact, part_of(f), kind, end) in own:
        return None
    return value
