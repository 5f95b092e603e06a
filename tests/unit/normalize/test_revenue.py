"""Each trap of real disclosures, named after it, with the real figure."""

from collections.abc import Callable
from typing import Any

Q1 = "2024-01-01..2024-03-31"


Read = Callable[..., Any]
Filing = Callable[..., bytes]
REV = "us-gaap:Revenues"
CONTRACT = "us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax"


def test_line_repeated_in_segment_note_is_one_fact(make_filing: Filing, normalize_filing: Read) -> None:
    """Bit Digital, 10-Q for 2025-06-30: 6,631,838 stands on the face and again in the segment note."""
    members = {"DigitalAssetMiningMember": 6631838, "CloudServicesMember": 19027610}
    statement = {
        "columns": [Q1],
        "rows": [
            *[[name, REV, {"p": name}, value] for name, value in members.items()],
            ["Total revenues", REV, {}, 25659448],
        ],
    }
    note = {
        "columns": [Q1],
        "rows": [
            [
                "Revenue from external customers",
                CONTRACT,
                {"p": name, "c": "us-gaap:OperatingSegmentsMember"},
                value,
            ]
            for name, value in members.items()
        ],
    }
    read = normalize_filing(make_filing(scale=0, statement=statement, note=note))
    assert read.segments() == {"self_mining": 6631838, "cloud": 19027610}
    assert [f.derivation for f in read.figures] == ["as_reported"] * 3


def test_pro_forma_revenue_is_excluded(make_filing: Filing, normalize_filing: Read) -> None:
    """CleanSpark, 10-Q for 2024-12-31: the only us-gaap:Revenues is as if GRIID had been bought earlier (79,340)."""
    statement = {
        "columns": [Q1],
        "rows": [["Bitcoin mining revenue, net", "test:DigitalCurrencyMiningRevenues", {}, 73786]],
    }
    note = {
        "columns": [Q1],
        "rows": [["Pro forma revenue", REV, {"b": "GriidInfrastructureIncMember"}, 79340]],
    }
    read = normalize_filing(make_filing(statement=statement, note=note))
    assert read.value("total_revenue") == 73_786_000
    assert read.one("total_revenue").derivation == "single_segment"
    assert read.segments() == {"self_mining": 73_786_000}
    assert [left.rule for left in read.all.skipped] == ["pro_forma_revenue"]


def test_pro_forma_is_recognized_by_label(make_filing: Filing, normalize_filing: Read) -> None:
    statement = {
        "columns": [Q1],
        "rows": [
            ["Bitcoin mining revenue", REV, {"p": "BitcoinMiningMember"}, 100],
            ["Total revenue", REV, {}, 100],
        ],
    }
    note = {"columns": [Q1], "rows": [["Pro forma revenue", REV, {}, 134]]}
    read = normalize_filing(make_filing(statement=statement, note=note))
    assert (read.value("total_revenue"), read.checks()) == (100_000, [])


def test_sentence_on_other_period_is_no_total(make_filing: Filing, normalize_filing: Read) -> None:
    """A bought business since its closing, in a sentence: one month that no statement covers."""
    statement = {
        "columns": [Q1],
        "rows": [
            ["Bitcoin mining revenue", REV, {"p": "BitcoinMiningMember"}, 100],
            ["Total revenue", REV, {}, 100],
        ],
    }
    note = {"columns": ["2024-03-01..2024-03-31"], "rows": [["Since closing", REV, {}, 7]]}
    document = make_filing(statement=statement, note=note)
    head, _, tail = document.partition(b"<h2>Note</h2>")
    prose = tail.split(b"</table>", 1)
    cells = (
        prose[0]
        .replace(b"<table>", b"<p>")
        .replace(b"<tr>", b"")
        .replace(b"</tr>", b"")
        .replace(b"<td>", b"")
        .replace(b"</td>", b" ")
    )
    cells = cells.replace(b'<td colspan="2">', b"")
    read = normalize_filing(head + cells + b"</p>" + prose[1])
    assert [(f.fact, str(f.start)) for f in read.figures] == [
        ("total_revenue", "2024-01-01"),
        ("segment_revenue", "2024-01-01"),
    ]
    assert [left.rule for left in read.all.skipped] == ["prose_beside_the_statements"]


