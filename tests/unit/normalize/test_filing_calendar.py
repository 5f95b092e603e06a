"""What companies owe, and when: by the forms' days, by their own habits, and what explains that nothing comes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.normalize.filing_calendar import (
    ANNUAL,
    QUARTERLY,
    UPDATE,
    Expected,
    Filed,
    History,
    Notice,
    calendar_of,
    fiscal_ends,
    month_end,
    working_day,
)
from pipelines.watchlist import load_watchlist

WATCHED = load_watchlist()


def day(text: str) -> date:
    return date.fromisoformat(text)


def quarterly(end: str, filed: str, form: str = "10-Q") -> Filed:
    return Filed(QUARTERLY, form, day(end), day(filed), f"acc {end}")


def annual(end: str, filed: str, form: str = "10-K") -> Filed:
    return Filed(ANNUAL, form, day(end), day(filed), f"acc {end}")


def calendar(
    ticker: str, today: str, *filed: Filed, notices: tuple[Notice, ...] = ()
) -> dict[tuple[str, str], Expected]:
    rows = calendar_of(WATCHED.by_ticker(ticker), History(list(filed), list(notices), day(today)))
    return {(row.kind, str(row.period_end)): row for row in rows}


# Core Scientific as it filed: 10-Qs within 40 days since 2024, the 10-K within 60.
CORZ = (
    quarterly("2024-03-31", "2024-05-08"),
    quarterly("2024-06-30", "2024-08-07"),
    quarterly("2024-09-30", "2024-11-06"),
    annual("2024-12-31", "2025-02-26"),
    quarterly("2025-03-31", "2025-05-07"),
    quarterly("2025-06-30", "2025-08-08"),
)


def test_filer_within_40_days_has_40() -> None:
    row = calendar("CORZ", "2025-11-01", *CORZ)[(QUARTERLY, "2025-09-30")]
    assert (row.due, row.status, row.due_rule) == (day("2025-11-10"), "upcoming", "10-Q: 40 days")


def test_new_filer_has_longest_deadline() -> None:
    found = calendar("CORZ", "2024-06-01", CORZ[0])
    assert found[(QUARTERLY, "2024-03-31")].due == day("2024-05-15")
    later = calendar("CORZ", "2025-01-15", *CORZ[:3])[(ANNUAL, "2024-12-31")]
    assert later.due == day("2025-03-17"), "75 days for one that keeps to 40; the 16th is a Sunday"


def test_unfiled_report_is_late_then_missing() -> None:
    row = calendar("CORZ", "2025-11-11", *CORZ)[(QUARTERLY, "2025-09-30")]
    assert (row.status, row.reason) == ("late", "due 1 days ago")
    assert calendar("CORZ", "2026-06-01", *CORZ)[(QUARTERLY, "2025-09-30")].status == "missing"
    later = calendar("CORZ", "2026-03-03", *CORZ, annual("2025-12-31", "2026-03-02"))
    assert (later[(QUARTERLY, "2025-09-30")].status, later[(QUARTERLY, "2025-09-30")].reason) == (
        "missing",
        "not listed, but a later one is",
    )


def test_late_report_is_filled() -> None:
    row = calendar("CORZ", "2026-01-01", *CORZ, quarterly("2025-09-30", "2025-11-20"))[
        (QUARTERLY, "2025-09-30")
    ]
    assert (row.status, row.filed_on, row.reason) == ("filled", day("2025-11-20"), "10 days after it was due")


def test_form_12b_25_explains_delay() -> None:
    notice = Notice("NT 10-Q", day("2025-11-10"), day("2025-09-30"))
    row = calendar("CORZ", "2025-11-12", *CORZ, notices=(notice,))[(QUARTERLY, "2025-09-30")]
    assert (row.status, row.due) == ("explained", day("2025-11-17"))
    assert "NT 10-Q" in (row.reason or "")
    assert (
        calendar("CORZ", "2025-11-18", *CORZ, notices=(notice,))[(QUARTERLY, "2025-09-30")].status == "late"
    )


def test_form_15_explains_missing_reports() -> None:
    left = Notice("15-12G", day("2025-10-01"), None)
    assert (
        calendar("CORZ", "2026-01-01", *CORZ, notices=(left,))[(QUARTERLY, "2025-09-30")].status
        == "explained"
    )
    gone = calendar(
        "SDIG", "2026-01-01", quarterly("2024-09-30", "2024-11-13"), annual("2023-12-31", "2024-03-08")
    )
    assert gone[(QUARTERLY, "2025-09-30")].status == "explained"
    assert "ends on" in (gone[(QUARTERLY, "2025-09-30")].reason or "")


@pytest.mark.parametrize(
    ("ticker", "ends"), [("CLSK", {"09-30"}), ("IREN", {"06-30"}), ("HIVE", {"03-31"}), ("CORZ", {"12-31"})]
)
def test_fiscal_year_ends_of_company(ticker: str, ends: set[str]) -> None:
    found = fiscal_ends(WATCHED.by_ticker(ticker), day("2024-04-01"), day("2026-03-31"))
    assert {f"{end:%m-%d}" for end, is_year in found if is_year} == ends
    assert len(found) == 8


def test_changed_fiscal_year_has_transition_report() -> None:
    """Hut 8's year ended in June until it merged on 2023-11-30: the half year to December 2023 is a report of its own."""
    years = [
        end
        for end, is_year in fiscal_ends(WATCHED.by_ticker("HUT"), day("2023-01-01"), day("2024-12-31"))
        if is_year
    ]
    assert years == [day("2023-06-30"), day("2023-12-31"), day("2024-12-31")]


