"""Loading: exact, idempotent, whole, and the same with two writers at once."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from pipelines.datasets import SEGMENT_REVENUE
from pipelines.normalize.figures import Candidate, Figure, Finding, Rejected
from pipelines.steps.services import Services
from pipelines.warehouse import schema, staging
from pipelines.warehouse.columns import key_of
from pipelines.warehouse.dimensions import load_dimensions
from pipelines.warehouse.upsert import Changed, to_json, upsert
from pipelines.watchlist import load_lexicon, load_watchlist

COMPANY = load_watchlist().by_ticker("CORZ")
ACCESSION = "0001628280-24-{:06d}"


@pytest.fixture
def engine(database: sa.URL) -> Iterator[sa.Engine]:
    engine = sa.create_engine(database)
    with engine.begin() as connection:
        load_dimensions(connection, load_watchlist(), load_lexicon())
    yield engine
    engine.dispose()


def add_document(
    connection: sa.Connection, number: int, accepted: datetime, company: str = "CORZ", form: str = "10-Q"
) -> int:
    key = key_of("test", company, number)
    upsert(
        connection,
        schema.dim_document,
        [
            {
                "document_key": key,
                "source": "sample",
                "company_id": company,
                "cik": "0001839341",
                "form": form,
                "document_type": form,
                "document_kind": "report",
                "is_amendment": form.endswith("/A"),
                "accession": ACCESSION.format(number),
                "name": "a.htm",
                "url": f"https://www.sec.gov/{company}/{number}",
                "filed_on": accepted.date(),
                "accepted_at": accepted,
                "status": "read",
            }
        ],
    )
    return key


def stage(
    connection: sa.Connection,
    key: int,
    number: int,
    accepted: datetime,
    figures: list[Figure],
    company: Any = COMPANY,
    rejected: list[Rejected] | None = None,
) -> None:
    staging.stage(
        connection,
        "segment_revenue",
        staging.FIGURES,
        key,
        "v1",
        figures,
        company_id=company.ticker,
        url="https://www.sec.gov/x",
        rejected=rejected or [],
    )
    states = dict.fromkeys(range(len(figures)), "passed") or {-1: "passed"}
    staging.set_states(connection, "segment_revenue", staging.FIGURES, key, states)


def load_documents(connection: sa.Connection, dataset: str, company: Any, keys: list[int]) -> Changed:
    assert dataset == SEGMENT_REVENUE.name
    return SEGMENT_REVENUE.load(connection, company, keys)


def revenue(
    segment: str, value: str, start: date = date(2024, 1, 1), end: date = date(2024, 3, 31), **more: Any
) -> Figure:
    return Figure(
        "segment_revenue", segment, start, end, Decimal(value), "USD", segment, f"f-{segment}", **more
    )


def total(value: str, start: date = date(2024, 1, 1), end: date = date(2024, 3, 31)) -> Figure:
    return Figure("total_revenue", None, start, end, Decimal(value), "USD", "Total revenue", "f-total")


def mart(engine: sa.Engine, query: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]


NOW = datetime(2024, 5, 8, 20, 10, tzinfo=UTC)


def test_loaded_figures_are_exact(engine: sa.Engine) -> None:
    exact = "123456789012345678901234567890.123456789"
    with engine.begin() as connection:
        key = add_document(connection, 1, NOW)
        stage(connection, key, 1, NOW, [revenue("self_mining", exact), total(exact)])
        assert load_documents(connection, "segment_revenue", COMPANY, [key]) == Changed(2, 0, 0)
    assert mart(engine, "select revenue_usd, derivation, locator from marts.segment_revenue") == [
        (Decimal(exact), "as_reported", "f-self_mining")
    ]


def test_repeated_load_changes_nothing(engine: sa.Engine) -> None:
    for expected in (2, 0, 0):
        with engine.begin() as connection:
            key = add_document(connection, 1, NOW)
            stage(connection, key, 1, NOW, [revenue("self_mining", "5"), total("5")])
            assert load_documents(connection, "segment_revenue", COMPANY, [key]).total == expected
    assert len(set(mart(engine, "select loaded_at from warehouse.fact_segment_revenue"))) == 1


def test_load_replaces_facts_of_document(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        key = add_document(connection, 1, NOW)
        stage(
            connection, key, 1, NOW, [revenue("self_mining", "5"), revenue("hosted_mining", "2"), total("7")]
        )
        load_documents(connection, "segment_revenue", COMPANY, [key])
        stage(connection, key, 1, NOW, [revenue("self_mining", "6"), total("6")])
        assert load_documents(connection, "segment_revenue", COMPANY, [key]) == Changed(0, 2, 1)
    assert mart(engine, "select segment, revenue_usd from marts.segment_revenue") == [
        ("self_mining", Decimal(6))
    ]


def test_mart_shows_latest_of_two_disclosures(engine: sa.Engine) -> None:
    later = NOW + timedelta(days=365)
    with engine.begin() as connection:
        first, second = add_document(connection, 1, NOW), add_document(connection, 2, later)
        stage(
            connection,
            first,
            1,
            NOW,
            [revenue("self_mining", "5"), revenue("hosted_mining", "2"), total("7")],
        )
        stage(
            connection,
            second,
            2,
            later,
            [revenue("self_mining", "4"), revenue("colocation", "3"), total("7")],
        )
        load_documents(connection, "segment_revenue", COMPANY, [first, second])
    assert mart(engine, "select count(*) from warehouse.fact_segment_revenue") == [(4,)]
    rows = "select segment, revenue_usd from marts.segment_revenue{} order by 1"
    assert mart(engine, rows.format("")) == [("colocation", Decimal(3)), ("self_mining", Decimal(4))], (
        "two breakdowns are never mixed"
    )
    assert mart(engine, rows.format("_as_of('2024-12-31')")) == [
        ("hosted_mining", Decimal(2)),
        ("self_mining", Decimal(5)),
    ]
    assert mart(engine, rows.format("_as_of('2024-05-01')")) == []


def test_amendment_has_precedence(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        keys = [
            add_document(connection, 1, NOW),
            add_document(connection, 2, NOW + timedelta(days=9), form="10-Q/A"),
        ]
        for number, (key, value) in enumerate(zip(keys, ("5", "6"), strict=True), 1):
            stage(
                connection,
                key,
                number,
                NOW + timedelta(days=9 * (number - 1)),
                [revenue("self_mining", value), total(value)],
            )
        load_documents(connection, "segment_revenue", COMPANY, keys)
    assert mart(engine, "select revenue_usd, form from marts.total_revenue") == [(Decimal(6), "10-Q/A")]


def test_incomplete_breakdown_does_not_hide_complete(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        first, second = (
            add_document(connection, 1, NOW),
            add_document(connection, 2, NOW + timedelta(days=365)),
        )
        stage(connection, first, 1, NOW, [revenue("self_mining", "5"), revenue("hosted_mining", "2")])
        stage(connection, second, 2, NOW + timedelta(days=365), [revenue("self_mining", "5", complete=False)])
        load_documents(connection, "segment_revenue", COMPANY, [first, second])
    assert len(mart(engine, "select * from marts.segment_revenue")) == 2


def test_stated_quarter_removes_derived(engine: sa.Engine) -> None:
    start, filed = date(2024, 1, 1), NOW + timedelta(days=300)
    with engine.begin() as connection:
        nine, year = add_document(connection, 1, NOW), add_document(connection, 2, filed, form="10-K")
        stage(
            connection,
            nine,
            1,
            NOW,
            [revenue("self_mining", "30", start, date(2024, 9, 30)), total("30", start, date(2024, 9, 30))],
        )
        stage(
            connection,
            year,
            2,
            filed,
            [revenue("self_mining", "45", start, date(2024, 12, 31)), total("45", start, date(2024, 12, 31))],
        )
        load_documents(connection, "segment_revenue", COMPANY, [nine, year])
    q4 = "select revenue_usd, derivation, jsonb_array_length(inputs), fiscal_quarter from marts.segment_revenue where period_kind = 'quarter'"
    assert mart(engine, q4) == [(Decimal(15), "derived", 2, 4)]
    with engine.begin() as connection:
        stated = add_document(connection, 3, filed)
        stage(
            connection,
            stated,
            3,
            filed,
            [
                revenue("self_mining", "16", date(2024, 10, 1), date(2024, 12, 31)),
                total("16", date(2024, 10, 1), date(2024, 12, 31)),
            ],
        )
        load_documents(connection, "segment_revenue", COMPANY, [stated])
    assert mart(engine, q4) == [(Decimal(16), "as_reported", 0, 4)]


def test_derived_quarter_cites_both_documents(engine: sa.Engine) -> None:
    """Bit Digital's 2024Q4 had the accession of the 10-K and the anchor of the 10-Q: the link was dead."""
    start, filed = date(2024, 1, 1), NOW + timedelta(days=120)
    with engine.begin() as connection:
        nine, year = add_document(connection, 1, NOW), add_document(connection, 2, filed, form="10-K")
        stage(connection, nine, 1, NOW, [total("30", start, date(2024, 9, 30))])
        stage(connection, year, 2, filed, [total("45", start, date(2024, 12, 31))])
        load_documents(connection, "segment_revenue", COMPANY, [nine, year])
    for name in ("total_revenue", "operating_metrics", "disclosure_history"):
        [(locator, link, inputs)] = mart(
            engine, f"select locator, link, inputs from marts.{name} where derivation = 'derived'"
        )
        assert (locator, link) == (None, None)
        assert [(i["form"], i["accession"], i["link"]) for i in inputs] == [
            ("10-K", ACCESSION.format(2), "https://www.sec.gov/CORZ/2#f-total"),
            ("10-Q", ACCESSION.format(1), "https://www.sec.gov/CORZ/1#f-total"),
        ]
    [(source,)] = mart(
        engine, "select sources -> 'revenue_usd' from marts.quarterly where period_end = '2024-12-31'"
    )
    assert (source["locator"], source["link"], source["inputs"]) == (None, None, inputs)


