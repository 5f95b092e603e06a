"""Proceeds of bitcoin sales, from the cash-flow statement or the note's roll-forward.

Cash-flow facts are year-to-date, so quarters are derived later by subtraction. Operating and investing lines
are added (CleanSpark files both, one of them a dash).
"""

import re
from collections.abc import Mapping
from decimal import Decimal

from pipelines.normalize.coins import BITCOIN_MEMBERS, names_bitcoin, other_coins, shows_bitcoin
from pipelines.normalize.figures import AS_REPORTED, SUMMED, Figure, Finding, Normalized, Rejected
from pipelines.normalize.periods import kind_of
from pipelines.normalize.rollforward import SOLD, movement_of, sold_by_period
from pipelines.normalize.statement import CASH_FLOW
from pipelines.normalize.xbrl_records import candidate_of, inputs_of, skipped
from pipelines.parse.xbrl.facts import Fact, FactTable, QName
from pipelines.parse.xbrl.inline import distinct_facts
from pipelines.watchlist.lexicon import words_in_name
from pipelines.watchlist.words import word_list

NAME = "bitcoin_sale_proceeds"
VERSION = "3"
"""Raised whenever the same facts would give other figures."""

_SOLD_WORDS = frozenset(word_list("bitcoin.sold"))
_COINS = {"bitcoin", "bitcoins", "btc", "crypto", "cryptocurrency", "cryptocurrencies"}
_ASSETS = {"asset", "assets", "currency", "currencies"}
_NOT = frozenset(word_list("bitcoin.not_bitcoin"))
_LABEL = re.compile(
    r"\bproceeds\b.*\b(?:sales?|dispos\w+|conversion|liquidation)\b.*"
    r"\b(?:bitcoins?|btc|digital (?:assets?|currenc\w+)|crypto\w*(?: ?(?:assets?|currenc\w+))?)\b",
    re.IGNORECASE,
)
_NOT_LABEL = re.compile(
    r"\b(?:miners?|machines?|equipment|ether\w*|eth|derivatives?|options?|loan|non-?cash|receivable|"
    r"fund|etf|trust)\b",
    re.IGNORECASE,
)
_CASH_FLOW_LINES = ("IncreaseDecreaseIn", "PaymentsTo", "PaymentsFor", "ProceedsFrom", "RepaymentsOf")


def _words(concept: QName) -> set[str]:
    return set(words_in_name(concept.local))


def names_bitcoin_sale(fact: Fact) -> bool:
    """Whether concept or label mean proceeds of selling bitcoin or digital assets.

    `clsk:ProceedsFromSaleOfBitcoin`, `…OfDigitalCurrencies`, `us-gaap:ProceedsFromDisposalCryptoAsset`. Some
    names are misspelled, so the row's label is used as well.
    """
    words = _words(fact.concept)
    coins = bool(words & _COINS) or ("digital" in words and bool(words & _ASSETS))
    by_name = "proceeds" in words and bool(words & _SOLD_WORDS) and coins and not words & _NOT
    by_label = bool(_LABEL.search(fact.label)) and not _NOT_LABEL.search(fact.label)
    contradicted = bool(words & {"payments", "payment", "purchase", "gain", "loss", "increase", "decrease"})
    return (by_name and not _NOT_LABEL.search(fact.label)) or (
        by_label and not contradicted and not words & _NOT
    )


def normalize_bitcoin_sales(table: FactTable) -> Normalized:
    """Proceeds of bitcoin sales of one document, by period.

    Returns:
        Figures of bitcoin_sale_proceeds in USD. Rejected: negative_proceeds, coins_not_told_apart (a "digital
        assets" line of a company that holds other coins, or of a document without bitcoin),
        conflicting_values. Skipped: the same concept under another axis (DerivativeInstrumentRiskAxis is a
        part of it), outside the statement, or in another currency.
    """
    out = Normalized()
    statements = _cash_flow_tables(table)
    facts, unequal = distinct_facts(table.numeric())
    by_period: dict[tuple[object, object], list[Fact]] = {}
    for group in unequal:
        if names_bitcoin_sale(group[0]):
            reason = "one fact has different values: " + " and ".join(
                f"{f.value:,f} ({f.locator})" for f in group
            )
            out.rejected += [Rejected("conflicting_values", reason, candidate_of(f, NAME)) for f in group]
    for fact in facts:
        if fact.value is None or not names_bitcoin_sale(fact):
            continue
        why = _why_not(fact, statements, table)
        if why:
            out.skipped.append(skipped(fact, why))
            continue
        doubtful = fact.value and not names_bitcoin(fact) and not fact.dimensions
        if doubtful and (doubt := _doubt_about_coins(table)):
            out.rejected.append(Rejected("coins_not_told_apart", doubt, candidate_of(fact, NAME)))
        else:
            by_period.setdefault((fact.start, fact.end), []).append(fact)
    for members in by_period.values():
        _add(out, members, "cash_flow_statement")
    _add_rollforward(out, sold_by_period(facts))
    for fact in facts:
        movement = movement_of(fact)
        if movement is not None and movement.kind != SOLD:
            # bitcoin_exchanged and bitcoin_paid are not sales.
            out.skipped.append(skipped(fact, f"bitcoin_{movement.kind}"))
    return out


