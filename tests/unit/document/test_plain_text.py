"""Text without markup: wrapped paragraphs, and tables whose cells are on lines, between bars, or in one line."""

import pytest

from pipelines.parse.document.page import Block, read_page
from pipelines.parse.document.tables import Table

# Figures of Riot's updates for July 2024 and November 2023; labels and layout in our own order.
BARS_BEHIND = """Monthly figures |
|||||
Item |
July 2024 1 |
June 2024 1 |
July 2023 |
Change |
|||||
BTC produced |
370 |
255 |
410 |
45 % |
|||||
BTC held 2 |
9,704 |
9,334 |
7,275 |
4 % |
|||||
BTC sold |
– |
– |
400 |
N/A |
"""
BARS_BETWEEN = """Its figures
for July 2024
|
|
Item
|
|
July 2024
1
|
June 2024
1
|
July
2023
|
Change
|
|
BTC
produced
|
370
|
255
|
410
|
45 %
|
|
BTC held
2
|
|
9,704
|
9,334
|
7,275
|
4 %
|
|
BTC sold
|
–
|
–
|
400
|
N/A
|
"""
ONE_LINE = (
    "Item July 2024 June 2024 July 2023 M/M BTC produced 370 255 410 45% BTC held2 9,704 9,334 7,275 4% "
    "BTC sold - net - - 400 N/A 1. At the end of the month."
)


def lines(table: Table) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (line.label, [(v.heading, v.text) for v in line.values if "20" in v.heading]) for line in table.lines
    ]


@pytest.mark.parametrize("text", [BARS_BEHIND, BARS_BETWEEN], ids=["bars behind cells", "bars between cells"])
def test_cells_on_lines_are_a_table(text: str) -> None:
    (table,) = read_page(text.encode()).tables
    assert lines(table) == [
        ("BTC produced", [("July 2024 1", "370"), ("June 2024 1", "255"), ("July 2023", "410")]),
        ("BTC held", [("July 2024 1", "9,704"), ("June 2024 1", "9,334"), ("July 2023", "7,275")]),
        ("BTC sold", [("July 2024 1", "–"), ("June 2024 1", "–"), ("July 2023", "400")]),
    ]


def test_table_in_one_line_is_read() -> None:
    page = read_page(ONE_LINE.encode())
    (table,) = page.tables
    assert lines(table) == [
        ("BTC produced", [("July 2024", "370"), ("June 2024", "255"), ("July 2023", "410")]),
        ("BTC held", [("July 2024", "9,704"), ("June 2024", "9,334"), ("July 2023", "7,275")]),
        ("BTC sold - net", [("July 2024", "-"), ("June 2024", "-"), ("July 2023", "400")]),
    ]
    assert [block.text for block in page.blocks] == ["Item", "At the end of the month."]


def test_ragged_table_in_one_line_stays_text() -> None:
    """A value that is lost would move all values behind it."""
    ragged = ONE_LINE.replace("9,334 ", "").replace("255 ", "")
    page = read_page(ragged.encode())
    assert page.tables == []
    assert [block.text for block in page.blocks] == [ragged]


def test_cells_run_together_are_no_table() -> None:
    assert (
        read_page(b"ItemJuly 2024June 2024\nBTC produced370255\nBTC held9,7049,334\nBTC sold400300").tables
        == []
    )


def test_pairs_of_lines_are_no_table() -> None:
    """Whether a number belongs to the line before or behind it is not known."""
    text = b"Highlights\n587\nBTC produced\n13,011\nBTC held\n560\nBTC sold\n50.0\nEH/s operating"
    assert read_page(text).tables == []


def test_rows_with_bars_keep_their_columns() -> None:
    text = "Item | July 2024 | June 2024 |\nBTC produced | 370 | 255 |\nBTC held || 9,704 | 9,334 |\n"
    (table,) = read_page(text.encode()).tables
    assert lines(table)[0] == ("BTC produced", [("July 2024", "370"), ("June 2024", "255")])