def test_partial_breakdown_is_no_single_segment(make_filing: Filing, normalize_filing: Read) -> None:
    """A company said to have one segment that names a product besides: its total is not one segment's."""
    column, until = "2025-07-01..2025-09-30", "2025-09-30"
    note = {
        "columns": [column],
        "rows": [
            ["Hosting services", REV, {"p": "HostingServicesMember"}, 9],
            ["Sundry", REV, {"p": "SundryThingsMember"}, 4],
        ],
    }
    read = normalize_filing(
        make_filing(
            cik=1507605,
            until=until,
            statement={"columns": [column], "rows": [["Total revenues", REV, {}, 252]]},
            note=note,
        )
    )
    assert "self_mining" not in read.segments(until)
    assert "segments_do_not_add_up" in read.checks()


def test_related_party_lines_are_added(make_filing: Filing, normalize_filing: Read) -> None:
    """Core Scientific 2023Q2 to 2024Q3 splits hosting in related and nonrelated parties."""
    half = "us-gaap:NonrelatedPartyMember", "us-gaap:RelatedPartyMember"
    statement = {
        "columns": [Q1],
        "rows": [
            ["Digital asset mining revenue", REV, {"p": "DigitalAssetMiningServiceMember"}, 150000],
            ["Hosting revenue from customers", REV, {"p": "HostingServiceMember", "r": half[0]}, 20000],
            ["Hosting revenue from related parties", REV, {"p": "HostingServiceMember", "r": half[1]}, 9300],
            ["Total revenue", REV, {}, 179300],
        ],
    }
    read = normalize_filing(make_filing(cik=1839341, statement=statement))
    assert read.segments() == {"self_mining": 150_000_000, "hosted_mining": 29_300_000}
    hosted = read.one("segment_revenue", "hosted_mining")
    assert hosted.derivation == "summed"
    assert [i["value"] for i in hosted.inputs] == ["20000000", "9300000"]


def test_parent_beside_its_parts_is_counted_once(make_filing: Filing, normalize_filing: Read) -> None:
    """Core Scientific 2023Q1: members for customers and related parties beside HostingServiceMember, their sum."""
    rows = [
        ["Hosting", REV, {"p": "HostingServiceMember"}, 29300],
        ["Hosting, customers", REV, {"p": "HostingServiceCustomersMember"}, 20000],
        ["Hosting, related parties", REV, {"p": "HostingServiceRelatedPartiesMember"}, 9300],
        ["Digital asset mining", REV, {"p": "DigitalAssetMiningServiceMember"}, 150000],
    ]
    statement = {"columns": [Q1], "rows": [["Total revenue", REV, {}, 179300]]}
    read = normalize_filing(
        make_filing(cik=1839341, statement=statement, note={"columns": [Q1], "rows": rows})
    )
    assert read.segments() == {"self_mining": 150_000_000, "hosted_mining": 29_300_000}
    assert read.checks() == []


def test_renamed_members_are_same_segment(make_filing: Filing, normalize_filing: Read) -> None:
    """Core Scientific renamed DigitalAssetMiningServiceMember and HostingServiceMember in 2024."""
    for mining, hosting in (
        ("DigitalAssetMiningServiceMember", "HostingServiceMember"),
        ("DigitalAssetSelfMiningServiceMember", "DigitalAssetHostedMiningServiceMember"),
    ):
        rows = [
            ["a", REV, {"p": mining}, 150000],
            ["b", REV, {"p": hosting}, 29300],
            ["Total revenue", REV, {}, 179300],
        ]
        read = normalize_filing(make_filing(cik=1839341, statement={"columns": [Q1], "rows": rows}))
        assert read.segments() == {"self_mining": 150_000_000, "hosted_mining": 29_300_000}


def test_alias_depends_on_date(make_filing: Filing, normalize_filing: Read) -> None:
    """ "Colocation" was customers' miners in Core Scientific's 2023 and is AI/HPC space since."""
    for until, segment in (("2023-03-31", "hosted_mining"), ("2025-03-31", "colocation")):
        column = f"{until[:4]}-01-01..{until}"
        rows = [
            ["Digital asset mining", REV, {}, 67200],
            ["Colocation", REV, {"p": "ColocationMember"}, 8600],
            ["Total revenue", REV, {}, 75800],
        ]
        rows[0][2] = {"p": "DigitalAssetMiningServiceMember"}
        read = normalize_filing(
            make_filing(cik=1839341, until=until, statement={"columns": [column], "rows": rows})
        )
        assert read.segments(until)[segment] == 8_600_000


