"""Rules for XBRL revenue facts.

Each rule has a name that a row can cite. `disqualified` applies them in order; the first that applies
excludes a fact.
"""

import re
from collections.abc import Callable, Collection, Iterable
from enum import StrEnum

from pipelines.normalize.periods import kind_of
from pipelines.normalize.revenue_values import StatedValue
from pipelines.parse.xbrl.facts import ISSUER, Fact, QName
from pipelines.watchlist.lexicon import words_in_name
from pipelines.watchlist.words import word_list

TOTAL_CONCEPTS = word_list("revenue.total_concepts")
"""Concepts that may be a company's total revenue, most inclusive first (FASB calculation: Revenues sums the
others).
"""

LINE_CONCEPTS = frozenset([*TOTAL_CONCEPTS, *word_list("revenue.line_concepts")])
"""Concepts that may be a line of revenue; leases (ASC 842) stand outside the contract-revenue concepts."""

_REVENUE_WORDS = {"revenue", "revenues", "renevue", "revenus"}
_RUN_TOGETHER = re.compile("revenues?(?:for|from|of|by)")
"""`RevenueforReportableSegments`: a filer's name without the capital of its second word."""

_NOT_REVENUE = frozenset(word_list("revenue.not_revenue"))
_REVENUE_LABEL = re.compile(r"\brevenues?\b|\bsales\b|\bmining income\b", re.IGNORECASE)
_NOT_REVENUE_LABEL = re.compile(
    r"\bcosts?\b|\bexpenses?\b|\bdeferred\b|\bgains?\b|\bloss|\bpercent|exclusive|depreciation|"
    r"proceeds|marketing|\b(?:per|each|every)\s+(?:\w+\s+)?(?:bitcoin|btc|coin|[ep]h(?:/s)?|mwh?|share|day)\b",
    re.IGNORECASE,
)


_BETWEEN_SEGMENTS = re.compile(r"\b(?:inter|intra)[ -]?segments?\b", re.IGNORECASE)
_PRO_FORMA = re.compile(r"\bpro[ -]?forma\b", re.IGNORECASE)


class Cut(StrEnum):
    """The kind of breakdown that an axis of a revenue fact makes."""

    PRODUCT = "product"
    SEGMENT = "segment"
    CONSOLIDATION = "consolidation"
    PARTY = "party"


_BREAKDOWN_AXES = {
    "srt:ProductOrServiceAxis": Cut.PRODUCT,
    "us-gaap:ProductOrServiceAxis": Cut.PRODUCT,
    "ifrs-full:ProductsAndServicesAxis": Cut.PRODUCT,
    "us-gaap:StatementBusinessSegmentsAxis": Cut.SEGMENT,
    "us-gaap:SubsegmentsAxis": Cut.SEGMENT,
    "ifrs-full:SegmentsAxis": Cut.SEGMENT,
    "srt:ConsolidationItemsAxis": Cut.CONSOLIDATION,
    "us-gaap:ConsolidationItemsAxis": Cut.CONSOLIDATION,
    "ifrs-full:SegmentConsolidationItemsAxis": Cut.CONSOLIDATION,
}
_PARTIES = frozenset({"RelatedPartyMember", "NonrelatedPartyMember"})

_WHOLE = frozenset(
    {"ConsolidatedEntitiesMember", "EntitysTotalForSegmentConsolidationItemsMember", "EntitysTotalMember"}
)
_GROSS = frozenset(
    {
        "OperatingSegmentsMember",
        "OperatingSegmentsExcludingIntersegmentEliminationMember",
        "ReportableSegmentsMember",
    }
)
_ELIMINATION = frozenset(
    {
        "IntersegmentEliminationMember",
        "EliminationOfIntersegmentAmountsMember",
        "IntersubsegmentEliminationsMember",
        "IntersegmentAmountsMember",
        "ConsolidationEliminationsMember",
    }
)
_OUTSIDE = frozenset(
    {
        "CorporateNonSegmentMember",
        "MaterialReconcilingItemsMember",
        "SegmentReconcilingItemsMember",
        "CorporateReconcilingItemsAndEliminationsMember",
        "UnallocatedAmountsMember",
    }
)
# Sums over segments, tagged like a segment (us-gaap 2024 and later).
SUBTOTALS = frozenset(
    {
        "ReportableSegmentAggregationBeforeOtherOperatingSegmentMember",
        "ReportableSegmentsMember",
        "ReportableSegmentMember",
        "TotalSegmentMember",
        "TotalSegmentsMember",
        "TotalReportableSegmentsMember",
    }
)