def test_wrapped_lines_are_one_paragraph() -> None:
    text = "CASTLE ROCK, Colo., Aug. 5,\n2024 – Riot mined 370\nbitcoin in July and held 9,704\nBitcoin.\nIt sold\nnone.\nNext steps"
    assert [block.text for block in read_page(text.encode()).blocks] == [
        "CASTLE ROCK, Colo., Aug. 5, 2024 – Riot mined 370 bitcoin in July and held 9,704 Bitcoin.",
        "It sold none.",
        "Next steps",
    ]


def test_lines_of_a_list_stay_apart() -> None:
    text = "Bitcoin produced: 370\nBitcoin held: 9,704\nDeployed hash rate: 23.3 EH/s\n" + "X" * 200
    assert [block.text for block in read_page(text.encode()).blocks][:3] == [
        "Bitcoin produced: 370",
        "Bitcoin held: 9,704",
        "Deployed hash rate: 23.3 EH/s",
    ]


def test_subheading_below_the_headings_is_no_heading() -> None:
    """A footnote's number behind a sub-heading made it a fourth heading, and moved all values by one column."""
    text = (
        "Metrics |\nMay-24 |\nApr-24 |\nMar-24 |\nOwn mining2 |\n|||\nBTC mined |\n230 |\n358 |\n353 |\nRate |\n9.4 |\n"
        "8.2 |\n7.1 |\nPower |\n246 |\n220 |\n195 |\nThe end of it, with a sentence\nthat goes on."
    )
    page = read_page(text.encode())
    (table,) = page.tables
    first = table.lines[0]
    assert (first.label, [(v.heading, v.text) for v in first.values]) == (
        "BTC mined",
        [("May-24", "230"), ("Apr-24", "358"), ("Mar-24", "353")],
    )
    assert page.blocks[-1].text == "The end of it, with a sentence that goes on."


def test_one_column_needs_its_heading_before_the_first_row() -> None:
    text = "Metrics |\nAug-23 |\nBTC mined |\n410 |\nRate |\n5.5 |\nPower |\n172 |\n"
    (table,) = read_page(text.encode()).tables
    assert [line.label for line in table.lines] == ["BTC mined", "Rate", "Power"]
    assert table.lines[0].values[0].text == "410"
    assert not read_page(text.replace("Aug-23 |\n", "").encode()).tables


def test_columns_without_alignment_are_counted() -> None:
    text = (
        "In thousands   Three Months Ended Q3 2023     Three Months Ended Q2 2023   % Change\n"
        "Revenue $ 18,955   $ 15,456   22.6 %\nGross profit $ 10,687   $ 10,343   3.3 %\nMargin   56.4 %   66.9 % (15.7 %)\n"
    )
    (table,) = read_page(text.encode()).tables
    assert [(line.label, [(v.heading, v.text) for v in line.values]) for line in table.lines] == [
        (
            "Revenue",
            [
                ("Three Months Ended Q3 2023", "$ 18,955"),
                ("Three Months Ended Q2 2023", "$ 15,456"),
                ("% Change", "22.6 %"),
            ],
        ),
        (
            "Gross profit",
            [
                ("Three Months Ended Q3 2023", "$ 10,687"),
                ("Three Months Ended Q2 2023", "$ 10,343"),
                ("% Change", "3.3 %"),
            ],
        ),
    ]


def _values(text: str) -> list[tuple[str, list[tuple[str, str]]]]:
    (table,) = read_page(text.encode()).tables
    return [(line.label, [(v.heading, v.text) for v in line.values]) for line in table.lines]


