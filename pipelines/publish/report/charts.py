"""The report's charts as Vega-Lite, each with title, summary and data.

Colors come in two ranges, for light and dark backgrounds; the page's script selects one. Contrast is at least
3 to 1.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

Row = dict[str, Any]

# Light and dark background. Mining is warm, AI and HPC cold, the rest gray, green and violet.
_COLOURS = {
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
_SPARE = (
    ("#c2410c", "#fb923c"),
    ("#1d4ed8", "#60a5fa"),
    ("#166534", "#4ade80"),
    ("#7e22ce", "#d8b4fe"),
    ("#57534e", "#d6d3d1"),
)
# This many bars or fewer are drawn with a fixed width.
_FEW = 5
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
    file: str = ""


def _ranges(series: Sequence[str]) -> Row:
    pairs = [_COLOURS.get(name) or _SPARE[place % len(_SPARE)] for place, name in enumerate(series)]
    return {"light": [light for light, _ in pairs], "dark": [dark for _, dark in pairs]}


def _colour(series: Sequence[str]) -> Row:
    return {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": list(series), "range": "theme"},
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


def _width(rows: Sequence[tuple[str, str, Decimal | None]]) -> Row:
    """The full width, or a fixed step for a few bars."""
    few = len(_x_of(rows)["scale"]["domain"]) <= _FEW
    return {"width": {"step": 56, "for": "position"}, "autosize": {"type": "pad"}} if few else {}


def _spec(title: str, summary: str, values: list[Row], series: Sequence[str], **more: Any) -> Row:
    return {
        "description": f"{title}. {summary}",
        "data": {"values": values},
        "width": "container",
        "height": 240,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "usermeta": {"ranges": _ranges(series)},
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
    values = [{"x": a, "series": s, "value": float(v)} for a, s, v in stated]
    encoding = {**encoding, "tooltip": _tooltip(x, unit)}
    spec = _spec(title, summary, values, series, encoding=encoding, **drawing)
    return Chart(name, title, summary, [x, "what", unit], [list(row) for row in stated], spec)


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


def _tooltip(x: str, unit: str) -> list[Row]:
    form = ",.0f" if unit == "USD" else ",.2~f"
    return [
        {"field": "x", "title": x},
        {"field": "series", "title": "what"},
        {"field": "value", "title": unit or "value", "format": form},
    ]


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
    return _series_chart(
        name, title, rows, names, encoding, unit=unit, x=x, note=note, mark={"type": "bar"}, **_width(rows)
    )


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
    mark = {"type": "line", "point": {"filled": True, "size": 55}}
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
            "status": r["status"],
            "due": r["due"] or "",
        }
        for r in rows
    ]
    tooltip = [{"field": f} for f in ("label", "series", "from", "due", "status")]
    where = {"field": "label", "type": "nominal", "title": None, "sort": None, "axis": {"labelLimit": 150}}
    spec = _spec(
        title,
        summary,
        values,
        names,
        layer=[
            {"mark": {"type": "rule", "strokeWidth": 3}, "encoding": {"x2": {"field": "to"}}},
            {"mark": {"type": "point", "filled": True, "size": 90, "opacity": 1}},
        ],
        encoding={
            "x": {"field": "from", "type": "temporal", "title": None, "axis": {"format": "%Y-%m"}},
            "y": where,
            "color": _colour(names),
            "tooltip": tooltip,
        },
    )
    spec["height"] = 30 * len({v["label"] for v in values}) or 30
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
    )
