"""The marts: columns, grain, what was known when, who restated what, and sums that say what they lack."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from pipelines.settings import HOME
from pipelines.warehouse import bookkeeping
from pipelines.warehouse.marts import STORED
from pipelines.warehouse.prices import load_prices
from pipelines.warehouse.ready import is_behind, make_ready
from tests.warehouse_builder import WarehouseBuilder, quarter


@pytest.fixture
def warehouse(database: sa.URL) -> Iterator[WarehouseBuilder]:
    engine = sa.create_engine(database, connect_args={"options": "-c timezone=UTC"})
    yield WarehouseBuilder(engine)
    engine.dispose()


@pytest.mark.parametrize(
    ("kind", "start", "end", "expected"),
    [
        ("quarter", "2024-07-01", "2024-09-30", "2024Q3"),
        ("quarter", "2024-12-01", "2025-02-28", None),
        ("quarter", "2023-12-01", "2024-02-29", None),
        ("month", "2025-08-01", "2025-08-31", "2025Q3"),
        ("instant", None, "2025-05-31", "2025Q2"),
        ("year", "2024-10-01", "2025-09-30", None),
        ("half", "2025-01-01", "2025-06-30", None),
        ("quarter", "2025-03-30", "2025-06-28", None),
    ],
)
def test_calendar_quarter_of_period(
    warehouse: WarehouseBuilder, kind: str, start: str | None, end: str, expected: str | None
) -> None:
    query = "select marts.calendar_quarter(:kind, cast(:start as date), cast(:end as date))"
    assert warehouse.rows(query, kind=kind, start=start, end=end) == [(expected,)]


def test_fiscal_and_calendar_quarter_differ(warehouse: WarehouseBuilder) -> None:
    clsk = warehouse.document("CLSK", "2025-08-07")
    warehouse.metric(clsk, "total_revenue", "198644000", quarter(2025, 2))
    iren = warehouse.document("IREN", "2025-05-14")
    warehouse.metric(iren, "total_revenue", "148100000", quarter(2025, 1))
    found = warehouse.rows(
        "select ticker, fiscal_year, fiscal_quarter, calendar_quarter from marts.quarterly order by 1"
    )
    assert found == [("CLSK", 2025, 3, "2025Q2"), ("IREN", 2025, 3, "2025Q1"), ("IREN", 2025, 4, "2025Q2")]


def test_as_of_before_and_after_restatements(warehouse: WarehouseBuilder) -> None:
    """As of the day before each, the old figure; after it the new one, with its history."""
    span = quarter(2024, 1)
    first = warehouse.document("CORZ", "2024-05-08")
    warehouse.segment(first, "self_mining", "149959000", span)
    warehouse.metric(first, "total_revenue", "179291000", span)
    amended = warehouse.document("CORZ", "2024-06-03", form="10-Q/A")
    warehouse.segment(amended, "self_mining", "149000000", span)
    restated = warehouse.document("CORZ", "2025-05-07")
    warehouse.segment(restated, "self_mining", "148500000", span)
    late = warehouse.document("CORZ", "2025-09-01", form="10-K")
    warehouse.metric(late, "bitcoin_held", "256", (None, date(2024, 12, 31)))

    def known(moment: str) -> list[tuple[object, ...]]:
        return warehouse.rows(
            "select revenue_usd, accession, is_restated, stated_times from marts.segment_revenue_as_of(cast(:m as timestamptz))",
            m=moment,
        )

    one, two, three = (f"0000000001-25-{n:06}" for n in (1, 2, 3))
    assert known("2024-05-08 19:59Z") == []
    assert known("2024-06-02") == [(149959000, one, False, 1)]
    assert known("2024-06-04") == [(149000000, two, True, 2)]
    assert known("2025-05-06") == [(149000000, two, True, 2)]
    assert known("2025-05-08") == [(148500000, three, True, 3)]
    held = "select count(*) from marts.operating_metrics_as_of(cast(:m as timestamptz)) where metric = 'bitcoin_held'"
    assert (warehouse.rows(held, m="2025-08-31"), warehouse.rows(held, m="2025-09-02")) == ([(0,)], [(1,)])
    history = warehouse.rows(
        "select statement, value, previous_value, change, is_restatement, restates, restated_by, is_current from marts.disclosure_history "
        "where segment = 'self_mining' order by statement"
    )
    assert history == [
        (1, 149959000, None, None, False, None, two, False),
        (2, 149000000, 149959000, -959000, True, one, three, False),
        (3, 148500000, 149000000, -500000, True, two, None, True),
    ]
    as_of = "select value, restated_by, is_current from marts.disclosure_history_as_of('2024-06-02') where segment = 'self_mining'"
    assert warehouse.rows(as_of) == [(149959000, None, True)]


def test_rounding_is_no_restatement(warehouse: WarehouseBuilder) -> None:
    """A release says $77.5 million, the 10-Q 77,481,000."""
    span = quarter(2026, 1)
    release = warehouse.document("CORZ", "2026-05-06", form="8-K", kind="release")
    warehouse.segment(release, "colocation", "77500000", span, rounding=Decimal(50000))
    report = warehouse.document("CORZ", "2026-05-07")
    warehouse.segment(report, "colocation", "77481000", span, rounding=Decimal(500))
    assert warehouse.rows("select revenue_usd, is_restated, stated_times from marts.segment_revenue") == [
        (77481000, False, 2)
    ]
    assert warehouse.rows("select is_restatement from marts.disclosure_history order by statement") == [
        (False,),
        (False,),
    ]


def test_derived_figure_is_no_restatement(warehouse: WarehouseBuilder) -> None:
    span = quarter(2024, 4)
    warehouse.metric(
        warehouse.document("CORZ", "2025-02-26", kind="release", form="8-K"),
        "total_revenue",
        "94900000",
        span,
        rounding=Decimal(50000),
    )
    warehouse.metric(
        warehouse.document("CORZ", "2025-02-27", form="10-K"),
        "total_revenue",
        "95000000",
        span,
        derivation="derived",
    )
    assert warehouse.rows(
        "select revenue_usd, derivation, is_restated, stated_times from marts.total_revenue"
    ) == [(94900000, "as_reported", False, 1)]


def test_restated_sale_is_marked(warehouse: WarehouseBuilder) -> None:
    """CleanSpark's half year: 43,103 thousand, a year later 42,803 for the nine months that contain it."""
    span = (date(2023, 10, 1), date(2024, 3, 31))
    warehouse.sale(warehouse.document("CLSK", "2024-05-09"), None, "43103000", span)
    warehouse.sale(warehouse.document("CLSK", "2025-05-09"), None, "42803000", span)
    assert warehouse.rows("select proceeds_usd, is_restated, stated_times from marts.bitcoin_sales") == [
        (42803000, True, 2)
    ]
    assert warehouse.rows("select metric, change from marts.disclosure_history where is_restatement") == [
        ("bitcoin_sale_proceeds", -300000)
    ]


