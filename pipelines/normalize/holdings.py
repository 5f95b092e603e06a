"""Bitcoin held, as a count, and its fair value, from the XBRL of reports.

Since ASU 2023-08 in `us-gaap:CryptoAssetNumberOfUnits` and `CryptoAssetFairValue…` × bitcoin; earlier in
issuer concepts. Units are unreliable: Bit Digital tags machines sold in the unit `Bitcoins`, CleanSpark tags
10,075 bitcoin as 10,075,000 dollars. A count must match the fair value of that day at a possible price.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from pipelines.normalize.coins import BITCOIN_MEMBERS, member_names, names_bitcoin, other_coins
from pipelines.normalize.figures import Figure, Normalized, Rejected
from pipelines.normalize.xbrl_records import candidate_of, skipped
from pipelines.parse.xbrl.facts import Fact, FactTable
from pipelines.watchlist.lexicon import words_in_name

VERSION = "1"
HELD, FAIR_VALUE = "bitcoin_held", "bitcoin_fair_value"
# Bitcoin's price in dollars from 2015 to twice the record: wide enough for real prices, too narrow for an
# error of factor 1000.
POSSIBLE_PRICE = (Decimal(150), Decimal(400_000))
BITCOIN_UNIT = re.compile(r"^(?:btcs?|bitcoins?|xbt)$", re.IGNORECASE)


def normalize_holdings(table: FactTable) -> Normalized:
    """Bitcoin held (BTC) and its fair value (USD) of one document, by day.

    Rejected: holdings_not_confirmed (a count without a matching fair value). Skipped: counts under an axis
    other than CryptoAssetAxis (machines), and those of other coins.
    """
    out = Normalized()
    values = _fair_values(table)
    found: dict[date, tuple[Decimal, Fact, Fact]] = {}
    doubtful: list[Fact] = []
    for fact in _counts(table, out):
        assert fact.end is not None
        value = values.get(fact.end)
        number = None if value is None else _confirmed_count(fact, value)
        if number is None or value is None:
            doubtful.append(fact)
        elif fact.end not in found:
            found[fact.end] = (number, fact, value)
    for day, (number, fact, value) in sorted(found.items()):
        rules: tuple[str, ...] = ("count_times_price_is_fair_value",)
        if number != fact.value:
            rules += ("tagged_in_thousands",)
        out.figures.append(
            Figure(
                HELD,
                None,
                None,
                day,
                number,
                "BTC",
                fact.label or fact.concept.local,
                fact.locator,
                scope="company",
                rounding=Decimal("0.5"),
                rules=rules,
            )
        )
        assert value.value is not None
        out.figures.append(
            Figure(
                FAIR_VALUE,
                None,
                None,
                day,
                value.value,
                "USD",
                value.label or value.concept.local,
                value.locator,
                scope="company",
                rules=("fair_value",),
            )
        )
    for fact in doubtful:
        if fact.end not in found:
            reason = (
                f"{fact.value:,f} {fact.unit} on {fact.end}: no fair value of that day confirms the count"
            )
            out.rejected.append(Rejected("holdings_not_confirmed", reason, candidate_of(fact, HELD)))
    return out


def _counts(table: FactTable, out: Normalized) -> Iterator[Fact]:
    others = other_coins(table)
    seen: set[tuple[object, ...]] = set()
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
        if not (standard or named):
            continue
        seen.add(fact.key())
        if any(axis.local != "CryptoAssetAxis" for axis, _ in fact.dimensions):
            out.skipped.append(skipped(fact, "no_holding"))
            continue
        members = member_names(fact)
        if members and not members <= BITCOIN_MEMBERS:
            out.skipped.append(skipped(fact, "another_coin"))
        elif not members and standard and (others or not (fact.unit and BITCOIN_UNIT.match(fact.unit))):
            # BitMine's count without dimensions includes ether.
            rule = "coins_not_told_apart" if others else "another_unit"
            if fact.unit and BITCOIN_UNIT.match(fact.unit):
                yield fact
            else:
                out.skipped.append(skipped(fact, rule))
        else:
            yield fact


def _fair_values(table: FactTable) -> dict[date, Fact]:
    """The fair value of all bitcoin by day: by member, or in a concept that names bitcoin."""
    found: dict[date, Fact] = {}
    alone = not other_coins(table)
    for fact in table.numeric():
        if fact.start is not None or fact.end is None or fact.unit != "USD" or not fact.value:
            continue
        if any(axis.local != "CryptoAssetAxis" for axis, _ in fact.dimensions):
            continue
        name, members = fact.concept.local, member_names(fact)
        words = set(words_in_name(name))
        standard = name.startswith("CryptoAssetFairValue")
        if standard and members and members <= BITCOIN_MEMBERS:
            found[fact.end] = fact
        elif (
            not members
            and {"fair", "value", "of"} <= words
            and words & {"bitcoin", "bitcoins"}
            and not words & {"change", "per", "cumulative", "gain", "gains", "adjusted", "beginning"}
        ) or (standard and not members and alone and names_bitcoin(fact)):
            found.setdefault(fact.end, fact)
    return found


def _confirmed_count(fact: Fact, value: Fact) -> Decimal | None:
    """The count that matches the fair value: as tagged, or divided by 1000 if tagged in dollars."""
    assert fact.value is not None
    assert value.value is not None
    scales = [Decimal(1)] if fact.unit and BITCOIN_UNIT.match(fact.unit) else [Decimal(1), Decimal(1000)]
    fitting = [
        fact.value / scale
        for scale in scales
        if POSSIBLE_PRICE[0] <= value.value / (fact.value / scale) <= POSSIBLE_PRICE[1]
    ]
    return fitting[0] if len(fitting) == 1 else None
