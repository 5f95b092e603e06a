"""The content of a company's page, from the published marts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pipelines.publish.links import links_of
from pipelines.publish.report.charts import grouped_bars, in_words, lines, stacked, time_line
from pipelines.publish.report.templating import compact, signed_percent
from pipelines.query.text_tables import trimmed

Row = dict[str, Any]
Marts = dict[str, list[Row]]

# More rows would make the page slow on a phone; the CSV has all rows.
MOST_FIGURES = 1500
_ORDER = ("self_mining", "hosted_mining", "cloud_mining", "colocation", "cloud", "hpc")
_HASHRATES = ("hashrate_operating", "hashrate_energized", "hashrate_deployed", "hashrate_average_operating")
_COSTS = ("power_cost", "power_cost_all_in")


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a table: value, links to its source or inputs, and notes."""

    value: Decimal
    links: list[str]
    title: str
    derived: bool
    restated: bool


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A large figure: value, what it is and when, its change, and links to its source."""

    value: str
    what: str
    change: str
    links: list[str]


def quarter_name(row: Row) -> str:
    """2026Q1, or the last day of a quarter that is not a calendar quarter."""
    return row["calendar_quarter"] or f"to {row['period_end']}"


def anchor(*parts: object) -> str:
    """The permanent anchor of a figure, from metric and period, independent of the document."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", ".".join(str(part) for part in parts if part not in (None, "")))


def _of(rows: Sequence[Row], ticker: str, **wanted: Any) -> list[Row]:
    return [r for r in rows if r["ticker"] == ticker and all(r[k] == v for k, v in wanted.items())]


def segment_table(marts: Marts, ticker: str) -> Row:
    """Quarters by segment with totals and shares, newest first: column names, rows, note."""
    found = _of(marts["segment_revenue"], ticker, period_kind="quarter")
    totals = {
        (r["period_start"], r["period_end"]): r
        for r in _of(marts["total_revenue"], ticker, period_kind="quarter")
    }
    shares = {r["period_end"]: r for r in _of(marts["ai_pivot"], ticker)}
    present = {r["segment"] for r in found}
    names = [s for s in _ORDER if s in present] + sorted(present - set(_ORDER))
    spans = sorted(
        {(r["period_start"], r["period_end"]) for r in found} | set(totals), key=lambda s: s[1], reverse=True
    )
    rows = []
    for start, end in spans:
        mine = {r["segment"]: r for r in found if (r["period_start"], r["period_end"]) == (start, end)}
        total = totals.get((start, end))
        any_row = total or next(iter(mine.values()))
        cells = [_cell(mine.get(name)) for name in names] + [_cell(total)]
        pivot = shares.get(end)
        rows.append(
            {
                "name": quarter_name(any_row),
                "anchor": anchor("quarter", any_row["calendar_quarter"] or end),
                "cells": cells,
                "start": start,
                "end": end,
                "mining_share": pivot and pivot["mining_share"],
                "ai_hpc_share": pivot and pivot["ai_hpc_share"],
            }
        )
    note = (
        ""
        if all(r["calendar_quarter"] for r in [*found, *totals.values()])
        else "Fiscal quarters are not calendar quarters here: they are named by their last day."
    )
    return {"names": [n.replace("_", " ") for n in names], "rows": rows, "note": note, "segments": names}


def _cell(row: Row | None) -> Cell | None:
    if row is None:
        return None
    title = (
        f"{trimmed(row['revenue_usd'], thousands=True)} USD, {row['derivation']}, {row['form']} "
        f"{row['accession']}"
    )
    return Cell(row["revenue_usd"], links_of(row), title, row["derivation"] == "derived", row["is_restated"])


