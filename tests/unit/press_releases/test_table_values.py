"""Values of tables: their period, unit and scale, and why some are no figures."""

import pytest

from tests.unit.press_releases.reading import normalized, rows

MONTHLY = ("RIOT", "2025-04-03", "Riot Announces March 2025 Production and Operations Updates")
UNDATED = ("RIOT", "2025-04-03", "Riot Announces Production and Operations Updates")
QUARTERLY = ("CORZ", "2024-11-06", "Core Scientific Reports Third Quarter 2024 Results")
FISCAL = ("CLSK", "2025-08-07", "CleanSpark Reports Third Quarter Fiscal 2025 Results")
MARCH = "Metric | March 2025"


def read(release: tuple[str, str, str], *parts: str) -> tuple[set[str], list[str]]:
    """Figures as `fact start end value`, and the reasons of values that are none."""
    found = normalized(*release, *parts)
    figures = {f"{f.fact} {f.start or '-'} {f.end} {f.value.normalize():f}" for f in found.figures}
    reasons = [f"{s.rule} {s.value.normalize():f}" for s in found.skipped if s.value is not None]
    return figures, sorted([*reasons, *(r.check for r in found.rejected)])


@pytest.mark.parametrize(
    ("label", "value", "figure"),
    [
        ("Operating hash rate (PH/s)", "29,300", "hashrate_operating - 2025-03-31 29.3"),
        ("Operating hash rate", "29,300 PH/s", "hashrate_operating - 2025-03-31 29.3"),
        ("Deployed hash rate EH/s", "33.7", "hashrate_deployed - 2025-03-31 33.7"),
        ("Deployed hash rate in EH", "33.7", "hashrate_deployed - 2025-03-31 33.7"),
        ("Fleet efficiency in J/TH", "21.0", "fleet_efficiency - 2025-03-31 21"),
        ("Power cost ($/MWh)", "38", "power_cost 2025-03-01 2025-03-31 3.8"),
        ("All-in power cost per kWh", "$0.038", "power_cost_all_in 2025-03-01 2025-03-31 3.8"),
        ("Bitcoin sold", "(475)", "bitcoin_sold 2025-03-01 2025-03-31 475"),
        ("Power credits", "$(7.8) million", "power_credits 2025-03-01 2025-03-31 7800000"),
        (
            "Average net price per bitcoin sold (in thousands)",
            "$81.7",
            "average_sale_price 2025-03-01 2025-03-31 81700",
        ),
        (
            "Bitcoin sales - net proceeds (in millions)",
            "$38.8",
            "bitcoin_sale_proceeds 2025-03-01 2025-03-31 38800000",
        ),
    ],
)
def test_value_is_converted_by_its_label(label: str, value: str, figure: str) -> None:
    assert read(MONTHLY, rows(MARCH, f"{label} | {value}")) == ({figure}, [])


def test_scale_of_a_heading_applies() -> None:
    table = rows("Metric | March 2025 (in millions)", "Bitcoin sales - net proceeds | $38.8")
    assert read(MONTHLY, table) == ({"bitcoin_sale_proceeds 2025-03-01 2025-03-31 38800000"}, [])


def test_scale_of_a_heading_does_not_apply_to_prices() -> None:
    table = rows("Metric | March 2025 (in millions)", "Average net price per bitcoin sold | $81,731")
    assert read(MONTHLY, table) == ({"average_sale_price 2025-03-01 2025-03-31 81731"}, [])


def test_written_scale_is_not_applied_twice() -> None:
    table = rows(MARCH, "Bitcoin sales - net proceeds (in millions) | $38.8 million")
    assert read(MONTHLY, table) == ({"bitcoin_sale_proceeds 2025-03-01 2025-03-31 38800000"}, [])


def test_unit_in_a_cell_of_its_own_applies() -> None:
    table = rows("Metric | March 2025 | Unit", "Operating hash rate | 29,300 | PH/s")
    assert read(MONTHLY, table) == ({"hashrate_operating - 2025-03-31 29.3"}, [])


def test_unit_of_the_prose_applies() -> None:
    """A sentence that states hash rates in exahash decides for rows that name no unit."""
    table = rows(MARCH, "Energized hash rate | 34.2")
    assert read(MONTHLY, "Deployed hash rate grew to 33.7 EH/s.", table)[0] == {
        "hashrate_deployed - 2025-03-31 33.7",
        "hashrate_energized - 2025-03-31 34.2",
    }


