"""The comparison page: companies by the same quarters or months, drawn by its script."""

from typing import Any

from pipelines.publish.links import links_of
from pipelines.publish.report.company import Marts

_BY_QUARTER = (
    ("revenue_usd", "Revenue", "USD"),
    ("mining_usd", "Revenue of mining", "USD"),
    ("ai_hpc_usd", "Revenue of AI and HPC", "USD"),
    ("ai_hpc_share", "Share of AI and HPC in revenue", "share"),
    ("bitcoin_produced", "Bitcoin produced", "BTC"),
    ("bitcoin_sold", "Bitcoin sold", "BTC"),
    ("bitcoin_held", "Bitcoin held", "BTC"),
    ("hashrate_eh", "Hash rate", "EH/s"),
    ("capacity_mw", "Capacity", "MW"),
)
_BY_MONTH = tuple(m for m in _BY_QUARTER if m[2] in ("BTC", "EH/s"))


def comparison(marts: Marts) -> dict[str, Any]:
    """Series of all companies for the comparison page.

    Only calendar quarters and months: fiscal quarters that end in other months are left out.

    Returns:
        `metrics` (key, label, unit, and periods in order) and `series`: for each metric and ticker, by
        period, the value and the link to its source, which is empty if it is derived.
    """
    metrics, series = [], {}
    for mart, period, wanted in (
        ("quarterly", "calendar_quarter", _BY_QUARTER),
        ("monthly", "month", _BY_MONTH),
    ):
        rows = [r for r in marts[mart] if r[period] is not None]
        for column, label, unit in wanted:
            found: dict[str, dict[str, Any]] = {}
            for r in rows:
                if r[column] is not None:
                    links = links_of((r["sources"] or {}).get(column, {}))
                    link = links[0] if len(links) == 1 else ""
                    found.setdefault(r["ticker"], {})[r[period]] = [r[column], link]
            if found:
                key = f"{mart}.{column}"
                names = sorted({name for values in found.values() for name in values})
                grain = "quarter" if mart == "quarterly" else "month"
                metrics.append({"key": key, "label": f"{label} by {grain}", "unit": unit, "periods": names})
                series[key] = found
    return {"metrics": metrics, "series": series}
