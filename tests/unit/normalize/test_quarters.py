"""Quarters by subtraction: within one basis, with inputs, never across a restatement, never below zero."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pipelines.normalize.quarters import derive_quarters
from pipelines.normalize.stated_periods import Part, PeriodStatement

N = iter(range(10**6))


def said(span: str, on: str, *, complete: bool = True, rounding: int = 0, **values: int) -> PeriodStatement:
    start, _, end = span.partition("..")
    parts = {name: Part(Decimal(v), Decimal(rounding), name, f"f-{name}") for name, v in values.items()}
    moment = datetime.fromisoformat(on).replace(tzinfo=UTC)
    return PeriodStatement(
        date.fromisoformat(start),
        date.fromisoformat(end),
        next(N),
        f"https://x.invalid/{on}",
        moment,
        complete,
        parts,
    )


Q1, H1, M9, FY = (
    "2024-01-01..2024-03-31",
    "2024-01-01..2024-06-30",
    "2024-01-01..2024-09-30",
    "2024-01-01..2024-12-31",
)


def test_fourth_quarter_is_year_less_nine_months() -> None:
    derived, findings = derive_quarters([said(M9, "2024-11-06", a=4158), said(FY, "2025-02-26", a=5107)])
    (quarter,) = derived
    assert (quarter.start, quarter.end, quarter.values) == (date(2024, 10, 1), date(2024, 12, 31), {"a": 949})
    (figure,) = quarter.figures("total_revenue")
    assert [(i["role"], i["value"], i["period_end"]) for i in figure.inputs] == [
        ("minuend", "5107", "2024-12-31"),
        ("subtrahend", "4158", "2024-09-30"),
    ]
    assert findings == []


def test_middle_quarters_are_derived_from_year_to_date() -> None:
    derived, _ = derive_quarters(
        [
            said(Q1, "2024-05-01", p=10),
            said(H1, "2024-08-01", p=25),
            said(M9, "2024-11-01", p=45),
            said(FY, "2025-03-01", p=70),
        ]
    )
    assert [(q.end.isoformat(), q.values["p"]) for q in sorted(derived, key=lambda q: q.end)] == [
        ("2024-06-30", 15),
        ("2024-09-30", 20),
        ("2024-12-31", 25),
    ]


def test_stated_quarter_is_not_derived() -> None:
    derived, _ = derive_quarters(
        [
            said(Q1, "2024-05-01", a=1),
            said(H1, "2024-08-01", a=3),
            said("2024-04-01..2024-06-30", "2024-08-01", a=2),
        ]
    )
    assert derived == []


def test_first_quarter_is_half_less_second() -> None:
    derived, _ = derive_quarters(
        [said(H1, "2024-08-01", a=30), said("2024-04-01..2024-06-30", "2024-08-01", a=20)]
    )
    assert [(q.start.isoformat(), q.values) for q in derived] == [("2024-01-01", {"a": 10})]


def test_restated_figure_is_not_used() -> None:
    """Nine months restated after the year was filed: the year does not know of it."""
    derived, findings = derive_quarters(
        [said(M9, "2024-11-06", a=100), said(FY, "2025-02-26", a=150), said(M9, "2025-11-06", a=90)]
    )
    assert derived == []
    assert [f.check for f in findings] == ["restated_on_one_side"]


def test_figures_restated_together_are_used() -> None:
    derived, findings = derive_quarters(
        [
            said(M9, "2024-11-06", a=100),
            said(FY, "2025-02-26", a=150),
            said(M9, "2025-11-06", a=90),
            said(FY, "2026-02-26", a=145),
        ]
    )
    assert [q.values["a"] for q in derived] == [55]
    assert findings == []


def test_negative_quarter_is_a_finding() -> None:
    """CleanSpark FY2024: six months 43,103 filed first, nine months 42,803."""
    derived, findings = derive_quarters(
        [
            said("2023-10-01..2024-03-31", "2024-05-09", p=43103),
            said("2023-10-01..2024-06-30", "2024-08-09", p=42803),
        ]
    )
    assert derived == []
    assert [(f.check, f.found) for f in findings] == [("derived_below_zero", Decimal(-300))]
    assert findings[0].documents == ("https://x.invalid/2024-08-09", "https://x.invalid/2024-05-09"), (
        "both documents are named"
    )


Q1_2024, H1_2024, M9_2024 = ("2023-10-01..2023-12-31", "2023-10-01..2024-03-31", "2023-10-01..2024-06-30")


def test_superseded_figure_gives_no_quarter() -> None:
    """CleanSpark FY2024: 68 is 43,103 less 43,035, but nine months of 42,803 leave no room for either."""
    filed = [said(Q1_2024, "2024-02-08", p=43035), said(H1_2024, "2024-05-09", p=43103)]
    assert [q.values["p"] for q in derive_quarters(filed)[0]] == [68]
    derived, findings = derive_quarters([*filed, said(M9_2024, "2024-08-09", p=42803)])
    assert derived == []
    assert [(f.check, f.end.isoformat(), f.found) for f in findings] == [
        ("rests_on_superseded", "2024-03-31", Decimal(68)),
        ("derived_below_zero", "2024-06-30", Decimal(-300)),
    ]
    assert findings[0].documents == ("https://x.invalid/2024-05-09", "https://x.invalid/2024-08-09")
    restated = [said(Q1_2024, "2025-02-06", p=42500), said(H1_2024, "2025-05-08", p=42600)]
    derived, findings = derive_quarters([*filed, said(M9_2024, "2024-08-09", p=42803), *restated])
    assert [int(q.values["p"]) for q in derived] == [100], "restated, it holds"


def test_comparative_is_not_subtracted_from_original() -> None:
    """CleanSpark's first quarter is known only from the report of the next year, which may restate it."""
    filed = [said(H1_2024, "2024-05-09", p=43103), said(Q1_2024, "2025-02-06", p=43035)]
    assert derive_quarters(filed) == ([], [])
    derived, _ = derive_quarters([*filed, said(H1_2024, "2025-05-08", p=43103)])
    assert [q.values["p"] for q in derived] == [68]