def test_two_units_in_prose_decide_nothing() -> None:
    table = rows(MARCH, "Energized hash rate | 34.2")
    figures, reasons = read(MONTHLY, "Deployed hash rate grew to 33,700 PH/s, or 33.7 EH/s.", table)
    assert "hashrate_energized - 2025-03-31 34.2" not in figures
    assert "no_unit" in reasons


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Hash rate | 34.2 EH/s", "ambiguous_label"),
        ("Deployed hash rate | 34.2", "no_unit"),
        ("Deployed hash rate (furlongs) | 34.2", "unknown_unit"),
        ("Bitcoin sales - net proceeds | 38.8", "no_currency"),
        ("Bitcoin held | $1.6 million", "not_understood 1600000"),
        ("Bitcoin produced per day | 17.2", "rate_or_average_per_day 17.2"),
        ("Bitcoin in transit | 12", "not_understood 12"),
        ("Site power | 300 MW", "not_ours 300"),
    ],
)
def test_value_without_meaning_has_a_reason(row: str, reason: str) -> None:
    assert read(MONTHLY, rows(MARCH, row)) == (set(), [reason])


@pytest.mark.parametrize("row", ["Growth | 3%", "Employees | 800", "Bitcoin held | 3%", "Bitcoin held | n/a"])
def test_value_of_something_else_is_passed(row: str) -> None:
    assert read(MONTHLY, rows(MARCH, row)) == (set(), [])


def test_change_column_is_passed() -> None:
    table = rows("Metric | March 2025 | Month/Month", "Uptime | 95% | 3%", "Bitcoin in transit | 12 | 4")
    assert read(MONTHLY, table) == ({"uptime 2025-03-01 2025-03-31 95"}, ["not_understood 12"])


def test_target_column_is_a_plan() -> None:
    table = rows("Metric | March 2025 | Target 2025", "Deployed hash rate (EH/s) | 33.7 | 38")
    assert read(MONTHLY, table) == ({"hashrate_deployed - 2025-03-31 33.7"}, ["plan_or_guidance 38"])


def test_table_of_an_expansion_is_a_plan() -> None:
    table = rows(MARCH, "Deployed hash rate (EH/s) | 38")
    text = "Riot is building at both of its sites in Texas."
    assert read(MONTHLY, text, text, "Expansion pipeline", table)[0] == set()


def test_months_in_rows_are_periods() -> None:
    table = rows("Month | BTC produced 2025", "January | 527", "March | 533", "April | 10")
    assert read(MONTHLY, table) == (
        {"bitcoin_produced 2025-01-01 2025-01-31 527", "bitcoin_produced 2025-03-01 2025-03-31 533"},
        [],
    )


def test_months_with_years_in_rows_are_periods() -> None:
    table = rows(
        "Month | BTC produced | BTC held | Change", "January 2025 | 527 | 18,221 | 5", "May 2025 | 1 | 2 | 3"
    )
    assert read(MONTHLY, table) == (
        {"bitcoin_produced 2025-01-01 2025-01-31 527", "bitcoin_held - 2025-01-31 18221"},
        [],
    )


def test_month_in_a_row_without_a_year_is_unclear() -> None:
    assert read(UNDATED, rows("Month | BTC produced", "January | 527"))[0] == set()


def test_two_periods_in_a_heading_are_unclear() -> None:
    table = rows("Metric | March 2025 and February 2025 | January 2025", "Bitcoin produced | 1,003 | 527")
    assert read(MONTHLY, table) == (
        {"bitcoin_produced 2025-01-01 2025-01-31 527"},
        ["two_periods_in_the_heading"],
    )


def test_headings_without_periods_are_unclear() -> None:
    table = rows("Metric | Rockdale | Corsicana", "Bitcoin produced | 300 | 233")
    assert read(MONTHLY, table) == (set(), ["no_period_in_the_heading"] * 2)


def test_value_without_any_period_is_unclear() -> None:
    assert read(UNDATED, rows("Metric | Value", "Bitcoin produced | 533")) == (set(), ["no_period"])


@pytest.mark.parametrize(
    "parts",
    [
        (rows("Metric | Value", "March 2025", "Bitcoin produced | 533"),),
        (rows("March 2025 | Value", "Bitcoin produced | 533"),),
        ("Figures of March 2025", rows("Metric | Value", "Bitcoin produced | 533")),
    ],
)
def test_period_is_above_the_value(parts: tuple[str, ...]) -> None:
    assert "bitcoin_produced 2025-03-01 2025-03-31 533" in read(UNDATED, *parts)[0]


