"""Tables as lines with labels, sections, units and headings."""

import pytest

from pipelines.parse.document.grid import GridCell, Row
from pipelines.parse.document.tables import Table, read_table, strip_label


def grid(*lines: str) -> list[list[GridCell]]:
    """Rows whose cells are separated by bars; `text<2` is a cell over two columns."""
    rows = []
    for line in lines:
        row, column = [], 0
        for cell in line.split("|"):
            text, _, width = cell.strip().partition("<")
            end = column + int(width or 1)
            if text:
                row.append(GridCell(text, column, end))
            column = end
        rows.append(row)
    return rows


def read(*lines: str) -> Table:
    return read_table(1, grid(*lines))


def html(*lines: str) -> Table:
    """The same, with rows as wide as those of an HTML table."""
    return read_table(
        1, [Row(row, line.count("|") + 1) for line, row in zip(lines, grid(*lines), strict=True)]
    )


def values(table: Table) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each line's label and its values with their headings."""
    return [(line.label, [(value.heading, value.text) for value in line.values]) for line in table.lines]


def test_values_have_the_heading_of_their_column() -> None:
    table = read("Metric | April 2025 | March 2025", "BTC held | 19,211 | 19,223")
    assert values(table) == [("BTC held", [("April 2025", "19,211"), ("March 2025", "19,223")])]
    assert table.corner == "Metric"
    assert table.headings == ["April 2025 | March 2025"]
    assert list(table.over_values) == ["April 2025", "March 2025"]


def test_values_are_numbered_by_row_and_column() -> None:
    table = read("Metric | April | March", "", "BTC held | 19,211 | 19,223")
    assert [(line.row, [v.column for v in line.values]) for line in table.lines] == [(3, [1, 2])]
    assert table.lines[0].text == "BTC held | 19,211 | 19,223"


def test_headings_of_several_rows_are_joined() -> None:
    table = read(
        "| Three Months Ended March 31,<2 | Year Ended",
        "| 2025 | 2024 | 2024",
        "Revenue | 95.4 | 112.9 | 510.7",
    )
    assert values(table) == [
        (
            "Revenue",
            [
                ("Three Months Ended March 31, | 2025", "95.4"),
                ("Three Months Ended March 31, | 2024", "112.9"),
                ("Year Ended | 2024", "510.7"),
            ],
        )
    ]


def test_same_heading_in_two_rows_counts_once() -> None:
    table = read("| April 2025", "| April 2025", "BTC held | 19,211")
    assert values(table) == [("BTC held", [("April 2025", "19,211")])]


def test_heading_that_covers_too_few_columns_applies_to_its_group() -> None:
    """A group's heading over its first column only, as some filers set it."""
    table = read("| Three Months Ended March 31, |", "| 2025 | 2024", "Revenue | 95.4 | 112.9")
    assert [heading for heading, _ in values(table)[0][1]] == [
        "Three Months Ended March 31, | 2025",
        "Three Months Ended March 31, | 2024",
    ]


def test_heading_that_names_its_period_needs_no_group() -> None:
    table = read("| Three Months Ended |", "| March 2025 | FY2024 results", "Revenue | 95.4 | 510.7")
    assert [heading for heading, _ in values(table)[0][1]] == [
        "Three Months Ended | March 2025",
        "FY2024 results",
    ]


def test_widest_heading_above_a_value_wins() -> None:
    table = read_table(
        1,
        [
            [GridCell("April", 1, 5), GridCell("March", 5, 9)],
            [GridCell("BTC held", 0, 1), GridCell("19,211", 2, 5), GridCell("19,223", 6, 9)],
        ],
    )
    assert values(table) == [("BTC held", [("April", "19,211"), ("March", "19,223")])]


def test_value_below_two_headings_goes_by_order() -> None:
    table = read_table(
        1,
        [
            [GridCell("April", 1, 3), GridCell("March", 3, 5)],
            [GridCell("BTC held", 0, 1), GridCell("19,211", 2, 4), GridCell("19,223", 4, 6)],
        ],
    )
    assert values(table) == [("BTC held", [("April", "19,211"), ("March", "19,223")])]


def test_value_below_two_headings_without_order_has_none() -> None:
    table = read_table(
        1,
        [
            [GridCell("April", 1, 3), GridCell("March", 3, 5)],
            [GridCell("BTC held", 0, 1), GridCell("19,211", 2, 4)],
        ],
    )
    assert values(table) == [("BTC held", [("", "19,211")])]