def test_eliminations_may_be_negative() -> None:
    derived, _ = derive_quarters(
        [said(M9, "2024-11-06", a=10, eliminations=-4), said(FY, "2025-02-26", a=15, eliminations=-6)],
        may_be_negative=frozenset({"eliminations"}),
    )
    assert [q.values for q in derived] == [{"a": 5, "eliminations": -2}]


def test_breakdowns_in_other_segments_are_not_subtracted() -> None:
    """Hut 8 in 2025: the year in new segments, the nine months in old ones."""
    derived, _ = derive_quarters(
        [said(M9, "2024-11-06", old=10, both=5), said(FY, "2025-02-26", new=12, both=8)]
    )
    assert derived == []


def test_segment_of_last_quarter_equals_year() -> None:
    """Bit Digital's colocation began with Enovum in October 2024: 1,361,241 in the year, nothing before."""
    derived, _ = derive_quarters(
        [said(M9, "2024-11-06", mining=50), said(FY, "2025-03-14", mining=60, colocation=1361241)]
    )
    assert [q.values for q in derived] == [{"mining": 10, "colocation": 1361241}]


def test_incomplete_breakdown_is_not_subtracted() -> None:
    assert (
        derive_quarters([said(M9, "2024-11-06", a=10, complete=False), said(FY, "2025-02-26", a=15)])[0] == []
    )


def test_other_rounding_is_no_restatement() -> None:
    derived, findings = derive_quarters(
        [
            said(M9, "2024-11-06", a=415_800, rounding=50),
            said(M9, "2024-11-07", a=415_812),
            said(FY, "2025-02-26", a=510_700),
        ]
    )
    assert findings == []
    assert len(derived) == 1