def test_day_above_a_flow_is_the_end_of_its_period() -> None:
    table = rows("Metric | 3/31/2025 | 2/28/2025", "Bitcoin produced | 533 | 470")
    assert read(MONTHLY, table)[0] == {
        "bitcoin_produced 2025-03-01 2025-03-31 533",
        "bitcoin_produced 2025-02-01 2025-02-28 470",
    }
    table = rows("Metric | 9/30/2024 | 6/30/2024 | 9/30/2023", "Bitcoin produced | 1,115 | 1,500 | 1,680")
    assert read(QUARTERLY, table)[0] == {
        "bitcoin_produced 2024-07-01 2024-09-30 1115",
        "bitcoin_produced 2024-04-01 2024-06-30 1500",
        "bitcoin_produced 2023-07-01 2023-09-30 1680",
    }


@pytest.mark.parametrize("day", ["8/15/2024", "8/31/2024", "10/31/2024", "6/30/2023"])
def test_other_day_above_a_flow_is_unclear(day: str) -> None:
    """In a quarter's results: no end of a quarter, or one more than a year back."""
    assert read(QUARTERLY, rows(f"Metric | {day}", "Bitcoin produced | 100")) == (
        set(),
        ["a_day_is_no_period"],
    )


def test_opening_balance_is_of_the_day_before() -> None:
    table = rows(MARCH, "Bitcoin opening balance | 18,692", "Bitcoin ending balance | 19,223")
    assert read(MONTHLY, table) == (
        {"bitcoin_held - 2025-02-28 18692", "bitcoin_held - 2025-03-31 19223"},
        [],
    )


def test_opening_balance_of_a_day_is_unclear() -> None:
    table = rows("Metric | 3/31/2025", "Bitcoin opening balance | 18,692")
    assert read(MONTHLY, table) == (set(), ["no_period"])


def test_year_to_date_ends_with_the_quarter() -> None:
    table = rows("Metric | Q3 2024 | YTD 2024 | YTD 2023", "Bitcoin produced | 1,115 | 6,640 | 9,000")
    assert read(QUARTERLY, table)[0] == {
        "bitcoin_produced 2024-07-01 2024-09-30 1115",
        "bitcoin_produced 2024-01-01 2024-09-30 6640",
        "bitcoin_produced 2023-01-01 2023-09-30 9000",
    }


def test_year_to_date_begins_with_the_fiscal_year() -> None:
    table = rows("Metric | Q3 2025 | YTD 2025", "Bitcoin produced | 2,012 | 5,900")
    assert read(FISCAL, table)[0] == {
        "bitcoin_produced 2025-04-01 2025-06-30 2012",
        "bitcoin_produced 2024-10-01 2025-06-30 5900",
    }


@pytest.mark.parametrize("year", ["2025", "2020"])
def test_year_to_date_of_a_far_year_is_unclear(year: str) -> None:
    table = rows(f"Metric | Q3 2024 | YTD {year}", "Bitcoin produced | 1,115 | 6,640")
    assert read(QUARTERLY, table)[0] == {"bitcoin_produced 2024-07-01 2024-09-30 1115"}


MONEY = [
    ("(in thousands)", ("Cash | 253", "Debt | 9")),
    ("Statements of cash flows", ("Cash | 253",)),
    ("Reconciliation to adjusted EBITDA", ("Cash | 253",)),
    ("", ("Beginning balance | $18",)),
]


@pytest.mark.parametrize(("caption", "others"), MONEY)
def test_number_in_a_table_of_money_may_be_dollars(caption: str, others: tuple[str, ...]) -> None:
    table = rows(MARCH, "Bitcoin held | 19,223", *others)
    figures, reasons = read(MONTHLY, *([caption] if caption else []), table)
    assert (figures, reasons[:1]) == (set(), ["money_or_count"])


@pytest.mark.parametrize(
    ("label", "others"),
    [
        ("Number of bitcoin held", ("Cash | 253", "Debt | 9")),
        ("Bitcoin held", ("Cash | $253", "Debt | $9")),
        ("Bitcoin held", ("Cash | 253", "Uptime | 95%")),
    ],
)
def test_count_in_a_table_of_money_is_a_count(label: str, others: tuple[str, ...]) -> None:
    table = rows(MARCH, f"{label} | 19,223", *others)
    assert "bitcoin_held - 2025-03-31 19223" in read(MONTHLY, "(in thousands)", table)[0]


def test_note_with_pledged_coins_is_read() -> None:
    table = rows(
        "Metric | March 2025", "Bitcoin held (1) | 19,223", "(1) Includes 3,300 bitcoin pledged as collateral"
    )
    assert read(MONTHLY, table)[0] == {"bitcoin_held - 2025-03-31 19223", "bitcoin_pledged - 2025-03-31 3300"}


