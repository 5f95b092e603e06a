"""Faults injected into labeled figures: how many the company's own history catches."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from pipelines.normalize.figures import Figure, Source
from pipelines.normalize.periods import kind_of
from pipelines.validate.frame import Checked, figure_frame

LABELED = Path(__file__).parents[2] / "evaluation" / "labeled.csv"
MOST_DEVIATIONS = 5
LEAST_KNOWN = 6


@dataclass(frozen=True)
class Labeled:
    document: str
    ticker: str
    fact: str
    scope: str
    start: date | None
    end: date
    value: Decimal
    unit: str

    @property
    def series(self) -> tuple[str, str, str, str | None]:
        return self.ticker, self.fact, self.scope, kind_of(self.start, self.end)


def labeled() -> list[Labeled]:
    with LABELED.open(encoding="utf-8", newline="") as lines:
        return [
            Labeled(
                r["document"],
                r["ticker"],
                r["fact"],
                r["scope"],
                date.fromisoformat(r["start"]) if r["start"] else None,
                date.fromisoformat(r["end"]),
                Decimal(r["value"]),
                r["unit"],
            )
            for r in csv.DictReader(lines)
        ]


FIGURES = labeled()
SERIES: dict[tuple[str, str, str, str | None], dict[date, Decimal]] = defaultdict(dict)
for known in FIGURES:
    SERIES[known.series].setdefault(known.end, known.value)


def refused(cases: Sequence[tuple[Labeled, Decimal]]) -> list[bool]:
    """Whether each value, in place of a labeled one, is out of line with the company's other figures.

    Every case is a company of its own, so that none sees another's value.
    """
    source = Source(9, "0000000000-26-000001", "https://www.sec.gov/a", datetime(2026, 1, 2, tzinfo=UTC))
    rows, history = [], {}
    for n, (figure, value) in enumerate(cases):
        _, fact, scope, kind = figure.series
        others = {end: v for end, v in SERIES[figure.series].items() if end != figure.end}
        history[str(n)] = {(fact, scope, str(kind)): sorted(others.items(), reverse=True)}
        record = Figure(
            fact,
            None,
            figure.start,
            figure.end,
            value,
            figure.unit,
            "",
            "text 0–9",
            rounding=Decimal("0.05"),
            rules=("release_text",),
            scope=scope,
        )
        rows.append(Checked(record, str(n), source))
    frame = figure_frame(rows, history, datetime(2026, 11, 23, tzinfo=UTC))
    return [bool(distance > MOST_DEVIATIONS) for distance in frame["from_history"]]


JUDGED = [
    figure
    for figure in FIGURES
    if figure.value > 0
    and len(SERIES[figure.series]) > LEAST_KNOWN
    and figure.fact.startswith(("bitcoin_produced", "bitcoin_held", "hashrate", "miners_deployed"))
]


def injected() -> Iterator[tuple[str, Labeled, Decimal]]:
    """A thousand times too large, another row, a neighbor month, customers' for the company's own."""
    for figure in JUDGED:
        yield "a thousand times", figure, figure.value * 1000
        rows = [f for f in FIGURES if f.document == figure.document and f.end == figure.end]
        for other in rows:
            if other.unit == figure.unit and other.fact != figure.fact and other.scope == figure.scope:
                yield "another row", figure, other.value
            if other.fact == figure.fact and other.scope == "hosted_customers" != figure.scope:
                yield "customers' for own", figure, other.value
        earlier = [end for end in SERIES[figure.series] if end < figure.end]
        if earlier:
            yield "neighbor month", figure, SERIES[figure.series][max(earlier)]


def test_labeled_figures_are_in_line() -> None:
    alarms = [f for f, far in zip(JUDGED, refused([(f, f.value) for f in JUDGED]), strict=True) if far]
    assert len(JUDGED) >= 300
    assert len(alarms) <= len(JUDGED) * 0.03, [(f.document, f.fact, f.value) for f in alarms]


def test_half_of_injected_faults_are_caught() -> None:
    faults = [(kind, figure, value) for kind, figure, value in injected() if value != figure.value]
    caught: dict[str, list[bool]] = defaultdict(list)
    for (kind, _, _), far in zip(faults, refused([(f, v) for _, f, v in faults]), strict=True):
        caught[kind].append(far)
    shown = {kind: f"{sum(found)} of {len(found)}" for kind, found in caught.items()}
    assert set(caught) == {"a thousand times", "another row", "customers' for own", "neighbor month"}
    assert sum(caught["a thousand times"]) >= len(caught["a thousand times"]) * 0.99, shown
    assert sum(map(sum, caught.values())) * 2 >= len(faults), shown