def test_single_line_is_segment_and_total(make_filing: Filing, normalize_filing: Read) -> None:
    rows = [["Bitcoin mining revenue, net", "clsk:DigitalCurrencyMiningRevenues", {}, 162306]]
    read = normalize_filing(make_filing(cik=827876, ticker="CLSK", statement={"columns": [Q1], "rows": rows}))
    assert (read.one("total_revenue").derivation, read.value("total_revenue")) == (
        "single_segment",
        162_306_000,
    )
    assert read.one("segment_revenue", "self_mining").derivation == "as_reported"


def test_total_of_single_segment_company_is_segment(make_filing: Filing, normalize_filing: Read) -> None:
    """MARA 2025Q3: 252.4 million, one segment by its own account."""
    column, until = "2025-07-01..2025-09-30", "2025-09-30"
    read = normalize_filing(
        make_filing(
            cik=1507605,
            until=until,
            scale=6,
            statement={"columns": [column], "rows": [["Total revenues", REV, {}, 252.4]]},
        )
    )
    figure = read.one("segment_revenue", "self_mining", until)
    assert (int(figure.value), figure.derivation) == (252_400_000, "single_segment")


def test_misspelled_concept_is_read_by_label(make_filing: Filing, normalize_filing: Read) -> None:
    """CleanSpark's clsk:OtherServiceRenevue, 58 thousand in 2023Q2."""
    rows = [
        ["Bitcoin mining revenue, net", "clsk:DigitalCurrencyMiningRevenues", {}, 42488],
        ["Other services revenue", "clsk:OtherServiceRenevue", {}, 58],
        ["Total revenues, net", REV, {}, 42546],
    ]
    read = normalize_filing(make_filing(cik=827876, ticker="CLSK", statement={"columns": [Q1], "rows": rows}))
    assert read.segments() == {"self_mining": 42_488_000, "other": 58_000}


def test_revenue_by_other_axis_is_no_segment(
    samples_builder: Any, normalize_filing: Read, make_filing: Filing
) -> None:
    axes = {
        "srt:StatementGeographicalAxis": "by_place",
        "srt:MajorCustomersAxis": "one_customers_share",
        "srt:CryptoAssetAxis": "another_cut",
        "us-gaap:SubsequentEventTypeAxis": "subsequent_event",
        "srt:RestatementAxis": "restatement_column",
    }
    for axis, rule in axes.items():
        document = make_filing(
            statement={
                "columns": [Q1],
                "rows": [
                    ["Bitcoin mining", REV, {"b": "XMember"}, 5],
                    ["Revenue, bitcoin mining", REV, {}, 100],
                ],
            }
        ).replace(b"us-gaap:BusinessAcquisitionAxis", axis.encode())
        read = normalize_filing(document)
        assert read.segments() == {"self_mining": 100_000}, axis
        assert [left.rule for left in read.all.skipped] == [rule]


def test_intersegment_revenue_is_subtracted(make_filing: Filing, normalize_filing: Read) -> None:
    """Riot FY2024: external 321,002 and 38,491; engineering gross 46,470, of which 7,979 to Riot itself."""
    year = "2024-01-01..2024-12-31"
    gross = {"c": "us-gaap:OperatingSegmentsMember"}
    statement = {
        "columns": [year],
        "rows": [
            ["Bitcoin Mining", REV, {"s": "BitcoinMiningSegmentMember"}, 321002],
            ["Engineering", REV, {"s": "EngineeringSegmentMember"}, 38491],
            ["Other", REV, {"s": "us-gaap:AllOtherSegmentsMember"}, 17165],
            ["Total revenue", REV, {}, 376658],
        ],
    }
    note = {
        "columns": [year],
        "rows": [
            ["Bitcoin Mining", CONTRACT, {"s": "BitcoinMiningSegmentMember", **gross}, 321002],
            ["Engineering", CONTRACT, {"s": "EngineeringSegmentMember", **gross}, 46470],
            [
                "Total segments",
                CONTRACT,
                {"c": "us-gaap:ReportableSegmentAggregationBeforeOtherOperatingSegmentMember"},
                367472,
            ],
            ["Eliminations", CONTRACT, {"c": "us-gaap:IntersegmentEliminationMember"}, -7979],
        ],
    }
    read = normalize_filing(
        make_filing(cik=1167419, until="2024-12-31", form="10-K", statement=statement, note=note)
    )
    assert read.segments("2024-12-31") == {
        "self_mining": 321_002_000,
        "engineering": 38_491_000,
        "other": 17_165_000,
    }


