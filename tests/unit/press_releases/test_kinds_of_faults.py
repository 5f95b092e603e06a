"""Kinds of faults that evaluation found, each in words of our own: the whole reading of a short release."""

import pytest

from tests.unit.press_releases.reading import read, rows

MARCH = ("2025-04-03", "Alder Ridge March 2025 Production and Operations Update")
Q3 = ("2024-11-12", "Alder Ridge Reports Third Quarter 2024 Results")

CASES = {
    "a bound of the release's day repeats the exact holding": (
        ("CLSK", *MARCH),
        (
            "As of March 31, 2025, the Company held 12,345 bitcoin.",
            "“Our treasury has grown to over 12,300 bitcoin today.”",
        ),
        {"bitcoin_held company 2025-03-31 12345"},
    ),
    "own coins and those of colocated machines share the time behind both": (
        ("CORZ", *MARCH),
        ("Produced 247 self-mined bitcoin and an estimated 44 bitcoin from colocated miners in March.",),
        {"bitcoin_produced company 2025-03-31 247", "bitcoin_produced hosted_customers 2025-03-31 44"},
    ),
    "the year to date behind a count is no number of years": (
        ("CORZ", *MARCH),
        ("Core Scientific mined 247 bitcoin in March and 719 Year-to-Date.",),
        {"bitcoin_produced company 2025-03-31 247", "bitcoin_produced company 2025-03-31 719"},
    ),
    "bitcoin or bitcoin equivalents, machines beside a hash rate, coins along with cash": (
        ("ARBK", *MARCH),
        (
            "As of March 31, 2025, the total mining hash rate stands at 2.7 EH/s with 24,500 miners installed.",
            "Total number of Bitcoin or Bitcoin Equivalent (“BTC”) mined during March was 54, 3% more than in February.",
            "The Company ended the month with $14.2 million of cash on its balance sheet, along with 85 Bitcoin or Bitcoin Equivalent (together, “BTC”) in its treasury.",
        ),
        {
            "hashrate_deployed company 2025-03-31 2.7",
            "miners_deployed company 2025-03-31 24500",
            "bitcoin_produced company 2025-03-31 54",
            "bitcoin_held company 2025-03-31 85",
        },
    ),
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
    "rows below a total of all owners": (
        ("BTDR", "2024-11-18", "Alder Ridge Reports Third Quarter 2024 Results"),
        (
            rows(
                "Metrics | Three Months Ended September 30, |",
                "| 2024 | 2023",
                "Total hash rate under management (EH/s) | 17.1 | 21.2",
                "- Self-mining | 8.6 | 8.7",
                "- Hosting | 8.5 | 12.5",
            ),
        ),
        {
            "hashrate_hosted hosted_customers 2024-09-30 8.5",
            "hashrate_hosted hosted_customers 2023-09-30 12.5",
        },
    ),
    "segments in columns whose scale is in a row": (
        ("BTDR", "2024-02-28", "Alder Ridge Reports Fourth Quarter 2023 Results"),
        (
            rows(
                "| Three Months Ended December 31, 2023 | | |",
                "(US$’000) | | | |",
                "Business lines | Self-mining | Cloud Hash Rate | General Hosting | Membership Hosting",
                "Revenue | 46,864 | 16,267 | 25,193 | 23,431",
                "Cost of revenue | (30,013) | (6,741) | (18,488) | (19,611)",
            ),
        ),
        {
            "segment_revenue self_mining 2023-12-31 46864000",
            "segment_revenue cloud_mining 2023-12-31 16267000",
            "segment_revenue hosted_mining 2023-12-31 48624000",
        },
    ),
    "segments in columns without a scale": (
        ("BTDR", "2024-02-28", "Alder Ridge Reports Fourth Quarter 2023 Results"),
        (
            rows(
                "Three months ended December 31, 2023 | Self-mining | Cloud Hash Rate | Total",
                "Revenue | 46,864 | 16,267 | 63,131",
            ),
        ),
        set(),
    ),
    "lines that do not add up to their total": (
        ("GREE", *Q3),
        (
            "Dollars in thousands",
            rows(
                "| Three Months Ended September 30, | | Variance |",
                "| 2024 | 2023 | $ | %",
                "REVENUE: | | | |",
                "Datacenter hosting | 6,490 | 12,136 | (5,646) | (47)%",
                "Cryptocurrency mining | 3,267 | 6,602 | (3,335) | (51)%",
                "Total revenue | 12,351 | 20,879 | (8,528) | (41)%",
            ),
        ),
        {
            "total_revenue company 2024-09-30 12351000",
            "total_revenue company 2023-09-30 20879000",
            "segment_revenue hosted_mining 2024-09-30 6490000",
            "segment_revenue hosted_mining 2023-09-30 12136000",
            "segment_revenue self_mining 2024-09-30 3267000",
            "segment_revenue self_mining 2023-09-30 6602000",
        },
    ),
    "a comparison above two days": (
        ("MARA", "2024-11-12", "MARA Announces Third Quarter 2024 Results"),
        (
            rows(
                "| Year-over-Year Comparison | |",
                "Metric | 9/30/2024 | 9/30/2023 | % Δ",
                "Bitcoin Produced | 2,070 | 3,490 | (41)%",
                "Energized Hash Rate (EH/s) | 36.9 | 19.1 | 93%",
            ),
        ),
        {
            "bitcoin_produced company 2024-09-30 2070",
            "bitcoin_produced company 2023-09-30 3490",
            "hashrate_energized company 2024-09-30 36.9",
            "hashrate_energized company 2023-09-30 19.1",
        },
    ),
    "an opening balance": (
        ("LMFA", "2024-06-10", "Alder Ridge May 2024 Production and Operations Update"),
        (
            rows(
                "| Month Ended May 31, 2024 | Five Months Ended May 31, 2024",
                "Bitcoin Beginning Balance | 155.1 | 95.1",
                "Bitcoin Mined, net | 9.5 | 130.5",
            ),
        ),
        {
            "bitcoin_held company 2024-04-30 155.1",
            "bitcoin_held company 2023-12-31 95.1",
            "bitcoin_produced company 2024-05-31 9.5",
            "bitcoin_produced company 2024-05-31 130.5",
        },
    ),
    "hash rates whose unit the text states": (
        ("CORZ", "2024-08-06", "Alder Ridge July 2024 Production and Operations Update"),
        (
            "Our machines and those of our customers had 25.3 EH/s.",
            rows("Metric | July 2024 | June 2024", "Self-Mining Energized Hash Rate | 20.1 | 19.6"),
        ),
        {"hashrate_energized company 2024-07-31 20.1", "hashrate_energized company 2024-06-30 19.6"},
    ),
    "hash rates whose unit nothing states": (
        ("CORZ", "2024-08-06", "Alder Ridge July 2024 Production and Operations Update"),
        (rows("Metric | July 2024 | June 2024", "Self-Mining Energized Hash Rate | 20.1 | 19.6"),),
        set(),
    ),
    "a heading that compares": (
        ("CORZ", "2022-08-11", "Alder Ridge Announces Second Quarter 2022 Results"),
        (
            "<p><b>Second Quarter 2022 Highlights (Compared to Second Quarter 2021)</b></p>",
            "Total revenue rose by 118% to $164.0 million, from $75.3 million.",
            "<p><b>YTD 2022 Highlights (Compared to YTD 2021)</b></p>",
            "Bitcoin production rose to 6,567 bitcoins.",
        ),
        {
            "total_revenue company 2022-06-30 164000000",
            "total_revenue company 2021-06-30 75300000",
            "bitcoin_produced company 2022-06-30 6567",
        },
    ),
    "a headline that compares with an earlier quarter": (
        ("CIFR", "2022-08-15", "Alder Ridge Announces Financial Results for Second Quarter 2022"),
        (
            "<p><b>Hosting revenue rose to $3.57 million, 536% above Q1 2022</b></p>",
            "<p><b>About 40,000 miners deployed</b></p>",
        ),
        {"segment_revenue hosted_mining 2022-06-30 3570000", "miners_deployed company 2022-06-30 40000"},
    ),
    "a paragraph about nine months": (
        ("GREE", *Q3),
        (
            "For the nine months ended September 30, 2024, total revenue amounted to $44.7 million. "
            "Datacenter hosting revenue went down by 23% to $22.2 million.",
        ),
        {"total_revenue company 2024-09-30 44700000", "segment_revenue hosted_mining 2024-09-30 22200000"},
    ),
    "tiles of a shareholder letter": (
        ("MARA", "2025-07-29", "Shareholder Letter Q2 2025"),
        (
            rows(
                "Revenues increased 64% to $238.5 million | in Q2 2025 from $145.1 million in Q2 2024.",
                "Bitcoin holdings of 49,951 BTC | as of June 30, 2025.",
                "Mined 2,358 BTC | in Q2 2025 compared to 2,058 BTC in Q2 2024.",
            ),
        ),
        {
            "total_revenue company 2025-06-30 238500000",
            "total_revenue company 2024-06-30 145100000",
            "bitcoin_held company 2025-06-30 49951",
            "bitcoin_produced company 2025-06-30 2358",
            "bitcoin_produced company 2024-06-30 2058",
        },
    ),
    "lines parted by breaks": (
        ("CIFR", "2024-03-05", "Alder Ridge Provides Fourth Quarter and Full Year 2023 Business Update"),
        (
            "<p><i>Fourth Quarter GAAP earnings of $10.6m<br>Full Year 2023 revenues of $126.8m<br>"
            "Hash rate installed raised to 7.4 EH/s in February 2024</i></p>",
        ),
        {"total_revenue company 2023-12-31 126800000", "hashrate_deployed company 2024-02-29 7.4"},
    ),
    "a year whose day is before its month": (
        ("CORZ", "2024-04-25", "Alder Ridge plc 2023 Full Year Results"),
        ("Revenues for the year ended 31 December 2023 were $50.6 million.",),
        {"total_revenue company 2023-12-31 50600000"},
    ),
    "one dollar amount cut and one rounded": (
        ("CORZ", "2024-05-14", "Alder Ridge Announces Results for the First Quarter 2024"),
        ("We recognized $12.9 million of revenue in Q1 2024.", "Revenue was $12.96 million."),
        {"total_revenue company 2024-03-31 12960000"},
    ),
    "a statement that another amount proves to be in dollars": (
        ("SDIG", *Q3),
        (
            "The net loss came to $22.7 million.",
            rows(
                "| Three months ended September 30, |",
                "| 2024 | 2023",
                "Revenues: | |",
                "Cryptocurrency mining | $ 8,733,516 | $ 12,698,223",
                "Energy | 2,463,805 | 5,028,734",
                "Total revenues | 11,197,321 | 17,726,957",
                "Net loss | (22,712,345) | (22,298,001)",
            ),
        ),
        {
            "total_revenue company 2024-09-30 11197321",
            "total_revenue company 2023-09-30 17726957",
            "segment_revenue self_mining 2024-09-30 8733516",
            "segment_revenue self_mining 2023-09-30 12698223",
            "segment_revenue energy 2024-09-30 2463805",
            "segment_revenue energy 2023-09-30 5028734",
        },
    ),
    "coins of a data center's hosting are customers'": (
        ("GREE", "2024-10-10", "Greenidge Announces Results for the Third Quarter 2024"),
        (
            "In September it produced about 54 bitcoin, of which 17 bitcoin came from machines of its own and 36 "
            "were produced through its datacenter hosting.",
        ),
        {"bitcoin_produced company 2024-09-30 17", "bitcoin_produced hosted_customers 2024-09-30 36"},
    ),
    "all owners' coins are the sum of two statements": (
        ("FUFU", "2025-06-05", "Alder Ridge May 2025 Production and Operations Update"),
        ("400 BTC produced in May", "357 BTC produced by cloud-mining customers", "43 BTC self-mined"),
        {
            "bitcoin_produced total 2025-05-31 400",
            "bitcoin_produced hosted_customers 2025-05-31 357",
            "bitcoin_produced company 2025-05-31 43",
        },
    ),
    "a line before a colon names the revenue behind it": (
        ("MIGI", "2024-07-18", "Mawson Monthly Operational Update for June 2024"),
        (
            "Digital Colocation: monthly revenue up 51% Y/Y, to $2.51 million.",
            "Energy Management: monthly revenue rose 240% Y/Y to $0.71 million.",
            "Self-Mining: monthly revenue of $0.62 million.",
            "Overall monthly revenue was $3.84 million.",
        ),
        {
            "segment_revenue hosted_mining 2024-06-30 2510000",
            "segment_revenue energy 2024-06-30 710000",
            "segment_revenue self_mining 2024-06-30 620000",
            "total_revenue company 2024-06-30 3840000",
        },
    ),
    "two coins, each with its number": (
        ("BTBT", "2023-05-03", "Bit Digital April 2023 Production Update"),
        (
            "Its treasury held BTC of 551.4 and ETH of 9,870.3, worth some $16.1 million and $18.5 million, respectively, on April 30, 2023.",
        ),
        {"bitcoin_held company 2023-04-30 551.4", "bitcoin_fair_value company 2023-04-30 16100000"},
    ),
    "an amount more is a difference": (
        ("RIOT", "2024-11-12", "Alder Ridge Third Quarter 2024 Results"),
        ("Total revenue of $84.1 million, $31.2 million more",),
        {"total_revenue company 2024-09-30 84100000"},
    ),
    "headings that compare a quarter and its year": (
        ("CORZ", "2024-03-12", "Alder Ridge Fourth Quarter and Full Fiscal Year 2023 Results"),
        (
            "Fiscal Fourth Quarter 2023 Compared to Fiscal Fourth Quarter 2022",
            "Total revenue of $140.2 million against $119.5 million",
            "Fiscal Year 2023 Compared to Fiscal Year 2022",
            "Total revenue of $500.7 million against $640.1 million",
        ),
        {
            "total_revenue company 2023-12-31 140200000",
            "total_revenue company 2022-12-31 119500000",
            "total_revenue company 2023-12-31 500700000",
            "total_revenue company 2022-12-31 640100000",
        },
    ),
    "a note says what all amounts are compared with": (
        ("BTDR", "2026-02-12", "Alder Ridge Fourth Quarter of 2025 Financial Results"),
        (
            "All amounts compared to Q4 2024 unless otherwise noted",
            "Total revenue: US$223.1 million vs. US$68.4 million.",
        ),
        {"total_revenue company 2025-12-31 223100000", "total_revenue company 2024-12-31 68400000"},
    ),
    "the year of a month is no count": (
        ("ANY", "2023-12-05", "Alder Ridge November 2023 Bitcoin Production"),
        ("Metric1Nov 2022Oct 2023Nov 2023 Bitcoin Mined.3 68.170.9 Bitcoin Sold.9 73.264.4",),
        set(),
    ),
    "a year behind a comparison is not the headline's": (
        ("ANY", "2023-12-05", "Alder Ridge mined 70.9 Bitcoin in November, against 10.1 in November 2022"),
        ("At the end of the month its operating hash rate was 1.3 EH/s.",),
        {
            "bitcoin_produced company 2023-11-30 70.9",
            "bitcoin_produced company 2022-11-30 10.1",
            "hashrate_operating company 2023-11-30 1.3",
        },
    ),
    "revenue of each coin is no revenue": (
        ("IREN", "2025-01-07", "Alder Ridge December 2024 Monthly Update"),
        (
            rows(
                "Metrics | Dec-24 | Nov-24",
                "Bitcoin mined | 521 BTC | 382 BTC",
                "Revenue (each Bitcoin) | $98,100 | $85,900",
                "Mining revenue | $51.1m | $32.8m",
            ),
        ),
        {
            "bitcoin_produced company 2024-12-31 521",
            "bitcoin_produced company 2024-11-30 382",
            "segment_revenue self_mining 2024-12-31 51100000",
            "segment_revenue self_mining 2024-11-30 32800000",
        },
    ),
    "a period behind a multiple is another's": (
        ("SOS", "2021-09-10", "Alder Ridge Results for the Six Months Ended June 30, 2021"),
        ("Net revenue reached $181.2 million, 17 times that of the six months ended June 30, 2020.",),
        {"total_revenue company 2021-06-30 181200000"},
    ),
    "a bullet on coming results is no headline": (
        ("IREN", "2023-02-07", "Alder Ridge carries on"),
        (
            "SYDNEY, Feb. 07, 2023 – Alder Ridge Limited published its monthly investor update for January 2023.",
            "<ul><li>Results for the second quarter ended December 31, 2022 come out on February 15, 2023</li>"
            "<li>171 Bitcoin mined</li></ul>",
        ),
        {"bitcoin_produced company 2023-01-31 171"},
    ),
    "a mining pool is not mining": (
        ("CORZ", "2022-05-27", "Alder Ridge First Quarter 2022 Results"),
        ("Revenue of the mining pool was US$271.4 million.",),
        set(),
    ),
    "dollars that a note declares Canadian": (
        ("HUT", "2023-05-11", "Alder Ridge First Quarter 2023 Results"),
        (
            "Revenue was $19.2 million in the quarter ended March 31, 2023.",
            "Dollar figures are Canadian Dollars.",
        ),
        set(),
    ),
    "a range of months is a quarter": (
        ("CANG", "2025-09-05", "Alder Ridge Second Quarter 2025 Results"),
        (
            "It mined 1,391.2 BTC between April and June.",
            "From January through March 2025 it mined 1,529.8 BTC.",
        ),
        {"bitcoin_produced company 2025-06-30 1391.2", "bitcoin_produced company 2025-03-31 1529.8"},
    ),
    "the day on which results came out": (
        ("RIOT", "2024-05-02", "Alder Ridge First Quarter 2024 Results"),
        (
            "According to results out on May 1, mining revenue was $73.9 million.",
            "Company-wide revenue was $78.8 million.",
        ),
        {"segment_revenue self_mining 2024-03-31 73900000", "total_revenue company 2024-03-31 78800000"},
    ),
    "sales of which mining is a part are revenue": (
        ("CANG", "2025-09-05", "Alder Ridge Second Quarter 2025 Results"),
        ("Sales for the quarter were $138.9 million, of which bitcoin mining made most.",),
        {"total_revenue company 2025-06-30 138900000"},
    ),
    "coins held, by what is done with them": (
        ("MARA", *MARCH),
        (
            rows(
                "March 31, 2025 |",
                "Bitcoin holdings | 47,310",
                "Bitcoin loaned | 7,350",
                "Bitcoin pledged as collateral | 6,010",
                "Bitcoin receivable | 1,140",
            ),
        ),
        {
            "bitcoin_held company 2025-03-31 47310",
            "bitcoin_loaned company 2025-03-31 7350",
            "bitcoin_pledged company 2025-03-31 6010",
            "bitcoin_receivable company 2025-03-31 1140",
        },
    ),
    "quarterly figures without a quarter are of the one before": (
        (
            "HIVE",
            "2024-02-13",
            "Alder Ridge Announces Quarterly Revenue of $31.1 Million and Production of 826 Bitcoin",
        ),
        (
            "Strong revenue of $29.8 million by mining 826 Bitcoin.",
            "$0.8 million revenue from GPU powered High Performance Computing business unit.",
        ),
        {
            "total_revenue company 2023-12-31 31100000",
            "segment_revenue self_mining 2023-12-31 29800000",
            "segment_revenue hpc 2023-12-31 800000",
            "bitcoin_produced company 2023-12-31 826",
        },
    ),
    "soon after a quarter it is unclear which one is meant": (
        (
            "HIVE",
            "2024-01-13",
            "Alder Ridge Announces Quarterly Revenue of $31.1 Million and Production of 826 Bitcoin",
        ),
        (),
        set(),
    ),
    "owners' parts without a unit": (
        ("GREE", "2024-04-10", "Alder Ridge Results for the Full Year 2023"),
        (
            "In 2023, Alder Ridge produced 2,910 bitcoin, with 880 from owned miners and 2,030 through datacenter hosting.",
        ),
        {
            "bitcoin_produced total 2023-12-31 2910",
            "bitcoin_produced company 2023-12-31 880",
            "bitcoin_produced hosted_customers 2023-12-31 2030",
        },
    ),
    "a heading that is repeated in another language": (
        ("GREE", "2024-04-10", "Alder Ridge Results for the Fourth Quarter and Full Year 2023"),
        (
            "<h3>Fourth Quarter 2023 Financial Results:</h3>",
            "<h3>2023 年第四季度財務業績:</h3>",
            "<ul><li>Total revenue of $19.3 million;</li></ul>",
        ),
        {"total_revenue company 2023-12-31 19300000"},
    ),
    "a remark between a label and its number": (
        ("BTDR", "2024-03-07", "Alder Ridge Announces Financial Results for the Fourth Quarter of 2023"),
        ("<ul><li>Total Bitcoin mined (self-mining only) of approximately 1,296.</li></ul>",),
        {"bitcoin_produced company 2023-12-31 1296"},
    ),
    "totals of segments whose headings have footnotes": (
        ("CORZ", "2024-03-13", "Alder Ridge Announces Fiscal Year 2023 Results"),
        (
            "<p>Revenue by segment (in thousands):</p><table>"
            "<tr><td></td><td>Year Ended December 31, 2023</td></tr>"
            "<tr><td>Hosting Segment1</td><td></td></tr><tr><td>Revenue:</td><td></td></tr>"
            "<tr><td>Hosting revenue</td><td>112,060</td></tr><tr><td>Total revenue</td><td>112,060</td></tr>"
            "<tr><td>Mining Segment</td><td></td></tr>"
            "<tr><td>Digital asset mining revenue</td><td>390,330</td></tr><tr><td>Total revenue</td><td>390,330</td></tr>"
            "<tr><td>Consolidated total revenue</td><td>502,390</td></tr></table>",
        ),
        {
            "total_revenue company 2023-12-31 502390000",
            "segment_revenue hosted_mining 2023-12-31 112060000",
            "segment_revenue self_mining 2023-12-31 390330000",
        },
    ),
    "a digit behind a label is a footnote": (
        ("RIOT", "2024-08-05", "Alder Ridge Announces July 2024 Production"),
        ("<p>Bitcoin Held 2</p>", "<p>It mined 372 bitcoin in July 2024.</p>"),
        {"bitcoin_produced company 2024-07-31 372"},
    ),
    "power cost per megawatt-hour, and revenue of a listed company": (
        ("HUT", "2024-11-13", "Alder Ridge Reports Third Quarter 2024 Results"),
        (
            "<p>Hut 8 Corp. (NASDAQ: HUT) reported Q3 2024 results with revenues of $11.3 million.</p>",
            "<p>Energy cost per MWh of $28.70, a decrease from $42.60 in the prior year period.</p>",
        ),
        {
            "total_revenue company 2024-09-30 11300000",
            "power_cost company 2024-09-30 2.87",
            "power_cost company 2023-09-30 4.26",
        },
    ),
    "total revenue below a segment's heading": (
        ("SDIG", "2024-02-08", "Alder Ridge Announces January 2024 Update"),
        (
            "<p><b>Bitcoin Mining</b></p>",
            "<p>During January 2024 it mined 192 bitcoin and had energy revenue of $0.4 million.</p>",
            "<p>Revenue of January was $8.0 million.</p>",
        ),
        {"bitcoin_produced company 2024-01-31 192", "segment_revenue energy 2024-01-31 400000"},
    ),
    "holdings whose part is beside them, and a month's end with its year": (
        ("CAN", "2025-08-14", "Alder Ridge July 2025 Operational Update"),
        (
            "<p>At the end of June, the Company owned 2,748 bitcoin of which 262 were BTC equivalents.</p>",
            "<p>Its treasury expanded to 1,511 bitcoins by July-end 2025.</p>",
        ),
        {"bitcoin_held company 2025-06-30 2748", "bitcoin_held company 2025-07-31 1511"},
    ),
    "gains on sales are not proceeds, and each source is its own": (
        ("SDIG", "2023-03-22", "Alder Ridge Reports Fourth Quarter 2022 Results"),
        (
            "<p>It recorded gains on the sale of bitcoin of $17.6 million in the fourth quarter of 2022.</p>",
            "<p>Fourth quarter 2022 revenue comprised an estimated $14 million from the sale of energy, an "
            "estimated $8 million from cryptocurrency mining, and an estimated $1 million from sundries.</p>",
        ),
        {"segment_revenue energy 2022-12-31 14000000", "segment_revenue self_mining 2022-12-31 8000000"},
    ),
    "a hash rate that site outages lowered": (
        ("MARA", "2024-02-05", "Alder Ridge January 2024 Operational Update"),
        ("<p>Site outages reduced our average operational hash rate 14% to 19.3 EH/s in January.</p>",),
        {"hashrate_average_operating company 2024-01-31 19.3"},
    ),
    "bitcoin equivalents of both months": (
        ("ARBK", "2020-12-10", "Alder Ridge November 2020 Operational Update"),
        (
            "<p>In November it mined 115 Bitcoin or Bitcoin Equivalent compared to 126 Bitcoin Equivalent in "
            "October, or 3.8 bitcoin on an average day.</p>",
        ),
        {"bitcoin_produced company 2020-11-30 115", "bitcoin_produced company 2020-10-31 126"},
    ),
    "a calendar quarter of another fiscal year": (
        ("CLSK", "2023-04-06", "Alder Ridge March 2023 Bitcoin Mining Update"),
        ("It mined 1,852 bitcoin in the first quarter of the calendar year.",),
        {"bitcoin_produced company 2023-03-31 1852"},
    ),
    "a year told up to a day": (
        ("MARA", "2021-11-09", "Alder Ridge Reports Third Quarter 2021 Results"),
        (
            "<ul><li>Produced 1,252 self-mined bitcoins in the third quarter of 2021; as of September 30, 2021, "
            "produced 2,098 self-mined bitcoins in 2021</li></ul>",
        ),
        {"bitcoin_produced company 2021-09-30 1252", "bitcoin_produced company 2021-09-30 2098"},
    ),
    "a call announced above the first paragraph ends nothing": (
        ("LMFA", "2024-04-01", "Alder Ridge Reports Full Year 2023 Results"),
        (
            "<p>Conference Call Today at 11:00 am ET</p>",
            "<p>TAMPA, Fla., April 01, 2024 (NEWSWIRE) -- Alder Ridge gave its results of 2023.</p>",
            "<ul><li>As of December 31, 2023, held 95.1 Bitcoin</li></ul>",
        ),
        {"bitcoin_held company 2023-12-31 95.1"},
    ),
    "credits for demand response beside power credits": (
        ("RIOT", "2023-12-06", "Alder Ridge November 2023 Production and Operations Updates"),
        (
            rows(
                "Metric | November 2023 | October 2023",
                "Bitcoin Produced | 552 | 458",
                "Power Credits | $0.2 million | $1.0 million",
                "Demand Response Credits | $1.6 million | $1.9 million",
            ),
        ),
        {
            "bitcoin_produced company 2023-11-30 552",
            "bitcoin_produced company 2023-10-31 458",
            "power_credits company 2023-11-30 200000",
            "power_credits company 2023-10-31 1000000",
        },
    ),
    "value of a contract over its years is no revenue": (
        ("CORZ", "2024-06-05", "Alder Ridge May 2024 Production and Operations Updates"),
        ("<p>New hosting contracts are estimated to generate $3.5 billion in revenue over 12 years.</p>",),
        set(),
    ),
    "a sum of the year to date beside the month's": (
        ("CORZ", "2024-06-05", "Alder Ridge May 2024 Production and Operations Updates"),
        (
            "<p>The company mined 447 bitcoins, totaling 4,076 bitcoins year-to-date, while customers mined 128 "
            "bitcoins.</p>",
        ),
        {
            "bitcoin_produced company 2024-05-31 447",
            "bitcoin_produced company 2024-05-31 4076",
            "bitcoin_produced hosted_customers 2024-05-31 128",
        },
    ),
    "what revenue was earned with is no line of it": (
        ("ANY", "2022-08-10", "Alder Ridge Reports Second Quarter 2022 Results"),
        (
            "<p>The Company recorded revenues of $1.9 million during the quarter, including digital mining revenues of "
            "$1.2 million from production of 37.1 bitcoin.</p>",
        ),
        {
            "total_revenue company 2022-06-30 1900000",
            "segment_revenue self_mining 2022-06-30 1200000",
            "bitcoin_produced company 2022-06-30 37.1",
        },
    ),
    "label of a row of a lost table is no heading": (
        ("SOS", "2025-09-26", "Alder Ridge Reports Financial Results for the Six Months Ended June 30, 2025"),
        ("<p>Commodities Trading</p>", "<p>85,011</p>", "<p>Net revenue was $89.6 million.</p>"),
        {"total_revenue company 2025-06-30 89600000"},
    ),
    "two kinds of hash rate in one list": (
        (
            "CAN",
            "2025-06-11",
            "Alder Ridge Announces May 2025 Bitcoin Production and Mining Operation Updates",
        ),
        ("<p>Operational and installed hash rates stood at 7.27 EH/s and 8.75 EH/s, respectively.</p>",),
        {"hashrate_operating company 2025-05-31 7.27", "hashrate_deployed company 2025-05-31 8.75"},
    ),
    "the calendar's quarter of a company with another fiscal year": (
        ("CLSK", "2023-04-04", "Alder Ridge Releases March 2023 Bitcoin Mining Update"),
        ("<p>Alder Ridge mined 598 BTC in March. This brings the first quarter's total to 1,871 BTC.</p>",),
        {"bitcoin_produced company 2023-03-31 598", "bitcoin_produced company 2023-03-31 1871"},
    ),
    "dollars in brackets behind pounds": (
        ("ARBK", "2022-04-28", "Alder Ridge 2021 Full Year Results"),
        ("<p>Revenue increased by 291% to £74.2 million [$100.1 million] in 2021.</p>",),
        {"total_revenue company 2021-12-31 100100000"},
    ),
}


@pytest.mark.parametrize("kind", CASES)
def test_kind_is_read(kind: str) -> None:
    (ticker, day, title), parts, expected = CASES[kind]
    assert read(ticker, day, title, *parts) == expected