def test_later_heading_replaces_the_first() -> None:
    table = read("Metric | April", "BTC held | 19,211", "Sites | Rockdale power", "Uptime | 95%")
    assert values(table) == [("BTC held", [("April", "19,211")]), ("Uptime", [("Rockdale power", "95%")])]


def test_numbers_without_label_and_heading_are_no_line() -> None:
    assert read("| 463 | 533").lines == []


@pytest.mark.parametrize(
    ("row", "texts"),
    [
        ("Proceeds | Appx. $ | 51.2 million", ["Appx. $ 51.2 million"]),
        ("Net loss | $ | (5.1 | )", ["$ (5.1)"]),
        ("Margin | 12 | %", ["12%"]),
        ("Hash rate | 33.7 | EH/s", ["33.7 EH/s"]),
        ("Revenue | $ | 95.4 | million", ["$ 95.4 million"]),
        ("Revenue | $ | 95.4 | $ | 112.9", ["$ 95.4", "$ 112.9"]),
        ("Power cost | ( | 1.5 | )c/kWh | 3.8", ["( 1.5)c/kWh", "3.8"]),
        ("BTC sold | – | 475", ["–", "475"]),
    ],
)
def test_parts_of_a_number_are_joined(row: str, texts: list[str]) -> None:
    table = read("Metric | a | b | c | d", row)
    assert [value.text for value in table.lines[0].values] == texts


def test_unit_in_a_cell_of_its_own_is_the_unit_of_the_row() -> None:
    table = read("Metric | Unit | April", "Hash rate | EH/s | 33.7")
    assert [(line.label, line.unit) for line in table.lines] == [("Hash rate", "EH/s")]


def test_single_cell_is_the_section_of_the_rows_below() -> None:
    table = read(
        "Metric | April", "BTC held | 19,211", "Rockdale", "Uptime | 95%", "Corsicana", "Uptime | 97%"
    )
    assert [(line.label, line.section) for line in table.lines] == [
        ("BTC held", ""),
        ("Uptime", "Rockdale"),
        ("Uptime", "Corsicana"),
    ]


def test_sections_right_below_each_other_are_joined() -> None:
    table = read("Metric | April", "BTC held | 19,211", "Hosting segment", "Revenue:", "Fees | 16.9")
    assert table.lines[-1].section == "Hosting segment | Revenue:"


def test_single_cell_above_the_headings_is_in_the_corner() -> None:
    table = read("Operating metrics", "(in thousands)", "| April", "BTC held | 19,211")
    assert table.corner == "Operating metrics (in thousands)"
    assert table.lines[0].section == "(in thousands)"


def test_scale_between_headings_and_rows_is_in_the_corner() -> None:
    table = read("| April 2025", "(in thousands)", "Revenue | 95,400")
    assert table.corner == "(in thousands)"
    assert table.words == "(in thousands) | April 2025"


def test_words_hold_caption_corner_and_headings() -> None:
    table = read_table(1, grid("Metric | April", "BTC held | 19,211"), "Key metrics")
    assert table.words == "Key metrics | Metric | April"


@pytest.mark.parametrize(
    "note",
    [
        "(1) Includes restricted bitcoin",
        "1 Includes restricted bitcoin",
        "* As of the month's end",
        "[a] Unaudited and preliminary",
        "Figures are those of the company's own machines alone and do not include the machines of customers or "
        "of joint ventures, which are shown in the tables of their own further below",
    ],
)
def test_footnotes_are_notes(note: str) -> None:
    table = read("Metric | April", "BTC held | 19,211", note)
    assert table.notes == [note]


def test_short_text_is_no_note() -> None:
    assert read("Metric | April", "BTC held | 19,211", "Rockdale site").notes == []


def test_years_above_values_are_headings() -> None:
    table = read("| Notes | 2025 | 2024", "Revenue | 5 | 95.4 | 112.9")
    assert values(table) == [("Revenue", [("Notes", "5"), ("2025", "95.4"), ("2024", "112.9")])]


def test_counts_that_look_like_years_are_values() -> None:
    table = read("| April 2025 | March 2025", "Bitcoin Produced | 2011 | 1996")
    assert values(table) == [("Bitcoin Produced", [("April 2025", "2011"), ("March 2025", "1996")])]


def test_one_count_that_looks_like_a_year_is_a_value() -> None:
    assert values(read("| April 2025", "Bitcoin Produced | 2011")) == [
        ("Bitcoin Produced", [("April 2025", "2011")])
    ]