def _doubt_about_coins(table: FactTable) -> str:
    """Why a line that names no coin may not be about bitcoin alone; empty if it is."""
    others = other_coins(table)
    if others:
        return f"the line may hold other coins too ({', '.join(sorted(others))})"
    return "" if shows_bitcoin(table) else "the document does not say that the digital assets are bitcoin"


def _add_rollforward(out: Normalized, rows: Mapping[tuple[object, object], list[Fact]]) -> None:
    """Use sales of the note's roll-forward if the statement has none, else compare them.

    CleanSpark, nine months to 2025-06: 127,625 in the cash flow, 127,829 in the roll-forward.
    """
    stated: dict[tuple[object, object], Figure] = {(f.start, f.end): f for f in out.figures if f.fact == NAME}
    statement_tells = any(f.value for f in stated.values())
    for period, members in rows.items():
        figure = stated.get(period)
        if figure is None:
            if not statement_tells:
                _add(out, members, "note_rollforward")
            continue
        value = sum((abs(f.value or Decimal(0)) for f in members), Decimal(0))
        slack = figure.rounding + sum((f.stated_unit / 2 for f in members), Decimal(0))
        if abs(value - figure.value) > slack:
            out.findings.append(
                Finding(
                    "statement_and_note_differ",
                    figure.start,
                    figure.end,
                    figure.value,
                    value,
                    (
                        f"proceeds {figure.value:,f} in the cash flow ({figure.locator}), {value:,f} in "
                        f"the roll-forward ({members[0].locator})"
                    ),
                    metric=NAME,
                )
            )


def _why_not(fact: Fact, statements: set[object], table: FactTable) -> str | None:
    if fact.start is None or fact.end is None or kind_of(fact.start, fact.end) is None:
        return "odd_period"
    if fact.unit != "USD":
        return "not_usd"
    for axis, member in fact.dimensions:
        name = member.local if isinstance(member, QName) else member
        if axis.local != "CryptoAssetAxis":
            return "another_cut"
        if name not in BITCOIN_MEMBERS:
            return "another_coin"
    if table.kind == "inline" and not fact.dimensions and fact.place.table not in statements:
        return "outside_the_cash_flow_statement"
    return None


def _cash_flow_tables(table: FactTable) -> set[object]:
    """Tables of the cash-flow statement, which may span pages.

    They have one of its subtotals, or several of its lines.
    """
    found: set[object] = set()
    lines: dict[object, set[str]] = {}
    for fact in table.facts:
        if fact.dimensions or fact.start is None or fact.place.row < 0:
            continue
        if fact.concept.local.startswith(CASH_FLOW):
            found.add(fact.place.table)
        elif fact.concept.local.startswith(_CASH_FLOW_LINES):
            lines.setdefault(fact.place.table, set()).add(fact.concept.local)
    return (found | {place for place, names in lines.items() if len(names) >= 4}) - {None}


def _add(out: Normalized, members: list[Fact], rule: str) -> None:
    """Add the figure of one period.

    Lines without dimensions are preferred to those by coin. Sales in a roll-forward are negative; proceeds in
    a statement must not be.
    """
    noted = rule == "note_rollforward"
    lines = members if noted else [f for f in members if not f.dimensions] or members
    seen: dict[tuple[str, Decimal | None], Fact] = {}
    for fact in lines:
        seen.setdefault((fact.concept.standard, fact.value), fact)
    stated = [f for f in seen.values() if f.value] or list(seen.values())[:1]
    negative = [f for f in stated if f.value is not None and f.value < 0 and not noted]
    if negative:
        out.rejected += [
            Rejected("negative_proceeds", "proceeds of a sale cannot be below zero", candidate_of(f, NAME))
            for f in negative
        ]
        return
    value = sum((abs(f.value or Decimal(0)) for f in stated), Decimal(0))
    first = stated[0]
    assert first.end is not None
    several = len(stated) > 1
    out.figures.append(
        Figure(
            NAME,
            None,
            first.start,
            first.end,
            value,
            "USD",
            " + ".join(dict.fromkeys(f.label for f in stated)) if several else first.label,
            first.locator,
            derivation=SUMMED if several else AS_REPORTED,
            inputs=inputs_of(stated) if several else (),
            rules=(rule,),
            rounding=sum((f.stated_unit / 2 for f in stated), Decimal(0)),
        )
    )
