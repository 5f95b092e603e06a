"""The coin that a fact is about: its axis' member, else the words of its concept and label."""

import re

from pipelines.parse.xbrl.facts import Fact, FactTable, QName
from pipelines.watchlist.lexicon import words_in_name
from pipelines.watchlist.words import word_list

BITCOIN_MEMBERS = frozenset({"BitcoinMember", "BTCMember", "BitcoinsMember", "XBTMember"})
_OTHER = frozenset(word_list("bitcoin.other_coins"))
_STABLE = frozenset({"USDC", "USDT"})


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


def other_coins(table: FactTable) -> set[str]:
    """The coins other than bitcoin and dollar stablecoins in a document."""
    coins: set[str] = set()
    for fact in table.facts:
        for name in member_names(fact):
            coin = name.removesuffix("Member")
            if coin.upper() in _OTHER - _STABLE:
                coins.add(coin)
    return coins