def test_three_months_sum_to_quarter(warehouse: WarehouseBuilder) -> None:
    """Core Scientific's 2024Q1: 1,027 + 893 + 906 earned; two months make none."""
    for month, value, last in ((1, "1027", 31), (2, "893", 29), (3, "906", 31)):
        update = warehouse.document("CORZ", f"2024-0{month + 1}-05", form="8-K", kind="update")
        warehouse.metric(update, "bitcoin_produced", value, (date(2024, month, 1), date(2024, month, last)))
        found = warehouse.rows(
            "select period_end, bitcoin_produced, derivations->>'bitcoin_produced' from marts.quarterly"
        )
        assert found == ([(date(2024, 3, 31), 2826, "sum_of_months")] if month == 3 else [])
    (sources,) = warehouse.rows("select sources->'bitcoin_produced'->'months' from marts.quarterly")[0]
    assert [part["value"] for part in sources] == [1027, 893, 906]
    assert all(part["accession"] for part in sources)
    release = warehouse.document("CORZ", "2024-05-08", form="8-K", kind="release")
    warehouse.metric(release, "bitcoin_produced", "2825", quarter(2024, 1))
    assert warehouse.rows(
        "select bitcoin_produced, derivations->>'bitcoin_produced' from marts.quarterly"
    ) == [(2825, "as_reported")]


