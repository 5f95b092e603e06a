"""Marts of the samples: columns, grain and what was known on a day."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from pipelines.warehouse.marts import MARTS

DATED = ("segment_revenue", "total_revenue", "bitcoin_sales", "operating_metrics", "disclosure_history")


OF_A_MOMENT = [mart.name for mart in MARTS if mart.as_of]


def test_marts_show_each_fact_once(samples_engine: sa.Engine) -> None:
    with samples_engine.connect() as connection:
        for mart in ("segment_revenue", "operating_metrics", "total_revenue", "bitcoin_sales"):
            twice = sa.text(f"select fact_key from marts.{mart} group by 1 having count(*) > 1")
            assert connection.execute(twice).all() == [], mart
        facts = "(select count(*) from warehouse.fact_segment_revenue) + (select count(*) from warehouse.fact_operating_metric)"
        history = "select count(*) from marts.disclosure_history where metric not in ('bitcoin_sold', 'bitcoin_sale_proceeds', 'average_sale_price')"
        assert connection.execute(sa.text(f"select {facts} = ({history})")).scalar(), "every fact once"


@pytest.mark.parametrize("mart", DATED)
def test_derived_rows_cite_inputs_only(samples_engine: sa.Engine, mart: str) -> None:
    with samples_engine.connect() as connection:
        rows = connection.execute(
            sa.text(f"select derivation, locator, link, inputs, url from marts.{mart}")
        ).all()
    for row in rows:
        assert all(i["link"].startswith("https://") and i["accession"] and i["form"] for i in row.inputs)
        # The price of a quarter derived from months (Riot's of 2023Q2) is computed from a figure without a position.
        computed_from_periods = row.derivation == "computed" and all("period_start" in i for i in row.inputs)
        if row.derivation == "derived" or computed_from_periods:
            assert (row.locator, row.link) == (None, None)
            assert len(row.inputs) >= 2
        else:
            assert row.link.startswith(row.url)


def test_computed_price_cites_count_and_proceeds(samples_engine: sa.Engine) -> None:
    """Core Scientific's 2026Q1: 2,385 bitcoin of the 8-K for $208.3 million of the 10-Q."""
    with samples_engine.connect() as connection:
        rows = connection.execute(sa.text("select computed, sources from marts.bitcoin_sales")).all()
    computed = [r.sources for r in rows if "average_price_usd" in r.computed]
    assert computed
    for sources in computed:
        cited = sources["average_price_usd"]
        assert (cited["locator"], cited["link"]) == (None, None)
        assert [i["link"] for i in cited["inputs"]] == [
            sources[part]["link"] for part in ("bitcoin_sold", "proceeds_usd")
        ]


@pytest.mark.parametrize("mart", OF_A_MOMENT)
def test_as_of_infinity_equals_mart(samples_engine: sa.Engine, mart: str) -> None:
    with samples_engine.connect() as connection:
        differing = sa.text(
            f"(select to_jsonb(m) from marts.{mart} m except all select to_jsonb(a) from marts.{mart}_as_of('infinity') a) "
            f"union all (select to_jsonb(a) from marts.{mart}_as_of('infinity') a except all select to_jsonb(m) from marts.{mart} m)"
        )
        assert connection.execute(differing).all() == []


@pytest.mark.parametrize("mart", OF_A_MOMENT)
def test_as_of_before_first_disclosure_is_empty(samples_engine: sa.Engine, mart: str) -> None:
    with samples_engine.connect() as connection:
        found = connection.execute(sa.text(f"select count(*) from marts.{mart}_as_of('2009-01-03')")).scalar()
    assert found == 0


def test_as_of_hides_later_disclosures(samples_engine: sa.Engine) -> None:
    with samples_engine.connect() as connection:
        for mart in DATED:
            later = sa.text(
                f"select count(*) from marts.{mart}_as_of('2025-06-30') where disclosed_at > '2025-06-30'"
            )
            assert connection.execute(later).scalar() == 0, mart


