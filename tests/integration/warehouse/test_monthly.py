"""Monthly figures, the ratios computed from them, and their ranks."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from pipelines.extract.network_formats import NetworkDay
from pipelines.warehouse.prices import load_network, load_prices
from pipelines.warehouse.ready import make_ready
from tests.warehouse_builder import Period, WarehouseBuilder, quarter


@pytest.fixture
def warehouse(database: sa.URL) -> Iterator[WarehouseBuilder]:
    engine = sa.create_engine(database, connect_args={"options": "-c timezone=UTC"})
    yield WarehouseBuilder(engine)
    engine.dispose()


def month(year: int, number: int) -> Period:
    after = date(year + number // 12, number % 12 + 1, 1)
    return date(year, number, 1), after - timedelta(days=1)


def add_network(warehouse: WarehouseBuilder, first: date, days: int) -> None:
    """900 EH/s earn 450 bitcoin a day: half a bitcoin for each exahash."""
    network = NetworkDay(Decimal(900), Decimal(440), Decimal(10))
    with warehouse.engine.begin() as connection:
        load_network(connection, "test", {first + timedelta(days=n): network for n in range(days)})


def test_month_without_figures_is_a_row(warehouse: WarehouseBuilder) -> None:
    """From the first to the last monthly figure, and three months more as far as filings were read."""
    for number, produced in ((1, "500"), (3, "600")):
        update = warehouse.document("RIOT", f"2024-0{number + 1}-05", form="8-K", kind="update")
        warehouse.metric(update, "bitcoin_produced", produced, month(2024, number))
    warehouse.document("CORZ", "2024-12-20", form="8-K", kind="other")
    rows = warehouse.rows("select month, bitcoin_produced, production_growth from marts.monthly order by 1")
    assert rows == [
        ("2024-01", 500, None),
        ("2024-02", None, None),
        ("2024-03", 600, None),
        ("2024-04", None, None),
        ("2024-05", None, None),
        ("2024-06", None, None),
    ]
    known = "select month from marts.monthly_as_of('2024-02-20') order by 1"
    assert warehouse.rows(known) == [("2024-01",)]


def test_months_go_on_while_only_holdings_are_stated(warehouse: WarehouseBuilder) -> None:
    """LM Funding's releases of 2025 state holdings alone; a quarterly report prolongs nothing."""
    update = warehouse.document("LMFA", "2025-02-05", form="8-K", kind="update")
    warehouse.metric(update, "bitcoin_produced", "7", month(2025, 1))
    later = warehouse.document("LMFA", "2025-08-05", form="8-K", kind="update")
    warehouse.metric(later, "bitcoin_held", "155", (None, date(2025, 7, 31)))
    report = warehouse.document("LMFA", "2026-05-10", form="10-Q", kind="report")
    warehouse.metric(report, "bitcoin_held", "300", (None, date(2026, 3, 31)))
    months = [row[0] for row in warehouse.rows("select month from marts.monthly order by 1")]
    assert (months[0], months[-1], len(months)) == ("2025-01", "2025-10", 10)


def test_daily_index_shows_how_far_edgar_was_read(warehouse: WarehouseBuilder) -> None:
    """Without a filing of any company the quarters and months end on the last day that was read."""
    update = warehouse.document("RIOT", "2024-02-05", form="8-K", kind="update")
    warehouse.metric(update, "bitcoin_produced", "500", month(2024, 1))
    warehouse.metric(update, "total_revenue", "70000000", quarter(2023, 4))

    def last() -> list[tuple[str, str]]:
        return warehouse.rows(
            "select (select max(month) from marts.monthly_as_of('infinity')), "
            "(select max(calendar_quarter) from marts.quarterly_as_of('infinity'))"
        )

    assert last() == [("2024-01", "2023Q4")]
    with warehouse.engine.begin() as connection:
        connection.execute(
            sa.text("insert into ops.daily_index values ('2024-07-05', 'read', 0, 0, '2024-07-06T02:00:00Z')")
        )
    assert last() == [("2024-04", "2024Q2")]


def test_company_that_ended_has_no_months_after(warehouse: WarehouseBuilder) -> None:
    """Stronghold, bought by Bitfarms in March 2025."""
    update = warehouse.document("SDIG", "2025-02-05", form="8-K", kind="update")
    warehouse.metric(update, "bitcoin_produced", "70", month(2025, 1))
    warehouse.document("CORZ", "2025-12-20", form="8-K", kind="other")
    assert [row[0] for row in warehouse.rows("select month from marts.monthly order by 1")] == [
        "2025-01",
        "2025-02",
        "2025-03",
    ]


def test_quarterly_holdings_alone_make_no_month(warehouse: WarehouseBuilder) -> None:
    report = warehouse.document("GREE", "2025-05-14")
    warehouse.metric(report, "bitcoin_held", "70", (None, date(2025, 3, 31)))
    assert warehouse.rows("select count(*) from marts.monthly") == [(0,)]