def test_families_require_complete_breakdown(warehouse: WarehouseBuilder) -> None:
    report = warehouse.document("RIOT", "2025-07-31")
    warehouse.segment(report, "self_mining", "140889000", quarter(2025, 2))
    warehouse.metric(report, "total_revenue", "152988000", quarter(2025, 2))
    assert warehouse.rows(
        "select revenue_usd, mining_usd, ai_hpc_usd, mining_share from marts.quarterly"
    ) == [(152988000, None, None, None)]
    warehouse.segment(report, "engineering", "10576000", quarter(2025, 2))
    warehouse.segment(report, "other", "1523000", quarter(2025, 2))
    assert warehouse.rows("select mining_usd, ai_hpc_usd, other_usd, mining_share from marts.quarterly") == [
        (140889000, 0, 12099000, Decimal("0.9209"))
    ]


def test_quarterly_uses_last_day_of_holdings(warehouse: WarehouseBuilder) -> None:
    update = warehouse.document("RIOT", "2025-07-03", form="8-K", kind="update")
    warehouse.metric(update, "total_revenue", "152988000", quarter(2025, 2))
    warehouse.metric(update, "bitcoin_held", "19273", (None, date(2025, 6, 30)))
    warehouse.metric(update, "bitcoin_held", "19225", (None, date(2025, 5, 31)))
    warehouse.metric(update, "hashrate_deployed", "35.4", (None, date(2025, 6, 30)))
    assert warehouse.rows("select bitcoin_held, hashrate_eh, hashrate_metric from marts.quarterly") == [
        (19273, Decimal("35.4"), "hashrate_deployed")
    ]
    warehouse.metric(update, "hashrate_operating", "31.8", (None, date(2025, 6, 30)))
    assert warehouse.rows("select hashrate_eh, hashrate_metric from marts.quarterly") == [
        (Decimal("31.8"), "hashrate_operating")
    ]


def test_history_has_a_row_for_each_quarter(warehouse: WarehouseBuilder) -> None:
    """CleanSpark's 13,011 bitcoin without revenue beside MARA's 52,850 and Riot's 19,287: 85,148 held.

    Rows go on after a company's last figure, as far as filings were read, and end when it is acquired.
    """
    _revenue(warehouse, "SDIG", "11200000", quarter(2024, 3))
    for ticker, held in (("CLSK", "13011"), ("MARA", "52850"), ("RIOT", "19287")):
        document = warehouse.document(ticker, "2025-10-05", form="8-K", kind="update")
        warehouse.metric(document, "bitcoin_held", held, (None, date(2025, 9, 30)))
        if ticker != "CLSK":
            warehouse.metric(document, "total_revenue", "1000000", quarter(2025, 3))
    _revenue(warehouse, "CORZ", "81100000")
    warehouse.document("CORZ", "2026-01-01")
    rows = warehouse.rows(
        "select ticker, min(period_end), max(period_end), count(*) from marts.quarterly group by 1 order by 1"
    )
    third, fourth = date(2025, 9, 30), date(2025, 12, 31)
    assert rows == [
        *((ticker, third, fourth, 2) for ticker in ("CLSK", "CORZ", "MARA", "RIOT")),
        ("SDIG", date(2024, 9, 30), date(2024, 12, 31), 2),
    ]
    held = warehouse.rows(
        "select bitcoin_held, bitcoin_held_companies, bitcoin_held_missing, revenue_missing "
        "from marts.industry_quarter where calendar_quarter = '2025Q3'"
    )
    assert held == [(85148, 3, ["CORZ"], ["CLSK"])]