def test_claims_and_coverage_as_of_a_day(samples_engine: sa.Engine) -> None:
    with samples_engine.connect() as connection:
        claim = sa.text(
            "select status, filing_value from marts.news_claims_as_of(cast(:m as timestamptz)) where claim_key = "
            "(select claim_key from marts.news_claims where status = 'contradicted' order by settled_at limit 1)"
        )
        settled, published = connection.execute(
            sa.text(
                "select settled_at, published_at from marts.news_claims where status = 'contradicted' order by settled_at limit 1"
            )
        ).one()
        assert connection.execute(claim, {"m": settled}).one()[0] == "contradicted"
        if published < settled:
            assert connection.execute(claim, {"m": published}).one() == ("unmatched", None)
        ticker, kind, end, filed = connection.execute(
            sa.text(
                "select ticker, document_kind, period_end, filed from marts.coverage where status = 'filled' order by filed limit 1"
            )
        ).one()
        of_it = sa.text(
            "select filed, accession, status from marts.coverage_as_of(cast(:m as timestamptz)) "
            "where ticker = :ticker and document_kind = :kind and period_end = :end"
        )
        mine = {"ticker": ticker, "kind": kind, "end": end}
        assert connection.execute(of_it, {"m": "infinity", **mine}).one()[0] == filed
        before = connection.execute(of_it, {"m": filed - timedelta(days=1), **mine}).all()
        assert {tuple(row) for row in before} <= {(None, None, "late")}


def test_publisher_accuracy_as_of_a_day(samples_engine: sa.Engine) -> None:
    counted = sa.text(
        "select coalesce(sum(claims), 0), coalesce(sum(confirmed + contradicted), 0) from marts.publisher_accuracy_as_of(cast(:m as timestamptz))"
    )
    with samples_engine.connect() as connection:
        first, last = connection.execute(
            sa.text("select min(settled_at), max(settled_at) from marts.news_claims")
        ).one()
        assert connection.execute(counted, {"m": first - timedelta(seconds=1)}).one()[1] == 0
        then, now = (connection.execute(counted, {"m": m}).one() for m in (first, last))
        assert 0 < then[1] < now[1]
        assert then[0] <= now[0]
        of_each = "select publisher, claims, confirmed, contradicted, unmatched, superseded from marts.{} order by 1"
        assert (
            connection.execute(sa.text(of_each.format("publisher_accuracy"))).all()
            == connection.execute(sa.text(of_each.format("publisher_accuracy_as_of('infinity')"))).all()
        )


def test_coverage_and_findings_have_calendar_quarter(samples_engine: sa.Engine) -> None:
    """Core Scientific's third quarter is one; BitMine's quarter to the end of May is none, nor is a year."""
    with samples_engine.connect() as connection:
        rows = connection.execute(
            sa.text(
                "select ticker, document_kind, period_start, period_end, calendar_quarter from marts.coverage"
            )
        ).all()
        found = connection.execute(
            sa.text("select period_start, period_end, calendar_quarter from marts.open_findings")
        ).all()
    assert {r.calendar_quarter for r in rows if r.ticker == "BMNR"} <= {None}
    assert {r.calendar_quarter for r in rows if r.document_kind == "annual_report"} == {None}
    core = {
        r.period_end: r.calendar_quarter
        for r in rows
        if r.ticker == "CORZ" and r.document_kind == "quarterly_report"
    }
    assert core[date(2024, 9, 30)] == "2024Q3"
    months = [r for r in rows if r.document_kind == "monthly_update"]
    assert months
    assert all(r.calendar_quarter == f"{r.period_end.year}Q{(r.period_end.month + 2) // 3}" for r in months)
    assert any(r.calendar_quarter for r in found)
    assert all(
        r.calendar_quarter is None
        for r in found
        if (r.period_end - (r.period_start or r.period_end)).days > 92
    )


def _rows(engine: sa.Engine, query: str) -> Sequence[sa.Row[Any]]:
    with engine.connect() as connection:
        return connection.execute(sa.text(query)).all()