def test_years_in_one_line_may_have_footnotes() -> None:
    text = (
        "Metric May 20241,2 April 20242 May 2023 Month/Month Coins mined 210 370 670 -43% "
        "Coins sold - - 590 N/A Sales - Net Proceeds - - $16.1 million N/A The end of it follows."
    )
    assert _values(text) == [
        (
            "Coins mined",
            [("May 2024", "210"), ("April 2024", "370"), ("May 2023", "670"), ("Month/Month", "-43%")],
        ),
        ("Coins sold", [("May 2024", "-"), ("April 2024", "-"), ("May 2023", "590"), ("Month/Month", "N/A")]),
        (
            "Sales - Net Proceeds",
            [("May 2024", "-"), ("April 2024", "-"), ("May 2023", "$16.1 million"), ("Month/Month", "N/A")],
        ),
    ]


def test_line_of_headings_is_above_rows_with_one_blank_between_cells() -> None:
    text = (
        "An update for the month.\n\nDecember 2023 November 2023\nCapacity 810 MW 790 MW\n"
        "Total hash rate\n\n21.5 EH/s\n\n21.6 EH/s\nCoins mined 440 BTC 380 BTC\n\nNotes follow here, at length.\n"
    )
    assert _values(text) == [
        ("Capacity", [("December 2023", "810 MW"), ("November 2023", "790 MW")]),
        ("Total hash rate", [("December 2023", "21.5 EH/s"), ("November 2023", "21.6 EH/s")]),
        ("Coins mined", [("December 2023", "440 BTC"), ("November 2023", "380 BTC")]),
    ]
    assert read_page(text.encode()).blocks[-1].text == "Notes follow here, at length."


@pytest.mark.parametrize(
    "headings", ["Q4 2020 | Q4 2021 | Increase (%) | ||||", "| Q4 2020 | Q4 2021 | Change |"]
)
def test_headings_without_a_cell_over_the_labels_move_on(headings: str) -> None:
    text = f"Production\n{headings}\nBTC mined | 64.1 | 172.2 | 108.1 | |||\nValue | $29,001 | $46,300 | ($17,299 | ) |\n"
    lines = _values(text)
    assert [(label, [v for _, v in values]) for label, values in lines] == [
        ("BTC mined", ["64.1", "172.2", "108.1"]),
        ("Value", ["$29,001", "$46,300", "($17,299)"]),
    ]
    assert [heading for heading, _ in lines[0][1]][:2] == ["Q4 2020", "Q4 2021"]


def test_prose_with_a_bar_is_no_row() -> None:
    text = f"A city (Nasdaq: HUT | TSX: HUT), a miner, {'says more and ' * 20}goes on.\n\nIt mined 5 coins."
    page = read_page(text.encode())
    assert not page.tables
    assert page.blocks[0].text.endswith("goes on.")


def test_line_of_headings_may_have_a_corner_short_months_and_sections() -> None:
    """Rows of one line each: a line without a value is a section, which says whose revenue it is."""
    table = read_page(
        b"Update of a miner\n\nKey Metrics Aug 25 Jul 25*\n     \nBitcoin Mining    \n"
        b"Average operating hashrate 43.1 EH/s 44.9 EH/s\nBitcoin mined 661 BTC 719 BTC\nRevenue $75.3m $82.1m\n"
        b"Net electricity costs1 ($25.1m) ($22.8m)*\n     \nAI Cloud    \nRevenue $2.5m $2.2m\n     \n"
        b"*An invoice that came later is in July's cost.\n"
    ).tables[0]
    assert [(line.section, line.label, [v.heading for v in line.values]) for line in table.lines] == [
        ("Bitcoin Mining", "Average operating hashrate", ["Aug 25", "Jul 25"]),
        ("Bitcoin Mining", "Bitcoin mined", ["Aug 25", "Jul 25"]),
        ("Bitcoin Mining", "Revenue", ["Aug 25", "Jul 25"]),
        ("Bitcoin Mining", "Net electricity costs", ["Aug 25", "Jul 25"]),
        ("AI Cloud", "Revenue", ["Aug 25", "Jul 25"]),
    ]