def test_growth_and_twelve_months_need_all_quarters(warehouse: WarehouseBuilder) -> None:
    """Core Scientific's 2024Q1 to 2025Q2 in millions, first without 2024Q3: its neighbors are not adjacent."""
    stated = {(2024, 1): "179.3", (2024, 2): "141.1", (2024, 4): "94.9", (2025, 1): "79.5", (2025, 2): "78.6"}
    for (year, number), value in stated.items():
        _revenue(warehouse, "CORZ", value, quarter(year, number))
    query = (
        "select calendar_quarter, revenue_ttm_usd, revenue_growth_quarter, revenue_growth_year "
        "from marts.quarterly where calendar_quarter in ('2024Q4', '2025Q1', '2025Q2') order by 1"
    )
    year_before = Decimal(79500) / 179300 - 1, Decimal(78600) / 141100 - 1
    first, second = (round(growth, 4) for growth in year_before)
    quarter_before = [round(Decimal(a) / Decimal(b) - 1, 4) for a, b in ((795, 949), (786, 795))]
    assert warehouse.rows(query) == [
        ("2024Q4", None, None, None),
        ("2025Q1", None, quarter_before[0], first),
        ("2025Q2", None, quarter_before[1], second),
    ]
    _revenue(warehouse, "CORZ", "95.4", quarter(2024, 3))
    assert warehouse.rows(query) == [
        ("2024Q4", Decimal("510.7"), Decimal("-0.0052"), None),
        ("2025Q1", Decimal("410.9"), quarter_before[0], first),
        ("2025Q2", Decimal("348.4"), quarter_before[1], second),
    ]


def test_average_hash_rate_if_no_other(warehouse: WarehouseBuilder) -> None:
    """CleanSpark states only the average of September 2025, 45.6; a hash rate of a day goes before it."""
    update = warehouse.document("CLSK", "2025-10-05", form="8-K", kind="update")
    warehouse.metric(update, "hashrate_average_operating", "45.6", (date(2025, 9, 1), date(2025, 9, 30)))
    query = "select hashrate_eh, hashrate_metric, hashrate_on from marts.quarterly"
    assert warehouse.rows(query) == [(Decimal("45.6"), "hashrate_average_operating", date(2025, 9, 30))]
    warehouse.metric(update, "hashrate_deployed", "50", (None, date(2025, 7, 31)))
    assert warehouse.rows(query) == [(50, "hashrate_deployed", date(2025, 7, 31))]


def _revenue(
    warehouse: WarehouseBuilder, ticker: str, value: str, span: tuple[date | None, date] = quarter(2025, 3)
) -> None:
    warehouse.metric(warehouse.document(ticker, "2025-11-10"), "total_revenue", value, span)


def test_consolidated_subsidiary_counts_once(warehouse: WarehouseBuilder) -> None:
    """American Bitcoin in Hut 8; as long as only American Bitcoin has told it, it is not lost either."""
    _revenue(warehouse, "ABTC", "64220000")
    assert warehouse.rows(
        "select revenue_usd, revenue_companies, consolidated from marts.industry_quarter"
    ) == [(64220000, 1, [])]
    _revenue(warehouse, "HUT", "83513000")
    assert warehouse.rows(
        "select revenue_usd, revenue_companies, consolidated from marts.industry_quarter"
    ) == [(83513000, 1, ["ABTC"])]


