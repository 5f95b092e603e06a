"""Compare figures of reports with the SEC's own company facts of the same filing and period.

Company facts have only undimensioned facts of standard concepts. A figure agrees if such a fact has its
value. It differs only from a concept that can mean nothing else; without one, it is not compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipelines.normalize.holdings import BITCOIN_UNIT
from pipelines.normalize.revenue_facts import TOTAL_CONCEPTS
from pipelines.parse.xbrl.companyfacts import CompanyFact

METRICS = ("total_revenue", "bitcoin_sale_proceeds", "bitcoin_held")
# The concept whose value must be the figure, if the filing has it.
_DECIDES = {
    "total_revenue": frozenset({"us-gaap:Revenues", "ifrs-full:Revenue"}),
    "bitcoin_sale_proceeds": frozenset[str](),
    "bitcoin_held": frozenset({"us-gaap:CryptoAssetNumberOfUnits"}),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The value and concept that company facts have for a figure, and whether they agree."""

    theirs: Decimal
    concept: str
    agrees: bool


def compare(metric: str, ours: Decimal, rounding: Decimal, facts: Sequence[CompanyFact]) -> Verdict | None:
    """Compare one figure with the company facts of its filing and period.

    None if none of them is about it.

    Args:
        rounding: Half the unit that ours was stated in.
    """
    about = [fact for fact in facts if _may_be(metric, fact)]
    equal = next((fact for fact in about if abs(fact.value - ours) <= rounding), None)
    if equal is not None:
        return Verdict(equal.value, equal.concept, True)
    decisive = [fact for fact in about if fact.concept in _DECIDES[metric]]
    if len({fact.value for fact in decisive}) == 1:
        return Verdict(decisive[0].value, decisive[0].concept, False)
    return None


def _may_be(metric: str, fact: CompanyFact) -> bool:
    if metric == "bitcoin_held":
        return fact.concept == "us-gaap:CryptoAssetNumberOfUnits" and bool(BITCOIN_UNIT.match(fact.unit))
    if fact.unit != "USD":
        return False
    return "Proceeds" in fact.concept if metric == "bitcoin_sale_proceeds" else fact.concept in TOTAL_CONCEPTS
