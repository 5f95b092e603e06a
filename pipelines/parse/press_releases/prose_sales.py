"""Details beside a count: proceeds and price of a sale, restricted and pledged coins."""

import re

from pipelines.parse.language.column_headings import is_not_actual
from pipelines.parse.language.periods import DisclosureContext, Period
from pipelines.parse.language.quantities import Quantity
from pipelines.parse.language.sentences import NOT_NOW, OFFERING, MaskedSentence, period_for
from pipelines.parse.press_releases.figures import SkippedText, StatedFigure, skip_text
from pipelines.parse.press_releases.prose_patterns import AVERAGE, COMPILED, OTHERS, PROCEEDS, SALE_WORDS
from pipelines.watchlist.metrics import COMPANY, Metric, MetricWords


def figure_of(
    metric: Metric, scope: str, quantity: Quantity, period: Period, label: str, where: str, *, dated: bool
) -> StatedFigure | None:
    """A quantity as a figure; None if the metric covers a period and only a day is known."""
    assert quantity.value is not None
    start = None if metric.covers == "day" else period.start
    if metric.covers == "period" and start is None:
        return None
    return StatedFigure(
        metric.code,
        scope,
        False,
        False,
        quantity.value,
        metric.unit,
        quantity.qualifier,
        quantity.step / 2,
        start,
        period.end,
        label,
        where,
        "text",
        dated=dated,
    )


def held_within(
    sentence: MaskedSentence,
    code: str,
    period: Period,
    text: str,
    where: str,
    words: MetricWords,
    *,
    dated: bool,
) -> list[StatedFigure]:
    """Restricted or pledged coins in the same sentence as the holdings."""
    for metric, unit, pattern in COMPILED:
        match = pattern.search(sentence.masked) if metric == code else None
        if match and sentence.quantities[int(match["q"])].unit in (unit, None):
            made = figure_of(
                words.by_code[code],
                COMPANY,
                sentence.quantities[int(match["q"])],
                period,
                text[:200],
                where,
                dated=dated,
            )
            return [made] if made else []
    return []


def sale_parts(
    sentence: MaskedSentence,
    after: int,
    period: Period,
    scope: str,
    text: str,
    where: str,
    words: MetricWords,
    *,
    dated: bool,
) -> list[StatedFigure]:
    """Proceeds and average price of a sale, after the count in a sentence."""
    out = []
    tail_at = sentence.at[after] if sentence.at else 0
    tail = sentence.masked[tail_at:]
    used: set[int] = set()
    average = AVERAGE.search(tail)
    if average:
        index = int(average["q"] or average["r"])
        quantity = sentence.quantities[index]
        if quantity.unit == "USD" and quantity.value is not None and quantity.value >= 100:
            used.add(index)
            made = figure_of(
                words.by_code["average_sale_price"], scope, quantity, period, text[:200], where, dated=dated
            )
            out += [made] if made else []
    for match in PROCEEDS.finditer(tail):
        index = int(match["q"])
        quantity = sentence.quantities[index]
        behind = sentence.masked[sentence.at[index] :][:40]
        if (
            index in used
            or quantity.unit != "USD"
            or quantity.value is None
            or re.match(r"⟦\d+⟧\s+(?:per|each)\b", behind)
        ):
            continue
        if index <= after:
            continue
        made = figure_of(
            words.by_code["bitcoin_sale_proceeds"], scope, quantity, period, text[:200], where, dated=dated
        )
        out += [made] if made else []
        break
    return out


def proceeds_alone(
    sentence: MaskedSentence,
    main: str,
    where: str,
    words: MetricWords,
    disclosure: DisclosureContext,
    context: Period | None,
    subject: Period | None,
) -> tuple[list[StatedFigure], list[SkippedText]]:
    """Proceeds or price in a sentence without a count.

    "Sales of BTC equated to proceeds of $48.7 million".
    """
    text = sentence.text
    if not SALE_WORDS.search(main) or not re.search(r"\b(?:bitcoins?|btc)\b", main, re.IGNORECASE):
        return [], []
    if (
        NOT_NOW.search(sentence.masked)
        or is_not_actual(text)
        or OFFERING.search(sentence.masked)
        or OTHERS.search(main)
    ):
        return [], [skip_text("targets_or_plans", text, where)]
    period, dated, reason = period_for(sentence, 0, "period", context, subject, disclosure)
    if period is None or period.start is None:
        return [], [skip_text(reason or "no_period", text, where)]
    cut = MaskedSentence(text, disclosure)
    cut.masked = main
    found = sale_parts(cut, -1, period, COMPANY, text, where, words, dated=dated) if cut.quantities else []
    return found, []
