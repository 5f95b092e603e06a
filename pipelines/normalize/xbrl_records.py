"""XBRL facts as the records that normalizing yields."""

from collections.abc import Iterable

from pipelines.normalize.figures import Candidate, Input, Skipped
from pipelines.parse.xbrl.facts import Fact


def candidate_of(fact: Fact, name: str, segment: str | None = None) -> Candidate:
    """A fact that goes to quarantine as a possible `name`."""
    return Candidate(
        name,
        segment,
        fact.start,
        fact.end,
        fact.value,
        fact.unit,
        fact.label,
        fact.locator,
        concept=str(fact.concept),
        dimensions=fact.dimensions_text(),
    )


def skipped(fact: Fact, rule: str) -> Skipped:
    """A fact that is not one of ours, with the rule that excludes it."""
    return Skipped(
        rule, str(fact.concept), fact.dimensions_text(), fact.value, fact.start, fact.end, fact.locator
    )


def inputs_of(facts: Iterable[Fact]) -> tuple[Input, ...]:
    """The facts behind a summed figure: label, locator and value of each."""
    return tuple(Input(label=f.label, locator=f.locator, value=f"{f.value:f}") for f in facts)