@pytest.mark.parametrize("first", ["Metric", "In thousands", "Year", "(unaudited)", "Three months ended"])
def test_years_beside_a_heading_word_are_headings(first: str) -> None:
    table = read("| Quarter | Quarter", f"{first} | 2025 | 2019", "Revenue | 95.4 | 112.9")
    assert [heading for heading, _ in values(table)[0][1]] == ["Quarter | 2025", "Quarter | 2019"]


def test_years_in_a_row_are_headings() -> None:
    table = read("| Quarter | Quarter", "Produced | 2025 | 2024", "Revenue | 95.4 | 112.9")
    assert [line.label for line in table.lines] == ["Revenue"]


def test_years_below_headings_without_dates_are_headings() -> None:
    table = read("| Actual | Budget", "Produced | 2025 | 2019", "Revenue | 95.4 | 112.9")
    assert [line.label for line in table.lines] == ["Revenue"]


def test_change_beside_days_is_a_heading() -> None:
    table = read("| 8/31/2025 | 7/31/2025 | 12", "BTC held | 19,211 | 19,223 | 0%")
    assert [heading for heading, _ in values(table)[0][1]] == ["8/31/2025", "7/31/2025", "12"]


def test_two_numbers_in_one_cell_are_a_text() -> None:
    table = read("Metric | April", "BTC held | 19,211", "Bitcoin sold and average price | 13.36 at $84,210")
    assert table.texts == ["Bitcoin sold: 13.36 at $84,210"]
    assert [line.label for line in table.lines] == ["BTC held"]


@pytest.mark.parametrize("row", ["• | BTC held | 19,211", "1. | BTC held | 19,211", "– | BTC held | 19,211"])
def test_bullet_in_a_cell_of_its_own_is_no_label(row: str) -> None:
    assert read("| | April", row).lines[0].label == "BTC held"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Bitcoin Held 2", "Bitcoin Held"),
        ("Bitcoin Held 2, 3", "Bitcoin Held"),
        ("BTC Held2", "BTC Held"),
        ("BTC mined1", "BTC mined"),
        ("Hash rate (EH/s) 3", "Hash rate (EH/s)"),
        ("Hash rate (EH/s)3", "Hash rate (EH/s)"),
        ("Hash rate, EH/s2", "Hash rate, EH/s"),
        ("Bitcoin Held (1):", "Bitcoin Held"),
        ("• Bitcoin Held:", "Bitcoin Held"),
        ("– Hosting", "Hosting"),
        ("Bitcoin Held .....", "Bitcoin Held"),
        ("Nvidia H100", "Nvidia H100"),
        ("Site 2", "Site 2"),
        ("Phase 1", "Phase 1"),
        ("Q3", "Q3"),
        ("Balance at March 31", "Balance at March 31"),
        ("BTC sold on Feb. 3", "BTC sold on Feb. 3"),
        ("Price 100", "Price 100"),
    ],
)
def test_label_has_no_marks(text: str, label: str) -> None:
    assert strip_label(text) == label


@pytest.mark.parametrize(
    "lines",
    [
        ("Metric | February 2024 | January 2024", "Bitcoin Sold | 1,114"),
        ("Metric | January 2024", "Bitcoin Sold | 952 | 1,114"),
        ("Metric | February 2024 | January 2024", "Bitcoin Sold | 952 | 952 | 1,114"),
        ("Metric | Metric | February 2024 | January 2024", "Bitcoin Sold | 952 | 1,114"),
    ],
    ids=["value lost", "heading lost", "value doubled", "corner doubled"],
)
def test_row_of_other_width_than_its_headings_has_no_values(lines: tuple[str, ...]) -> None:
    """Found by the fuzz suite: a lost or doubled cell moved values below the heading of another month."""
    assert values(html(*lines)) == [("Bitcoin Sold", [])]


@pytest.mark.parametrize(
    "row",
    [
        "Bitcoin Sold | Bitcoin Sold | 952 | 1,114",
        "Bitcoin Sold | 952 | 1,114 |",
        " | Bitcoin Sold | 952 | 1,114",
    ],
)
def test_row_of_other_width_with_as_many_values_is_read_in_order(row: str) -> None:
    table = html("Metric | February 2024 | January 2024", row)
    assert values(table) == [("Bitcoin Sold", [("February 2024", "952"), ("January 2024", "1,114")])]


def test_empty_cells_belong_to_the_width_of_a_row() -> None:
    table = html("Metric | | April | | March", "Bitcoin Sold | | 952 | | ", "Bitcoin Held | | | | 7")
    assert values(table) == [("Bitcoin Sold", [("April", "952")]), ("Bitcoin Held", [("March", "7")])]
