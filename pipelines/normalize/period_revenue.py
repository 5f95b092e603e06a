"""The revenue of one period of one document: total, breakdown and segments."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from pipelines.normalize import breakdown
from pipelines.normalize.breakdown import BreakdownCandidate, BreakdownLine, StatedAmount, tolerance
from pipelines.normalize.figures import (
    AS_REPORTED,
    SINGLE_SEGMENT,
    SUMMED,
    Candidate,
    Figure,
    Finding,
    Normalized,
    Rejected,
)
from pipelines.normalize.periods import DateRange
from pipelines.normalize.revenue_facts import (
    TOTAL_CONCEPTS,
    Cut,
    consolidation_of,
    is_revenue_concept,
    is_revenue_label,
    is_total_label,
    member_of,
)
from pipelines.normalize.revenue_values import StatedValue
from pipelines.normalize.xbrl_records import candidate_of, inputs_of
from pipelines.watchlist import Company, Lexicon
from pipelines.watchlist.lexicon import words_of
from pipelines.watchlist.words import word_list

# "Digital assets" names what is earned and not by which business: mining, staking or a treasury.
_ASSET_ALONE = frozenset(word_list("revenue.asset_alone"))
_EARNED_BY = ("staking", "mining")
# A pool's operator and its participants are paid for the same business: mining.
_ROLES = frozenset(word_list("revenue.mining_roles"))


def revenue_candidate(fact: StatedValue, segment: str | None = None) -> Candidate:
    """A revenue fact that goes to quarantine."""
    whole = not fact.dimensions and segment is None
    return candidate_of(fact, "total_revenue" if whole else "segment_revenue", segment)


class PeriodReader:
    """The revenue of one period of one document.

    Args:
        mines: Whether the document speaks of mining. If not, "digital asset revenue" has no segment.
    """

    def __init__(
        self,
        period: DateRange,
        facts: Sequence[StatedValue],
        statement_rows: Sequence[StatedValue],
        company: Company | None,
        lexicon: Lexicon,
        rejected: set[tuple[object, ...]],
        *,
        mines: bool = True,
    ) -> None:
        self.mines = mines
        self.start, self.end = period
        self.facts = [f for f in facts if f.key() not in rejected]
        self.rejected = rejected
        self.statement_rows = [f for f in statement_rows if f.key() not in rejected]
        self.company, self.lexicon = company, lexicon
        self.out = Normalized()

    # ------------------------------------------------------------------------------------------ the total

    def _total(self) -> StatedValue | None:
        """The fact that states total revenue.

        It has a total's concept and no dimensions. `Revenues` has precedence over contract revenue, which
        lacks leases; a row "Total revenue" over both.
        """
        bare = [f for f in self.facts if not f.dimensions and f.standard_name in TOTAL_CONCEPTS]
        in_statement = {f.key(): f for f in self.statement_rows if not f.dimensions}
        labelled = [f for f in in_statement.values() if is_total_label(f.label) and _may_be_total(f)]
        if labelled:
            return max(labelled, key=lambda f: (f.label.lower().startswith("total"), f.row))
        placed = [in_statement.get(f.key(), f) for f in bare]
        if not placed:
            return None
        largest = max(f.value or Decimal(0) for f in placed)
        best = min(placed, key=lambda f: TOTAL_CONCEPTS.index(f.standard_name))
        if best.value != largest and best.key() not in in_statement:
            best = next(f for f in placed if f.value == largest)
        return best

    # ------------------------------------------------------------------------------------------ the lines

    def _named(self, line: BreakdownLine) -> str | None:
        """The canonical segment of a line: by member, label or concept name, in this order."""
        if line.segment is not None:
            return line.segment
        ticker = self.company.ticker if self.company else None
        fact = line.first
        texts = [line.member.local] if line.member is not None else []
        texts.append(line.label or fact.label)
        if not fact.dimensions:
            texts.append(fact.name)
        for text in filter(None, texts):
            segment = self.lexicon.segment_of(text, ticker, self.end)
            if segment and words_of(text) in _ASSET_ALONE:
                segment = self._of_the_same_amount(line, ticker) or (segment if self.mines else None)
            if segment:
                return segment
        role = set(words_of(texts[0]).split())
        if role and role <= _ROLES and self.company is not None:
            return self.company.single_segment_on(self.end)
        return None

    def _of_the_same_amount(self, line: BreakdownLine, ticker: str | None) -> str | None:
        """The segment of another tag of the period that has the line's amount and a clearer name."""
        values = {amount.value for amount in line.amounts}
        for fact in self.facts:
            if fact.value and fact.value in values:
                members = [m for c in (Cut.PRODUCT, Cut.SEGMENT) if (m := member_of(fact, c))]
                for text in (*(member.local for member in members), fact.label, fact.name):
                    words = words_of(text)
                    if words and words not in _ASSET_ALONE:
                        telling = (text, *(word for word in _EARNED_BY if word in words.split()))
                        found = (self.lexicon.segment_of(each, ticker, self.end) for each in telling)
                        if segment := next(filter(None, found), None):
                            return segment
        return None

    def _statement_candidate(self, total: StatedValue) -> BreakdownCandidate | None:
        place = next((i for i, f in enumerate(self.statement_rows) if f.row == total.row), None)
        if place is None or total.value is None:
            return None
        slack = tolerance([total])
        rows = breakdown.lines_above(self.statement_rows[:place], total.value, slack)
        rows = self._expanded(rows, slack)
        if not rows:
            return None
        lines = [self._line(fact) for fact in rows]
        return BreakdownCandidate("face", lines, [(line, line.amounts[0]) for line in lines], exact=True)

    def _line(self, fact: StatedValue) -> BreakdownLine:
        assert fact.value is not None
        member = next(
            (m for f in [fact] for m in (member_of(f, Cut.PRODUCT), member_of(f, Cut.SEGMENT)) if m), None
        )
        line = BreakdownLine([StatedAmount(fact.value, (fact,))], member=member, label=fact.label)
        line.segment = self._named(line)
        return line

    def _expanded(self, rows: list[StatedValue], slack: Decimal) -> list[StatedValue]:
        """Replace subtotals by the rows that they sum, if those are more specific."""
        out: list[StatedValue] = []
        for fact in rows:
            place = next(i for i, f in enumerate(self.statement_rows) if f is fact)
            parent = self._line(fact).segment
            above = (
                breakdown.lines_above(self.statement_rows[:place], fact.value or Decimal(0), slack)
                if fact.value
                else []
            )
            children = [self._line(child).segment for child in above]
            distinct = all(children) and len(set(children)) > 1
            if (
                len(above) > 1
                and not set(map(id, above)) & set(map(id, rows))
                and (distinct or parent is None)
            ):
                out += above
            else:
                out.append(fact)
        return out

    def _best_candidate(self, total: StatedValue) -> BreakdownCandidate | None:
        assert total.value is not None
        candidates = [b for b in [self._statement_candidate(total)] if b is not None]
        slack = tolerance([total])
        by_axis = breakdown.candidates_by_axis([f for f in self.facts if f.dimensions])
        lines = breakdown.issuer_lines(self.facts, total) if not self.statement_rows else None
        for candidate in [*by_axis, *([lines] if lines else [])]:
            for line in candidate.lines:
                line.segment = self._named(line)
                if line.segment == "eliminations":
                    line.amounts = _taken_out(line.amounts)
            breakdown.reconcile(candidate, total.value, slack)
            candidates.append(candidate)
        reconciles = [b for b in candidates if b.reconciles and len(b.chosen) > 1]
        if reconciles:
            return min(reconciles, key=self._rank)
        single = [b for b in candidates if b.reconciles and len(b.chosen) == 1 and b.chosen[0][0].segment]
        if single:
            return single[0]
        return max(
            (b for b in candidates if b.lines and not b.reconciles),
            key=lambda b: (sum(line.segment is not None for line in b.lines), b.name == "product"),
            default=None,
        )

    @staticmethod
    def _rank(candidate: BreakdownCandidate) -> tuple[object, ...]:
        segments = [line.segment for line, amount in candidate.chosen if amount.value]
        unknown = sum(
            (abs(amount.value) for line, amount in candidate.chosen if line.segment is None), Decimal(0)
        )
        order = ("face", "product", "lines", "segment", "product_by_segment")
        return (
            unknown,
            "eliminations" in segments,
            not candidate.exact,
            order.index(candidate.name),
            -len(set(segments)),
        )

    # ------------------------------------------------------------------------------------------ the figures

    def read(self) -> Normalized:
        total = self._total()
        if total is not None and total.value is not None:
            self.out.figures.append(self._figure("total_revenue", None, total, AS_REPORTED))
            candidate = self._best_candidate(total)
            if candidate is not None and candidate.reconciles:
                self._add_lines(candidate)
            elif candidate is not None:
                self._add_unreconciled(candidate, total)
            else:
                self._add_single_segment(total)
        else:
            self._without_total()
        return self.out

    def _figure(
        self,
        fact_name: str,
        segment: str | None,
        fact: StatedValue,
        derivation: str,
        rules: tuple[str, ...] = (),
    ) -> Figure:
        assert fact.value is not None
        return Figure(
            fact_name,
            segment,
            self.start,
            self.end,
            fact.value,
            "USD",
            fact.label,
            fact.locator,
            derivation,
            rounding=fact.stated_unit / 2,
            rules=rules,
        )

    def _add_lines(self, candidate: BreakdownCandidate, *, complete: bool = True) -> None:
        """Add a breakdown. Lines of unknown segments go to quarantine and make it incomplete."""
        by_segment: dict[str, list[tuple[BreakdownLine, StatedAmount]]] = {}
        unknown = Decimal(0)
        for line, amount in candidate.chosen:
            if line.segment is None:
                if amount.value:
                    unknown += amount.value
                    self._reject_unknown(line, amount)
                continue
            by_segment.setdefault(line.segment, []).append((line, amount))
        for segment, members in by_segment.items():
            self.out.figures.append(
                self._segment_figure(segment, members, candidate, complete and not unknown)
            )

    def _segment_figure(
        self,
        segment: str,
        members: list[tuple[BreakdownLine, StatedAmount]],
        candidate: BreakdownCandidate,
        complete: bool,
    ) -> Figure:
        stated = [(line, amount) for line, amount in members if amount.value] or members[:1]
        facts = [fact for _, amount in stated for fact in amount.facts]
        value = sum((amount.value for _, amount in stated), Decimal(0))
        several = len(facts) > 1
        return Figure(
            "segment_revenue",
            segment,
            self.start,
            self.end,
            value,
            "USD",
            " + ".join(dict.fromkeys(f.label for f in facts if f.label)) if several else facts[0].label,
            facts[0].locator,
            SUMMED if several else AS_REPORTED,
            rounding=sum((f.stated_unit / 2 for f in facts), Decimal(0)),
            inputs=inputs_of(facts) if several else (),
            rules=tuple(
                sorted({f"basis_{candidate.name}", *(r for _, amount in stated for r in amount.rules)})
            ),
            complete=complete,
        )

    def _reject_unknown(self, line: BreakdownLine, amount: StatedAmount) -> None:
        fact = amount.facts[0]
        name = line.label or fact.label or (line.member.local if line.member else fact.name)
        remedy = (
            f"lexicon.yaml: - {{segment: …, company: {self.company.ticker if self.company else '…'}, "
            f"phrases: [{(line.member.local if line.member else name)!r}]}}"
        )
        candidate = replace(candidate_of(fact, "segment_revenue"), value=amount.value, remedy=remedy)
        self.out.rejected.append(
            Rejected("unknown_segment", f"unknown segment {name!r}; add to {remedy}", candidate)
        )

    def _add_unreconciled(self, candidate: BreakdownCandidate, total: StatedValue) -> None:
        """Add a breakdown that does not add up.

        Known lines are loaded, with a finding, if their sum is below the total.
        """
        assert total.value is not None
        stated = [line for line in candidate.lines if line.amounts[0].value]
        found = sum((line.amounts[0].value for line in stated), Decimal(0))
        slack = tolerance([total])
        if self._add_single_segment(total, by_label_alone=True):
            return
        self.out.findings.append(
            Finding(
                "segments_do_not_add_up",
                self.start,
                self.end,
                total.value,
                found,
                f"breakdown by {candidate.name}",
                metric="segment_revenue",
            )
        )
        if found > total.value + slack or candidate.name == "lines" or len(stated) < 2:
            check = "breakdown_exceeds_total" if found > total.value + slack else "part_of_a_breakdown"
            for line in stated:
                reason = f"lines by {candidate.name} add up to {found:,f}, the total is {total.value:,f}"
                self.out.rejected.append(
                    Rejected(check, reason, revenue_candidate(line.amounts[0].facts[0], line.segment))
                )
            return
        candidate.chosen = [(line, line.amounts[0]) for line in stated]
        self._add_lines(candidate, complete=False)

    def _add_single_segment(self, total: StatedValue, *, by_label_alone: bool = False) -> bool:
        """Use the total as a segment's revenue if the company has one line of revenue."""
        label_segment = self._named(
            BreakdownLine([StatedAmount(total.value or Decimal(0), (total,))], label=total.label)
        )
        by_label = (
            label_segment if not is_total_label(total.label) and is_revenue_label(total.label) else None
        )
        declared = self.company.single_segment_on(self.end) if self.company and not by_label_alone else None
        segment = by_label or declared
        if segment is None or total.value is None:
            return False
        self.out.figures.append(
            self._figure("segment_revenue", segment, total, SINGLE_SEGMENT, ("only_revenue_line",))
        )
        return True

    def _without_total(self) -> None:
        """Use a single line at the top of the statement as the total; reject several lines."""
        lines = [self._line(fact) for fact in breakdown.leading_lines(self.statement_rows)]
        if not lines and not self.statement_rows:
            candidate = breakdown.issuer_lines(self.facts, None)
            lines = candidate.lines if candidate else []
            for line in lines:
                line.segment = self._named(line)
        stated = [line for line in lines if line.amounts[0].value]
        contradicted = any(
            key[1] == self.start and key[2] == self.end and not key[3] for key in self.rejected
        )
        if contradicted:
            stated = []
        if len(stated) == 1 and stated[0].segment is not None:
            line = stated[0]
            candidate = BreakdownCandidate("face", lines, [(each, each.amounts[0]) for each in lines])
            self._add_lines(candidate)
            self.out.figures.append(
                self._figure("total_revenue", None, line.first, SINGLE_SEGMENT, ("only_revenue_line",))
            )
            return
        self._reject_without_total(lines)

    def _reject_without_total(self, lines: Iterable[BreakdownLine]) -> None:
        facts = [line.first for line in lines] + [
            f for f in self.facts if f.dimensions and not consolidation_of(f)
        ]
        for fact in {f.key(): f for f in facts if f.value}.values():
            self.out.rejected.append(
                Rejected(
                    "no_total",
                    "no total revenue of this period is stated, so the line cannot be reconciled",
                    revenue_candidate(fact),
                )
            )


def _taken_out(amounts: list[StatedAmount]) -> list[StatedAmount]:
    """Eliminations as negative amounts, even if a filer tags them without parentheses."""
    return [
        StatedAmount(-abs(o.value), o.facts, o.derivation, (*o.rules, "eliminations_line")) for o in amounts
    ]


def _may_be_total(fact: StatedValue) -> bool:
    return fact.standard_name in TOTAL_CONCEPTS or is_revenue_concept(fact)