def cut_of(axis: QName, member: "QName | str") -> Cut | None:
    """The kind of breakdown that an axis makes; None if it cuts revenue in another way."""
    known = _BREAKDOWN_AXES.get(axis.standard)
    if known:
        return known
    if "Related" in axis.local and isinstance(member, QName) and member.local in _PARTIES:
        return Cut.PARTY
    return None


def is_revenue_name(name: str) -> bool:
    """Whether an issuer's concept is named as revenue: `clsk:DigitalCurrencyMiningRevenues`."""
    words = words_in_name(name)
    named = bool(_REVENUE_WORDS & set(words)) or any(_RUN_TOGETHER.match(word) for word in words)
    return named and not _NOT_REVENUE & set(words)


def is_revenue_label(label: str) -> bool:
    """Whether a row's label means revenue and not a deduction from it."""
    return bool(_REVENUE_LABEL.search(label)) and not _NOT_REVENUE_LABEL.search(label)


def is_between_segments(fact: StatedValue) -> bool:
    """Whether a value is revenue of one segment from another: a line "Intersegment"."""
    return bool(_BETWEEN_SEGMENTS.search(" ".join(words_in_name(fact.name)))) or bool(
        _BETWEEN_SEGMENTS.search(fact.label)
    )


def is_total_label(label: str) -> bool:
    """Whether a label means total revenue: `Total revenues, net`, `Revenues, net`."""
    words = re.sub(r"[^a-z ]", " ", re.sub(r"\(.*?\)", " ", label.lower())).split()
    return (
        bool(words)
        and set(words)
        <= {
            "total",
            "consolidated",
            "revenue",
            "revenues",
            "net",
            "sales",
            "segment",
            "and",
            "operating",
            "from",
            "operations",
        }
        and bool({"revenue", "revenues", "sales"} & set(words))
    )


def is_revenue_concept(fact: StatedValue) -> bool:
    """Whether a concept can be revenue: one of LINE_CONCEPTS, or an issuer's name for it."""
    if is_issuer_name(fact):
        return is_revenue_name(fact.name)
    return fact.standard_name in LINE_CONCEPTS


def is_issuer_name(fact: StatedValue) -> bool:
    """Whether a value has a concept of the company's own, or none."""
    return fact.standard_name.startswith(f"{ISSUER}:")


Rule = Callable[[Fact], bool]
_RULES: list[tuple[str, Rule]] = []


def rule(name: str) -> Callable[[Rule], Rule]:
    """Register a rule that disqualifies a fact, under a name that rows can cite."""

    def register(function: Rule) -> Rule:
        _RULES.append((name, function))
        return function

    return register


def _axis(fact: Fact, *names: str) -> bool:
    return any(axis.local in names for axis, _ in fact.dimensions)


@rule("pro_forma_revenue")
def is_pro_forma(fact: Fact) -> bool:
    """Exclude pro-forma revenue (as if an acquisition had happened earlier).

    CleanSpark tags it as us-gaap:Revenues under BusinessAcquisitionAxis (10-Q for 2024-12-31, GRIID);
    in that filing it is the only us-gaap:Revenues fact there is.
    """
    named = "ProForma" in fact.concept.local or bool(_PRO_FORMA.search(fact.label))
    return named or _axis(fact, "BusinessAcquisitionAxis")


@rule("one_customers_share")
def is_one_customer(fact: Fact) -> bool:
    """Exclude one customer's share of revenue.

    Bit Digital 10-K 2024: 58.6 million of customer one.
    """
    return _axis(
        fact, "MajorCustomersAxis", "CounterpartyNameAxis", "CustomerAxis", "MajorCustomersAxis1"
    ) or any("ConcentrationRisk" in axis.local for axis, _ in fact.dimensions)


@rule("subsequent_event")
def is_subsequent_event(fact: Fact) -> bool:
    """Exclude revenue of a contract signed after the period.

    Bit Digital 10-K 2024: 300,000 on 2025-01-06.
    """
    return _axis(fact, "SubsequentEventTypeAxis")


