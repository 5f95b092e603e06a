"""The overview: headline figures, league table, latest disclosures, industry, coverage."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pipelines.publish.links import links_of
from pipelines.publish.report.charts import Chart, grouped_bars, in_words, quarters_through, stacked
from pipelines.publish.report.company import Marts, Row, quarter_name
from pipelines.publish.report.drawing import sparkline
from pipelines.publish.report.templating import compact

_MARKS = {"filled": "✓", "derived": "Δ", "explained": "e", "late": "late", "missing": "–"}
_KNOWN = ("filled", "derived", "explained")
MOST_QUARTERS = 16
MOST_MONTHS = 24
# A quarter with the figures of fewer companies says nothing of an industry, if another has more.
_FEW = 3
_NEW_DAYS, _LEAST_NEW, _MOST_NEW = 7, 6, 12
# What a line on a document names first, and how it is called there.
_SAID_FIRST = {
    "total_revenue": "revenue",
    "bitcoin_produced": "produced",
    "bitcoin_sold": "sold",
    "bitcoin_held": "held",
    "hashrate_operating": "hash rate",
    "hashrate_energized": "hash rate",
    "hashrate_deployed": "hash rate",
}
_MOST_SAID = 4
# A deal that is neither closed nor terminated promises its megawatts.
_PROMISED = ("agreed", "planned")


@dataclass(frozen=True, slots=True)
class Headline:
    """A large figure: value, what it is, and of how many companies and when it is known."""

    value: str
    what: str
    known: str


@dataclass(slots=True)
class Company:
    """A company in the overview: last filing, latest quarter with revenue, last holdings."""

    ticker: str
    name: str
    last: Row | None
    quarter: Row | None
    held: Row | None
    spark: str

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
        quarters_of = [q for q in marts["quarterly"] if q["ticker"] == ticker]
        quarters = [q for q in quarters_of if q["revenue_usd"] is not None]
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
                sparkline(
                    [
                        q["revenue_usd"]
                        for q in sorted(quarters_of, key=lambda q: q["period_end"])[-MOST_QUARTERS:]
                    ],
                    f"Revenue of {ticker} by quarter",
                ),
            )
        )
    return sorted(out, key=lambda c: (c.last or {})["disclosed_at"], reverse=True)


def headlines(marts: Marts, companies: int) -> list[Headline]:
    """Five figures on the industry; each says of how many companies it is known."""
    quarters = sorted(marts["industry_quarter"], key=lambda r: r["calendar_quarter"])

    def last(column: str, count: str) -> Row | None:
        known = [q for q in quarters if q[column] is not None]
        return next((q for q in reversed(known) if q[count] >= _FEW), known[-1] if known else None)

    def of_quarter(column: str, count: str, what: str, value: Callable[[Row], str]) -> Headline:
        quarter = last(column, count)
        if quarter is None:
            return Headline("–", what, f"0 of {companies} companies")
        known = (
            f"{quarter[count]} of {quarter['companies_expected']} companies, {quarter['calendar_quarter']}"
        )
        return Headline(value(quarter), what, known)

    def ai_share(quarter: Row) -> str:
        parts = [quarter[name] or 0 for name in ("mining_usd", "ai_hpc_usd", "other_usd")]
        return f"{parts[1] / sum(parts) * 100:.1f} %" if sum(parts) else "–"

    deals = [d for d in marts["deals"] if d["status"] in _PROMISED and d["megawatts"] is not None]
    restated = [f for f in marts["figures"] if f["quality"] == "restated"]
    return [
        of_quarter("mining_usd", "families_companies", "of revenue is AI and HPC", ai_share),
        of_quarter(
            "bitcoin_held",
            "bitcoin_held_companies",
            "held at the quarter's end",
            lambda q: compact(q["bitcoin_held"], "BTC"),
        ),
        of_quarter(
            "bitcoin_sold",
            "bitcoin_sold_companies",
            "sold in the quarter",
            lambda q: compact(q["bitcoin_sold"], "BTC"),
        ),
        Headline(
            compact(max((d["megawatts"] for d in deals), default=None), "MW"),
            "is the largest promise of a deal or target",
            f"{len(deals)} promises of {len({d['ticker'] for d in deals})} of {companies} companies",
        ),
        Headline(
            f"{len(restated):,}",
            "current figures are restated",
            f"{len({f['ticker'] for f in restated})} of {companies} companies",
        ),
    ]


def league_table(marts: Marts) -> dict[str, Any]:
    """The latest month in which at least three companies, if any, state bitcoin produced.

    Returns:
        `month`, the number of companies `known` and of all `companies`, and `rows` by rank, with links by
        column and the change from the month before.
    """
    by_month: dict[str, list[Row]] = {}
    for row in marts["league_table"]:
        by_month.setdefault(row["month"], []).append(row)
    stated = {m: rows for m, rows in by_month.items() if rows[0]["produced_companies"]}
    full = [m for m, rows in stated.items() if rows[0]["produced_companies"] >= _FEW]
    if not stated:
        return {"month": None, "rows": [], "known": 0, "companies": 0}
    month = max(full or stated)
    growth = {r["ticker"]: r["production_growth"] for r in marts["monthly"] if r["month"] == month}
    history: dict[str, dict[str, Decimal | None]] = {}
    for r in marts["monthly"]:
        history.setdefault(r["ticker"], {})[r["month"]] = r["bitcoin_produced"]
    rows = [
        {
            **row,
            "growth": growth.get(row["ticker"]),
            "links": {name: links_of(source) for name, source in row["sources"].items()},
            "spark": sparkline(
                [history[row["ticker"]][m] for m in sorted(history[row["ticker"]]) if m <= month][-12:],
                f"Bitcoin produced by {row['ticker']} in the last twelve months",
            ),
        }
        for row in stated[month]
    ]
    rows.sort(key=lambda r: (r["produced_rank"] is None, r["produced_rank"] or 0, r["ticker"]))
    return {
        "month": month,
        "rows": rows,
        "known": rows[0]["produced_companies"],
        "companies": rows[0]["companies"],
    }


def months_matrix(marts: Marts) -> dict[str, Any]:
    """Bitcoin produced, sold and held by company and month, of the last months.

    Returns:
        `months`, newest first, and `tables`: id, title and `lines` of ticker and cells (value and links).
    """
    months = sorted({r["month"] for r in marts["monthly"]}, reverse=True)[:MOST_MONTHS]
    cells = {(r["ticker"], r["month"]): r for r in marts["monthly"]}
    tickers = sorted({ticker for ticker, month in cells if month in months})
    tables = []
    for column, title in (
        ("bitcoin_produced", "Produced"),
        ("bitcoin_sold", "Sold"),
        ("bitcoin_held", "Held, by the latest statement of the month"),
    ):
        lines = []
        for ticker in tickers:
            row = [cells.get((ticker, month)) for month in months]
            line = [
                (r[column], links_of((r["sources"] or {}).get(column, {}))) if r else (None, []) for r in row
            ]
            if any(value is not None for value, _ in line):
                lines.append({"ticker": ticker, "cells": line})
        tables.append({"id": column, "title": title, "lines": lines})
    return {"months": months, "tables": tables}


def pivots(marts: Marts) -> list[dict[str, Any]]:
    """The share of AI and HPC in each company's revenue by quarter, the largest first."""
    by_ticker: dict[str, list[Row]] = {}
    for row in sorted(marts["quarterly"], key=lambda r: r["period_end"]):
        by_ticker.setdefault(row["ticker"], []).append(row)
    out = []
    for ticker, rows in by_ticker.items():
        known = [place for place, r in enumerate(rows) if r["ai_hpc_share"] is not None]
        if not known:
            continue
        rows = rows[known[0] : known[-1] + 1]
        last = rows[-1]
        drawn = sparkline(
            [r["ai_hpc_share"] for r in rows],
            f"Share of AI and HPC of {ticker}, {quarter_name(rows[0])} to {quarter_name(last)}",
            most=Decimal(1),
        )
        out.append(
            {
                "ticker": ticker,
                "share": last["ai_hpc_share"],
                "quarter": quarter_name(last),
                "quarters": len(known),
                "spark": drawn,
            }
        )
    return sorted(out, key=lambda p: p["share"], reverse=True)


