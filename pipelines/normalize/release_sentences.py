"""Revenue in the sentences of a release, beside its statements."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from pipelines.normalize.figures import (
    SUMMED,
    Candidate,
    Figure,
    Finding,
    Normalized,
    Rejected,
    Skipped,
    plain,
)
from pipelines.parse.language.reasons import NOT_UNDERSTOOD
from pipelines.parse.press_releases.figures import RevenueSentence
from pipelines.parse.press_releases.release import Release
from pipelines.watchlist import Company, Lexicon


def from_prose(out: Normalized, release: Release, company: Company | None, lexicon: Lexicon) -> None:
    """Add figures from sentences that no statement has, and compare the others."""
    known: dict[tuple[object, ...], Figure] = {(f.fact, f.segment, f.start, f.end): f for f in out.figures}
    totals = [s for s in release.revenue if s.is_total]
    sentences: dict[tuple[object, ...], list[tuple[RevenueSentence, str | None]]] = {}
    for sentence in release.revenue:
        segment = None
        if (
            not sentence.is_total
            and " by " not in sentence.label
            and not re.fullmatch(r"(?!revenues?\b)\S.*\srevenues?", sentence.label, re.IGNORECASE)
            and any(
                (t.start, t.end, t.value) == (sentence.start, sentence.end, sentence.value) for t in totals
            )
        ):
            # "Revenue of $22.8 million by mining 801 bitcoin" repeats the total.
            continue
        if not sentence.is_total:
            segment = lexicon.segment_of(sentence.label, company.ticker if company else None, sentence.end)
            if segment is None:
                out.skipped.append(
                    Skipped(
                        NOT_UNDERSTOOD,
                        f"line of revenue {sentence.label!r}",
                        "",
                        sentence.value,
                        sentence.start,
                        sentence.end,
                        sentence.locator,
                    )
                )
                continue
        fact = "total_revenue" if segment is None else "segment_revenue"
        sentences.setdefault((fact, segment, sentence.start, sentence.end), []).append((sentence, segment))
    for key, members in sentences.items():
        figure = known.get(key)
        explicit = [m for m in members if re.search(r"\b(?:total|consolidated)\b", m[0].label, re.IGNORECASE)]
        if figure is None and explicit and len(explicit) < len(members):
            # "Revenue" without "total" may be that of a part.
            for sentence, _ in members:
                if (sentence, None) not in explicit and not _agree(sentence, explicit[0][0]):
                    out.skipped.append(
                        Skipped(
                            NOT_UNDERSTOOD,
                            f"another total: {sentence.label}",
                            "",
                            sentence.value,
                            sentence.start,
                            sentence.end,
                            sentence.locator,
                        )
                    )
            members = explicit
        first = members[0][0]
        differing = [s for s, _ in members if not _agree(s, first)]
        if figure is None:
            if differing:
                for sentence in [first, *differing]:
                    reason = f"{key[0]} is stated as {first.value:,f} and {differing[0].value:,f}"
                    candidate = Candidate(
                        str(key[0]),
                        members[0][1],
                        sentence.start,
                        sentence.end,
                        sentence.value,
                        "USD",
                        sentence.label,
                        sentence.locator,
                    )
                    out.rejected.append(Rejected("sentences_contradict", reason, candidate))
                continue
            best = min((s for s, _ in members), key=lambda s: s.rounding)
            out.figures.append(
                Figure(
                    str(key[0]),
                    members[0][1],
                    best.start,
                    best.end,
                    plain(best.value),
                    "USD",
                    best.label,
                    best.locator,
                    rounding=best.rounding,
                    rules=("release_text",),
                    complete=False,
                    qualifier=best.qualifier,
                )
            )
            continue
        for sentence, _ in members:
            if abs(sentence.value - figure.value) <= sentence.rounding + figure.rounding + figure.value / 500:
                continue
            # "Revenue" without "total" may be that of a part, and so may that of one of several lines.
            # Bit Digital's "The Company's HPC recognized $12.5 million of revenue" is not its total.
            is_same = (
                (sentence, None) in explicit
                if figure.segment is None
                else figure.derivation != SUMMED or sentence.value > figure.value
            )
            if not is_same:
                out.skipped.append(
                    Skipped(
                        NOT_UNDERSTOOD,
                        f"may be a part of {figure.fact}: {sentence.label}",
                        "",
                        sentence.value,
                        sentence.start,
                        sentence.end,
                        sentence.locator,
                    )
                )
            else:
                out.findings.append(
                    Finding(
                        "release_contradicts_itself",
                        figure.start,
                        figure.end,
                        figure.value,
                        sentence.value,
                        (
                            f"{figure.fact}: {figure.value:,f} ({figure.locator}) and "
                            f"{sentence.value:,f} ({sentence.locator})"
                        ),
                        metric=figure.fact,
                        segment=figure.segment,
                    )
                )


def _agree(one: RevenueSentence, other: RevenueSentence) -> bool:
    fine, coarse = sorted((one, other), key=lambda s: s.rounding)
    # $12.96 million is also written $12.9 million.
    cut = 0 <= fine.value - coarse.value < 2 * coarse.rounding
    return cut or abs(one.value - other.value) <= one.rounding + other.rounding


def periods_that_add_up(figures: Sequence[Figure]) -> set[tuple[date | None, date]]:
    """Periods whose segments add up to the total, even if only stated in sentences."""
    found: set[tuple[date | None, date]] = set()
    for total in [f for f in figures if f.fact == "total_revenue"]:
        period = (total.start, total.end)
        parts = [f for f in figures if f.fact == "segment_revenue" and (f.start, f.end) == period]
        slack = total.rounding + sum((f.rounding for f in parts), Decimal(0))
        if parts and abs(sum((f.value for f in parts), Decimal(0)) - total.value) <= slack:
            found.add(period)
    return found


def is_denied(figure: Figure, release: Release, company: Company | None, lexicon: Lexicon) -> bool:
    """Whether a sentence states another revenue of the segment that the total is taken for."""
    return "only_revenue_line" in figure.rules and any(
        (s.start, s.end) == (figure.start, figure.end)
        and not s.is_total
        and lexicon.segment_of(s.label, company.ticker if company else None, s.end) == figure.segment
        and abs(s.value - figure.value) > s.rounding + figure.rounding
        for s in release.revenue
    )