def test_industry_sum_lists_missing_companies(warehouse: WarehouseBuilder) -> None:
    _revenue(warehouse, "RIOT", "180230000")
    _revenue(warehouse, "CORZ", "79500000", quarter(2025, 1))
    rows = warehouse.rows(
        "select calendar_quarter, revenue_usd, revenue_companies, companies_expected, revenue_missing from marts.industry_quarter order by 1"
    )
    assert rows == [
        ("2025Q1", 79500000, 1, 1, []),
        ("2025Q2", None, 0, 1, ["CORZ"]),
        ("2025Q3", 180230000, 1, 2, ["CORZ"]),
    ]


def test_acquired_company_is_not_missing(warehouse: WarehouseBuilder) -> None:
    """Stronghold, bought by Bitfarms in March 2025."""
    _revenue(warehouse, "SDIG", "11200000", quarter(2024, 3))
    _revenue(warehouse, "RIOT", "180230000")
    assert warehouse.rows(
        "select revenue_missing from marts.industry_quarter where calendar_quarter = '2025Q3'"
    ) == [([],)]


def test_industry_ignores_other_fiscal_quarters(warehouse: WarehouseBuilder) -> None:
    _revenue(warehouse, "RIOT", "180230000")
    _revenue(warehouse, "BTBT", "30000000", (date(2025, 6, 1), date(2025, 8, 31)))
    assert warehouse.rows(
        "select calendar_quarter, revenue_usd, off_calendar, revenue_missing from marts.industry_quarter"
    ) == [("2025Q3", 180230000, ["BTBT"], [])]


def test_stored_mart_is_current_before_and_after_refresh(warehouse: WarehouseBuilder) -> None:
    make_ready(warehouse.engine)
    assert not is_behind(warehouse.engine)
    assert make_ready(warehouse.engine) is False, "nothing changed since"
    report = warehouse.document("RIOT", "2025-07-31")
    warehouse.metric(report, "total_revenue", "152988000", quarter(2025, 2))
    assert is_behind(warehouse.engine)
    every = {
        stored.name: warehouse.rows(f"select count(*) from marts.{stored.name}")[0][0] for stored in STORED
    }
    assert {name for name, count in every.items() if count} == {
        "operating_metrics",
        "total_revenue",
        "quarterly",
        "quarterly_ratios",
        "industry_quarter",
        "disclosure_history",
        "sources",
    }
    assert make_ready(warehouse.engine) is True
    assert not is_behind(warehouse.engine)
    assert {
        stored.name: warehouse.rows(f"select count(*) from marts.{stored.name}")[0][0] for stored in STORED
    } == every
    plan = "\n".join(
        row[0]
        for row in warehouse.rows(
            "explain analyze select * from marts.operating_metrics where ticker = 'RIOT'"
        )
    )
    assert "never executed" in plan, "the function behind the mart is not asked"


def _as_stored(warehouse: WarehouseBuilder) -> None:
    """Check that the stored rows are those of the functions behind the marts."""
    for mart in STORED:
        stored = warehouse.rows(f"select {mart.selected} from mart_store.{mart.name}")
        computed = warehouse.rows(f"select {mart.selected} from marts.{mart.name}_as_of('infinity')")
        assert sorted(map(repr, stored)) == sorted(map(repr, computed)), mart.name


def test_refresh_rewrites_only_the_companies_that_changed(warehouse: WarehouseBuilder) -> None:
    places = "select ctid::text from mart_store.operating_metrics where ticker = 'WULF'"
    for ticker in ("RIOT", "WULF"):
        report = warehouse.document(ticker, "2025-07-31")
        warehouse.metric(report, "total_revenue", "152988000", quarter(2025, 2))
    make_ready(warehouse.engine)
    before = warehouse.rows(places)
    correction = warehouse.document("RIOT", "2025-07-31", form="10-Q/A")
    warehouse.metric(correction, "total_revenue", "152000000", quarter(2025, 2))
    assert {row[0] for row in warehouse.rows("select company_id from ops.mart_change")} == {"RIOT"}
    make_ready(warehouse.engine)
    assert before == warehouse.rows(places)
    assert warehouse.rows("select value from mart_store.operating_metrics where ticker = 'RIOT'") == [
        (152000000,)
    ]
    _as_stored(warehouse)