def test_figures_are_those_of_the_other_marts(samples_engine: sa.Engine) -> None:
    """Each current figure once, and none else."""
    short = _rows(
        samples_engine,
        "select ticker, metric, segment, scope, period_start, period_end, value from marts.figures",
    )
    segments = _rows(
        samples_engine,
        "select ticker, 'segment_revenue', segment, 'company', period_start, period_end, revenue_usd "
        "from marts.segment_revenue",
    )
    metrics = _rows(
        samples_engine,
        "select ticker, metric, null, scope, period_start, period_end, value from marts.operating_metrics",
    )
    sales = _rows(
        samples_engine,
        "select ticker, period_start, period_end, bitcoin_sold, proceeds_usd, average_price_usd "
        "from marts.bitcoin_sales",
    )
    names = ("bitcoin_sold", "bitcoin_sale_proceeds", "average_sale_price")
    parts = [
        (ticker, name, None, "company", start, end, value)
        for ticker, start, end, *values in sales
        for name, value in zip(names, values, strict=True)
        if value is not None
    ]
    assert sorted(map(repr, map(tuple, short))) == sorted(
        map(repr, [*map(tuple, segments), *map(tuple, metrics), *parts])
    )


def test_findings_name_the_figure_in_doubt(samples_engine: sa.Engine) -> None:
    """A finding contests every figure that it compares; what an article says contests none.

    IREN's report lacks a line of revenue that its press release states: no finding.
    """
    contested = _rows(
        samples_engine,
        "select ticker, metric, period_end, value from marts.figures where quality = 'contested' order by 1, 2, 3",
    )
    joined = _rows(
        samples_engine,
        'select o.ticker, o."check", f.metric, f.value from marts.open_findings as o '
        "join marts.figures as f on o.fact_key = f.fact_key and o.metric = f.metric order by 1, 2, 4",
    )
    assert {tuple(r) for r in contested} == {
        ("CLSK", "bitcoin_sale_proceeds", date(2024, 3, 31), Decimal(43103000)),
        ("CLSK", "bitcoin_sale_proceeds", date(2024, 6, 30), Decimal(42803000)),
        ("CORZ", "bitcoin_sold", date(2024, 1, 31), Decimal(1114)),
        ("CORZ", "bitcoin_sold", date(2024, 2, 29), Decimal(952)),
        ("CORZ", "bitcoin_sold", date(2024, 3, 31), Decimal(981)),
        ("CORZ", "bitcoin_sold", date(2024, 3, 31), Decimal(2888)),
        ("MARA", "bitcoin_held", date(2024, 1, 31), Decimal(15741)),
        ("MARA", "bitcoin_held", date(2024, 2, 29), Decimal(16930)),
    }
    [(iren,)] = _rows(samples_engine, "select count(*) from marts.open_findings where ticker = 'IREN'")
    assert iren == 0
    assert ("CORZ", "months_do_not_add_up", "bitcoin_sold", Decimal(2888)) in [tuple(r) for r in joined]
    assert ("CORZ", "news_contradicted", "total_revenue", Decimal(115200000)) in [tuple(r) for r in joined]


def test_inputs_and_sources_are_tables(samples_engine: sa.Engine) -> None:
    """A derived figure is its minuend less its subtrahends; every figure of a quarter has a source."""
    differences = _rows(
        samples_engine,
        "select f.value, sum(case i.role when 'minuend' then i.value else -i.value end) "
        "from marts.figures as f join marts.figure_inputs as i "
        "using (figure_key) where f.derivation = 'derived' and i.role is not null group by figure_key, f.value",
    )
    [(sources,)] = _rows(
        samples_engine,
        "select count(*) from marts.figure_sources as s join marts.quarterly as q "
        "using (ticker, period_end) where s.mart = 'quarterly' and s.column_name = 'revenue_usd' "
        "and s.url is not null and q.revenue_usd is not null",
    )
    [(quarters,)] = _rows(
        samples_engine, "select count(*) from marts.quarterly where revenue_usd is not null"
    )
    assert len(differences) > 10
    assert all(value == difference for value, difference in differences)
    assert sources == quarters