def latest_disclosures(marts: Marts) -> list[dict[str, Any]]:
    """Documents of the week up to the newest one, or the latest few, and what they state."""
    documents = sorted(
        (
            d
            for d in marts["sources"]
            if d["source"] != "news"
            and d["status"] == "read"
            and (d["segment_revenues"] or d["bitcoin_sales"] or d["operating_metrics"] or d["deals"])
        ),
        key=lambda d: (d["disclosed_at"], d["accession"], d["url"]),
        reverse=True,
    )
    if not documents:
        return []
    since = documents[0]["disclosed_at"] - timedelta(days=_NEW_DAYS)
    count = sum(d["disclosed_at"] >= since for d in documents)
    out = []
    for document in documents[: min(max(count, _LEAST_NEW), _MOST_NEW)]:
        figures = [f for f in marts["figures"] if f["url"] == document["url"] and f["metric"] in _SAID_FIRST]
        newest = max((f["period_end"] for f in figures), default=None)
        order = list(_SAID_FIRST)
        figures = sorted(
            (f for f in figures if f["period_end"] == newest and f["scope"] == "company"),
            key=lambda f: (order.index(f["metric"]), f["period_start"] or date.min),
        )
        said = [
            f"{_SAID_FIRST[f['metric']]} {in_words(f['value'], f['unit'])} ({_when(f)})"
            for f in figures[:_MOST_SAID]
        ]
        deals = [d for d in marts["deals"] if d["url"] == document["url"]]
        said += [
            f"{d['kind'].replace('_', ' ')}"
            + (f" with {d['party']}" if d["party"] else "")
            + (f", {compact(d['megawatts'], 'MW')}" if d["megawatts"] is not None else "")
            + f", {d['status']}"
            for d in deals[:_MOST_SAID]
        ]
        counted = sum(document[name] for name in ("segment_revenues", "bitcoin_sales", "operating_metrics"))
        out.append({**document, "said": "; ".join(said) or f"{counted} other figures"})
    return out