def test_note_about_other_coins_is_not_read() -> None:
    note = "(1) Includes 77 bitcoin produced in March"
    table = rows(MARCH, "Bitcoin held (1) | 19,223", note)
    assert read(MONTHLY, table)[0] == {"bitcoin_held - 2025-03-31 19223"}


def test_two_numbers_in_one_cell_are_read() -> None:
    table = rows(MARCH, "Bitcoin produced | 533", "Bitcoin sold and average price | 475 at $81,700")
    assert read(MONTHLY, table)[0] == {
        "bitcoin_produced 2025-03-01 2025-03-31 533",
        "bitcoin_sold 2025-03-01 2025-03-31 475",
        "average_sale_price 2025-03-01 2025-03-31 81700",
    }


def test_rows_below_a_row_of_machines_are_machines() -> None:
    table = rows(MARCH, "Deployed hash rate under management (EH/s) | 17", "- Hosting | 8.5")
    assert "hashrate_hosted - 2025-03-31 8.5" in read(MONTHLY, table)[0]


def test_scale_of_a_table_applies_to_money() -> None:
    table = rows(
        "| Three Months Ended September 30, 2024",
        "Bitcoin sales - net proceeds | 66,200",
        "Power credits | 1,200",
        "Cash | 9",
    )
    assert read(QUARTERLY, "(in thousands)", table)[0] == {
        "bitcoin_sale_proceeds 2024-07-01 2024-09-30 66200000",
        "power_credits 2024-07-01 2024-09-30 1200000",
    }


def test_scale_of_a_section_applies() -> None:
    table = rows(MARCH, "Uptime | 95%", "Sales (in thousands)", "Bitcoin sales - net proceeds | $38,800")
    assert "bitcoin_sale_proceeds 2025-03-01 2025-03-31 38800000" in read(MONTHLY, table)[0]


def test_percent_in_a_group_of_headings_is_no_unit() -> None:
    table = rows(
        "| Comparison (%) |", "Metric | March 2025 | February 2025", "Deployed hash rate EH | 33.7 | 32.9"
    )
    assert read(MONTHLY, table)[0] == {
        "hashrate_deployed - 2025-03-31 33.7",
        "hashrate_deployed - 2025-02-28 32.9",
    }


def test_month_that_has_not_ended_is_passed_in_a_row() -> None:
    table = rows("Month | BTC produced | BTC held", "May 2025 | 1 | 2", "January 2025 | 527 | 18,221")
    assert read(MONTHLY, table)[0] == {
        "bitcoin_produced 2025-01-01 2025-01-31 527",
        "bitcoin_held - 2025-01-31 18221",
    }


def test_column_without_meaning_does_not_end_the_row() -> None:
    table = rows("Month | Notes | BTC held", "January 2025 | 5 | 18,221")
    assert read(MONTHLY, table)[0] == {"bitcoin_held - 2025-01-31 18221"}


def test_period_that_opens_a_sentence_holds_for_its_paragraph() -> None:
    text = "For the nine months ended September 30, 2024, we mined 5,500 bitcoin. We sold 5,000 bitcoin."
    assert read(QUARTERLY, text)[0] == {
        "bitcoin_produced 2024-01-01 2024-09-30 5500",
        "bitcoin_sold 2024-01-01 2024-09-30 5000",
    }


@pytest.mark.parametrize(
    "note",
    [
        "All dollar amounts are in Canadian dollars.",
        "Unless otherwise noted, all figures are stated in Canadian dollars.",
    ],
)
def test_dollars_of_a_canadian_release_are_not_ours(note: str) -> None:
    text = "The sale of 475 bitcoin brought in $38.8 million, or US$28.1 million."
    assert read(MONTHLY, note, text) == (
        {"bitcoin_sold 2025-03-01 2025-03-31 475", "bitcoin_sale_proceeds 2025-03-01 2025-03-31 28100000"},
        ["not_ours 38800000"],
    )


@pytest.mark.parametrize(
    ("above", "figure"),
    [
        ("LAS VEGAS, April 3, 2025 (Nasdaq: RIOT)", "bitcoin_held - 2025-03-31 19223"),
        ("As of April 3, 2025", "bitcoin_held - 2025-04-03 19223"),
        ("As of March 28, 2025", "bitcoin_held - 2025-03-28 19223"),
    ],
)
def test_dateline_above_a_table_is_not_its_period(above: str, figure: str) -> None:
    """Found by the fuzz suite: without its heading, a month's figure became one of the day of the release."""
    table = f"<p>{above}</p>{rows('Metric |', 'Bitcoin Held | 19,223')}"
    assert read(MONTHLY, table) == ({figure}, [])
