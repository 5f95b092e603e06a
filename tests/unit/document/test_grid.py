"""Cells of tables by column, from HTML and plain text."""

import pytest
from lxml import etree

from pipelines.parse.document.grid import MAX_CELLS, MAX_COLUMNS, grid_of, rows_of_text


def cells(rows: str) -> list[list[tuple[str, int, int]]]:
    table = etree.HTML(f"<table>{rows}</table>").find(".//table")
    return [[(cell.text, cell.start, cell.end) for cell in row] for row in grid_of(table)]


def test_cells_are_numbered_by_column() -> None:
    assert cells("<tr><td>Metric</td><td></td><th>April</th></tr>") == [[("Metric", 0, 1), ("April", 2, 3)]]


def test_colspan_moves_the_next_cell() -> None:
    assert cells('<tr><td colspan="3">Hosting</td><td>16.9</td></tr>') == [
        [("Hosting", 0, 3), ("16.9", 3, 4)]
    ]


@pytest.mark.parametrize("written", ["", "0", "-2", "two", "1.5"])
def test_invalid_colspan_is_one(written: str) -> None:
    assert cells(f'<tr><td colspan="{written}">A</td><td>B</td></tr>') == [[("A", 0, 1), ("B", 1, 2)]]


def test_blank_around_colspan_is_ignored() -> None:
    assert cells('<tr><td colspan=" 2 ">A</td><td>B</td></tr>') == [[("A", 0, 2), ("B", 2, 3)]]


def test_huge_colspan_is_limited() -> None:
    assert cells('<tr><td colspan="99999">A</td></tr>') == [[("A", 0, MAX_COLUMNS)]]


def test_rowspan_moves_cells_of_the_rows_below() -> None:
    rows = '<tr><td rowspan="3">Site</td><td>1</td></tr><tr><td>2</td></tr><tr><td>3</td></tr><tr><td>4</td></tr>'
    assert cells(rows) == [[("Site", 0, 1), ("1", 1, 2)], [("2", 1, 2)], [("3", 1, 2)], [("4", 0, 1)]]


def test_rowspan_between_cells_is_passed() -> None:
    rows = (
        '<tr><td>A</td><td rowspan="2" colspan="2">B</td><td>C</td></tr><tr><td>D</td><td>E</td></tr>'
        "<tr><td>F</td><td>G</td></tr>"
    )
    assert cells(rows) == [
        [("A", 0, 1), ("B", 1, 3), ("C", 3, 4)],
        [("D", 0, 1), ("E", 3, 4)],
        [("F", 0, 1), ("G", 1, 2)],
    ]


def test_two_rowspans_of_one_row_both_count() -> None:
    rows = '<tr><td rowspan="2">A</td><td rowspan="2">B</td><td>1</td></tr><tr><td>2</td></tr>'
    assert cells(rows)[1] == [("2", 2, 3)]


def test_cell_with_a_footnote_mark_alone_is_kept() -> None:
    table = etree.HTML("<table><tr><td>BTC held</td><td><sup>(2)</sup></td></tr></table>").find(".//table")
    assert [(cell.text, cell.marks) for cell in grid_of(table)[0]] == [("BTC held", ()), ("", ("2",))]


def test_markup_in_a_cell_is_text() -> None:
    assert cells("<tr><td><b>BTC</b> <i>held</i></td></tr>") == [[("BTC held", 0, 1)]]


def test_row_beyond_the_last_column_is_cut() -> None:
    row = cells(f"<tr>{'<td>x</td>' * (MAX_COLUMNS + 5)}</tr>")[0]
    assert len(row) == MAX_COLUMNS


def test_table_with_too_many_cells_is_cut() -> None:
    rows = cells(f"<tr>{'<td>x</td>' * 100}</tr>" * (MAX_CELLS // 100 + 50))
    assert sum(len(row) for row in rows) == MAX_CELLS


def test_text_columns_are_separated_by_blanks_tabs_and_bars() -> None:
    assert [
        [cell.text for cell in row] for row in rows_of_text(["BTC held   19,211\t463", "BTC | 1 | 2"])
    ] == [["BTC held", "19,211", "463"], ["BTC", "1", "2"]]


def test_text_cells_keep_their_place() -> None:
    label, value = rows_of_text(["BTC held    19,211"])[0]
    assert (label.start, label.end, value.end) == (0, 8, 18)
    assert label.end < value.start <= 12


def test_rules_between_text_rows_are_skipped() -> None:
    assert rows_of_text(["-----  =====", "", "+----+", "BTC  1"])[0][0].text == "BTC"
    assert len(rows_of_text(["-----  =====", "", "+----+", "BTC  1"])) == 1


def test_dot_leaders_are_no_text() -> None:
    assert [c.text for c in rows_of_text(["Total revenue ........  95.4"])[0]] == ["Total revenue", "95.4"]


def test_width_of_a_row_counts_empty_and_spanned_columns() -> None:
    rows = (
        '<tr><td rowspan="2">A</td><td colspan="2">1</td><td></td></tr><tr><td>2</td></tr>'
        '<tr><td>3</td><td rowspan="2">4</td></tr><tr><td>5</td></tr>'
    )
    table = etree.HTML(f"<table>{rows}</table>").find(".//table")
    assert [row.width for row in grid_of(table)] == [4, 2, 2, 2]
