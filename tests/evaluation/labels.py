"""Labels of documents, and how figures are scored against them."""

import csv
import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, TypeVar

from pipelines.normalize.figures import Figure
from pipelines.parse.language.quantities import read_cell

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


def as_html(text: str) -> bytes:
    """Stored text of a page as a document: a line is a paragraph, lines with bars or cells are a table.

    Stored pages lost their markup. `a | b ||` is a row whose last cell covers two columns; a run of short
    lines, labels followed by as many numbers each, is a table with one cell a line.
    """
    out: list[str] = []
    rows: list[str] = []
    lines = _unwrapped(_one_cell_a_line(text.splitlines()))
    for line in [*lines, ""]:
        if "|" in line.strip().strip("|"):
            rows.append(_row(line))
            continue
        if rows:
            out.append(f"<table>{''.join(rows)}</table>")
            rows = []
        if line.strip(" |"):
            out.append(f"<p>{html.escape(line.strip(' |'))}</p>")
    return f"<html><body>{''.join(out)}</body></html>".encode()


def _unwrapped(lines: list[str]) -> list[str]:
    """Lines that end within a sentence joined to the next one."""
    out: list[str] = []
    for line in lines:
        before = out[-1].rstrip() if out else ""
        goes_on = re.match(r"[a-z(&]|\d{4}[,.\s]|million|billion", line.strip()) or before.endswith(
            (",", " of", " to", " the", " and", "$")
        )
        if before and "|" not in before + line and before[-1] not in ".:;!?" and line.strip() and goes_on:
            out[-1] = f"{before} {line.strip()}"
        else:
            out.append(line)
    return out


def _row(line: str) -> str:
    cells: list[list[Any]] = []
    for cell in line.rstrip().removesuffix("|").removeprefix("|").split("|"):
        if cell == "" and cells:
            cells[-1][1] += 1
        else:
            cells.append([cell.strip(), 1])
    return "<tr>" + "".join(f'<td colspan="{n}">{html.escape(c)}</td>' for c, n in cells) + "</tr>"


def _is_value(line: str) -> bool:
    return read_cell(line) is not None or bool(re.fullmatch(r"\(?-?[\d.,]+%?\)?\s?\w?", line))


def _one_cell_a_line(lines: list[str]) -> list[str]:
    """Lines in which runs of one cell a line are joined to rows with bars."""
    out: list[str] = []
    k = 0
    while k < len(lines):
        run = []
        end = k
        while (
            end < len(lines)
            and len(lines[end].strip(" |•")) <= 70
            and not re.search(r"\S \|+ \S", lines[end])
        ):
            if cell := lines[end].strip(" |•"):
                run.append(cell)
            end += 1
        joined: list[str] = []
        for cell in run:
            if (joined and (re.fullmatch(r"(?:Appx\.?\s*)?\$\s*\(?", joined[-1]))) or (
                joined and cell in (")", "%", ")%")
            ):
                joined[-1] += cell
            else:
                joined.append(cell)
        widths = []
        count = 0
        for cell in joined:
            if _is_value(cell):
                count += 1
            elif count:
                widths.append(count)
                count = 0
        widths += [count] if count else []
        if len(widths) >= 3 and sum(w == widths[0] for w in widths) * 2 > len(widths):
            width = max(set(widths), key=widths.count)
            first = next(i for i, cell in enumerate(joined) if _is_value(cell))
            labels = joined[: first - 1]
            headings = [c for c in labels if re.search(r"\d|change|%|comparison|(?:month|year)/", c, re.I)][
                -width:
            ]
            out += [c for c in labels if c not in headings]
            out.append(" | ".join([" ", *headings]))
            row: list[str] = []
            for cell in joined[first - 1 :]:
                if _is_value(cell):
                    row.append(cell)
                else:
                    if row:
                        out.append(" | ".join(row) if len(row) > 1 else row[0])
                    row = [cell]
            out.append(" | ".join(row) if len(row) > 1 else (row[0] if row else ""))
            out.append("")
            k = end
            continue
        out.append(lines[k])
        k += 1
    return out


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
    left = list(labels)
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
