"""XBRL facts as the records that normalizing yields."""

from collections.abc import Iterable

from pipelines.normalize.figures import Candidate, Input, Normalized, Rejected, Skipped
from pipelines.normalize.revenue_values import StatedValue
from pipelines.parse.xbrl.facts import Fact, FactTable


def candidate_of(fact: StatedValue, name: str, segment: str | None = None) -> Candidate:
    """A value that goes to quarantine as a possible `name`."""
    tagged = fact if isinstance(fact, Fact) else None
    return Candidate(
        name,
        segment,
        fact.start,
        fact.end,
        fact.value,
        fact.unit,
        fact.label,
        fact.locator,
        concept=str(tagged.concept) if tagged else None,
        dimensions=tagged.dimensions_text() if tagged else None,
    )


def skipped(fact: Fact, rule: str) -> Skipped:
    """A fact that is not one of ours, with the rule that excludes it."""
    return Skipped(
        rule, str(fact.concept), fact.dimensions_text(), fact.value, fact.start, fact.end, fact.locator
    )


def refused_if_damaged(table: FactTable, read: Normalized) -> Normalized:
    """The figures of a document; as rejected ones if its tags are damaged.

    One lost tag moves a number to another row or takes its sign or scale, and nothing shows it. EDGAR accepts
    only well-formed documents, so that the filing itself is whole: it is to be fetched again.
    """
    if not table.damaged:
        return read
    reason = f"the document is damaged, so that the figure is in doubt: {table.warnings[0]}"[:500]
    read.rejected += [Rejected("damaged_document", reason, figure) for figure in read.figures]
    read.figures, read.findings = [], []
    return read


def inputs_of(facts: Iterable[StatedValue]) -> tuple[Input, ...]:
    """The facts behind a summed figure: label, locator and value of each."""
    return tuple(Input(label=f.label, locator=f.locator, value=f"{f.value:f}") for f in facts)
