"""Bitcoin held, as a count, and its fair value, from the XBRL of reports.

Since ASU 2023-08 in `us-gaap:CryptoAssetNumberOfUnits` and `CryptoAssetFairValue…` × bitcoin; earlier in
issuer concepts, or as the balances of a roll-forward by count. Units are unreliable: Bit Digital tags
machines sold in the unit `Bitcoins`, CleanSpark tags 10,075 bitcoin as 10,075,000 dollars, Riot counts in
`item`. A count must match the fair value or carrying amount of that day at a possible price. A carrying
amount confirms a count but is not a fair value: before ASU 2023-08 it is cost less impairment.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipelines.limits import is_possible_price
from pipelines.normalize.coins import (
    BITCOIN_MEMBERS,
    member_names,
    names_bitcoin,
    other_coins,
    other_coins_of,
)
from pipelines.normalize.figures import AS_REPORTED, SUMMED, Figure, Normalized, Rejected
from pipelines.normalize.periods import kind_of
from pipelines.normalize.xbrl_records import candidate_of, inputs_of, skipped
from pipelines.parse.xbrl.facts import Fact, FactTable
from pipelines.watchlist.lexicon import words_in_name
from pipelines.watchlist.metrics import COMPANY, UNENCUMBERED

VERSION = "3"
HELD, FAIR_VALUE = "bitcoin_held", "bitcoin_fair_value"
BITCOIN_UNIT = re.compile(r"^(?:btcs?|bitcoins?|xbt)$", re.IGNORECASE)
COUNT_UNIT = re.compile(r"^(?:items?|shares?|pure|units?|numbers?|quantity|each)$", re.IGNORECASE)
"""Units without a meaning of their own, in which coins are counted too."""

_BALANCE = {"balance", "balances", "beginning", "ending", "opening", "closing"}
_NOT_THE_COINS = {
    *("receivable", "receivables", "collateral", "pledged", "derivative", "derivatives", "miners", "payable"),
    *("loan", "loans", "deferred", "tax", "impairment", "gain", "gains", "loss", "losses", "exchanged"),
    *("change", "mining", "liability", "liabilities", "equipment", "cumulative", "restricted", "etf"),
}


def may_be_worth(amount: Fact, count: Decimal) -> bool:
    """Whether an amount of dollars divided by a count of bitcoin is a possible price."""
    return is_possible_price(abs(amount.value or Decimal(0)) / count)


def same_row(fact: Fact, other: Fact) -> bool:
    """Whether two facts are in the same row of a table."""
    return fact.row >= 0 and fact.row == other.row


@dataclass(frozen=True, slots=True)
class _Confirmed:
    """A count, and the amount of the same day that confirms it."""

    count: Decimal
    fact: Fact
    amount: Fact


def normalize_holdings(table: FactTable) -> Normalized:
    """Bitcoin held (BTC) and its fair value (USD) of one document, by day.

    The scope is unencumbered if bitcoin posted as collateral is a receivable and not counted.

    Rejected: holdings_not_confirmed (a count without a matching amount). Skipped: counts under an axis other
    than CryptoAssetAxis (machines), and those of other coins.
    """
    out = Normalized()
    values = _fair_values(table)
    carried = _carrying_amounts(table)
    found: dict[date, _Confirmed] = {}
    doubtful: list[Fact] = []
    for fact in _counts(table, out):
        assert fact.end is not None
        amounts = [*values.get(fact.end, [])[:1], *carried.get(fact.end, [])]
        amounts.sort(key=lambda a: not same_row(fact, a))
        confirmed = next((c for a in amounts if (c := _confirmed_count(fact, a)) is not None), None)
        if confirmed is None:
            doubtful.append(fact)
        else:
            found.setdefault(fact.end, confirmed)
    lent = _days_with_collateral_receivable(table) if found else set()
    for day, confirmed in sorted(found.items()):
        fact = confirmed.fact
        fair = values.get(day, [])
        borne_out_by = "fair_value" if fair else "carrying_amount"
        rules: tuple[str, ...] = (f"count_times_price_is_{borne_out_by}",)
        if confirmed.count != fact.value:
            rules += ("tagged_in_thousands",)
        label = fact.label or fact.concept.local
        scope = UNENCUMBERED if day in lent else COMPANY
        out.figures.append(
            Figure(
                HELD,
                None,
                None,
                day,
                confirmed.count,
                "BTC",
                label,
                fact.locator,
                rounding=Decimal("0.5"),
                rules=rules,
                scope=scope,
            )
        )
        whole = sum((f.value or Decimal(0) for f in fair), Decimal(0))
        if fair and is_possible_price(whole / confirmed.count):
            first, several = fair[0], len(fair) > 1
            out.figures.append(
                Figure(
                    FAIR_VALUE,
                    None,
                    None,
                    day,
                    whole,
                    "USD",
                    first.label or first.concept.local,
                    first.locator,
                    derivation=SUMMED if several else AS_REPORTED,
                    inputs=inputs_of(fair) if several else (),
                    rules=("fair_value",),
                    scope=scope,
                )
            )
    for fact in doubtful:
        if fact.end not in found:
            reason = f"{fact.value:,f} {fact.unit} on {fact.end}: no amount of that day confirms the count"
            out.rejected.append(Rejected("holdings_not_confirmed", reason, candidate_of(fact, HELD)))
    return out


def _words_of(fact: Fact) -> set[str]:
    """The words of a fact's concept and label, in lowercase."""
    return {*words_in_name(fact.concept.local), *re.findall("[a-z]+", fact.label.lower())}