def test_quarters_that_exceed_the_half_are_findings(engine: sa.Engine) -> None:
    """Bit Digital 2025: Q1 of the 10-Q of May and Q2 exceed the half year of August by 6,254 in colocation."""
    bit_digital = load_watchlist().by_ticker("BTBT")
    q1, q2 = (date(2025, 1, 1), date(2025, 3, 31)), (date(2025, 4, 1), date(2025, 6, 30))
    filed = (datetime(2025, 5, 14, tzinfo=UTC), datetime(2025, 8, 14, tzinfo=UTC))
    figures = (
        [revenue("colocation", "1644663", *q1), total("25105120", *q1)],
        [
            revenue("colocation", "1729004", *q2),
            total("25659419", *q2),
            revenue("colocation", "3367413", q1[0], q2[1]),
            total("50758285", q1[0], q2[1]),
        ],
    )
    with engine.begin() as connection:
        keys = [add_document(connection, n, filed[n], "BTBT") for n in (0, 1)]
        for number, key in enumerate(keys):
            stage(connection, key, number, filed[number], figures[number], bit_digital)
        load_documents(connection, "segment_revenue", bit_digital, keys)
    found = mart(
        engine, 'select ticker, "check", difference, detail from marts.open_findings order by detail'
    )
    assert [row[:3] for row in found] == [("BTBT", "periods_do_not_add_up", Decimal(6254))] * 2
    assert [row[3].split(":")[0] for row in found] == ["segment_revenue (colocation)", "total_revenue"]