def test_headings_may_have_a_line_each() -> None:
    """Only rows with a value for each heading belong to the table."""
    table = read_page(
        b"Metrics\n\nOne Month May 31, 2024\n \n\nOne Month June 30, 2024\n \n\nSix Months June 30, 2024\n"
        b"Bitcoin Mined (net) 13.9 5.3 129.8\nBitcoin Sold (6.1) - (64.2)\nBitcoin Held 162.8 160.1 160.1\n"
        b"Miners Deployed 5,410 1,850  \n\nThe company moved its machines.\n"
    ).tables[0]
    assert lines(table)[:2] == [
        (
            "Bitcoin Mined (net)",
            [
                ("One Month May 31, 2024", "13.9"),
                ("One Month June 30, 2024", "5.3"),
                ("Six Months June 30, 2024", "129.8"),
            ],
        ),
        (
            "Bitcoin Sold",
            [
                ("One Month May 31, 2024", "(6.1)"),
                ("One Month June 30, 2024", "-"),
                ("Six Months June 30, 2024", "(64.2)"),
            ],
        ),
    ]
    assert [line.label for line in table.lines] == ["Bitcoin Mined (net)", "Bitcoin Sold", "Bitcoin Held"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Revenues\n\nwere\n\nRMB978.1 million\n\n(\n\nUS$137.4 million\n\n), 40.7% less than\n\nRMB1,651.9 million\n\nin the quarter before.",
            [
                "Revenues were RMB978.1 million (US$137.4 million), 40.7% less than RMB1,651.9 million in the quarter before."
            ],
        ),
        (
            "Energized hashrate up 61% |\nTO 60.1 EH/S IN Q3 2025 |\nfrom 37.2 EH/s in Q3 2024. |\nBlocks won |",
            ["Energized hashrate up 61% TO 60.1 EH/S IN Q3 2025 from 37.2 EH/s in Q3 2024."],
        ),
        ("Bitcoin Mined:\n\n31 BTC (Mar 2025: 33 BTC)", ["Bitcoin Mined: 31 BTC (Mar 2025: 33 BTC)"]),
        (
            "|\n●\n|\nHosting hash rate was 12.4 EH/s.\n|\no\n|\nSelf-mining gave it 281 Bitcoins in May.\n|",
            ["Hosting hash rate was 12.4 EH/s.", "Self-mining gave it 281 Bitcoins in May."],
        ),
        (
            "  • Revenues 160% above last year's\n  • Current cash of $27.4M",
            ["Revenues 160% above last year's", "Current cash of $27.4M"],
        ),
    ],
    ids=[
        "links on lines of their own",
        "cells that continue",
        "label above its value",
        "bullets in cells",
        "bullets",
    ],
)
def test_lines_that_belong_together(text: str, expected: list[str]) -> None:
    assert [block.text for block in read_page(text.encode()).blocks][: len(expected)] == expected


def test_first_value_may_be_on_the_line_of_its_label() -> None:
    """The others follow alone; a dash before a word begins a label."""
    text = (
        "Metric August 2025 September 2025 - Bitcoin2 - Mined, net 5.7\n\n5.8\n\n- Sold (9.1)\n\n(12.4)\n\n"
        "- Purchased 161\n\n-\n\n- Bitcoin HODL 310.4\n\n303.6\n\nThe chairman said that it is undervalued.\n"
    )
    heads = ["August 2025", "September 2025"]
    assert lines(read_page(text.encode()).tables[0]) == [
        ("Bitcoin2 - Mined, net", list(zip(heads, ("5.7", "5.8"), strict=True))),
        ("Sold", list(zip(heads, ("(9.1)", "(12.4)"), strict=True))),
        ("Purchased", list(zip(heads, ("161", "-"), strict=True))),
        ("Bitcoin HODL", list(zip(heads, ("310.4", "303.6"), strict=True))),
    ]