def _counts(table: FactTable, out: Normalized) -> Iterator[Fact]:
    seen: set[tuple[object, ...]] = set()
    rollforwards = _rollforwards(table)
    for fact in table.numeric():
        if fact.start is not None or fact.end is None or not fact.value or fact.key() in seen:
            continue
        words = set(words_in_name(fact.concept.local))
        standard = fact.concept.local == "CryptoAssetNumberOfUnits"
        named = (
            "number" in words
            and bool(words & {"bitcoin", "bitcoins", "btc"})
            and bool(words & {"held", "holdings", "units", "owned"})
        )
        balance = (fact.place.table, fact.unit) in rollforwards and bool(_words_of(fact) & _BALANCE)
        if not (standard or named or balance):
            continue
        seen.add(fact.key())
        if any(axis.local != "CryptoAssetAxis" for axis, _ in fact.dimensions):
            out.skipped.append(skipped(fact, "no_holding"))
            continue
        members = member_names(fact)
        if members and not members <= BITCOIN_MEMBERS:
            out.skipped.append(skipped(fact, "another_coin"))
        elif not members and standard and not (fact.unit and BITCOIN_UNIT.match(fact.unit)):
            # BitMine's count without dimensions includes ether.
            out.skipped.append(
                skipped(fact, "coins_not_told_apart" if other_coins(table) else "another_unit")
            )
        else:
            yield fact


def _rollforwards(table: FactTable) -> set[tuple[object, str]]:
    """The tables that count bitcoin mined, sold or bought, each with the unit of its counts."""
    return {
        (fact.place.table, fact.unit)
        for fact in table.numeric()
        if fact.unit
        and (COUNT_UNIT.match(fact.unit) or BITCOIN_UNIT.match(fact.unit))
        and fact.row >= 0
        and fact.start is not None
        and fact.end is not None
        and kind_of(fact.start, fact.end)
        and not fact.dimensions
        and names_bitcoin(fact)
    }


def _bitcoin_alone(fact: Fact) -> bool:
    return all(axis.local == "CryptoAssetAxis" for axis, _ in fact.dimensions) and (
        member_names(fact) <= BITCOIN_MEMBERS
    )


def _fair_values(table: FactTable) -> dict[date, list[Fact]]:
    """The fair value of all bitcoin by day: one fact, or its current part and the rest.

    By member, or in a concept that names bitcoin. CleanSpark tags both parts (10-Q for 2025-06-30): the
    current one alone is a part of the coins.
    """
    found: dict[date, dict[str, Fact]] = {}
    for fact in table.numeric():
        if fact.start is not None or fact.end is None or fact.unit != "USD" or not fact.value:
            continue
        if not _bitcoin_alone(fact):
            continue
        name, members = fact.concept.local, member_names(fact)
        words = set(words_in_name(name))
        standard = name.startswith("CryptoAssetFairValue")
        by_name = (
            not members
            and {"fair", "value", "of"} <= words
            and words & {"bitcoin", "bitcoins"}
            and not words & {"change", "per", "cumulative", "gain", "gains", "adjusted", "beginning"}
        )
        if by_name or (standard and (members or (names_bitcoin(fact) and not other_coins(table)))):
            part = "current" if name.endswith("Current") else "rest" if name.endswith("Noncurrent") else ""
            by_part = found.setdefault(fact.end, {})
            if members and not member_names(by_part.get(part, fact)):
                by_part[part] = fact
            by_part.setdefault(part, fact)
    return {day: [parts[""]] if "" in parts else list(parts.values()) for day, parts in found.items()}


def _carrying_amounts(table: FactTable) -> dict[date, list[Fact]]:
    """Dollar amounts of bitcoin on a day, in a line of its own or beside a count."""
    out: dict[date, list[Fact]] = {}
    for fact in table.numeric():
        if fact.start is not None or fact.end is None or fact.unit != "USD" or not fact.value:
            continue
        words = _words_of(fact)
        if (
            _bitcoin_alone(fact)
            and not words & _NOT_THE_COINS
            and not other_coins_of(fact)
            and (names_bitcoin(fact) or words & _BALANCE)
        ):
            out.setdefault(fact.end, []).append(fact)
    return out


def _days_with_collateral_receivable(table: FactTable) -> set[date]:
    """Days on which bitcoin posted as collateral is a receivable, in no count of bitcoin held.

    CleanSpark's balance sheet of 2024-09-30 has 6,819 bitcoin, and 77.8 million dollars for about 1,230 more.
    """
    return {
        fact.end
        for fact in table.numeric()
        if fact.start is None and fact.end is not None and fact.unit == "USD" and fact.value
        if not fact.dimensions and names_bitcoin(fact)
        if {"receivable", "collateral"} <= _words_of(fact)
    }


def _confirmed_count(fact: Fact, amount: Fact) -> _Confirmed | None:
    """The count that matches an amount: as tagged, or divided by 1000 if tagged in dollars.

    An amount that does not name bitcoin confirms only the count beside it.
    """
    assert fact.value is not None
    if not same_row(fact, amount) and not (names_bitcoin(amount) or member_names(amount)):
        return None
    scales = [Decimal(1)] if fact.unit and BITCOIN_UNIT.match(fact.unit) else [Decimal(1), Decimal(1000)]
    fitting = [fact.value / scale for scale in scales if may_be_worth(amount, fact.value / scale)]
    return _Confirmed(fitting[0], fact, amount) if len(fitting) == 1 else None