def test_external_revenue_is_preferred(make_filing: Filing, normalize_filing: Read) -> None:
    """The same without lines on the face: gross with eliminations adds up too, external revenue is the segment's."""
    year, gross = "2024-01-01..2024-12-31", {"c": "us-gaap:OperatingSegmentsMember"}
    note = {
        "columns": [year],
        "rows": [
            ["Bitcoin Mining", CONTRACT, {"s": "BitcoinMiningSegmentMember"}, 321002],
            ["Engineering", CONTRACT, {"s": "EngineeringSegmentMember"}, 38491],
            ["Other", CONTRACT, {"s": "us-gaap:AllOtherSegmentsMember"}, 17165],
            ["Engineering", CONTRACT, {"s": "EngineeringSegmentMember", **gross}, 46470],
            ["Eliminations", CONTRACT, {"c": "us-gaap:IntersegmentEliminationMember"}, -7979],
        ],
    }
    statement = {"columns": [year], "rows": [["Total revenue", REV, {}, 376658]]}
    read = normalize_filing(
        make_filing(cik=1167419, until="2024-12-31", form="10-K", statement=statement, note=note)
    )
    assert read.segments("2024-12-31") == {
        "self_mining": 321_002_000,
        "engineering": 38_491_000,
        "other": 17_165_000,
    }


def test_eliminations_line_is_kept(make_filing: Filing, normalize_filing: Read) -> None:
    """Hut 8 2024Q3: 11,611; 20,820; 3,421; 11,906; eliminations (4,023); total 43,735."""
    column, until, gross = "2024-07-01..2024-09-30", "2024-09-30", {"c": "us-gaap:OperatingSegmentsMember"}
    note = {
        "columns": [column],
        "rows": [
            ["Digital Asset Mining", REV, {"s": "DigitalAssetMiningMember", **gross}, 11611],
            ["Managed Services", REV, {"s": "ManagedServicesMember", **gross}, 20820],
            [
                "High Performance Computing – Colocation and Cloud",
                REV,
                {"s": "HighPerformanceComputingColocationAndCloudMember", **gross},
                3421,
            ],
            ["Other", REV, {"s": "us-gaap:AllOtherSegmentsMember", **gross}, 11906],
            ["Eliminations", REV, {"c": "us-gaap:IntersegmentEliminationMember"}, -4023],
        ],
    }
    read = normalize_filing(
        make_filing(
            cik=1964789,
            until=until,
            statement={"columns": [column], "rows": [["Revenue", REV, {}, 43735]]},
            note=note,
        )
    )
    assert read.segments(until) == {
        "self_mining": 11_611_000,
        "managed_services": 20_820_000,
        "hpc": 3_421_000,
        "other": 11_906_000,
        "eliminations": -4_023_000,
    }


def test_lease_revenue_is_a_line(make_filing: Filing, normalize_filing: Read) -> None:
    """TeraWulf 2026Q1: total 34.0 million, of which 21.0 HPC lease; the contract-revenue concept has 13.0 only."""
    rows = [
        ["Digital asset revenue", CONTRACT, {}, 13.0],
        ["HPC lease revenue", "us-gaap:OperatingLeaseLeaseIncome", {}, 21.0],
        ["Total revenue", REV, {}, 34.0],
    ]
    read = normalize_filing(make_filing(cik=1083301, scale=6, statement={"columns": [Q1], "rows": rows}))
    assert read.value("total_revenue") == 34_000_000
    assert read.segments() == {"self_mining": 13_000_000, "colocation": 21_000_000}


def test_subtotal_is_no_segment(make_filing: Filing, normalize_filing: Read) -> None:
    rows = [
        ["Bitcoin mining", REV, {"p": "BitcoinMiningMember"}, 100],
        ["Hosting", REV, {"p": "HostingMember"}, 20],
        ["Total service revenue", CONTRACT, {}, 120],
        ["Equipment sales", REV, {"p": "EquipmentSalesMember"}, 5],
        ["Total revenue", REV, {}, 125],
    ]
    read = normalize_filing(make_filing(statement={"columns": [Q1], "rows": rows}))
    assert read.value("total_revenue") == 125_000
    assert read.segments() == {"self_mining": 100_000, "hosted_mining": 20_000, "equipment_sales": 5_000}


