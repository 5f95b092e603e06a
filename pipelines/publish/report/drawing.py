"""Charts drawn into the page: they need no script and follow the page's colors.

The drawings name colors as variables of the style sheet, which has one set for light and one for dark
backgrounds.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from html import escape
from typing import Any

from pipelines.publish.report.charts import COLOURS, SPARE, Chart

# Colors of text and grid while Vega draws; they become variables of the style sheet.
_VARIABLES = {"#010101": "ink", "#020202": "line"}
_PAIRS = dict.fromkeys((*COLOURS.values(), *SPARE))
_NAMES = {light: f"hue-{place}" for place, (light, _) in enumerate(_PAIRS)}
_TEXT = {
    "labelColor": "#010101",
    "titleColor": "#010101",
    "labelFontSize": 12,
    "titleFontSize": 12,
    "titleFontWeight": "normal",
}
_CONFIG = {
    "background": None,
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {**_TEXT, "gridColor": "#020202", "domainColor": "#020202", "tickColor": "#020202"},
    "legend": {**_TEXT, "orient": "top", "title": None, "symbolStrokeWidth": 3, "columns": 4},
}
_SAID = re.compile(r' aria-label="([^"]*)" role="graphics-symbol"[^>]*?(?=/?>| d=| transform=)')
_NOISE = re.compile(r' (?:role|aria-[a-z]+|pointer-events)="[^"]*"')


def colours_css() -> str:
    """The variables of the drawings' colors, for light and dark backgrounds."""
    light, dark = (" ".join(f"--{_NAMES[pair[0]]}: {pair[place]};" for pair in _PAIRS) for place in (0, 1))
    return f":root {{ {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"


def svg_of(chart: Chart) -> str:
    """The drawing of a chart as an element `svg`; `data-said` of a mark has its figure in words."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg({**chart.spec, "config": _CONFIG})
    drawn = _SAID.sub(lambda match: f' data-said="{match[1]}"', drawn)
    drawn = _NOISE.sub("", drawn)
    for colour, name in {**_VARIABLES, **_NAMES}.items():
        drawn = drawn.replace(f'"{colour}"', f'"var(--{name})"')
    width, height = re.findall(r'(?:width|height)="(\d+)"', drawn)[:2]
    label = escape(f"{chart.title}. {chart.summary}")
    body = drawn[drawn.index(">") + 1 :]
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{label}" '
        f'xmlns="http://www.w3.org/2000/svg">{body}'
    )


def png_of(chart: Chart) -> bytes:
    """The drawing of a chart as a picture on white, for previews of a link."""
    import vl_convert

    config = {**_CONFIG, "background": "#ffffff", "padding": 16}
    drawn: bytes = vl_convert.vegalite_to_png({**chart.spec, "config": config}, scale=2)
    return drawn


def sparkline(values: Sequence[Decimal | None], label: str, *, most: Decimal | None = None) -> str:
    """A small line of values in order, broken where a value is missing, as an element `svg`."""
    width, height = 96, 24
    known = [v for v in values if v is not None]
    if len(known) < 2:
        return ""
    top, low = (most, Decimal(0)) if most is not None else (max(known), min(known))
    span = (top - low) or Decimal(1)
    step = Decimal(width - 6) / max(1, len(values) - 1)
    points: list[list[tuple[Decimal, Decimal]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            points.append([])
        else:
            points[-1].append((3 + place * step, height - 3 - (value - low) / span * (height - 6)))
    paths = "".join(
        f'<path d="M{"L".join(f"{x:.1f},{y:.1f}" for x, y in part)}"/>' for part in points if len(part) > 1
    )
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.6"/>' for part in points for x, y in part)
    return (
        f'<svg class="spark" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}" '
        f'xmlns="http://www.w3.org/2000/svg">{paths}{dots}</svg>'
    )


def figures_of(chart: Chart) -> dict[str, Any]:
    """The drawing of a chart, or its few figures in words."""
    if chart.is_drawn:
        return {"svg": svg_of(chart), "figures": []}
    return {"svg": "", "figures": chart.figures}