def test_latest_statement_of_the_month_with_its_day_and_source(warehouse: WarehouseBuilder) -> None:
    update = warehouse.document("RIOT", "2025-05-05", form="8-K", kind="update")
    warehouse.metric(update, "bitcoin_produced", "463", month(2025, 4))
    warehouse.sale(update, "475", "38800000", month(2025, 4))
    warehouse.metric(update, "bitcoin_held", "19211", (None, date(2025, 4, 30)))
    warehouse.metric(update, "bitcoin_held", "19300", (None, date(2025, 4, 12)))
    warehouse.metric(update, "hashrate_deployed", "33.7", (None, date(2025, 4, 30)))
    warehouse.metric(update, "hashrate_average_operating", "29.3", month(2025, 4))
    [row] = warehouse.rows(
        "select bitcoin_held, bitcoin_held_on, hashrate_eh, hashrate_metric, sold_to_produced, "
        "average_price_usd, derivations ->> 'average_price_usd', sources -> 'bitcoin_held' ->> 'accession' "
        "from marts.monthly"
    )
    assert row == (
        19211,
        date(2025, 4, 30),
        Decimal("33.7"),
        "hashrate_deployed",
        Decimal("1.0259"),
        Decimal("81684.21"),
        "computed",
        "0000000001-25-000001",
    )


def test_realized_hash_rate_needs_each_day_of_the_network(warehouse: WarehouseBuilder) -> None:
    """15 bitcoin an exahash in a month of 30 days: 450 are the production of 30 EH/s."""
    update = warehouse.document("RIOT", "2025-05-05", form="8-K", kind="update")
    warehouse.metric(update, "bitcoin_produced", "450", month(2025, 4))
    warehouse.metric(update, "bitcoin_held", "9000", (None, date(2025, 4, 30)))
    warehouse.metric(update, "hashrate_deployed", "40", (None, date(2025, 4, 30)))
    query = (
        "select network_hashrate_eh, earned_per_eh, realized_hashrate_eh, realization_rate, network_share, "
        "months_held, bitcoin_held_usd from marts.monthly_ratios"
    )
    add_network(warehouse, date(2025, 4, 1), 29)
    with warehouse.engine.begin() as connection:
        load_prices(connection, "test", {date(2025, 4, 30): Decimal(94000)})
    assert warehouse.rows(query) == [(None, None, None, None, None, 20, 846_000_000)]
    make_ready(warehouse.engine)
    add_network(warehouse, date(2025, 4, 30), 1)
    expected = [(900, 15, 30, Decimal("0.75"), Decimal("0.033333"), 20, 846_000_000)]
    assert warehouse.rows(query) == expected, "behind: computed anew"
    make_ready(warehouse.engine)
    assert warehouse.rows(query) == expected, "stored"


def test_equal_figures_share_a_rank_and_a_subsidiary_has_none(warehouse: WarehouseBuilder) -> None:
    """American Bitcoin is in Hut 8's figure; a company without a figure has a row and no rank."""
    for ticker, produced in (("RIOT", "500"), ("CLSK", "700"), ("HUT", "500"), ("ABTC", "90")):
        update = warehouse.document(ticker, "2025-10-05", form="8-K", kind="update")
        warehouse.metric(update, "bitcoin_produced", produced, month(2025, 9))
    late = warehouse.document("CIFR", "2025-09-05", form="8-K", kind="update")
    warehouse.metric(late, "bitcoin_produced", "240", month(2025, 8))
    query = (
        "select ticker, produced_rank, bitcoin_produced, companies, produced_companies from marts.league_table "
        "where month = '2025-09' order by produced_rank nulls last, ticker"
    )
    assert warehouse.rows(query) == [
        ("CLSK", 1, 700, 5, 4),
        ("HUT", 2, 500, 5, 4),
        ("RIOT", 2, 500, 5, 4),
        ("ABTC", None, 90, 5, 4),
        ("CIFR", None, None, 5, 4),
    ]


def test_ratios_of_a_quarter(warehouse: WarehouseBuilder) -> None:
    """At 20 J/TH an exahash draws 20 MW, 43.2 GWh in 90 days: 1.728 million dollars at 4 cents for 45 bitcoin."""
    first = quarter(2025, 1)
    report = warehouse.document("RIOT", "2025-05-01")
    warehouse.metric(report, "total_revenue", "150000000", first)
    warehouse.metric(report, "bitcoin_produced", "1500", first)
    warehouse.metric(report, "bitcoin_held", "19000", (None, first[1]))
    warehouse.metric(report, "fleet_efficiency", "20", (None, first[1]))
    warehouse.metric(report, "power_cost_all_in", "4", first)
    warehouse.metric(report, "capacity_mw", "1000", (None, first[1]), scope="energized")
    warehouse.metric(report, "capacity_mw", "600", (None, first[1]), scope="contracted")
    add_network(warehouse, date(2025, 1, 1), 90)
    [row] = warehouse.rows(
        "select months_held, realized_hashrate_eh, network_share, power_cost_metric, "
        "power_cost_per_bitcoin_usd, revenue_per_mw_usd, contracted_mw, ai_hpc_per_contracted_mw_usd, "
        "sources -> 'power_cost' ->> 'form' from marts.quarterly_ratios"
    )
    assert row == (
        38,
        Decimal("33.33"),
        Decimal("0.037037"),
        "power_cost_all_in",
        38400,
        150000,
        600,
        None,
        "10-Q",
    )