def test_segments_come_from_note_without_statement_lines(make_filing: Filing, normalize_filing: Read) -> None:
    """LM Funding 2025Q2: specialty finance 121,960 and mining 1,806,364."""
    rows = [
        ["Interest on associations", CONTRACT, {}, 21960],
        ["Sundry fees", "lmfa:SundryFees", {}, 100000],
        ["Digital mining revenues", REV, {"p": "MiningMember"}, 1806364],
        ["Total revenues", REV, {}, 1928324],
    ]
    note = {
        "columns": [Q1],
        "rows": [
            ["Specialty Finance", REV, {"s": "SpecialtyFinanceMember"}, 121960],
            ["Mining Operations", REV, {"s": "MiningOperationsMember"}, 1806364],
        ],
    }
    read = normalize_filing(
        make_filing(cik=1640384, ticker="LMFA", scale=0, statement={"columns": [Q1], "rows": rows}, note=note)
    )
    assert read.segments() == {"self_mining": 1806364, "other": 121960}


def test_demand_response_is_energy(make_filing: Filing, normalize_filing: Read) -> None:
    """Soluna 2024Q3: mining 2,811; data hosting 4,271; HPC a dash; demand response 443; total 7,525."""
    rows = [
        ["Cryptocurrency mining revenue", REV, {"p": "CryptocurrencyMiningMember"}, 2811],
        ["Data hosting revenue", REV, {"p": "DataHostingMember"}, 4271],
        [
            "High-performance computing service revenue",
            REV,
            {"p": "HighPerformanceComputingServiceMember"},
            "-",
        ],
        ["Demand response service revenue", REV, {"p": "DemandResponseServiceMember"}, 443],
        ["Total revenue", REV, {}, 7525],
    ]
    read = normalize_filing(make_filing(cik=64463, statement={"columns": [Q1], "rows": rows}))
    assert read.segments() == {
        "self_mining": 2_811_000,
        "hosted_mining": 4_271_000,
        "hpc": 0,
        "energy": 443_000,
    }


def test_ifrs_statement_is_read(make_filing: Filing, normalize_filing: Read) -> None:
    """IREN FY25Q3: mining 141.2 and AI cloud 3.6 million in ifrs-full:Revenue."""
    rows = [
        ["Bitcoin mining revenue", "ifrs-full:Revenue", {"p": "BitcoinMiningRevenuesMember"}, 141.2],
        ["AI Cloud Services revenue", "ifrs-full:Revenue", {"p": "AICloudServicesRevenueMember"}, 3.6],
        ["Revenue", "ifrs-full:Revenue", {}, 144.8],
    ]
    read = normalize_filing(
        make_filing(cik=1878848, scale=6, ifrs=True, statement={"columns": [Q1], "rows": rows})
    )
    assert read.segments() == {"self_mining": 141_200_000, "cloud": 3_600_000}


def test_rounded_lines_reconcile_within_unit(make_filing: Filing, normalize_filing: Read) -> None:
    """Core Scientific 2024Q3 in millions: 68.1 + 16.9 + 10.3 = 95.3, the total says 95.4."""
    rows = [
        ["Self", REV, {"p": "DigitalAssetSelfMiningServiceMember"}, 68.1],
        ["Hosted", REV, {"p": "DigitalAssetHostedMiningServiceMember"}, 16.9],
        ["HPC hosting", REV, {"p": "ColocationServiceMember"}, 10.3],
        ["Total revenue", REV, {}, 95.4],
    ]
    read = normalize_filing(make_filing(cik=1839341, scale=6, statement={"columns": [Q1], "rows": rows}))
    assert sum(read.segments().values()) == 95_300_000
    assert read.checks() == []


def test_unknown_member_is_quarantined(make_filing: Filing, normalize_filing: Read) -> None:
    rows = [
        ["Bitcoin mining", REV, {"p": "BitcoinMiningMember"}, 100],
        ["Tokenised curtailment yield", REV, {"p": "TokenisedCurtailmentYieldMember"}, 40],
        ["Total revenue", REV, {}, 140],
    ]
    read = normalize_filing(make_filing(statement={"columns": [Q1], "rows": rows}))
    assert read.segments() == {"self_mining": 100_000}
    (rejected,) = read.rejected
    assert (rejected.check, rejected.record.value, rejected.record.label) == (
        "unknown_segment",
        40_000,
        "Tokenised curtailment yield",
    )
    assert "TokenisedCurtailmentYieldMember" in rejected.record.remedy
    assert read.findings == [], "the document adds up: one of its lines is not understood"
    assert read.one("segment_revenue", "self_mining").complete is False


def test_two_values_for_one_fact_are_rejected(make_filing: Filing, normalize_filing: Read) -> None:
    statement = {
        "columns": [Q1],
        "rows": [["Bitcoin mining", REV, {"p": "BitcoinMiningMember"}, 100], ["Total revenue", REV, {}, 100]],
    }
    note = {"columns": [Q1], "rows": [["Total revenue", REV, {}, 900]]}
    read = normalize_filing(make_filing(statement=statement, note=note))
    assert read.value("total_revenue") is None
    assert "conflicting_values" in read.checks()