def charts_of(marts: Marts, ticker: str, table: Row) -> dict[str, Any]:
    """The charts of a company's page by section."""
    pivot = sorted(_of(marts["ai_pivot"], ticker), key=lambda r: r["period_end"])
    by_quarter = [
        (row["name"], segment, cell.value)
        for row in reversed(table["rows"])
        for segment, cell in zip(table["segments"], row["cells"], strict=False)
        if cell
    ]
    shares = [
        (quarter_name(r), name, (r[column] * 100).quantize(Decimal("0.1")))
        for r in pivot
        for name, column in (("mining", "mining_share"), ("AI and HPC", "ai_hpc_share"))
    ]
    quarters = sorted(_of(marts["quarterly"], ticker), key=lambda r: r["period_end"])
    flows, grain = _flows(marts, ticker, quarters)
    proceeds, spans = _proceeds(marts, ticker, quarters)
    held = [(str(r["period_end"]), "held", r["value"]) for r in _instants(marts, ticker, ("bitcoin_held",))]
    return {
        "revenue": [
            stacked(
                f"{ticker}-segments",
                "Revenue by segment",
                by_quarter,
                unit="USD",
                series=table["segments"],
                note=_annotations(marts, ticker, table),
            ),
            lines(
                f"{ticker}-shares",
                "Share of mining, and of AI and HPC",
                shares,
                unit="%",
                x="quarter",
                series=("mining", "AI and HPC"),
                percent=True,
            ),
        ],
        "bitcoin": [
            grouped_bars(
                f"{ticker}-bitcoin",
                f"Bitcoin produced and sold by {grain}",
                flows,
                unit="BTC",
                x=grain,
                series=("produced", "sold"),
            ),
            lines(f"{ticker}-held", "Bitcoin held", held, unit="BTC", x="day", dated=True),
            stacked(
                f"{ticker}-proceeds", f"Proceeds of bitcoin sold by {spans}", proceeds, unit="USD", x=spans
            ),
            lines(
                f"{ticker}-price",
                "Sale price compared with the market",
                _prices(marts, ticker),
                unit="USD for one bitcoin",
                x="period to",
                dated=True,
                series=("at sale", "market"),
                note="The market price is the average of the known daily prices in the period.",
            ),
        ],
        "power": [
            lines(
                f"{ticker}-hashrate",
                "Hash rate",
                _named(_instants(marts, ticker, _HASHRATES)),
                unit="EH/s",
                x="day",
                dated=True,
            ),
            lines(
                f"{ticker}-power",
                "Cost of power",
                _named(_latest(marts, ticker, _COSTS)),
                unit="c/kWh",
                x="period to",
                dated=True,
            ),
            lines(
                f"{ticker}-capacity",
                "Capacity",
                [
                    (str(r["period_end"]), r["scope"], r["value"])
                    for r in _latest(marts, ticker, ("capacity_mw",))
                ],
                unit="MW",
                x="day",
                dated=True,
            ),
        ],
        "deals": time_line(
            f"{ticker}-deals",
            "Deals and targets over time",
            sorted(_of(marts["deals"], ticker), key=lambda r: r["announced_on"]),
        ),
    }


def _annotations(marts: Marts, ticker: str, table: Row) -> str:
    """Quarters of the revenue chart with derived, restated or doubtful figures, in a sentence."""
    doubtful = {
        f["period_end"]
        for f in marts["open_findings"]
        if f["ticker"] == ticker and f["metric"] in ("segment_revenue", "total_revenue")
    }
    found: dict[str, list[str]] = {"Derived": [], "Restated": [], "In an open finding": []}
    for row in reversed(table["rows"]):
        cells = [cell for cell in row["cells"] if cell]
        for word, holds in (
            ("Derived", any(cell.derived for cell in cells)),
            ("Restated", any(cell.restated for cell in cells)),
            ("In an open finding", row["end"] in doubtful),
        ):
            if holds:
                found[word].append(row["name"])
    return " ".join(f"{word}: {', '.join(names)}." for word, names in found.items() if names)


