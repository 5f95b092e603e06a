"""Kinds of faults that evaluation found, each in words of our own: the whole reading of a short release."""

import pytest

from tests.unit.press_releases.reading import read, rows

MARCH = ("2025-04-03", "Alder Ridge March 2025 Production and Operations Update")
Q3 = ("2024-11-12", "Alder Ridge Reports Third Quarter 2024 Results")

CASES = {
    "amounts in brackets do not head columns": (
        ("IREN", "2025-02-06", "January 2025 Monthly Update"),
        (
            rows(
                "Key metrics | Jan 25 | Dec 24",
                "Bitcoin mining | |",
                "Revenue | $41.0m | $42.1m",
                "Electricity costs | ($9.9m) | ($9.1m)",
                "AI cloud services | |",
                "Revenue | $0.7m | $0.6m",
            ),
        ),
        {
            "segment_revenue self_mining 2025-01-31 41000000",
            "segment_revenue self_mining 2024-12-31 42100000",
            "segment_revenue cloud 2025-01-31 700000",
            "segment_revenue cloud 2024-12-31 600000",
        },
    ),
    "a year right behind the comma": (
        ("CLSK", "2025-02-06", "First Quarter Fiscal 2025 Results"),
        (
            "(in thousands)",
            rows(
                "| For the three months ended |",
                "| December 31,2024 | December 31,2023",
                "Total revenues, net | $162,000 | $73,000",
                "Net income | $10,000 | $9,000",
            ),
        ),
        {
            "total_revenue company 2024-12-31 162000000",
            "total_revenue company 2023-12-31 73000000",
            "segment_revenue self_mining 2024-12-31 162000000",
            "segment_revenue self_mining 2023-12-31 73000000",
        },
    ),
    "a count and a price in one cell": (
        ("CLSK", *MARCH),
        (
            rows(
                "March 2025 |",
                "Bitcoin produced in the month | 706",
                "Bitcoin sold and average price | 13.5 at $84,000",
            ),
        ),
        {
            "bitcoin_produced company 2025-03-31 706",
            "bitcoin_sold company 2025-03-31 13.5",
            "average_sale_price company 2025-03-31 84000",
        },
    ),
    "a footnote mark inside a label": (
        ("CIFR", *MARCH),
        (rows("Highlights | March 2025", "BTC mined1 | 206", "Month end fleet efficiency3 (J/TH) | 18.9"),),
        {"bitcoin_produced company 2025-03-31 206", "fleet_efficiency company 2025-03-31 18.9"},
    ),
    "coins in a table of operations are no dollars": (
        ("WULF", *Q3),
        (
            rows(
                "Non-GAAP metrics | Q3 2024",
                "Bitcoin self-mined | 555",
                "Value of it | $61,075",
                "Average operating hash rate (EH/s) | 8.1",
            ),
        ),
        {"bitcoin_produced company 2024-09-30 555", "hashrate_average_operating company 2024-09-30 8.1"},
    ),
    "machines below a heading of customers": (
        ("HUT", "2024-12-05", "Operations Update for November 2024"),
        (
            rows(
                "Operating metrics | November 2024",
                "Total deployed miners under management | 201.9K",
                "ASIC colocation |",
                "Deployed miners under management | 82.7K",
                "Bitcoin mining |",
                "Deployed miners | 48.4K",
                "Bitcoin produced | 90 BTC",
            ),
        ),
        {
            "miners_deployed total 2024-11-30 201900",
            "miners_deployed hosted_customers 2024-11-30 82700",
            "miners_deployed company 2024-11-30 48400",
            "bitcoin_produced company 2024-11-30 90",
        },
    ),
    "a segment's total below two sub-headings": (
        ("CORZ", "2024-05-08", "Segment reporting for the first quarter of 2024"),
        (
            "(in thousands)",
            rows(
                "| Three Months Ended March 31, |",
                "| 2024 | 2023",
                "Hosting Segment | |",
                "Revenue: | |",
                "Hosting revenue | 29,300 | 22,600",
                "Total revenue | 29,300 | 22,600",
            ),
        ),
        {
            "segment_revenue hosted_mining 2024-03-31 29300000",
            "segment_revenue hosted_mining 2023-03-31 22600000",
        },
    ),
    "adjectives before coins": (
        ("MARA", *MARCH),
        ("As of March 31, 2025, the company holds a total of 26,700 unrestricted BTC.",),
        {"bitcoin_held company 2025-03-31 26700"},
    ),
    "the owner of a compared number": (
        ("BTDR", "2025-02-25", "Results for the Year 2024"),
        ("Bitcoin mined by customers increased to 6,700 BTC in 2024, from 3,400 BTC in 2023.",),
        {
            "bitcoin_produced hosted_customers 2024-12-31 6700",
            "bitcoin_produced hosted_customers 2023-12-31 3400",
        },
    ),
    "the same period last year": (
        (
            "CORZ",
            "2024-08-07",
            "Alder Ridge announced financial results for the fiscal second quarter of 2024",
        ),
        ("Total revenue was $141.0 million, as compared to $126.0 million for the same period last year.",),
        {"total_revenue company 2024-06-30 141000000", "total_revenue company 2023-06-30 126000000"},
    ),
    "bullets that run on": (
        ("IREN", "2024-05-15", "Alder Ridge Reports Third Quarter FY24 Results"),
        (
            "Mining revenue of $53.0 million, as compared to $42.0 million in the second quarter of fiscal year 2024, driven by "
            "higher Bitcoin prices Net profit of $8.6 million, with growth expected at our customer, a leading company Mined 1,003 "
            "Bitcoin, as compared to 1,144 Bitcoin in the second quarter of our fiscal year 2024.",
        ),
        {
            "segment_revenue self_mining 2024-03-31 53000000",
            "segment_revenue self_mining 2023-12-31 42000000",
            "bitcoin_produced company 2024-03-31 1003",
            "bitcoin_produced company 2023-12-31 1144",
        },
    ),
    "a value restated in another unit": (
        ("WULF", *MARCH),
        ("Power cost averaged $11,100 per bitcoin mined, or approximately 4.4 cents per kilowatt-hour.",),
        {"cost_per_bitcoin power 2025-03-31 11100", "power_cost company 2025-03-31 4.4"},
    ),
    "days before months": (
        ("BTBT", "2022-08-24", "Alder Ridge Results for the six months ended 30 June 2022"),
        ("BTC held at 30 June2022 totalled 1,950, up 54% on the 1,270 BTC held at 30 June 2021.",),
        {"bitcoin_held company 2022-06-30 1950", "bitcoin_held company 2021-06-30 1270"},
    ),
    "revenue for each coin": (
        ("BTBT", *Q3),
        ("The Company produced 267 bitcoins and realized US$114,400 of revenue per bitcoin.",),
        {"bitcoin_produced company 2024-09-30 267"},
    ),
    "three and nine months": (
        ("MARA", "2020-11-12", "Alder Ridge Announces 2020 Fiscal Third Quarter Financial Results"),
        (
            "Reported revenues of $835,100 and $1.7 million during the three and nine months ended September "
            "30, 2020 as compared to $321,700 and $908,100 during the three and nine months ended September "
            "30, 2019.",
        ),
        {
            "total_revenue company 2020-09-30 835100",
            "total_revenue company 2020-09-30 1700000",
            "total_revenue company 2019-09-30 321700",
            "total_revenue company 2019-09-30 908100",
        },
    ),
    "a year before coins": (
        ("CLSK", *MARCH),
        ("Calendar year-to-date 2025 BTC mined: 3,070.",),
        {"bitcoin_produced company 2025-03-31 3070"},
    ),
    "words inserted before the number": (
        ("RIOT", *Q3),
        ("The average cost to mine Bitcoin, net of power credits, was $25,300 in the quarter.",),
        {"cost_per_bitcoin company 2024-09-30 25300"},
    ),
    "a partner's coins beside a sale": (
        ("CIFR", *MARCH),
        (
            "Cipher produced 166 BTC, including 30 BTC from our JV data centers, sold 100 BTC and held 2,200 BTC.",
        ),
        {
            "bitcoin_produced company 2025-03-31 166",
            "bitcoin_sold company 2025-03-31 100",
            "bitcoin_held company 2025-03-31 2200",
        },
    ),
    "coins held as collateral": (
        ("RIOT", *MARCH),
        ("The company held 19,200 Bitcoin, of which 3,300 are currently held as collateral.",),
        {"bitcoin_held company 2025-03-31 19200", "bitcoin_pledged company 2025-03-31 3300"},
    ),
    "a price that values holdings": (
        ("LMFA", "2025-04-03", "March 2025 Production and Operations Update"),
        (
            "Sold 1.2 Bitcoin and ended the month with 155.5 Bitcoin valued at $16.7 million at $107,000 per Bitcoin.",
        ),
        {
            "bitcoin_sold company 2025-03-31 1.2",
            "bitcoin_held company 2025-03-31 155.5",
            "bitcoin_fair_value company 2025-03-31 16700000",
        },
    ),
    "new coins": (
        ("MARA", *MARCH),
        ("Mined 301 new Bitcoin during March 2025.",),
        {"bitcoin_produced company 2025-03-31 301"},
    ),
    "an increase since a period": (
        ("SLNH", "2024-11-14", "Alder Ridge Reports Third Quarter 2024 Results"),
        (
            "Revenue was $7.5 million. Data hosting revenue was $3.4 million, an increase of $0.9 million "
            "from the third quarter of 2023.",
        ),
        {"total_revenue company 2024-09-30 7500000", "segment_revenue hosted_mining 2024-09-30 3400000"},
    ),
    "total cash cost beside direct cost": (
        ("BTBT", *Q3),
        ("Direct cost per BTC was $36,600. Total cash cost of production per BTC was $52,400.",),
        {"cost_per_bitcoin direct 2024-09-30 36600", "cost_per_bitcoin all_in 2024-09-30 52400"},
    ),
    "an average of something else": (
        ("ABTC", "2025-11-14", "Alder Ridge Reports Third Quarter 2025 Results"),
        ("Total hash rate grew to 25 EH/s with an average fleet efficiency of 16.3 J/TH.",),
        {"fleet_efficiency company 2025-09-30 16.3"},
    ),
    "equivalents of bitcoin": (
        ("GREE", *MARCH),
        ("Bitcoin equivalent production of 67 in March 2025 compared with 72 in February 2025.",),
        set(),
    ),
    "a row whose table has lost its markup": (("WULF", *Q3), ("Revenue $ 27,059 $ 18,955 42.8 %",), set()),
    "revenue of a part of the business": (
        ("BTBT", *Q3),
        ("We produced 45 million DOGE from our DOGE operations and recognized revenue of $4.5 million.",),
        set(),
    ),
}


@pytest.mark.parametrize("kind", CASES)
def test_kind_is_read(kind: str) -> None:
    (ticker, day, title), parts, expected = CASES[kind]
    assert read(ticker, day, title, *parts) == expected
