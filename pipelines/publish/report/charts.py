"""The report's charts as Vega-Lite, each with title, summary and data.

With fewer than three periods the figures are written out instead. Gaps stay gaps: a
line ends before a period without a figure and begins again after it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

Row = dict[str, Any]

# On a light and on a dark background, with a contrast of at least 3 to 1.
# Mining is warm, AI and HPC cold, the rest gray, green and violet.
COLOURS = {
    "mining": ("#c2410c", "#fb923c"),
    "AI and HPC": ("#1d4ed8", "#60a5fa"),
    "other": ("#6b7280", "#9ca3af"),
    "self_mining": ("#c2410c", "#fb923c"),
    "hosted_mining": ("#b0800a", "#facc15"),
    "cloud_mining": ("#7c2d12", "#fdba74"),
    "colocation": ("#1d4ed8", "#60a5fa"),
    "cloud": ("#0e7490", "#22d3ee"),
    "hpc": ("#312e81", "#a5b4fc"),
    "managed_services": ("#9d174d", "#f9a8d4"),
    "equipment_sales": ("#57534e", "#d6d3d1"),
    "engineering": ("#166534", "#4ade80"),
    "energy": ("#3f7d20", "#a3e635"),
    "staking": ("#7e22ce", "#d8b4fe"),
    "eliminations": ("#991b1b", "#fca5a5"),
}
SPARE = (
    ("#c2410c", "#fb923c"),
    ("#1d4ed8", "#60a5fa"),
    ("#166534", "#4ade80"),
    ("#7e22ce", "#d8b4fe"),
    ("#57534e", "#d6d3d1"),
)
# In pixels at which the text of the drawing has its own size; the page scales it.
WIDTH = 480
# With fewer periods the figures are written out.
LEAST_PERIODS = 3
# Figures of days further apart are not joined by a line: a quarter and some days.
_FAR = 130
_DOLLARS = "format(datum.value / 1e6, ',.0f')"


@dataclass(slots=True)
class Chart:
    """A chart: exact data in `rows` under `columns`, drawn by `spec`."""

    name: str
    title: str
    summary: str
    columns: list[str]
    rows: list[list[Any]]
    spec: Row
    unit: str = ""
    file: str = ""
    least: int = LEAST_PERIODS
    """Number of periods from which on it is drawn."""

    @property
    def is_drawn(self) -> bool:
        """Whether there are enough periods for a drawing."""
        return len({row[0] for row in self.rows}) >= self.least

    @property
    def figures(self) -> list[tuple[str, str]]:
        """The figures of a chart that is not drawn: value, and what it is of which period."""
        return [
            (in_words(value, self.unit), f"{series.replace('_', ' ')}, {x}") for x, series, value in self.rows
        ]


def _colour(series: Sequence[str]) -> Row:
    return {
        "field": "series",
        "type": "nominal",
        "scale": {
            "domain": list(series),
            "range": [
                (COLOURS.get(name) or SPARE[place % len(SPARE)])[0] for place, name in enumerate(series)
            ],
        },
        "legend": _legend(series),
    }


def _legend(series: Sequence[str]) -> Row | None:
    """A legend, if there are several series."""
    return {"title": None, "labelExpr": "replace(datum.label, /_/g, ' ')"} if len(series) > 1 else None


def months_through(names: Iterable[str]) -> list[str]:
    """All months from the first to the last, without gaps."""
    return _through(names, 12, "{}-{:02}")


def quarters_through(names: Iterable[str]) -> list[str]:
    """All quarters from the first to the last, without gaps."""
    return _through(names, 4, "{}Q{}")


def _through(names: Iterable[str], in_a_year: int, written: str) -> list[str]:
    numbers = [int(name[:4]) * in_a_year + int(name[5:]) - 1 for name in names]
    if not numbers:
        return []
    return [written.format(n // in_a_year, n % in_a_year + 1) for n in range(min(numbers), max(numbers) + 1)]


def _x_of(rows: Sequence[tuple[str, str, Decimal | None]]) -> Row:
    """Periods in order; missing quarters and months between them are included."""
    names = list(dict.fromkeys(x for x, _, value in rows if value is not None))
    if all(re.fullmatch(r"\d{4}Q[1-4]", name) for name in names):
        names = quarters_through(names)
    elif all(re.fullmatch(r"\d{4}-\d{2}", name) for name in names):
        names = months_through(names)
    return {
        "field": "x",
        "type": "ordinal",
        "title": None,
        "sort": None,
        "scale": {"domain": names},
        "axis": {"labelAngle": -45, "labelOverlap": True},
    }


def _days(rows: Sequence[tuple[str, str, Decimal | None]]) -> Row:
    """A time axis, labeled by month, or by day if it covers only a few months."""
    days = [date.fromisoformat(x) for x, _, value in rows if value is not None]
    near = (max(days) - min(days)).days < 150
    return {
        "format": "%Y-%m-%d" if near else "%Y-%m",
        "labelOverlap": True,
        **({"tickCount": 4} if near else {}),
    }


def _spec(title: str, summary: str, values: list[Row], **more: Any) -> Row:
    return {
        "description": f"{title}. {summary}",
        "data": {"values": values},
        "width": WIDTH,
        "height": 240,
        "autosize": {"type": "fit-x", "contains": "padding"},
        **more,
    }


def _series_chart(
    name: str,
    title: str,
    rows: Sequence[tuple[str, str, Decimal | None]],
    series: Sequence[str],
    encoding: Row,
    *,
    unit: str,
    x: str,
    note: str,
    **drawing: Any,
) -> Chart:
    """A chart of (x, series, value) rows, with the summary of them in words."""
    stated = [(a, s, v) for a, s, v in rows if v is not None]
    summary = " ".join(part for part in (_sentence(rows, series, unit), note) if part)
    values: list[Row] = [
        {"x": a, "series": s, "value": float(v), "said": f"{s.replace('_', ' ')}, {a}: {in_words(v, unit)}"}
        for a, s, v in stated
    ]
    encoding = {**encoding, "description": {"field": "said"}}
    if drawing["mark"]["type"] == "line":
        values += _gaps(stated, encoding["x"])
    spec = _spec(title, summary, values, encoding=encoding, **drawing)
    return Chart(name, title, summary, [x, "what", unit], [list(row) for row in stated], spec, unit)


def _gaps(stated: Sequence[tuple[str, str, Decimal]], x: Row) -> list[Row]:
    """Points without a value, at which the line of a series is broken."""
    out = []
    for series in dict.fromkeys(s for _, s, _ in stated):
        known = [a for a, s, _ in stated if s == series]
        if x["type"] == "temporal":
            days = sorted(date.fromisoformat(a) for a in known)
            missing = [str(a + (b - a) / 2) for a, b in pairwise(days) if (b - a).days > _FAR]
        else:
            missing = [name for name in x["scale"]["domain"] if name not in known]
        out += [{"x": name, "series": series, "value": None, "said": ""} for name in missing]
    return out


def _axis(unit: str) -> Row:
    return {"title": "$ million", "labelExpr": _DOLLARS} if unit == "USD" else {"title": unit}


def _order(rows: Sequence[tuple[str, str, Decimal | None]], series: Sequence[str] | None) -> list[str]:
    found = list(dict.fromkeys(s for _, s, v in rows if v is not None))
    return [s for s in series if s in found] if series else found


def _sentence(rows: Sequence[tuple[str, str, Decimal | None]], series: Sequence[str], unit: str) -> str:
    """First and last value of each series in words, for readers who do not see the chart."""
    parts = []
    for name in series:
        stated = [(x, v) for x, s, v in rows if s == name and v is not None]
        if stated:
            (first, a), (last, b) = stated[0], stated[-1]
            parts.append(
                f"{name} {in_words(b, unit)} in {last}"
                + (f" after {in_words(a, unit)} in {first}" if last != first else "")
            )
    return ("; ".join(parts) + ".").replace("_", " ") if parts else ""


def in_words(value: Decimal, unit: str) -> str:
    """A value in a sentence: $77.5 million, 2,385 bitcoin, $38,210."""
    if unit != "USD":
        return f"{value.normalize():,f} {unit}".strip()
    amount = f"${abs(value) / 1_000_000:,.1f} million" if abs(value) >= 100_000 else f"${abs(value):,.0f}"
    return f"-{amount}" if value < 0 else amount


def stacked(
    name: str,
    title: str,
    rows: Sequence[tuple[str, str, Decimal | None]],
    *,
    unit: str,
    x: str = "quarter",
    series: Sequence[str] | None = None,
    note: str = "",
) -> Chart:
    """Bars by period, stacked by series; rows are (period, series, value)."""
    names = _order(rows, series)
    encoding = {
        "x": _x_of(rows),
        "y": {"field": "value", "type": "quantitative", "axis": _axis(unit)},
        "color": _colour(names),
        "order": {"field": "series", "sort": "ascending"},
    }
    return _series_chart(name, title, rows, names, encoding, unit=unit, x=x, note=note, mark={"type": "bar"})


def lines(
    name: str,
    title: str,
    rows: Sequence[tuple[str, str, Decimal | None]],
    *,
    unit: str,
    x: str = "period",
    dated: bool = False,
    series: Sequence[str] | None = None,
    note: str = "",
    percent: bool = False,
) -> Chart:
    """Lines with points by period, on a time scale if `dated`, else in order of names."""
    names = _order(rows, series)
    several = len({a for a, _, v in rows if v is not None}) > 1
    place = (
        {"field": "x", "type": "temporal", "title": None, "axis": _days(rows)}
        if dated and several
        else _x_of(rows)
    )
    scale = {"domain": [0, 100]} if percent else {"zero": not several}
    shapes = {"field": "series", "type": "nominal", "legend": _legend(names), "scale": {"domain": names}}
    encoding = {
        "x": place,
        "y": {"field": "value", "type": "quantitative", "axis": _axis(unit), "scale": scale},
        "color": _colour(names),
        "shape": shapes,
    }
    mark = {"type": "line", "point": {"filled": True, "size": 55}, "invalid": "break-paths-show-path-domains"}
    return _series_chart(name, title, rows, names, encoding, unit=unit, x=x, note=note, mark=mark)


def grouped_bars(
    name: str,
    title: str,
    rows: Sequence[tuple[str, str, Decimal | None]],
    *,
    unit: str,
    x: str = "quarter",
    series: Sequence[str] | None = None,
    note: str = "",
) -> Chart:
    """Bars next to each other for each period."""
    chart = stacked(name, title, rows, unit=unit, x=x, series=series, note=note)
    chart.spec["encoding"]["xOffset"] = {"field": "series", "sort": None}
    chart.spec["encoding"]["y"]["stack"] = None
    chart.spec["encoding"].pop("order")
    return chart


def time_line(name: str, title: str, rows: Sequence[Row]) -> Chart:
    """Deals and targets: a point on the announcement, a line to the latest possible deadline."""
    names = list(dict.fromkeys(str(r["kind"]) for r in rows))
    summary = (
        "; ".join(
            (
                f"{r['announced_on']}: "
                f"{r['kind'].replace('_', ' ')}{' with ' + r['party'] if r['party'] else ''}, "
                f"{r['status']}"
            )
            + (f", due {r['due']}" if r["due"] else "")
            for r in rows[:6]
        )
        + "."
    )
    values = [
        {
            "label": (
                (r["party"] or r["kind"])[:34]
                + (f" {r['megawatts'].normalize():f} MW" if r["megawatts"] is not None else "")
                + (" (news)" if r["told_by"] == "news" else "")
            ),
            "series": str(r["kind"]),
            "from": str(r["announced_on"]),
            "to": str(r["due_last"] or r["announced_on"]),
            "said": (
                f"{r['announced_on']}: {r['kind'].replace('_', ' ')}, {r['status']}"
                + (f", due {r['due']}" if r["due"] else "")
            ),
        }
        for r in rows
    ]
    where = {"field": "label", "type": "nominal", "title": None, "sort": None, "axis": {"labelLimit": 150}}
    spec = _spec(
        title,
        summary,
        values,
        layer=[
            {"mark": {"type": "rule", "strokeWidth": 3}, "encoding": {"x2": {"field": "to"}}},
            {"mark": {"type": "point", "filled": True, "size": 90, "opacity": 1}},
        ],
        encoding={
            "x": {"field": "from", "type": "temporal", "title": None, "axis": {"format": "%Y-%m"}},
            "y": where,
            "color": _colour(names),
            "description": {"field": "said"},
        },
    )
    spec |= {"height": 30 * len({v["label"] for v in values}) or 30, "width": 2 * WIDTH}
    columns = ["announced", "kind", "party", "megawatts", "due", "status"]
    return Chart(
        name,
        title,
        summary,
        columns,
        [
            [str(r["announced_on"]), r["kind"], r["party"], r["megawatts"], r["due"], r["status"]]
            for r in rows
        ],
        spec,
        least=1,
    )