def test_derived_quarter_is_disclosed_with_its_inputs() -> None:
    derived, _ = derive_quarters(
        [
            said(M9, "2024-11-06", a=10),
            said(FY, "2025-02-26", a=15),
            said(M9, "2025-11-06", a=10),
            said(FY, "2026-02-26", a=15),
        ]
    )
    assert derived[0].later.disclosed_at.date() == date(2025, 2, 26)


@given(st.lists(st.integers(min_value=0, max_value=10**9), min_size=4, max_size=4))
def test_derived_quarters_equal_quarters(values: list[int]) -> None:
    spans, total = [], 0
    for span, value in zip((Q1, H1, M9, FY), values, strict=True):
        total += value
        spans.append(said(span, "2025-01-01", p=total))
    derived, findings = derive_quarters(spans)
    assert [int(q.values["p"]) for q in sorted(derived, key=lambda q: q.end)] == values[1:]
    assert findings == []


def test_middle_quarter_is_nine_months_less_first_and_third() -> None:
    third = "2024-07-01..2024-09-30"
    derived, findings = derive_quarters(
        [said(Q1, "2024-05-01", p=10), said(third, "2024-11-01", p=20), said(M9, "2024-11-01", p=45)]
    )
    (quarter,) = derived
    assert (quarter.start, quarter.end, quarter.values) == (date(2024, 4, 1), date(2024, 6, 30), {"p": 15})
    (figure,) = quarter.figures("total_revenue")
    assert [(i["role"], i["value"]) for i in figure.inputs] == [
        ("minuend", "45"),
        ("subtrahend", "10"),
        ("subtrahend", "20"),
    ]
    assert findings == []


def test_quarter_determined_in_two_ways_must_agree() -> None:
    """One 10-K with a table of quarters that do not add up to its nine months: either may be wrong."""
    quarters = [
        said(f"2024-{first}..2024-{last}", "2025-03-01", p=value)
        for first, last, value in (("01-01", "03-31", 20), ("04-01", "06-30", 25), ("07-01", "09-30", 26))
    ]
    year, months = said(FY, "2025-03-01", p=100), said(M9, "2025-03-01", p=70)
    assert [q.values for q in derive_quarters([year, months])[0]] == [{"p": 30}]
    derived, findings = derive_quarters([year, months, *quarters])
    assert derived == []
    assert [(f.check, f.expected, f.found) for f in findings] == [
        ("derivations_differ", Decimal(30), Decimal(29))
    ]


@given(
    st.lists(st.integers(min_value=0, max_value=10**9), min_size=4, max_size=4),
    st.sets(st.tuples(st.integers(0, 3), st.integers(1, 4)).filter(lambda span: sum(span) <= 4), max_size=10),
    st.integers(min_value=0, max_value=3),
)
def test_any_stated_periods_give_true_quarters(
    values: list[int], stated: set[tuple[int, int]], wrong_by: int
) -> None:
    """Whatever is stated, what is derived is right; a contradiction in one document derives nothing wrong.

    With one wrong figure among the stated ones a quarter may be derived from it only if no other periods
    determine the same quarter.
    """
    bounds = [date(2024, 1, 1), date(2024, 4, 1), date(2024, 7, 1), date(2024, 10, 1), date(2025, 1, 1)]
    spans = sorted(stated)
    said_values = [sum(values[first : first + count]) for first, count in spans]
    if wrong_by and spans:
        said_values[0] += wrong_by
    statements = [
        said(f"{bounds[first]}..{bounds[first + count] - timedelta(days=1)}", "2025-03-01", p=value)
        for (first, count), value in zip(spans, said_values, strict=True)
    ]
    derived, _ = derive_quarters(statements)
    for quarter in derived:
        number = bounds.index(quarter.start)
        assert (number, 1) not in stated
        if quarter.values["p"] != values[number]:
            assert statements[0] in quarter.statements
            without, _ = derive_quarters(statements[1:])
            assert quarter.start not in {q.start for q in without}
