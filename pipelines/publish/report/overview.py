"""The overview page: industry by quarter, latest reports, findings and coverage."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipelines.publish.report.charts import Chart, grouped_bars, quarters_through, stacked
from pipelines.publish.report.company import Marts, Row, links_of, quarter_name

_MARKS = {"filled": "✓", "derived": "Δ", "explained": "e", "late": "late", "missing": "–"}
_KNOWN = ("filled", "derived", "explained")
MOST_QUARTERS = 16


@dataclass(slots=True)
class Company:
    """A company in the overview: last filing, latest quarter with revenue, last holdings."""

    ticker: str
    name: str
    last: Row | None
    quarter: Row | None
    held: Row | None

    @property
    def quarter_name(self) -> str:
        return quarter_name(self.quarter) if self.quarter else ""

    def links_of(self, column: str) -> list[str]:
        """Links to the source of a figure of the latest quarter, or to its inputs."""
        stands = ((self.quarter or {}).get("sources") or {}).get(column, {})
        return links_of(stands)


def companies_of(marts: Marts, dimension: list[Row]) -> list[Company]:
    """Companies with documents, latest report first."""
    out = []
    for row in sorted((r for r in dimension if r["is_current"]), key=lambda r: r["company_id"]):
        ticker = row["company_id"]
        read = [
            d
            for d in marts["sources"]
            if d["ticker"] == ticker and d["source"] != "news" and d["status"] == "read"
        ]
        if not read:
            continue
        quarters = [q for q in marts["quarterly"] if q["ticker"] == ticker and q["revenue_usd"] is not None]
        held = [
            r
            for r in marts["operating_metrics"]
            if r["ticker"] == ticker and r["metric"] == "bitcoin_held" and r["scope"] == "company"
        ]
        out.append(
            Company(
                ticker,
                row["name"],
                max(read, key=lambda d: d["disclosed_at"]),
                max(quarters, key=lambda q: q["period_end"], default=None),
                max(held, key=lambda r: r["period_end"], default=None),
            )
        )
    return sorted(out, key=lambda c: (c.last or {})["disclosed_at"], reverse=True)


def industry_charts(marts: Marts) -> list[Chart]:
    """Mining and AI revenue, bitcoin produced and sold, and holdings, by calendar quarter."""
    rows = sorted(marts["industry_quarter"], key=lambda r: r["calendar_quarter"])[-MOST_QUARTERS:]

    def note(count: str, what: str) -> str:
        if not rows:
            return ""
        last = rows[-1]
        return (
            f"{what} of {last[count]} of {last['companies_expected']} companies in "
            f"{last['calendar_quarter']}."
        )

    families = (("mining", "mining_usd"), ("AI and HPC", "ai_hpc_usd"), ("other", "other_usd"))
    revenue = [(r["calendar_quarter"], name, r[column]) for r in rows for name, column in families]
    bitcoin = [
        (r["calendar_quarter"], name, r[f"bitcoin_{name}"]) for r in rows for name in ("produced", "sold")
    ]
    held = [(r["calendar_quarter"], "held", r["bitcoin_held"]) for r in rows]
    return [
        stacked(
            "industry-revenue",
            "Revenue: mining, AI and HPC, other",
            revenue,
            unit="USD",
            series=[f for f, _ in families],
            note=note("families_companies", "Known"),
        ),
        grouped_bars(
            "industry-bitcoin",
            "Bitcoin produced and sold",
            bitcoin,
            unit="BTC",
            series=("produced", "sold"),
            note=note("bitcoin_produced_companies", "Production known"),
        ),
        stacked(
            "industry-held",
            "Bitcoin held at the quarter's end",
            held,
            unit="BTC",
            note=note("bitcoin_held_companies", "Known"),
        ),
    ]


def finding_kinds(findings: list[Row]) -> list[tuple[str, int]]:
    """Number of findings by check, most first."""
    return Counter(f["check"] for f in findings).most_common()


def newest_findings(findings: list[Row], most: int) -> list[Row]:
    """Findings of the latest periods."""
    return sorted(
        findings, key=lambda f: (f["period_end"] or date.min, f["ticker"], f["check"]), reverse=True
    )[:most]


def coverage_map(marts: Marts, most: int | None = None) -> dict[str, Any]:
    """Coverage by company and quarter, of the last quarters if `most` is given.

    Returns:
        Names of the `quarters`, and `lines` of ticker, share and cells (state, mark, text). In total the
        `count` of quarters, how many are `known`, and their `share`.
    """
    rows = marts["quarter_coverage"]
    cells = {}
    for row in rows:
        name, reason = _quarter_of(row["period_end"]), f", {row['reason']}" if row["reason"] else ""
        text = f"{row['ticker']} {name}: {row['status']}{reason}"
        cells[row["ticker"], name] = (row["status"], _MARKS[row["status"]], text)
    quarters = quarters_through(name for _, name in cells)
    quarters = quarters if most is None else quarters[-most:]
    shares = {row["ticker"]: row["company_share"] for row in rows}
    known = sum(row["status"] in _KNOWN for row in rows)
    return {
        "quarters": quarters,
        "lines": [
            {"ticker": t, "share": shares[t], "cells": [cells.get((t, q), ("", "", "")) for q in quarters]}
            for t in sorted(shares)
        ],
        "count": len(rows),
        "known": known,
        "share": known / len(rows) if rows else None,
    }


def _quarter_of(end: date) -> str:
    return f"{end.year}Q{(end.month - 1) // 3 + 1}"
