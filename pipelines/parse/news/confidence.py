"""Confidence of claims: the share of right ones with the same evidence in labeled articles."""

from decimal import Decimal
from functools import cache

from pydantic import BaseModel, ConfigDict, NonNegativeInt, ValidationError

from pipelines.errors import UsageError
from pipelines.parse.deals.deal import ACQUISITION, FINANCING, TARGET, Deal
from pipelines.watchlist.source import read_yaml

_STEP = Decimal("0.01")


class _Counts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    right: NonNegativeInt
    wrong: NonNegativeInt

    @property
    def share(self) -> Decimal:
        """The share of right claims, moved toward one half where few were seen."""
        return (Decimal(self.right + 1) / (self.right + self.wrong + 2)).quantize(_STEP)


class _Confidence(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    least: Decimal
    evidence: dict[str, _Counts]


@cache
def _measured() -> _Confidence:
    ((path, content),) = read_yaml("lexicon/confidence.yaml", None)
    try:
        return _Confidence.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error


def least_confidence() -> Decimal:
    """The least confidence of a claim that is loaded; others wait in quarantine."""
    return _measured().least


def confidence_of(evidence: str) -> Decimal:
    """The confidence of a claim, 0 to 1, from its evidence.

    Raises:
        KeyError: The evidence has no entry in lexicon/confidence.yaml.
    """
    return _measured().evidence[evidence].share


def evidence_of_figure(metric: str, *, dated: bool, named: bool, of_subject: bool) -> str:
    """The kind of evidence of a figure.

    Args:
        dated: Whether its sentence names the period or day.
        named: Whether its sentence names the company.
        of_subject: Whether the article is about its period.
    """
    if metric == "bitcoin_held":
        return (
            "holding, day or company in its sentence"
            if dated or named
            else "holding, day and company from context"
        )
    if metric == "hashrate_average_operating":
        return "average hash rate"
    if metric.startswith("hashrate"):
        return "hash rate"
    if metric.startswith(("fleet", "power")):
        return "efficiency or power cost"
    if of_subject:
        return "flow in the article's period"
    return "flow in a period that its sentence names" if dated else "flow in a period from context"


def evidence_of_change(basis: str) -> str:
    """The kind of evidence of a change: whether the article says what it compares with."""
    return "change with its comparison" if basis else "change without a comparison"


def evidence_of_deal(deal: Deal) -> str:
    """The kind of evidence of a deal."""
    if deal.kind == TARGET:
        return "target with a deadline" if deal.due else "target without a deadline"
    if deal.party:
        return "deal with its other side"
    if deal.kind == FINANCING:
        return "loan without a lender" if deal.amount_kind == "loan" else "notes or shares"
    if deal.kind == ACQUISITION:
        return (
            "purchase without a seller"
            if deal.amount is not None
            else "purchase without a seller and a price"
        )
    return "contract without a customer"