@rule("related_party_share")
def is_related_party_share(fact: Fact) -> bool:
    """Exclude a related party's share, by the party's name.

    Bit Digital: 4,503 under LiquidStakingMember. A whole line split in RelatedPartyMember and
    NonrelatedPartyMember is kept: its parts are added.
    """
    return any(
        "RelatedParty" in axis.local and cut_of(axis, member) is None for axis, member in fact.dimensions
    )


@rule("by_place")
def is_by_place(fact: Fact) -> bool:
    """Exclude revenue by country.

    `srt:StatementGeographicalAxis`, `ifrs-full:GeographicalAreasAxis`.
    """
    return _axis(fact, "StatementGeographicalAxis", "GeographicalAreasAxis")


@rule("restatement_column")
def is_restatement_column(fact: Fact) -> bool:
    """Exclude previously reported values and adjustments in a table of a restatement.

    Riot 10-K 2022, RestatementAxis.
    """
    return _axis(
        fact, "RestatementAxis", "RestatementOfPriorPeriodAxis", "StatementScenarioAxis", "ScenarioAxis"
    )


@rule("another_cut")
def is_another_cut(fact: Fact) -> bool:
    """Exclude revenue under any other axis.

    CryptoAssetAxis, LegalEntityAxis, timing of transfer …
    """
    return any(cut_of(axis, member) is None for axis, member in fact.dimensions)


@rule("not_usd")
def is_not_usd(fact: Fact) -> bool:
    """Exclude amounts in other currencies.

    The company's own US$ figure is used; nothing is converted here (Cango).
    """
    return fact.unit != "USD"


@rule("instant")
def is_instant(fact: Fact) -> bool:
    """Exclude instants: a remaining obligation, or an error."""
    return fact.start is None


@rule("odd_period")
def is_odd_period(fact: Fact) -> bool:
    """Exclude periods other than month, quarter, half, nine months or year.

    A single contract, or the time since an acquisition.
    """
    return fact.end is None or kind_of(fact.start, fact.end) is None


_ADOPTION = "AdjustmentsForNewAccountingPronouncementsAxis"


def is_as_adjusted(fact: Fact, previously: Collection[tuple[object, ...]]) -> bool:
    """Whether a fact is a quarter, adjusted by a new accounting standard.

    It is in the last column of "as previously reported, effect of adoption, as adjusted" (Riot, 10-K for
    2023). The half year and nine months beside it are sums of the quarters.

    Args:
        previously: Concept and period of the facts in the first column, as `as_first_reported` returns them.
    """
    only = [axis.local for axis, _ in fact.dimensions] == [_ADOPTION]
    return (
        only
        and fact.end is not None
        and kind_of(fact.start, fact.end) == "quarter"
        and (fact.concept, fact.start, fact.end) in previously
    )


def as_first_reported(facts: Iterable[Fact]) -> set[tuple[object, ...]]:
    """Concept and period of facts "as previously reported", before a new standard."""
    return {
        (fact.concept, fact.start, fact.end)
        for fact in facts
        if _axis(fact, _ADOPTION)
        and any(
            getattr(member, "local", "") == "ScenarioPreviouslyReportedMember"
            for _, member in fact.dimensions
        )
    }


def disqualified(fact: Fact) -> str | None:
    """The name of the first rule that excludes a revenue fact; None if it may be revenue."""
    return next((name for name, applies in _RULES if applies(fact)), None)


class Consolidation(StrEnum):
    """The role of a fact by `srt:ConsolidationItemsAxis`."""

    NONE = ""
    GROSS = "gross"
    ELIMINATION = "elimination"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"


def consolidation_of(fact: StatedValue) -> Consolidation:
    """Whether a fact is a segment's gross revenue, an elimination, or outside all segments."""
    for axis, member in fact.dimensions:
        if cut_of(axis, member) is Cut.CONSOLIDATION:
            name = member.local if isinstance(member, QName) else str(member)
            if name in _WHOLE:
                return Consolidation.NONE
            if name in _GROSS:
                return Consolidation.GROSS
            if name in _ELIMINATION or "liminat" in name:
                return Consolidation.ELIMINATION
            if name in _OUTSIDE:
                return Consolidation.OUTSIDE
            return Consolidation.UNKNOWN
    return Consolidation.NONE


def member_of(fact: StatedValue, cut: Cut) -> QName | None:
    """The member on the product, segment or party axis."""
    for axis, member in fact.dimensions:
        if cut_of(axis, member) is cut and isinstance(member, QName):
            return member
    return None