def test_escaped_text_of_a_sites_data_is_read() -> None:
    """A cut JSON document: its text has escapes for lines, quotes and signs."""
    text = (
        '[{"type":"text","content":"Sphere (\\"Company\\") gives its results.\\nHighlights:\\n\\n'
        "In August 57.9 Bitcoin were mined \\u2013 a record \\ud83d.\\nUptime 65%"
    )
    read = " | ".join(block.text for block in read_page(text.encode()).blocks)
    assert (
        'Sphere ("Company") gives its results. Highlights: | In August 57.9 Bitcoin were mined – a record'
        in read
    )
    assert "\\n" not in read


def test_headings_above_years_cover_several_columns() -> None:
    """Lengths, days without a year and years on lines of their own, as a copied statement has them."""
    for above in (
        "Three Months Ended\nNine Months Ended\nSeptember 30,\nSeptember 30,\nSeptember 30,\nSeptember 30,\n(in USD thousands)\n",
        "Three Months Ended September 30,\nNine Months Ended September 30,\n",
    ):
        rows = "Mining\n$\n8,710\n$\n12,720\n$\n45,030\n$\n37,840\nHosting\n1,000\n2,000\n3,000\n—\nTotal\n9,710\n14,720\n48,030\n37,840\n"
        table = read_page(f"Segments\n{above}2024\n2023\n2024\n2023\n{rows}".encode()).tables[0]
        heads = [
            f"{length} Months Ended September 30, {year}"
            for length in ("Three", "Nine")
            for year in (2024, 2023)
        ]
        assert lines(table)[0] == (
            "Mining",
            list(zip(heads, ("$8,710", "$12,720", "$45,030", "$37,840"), strict=True)),
        )


def test_cells_that_end_in_bars_have_a_line_each() -> None:
    """A table whose every cell ends with a bar; a digit behind a label marks a footnote."""
    text = (
        "Metric |\nJuly 2024 1 |\nJune 2024 1 |\nYears/Years |\n||||\nBitcoin Produced |\n372 |\n251 |\n48 % |\n||||\n"
        "Bitcoin Held 2 |\n9,702 |\n9,331 |\n4 % |\n||||\nBitcoin Sold |\n1 |\n2 |\n3 % |\n"
    )
    table = read_page(text.encode()).tables[0]
    assert [line[0] for line in lines(table)] == ["Bitcoin Produced", "Bitcoin Held", "Bitcoin Sold"]


def test_table_below_prose_that_ends_in_a_year_is_read() -> None:
    """The year that ends a wrapped sentence is no value, and labels may be wrapped too."""
    text = (
        "Alder Ridge today published its monthly update for January\n2025.\nHighlights\nKey\nMetrics |\n"
        "Jan 25 |\nDec 24 |\nBitcoin mined |\n521 BTC |\n529 BTC |\nElectricity cost (per\nBitcoin)2 |\n"
        "($24,683) |\n($22,799) |\nRevenue |\n$52.0m |\n$52.1m |\n"
    )
    table = read_page(text.encode()).tables[0]
    assert [(line.label, [(v.heading, v.text) for v in line.values]) for line in table.lines] == [
        ("Bitcoin mined", [("Jan 25", "521 BTC"), ("Dec 24", "529 BTC")]),
        ("Electricity cost (per Bitcoin)", [("Jan 25", "($24,683)"), ("Dec 24", "($22,799)")]),
        ("Revenue", [("Jan 25", "$52.0m"), ("Dec 24", "$52.1m")]),
    ]


