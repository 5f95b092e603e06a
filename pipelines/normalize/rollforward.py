"""The note's roll-forward of bitcoin by value: sold, exchanged, paid.

Bit Digital has no line of proceeds in its cash-flow statement. Its note has "Sales of BTC in exchange of
cash" (with another spelling a year earlier), "… of USDC", "… of ETH", all negative. Sales for cash and for a
dollar stablecoin are added; exchanges for another coin and payments for services are not sales. The axis has
precedence over the name: rows of ether are tagged `PaymentOfBTCForOtherExpenses` × ETHMember.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from pipelines.normalize.coins import BITCOIN_MEMBERS, member_names, names_bitcoin
from pipelines.normalize.periods import kind_of
from pipelines.parse.xbrl.facts import Fact
from pipelines.watchlist.lexicon import words_in_name
from pipelines.watchlist.words import word_list

SOLD, EXCHANGED, PAID = "sold", "exchanged", "paid"
_CASH = re.compile(r"\b(?:cash|proceeds|usd|fiat|u\.?s\.? dollars?)\b", re.IGNORECASE)
_STABLE = re.compile(r"\b(?:usdc|usdt|tether|usd coin|dai|busd|stable ?coins?)\b", re.IGNORECASE)
_COINS = re.compile(
    r"\b(?:eth|ether|ethereum|sol|solana|other (?:digital|crypto)\w* assets?|other coins?)\b", re.IGNORECASE
)
_SALE = frozenset(word_list("bitcoin.sale_movements"))
_NOT = frozenset(word_list("bitcoin.not_sale_movements"))


@dataclass(frozen=True, slots=True)
class Movement:
    """A row of a roll-forward: its kind, and the fact."""

    kind: str
    fact: Fact


def movement_of(fact: Fact) -> Movement | None:
    """The movement that a fact of a bitcoin roll-forward states; None for other facts.

    Words of concept and label are combined; the axis' member, if any, gives the coin.
    """
    if (
        fact.unit != "USD"
        or fact.value is None
        or fact.start is None
        or fact.end is None
        or not kind_of(fact.start, fact.end)
    ):
        return None
    if any(axis.local != "CryptoAssetAxis" for axis, _ in fact.dimensions):
        return None
    members = member_names(fact)
    words = set(words_in_name(fact.concept.local))
    if members and not members & BITCOIN_MEMBERS:
        return None
    if not members and not names_bitcoin(fact):
        return None
    text = f"{' '.join(words_in_name(fact.concept.local))} | {fact.label}"
    if fact.concept.local == "ProceedsFromDisposalCryptoAsset" and members:
        return Movement(SOLD, fact)
    if words & {"payment", "payments", "paid"} or re.search(
        r"\bpayments? of (?:btc|bitcoin)", fact.label, re.IGNORECASE
    ):
        return Movement(PAID, fact)
    sale = bool(words & _SALE) or bool(
        re.match(
            r"^\s*(?:sales?|sold|disposals?|dispositions?) of (?:btc|bitcoin)", fact.label, re.IGNORECASE
        )
    )
    if not sale or words & _NOT:
        return None
    target = text.split("exchange of", 1)[-1] if "exchange of" in text else text
    if _COINS.search(target) and not _CASH.search(target) and not _STABLE.search(target):
        return Movement(EXCHANGED, fact)
    if _CASH.search(text) or _STABLE.search(text):
        return Movement(SOLD, fact)
    return None


def sold_by_period(facts: list[Fact]) -> dict[tuple[object, object], list[Fact]]:
    """The sales in roll-forwards by period, without duplicates."""
    out: dict[tuple[object, object], list[Fact]] = {}
    seen: set[tuple[object, ...]] = set()
    for fact in facts:
        movement = movement_of(fact)
        if movement is None or movement.kind != SOLD:
            continue
        key = (fact.start, fact.end, fact.concept.local, abs(fact.value or Decimal(0)))
        if key not in seen:
            seen.add(key)
            out.setdefault((fact.start, fact.end), []).append(fact)
    return out