def key_figures(marts: Marts, ticker: str) -> list[KeyFigure]:
    """The latest revenue, AI share, production, sale, holdings and hash rate of a company.

    Figures that no document states are left out. Production and sales are of the latest month, or of the
    latest quarter if no month is later.
    """
    quarters = sorted(_of(marts["quarterly"], ticker), key=lambda r: r["period_end"])
    months = sorted(_of(marts["monthly"], ticker), key=lambda r: r["period_end"])
    ratios = {r["period_end"]: r for r in _of(marts["monthly_ratios"], ticker)}
    quarterly_ratios = {r["period_end"]: r for r in _of(marts["quarterly_ratios"], ticker)}
    out = []

    def latest(column: str, rows: Sequence[Row] = ()) -> Row | None:
        known = [r for r in (*quarters, *rows) if r[column] is not None]
        return max(known, key=lambda r: r["period_end"], default=None)

    def name(row: Row) -> str:
        return row["month"] if "month" in row else quarter_name(row)

    def add(row: Row, column: str, value: str, what: str, change: str = "") -> None:
        out.append(KeyFigure(value, what, change, links_of((row["sources"] or {}).get(column, {}))))

    if row := latest("revenue_usd"):
        year = row["revenue_growth_year"]
        change = f"{signed_percent(year)} from a year before" if year is not None else ""
        add(row, "revenue_usd", compact(row["revenue_usd"], "USD"), f"revenue, {name(row)}", change)
    if row := latest("ai_hpc_share"):
        points = (quarterly_ratios.get(row["period_end"]) or {}).get("ai_hpc_share_change")
        change = f"{points * 100:+.1f} points from the quarter before" if points is not None else ""
        value = f"{row['ai_hpc_share'] * 100:.1f} %"
        add(row, "revenue_usd", value, f"of revenue is AI and HPC, {name(row)}", change)
    if row := latest("bitcoin_produced", months):
        growth = row.get("production_growth")
        change = f"{signed_percent(growth)} from the month before" if growth is not None else ""
        share = (ratios.get(row["period_end"]) or {}).get("network_share") if "month" in row else None
        if share is not None:
            change += ("; " if change else "") + f"{share * 100:.2f} % of the network"
        value = compact(row["bitcoin_produced"], "BTC")
        add(row, "bitcoin_produced", value, f"produced, {name(row)}", change)
    if row := latest("bitcoin_sold", months):
        price = row["average_price_usd"]
        change = f"at {compact(price, 'USD')} each" if price is not None else ""
        add(row, "bitcoin_sold", compact(row["bitcoin_sold"], "BTC"), f"sold, {name(row)}", change)
    if row := latest("bitcoin_held", months):
        every = ratios if "month" in row else quarterly_ratios
        worth = (every.get(row["period_end"]) or {}).get("bitcoin_held_usd")
        change = f"{compact(worth, 'USD')} at the market price of that day" if worth is not None else ""
        if row["bitcoin_held_scope"] == "unencumbered":
            change = "without bitcoin posted as collateral"
        value = compact(row["bitcoin_held"], "BTC")
        add(row, "bitcoin_held", value, f"held, {row['bitcoin_held_on']}", change)
    if row := latest("hashrate_eh", months):
        kind = row["hashrate_metric"].removeprefix("hashrate_").replace("_", " ")
        value = compact(row["hashrate_eh"], "EH/s")
        add(row, "hashrate_eh", value, f"{kind} hash rate, {row['hashrate_on']}")
    return out


def _flows(
    marts: Marts, ticker: str, quarters: Sequence[Row]
) -> tuple[list[tuple[str, str, Decimal | None]], str]:
    """Bitcoin produced and sold by month if stated, else by quarter."""
    months: dict[date, Row] = {}
    for r in _of(
        marts["operating_metrics"], ticker, metric="bitcoin_produced", scope="company", period_kind="month"
    ):
        months.setdefault(r["period_end"], {})["produced"] = r["value"]
    for r in _of(marts["bitcoin_sales"], ticker, period_kind="month"):
        months.setdefault(r["period_end"], {})["sold"] = r["bitcoin_sold"]
    stated = [q for q in quarters if q["bitcoin_produced"] is not None or q["bitcoin_sold"] is not None]
    if len(months) > len(stated):
        return [
            (f"{end:%Y-%m}", what, months[end].get(what))
            for end in sorted(months)
            for what in ("produced", "sold")
        ], "month"
    return [
        (quarter_name(q), what, q[f"bitcoin_{what}"]) for q in stated for what in ("produced", "sold")
    ], "quarter"


def _proceeds(
    marts: Marts, ticker: str, quarters: Sequence[Row]
) -> tuple[list[tuple[str, str, Decimal | None]], str]:
    """Sale proceeds by month or quarter, whichever has more; else by year and half."""
    sales = sorted(
        (r for r in _of(marts["bitcoin_sales"], ticker) if r["proceeds_usd"] is not None),
        key=lambda r: (r["period_end"], r["period_start"]),
    )
    months = [(_period(r), "proceeds", r["proceeds_usd"]) for r in sales if r["period_kind"] == "month"]
    quarterly = [
        (quarter_name(q), "proceeds", q["proceeds_usd"]) for q in quarters if q["proceeds_usd"] is not None
    ]
    if months or quarterly:
        return (months, "month") if len(months) > len(quarterly) else (quarterly, "quarter")
    return [(_period(r), "proceeds", r["proceeds_usd"]) for r in sales], "period"


def _instants(marts: Marts, ticker: str, metrics: Sequence[str]) -> list[Row]:
    rows = [
        r
        for r in marts["operating_metrics"]
        if r["ticker"] == ticker and r["metric"] in metrics and r["scope"] == "company"
    ]
    return sorted(rows, key=lambda r: r["period_end"])


