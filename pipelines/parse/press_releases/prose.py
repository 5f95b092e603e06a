"""Figures in sentences, bullets and footnotes.

Each has a metric, a number with its unit, and a period. Precision matters more than recall: sentences about
plans, purchases of machines, customers or other companies are skipped, as are numbers in a comparison and
rates ("per day").
"""

import re

from pipelines.parse.document.page import Block
from pipelines.parse.document.tables import Table
from pipelines.parse.language.column_headings import is_not_actual
from pipelines.parse.language.periods import DisclosureContext, Period
from pipelines.parse.language.quantities import Quantity, zero
from pipelines.parse.language.sentences import (
    ANOTHER_SPAN,
    IN_YEAR,
    NOT_NOW,
    OFFERING,
    QUARTER_WORD,
    YEAR_WORD,
    MaskedSentence,
    period_for,
    sentences,
)
from pipelines.parse.press_releases.figures import SkippedText, StatedFigure, skip_text
from pipelines.parse.press_releases.prose_patterns import (
    BULLET_LABELS,
    COMPILED,
    DATELINE,
    HASH,
    INCLUDES,
    NONE_SOLD,
    OTHERS,
    RATE,
    RATE_BEFORE,
    SHARE,
    may_state_figures,
)
from pipelines.parse.press_releases.prose_sales import figure_of, held_within, proceeds_alone, sale_parts
from pipelines.watchlist.companies import other_names
from pipelines.watchlist.metrics import COMPANY, HOSTED, JOINT_VENTURE, TOTAL, Metric, MetricWords, scope_in


def read_block(
    block: Block,
    words: MetricWords,
    disclosure: DisclosureContext,
    context: Period | None,
    subject: Period | None,
) -> tuple[list[StatedFigure], list[SkippedText]]:
    """Extract the figures of a paragraph, bullet or headline.

    Args:
        context: The period of the heading above.
        subject: The period of the press release.
    """
    out: list[StatedFigure] = []
    skipped: list[SkippedText] = []
    dateline = DATELINE.match(block.text)
    begin = dateline.end() if dateline else 0
    if not may_state_figures(block.text):
        return out, skipped
    for place, text in sentences(block.text[begin:]):
        offset = place + begin
        if len(text) > 1500 or not re.search(r"\d|\bno\b|\bnot\b|zero|\bnone\b|\bnil\b", text):
            continue
        where = f"text {block.offset + offset}–{block.offset + offset + len(text)}"
        found = _bullet(text, where, words, disclosure, context, subject) if len(text) < 260 else None
        if found is None:
            found = _sentence(text, where, words, disclosure, context, subject)
        out += found[0]
        skipped += found[1]
    return out, skipped


def read_note(
    note: str, table: Table, words: MetricWords, disclosure: DisclosureContext, subject: Period | None
) -> tuple[list[StatedFigure], list[SkippedText]]:
    """Extract restricted or pledged coins from a note below a table.

    "(3) Includes 1,900 restricted bitcoin".
    """
    if not INCLUDES.search(note) and not re.search(r"restricted|collateral|pledged", note, re.IGNORECASE):
        return [], []
    text = re.sub(r"^[(\[]?\w{1,2}[)\].:]?\s+", "", note)
    figures, skipped = _sentence(
        text, f'table {table.number}, note "{text[:60]}"', words, disclosure, subject, subject
    )
    kept = [s for s in figures if s.metric in ("bitcoin_restricted", "bitcoin_pledged")]
    return kept, skipped


def _rejected(
    rule: str, text: str, where: str, metric: Metric, quantity: Quantity, *, rejected: bool = True
) -> SkippedText:
    """A figure in a sentence that is not clear."""
    return SkippedText(
        rule, text[:300], where, rejected=rejected, metric=metric.code, value=quantity.value, text=text
    )


