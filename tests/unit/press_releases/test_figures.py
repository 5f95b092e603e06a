"""Every trap that press releases hold, each with the figures that taught it."""

from collections.abc import Callable
from datetime import date
from typing import Any

Read = Callable[..., Any]
Page = Callable[..., bytes]
APRIL = "Riot Announces April 2025 Production and Operations Updates"
MARCH_2024 = "Core Scientific Announces March 2024 Production and Operations Updates"
MAY = date(2025, 5, 5)


def table(*rows: list[str], caption: str = "") -> str:
    """A table of plain cells; `|` in the first of a row's strings is no cell of its own."""
    body = "".join(
        "<tr>" + "".join(cell if cell.startswith("<td") else f"<td>{cell}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    return (f"<p>{caption}</p>" if caption else "") + f"<table>{body}</table>"


HEAD = ["Metric", "April 2025", "March 2025", "April 2024", "Month/Month", "Year/Year"]


def test_footnote_after_number_is_dropped(normalize_release: Read, make_page: Page) -> None:
    """`19,2113` is 19,211 with footnote 3, set raised in HTML or glued where the layout is lost."""
    for cell in (
        "19,2113",
        "19,211<sup>3</sup>",
        "19,211 <sup>(3)</sup>",
        '19,211<font style="font-size:6pt;vertical-align:super">3</font>',
        "19,211 (3)",
        "19,211*",
    ):
        found = normalize_release(
            make_page(APRIL, table(["Metric", "April 2025"], ["Bitcoin Held 2", cell])), disclosed_on=MAY
        )
        assert found.value("bitcoin_held", "2025-04-30") == 19211, cell


def test_footnote_after_label_is_dropped(normalize_release: Read, make_page: Page) -> None:
    for label in (
        "Bitcoin Held 2",
        "Bitcoin Held<sup>2</sup>",
        "Bitcoin Held (2)",
        "Bitcoin Held*",
        "Bitcoin Held [b]",
        "BTC Held2",
    ):
        found = normalize_release(
            make_page(APRIL, table(["Metric", "April 2025"], [label, "19,211"])), disclosed_on=MAY
        )
        assert found.value("bitcoin_held", "2025-04-30") == 19211, label


def test_column_period_comes_from_heading(normalize_release: Read, make_page: Page) -> None:
    """Current month, prior month, same month last year; then in another order."""
    for order in ([0, 1, 2], [2, 1, 0], [1, 0, 2]):
        months, values = ["April 2025", "March 2025", "April 2024"], ["463", "533", "375"]
        found = normalize_release(
            make_page(
                APRIL,
                table(
                    ["Metric", *(months[i] for i in order)], ["Bitcoin Produced", *(values[i] for i in order)]
                ),
            ),
            disclosed_on=MAY,
        )
        ends = ("2025-04-30", "2025-03-31", "2024-04-30")
        assert [found.value("bitcoin_produced", end) for end in ends] == [463, 533, 375]


def test_change_columns_are_skipped(normalize_release: Read, make_page: Page) -> None:
    found = normalize_release(
        make_page(
            APRIL,
            table(
                HEAD,
                ["Bitcoin Produced", "463", "533", "375", "-13%", "23%"],
                ["Bitcoin Sold", "475", "–", "375", "N/A", "27"],
            ),
        ),
        disclosed_on=MAY,
    )
    assert len(found.figures) == 6


def test_comparison_heading_is_no_change_column(normalize_release: Read, make_page: Page) -> None:
    """MARA's "Prior Month Comparison" stands over the days and the change alike."""
    rows = [
        ["", '<td colspan="3">Prior Month Comparison</td>'],
        ["Metric", "8/31/2025", "7/31/2025", "% Δ"],
        ["BTC Produced", "705", "703", "0%"],
    ]
    found = normalize_release(
        make_page(
            "MARA Announces Bitcoin Production and Mining Operation Updates for August 2025", table(*rows)
        ),
        "MARA",
        date(2025, 9, 4),
    )
    assert found.facts() == {
        ("bitcoin_produced", "company", "2025-08-31"): 705,
        ("bitcoin_produced", "company", "2025-07-31"): 703,
    }


def test_dashes_are_zero_and_na_is_empty(normalize_release: Read, make_page: Page) -> None:
    rows = [
        HEAD[:4],
        ["Bitcoin Sold", "–", "-", "—"],
        ["Average Net Price per Bitcoin Sold", "N/A", "nm", "n/a"],
    ]
    found = normalize_release(make_page(APRIL, table(*rows)), disclosed_on=MAY)
    assert [f.value for f in found.figures] == [0, 0, 0]
    assert {f.fact for f in found.figures} == {"bitcoin_sold"}


def test_sites_above_total_are_not_added(normalize_release: Read, make_page: Page) -> None:
    rows = [
        HEAD[:2],
        ["Deployed Hash Rate – Rockdale", "15.0 EH/s"],
        ["Deployed Hash Rate – Corsicana", "15.7 EH/s"],
        ["Deployed Hash Rate – Total", "33.7 EH/s"],
    ]
    found = normalize_release(make_page(APRIL, table(*rows)), disclosed_on=MAY)
    assert found.facts() == {("hashrate_deployed", "company", "2025-04-30"): 33.7}
    assert "per_site_beside_a_total" in found.skipped_rules()


def test_sites_without_total_are_named(normalize_release: Read, make_page: Page) -> None:
    rows = [HEAD[:2], ["Deployed Hash Rate (EH/s)"], ["Rockdale", "15.0"], ["Corsicana", "15.7"]]
    found = normalize_release(make_page(APRIL, table(*rows)), disclosed_on=MAY)
    assert found.facts() == {
        ("hashrate_deployed", "Rockdale", "2025-04-30"): 15.0,
        ("hashrate_deployed", "Corsicana", "2025-04-30"): 15.7,
    }


def test_hosted_customer_coins_are_excluded(normalize_release: Read, make_page: Page) -> None:
    rows = [
        ["Metric", "March 2024"],
        ["Self-Mining Bitcoin Earned", "906"],
        ["Hosting Bitcoin Earned by Customers", "309"],
        ["Total Bitcoin Earned", "1,215"],
    ]
    found = normalize_release(make_page(MARCH_2024, table(*rows)), "CORZ", date(2024, 4, 5))
    end = "2024-03-31"
    assert found.facts() == {
        ("bitcoin_produced", "company", end): 906,
        ("bitcoin_produced", "hosted_customers", end): 309,
        ("bitcoin_produced", "total", end): 1215,
    }


def test_cloud_mining_customer_coins_are_excluded(normalize_release: Read, make_page: Page) -> None:
    """BitFuFu 2024Q2: 780 self-mined, 1,272 by customers."""
    text = "Bitcoin production: 2,052 BTC, including 1,272 BTC produced by cloud-mining customers and 780 BTC from self-mining operations."
    found = normalize_release(
        make_page("BitFuFu Announces Second Quarter 2024 Financial Results", text), "FUFU", date(2024, 8, 20)
    )
    end = "2024-06-30"
    assert found.facts() == {
        ("bitcoin_produced", "total", end): 2052,
        ("bitcoin_produced", "hosted_customers", end): 1272,
        ("bitcoin_produced", "company", end): 780,
    }


def test_proceeds_over_two_cells(normalize_release: Read, make_page: Page) -> None:
    """Core Scientific writes "Appx. $" in one cell and "51.2 million" in the next."""
    rows = [
        ["Metric", '<td colspan="2">March 2024</td>'],
        ["Bitcoin Sales Proceeds ($USD)", "Appx. $", "51.2 million"],
    ]
    found = normalize_release(make_page(MARCH_2024, table(*rows)), "CORZ", date(2024, 4, 5))
    figure = found.one("bitcoin_sale_proceeds", "2024-03-31")
    assert (int(figure.value), figure.qualifier, int(figure.rounding)) == (51_200_000, "about", 50_000)


def test_cells_without_heading_go_by_order(normalize_release: Read, make_page: Page) -> None:
    head = ["Metric", "March 2024", "February 2024"]
    found = normalize_release(
        make_page(
            MARCH_2024,
            table(
                head, ["Bitcoin Sales Proceeds ($USD)", "Appx. $", "66.0 million", "Appx. $", "51.2 million"]
            ),
        ),
        "CORZ",
        date(2024, 4, 5),
    )
    assert [found.value("bitcoin_sale_proceeds", end) for end in ("2024-03-31", "2024-02-29")] == [
        66_000_000,
        51_200_000,
    ]


def test_price_in_brackets_is_negative(normalize_release: Read, make_page: Page) -> None:
    found = normalize_release(
        make_page(APRIL, table(HEAD[:2], ["All-in Power Cost", "(15.8)c/kWh"])), disclosed_on=MAY
    )
    assert found.value("power_cost_all_in", "2025-04-30") == -15.8


def test_fractions_of_bitcoin_are_read(normalize_release: Read, make_page: Page) -> None:
    text = "The company sold 533.5 bitcoin in August 2025 for approximately $60.7 million."
    found = normalize_release(
        make_page("CleanSpark Releases August 2025 Bitcoin Mining Update", text), "CLSK", date(2025, 9, 4)
    )
    assert (
        found.value("bitcoin_sold", "2025-08-31"),
        found.value("bitcoin_sale_proceeds", "2025-08-31"),
    ) == (533.5, 60_700_000)


def test_sentence_gives_count_proceeds_and_price(normalize_release: Read, make_page: Page) -> None:
    text = "The company sold 445 BTC for approximately $48.7 million at an average of $109,568 per BTC."
    found = normalize_release(
        make_page("CleanSpark Releases September 2025 Bitcoin Mining Update", text), "CLSK", date(2025, 10, 3)
    )
    assert {f.fact: int(f.value) for f in found.figures} == {
        "bitcoin_sold": 445,
        "bitcoin_sale_proceeds": 48_700_000,
        "average_sale_price": 109_568,
    }
    assert {(str(f.start), str(f.end)) for f in found.figures} == {("2025-09-01", "2025-09-30")}


def test_conversion_for_operations_is_a_sale(normalize_release: Read, make_page: Page) -> None:
    found = normalize_release(
        make_page(
            "CleanSpark Releases September 2025 Bitcoin Mining Update",
            "• Total BTC converted for operations and growth in September: 445",
        ),
        "CLSK",
        date(2025, 10, 3),
    )
    assert found.value("bitcoin_sold", "2025-09-30") == 445


def test_repeated_figure_has_locator_of_table(normalize_release: Read, make_page: Page) -> None:
    parts = (
        "• Bitcoin mined in April: 463",
        "In April the company produced 463 bitcoin.",
        table(HEAD[:2], ["Bitcoin Produced", "463"]),
    )
    found = normalize_release(make_page("Riot Produces 463 Bitcoin in April 2025", *parts), disclosed_on=MAY)
    assert [f.locator for f in found.figures] == ['table 1, row 2 "Bitcoin Produced", column 1 "April 2025"']
    assert not found.findings


def test_differing_repetition_is_a_finding(normalize_release: Read, make_page: Page) -> None:
    found = normalize_release(
        make_page(
            APRIL, "In April the company produced 436 bitcoin.", table(HEAD[:2], ["Bitcoin Produced", "463"])
        ),
        disclosed_on=MAY,
    )
    assert found.value("bitcoin_produced", "2025-04-30") == 463
    [finding] = found.findings
    assert finding.check == "release_contradicts_itself"
    assert "table 1" in finding.detail
    assert "text" in finding.detail


def test_part_of_total_is_no_contradiction(normalize_release: Read, make_page: Page) -> None:
    """MARA: unrestricted holdings beside total holdings; both are of one day, one is a part of the other."""
    sentences = (
        "Total bitcoin holdings increased to 10,100 BTC as of April 30, 2025",
        "Unrestricted bitcoin holdings were approximately 3,000 BTC",
    )
    found = normalize_release(make_page(APRIL, *sentences), "MARA", MAY)
    assert found.value("bitcoin_held", "2025-04-30") == 10100
    assert not found.findings


def test_revenue_of_unnamed_part_is_no_contradiction(normalize_release: Read, make_page: Page) -> None:
    """Bit Digital, 2024-08-19: $12.5 million of one business beside total revenue of 28,950,902."""
    headline = "Bit Digital, Inc. Announces Second Quarter of Fiscal Year 2024 Financial Results"
    statement = table(
        ["", "For the Three Months Ended June 30, 2024"],
        ["Revenue - digital asset mining", "$ 16,079,893"],
        ["Revenue - high performance computing services", "12,497,197"],
        ["Total Revenues", "$ 28,577,090"],
        ["Net loss", "(12,000,000)"],
        caption="Consolidated statements of operations (in US dollars)",
    )
    for sentence, findings in (
        ("Revenue was $12.5 million for the second quarter of 2024.", []),
        ("Total revenue was $28.6 million for the second quarter of 2024.", []),
        ("Total revenue was $29.9 million for the second quarter of 2024.", ["release_contradicts_itself"]),
    ):
        found = normalize_release(make_page(headline, sentence, statement), "BTBT", date(2024, 8, 19))
        assert found.value("total_revenue", "2024-06-30") == 28577090
        assert [f.check for f in found.findings] == findings, sentence


def test_contradicting_tables_are_rejected(normalize_release: Read, make_page: Page) -> None:
    found = normalize_release(
        make_page(
            APRIL, table(HEAD[:2], ["Bitcoin Produced", "463"]), table(HEAD[:2], ["Bitcoin Produced", "643"])
        ),
        disclosed_on=MAY,
    )
    assert found.figures == []
    assert found.rejected_checks() == {"tables_contradict"}


def test_months_and_quarter_in_one_table(normalize_release: Read, make_page: Page) -> None:
    """981 + 952 + 1,114 sold by month, 2,888 in the column of the quarter: all four are read, nothing is corrected."""
    rows = [
        ["Metric", "March 2024", "February 2024", "January 2024", "First Quarter 2024"],
        ["Bitcoin Sold", "981", "952", "1,114", "2,888"],
    ]
    found = normalize_release(make_page(MARCH_2024, table(*rows)), "CORZ", date(2024, 4, 5))
    assert found.value("bitcoin_sold", "2024-03-31", start="2024-01-01") == 2888
    assert found.value("bitcoin_sold", "2024-03-31", start="2024-03-01") == 981


def test_restricted_coins_come_from_footnote(normalize_release: Read, make_page: Page) -> None:
    rows = [
        HEAD[:2],
        ["Bitcoin Held", "19,211<sup>3</sup>"],
        ['<td colspan="2">(3) Includes 1,900 restricted bitcoin.</td>'],
    ]
    found = normalize_release(make_page(APRIL, table(*rows)), disclosed_on=MAY)
    assert found.value("bitcoin_restricted", "2025-04-30") == 1900


def test_fiscal_quarter_of_june_year(normalize_release: Read, make_page: Page) -> None:
    """IREN's "Q3 FY25" is January to March 2025."""
    rows = [
        ["", "Q3 FY25"],
        ["Bitcoin mining revenue", "$141.2 million"],
        ["AI Cloud Services revenue", "$3.6 million"],
        ["Other revenue", "$3.3 million"],
        ["Total revenue", "$148.1 million"],
        ["Net profit", "–"],
    ]
    found = normalize_release(
        make_page("IREN Reports Q3 FY25 Results", table(*rows)), "IREN", date(2025, 5, 14)
    )
    assert found.value("total_revenue", "2025-03-31", start="2025-01-01") == 148_100_000
    assert found.value("segment_revenue", "2025-03-31", segment="cloud") == 3_600_000


def test_bare_year_below_months_ended_is_quarter(normalize_release: Read, make_page: Page) -> None:
    """A group's heading that does not reach as far as its columns does ("Three Months Ended March 31," above one of two)."""
    rows = [
        ["", "Three Months Ended March 31,"],
        ["(in thousands)", "2026", "2025"],
        ["Colocation revenue", "$77,500", "$8,600"],
        ["Total revenue", "77,500", "8,600"],
        ["Net loss", "–", "–"],
    ]
    found = normalize_release(
        make_page("Core Scientific Announces First Quarter 2026 Results", table(*rows)),
        "CORZ",
        date(2026, 5, 6),
    )
    assert found.value("total_revenue", "2025-03-31", start="2025-01-01") == 8_600_000
    assert found.value("total_revenue", "2025-12-31") is None


def test_bare_year_without_context_is_rejected(normalize_release: Read, make_page: Page) -> None:
    rows = [["Metric", "2025", "2024"], ["Bitcoin produced", "2,144", "2,070"]]
    found = normalize_release(
        make_page("MARA Reports Third Quarter 2025 Financial Results", table(*rows)),
        "MARA",
        date(2025, 11, 4),
    )
    assert found.figures == []
    assert "no_period_in_the_heading" in found.rejected_checks()


def test_fourth_quarter_of_earnings_release(normalize_release: Read, make_page: Page) -> None:
    """Core Scientific 2025Q4: 79.8 = 42.2 + 6.3 + 31.3, which no 10-K states."""
    rows = [
        ["", "Three Months Ended December 31, 2025"],
        ["Digital asset self-mining revenue", "$42,200"],
        ["Digital asset hosted mining revenue from customers", "6,300"],
        ["Colocation revenue", "31,300"],
        ["Total revenue", "79,800"],
        ["Operating loss", "–"],
        ["Net loss", "–"],
    ]
    found = normalize_release(
        make_page(
            "Core Scientific Announces Fourth Quarter and Fiscal Year 2025 Results",
            table(*rows, caption="(in thousands)"),
        ),
        "CORZ",
        date(2026, 3, 2),
    )
    assert {f.segment: int(f.value) for f in found.figures if f.segment} == {
        "self_mining": 42_200_000,
        "hosted_mining": 6_300_000,
        "colocation": 31_300_000,
    }


def test_segment_table_is_not_company_revenue(normalize_release: Read, make_page: Page) -> None:
    """Core Scientific's table by segment has a row "Revenue" below each segment's name; Bitdeer's has it as a column."""
    rows = [
        ["(in thousands)", "Three Months Ended March 31, 2026"],
        ["Digital Asset Self-Mining Segment"],
        ["Total revenue", "30,100"],
        ["Cost of revenue", "(20,000)"],
        ["Gross profit", "10,100"],
    ]
    found = normalize_release(
        make_page("Core Scientific Announces First Quarter 2026 Results", table(*rows)),
        "CORZ",
        date(2026, 5, 6),
    )
    assert found.figures == []


def test_stated_dollars_are_used(normalize_release: Read, make_page: Page) -> None:
    """Cango 2025Q2: RMB1.0 billion (US$139.8M); mining RMB989.4M (US$138.1M)."""
    text = "Total revenues were RMB1.0 billion (US$139.8 million) in the second quarter of 2025. Revenue from the Bitcoin mining business was RMB989.4 million (US$138.1 million)."
    found = normalize_release(
        make_page("Cango Inc. Reports Second Quarter 2025 Unaudited Financial Results", text),
        "CANG",
        date(2025, 9, 4),
    )
    assert found.value("total_revenue", "2025-06-30") == 139_800_000
    only = normalize_release(
        make_page(
            "Cango Inc. Reports Second Quarter 2025 Unaudited Financial Results",
            "Total revenues were RMB1.0 billion in the second quarter of 2025.",
        ),
        "CANG",
        date(2025, 9, 4),
    )
    assert only.figures == []


def test_sentence_without_sale_is_zero(normalize_release: Read, make_page: Page) -> None:
    """MARA, April 2025: held 48,237, sold none."""
    text = "As of April 30, 2025, the company held a total of 48,237 BTC. MARA opted not to sell any bitcoin in April."
    found = normalize_release(
        make_page("MARA Announces Bitcoin Production and Mining Operation Updates for April 2025", text),
        "MARA",
        MAY,
    )
    assert found.facts() == {
        ("bitcoin_held", "company", "2025-04-30"): 48237,
        ("bitcoin_sold", "company", "2025-04-30"): 0,
    }


def test_compared_figures_have_their_own_periods(normalize_release: Read, make_page: Page) -> None:
    found = normalize_release(
        make_page(
            APRIL,
            "The company produced 463 bitcoin in April, compared to 533 in March 2025 and 375 in April 2024.",
        ),
        disclosed_on=MAY,
    )
    assert found.facts() == {
        ("bitcoin_produced", "company", "2025-04-30"): 463,
        ("bitcoin_produced", "company", "2025-03-31"): 533,
        ("bitcoin_produced", "company", "2024-04-30"): 375,
    }


def test_months_as_rows_and_years_as_columns(normalize_release: Read, make_page: Page) -> None:
    rows = [
        ["Month", "BTC Earned 2025", "BTC Earned 2024"],
        ["January", "201", "357"],
        ["February", "213", "300"],
        ["YTD Total", "414", "657"],
    ]
    found = normalize_release(
        make_page("Bitfarms Provides February 2025 Production and Operations Update", table(*rows)),
        "KEEL",
        date(2025, 3, 3),
    )
    assert found.value("bitcoin_produced", "2024-01-31") == 357
    assert len(found.figures) == 4


def test_dollars_in_coin_row_are_not_coins(normalize_release: Read, make_page: Page) -> None:
    rows = [["(in thousands)", "March 31, 2025"], ["Bitcoin held", "85,000"], ["Total assets", "900,000"]]
    found = normalize_release(
        make_page(
            "Cipher Mining Provides First Quarter 2025 Business Update",
            table(*rows, caption="Balance sheets"),
        ),
        "CIFR",
        date(2025, 5, 6),
    )
    assert found.figures == []
    assert found.rejected_checks() == {"money_or_count"}


def test_previous_value_has_its_own_period(normalize_release: Read, make_page: Page) -> None:
    """ "… increased to 35.4 EH/s from 22.0 EH/s at the end of the second quarter of 2024": the day is the other number's."""
    text = (
        "Deployed hash rate increased to 35.4 EH/s from 22.0 EH/s at the end of the second quarter of 2024."
    )
    found = normalize_release(
        make_page("Riot Platforms Reports Second Quarter 2025 Financial Results", text),
        disclosed_on=date(2025, 7, 31),
    )
    assert found.facts() == {
        ("hashrate_deployed", "company", "2025-06-30"): 35.4,
        ("hashrate_deployed", "company", "2024-06-30"): 22,
    }


def test_notes_column_is_skipped(normalize_release: Read, make_page: Page) -> None:
    """Statements under IFRS have a column of notes; the row that heads it is a heading, whatever word stands first."""
    rows = [
        ["", "", "Three months ended March 31,"],
        ["", "Notes", "2025", "2024"],
        ["Revenues", "5, 21", "66,848", "50,317"],
        ["Cost of revenues", "22", "(67,648)", "(61,021)"],
        ["Net loss", "", "(35,878)", "(5,978)"],
    ]
    found = normalize_release(
        make_page(
            "Bitfarms Interim Condensed Consolidated Financial Statements",
            "(Expressed in thousands of U.S. dollars)",
            table(*rows),
        ),
        "BITF",
        date(2025, 5, 14),
    )
    assert found.facts() == {
        ("total_revenue", "company", "2025-03-31"): 66_848_000,
        ("total_revenue", "company", "2024-03-31"): 50_317_000,
    }


def test_update_mentioning_loan_is_an_update(normalize_release: Read, make_page: Page) -> None:
    title = "TeraWulf Announces July 2024 Production and Operations Update; Completes Repayment of Term Loan"
    assert (
        normalize_release(
            make_page(title, "TeraWulf produced 210 bitcoin in July."), "WULF", date(2024, 8, 5)
        ).value("bitcoin_produced", "2024-07-31")
        == 210
    )


def test_previous_year_value_is_annual(normalize_release: Read, make_page: Page) -> None:
    found = normalize_release(
        make_page(
            "Riot Announces January 2025 Production and Operations Updates",
            "In 2024 the company produced 4,828 bitcoin.",
        ),
        disclosed_on=date(2025, 2, 5),
    )
    assert found.value("bitcoin_produced", "2024-12-31", start="2024-01-01") == 4828


def test_subsidiary_coins_are_excluded(normalize_release: Read, make_page: Page) -> None:
    """Hut 8's releases tell what American Bitcoin mined and holds."""
    text = (
        "In the quarter Hut 8 held 10,667 bitcoin. American Bitcoin mined 563 bitcoin and held 3,418 bitcoin."
    )
    found = normalize_release(
        make_page("Hut 8 Reports Third Quarter 2025 Results", text), "HUT", date(2025, 11, 4)
    )
    assert found.facts() == {("bitcoin_held", "company", "2025-09-30"): 10667}


def test_revenue_increased_by_percent_to_amount(normalize_release: Read, make_page: Page) -> None:
    """MARA 2025Q2: "increased 64% to $238.5 million in Q2 2025 from $145.1 million in Q2 2024"."""
    text = "Revenues increased 64% to $238.5 million in Q2 2025 from $145.1 million in Q2 2024."
    found = normalize_release(
        make_page("MARA Reports Second Quarter 2025 Results", text), "MARA", date(2025, 7, 29)
    )
    assert found.facts() == {
        ("total_revenue", "company", "2025-06-30"): 238_500_000,
        ("total_revenue", "company", "2024-06-30"): 145_100_000,
    }


def test_bullet_without_sale_is_zero(normalize_release: Read, make_page: Page) -> None:
    assert (
        normalize_release(make_page(APRIL, "• Bitcoin sold: none"), disclosed_on=MAY).value(
            "bitcoin_sold", "2025-04-30"
        )
        == 0
    )


TWO = "Core Scientific Announces Fourth Quarter and Fiscal Year 2025 Results"
MARCH_2026 = date(2026, 3, 2)


def test_bullet_has_period_of_heading(normalize_release: Read, make_page: Page) -> None:
    """A release about a quarter and its year: each highlight under its own heading, set bold or not."""
    parts = (
        "<p>Fourth Quarter 2025 Highlights</p>",
        "• Sold 1,000 bitcoin",
        "<p>Fiscal Year 2025 Highlights</p>",
        "• Sold 4,000 bitcoin",
    )
    found = normalize_release(make_page(TWO, *parts), "CORZ", MARCH_2026)
    assert found.value("bitcoin_sold", "2025-12-31", start="2025-10-01") == 1000
    assert found.value("bitcoin_sold", "2025-12-31", start="2025-01-01") == 4000


def test_bullet_without_heading_is_rejected(normalize_release: Read, make_page: Page) -> None:
    found = normalize_release(
        make_page(
            TWO, "<p>Fiscal Year 2025 Highlights</p>", "<p><b>Operations</b></p>", "• Sold 4,000 bitcoin"
        ),
        "CORZ",
        MARCH_2026,
    )
    assert found.figures == []
    assert found.rejected_checks() == {"which_period"}


def test_percent_comparison_keeps_statement(normalize_release: Read, make_page: Page) -> None:
    for text in (
        "produced 463 bitcoin in April, up 1% over the prior month.",
        "produced 463 bitcoin, a decrease of 5% from the prior month.",
        "produced 463 bitcoin in April, the most since January 2024.",
    ):
        assert normalize_release(make_page(APRIL, f"The company {text}"), disclosed_on=MAY).facts() == {
            ("bitcoin_produced", "company", "2025-04-30"): 463
        }, text


def test_holdings_have_their_day(normalize_release: Read, make_page: Page) -> None:
    assert (
        normalize_release(
            make_page(APRIL, "The company held 19,211 bitcoin on April 30, 2025."), disclosed_on=MAY
        ).value("bitcoin_held", "2025-04-30")
        == 19211
    )
