"""Which lines of a filing are a business, and which split or repeat one."""

from pipelines.normalize.figures import Normalized
from pipelines.normalize.segments import normalize_revenue
from pipelines.parse.xbrl.inline import read_facts
from pipelines.watchlist import load_lexicon, load_watchlist
from tests.unit.normalize.inline_document import Row, inline

YEAR = "2023-01-01..2023-12-31"
REV = "us-gaap:Revenues"
CONTRACT = "us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax"
PRODUCT = "srt:ProductOrServiceAxis=own:"
SEGMENT = "us-gaap:StatementBusinessSegmentsAxis=own:"


def _read(*tables: list[Row], ticker: str | None = None) -> Normalized:
    company = load_watchlist().by_ticker(ticker) if ticker else None
    return normalize_revenue(read_facts(inline(*tables)), company, load_lexicon())


def _segments(read: Normalized) -> dict[str, int]:
    return {str(f.segment): int(f.value) for f in read.figures if f.fact == "segment_revenue"}


def test_parts_in_a_pool_are_one_business() -> None:
    """MARA, 10-K for 2023: operator and participant, fees and rewards are all mining."""
    face: list[Row] = [
        (
            "Operator - Transaction fees",
            f"{CONTRACT} usd {YEAR} 31,200 {PRODUCT}OperatorTransactionFeesMember",
        ),
        ("Participant", f"{CONTRACT} usd {YEAR} 24,800 {PRODUCT}ParticipantMember"),
        ("Total revenues from contracts with customers", f"{CONTRACT} usd {YEAR} 56,000"),
        (
            "Operator - Block rewards and other revenue",
            f"us-gaap:RevenueNotFromContractWithCustomer usd {YEAR} 346,300",
        ),
        ("Total revenues", f"{REV} usd {YEAR} 402,300"),
        ("Net loss", f"us-gaap:NetIncomeLoss usd {YEAR} -5"),
    ]
    assert _segments(_read(face, ticker="MARA")) == {"self_mining": 402_300}
    assert _segments(_read(face)) == {}


def test_digital_asset_revenue_of_the_amount_of_staking_is_staking() -> None:
    """Upexi, 10-Q for 2025-09-30."""
    face: list[Row] = [
        ("Digital asset revenue", f"own:DigitalAssetRevenue usd {YEAR} 5,900"),
        ("Total revenue", f"{REV} usd {YEAR} 5,900"),
        ("Net loss", f"us-gaap:NetIncomeLoss usd {YEAR} -5"),
    ]
    note: list[Row] = [("Rewards", f"own:RevenueFromDigitalAssetsStaking usd {YEAR} 5,900")]
    assert _segments(_read(face, note)) == {"staking": 5_900}


def test_digital_asset_revenue_of_a_filer_that_shows_no_mining_is_rejected() -> None:
    face: list[Row] = [
        ("Digital asset revenue", f"own:DigitalAssetRevenue usd {YEAR} 5,900"),
        ("Product revenue", f"own:ProductRevenue usd {YEAR} 1,100"),
        ("Total revenue", f"{REV} usd {YEAR} 7,000"),
        ("Net loss", f"us-gaap:NetIncomeLoss usd {YEAR} -5"),
    ]
    read = _read(face)
    assert "self_mining" not in _segments(read)
    assert ("unknown_segment", 5_900) in [(r.check, getattr(r.record, "value", None)) for r in read.rejected]
    assert _segments(_read(face, [("Mined bitcoin", f"own:Mined usd {YEAR} 1")]))["self_mining"] == 5_900


def test_intersegment_lines_are_neither_external_nor_gross() -> None:
    """Coca-Cola's layout: third party, intersegment and total for each segment."""
    face: list[Row] = [("Net revenues", f"{REV} usd {YEAR} 100")]
    note: list[Row] = [
        (
            "Third party",
            f"own:RevenueforReportableSegments usd {YEAR} 70 {SEGMENT}BitcoinMiningMember",
            f"own:RevenueforReportableSegments usd {YEAR} 30 {SEGMENT}EngineeringMember",
        ),
        (
            "Intersegment",
            f"own:IntersegmentRevenue usd {YEAR} 2 {SEGMENT}BitcoinMiningMember",
            f"own:IntersegmentRevenue usd {YEAR} 8 {SEGMENT}EngineeringMember",
            f"own:IntersegmentRevenue usd {YEAR} -10 {SEGMENT}EliminationsMember",
        ),
        (
            "Total operating revenues",
            f"{REV} usd {YEAR} 72 {SEGMENT}BitcoinMiningMember",
            f"{REV} usd {YEAR} 38 {SEGMENT}EngineeringMember",
            f"{REV} usd {YEAR} -10 {SEGMENT}EliminationsMember",
        ),
    ]
    assert _segments(_read(face, note)) == {"self_mining": 70, "engineering": 30}


def test_quarter_as_adjusted_by_a_new_standard_is_a_total() -> None:
    """Riot, 10-K for 2023: quarters as previously reported, the effect of ASU 2023-08, and as adjusted."""
    quarter = "2023-01-01..2023-03-31"
    standard = (
        "us-gaap:AdjustmentsForNewAccountingPronouncementsAxis=own:AccountingStandardsUpdate202308Member"
    )
    before = f"{standard} srt:RestatementAxis=srt:ScenarioPreviouslyReportedMember"
    face: list[Row] = [("Total revenue", f"{REV} usd {YEAR} 280,678")]
    adopted: list[Row] = [
        ("Total revenue", f"{REV} usd {quarter} 73,236 {before}", f"{REV} usd {quarter} 73,236 {standard}")
    ]
    totals = {str(f.end): int(f.value) for f in _read(face, adopted).figures if f.fact == "total_revenue"}
    assert totals == {"2023-12-31": 280_678, "2023-03-31": 73_236}
    alone: list[Row] = [("Total revenue", f"{REV} usd {quarter} 73,236 {standard}")]
    assert [str(f.end) for f in _read(face, alone).figures] == ["2023-12-31"]


def test_schedule_of_the_parent_alone_is_no_company_total() -> None:
    """Schedule I of large filers repeats the statements for the parent company only."""
    face: list[Row] = [
        ("Total revenue", f"{REV} usd {YEAR} 100"),
        ("Net", f"us-gaap:NetIncomeLoss usd {YEAR} 9"),
    ]
    for axis in ("srt:ConsolidatedEntitiesAxis", "srt:ConsolidationItemsAxis", "dei:LegalEntityAxis"):
        parent: list[Row] = [
            ("Total revenues", f"{REV} usd {YEAR} 40 {axis}=srt:ParentCompanyMember"),
            ("Net", f"us-gaap:NetIncomeLoss usd {YEAR} 9 {axis}=srt:ParentCompanyMember"),
        ]
        only_parent = {f.value for f in _read(parent).figures}
        both = {f.value for f in _read(parent, face).figures if f.fact == "total_revenue"}
        assert (axis, only_parent, both) == (axis, set(), {100})
