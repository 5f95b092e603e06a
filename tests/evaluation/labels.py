"""Labels of documents, and how figures are scored against them."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Generic, TypeVar

from pipelines.normalize.figures import Figure

LABELS = (
    "file",
    "ticker",
    "published",
    "fact",
    "segment",
    "period_start",
    "period_end",
    "value",
    "unit",
    "scope",
    "note",
)


@dataclass(frozen=True, slots=True)
class Label:
    """One figure that a document states; `optional` if reading it is right and leaving it is no fault."""

    fact: str
    segment: str
    start: str
    end: str
    value: Decimal
    unit: str
    scope: str
    optional: bool = False

    def matches(self, figure: Figure) -> bool:
        """Whether a figure is the labeled one, in fact, period, unit, scope and value."""
        return (
            (
                figure.fact.removesuffix("_all_in"),
                figure.segment or "",
                str(figure.start or ""),
                str(figure.end),
            )
            == (self.fact, self.segment, self.start, self.end)
            and (figure.unit == self.unit or figure.unit == "percent")
            and (
                self.optional
                or figure.segment is not None
                or figure.fact == "cost_per_bitcoin"
                or self.scope in ("", figure.scope)
            )
            and figure.value == self.value
        )


Labeled = TypeVar("Labeled")
Found = TypeVar("Found")


@dataclass(slots=True)
class Score(Generic[Labeled, Found]):
    """What was read from documents against their labels."""

    right: list[Labeled] = field(default_factory=list)
    wrong: list[Found] = field(default_factory=list)
    missing: list[Labeled] = field(default_factory=list)
    optional: int = 0

    def __add__(self, other: "Score[Labeled, Found]") -> "Score[Labeled, Found]":
        return Score(
            self.right + other.right,
            self.wrong + other.wrong,
            self.missing + other.missing,
            self.optional + other.optional,
        )

    @property
    def labeled(self) -> int:
        return len(self.right) + len(self.missing)

    @property
    def precision(self) -> float:
        read = len(self.right) + self.optional + len(self.wrong)
        return (len(self.right) + self.optional) / read if read else 1.0

    @property
    def recall(self) -> float:
        return len(self.right) / self.labeled if self.labeled else 1.0

    def __str__(self) -> str:
        return (
            f"labels {self.labeled:5} right {len(self.right):5} (+{self.optional}) "
            f"wrong {len(self.wrong):4} precision {self.precision:6.1%} recall {self.recall:6.1%}"
        )


def read_labels(path: Path) -> dict[str, list[Label]]:
    """Labels by file; a file from which nothing may come has an empty list."""
    found: dict[str, list[Label]] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            labels = found.setdefault(row["file"], [])
            if row["fact"] != "none":
                labels.append(
                    Label(
                        row["fact"],
                        row["segment"],
                        row["period_start"],
                        row["period_end"],
                        Decimal(row["value"].replace(",", "")) * (100 if row["unit"] == "USD/kWh" else 1),
                        row["unit"].replace("USD/kWh", "c/kWh"),
                        row["scope"].replace("hosted customers", "hosted_customers"),
                        row["note"].strip().startswith("may"),
                    )
                )
    return found


def score(figures: Iterable[Figure], labels: Sequence[Label]) -> Score[Label, Figure]:
    """Score one document's figures; a figure read twice counts once."""
    out: Score[Label, Figure] = Score()
    left = sorted(labels, key=lambda label: label.optional)
    seen: list[Label] = []
    for figure in figures:
        label = next((x for x in left if x.matches(figure)), None)
        if label is not None:
            left.remove(label)
            seen.append(label)
            if label.optional:
                out.optional += 1
            else:
                out.right.append(label)
        elif not any(x.matches(figure) for x in seen):
            out.wrong.append(figure)
    out.missing = [x for x in left if not x.optional]
    return out