def _bullet(
    text: str,
    where: str,
    words: MetricWords,
    disclosure: DisclosureContext,
    context: Period | None,
    subject: Period | None,
) -> tuple[list[StatedFigure], list[SkippedText]] | None:
    """Read `Bitcoin mined in November: 535`: a label of the lexicon, a separator and a number.

    Returns None for any other text.
    """
    tried = [m for m in (pattern.match(text) for pattern in BULLET_LABELS) if m]
    match = next((m for m in tried if words.meanings(m["label"])), None)
    if match is None:
        return None
    label, rest = match["label"], match["rest"]
    meanings = words.meanings(label)
    if is_not_actual(label) or NOT_NOW.search(label):
        return [], [skip_text("targets_or_plans", text, where)]
    sentence = MaskedSentence(rest, disclosure)
    first = re.match(
        r"^\W{0,3}(?:(?:approximately|about|a|total|of|record|appx\.?|approx\.?|over|more than|"
        r"nearly)\s+)*⟦0⟧",
        sentence.masked,
        re.IGNORECASE,
    )
    if not first:
        if re.match(r"^(?:none|zero|nil|no bitcoin|–|—|-|0)\W*$", rest.strip(), re.IGNORECASE):
            sentence.quantities = [zero(None, rest)]
        else:
            return None
    quantity = sentence.quantities[0]
    if RATE.match(sentence.masked[sentence.masked.find("⟧") + 1 :]):
        return [], [skip_text("a_rate", text, where)]
    whole = MaskedSentence(label, disclosure)
    if ANOTHER_SPAN.search(label):
        return [], [skip_text("another_span", text, where)]
    fitting = [
        m
        for m in meanings
        if quantity.unit == words.by_code[m.metric].unit
        or (quantity.unit is None and words.by_code[m.metric].unit in ("BTC", "count"))
    ]
    if not fitting:
        return [], [skip_text("unit_contradicts", text, where)]
    meaning = fitting[0]
    metric = words.by_code[meaning.metric]
    if metric.ambiguous:
        return [], [_rejected("ambiguous_label", text, where, metric, quantity)]
    periods = list(
        dict.fromkeys(p.period for p in whole.periods if metric.covers == "day" or p.period.start is not None)
    )
    if (
        not periods
        and (YEAR_WORD.search(label) or QUARTER_WORD.search(label))
        and subject is not None
        and subject.months == 1
    ):
        return [], [skip_text("another_span", text, where)]
    if not periods and IN_YEAR.search(label):
        return [], [skip_text("another_span", text, where)]
    dated = len(periods) == 1
    period = periods[0] if dated else context or subject
    if len(periods) > 1 or period is None or period.end > disclosure.disclosed_on:
        return [], [_rejected("no_period", text, where, metric, quantity)]
    shares = (
        {i: s for i, s in _shares(sentence).items() if i > 0} if metric.code == "bitcoin_produced" else {}
    )
    scope = (
        TOTAL if meaning.scope == COMPANY and any(s != COMPANY for s in shares.values()) else meaning.scope
    )
    made = figure_of(metric, scope, quantity, period, label, where, dated=dated)
    out = [made] if made else []
    for index, whose in shares.items():
        if scope == TOTAL:
            part = figure_of(
                metric, whose, sentence.quantities[index], period, text[:200], where, dated=dated
            )
            out += [part] if part else []
    if metric.code == "bitcoin_sold":
        out += sale_parts(sentence, 0, period, meaning.scope, text, where, words, dated=dated)
    if metric.code == "bitcoin_held":
        for code in ("bitcoin_restricted", "bitcoin_pledged"):
            out += held_within(sentence, code, period, text, where, words, dated=dated)
    return out, []


def _shares(sentence: MaskedSentence) -> dict[int, str]:
    """The scope of each number in a sentence: company, hosted_customers or joint_venture."""
    out: dict[int, str] = {}
    for match in SHARE.finditer(sentence.masked):
        scope, _, _ = scope_in(match["who"])
        if scope in (COMPANY, HOSTED, JOINT_VENTURE) and sentence.unit_fits(int(match["q"]), "BTC"):
            out[int(match["q"])] = scope
    return out


def _scope(before: str, others: re.Pattern[str] | None) -> str | None:
    """The scope of a clause; None if its figures are another company's."""
    if re.search(r"\bjoint[- ]venture|\bjv\b", before, re.IGNORECASE):
        return JOINT_VENTURE
    if re.search(r"\bhost(?:ing|ed)\b.{0,20}\bcustomers?\b|\bcustomers?\b", before, re.IGNORECASE):
        return HOSTED
    if others is not None and others.search(before):
        return None
    return None if OTHERS.search(before) else COMPANY


