"""Dimensions: companies over time, segments, metrics, days and periods."""

from collections.abc import Iterable
from datetime import date, timedelta

import sqlalchemy as sa

from pipelines.normalize.periods import kind_of
from pipelines.warehouse import schema
from pipelines.warehouse.columns import key_of
from pipelines.warehouse.upsert import Changed, lock, upsert
from pipelines.watchlist import Company, Lexicon, Watchlist
from pipelines.watchlist.metrics import Metric

FOREVER = date(9999, 12, 31)
DAWN = date(1900, 1, 1)
_FACTS = (schema.fact_segment_revenue, schema.fact_bitcoin_sale, schema.fact_operating_metric)

_STATED_IN_STATEMENTS = {
    "total_revenue": "Revenue of the whole company in a period, as its statement totals it.",
    "segment_revenue": "Revenue of one segment of the company in a period.",
}


def metric_rows(lexicon: Lexicon) -> list[dict[str, object]]:
    """Rows of dim_metric; the meaning includes the companies' own definitions."""
    rows = [(code, "USD", "sum", meaning) for code, meaning in _STATED_IN_STATEMENTS.items()]
    rows += [
        (m.code, m.unit, _aggregation(m), " ".join(filter(None, (m.meaning, m.note))))
        for m in lexicon.metrics
        if not m.ambiguous
    ]
    return [
        {
            "metric_key": key_of("metric", code),
            "metric": code,
            "unit": unit,
            "aggregation": aggregation,
            "meaning": meaning,
        }
        for code, unit, aggregation, meaning in rows
    ]


def _aggregation(metric: Metric) -> str:
    """The way to combine values of several periods: coins and money add up, rates do not."""
    if metric.covers == "day":
        return "last"
    return "sum" if metric.unit in ("USD", "BTC") and not metric.per_coin else "average"


def company_rows(company: Company) -> list[dict[str, object]]:
    """Versions of a company: a new one when its name, ticker, CIK or fiscal year end changes."""
    starts = {DAWN}
    for span in [*company.former_names, *company.former_tickers, *company.ciks, *company.fiscal_year_ends]:
        if span.since:
            starts.add(span.since)
        if span.until:
            starts.add(span.until + timedelta(days=1))
    ordered = sorted(starts)
    rows: list[dict[str, object]] = []
    for start, following in zip(ordered, [*ordered[1:], None], strict=True):
        cik = next((c.cik for c in company.ciks if c.covers(start)), company.ciks[-1].cik)
        rows.append(
            {
                "company_key": key_of("company", company.ticker, start),
                "company_id": company.ticker,
                "ticker": company.ticker_on(start),
                "name": company.name_on(start),
                "cik": cik,
                "fiscal_year_end": company.fiscal_year_end(start).month_day,
                "accounting": company.accounting,
                "consolidated_by": company.consolidated_by,
                "valid_from": start,
                "valid_to": FOREVER if following is None else following - timedelta(days=1),
                "is_current": following is None,
                "ended_on": company.ended,
            }
        )
    return rows


def company_key_on(company: Company, day: date) -> int:
    """The key of a company's version on a day."""
    rows = [row for row in company_rows(company) if row["valid_from"] <= day]  # type: ignore[operator]
    return int(str(rows[-1]["company_key"]))


def load_dimensions(connection: sa.Connection, watchlist: Watchlist, lexicon: Lexicon) -> Changed:
    """Load companies, segments, metrics, and dates from 2009 to 2040.

    If a company's versions change, its facts are moved to the version that covers their day of disclosure.
    """
    lock(connection, "dimensions")
    rows = [row for company in watchlist.companies for row in company_rows(company)]
    changed = upsert(connection, schema.dim_company, rows)
    if changed.total:
        for fact in _FACTS:
            connection.execute(
                sa.text(
                    f"update {fact.fullname} f set company_key = now.company_key from "
                    "warehouse.dim_company old, warehouse.dim_company now where old.company_key = "
                    "f.company_key and now.company_id = old.company_id and (f.disclosed_at at time "
                    "zone 'America/New_York')::date between now.valid_from and now.valid_to and "
                    "now.company_key <> f.company_key and now.company_key = any(:keys)"
                ),
                {"keys": [row["company_key"] for row in rows]},
            )
        connection.execute(
            sa.text(
                (
                    "delete from warehouse.dim_company c where company_id = any(:ids) and not company_key "
                    "= any(:keys) and "
                )
                + " and ".join(
                    f"not exists (select 1 from {f.fullname} f where f.company_key = c.company_key)"
                    for f in _FACTS
                )
            ),
            {"ids": watchlist.tickers(), "keys": [row["company_key"] for row in rows]},
        )
    changed += upsert(
        connection,
        schema.dim_segment,
        [
            {
                "segment_key": key_of("segment", s.code),
                "segment": s.code,
                "family": s.family,
                "meaning": s.meaning,
                "may_be_negative": s.may_be_negative,
            }
            for s in lexicon.segments
        ],
    )
    changed += upsert(connection, schema.dim_metric, metric_rows(lexicon))
    load_dates(connection)
    return changed


def load_dates(connection: sa.Connection) -> None:
    """Load the days from 2009 to 2040, unless there are any."""
    if not connection.execute(sa.text("select exists (select 1 from warehouse.dim_date)")).scalar():
        connection.execute(
            sa.text(
                "insert into warehouse.dim_date select to_char(d, 'YYYYMMDD')::int, d::date, "
                "extract(year from d), extract(quarter from d), extract(month from d), extract(isodow "
                "from d) from generate_series('2009-01-01'::date, '2040-12-31'::date, '1 day') d on "
                "conflict do nothing"
            )
        )


def period_row(start: date | None, end: date) -> dict[str, object]:
    """The dim_period row of a period or day. Raises ValueError if its length is not a period's."""
    kind = kind_of(start, end)
    if kind is None:
        raise ValueError(f"{start} to {end} is not a month, quarter, half, nine months or year")
    return {
        "period_key": key_of("period", start, end),
        "period_start": start,
        "period_end": end,
        "period_kind": kind,
        "start_date_key": None if start is None else int(start.strftime("%Y%m%d")),
        "end_date_key": int(end.strftime("%Y%m%d")),
    }


def load_periods(connection: sa.Connection, spans: Iterable[tuple[date | None, date]]) -> None:
    """Insert missing periods."""
    rows = {row["period_key"]: row for row in (period_row(start, end) for start, end in spans)}
    if rows:
        upsert(connection, schema.dim_period, list(rows.values()))