def test_stored_rows_are_those_of_the_functions_after_each_change(warehouse: WarehouseBuilder) -> None:
    """New figures, one company's filing in a new month, a deleted figure, a renamed metric, an article."""
    report = warehouse.document("RIOT", "2025-07-31")
    figure = warehouse.metric(report, "total_revenue", "152988000", quarter(2025, 2))
    warehouse.segment(report, "self_mining", "140900000", quarter(2025, 2))
    other = warehouse.document("WULF", "2025-08-08")
    warehouse.metric(other, "bitcoin_held", "100", (None, date(2025, 6, 30)))
    make_ready(warehouse.engine)
    _as_stored(warehouse)
    # RIOT gets a row for the quarter that ended before WULF's next filing.
    warehouse.document("WULF", "2025-11-07")
    make_ready(warehouse.engine)
    assert ("RIOT", date(2025, 9, 30)) in warehouse.rows(
        "select ticker, period_end from mart_store.quarterly"
    )
    _as_stored(warehouse)
    for change in (
        f"delete from warehouse.fact_operating_metric where fact_key = {figure}",
        "update warehouse.dim_metric set unit = 'bitcoins' where metric = 'bitcoin_held'",
        "update warehouse.dim_document set title = 'Results' where company_id = 'RIOT'",
        "update warehouse.dim_document set source = 'news', company_id = null where company_id = 'WULF'",
        "update warehouse.dim_company set name = 'Riot' where company_id = 'RIOT' and is_current",
    ):
        with warehouse.engine.begin() as connection:
            connection.execute(sa.text(change))
        assert make_ready(warehouse.engine) is True, change
        _as_stored(warehouse)


def test_refresh_keeps_concurrent_changes(warehouse: WarehouseBuilder) -> None:
    report = warehouse.document("RIOT", "2025-07-31")
    with warehouse.engine.connect() as slow, slow.begin():
        slow.execute(sa.text("update warehouse.dim_document set title = 'x'"))
        slow.execute(sa.text("insert into ops.mart_change (changed_table, changed_at) values ('t', now())"))
        make_ready(warehouse.engine)
    assert is_behind(warehouse.engine), "its note was not seen by the refresh, and stays"
    warehouse.metric(report, "total_revenue", "1", quarter(2025, 2))
    assert warehouse.rows("select count(*) from marts.total_revenue") == [(1,)]


def test_repeated_load_leaves_mart_current(warehouse: WarehouseBuilder) -> None:
    report = warehouse.document("RIOT", "2025-07-31")
    warehouse.metric(report, "total_revenue", "152988000", quarter(2025, 2))
    make_ready(warehouse.engine)
    warehouse.metric(report, "total_revenue", "152988000", quarter(2025, 2))
    assert not is_behind(warehouse.engine)


@pytest.mark.parametrize(
    ("locator", "label", "expected"),
    [
        ("f7", "x", "https://a/b.htm#f7"),
        ("i2b1c-4_d.e", "x", "https://a/b.htm#i2b1c-4_d.e"),
        ("fact[12]", "x", "https://a/b.htm"),
        (
            'table 1, row 4 "Bitcoin Held", column 1 "April 2025"',
            "Bitcoin Held",
            "https://a/b.htm#:~:text=Bitcoin%20Held",
        ),
        (
            'table 2, row 9 "Deployed Hash Rate – Total", column 1 "x, column y"',
            "x",
            "https://a/b.htm#:~:text=Deployed%20Hash%20Rate%20%E2%80%93%20Total",
        ),
        (
            "text 282–334",
            "Sold 2,385 bitcoin for $208.3 million in the quarter",
            "https://a/b.htm#:~:text=Sold%202%2C385%20bitcoin%20for%20%24208%2E3%20million",
        ),
        (
            "text 1–2",
            "<script>alert(1)</script> and more",
            "https://a/b.htm#:~:text=%3Cscript%3Ealert%281%29%3C%2Fscript%3E%20and%20more",
        ),
    ],
)
def test_link_points_to_anchor_or_text(
    warehouse: WarehouseBuilder, locator: str, label: str, expected: str
) -> None:
    assert warehouse.rows("select marts.link('https://a/b.htm', :l, :w)", l=locator, w=label) == [(expected,)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("38800000", "50000"),
        ("463", "0.5"),
        ("533.5", "0.05"),
        ("0", "0.5"),
        ("127625000", "500"),
        ("109568", "0.5"),
        ("1.50", "0.05"),
    ],
)
def test_rounding_is_half_of_last_unit(warehouse: WarehouseBuilder, value: str, expected: str) -> None:
    assert warehouse.rows("select marts.half_unit(cast(:v as numeric))", v=value) == [(Decimal(expected),)]