def _when(figure: Row) -> str:
    end = figure["period_end"]
    if figure["period_kind"] == "quarter":
        return quarter_name(figure)
    return f"{end:%Y-%m}" if figure["period_kind"] == "month" else str(end)


def industry_charts(marts: Marts) -> list[Chart]:
    """Mining and AI revenue, bitcoin produced and sold, and holdings, by calendar quarter."""
    rows = sorted(marts["industry_quarter"], key=lambda r: r["calendar_quarter"])[-MOST_QUARTERS:]

    def note(count: str, what: str, measure: str) -> str:
        if not rows:
            return ""
        last = rows[-1]
        text = (
            f"{what} of {last[count]} of {last['companies_expected']} companies in "
            f"{last['calendar_quarter']}."
        )
        counts = {r[count] for r in rows}
        if len(counts) > 1:
            text += f" Companies differ by quarter, {min(counts)} to {max(counts)}: compare no two bars."
        return f"{text} {_like_for_like(marts['industry_growth'], measure)}".strip()

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
            note=note("families_companies", "Known", "revenue_usd"),
        ),
        grouped_bars(
            "industry-bitcoin",
            "Bitcoin produced and sold",
            bitcoin,
            unit="BTC",
            series=("produced", "sold"),
            note=note("bitcoin_produced_companies", "Production known", "bitcoin_produced"),
        ),
        stacked(
            "industry-held",
            "Bitcoin held at the quarter's end",
            held,
            unit="BTC",
            note=note("bitcoin_held_companies", "Known", "bitcoin_held"),
        ),
    ]


def _like_for_like(growth: Sequence[Row], measure: str) -> str:
    """The latest growth of a measure over the same companies, as a sentence."""
    known = [
        g for g in growth if g["measure"] == measure and g["basis"] == "year" and g["growth"] is not None
    ]
    if not known:
        return ""
    last = max(known, key=lambda g: g["period_end"])
    companies = "the one company" if last["companies"] == 1 else f"the {last['companies']} companies"
    return (
        f"Like for like: {last['growth'] * 100:+.1f} % in {last['calendar_quarter']} from a year before, "
        f"over {companies} known in both."
    )


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