def _sentence(
    text: str,
    where: str,
    words: MetricWords,
    disclosure: DisclosureContext,
    context: Period | None,
    subject: Period | None,
) -> tuple[list[StatedFigure], list[SkippedText]]:
    sentence = MaskedSentence(text, disclosure)
    masked = sentence.masked
    out: list[StatedFigure] = []
    skipped: list[SkippedText] = []
    main = sentence.main
    shares = _shares(sentence)
    others = other_names(disclosure.company)
    claims: list[tuple[Metric, int, str]] = []
    taken: set[int] = set()
    for code, unit, pattern in COMPILED:
        reach = masked if code in ("bitcoin_restricted", "bitcoin_pledged") else main
        for match in pattern.finditer(reach):
            index = int(match["q"])
            if index in taken or not sentence.unit_fits(index, unit):
                continue
            taken.add(index)
            metric = words.by_code[
                "power_cost_all_in"
                if code == "power_cost" and re.search(r"\ball[- ]in\b", main, re.IGNORECASE)
                else code
            ]
            claims.append((metric, index, main[: match.start()]))
    for match in HASH.finditer(main):
        index = int(match["q"] or match["r"] or match["s"])
        if index not in taken and sentence.unit_fits(index, "EH/s"):
            kind = (match["kind"] or match["kind2"] or match["kind3"]).lower()
            meaning = words.meanings(f"{kind} hash rate")
            if meaning:
                taken.add(index)
                claims.append((words.by_code[meaning[0].metric], index, main[: match.start()] + kind))
    none_sold = NONE_SOLD.search(main)
    if not claims and not none_sold:
        return proceeds_alone(sentence, main, where, words, disclosure, context, subject)
    counted = {index for metric, index, _ in claims if metric.code == "bitcoin_produced"}
    if counted and len(set(shares.values())) > 1:
        # Shares of a total by owner ("893 from its self-mining fleet and 297 from its customers").
        claims += [(words.by_code["bitcoin_produced"], index, "") for index in shares if index not in counted]
    why = (
        "targets_or_plans"
        if NOT_NOW.search(masked) or is_not_actual(text)
        else "an_offering"
        if OFFERING.search(masked)
        else ""
    )
    if why:
        return [], [skip_text(why, text, where)]
    if none_sold and re.search(
        r"\b(?:bitcoins?|btc|any|production)\b", none_sold[0] + none_sold["rest"], re.IGNORECASE
    ):
        period, dated, reason = period_for(
            sentence, none_sold.start(), "period", context, subject, disclosure
        )
        if period is not None and period.start is not None:
            nothing = zero("BTC", "0")
            made = figure_of(
                words.by_code["bitcoin_sold"], COMPANY, nothing, period, text[:200], where, dated=dated
            )
            out += [made] if made else []
        elif reason:
            skipped.append(skip_text(reason, text, where))
    for metric, index, before in claims:
        quantity = sentence.quantities[index]
        behind = masked[sentence.at[index] + len(f"⟦{index}⟧") :][:40]
        if RATE.match(re.sub(r"^\s*(?:bitcoins?|btc)\b", "", behind, flags=re.IGNORECASE)) or (
            metric.unit == "BTC" and RATE_BEFORE.search(before)
        ):
            skipped.append(skip_text("a_rate", text, where))
            continue
        scope = _scope(before[-90:], others)
        if metric.code == "bitcoin_produced" and scope == COMPANY:
            own = shares.get(index)
            shared = any(s != COMPANY for i, s in shares.items() if i != index)
            scope = own or (TOTAL if shared else COMPANY)
        if scope is None or (scope != COMPANY and metric.table == "bitcoin_sale"):
            skipped.append(skip_text("somebody_elses", text, where))
            continue
        if scope == HOSTED and metric.code.startswith("hashrate"):
            metric = words.by_code["hashrate_hosted"]
        period, dated, reason = period_for(
            sentence, sentence.at[index], metric.covers, context, subject, disclosure
        )
        if period is None:
            unclear = reason in ("two_periods_in_the_sentence", "no_period")
            skipped.append(_rejected(reason or "no_period", text, where, metric, quantity, rejected=unclear))
            continue
        if period.end > disclosure.disclosed_on:
            continue
        made = figure_of(metric, scope, quantity, period, text[:200], where, dated=dated)
        if made is None:
            continue
        out.append(made)
        if metric.code == "bitcoin_sold":
            out += sale_parts(sentence, index, period, scope, text, where, words, dated=dated)
    return out, skipped
