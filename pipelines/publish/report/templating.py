"""Render pages from templates: all content is escaped, and only our own scripts run."""

import json
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.publish.report.drawing import figures_of
from pipelines.query.text_tables import trimmed

# Only scripts and styles of the folder; no frames, forms or requests.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'"
)
_TEMPLATES = Path(__file__).parent / "templates"
# The status of a claim in words.
_VERDICTS = {
    "confirmed": "confirmed by a filing",
    "contradicted": "contradicted by a filing",
    "unmatched": "not yet confirmed by a filing",
    "superseded": "true of a figure that was restated since",
}
STATIC = Path(__file__).parent / "static"


@lru_cache(maxsize=1)
def _environment() -> Any:
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(str(_TEMPLATES)),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": number,
        "millions": millions,
        "percent": percent,
        "compact": compact,
        "verdict": _VERDICTS.__getitem__,
        "svg": Markup,
        "signed_percent": signed_percent,
        "day": day,
        "web": web_address,
        "check_label": check_label,
    }
    # Within a script element only `<` could end it.
    environment.filters["data_block"] = lambda value: Markup(  # noqa: S704 -- a script's data may not be escaped as HTML
        json.dumps(value, ensure_ascii=False, default=_plain).replace("<", "\\u003c")
    )
    environment.globals |= {"policy": POLICY, "drawn": _drawn}
    return environment


def _drawn(chart: Any) -> dict[str, Any]:
    from markupsafe import Markup

    shown = figures_of(chart)
    return {**shown, "svg": Markup(shown["svg"])}  # noqa: S704 -- made by Vega, which escapes text


@lru_cache(maxsize=1)
def _check_labels() -> dict[str, str]:
    import yaml

    return dict(yaml.safe_load((Path(__file__).parent / "checks.yaml").read_text("utf-8")))


def check_label(check: str) -> str:
    """A check's label for readers: "Months do not add up to the quarter"."""
    return _check_labels().get(check, check.replace("_", " ").capitalize())


def write_page(path: Path, template: str, **context: Any) -> None:
    """Render a template into a file; `up` is the relative path to the report's folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_environment().get_template(template).render(**context), "utf-8")


def number(value: Any) -> str:
    """An exact number with thousands separators: 77,500,000; empty if None."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return trimmed(value, thousands=True)
    return f"{value:,}"


def millions(value: Any) -> str:
    """US dollars in millions with one decimal: 77.5; small amounts with two significant digits."""
    if value is None:
        return ""
    shown = Decimal(value) / 1_000_000
    return f"{shown:,.1f}" if abs(shown) >= 1 or not shown else f"{shown:,.2f}"


def compact(value: Any, unit: str) -> str:
    """A figure as a headline shows it: $115.2 M, $1.25 B, 2,385 BTC, 590 MW; a dash if None."""
    if value is None:
        return "–"
    value = Decimal(value)
    if unit != "USD":
        return f"{number(value if abs(value) < 1000 else value.quantize(Decimal(1)))} {unit}"
    for size, letter, digits in ((10**9, "B", 2), (10**6, "M", 1)):
        if abs(value) >= size:
            return f"{'-' if value < 0 else ''}${abs(value) / size:,.{digits}f} {letter}"
    return f"{'-' if value < 0 else ''}${abs(value):,.0f}"


def signed_percent(value: Any) -> str:
    """A change of a share: +44.9 %, -3.0 %; empty if None."""
    return "" if value is None else f"{Decimal(value) * 100:+.1f} %"


def percent(value: Any) -> str:
    """A share of 0 to 1 as a percentage with one decimal."""
    return "" if value is None else f"{Decimal(value) * 100:.1f}"


def day(value: Any) -> str:
    """The date of a day or time, as 2026-05-07."""
    return (
        ""
        if value is None
        else value.strftime("%Y-%m-%d")
        if isinstance(value, (date, datetime))
        else str(value)
    )


def web_address(value: Any) -> str:
    """A web URL; `#` for any other scheme."""
    text = str(value or "")
    return text if text.startswith(("https://", "http://")) else "#"


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
