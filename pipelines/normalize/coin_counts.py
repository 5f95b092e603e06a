"""Roll-forwards of bitcoin by count, from the XBRL of reports: produced, sold, bought.

A count must not be about machines, and must be confirmed by an amount of the same document and period: count
× a possible price is the dollars of the coins. Units are unreliable (machines sold in the unit `Bitcoins`,
coins in the unit `item`): a count in bitcoin's unit without such an amount goes to quarantine; a count in a
unit without a meaning needs the amount in its own row.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from pipelines.normalize.coins import BITCOIN_MEMBERS, member_names, names_bitcoin
from pipelines.normalize.figures import Figure, Normalized, Rejected
from pipelines.normalize.holdings import BITCOIN_UNIT, COUNT_UNIT, may_be_worth, same_row
from pipelines.normalize.periods import kind_of
from pipelines.normalize.xbrl_records import candidate_of
from pipelines.parse.xbrl.facts import Fact, FactTable
from pipelines.watchlist.lexicon import words_in_name

VERSION = "2"
_KINDS: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (name, re.compile(count, re.IGNORECASE), re.compile(amount, re.IGNORECASE))
    for name, count, amount in (
        ("bitcoin_sold", r"\b(?:sold|sales?|dispos\w+)\b", r"\b(?:sold|sales?|dispos\w+|proceeds)\b"),
        (
            "bitcoin_produced",
            r"\b(?:mined|mining|produced|earned|received?|receipt)\b",
            r"\b(?:mined|mining|addition|receipt|earned|revenues?)\b",
        ),
        (
            "bitcoin_purchased",
            r"\b(?:purchase[sd]?|acquired|bought)\b",
            r"\b(?:purchase[sd]?|acquired|bought|payments?)\b",
        ),
    )
)
COUNTED = frozenset(name for name, _, _ in _KINDS)
_OTHER_THINGS = re.compile(
    r"\b(?:miners?|machines?|equipment|pledged|collateral|loan\w*|receivable|restricted|option\w*|"
    r"derivative\w*|exchange|gain|loss|cost|fee\w*|service\w*)\b",
    re.IGNORECASE,
)


def normalize_counts(table: FactTable, datasets: frozenset[str]) -> Normalized:
    """Counts of bitcoin sold, produced and purchased of one document, by period.

    Rejected: count_not_confirmed, if no amount of the period fits the count at a possible price.

    Args:
        datasets: The metrics to return.
    """
    out = Normalized()
    seen: set[tuple[object, ...]] = set()
    for name, fact in _counted(table):
        if name not in datasets or (name, fact.start, fact.end) in seen:
            continue
        assert fact.value is not None
        assert fact.end is not None
        count = abs(fact.value)
        if count and any(may_be_worth(amount, count) for amount in _amounts(table, name, fact)):
            seen.add((name, fact.start, fact.end))
            rules = ("rollforward_by_count", "count_times_price_is_amount")
            out.figures.append(
                Figure(
                    name,
                    None,
                    fact.start,
                    fact.end,
                    count,
                    "BTC",
                    fact.label or fact.concept.local,
                    fact.locator,
                    rounding=Decimal("0.5"),
                    rules=rules,
                )
            )
        elif count:
            reason = f"{fact.value:,f} {fact.unit} to {fact.end}: no amount of that period confirms the count"
            out.rejected.append(Rejected("count_not_confirmed", reason, candidate_of(fact, name)))
    return out


def _text(fact: Fact) -> str:
    return f"{' '.join(words_in_name(fact.concept.local))} | {fact.label}"


def _about_bitcoin(fact: Fact) -> bool:
    if any(axis.local != "CryptoAssetAxis" for axis, _ in fact.dimensions):
        return False
    members = member_names(fact)
    return members <= BITCOIN_MEMBERS if members else names_bitcoin(fact)


def _counted(table: FactTable) -> Iterator[tuple[str, Fact]]:
    for fact in table.numeric():
        if fact.start is None or fact.end is None or kind_of(fact.start, fact.end) is None:
            continue
        text = _text(fact)
        if (
            not (fact.unit and (BITCOIN_UNIT.match(fact.unit) or COUNT_UNIT.match(fact.unit)))
            or _OTHER_THINGS.search(text)
            or not _about_bitcoin(fact)
        ):
            continue
        found = next((name for name, pattern, _ in _KINDS if pattern.search(text)), None)
        if found:
            yield found, fact


def _amounts(table: FactTable, name: str, counted: Fact) -> Iterator[Fact]:
    """Amounts of the same period and movement as a count.

    A unit without a meaning ("item") needs the amount in the same row.
    """
    pattern = next(amount for kind, _, amount in _KINDS if kind == name)
    vague = not BITCOIN_UNIT.match(counted.unit or "")
    for fact in table.numeric():
        if (
            fact.unit == "USD"
            and (fact.start, fact.end) == (counted.start, counted.end)
            and pattern.search(_text(fact))
            and (same_row(fact, counted) or not vague)
        ):
            yield fact