def _latest(marts: Marts, ticker: str, metrics: Sequence[str]) -> list[Row]:
    rows = [
        r
        for r in marts["operating_metrics"]
        if r["ticker"] == ticker
        and r["metric"] in metrics
        and r["period_kind"] in ("instant", "month", "quarter")
    ]
    return sorted(rows, key=lambda r: r["period_end"])


def _named(rows: Sequence[Row]) -> list[tuple[str, str, Decimal | None]]:
    return [
        (str(r["period_end"]), r["metric"].removeprefix("hashrate_").replace("_", " "), r["value"])
        for r in rows
    ]


def _prices(marts: Marts, ticker: str) -> list[tuple[str, str, Decimal | None]]:
    out: list[tuple[str, str, Decimal | None]] = []
    sales = [
        r
        for r in _of(marts["bitcoin_sales"], ticker)
        if r["average_price_usd"] is not None and r["period_kind"] in ("month", "quarter")
    ]
    for r in sorted(sales, key=lambda r: r["period_end"]):
        days = [
            p["price_usd"]
            for p in marts["bitcoin_prices"]
            if r["period_start"] <= p["day"] <= r["period_end"]
        ]
        out.append((str(r["period_end"]), "at sale", r["average_price_usd"]))
        if days:
            out.append(
                (str(r["period_end"]), "market", (sum(days, Decimal(0)) / len(days)).quantize(Decimal(1)))
            )
    return out


def every_figure(marts: Marts, ticker: str) -> list[Row]:
    """All figures of a company, newest period first, each with anchor and link."""
    out = [
        _figure(r, "segment_revenue", r["segment"], r["revenue_usd"], "USD")
        for r in _of(marts["segment_revenue"], ticker)
    ]
    out += [
        _figure(r, r["metric"], "" if r["scope"] == "company" else r["scope"], r["value"], r["unit"])
        for r in _of(marts["operating_metrics"], ticker)
    ]
    for r in _of(marts["bitcoin_sales"], ticker):
        for part, metric, unit in (
            ("bitcoin_sold", "bitcoin_sold", "BTC"),
            ("proceeds_usd", "bitcoin_sale_proceeds", "USD"),
            ("average_price_usd", "average_sale_price", "USD"),
        ):
            if r[part] is None:
                continue
            stands = (r["sources"] or {}).get(part, {})
            part_row = {
                **r,
                **{
                    k: v
                    for k, v in stands.items()
                    if k in ("form", "accession", "link", "inputs", "derivation")
                },
                "reported_label": stands.get("label", r["reported_label"]),
            }
            if part in (r["computed"] or []):
                part_row["derivation"] = "computed"
            out.append(_figure(part_row, metric, "", r[part], unit))
    return sorted(out, key=lambda f: (f["end"], f["metric"], f["of"], f["anchor"]), reverse=True)


def _figure(row: Row, metric: str, of: str, value: Decimal, unit: str) -> Row:
    return {
        "anchor": anchor(metric, of, row["period_start"], row["period_end"]),
        "period": _period(row),
        "metric": metric,
        "of": of,
        "value": value,
        "unit": unit,
        "derivation": row["derivation"],
        "is_restated": row["is_restated"],
        "disclosed_at": row["disclosed_at"],
        "form": row["form"],
        "accession": row["accession"],
        "link": " ".join(links_of(row)),
        "reported_label": row["reported_label"],
        "end": row["period_end"],
        "start": row["period_start"],
    }


def _period(row: Row) -> str:
    kind, end = row["period_kind"], row["period_end"]
    if kind == "quarter":
        return quarter_name(row)
    return {"month": f"{end:%Y-%m}", "year": f"year to {end}", "instant": str(end)}.get(
        kind, f"{kind.replace('_', ' ')} to {end}"
    )


def lead_of(row: Row | None, company: str) -> str:
    """The first sentence of a page: the latest quarter."""
    if row is None or row["revenue_usd"] is None:
        return f"{company}: no quarterly revenue has been read yet."
    text = (
        f"In {quarter_name(row).removeprefix('to ')} {company} had revenue of "
        f"{in_words(row['revenue_usd'], 'USD')}"
    )
    if row["mining_share"] is not None:
        text += f": {row['mining_share'] * 100:.1f} % mining, {row['ai_hpc_share'] * 100:.1f} % AI and HPC"
    if row["bitcoin_sold"] is not None:
        text += f". It sold {in_words(row['bitcoin_sold'], 'bitcoin')}"
        if row["proceeds_usd"] is not None:
            text += f" for {in_words(row['proceeds_usd'], 'USD')}"
    return text + "."