def test_breakdown_above_total_is_rejected(make_filing: Filing, normalize_filing: Read) -> None:
    note = {
        "columns": [Q1],
        "rows": [
            ["Bitcoin mining", REV, {"p": "BitcoinMiningMember"}, 100],
            ["Hosting", REV, {"p": "HostingMember"}, 77],
        ],
    }
    read = normalize_filing(
        make_filing(statement={"columns": [Q1], "rows": [["Total revenue", REV, {}, 140]]}, note=note)
    )
    assert read.segments() == {}
    assert read.value("total_revenue") == 140_000
    assert read.checks() == ["breakdown_exceeds_total", "segments_do_not_add_up"]


def test_breakdown_without_total_is_rejected(make_filing: Filing, normalize_filing: Read) -> None:
    note = {
        "columns": ["2023-01-01..2023-03-31"],
        "rows": [
            ["Bitcoin mining", REV, {"p": "BitcoinMiningMember"}, 100],
            ["Hosting", REV, {"p": "HostingMember"}, 77],
        ],
    }
    read = normalize_filing(make_filing(note=note))
    assert read.figures == []
    assert read.checks() == ["no_total"]


def test_cash_flow_lines_are_no_revenue(make_filing: Filing, normalize_filing: Read) -> None:
    """CleanSpark's cash-flow statement: clsk:IncreaseInDigitalCurrencies is labelled "Bitcoin mining revenue, net"."""
    cash = {
        "columns": [Q1],
        "rows": [["Bitcoin mining revenue, net", "clsk:IncreaseInDigitalCurrencies", {}, 185585]],
    }
    read = normalize_filing(make_filing(cik=827876, ticker="CLSK", cash_flow=cash))
    assert read.figures == []


def test_new_segments_are_read_by_products(make_filing: Filing, normalize_filing: Read) -> None:
    """Hut 8 in 2025: Power, Digital Infrastructure and Compute hold lines that have names of the field."""
    column, until = "2025-07-01..2025-09-30", "2025-09-30"
    face = [
        ["Power", REV, {"s": "PowerMember"}, 8403],
        ["Digital Infrastructure", REV, {"s": "DigitalInfrastructureMember"}, 5107],
        ["Compute", REV, {"s": "ComputeMember"}, 70000],
        ["Total revenue", REV, {}, 83510],
    ]
    inside = {
        "PowerMember": {"PowerGeneration": 8000, "ManagedServices": 403},
        "DigitalInfrastructureMember": {"ASICColocation": 5000, "CPUColocation": 107},
        "ComputeMember": {"BitcoinMining": 69000, "DataCenterCloud": 600, "GPUAsAService": 400},
    }
    note = [
        [product, REV, {"s": segment, "p": f"{product}Member"}, value]
        for segment, products in inside.items()
        for product, value in products.items()
    ]
    read = normalize_filing(
        make_filing(
            cik=1964789,
            until=until,
            statement={"columns": [column], "rows": face},
            note={"columns": [column], "rows": note},
        )
    )
    assert read.segments(until) == {
        "energy": 8_000_000,
        "managed_services": 403_000,
        "hosted_mining": 5_000_000,
        "colocation": 107_000,
        "self_mining": 69_000_000,
        "cloud": 1_000_000,
    }
    assert read.checks() == []


# --------------------------------------------------------------------------------------- proceeds of sales


def test_operating_and_investing_proceeds_are_added(make_filing: Filing, normalize_filing: Read) -> None:
    """CleanSpark, 10-Q for 2024-03-31: 43,103 and a dash; a year before a dash and 76,203."""
    half, before = "2023-10-01..2024-03-31", "2022-10-01..2023-03-31"
    cash = {
        "columns": [half, before],
        "rows": [
            ["Proceeds from sale of bitcoin", "clsk:ProceedsFromSaleOfDigitalCurrencies", {}, "-", 76203],
            ["Proceeds from sale of bitcoin", "clsk:ProceedsFromSaleOfBitcoin", {}, 43103, "-"],
        ],
    }
    read = normalize_filing(make_filing(cik=827876, ticker="CLSK", cash_flow=cash))
    assert read.value("bitcoin_sale_proceeds") == 43_103_000
    assert read.value("bitcoin_sale_proceeds", end="2023-03-31") == 76_203_000
    assert {f.derivation for f in read.figures} == {"as_reported"}
    both = {
        "columns": [half],
        "rows": [
            [
                "Proceeds from sale of bitcoin, operating",
                "clsk:ProceedsFromSaleOfDigitalCurrencies",
                {},
                1000,
            ],
            ["Proceeds from sale of bitcoin", "clsk:ProceedsFromSaleOfBitcoin", {}, 43103],
        ],
    }
    summed = normalize_filing(make_filing(cik=827876, ticker="CLSK", cash_flow=both)).one(
        "bitcoin_sale_proceeds"
    )
    assert (int(summed.value), summed.derivation, len(summed.inputs)) == (44_103_000, "summed", 2)