def test_labels_and_values_may_run_together() -> None:
    """Years, labels and values without blanks between them, as text of a filing's viewer has them."""
    text = (
        "Three Months Ended September 30,Nine Months Ended September 30,\n2024202320242023\nHosting Segment1\nRevenue:\n"
        "Hosting revenue$29,860 $44,910 $82,310 $117,060 \nEquipment sales— 37,160 — 78,660 \n"
        "Total revenue29,860 82,070 82,310 195,720 \nGross margin2\n22 %5 %9 %22 %\nMining Segment\n"
        "Mining revenue\n$90,330 $97,790 $16,920 $20,000 \n1 During the year, the segment also included sales of machines to customers of ours.\n"
    )
    table = read_page(text.encode()).tables[0]
    heads = [
        f"{length} Months Ended September 30, {year}" for length in ("Three", "Nine") for year in (2024, 2023)
    ]
    assert lines(table) == [
        ("Hosting revenue", list(zip(heads, ("$29,860", "$44,910", "$82,310", "$117,060"), strict=True))),
        ("Equipment sales", list(zip(heads, ("—", "37,160", "—", "78,660"), strict=True))),
        ("Total revenue", list(zip(heads, ("29,860", "82,070", "82,310", "195,720"), strict=True))),
        ("Mining revenue", list(zip(heads, ("$90,330", "$97,790", "$16,920", "$20,000"), strict=True))),
    ]
    assert [line.section for line in table.lines] == [*["Hosting Segment1 | Revenue:"] * 3, "Mining Segment"]


def test_sentences_above_a_table_with_bars_are_no_cells() -> None:
    """Lines of bullets are as short as cells, and their days and years look like headings."""
    page = read_page(
        b"""Results of the quarter ended
June 30, 2024.
Highlights
- Hosting capacity of 522 MW,
compared with 374 MW in the same quarter of
2023.
- Production fell 23.1% to 780 coins
in the same quarter.
Metric |
June 30, |
2024 |
2023 |
Capacity (MW) |
522 |
374 |
Mining capacity (EH/s) |
24.7 |
15.2 |
Users |
395,056 |
211,502 |
"""
    )
    blocks = [item.text for item in page.items if isinstance(item, Block)]
    assert any("522 MW, compared with 374 MW" in text for text in blocks)
    assert any("to 780 coins in the same quarter" in text for text in blocks)
    (table,) = [item for item in page.items if isinstance(item, Table)]
    assert [line.label for line in table.lines] == ["Capacity (MW)", "Mining capacity (EH/s)", "Users"]


def test_headings_over_several_lines() -> None:
    """LM Funding's updates: length, day and year of each column on lines of their own."""
    page = read_page(
        b"""Metrics * One Month
October 31,
2023
One Month
September 30,
2024

One Month
October 31,
2024

Coins mined, net 36.9  6.6  7.3
Coins sold (55.0) -  (9.0)
Coins held at month end 72.0  142.3  140.5
"""
    )
    (table,) = [item for item in page.items if isinstance(item, Table)]
    (headings,) = table.headings
    assert headings == "October 31, 2023 | One Month September 30, 2024 | One Month October 31, 2024"
    assert [line.label for line in table.lines] == [
        "Coins mined, net",
        "Coins sold",
        "Coins held at month end",
    ]


def test_labels_behind_the_changes_of_the_row_before() -> None:
    """Riot's updates as wires store them: headings, values, and changes with the next label have a line each."""
    page = read_page(
        b"""Comparison (%) Metric

June 2024 1 May 2024 1 June 2023

Month/Month Year/Year Coins Produced

245 205 450

20 % -46 % Coins Held 2

9,324 9,074 7,240

3 % 29 % Coins Sold

- - 390

N/A N/A Sales - Net Proceeds

- - $10.1 million

N/A N/A
"""
    )
    (table,) = [item for item in page.items if isinstance(item, Table)]
    values = {line.label: [value.text for value in line.values[:3]] for line in table.lines}
    assert values["Coins Held"] == ["9,324", "9,074", "7,240"]
    assert values["Coins Sold"] == ["-", "-", "390"]
    assert values["Sales - Net Proceeds"] == ["-", "-", "$10.1 million"]
    assert [value.heading for value in table.lines[0].values][:3] == ["June 2024", "May 2024", "June 2023"]


def test_end_of_a_sentence_above_bars_is_no_heading() -> None:
    page = read_page(
        b"""Two lines of business, without the third (which was sold in
November 2022).
|
Six months ended
June 30, 2024
|
Line
|
US$
|
Percentage
|
Trading
|
55,401
|
91.7%
|
Hosting
|
4,701
|
7.8%
|
Others
|
301
|
0.5%
|
"""
    )
    headings = {
        v.heading for t in page.items if isinstance(t, Table) for line in t.lines for v in line.values
    }
    assert not any("November" in heading for heading in headings)