def test_foreign_issuers_file_20_f_and_results() -> None:
    bitdeer = [
        annual("2023-12-31", "2024-03-28", "20-F"),
        *(
            quarterly(e, f, "6-K")
            for e, f in (
                ("2024-03-31", "2024-05-28"),
                ("2024-06-30", "2024-08-12"),
                ("2024-09-30", "2024-11-18"),
            )
        ),
    ]
    found = calendar("BTDR", "2025-05-25", *bitdeer)
    assert found[(ANNUAL, "2024-12-31")].due == day("2025-04-30")
    assert found[(QUARTERLY, "2025-03-31")].due_rule == "6-K: by habit within 58 days"
    assert found[(QUARTERLY, "2025-03-31")].status == "upcoming"
    hive = calendar("HIVE", "2025-06-01", annual("2024-03-31", "2024-06-27", "40-F"))
    assert hive[(ANNUAL, "2025-03-31")].due == day("2025-06-30"), "90 days end on a Sunday"


def test_form_follows_last_filing() -> None:
    """IREN filed 20-F and 6-K until June 2025, and 10-Q since."""
    filed = [
        annual("2024-06-30", "2024-08-28", "20-F"),
        annual("2025-06-30", "2025-08-28", "10-K"),
        quarterly("2025-09-30", "2025-11-06"),
    ]
    found = calendar("IREN", "2026-02-01", *filed)
    assert found[(QUARTERLY, "2025-12-31")].form == "10-Q"
    assert found[(ANNUAL, "2024-06-30")].status == "filled"


def update(month: str, lag: int = 5) -> Filed:
    end = month_end(day(f"{month}-01"))
    return Filed(UPDATE, "8-K", end, end + timedelta(days=lag), f"acc {month}")


MONTHS = ("2025-01", "2025-02", "2025-03", "2025-04")


def test_monthly_update_is_expected_by_habit() -> None:
    found = calendar(
        "RIOT", "2025-06-20", quarterly("2025-03-31", "2025-05-01"), *(update(m) for m in MONTHS)
    )
    row = found[(UPDATE, "2025-05-31")]
    assert (row.status, row.due) == ("late", day("2025-06-09")), (
        "five days and three of grace; the 8th is a Sunday"
    )
    assert row.document == "monthly update of 2025-05"
    assert found[(UPDATE, "2025-04-30")].status == "filled"


def test_ended_habit_expects_nothing() -> None:
    found = calendar(
        "RIOT", "2025-08-20", quarterly("2025-03-31", "2025-05-01"), *(update(m) for m in MONTHS)
    )
    after = [row for (kind, end), row in found.items() if kind == UPDATE and end > "2025-04-30"]
    assert len(after) == 3
    assert {(row.status, row.reason) for row in after} == {
        ("explained", "no monthly update since the one of 2025-04")
    }
    assert (UPDATE, "2025-12-31") not in calendar(
        "RIOT", "2026-02-20", quarterly("2025-03-31", "2025-05-01"), *(update(m) for m in MONTHS)
    )


def test_gap_in_habit_is_missing() -> None:
    found = calendar(
        "RIOT",
        "2025-06-10",
        quarterly("2025-03-31", "2025-05-01"),
        *(update(m) for m in (*MONTHS[:3], "2025-05")),
    )
    assert found[(UPDATE, "2025-04-30")].status == "missing"


def test_two_updates_are_no_habit() -> None:
    assert not [
        k
        for k in calendar(
            "RIOT", "2025-06-20", quarterly("2025-03-31", "2025-05-01"), *(update(m) for m in MONTHS[:2])
        )
        if k[0] == UPDATE
    ]


@pytest.mark.parametrize(
    ("given_day", "works"),
    [
        ("2025-11-09", "2025-11-10"),
        ("2025-11-11", "2025-11-12"),
        ("2025-07-04", "2025-07-07"),
        ("2025-11-28", "2025-11-28"),
    ],
)
def test_due_date_moves_to_working_day(given_day: str, works: str) -> None:
    assert working_day(day(given_day)) == day(works)


@given(
    st.sampled_from(WATCHED.companies),
    st.lists(st.tuples(st.integers(0, 15), st.integers(20, 130)), max_size=16),
    st.dates(day("2024-01-01"), day("2027-12-31")),
)
def test_any_history_gives_one_row_per_period(
    company: object, filed: list[tuple[int, int]], today: date
) -> None:
    ends = fiscal_ends(company, day("2023-01-01"), day("2026-12-31"))  # type: ignore[arg-type]
    history = History(today=today)
    for index, lag in filed:
        end, is_year = ends[index]
        if end + timedelta(days=lag) <= today:
            history.filed.append(
                Filed(
                    ANNUAL if is_year else QUARTERLY,
                    "10-K" if is_year else "10-Q",
                    end,
                    end + timedelta(days=lag),
                    f"{index} {lag}",
                )
            )
    rows = calendar_of(company, history)  # type: ignore[arg-type]
    assert len({(r.kind, r.period_end) for r in rows}) == len(rows)
    for row in rows:
        assert (row.filed_on is not None) == (row.status == "filled")
        assert row.status != "upcoming" or row.due >= today
        assert row.status != "late" or row.due < today