def test_machines_and_shares_sold_are_no_bitcoin(make_filing: Filing, normalize_filing: Read) -> None:
    rows = [
        ["Proceeds from sale of miners", "clsk:ProceedsFromSaleOfMiners", {}, 508],
        ["Proceeds from the sale of bitcoin miners", "own:ProceedsFromSaleOfBitcoinMiningEquipment", {}, 7],
        ["Proceeds from equity offerings", "us-gaap:ProceedsFromIssuanceOfCommonStock", {}, 9],
    ]
    document = make_filing(ticker="OWN", cash_flow={"columns": [Q1], "rows": rows}).replace(b"clsk:", b"own:")
    assert normalize_filing(document).figures == []


def test_zero_is_stated_and_nil_is_empty(make_filing: Filing, normalize_filing: Read) -> None:
    for value, expected in (("-", 0), ("nil", None)):
        cash = {
            "columns": [Q1],
            "rows": [["Proceeds from sale of bitcoin", "clsk:ProceedsFromSaleOfBitcoin", {}, value]],
        }
        assert (
            normalize_filing(make_filing(cik=827876, ticker="CLSK", cash_flow=cash)).value(
                "bitcoin_sale_proceeds"
            )
            == expected
        )


def test_unspecified_coins_are_quarantined(make_filing: Filing, normalize_filing: Read) -> None:
    """A company that also holds ETH: "digital assets" may be either."""
    cash = {
        "columns": [Q1],
        "rows": [["Proceeds from sale of digital assets", "test:ProceedsFromSaleOfDigitalAssets", {}, 100]],
    }
    note = {"columns": [Q1], "rows": [["ETH staked", "test:Staked", {"b": "ETHMember"}, 1]]}
    document = make_filing(cash_flow=cash, note=note).replace(
        b"us-gaap:BusinessAcquisitionAxis", b"srt:CryptoAssetAxis"
    )
    read = normalize_filing(document)
    assert (read.figures, read.checks()) == ([], ["coins_not_told_apart"])


def test_coin_member_selects_bitcoin(make_filing: Filing, normalize_filing: Read) -> None:
    """BitMine: us-gaap:ProceedsFromDisposalCryptoAsset by BitcoinMember."""
    cash = {
        "columns": [Q1],
        "rows": [
            [
                "Proceeds from disposal",
                "us-gaap:ProceedsFromDisposalCryptoAsset",
                {"b": "BitcoinMember"},
                100,
            ],
            ["Proceeds from disposal", "us-gaap:ProceedsFromDisposalCryptoAsset", {"b": "EtherMember"}, 900],
        ],
    }
    read = normalize_filing(
        make_filing(cash_flow=cash).replace(b"us-gaap:BusinessAcquisitionAxis", b"srt:CryptoAssetAxis")
    )
    assert read.value("bitcoin_sale_proceeds") == 100_000
    assert [left.rule for left in read.all.skipped] == ["another_coin"]


def test_derivative_axis_is_a_part(make_filing: Filing, normalize_filing: Read) -> None:
    """CleanSpark: 5,175 under DerivativeInstrumentRiskAxis is part of the proceeds."""
    cash = {
        "columns": [Q1],
        "rows": [["Proceeds from sale of bitcoin", "clsk:ProceedsFromSaleOfBitcoin", {}, 127625]],
    }
    note = {
        "columns": [Q1],
        "rows": [["Premiums", "clsk:ProceedsFromSaleOfBitcoin", {"b": "CoveredCallsMember"}, 5175]],
    }
    document = make_filing(cik=827876, ticker="CLSK", cash_flow=cash, note=note).replace(
        b"BusinessAcquisitionAxis", b"DerivativeInstrumentRiskAxis"
    )
    assert normalize_filing(document).value("bitcoin_sale_proceeds") == 127_625_000


