"""The coin that a fact is about: its axis' member, else the words of its concept and label."""

import re
from collections import Counter

from pipelines.parse.xbrl.facts import Fact, FactTable, QName
from pipelines.watchlist.lexicon import words_in_name
from pipelines.watchlist.words import word_list

BITCOIN_MEMBERS = frozenset({"BitcoinMember", "BTCMember", "BitcoinsMember", "XBTMember"})
_OTHER = frozenset(word_list("bitcoin.other_coins"))
_STABLE = frozenset({"USDC", "USDT"})
_COIN = re.compile(rf"\b(?:bitcoins?|btc|{'|'.join(sorted(_OTHER - _STABLE))})\b", re.IGNORECASE)


def member_names(fact: Fact) -> set[str]:
    """The members of a fact's CryptoAssetAxis."""
    return {
        member.local if isinstance(member, QName) else member
        for axis, member in fact.dimensions
        if axis.local == "CryptoAssetAxis"
    }


def names_bitcoin(fact: Fact) -> bool:
    """Whether concept or label name bitcoin."""
    named = set(words_in_name(fact.concept.local)) & {"bitcoin", "bitcoins", "btc"}
    return bool(named) or bool(re.search(r"\b(?:bitcoins?|btc)\b", fact.label, re.IGNORECASE))


def other_coins_of(fact: Fact) -> set[str]:
    """The coins other than bitcoin and dollar stablecoins that a fact's tag or label names."""
    named = {name.removesuffix("Member") for name in member_names(fact)}
    named |= set(words_in_name(fact.concept.local)) | set(re.findall(r"[A-Za-z]+", fact.label))
    return {name.upper() for name in named} & (_OTHER - _STABLE)


def other_coins(table: FactTable) -> set[str]:
    """The coins other than bitcoin and dollar stablecoins that a document's tags or labels name."""
    return {coin for fact in table.facts if fact.value or not fact.numeric for coin in other_coins_of(fact)}


def shows_bitcoin(table: FactTable) -> bool:
    """Whether a document tags bitcoin, or speaks of it and hardly of another coin.

    "Digital assets" alone are not bitcoin: some filers sell and earn other tokens under that name.
    """
    if any(
        (fact.value or not fact.numeric) and (names_bitcoin(fact) or member_names(fact) & BITCOIN_MEMBERS)
        for fact in table.facts
    ):
        return True
    mentions = Counter(word.upper() for word in _COIN.findall(table.text))
    bitcoin = sum(mentions.pop(name, 0) for name in ("BITCOIN", "BITCOINS", "BTC"))
    return bitcoin > 10 * sum(mentions.values())