def test_sellers_are_ranked_by_counts_then_by_proceeds(warehouse: WarehouseBuilder) -> None:
    """The market price is of the days of the sales: a quarter with a missing day has none."""
    first = quarter(2024, 1)
    both = warehouse.document("RIOT", "2024-05-01")
    warehouse.sale(both, "100", "6000000", first)
    warehouse.sale(both, "0", "0", quarter(2024, 2))
    paid = warehouse.document("CLSK", "2024-05-02")
    warehouse.sale(paid, None, "43035000", first)
    days = [first[0] + timedelta(days=n) for n in range((first[1] - first[0]).days + 1)]
    prices = {day: Decimal(50000 if day.month < 3 else 70000) for day in days}
    with warehouse.engine.begin() as connection:
        load_prices(connection, "test", prices)
    query = (HOME / "sql/queries/who_sold_most.sql").read_text()
    market = round(Decimal(60 * 50000 + 31 * 70000) / 91)

    def ranked() -> list[tuple[object, ...]]:
        return warehouse.rows(query, year=2024, ticker=None)

    assert ranked() == [
        ("RIOT", "2024", 100, "6 of 12 months", 6000000, "6 of 12 months", 60000, market),
        ("CLSK", "2024", None, None, 43035000, "3 of 12 months", None, None),
    ]
    with warehouse.engine.begin() as connection:
        connection.execute(
            sa.text("delete from warehouse.fact_bitcoin_price where day = :day"), {"day": days[40]}
        )
    assert ranked()[0][-1] is None