def test_known_parent_replaces_unknown_children(make_filing: Filing, normalize_filing: Read) -> None:
    """A segment note with HPC hosting, and below it licence fees and maintenance that nobody calls a segment."""
    note = {
        "columns": [Q1],
        "rows": [
            ["Digital asset self-mining", REV, {"p": "DigitalAssetSelfMiningServiceMember"}, 900],
            ["HPC hosting", REV, {"p": "HPCHostingMember"}, 103],
            ["License fees", REV, {"p": "LicenseFeesMember"}, 60],
            ["Maintenance and other", REV, {"p": "MaintenanceAndSundryMember"}, 43],
        ],
    }
    read = normalize_filing(
        make_filing(
            cik=1839341, statement={"columns": [Q1], "rows": [["Total revenue", REV, {}, 1003]]}, note=note
        )
    )
    assert read.segments() == {"self_mining": 900_000, "colocation": 103_000}
    assert read.checks() == []


def test_positive_eliminations_are_subtracted(make_filing: Filing, normalize_filing: Read) -> None:
    gross = {"c": "us-gaap:OperatingSegmentsMember"}
    note = {
        "columns": [Q1],
        "rows": [
            ["Bitcoin mining", REV, {"s": "BitcoinMiningMember", **gross}, 100],
            [
                "Other",
                REV,
                {"s": "us-gaap:AllOtherSegmentsMember", "c": "us-gaap:CorporateNonSegmentMember"},
                30,
            ],
            ["Eliminations", REV, {"s": "EliminationsMember"}, 10],
        ],
    }
    read = normalize_filing(
        make_filing(statement={"columns": [Q1], "rows": [["Revenue", REV, {}, 120]]}, note=note)
    )
    assert read.segments() == {"self_mining": 100_000, "other": 30_000, "eliminations": -10_000}


def test_ambiguous_alias_is_not_guessed(make_filing: Filing, normalize_filing: Read) -> None:
    """Co-location is customers' miners for one company and AI space for another."""
    rows = [
        ["Digital currency mining revenue", REV, {"p": "DigitalCurrencyMiningMember"}, 100],
        ["Co-location revenue", REV, {"p": "CoLocationMember"}, 40],
        ["Total revenues", REV, {}, 140],
    ]
    read = normalize_filing(make_filing(statement={"columns": [Q1], "rows": rows}))
    assert read.segments() == {"self_mining": 100_000}
    assert "unknown_segment" in read.checks()


def test_ambiguous_breakdown_is_not_chosen(make_filing: Filing, normalize_filing: Read) -> None:
    """40 of hosting and 40 of equipment beside a total that has room for one of them."""
    note = {
        "columns": [Q1],
        "rows": [
            ["Bitcoin mining", REV, {"p": "BitcoinMiningMember"}, 100],
            ["Hosting", REV, {"p": "HostingMember"}, 40],
            ["Equipment", REV, {"p": "EquipmentSalesMember"}, 40],
        ],
    }
    read = normalize_filing(
        make_filing(statement={"columns": [Q1], "rows": [["Total revenue", REV, {}, 140]]}, note=note)
    )
    assert read.segments() == {}
    assert "breakdown_exceeds_total" in read.checks()


def test_total_row_overrides_contract_revenue(make_filing: Filing, normalize_filing: Read) -> None:
    rows = [
        ["Revenue from contracts", CONTRACT, {}, 90],
        ["Lease revenue", "us-gaap:OperatingLeaseLeaseIncome", {}, 10],
        ["Total revenues, net", "us-gaap:Revenues", {}, 100],
    ]
    assert (
        normalize_filing(make_filing(statement={"columns": [Q1], "rows": rows})).value("total_revenue")
        == 100_000
    )


def test_cash_flow_statement_spans_two_pages(make_filing: Filing, normalize_filing: Read) -> None:
    rows = [["Proceeds from sale of bitcoin", "clsk:ProceedsFromSaleOfBitcoin", {}, 500]] + [
        [f"Line {name}", f"us-gaap:{name}", {}, 1]
        for name in (
            "IncreaseDecreaseInInventories",
            "PaymentsToAcquireBusinesses",
            "ProceedsFromIssuanceOfDebt",
            "RepaymentsOfDebt",
        )
    ]
    document = make_filing(cik=827876, ticker="CLSK", cash_flow={"columns": [Q1], "rows": rows}).replace(
        b"NetCashProvidedByUsedInOperatingActivities", b"Sundry"
    )
    assert normalize_filing(document).value("bitcoin_sale_proceeds") == 500_000