def test_killed_load_rolls_back(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        key = add_document(connection, 1, NOW)
        stage(connection, key, 1, NOW, [revenue("self_mining", "5")])
        load_documents(connection, "segment_revenue", COMPANY, [key])
    with engine.connect() as connection:
        stage(connection, key, 1, NOW, [revenue("hosted_mining", "9")])
        load_documents(connection, "segment_revenue", COMPANY, [key])
        connection.invalidate()
    assert mart(engine, "select segment from marts.segment_revenue") == [("self_mining",)]


@pytest.mark.parametrize("tickers", [("CORZ", "CORZ"), ("CORZ", "RIOT")])
def test_concurrent_loads_equal_serial_loads(engine: sa.Engine, tickers: tuple[str, str]) -> None:
    errors: list[Exception] = []

    def write(ticker: str, offset: int) -> None:
        company = load_watchlist().by_ticker(ticker)
        try:
            for number in range(12):
                with engine.begin() as connection:
                    key = add_document(connection, number, NOW, ticker)
                    stage(
                        connection,
                        key,
                        number,
                        NOW,
                        [revenue("self_mining", str(number + 1)), total(str(number + 1))],
                        company,
                    )
                    load_documents(connection, "segment_revenue", company, [key])
        except Exception as error:  # noqa: BLE001 -- told by the assertion below
            errors.append(error)

    threads = [threading.Thread(target=write, args=(ticker, i)) for i, ticker in enumerate(tickers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    found = mart(
        engine,
        "select c.company_id, count(*), sum(f.revenue_usd) from warehouse.fact_segment_revenue f join warehouse.dim_company c using (company_key) group by 1 order by 1",
    )
    assert found == [(ticker, 12, Decimal(78)) for ticker in sorted(set(tickers))]


def test_released_row_loads_with_name(engine: sa.Engine) -> None:
    from pipelines.errors import UsageError
    from pipelines.warehouse.quarantine_rows import list_rows, release_row

    row = revenue("self_mining", "500")
    with engine.begin() as connection:
        key = add_document(connection, 1, NOW)
        stage(
            connection,
            key,
            1,
            NOW,
            [],
            rejected=[
                Rejected("jump", "too much", row),
                Rejected("unknown_segment", "what?", Candidate(value=Decimal(1))),
            ],
        )
        assert load_documents(connection, "segment_revenue", COMPANY, [key]).total == 0
        rows = {r["check_name"]: r["row_key"] for r in list_rows(connection)}
        with pytest.raises(UsageError, match="lexicon"):
            release_row(connection, rows["unknown_segment"], "Ada")
        with pytest.raises(UsageError, match="--by"):
            release_row(connection, rows["jump"], " ")
        assert release_row(connection, rows["jump"], "Ada")["status"] == "released"
        assert load_documents(connection, "segment_revenue", COMPANY, [key]).inserted == 1
        assert load_documents(connection, "segment_revenue", COMPANY, [key]).total == 0
        stage(connection, key, 1, NOW, [], rejected=[Rejected("jump", "too much", row)])
        assert load_documents(connection, "segment_revenue", COMPANY, [key]).total == 0, (
            "a new run keeps the release"
        )
    assert mart(engine, "select revenue_usd, released_by from warehouse.fact_segment_revenue") == [
        (Decimal(500), "Ada")
    ]
    assert mart(
        engine, "select status, released_by from quarantine.rejected_row where check_name = 'jump'"
    ) == [("loaded", "Ada")]


def test_renamed_company_keeps_facts(engine: sa.Engine) -> None:
    from pipelines.watchlist.companies import DatedName

    with engine.begin() as connection:
        key = add_document(connection, 1, NOW)
        stage(connection, key, 1, NOW, [revenue("self_mining", "5")])
        load_documents(connection, "segment_revenue", COMPANY, [key])
        renamed = COMPANY.model_copy(
            update={
                "name": "Core AI",
                "former_names": [DatedName(name="Core Scientific, Inc.", until=date(2024, 6, 30))],
            }
        )
        watchlist = load_watchlist().model_copy(
            update={"companies": [renamed if c.ticker == "CORZ" else c for c in load_watchlist().companies]}
        )
        load_dimensions(connection, watchlist, load_lexicon())
    assert mart(engine, "select ticker, company, revenue_usd from marts.segment_revenue") == [
        ("CORZ", "Core AI", Decimal(5))
    ]
    then = "select name from warehouse.fact_segment_revenue join warehouse.dim_company using (company_key)"
    assert mart(engine, then) == [("Core Scientific, Inc.",)]


def test_load_replaces_findings_of_document(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        key = add_document(connection, 1, NOW)
        for expected, findings in (
            (1, [Finding("x", None, date(2024, 3, 31), Decimal(1), Decimal(3), "d")]),
            (0, []),
        ):
            staging.record_findings(
                connection, "segment_revenue", "CORZ", key, findings, ["https://www.sec.gov/x"]
            )
            rows = connection.execute(sa.text("select difference, documents from marts.open_findings")).all()
            assert len(rows) == expected
            assert [tuple(r) for r in rows] == [(Decimal(2), ["https://www.sec.gov/x"])][:expected]


def test_nul_in_submissions_does_not_stop_loading(make_services: Callable[..., Services]) -> None:
    """PostgreSQL rejects NUL, also as a parameter and in JSON."""
    services = make_services()
    with services.engine.begin() as connection:
        assert connection.scalar(sa.select(sa.literal("2.02\0"))) == "2.02"
        assert connection.scalar(sa.select(sa.cast("2.02\0", sa.Text))) == "2.02"
        raw = connection.connection.driver_connection
        assert raw is not None
        with raw.cursor() as cursor:
            cursor.execute("create temporary table items (item text, detail jsonb) on commit drop")
            with cursor.copy("copy items from stdin") as copy:
                copy.write_row(["8.01\0", to_json({"item": "x\0", "escape": "\\u0000"})])
            assert cursor.execute("select * from items").fetchall() == [
                ("8.01", {"item": "x", "escape": "\\u0000"})
            ]