def test_each_quarter_is_known_or_has_a_reason(warehouse: WarehouseBuilder) -> None:
    """One quarter in each state, with what is known of its report; the share counts those that are settled."""
    calendar = [
        # Quarter, status of the report, reason of the calendar, what becomes of the quarter.
        (quarter(2024, 1), "filled", None),
        (quarter(2024, 2), "filled", None),
        (quarter(2024, 3), "filled", None),
        (quarter(2024, 4), "explained", "Form 15 of 2025-01-02"),
        (quarter(2025, 1), "missing", "not listed, but a later one is"),
        (quarter(2025, 2), "filled", None),
        (quarter(2025, 3), "late", "due 9 days ago"),
        (quarter(2025, 4), "upcoming", None),
    ]
    reports = {}
    for period, status, _ in calendar[:6]:
        if status == "filled" and period != quarter(2025, 2):
            reports[period] = warehouse.document("RIOT", f"{period[1]:%Y-%m}-28")
    warehouse.metric(reports[quarter(2024, 1)], "total_revenue", "79300000", quarter(2024, 1))
    warehouse.metric(
        reports[quarter(2024, 2)], "total_revenue", "70000000", quarter(2024, 2), derivation="derived"
    )
    with warehouse.engine.begin() as connection:
        accessions = dict(
            connection.execute(sa.text("select document_key, accession from warehouse.dim_document")).all()
        )
        for period, status, reason in calendar:
            known = accessions.get(reports[period][1]) if period in reports else None
            connection.execute(
                bookkeeping.expected_filing.insert().values(
                    company_id="RIOT",
                    document_kind="quarterly_report",
                    period_start=period[0],
                    period_end=period[1],
                    form="10-Q",
                    due=period[1] + timedelta(days=40),
                    due_rule="10-Q: 40 days",
                    filed_on=period[1] + timedelta(days=30) if status == "filled" else None,
                    accession=known or ("0000000001-25-999999" if status == "filled" else None),
                    status=status,
                    reason=reason,
                )
            )
        rows = connection.execute(
            sa.text(
                "select calendar_quarter, status, reason, company_share from marts.quarter_coverage "
                "where ticker = 'RIOT' order by period_end"
            )
        ).all()
        connection.execute(
            bookkeeping.rejected_row.insert().values(
                row_key=1,
                check_name="unknown_segment",
                reason="x",
                row_content={},
                document_key=reports[quarter(2024, 3)][1],
                company_id="RIOT",
                status="open",
                rejected_at=datetime.now(UTC),
            )
        )
        quarantined = connection.execute(
            sa.text("select reason from marts.quarter_coverage where calendar_quarter = '2024Q3'")
        ).scalar()
        connection.execute(sa.text("update warehouse.dim_document set status = 'listed'"))
        unread = connection.execute(
            sa.text("select reason from marts.quarter_coverage where calendar_quarter = '2024Q3'")
        ).scalar()
        connection.execute(sa.text("update warehouse.dim_document set source = 'sample'"))
        of_samples = connection.execute(
            sa.text(
                "select status, reason from marts.quarter_coverage where calendar_quarter in ('2024Q4', '2025Q1') "
                "order by period_end"
            )
        ).all()
    assert [tuple(row) for row in of_samples] == [
        ("explained", "Form 15 of 2025-01-02"),
        ("explained", "the samples have no report about it"),
    ]
    assert unread == "filed, but not read: without a reason"
    assert [tuple(r)[:3] for r in rows] == [
        ("2024Q1", "filled", None),
        ("2024Q2", "derived", None),
        ("2024Q3", "missing", "filed and read; it states no total revenue"),
        ("2024Q4", "explained", "Form 15 of 2025-01-02"),
        ("2025Q1", "missing", "not listed, but a later one is"),
        ("2025Q2", "missing", "filed, but the month of its filing has not been read"),
        ("2025Q3", "late", "due 9 days ago"),
    ]
    assert {r.company_share for r in rows} == {Decimal("0.4286")}, "three of seven"
    assert quarantined == "filed and read; 1 rows of it are in quarantine"


def test_industry_grows_by_the_same_companies(warehouse: WarehouseBuilder) -> None:
    """Core Scientific is read only for the second quarter: its revenue is no growth."""
    for ticker, year, number, value in (
        ("RIOT", 2024, 1, "79300000"),
        ("RIOT", 2025, 1, "161400000"),
        ("RIOT", 2025, 2, "153000000"),
        ("WULF", 2025, 1, "34400000"),
        ("WULF", 2025, 2, "47600000"),
        ("CORZ", 2025, 2, "78600000"),
    ):
        period = quarter(year, number)
        document = warehouse.document(ticker, str(period[1] + timedelta(days=35)))
        warehouse.metric(document, "total_revenue", value, period)
    with warehouse.engine.begin() as connection:
        rows = connection.execute(
            sa.text(
                "select calendar_quarter, basis, value, value_before, growth, tickers "
                "from marts.industry_growth where measure = 'revenue_usd' order by 1, 2"
            )
        ).all()
    assert [tuple(r) for r in rows] == [
        ("2025Q1", "year", 161_400_000, 79_300_000, Decimal("1.0353"), ["RIOT"]),
        ("2025Q2", "quarter", 200_600_000, 195_800_000, Decimal("0.0245"), ["RIOT", "WULF"]),
    ]