def test_corner_on_a_line_above_the_headings() -> None:
    page = read_page(
        b"""Key Metrics |
Apr 25 | Mar 25 | |
Mining | |||
Coins mined | 570 BTC | 530 BTC | |
Revenue | $50.1m | $45.2m | |
Cloud | |||
Revenue | $2.1m | $1.7m | |
"""
    )
    (table,) = [item for item in page.items if isinstance(item, Table)]
    assert [[(v.text, v.heading) for v in line.values] for line in table.lines] == [
        [("570 BTC", "Apr 25"), ("530 BTC", "Mar 25")],
        [("$50.1m", "Apr 25"), ("$45.2m", "Mar 25")],
        [("$2.1m", "Apr 25"), ("$1.7m", "Mar 25")],
    ]


def test_currencies_below_the_periods() -> None:
    cells = ["Six months ended June 30,", "2021", "2022", "2022", "RMB", "RMB", "US$", "Revenues:"]
    cells += ["Mining revenue", "125,201,501", "41,802,201", "6,241,701"]
    cells += [
        "Other revenues",
        "571,501",
        "8,952,201",
        "1,337,301",
        "Total",
        "125,773,002",
        "50,754,402",
        "7,579,002",
    ]
    page = read_page("\n".join(f"|{cell}" for cell in cells).encode())
    (table,) = [item for item in page.items if isinstance(item, Table)]
    assert [value.heading for value in table.lines[0].values] == [
        "Six months ended June 30, 2021 RMB",
        "Six months ended June 30, 2022 RMB",
        "Six months ended June 30, 2022 US$",
    ]


def test_two_tables_each_below_one_period() -> None:
    """SOS's results: one period covers the amount and its share; the next table follows at once."""
    cells: list[str] = []
    for year, values in (("2024", (55_401, 4_701, 301, 60_403)), ("2023", (37_801, 1_201, 2_401, 41_403))):
        cells += [
            "Six months ended",
            f"June 30, {year}",
            "",
            "Lines",
            "and services",
            "",
            "US$",
            "",
            "Percentage",
            "",
        ]
        for label, value in zip(("Trading", "Hosting", "Others", "Total revenue"), values, strict=True):
            cells += [label, "", f"{value:,}", "", "25.1", "", "%", ""]
    lines = [cell or "|" for cell in cells]
    tables = [
        item
        for item in read_page("\n".join(["Lines of business.", "|", *lines]).encode()).items
        if isinstance(item, Table)
    ]
    assert [[(v.text, v.heading) for v in t.lines[-1].values[:1]] for t in tables] == [
        [("60,403", "Six months ended June 30, 2024 US$")],
        [("41,403", "Six months ended June 30, 2023 US$")],
    ]


def test_years_above_amounts_and_shares() -> None:
    """SOS's results of a year: the last share of a row stands before the label of the next."""
    text = "Revenue by line (in thousands)\n\nFY 2024\n\nFY 2023\n\nAmount\n\nPercentage\n\nAmount\n\nPercentage\n\n"
    text += "Trading\n\n204,301\n\n92.6 %\n\n68,401\n\n74 % Mining\n\n9,201\n\n4 %\n\n18,801\n\n20.4 % Hosting\n\n"
    text += "6,501\n\n2.8 %\n\n2,301\n\n2.6 %\n"
    (table,) = [item for item in read_page(text.encode()).items if isinstance(item, Table)]
    assert [line.label for line in table.lines] == ["Trading", "Mining", "Hosting"]
    assert [(v.text, v.heading) for v in table.lines[1].values] == [
        ("9,201", "FY 2024 Amount"),
        ("4 %", "FY 2024 Percentage"),
        ("18,801", "FY 2023 Amount"),
        ("20.4 %", "FY 2023 Percentage"),
    ]
