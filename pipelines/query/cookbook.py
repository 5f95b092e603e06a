"""The analysts' cookbook: the files of sql/queries, each a question with its parameters, runnable by its name.

A file begins with a comment: the question, what is to be known of the answer, a line for each parameter
(`:ticker text  Only this company.`), and an example with its answer on the samples (`make docs` writes it anew).
Parameters are bound, never pasted; one that is not given is null.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipelines.errors import UsageError
from pipelines.query.ask import Answer, asking
from pipelines.query.text_tables import rendered
from pipelines.settings import bundled

_PARAMETER = re.compile(r"^:(\w+) (text|integer|date)\s+(.+)$")
_EXAMPLE, _EXAMPLE_ROWS, _EXAMPLE_CELL = "Example: miners ", 6, 44
_TYPES: dict[str, Any] = {"text": sa.Text(), "integer": sa.Integer(), "date": sa.Date()}
# What a parameter of this name must be one of: asked of the warehouse, so that a slip of the pen is not an empty answer.
_KNOWN = {
    "publisher": "select publisher from marts.publisher_accuracy order by 1",
    "quarter": "select distinct calendar_quarter from marts.segment_revenue where calendar_quarter is not null order by 1",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a question: its name, its type (text, integer, date), and what it means."""

    name: str
    kind: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the cookbook: its name, title, what is to be known of the answer, parameters, query and example."""

    name: str
    title: str
    notes: str
    parameters: tuple[Parameter, ...]
    sql: str
    example: tuple[str, ...]
    """What is written behind `miners` in the example."""


def query_files() -> list[Path]:
    """The files of sql/queries."""
    return sorted((bundled("sql") / "queries").glob("*.sql"))


def read_question(path: Path) -> Question:
    """A question from its file. ValueError where it has no title, or its parameters are not those of its query."""
    text = path.read_text("utf-8")
    comment = re.match(r"(?:--.*\n)+", text)
    if not comment:
        raise ValueError(f"{path.name} does not begin with its question in a comment.")
    lines = [line.removeprefix("--").strip() for line in comment[0].splitlines()]
    place = next((i for i, line in enumerate(lines) if line.startswith(_EXAMPLE)), None)
    if place is None:
        raise ValueError(f"{path.name} has no example.")
    example = tuple(lines[place].removeprefix(_EXAMPLE).split())
    lines = lines[:place]
    parameters = tuple(Parameter(*m.groups()) for line in lines if (m := _PARAMETER.match(line)))
    notes = " ".join(line for line in lines[1:] if line and not _PARAMETER.match(line))
    sql = text[comment.end() :].strip().rstrip(";")
    used = set(re.findall(r"(?<![:\w]):(\w+)", sql))
    if used != {p.name for p in parameters}:
        raise ValueError(f"{path.name} tells of {[p.name for p in parameters]} and uses {sorted(used)}.")
    return Question(path.stem, lines[0], notes, parameters, sql, example)


def given_in(asked: Question) -> dict[str, str]:
    """The parameters of a question's example."""
    words = iter(asked.example[2:])
    return {word.removeprefix("--").replace("-", "_"): next(words) for word in words}


def with_example(engine: sa.Engine, path: Path) -> str:
    """A file's text with the answer to its example as the warehouse gives it now: up to six rows."""
    asked = read_question(path)
    columns, rows = answer(engine, asked, given_in(asked))
    shown = rendered(columns, [[_short(v) for v in row] for row in rows[:_EXAMPLE_ROWS]], "table")
    left = [f"… {len(rows) - _EXAMPLE_ROWS} more"] if len(rows) > _EXAMPLE_ROWS else []
    lines = path.read_text("utf-8").split("\n")
    begin = next(i for i, line in enumerate(lines) if line.startswith(f"-- {_EXAMPLE}"))
    end = next(i for i, line in enumerate(lines) if i > begin and not line.startswith("--"))
    told = [f"--   {line}".rstrip() for line in [*shown.split("\n"), *left]]
    return "\n".join([*lines[: begin + 1], *told, *lines[end:]])


def _short(value: Any) -> Any:
    return f"{value[:_EXAMPLE_CELL]}…" if isinstance(value, str) and len(value) > _EXAMPLE_CELL else value


def questions() -> dict[str, Question]:
    """All questions by their names."""
    return {path.stem: read_question(path) for path in query_files()}


def question(name: str) -> Question:
    """A question by its name. Raises UsageError, with the nearest names, where there is none."""
    known = [path.stem for path in query_files()]
    if name not in known:
        near = get_close_matches(name, known, 3, 0.4) or known
        raise UsageError(f"There is no query {name!r}. Near it: {', '.join(near)}; `miners query` lists all.")
    return read_question(bundled("sql") / "queries" / f"{name}.sql")


def value_of(parameter: Parameter, text: str) -> object:
    """What was written for a parameter, in its type. Raises UsageError where it is none."""
    try:
        if parameter.kind == "integer":
            return int(text)
        if parameter.kind == "date":
            return date.fromisoformat(text)
    except ValueError as error:
        example = "2025" if parameter.kind == "integer" else "2025-06-30"
        raise UsageError(
            f"--{parameter.name} {text!r} is no {parameter.kind}: write it as {example}."
        ) from error
    return text.upper() if parameter.name in ("ticker", "quarter") else text


def answer(
    engine: sa.Engine, asked: Question, given: Mapping[str, str], *, timeout_seconds: int = 30
) -> Answer:
    """Ask a question of the cookbook with parameters as written on a command line.

    Raises UsageError for a value that is none, or that the warehouse does not know (the nearest ones are offered).
    """
    values: dict[str, Any] = {p.name: None for p in asked.parameters}
    for parameter in asked.parameters:
        if (text := given.get(parameter.name)) is not None:
            values[parameter.name] = value_of(parameter, text)
            if parameter.name == "ticker":
                values["ticker"] = ticker_of(engine, text)
            elif parameter.name in _KNOWN:
                known_or_near(engine, parameter.name, str(values[parameter.name]))
    query = sa.text(asked.sql).bindparams(
        *(sa.bindparam(p.name, type_=_TYPES[p.kind]) for p in asked.parameters)
    )
    with asking(engine, asked.sql, timeout_seconds) as connection:
        result = connection.execute(query, values)
        return Answer(list(result.keys()), [tuple(row) for row in result])


def ticker_of(engine: sa.Engine, text: str) -> str:
    """Today's ticker of a company that the warehouse knows, by today's or a former one.

    Raises UsageError with the nearest ones where there is none.
    """
    with engine.connect() as connection:
        found = connection.execute(
            sa.text("select ticker, company_id from warehouse.dim_company order by is_current")
        ).all()
    known: dict[str, str] = {row.ticker: row.company_id for row in found}
    wanted = text.strip().upper()
    if wanted in known:
        return known[wanted]
    if not known:
        raise UsageError(f"The warehouse is empty: there is no {wanted} in it. Fill it with `miners run`.")
    near = get_close_matches(wanted, list(known), 4, 0.3) or sorted(set(known.values()))
    raise UsageError(f"There is no ticker {text!r} in the warehouse. Near it: {', '.join(near)}.")


def known_or_near(engine: sa.Engine, what: str, value: str) -> None:
    """Raises UsageError with the nearest ones where the warehouse knows no such ticker, publisher or quarter."""
    with engine.connect() as connection:
        known = [str(found) for found in connection.execute(sa.text(_KNOWN[what])).scalars()]
    if value not in known:
        if not known:
            raise UsageError(
                f"The warehouse is empty: there is no {what} {value!r}. Fill it with `miners run`."
            )
        near = get_close_matches(value, known, 4, 0.3) or known[-4:]
        raise UsageError(f"There is no {what} {value!r} in the warehouse. Near it: {', '.join(near)}.")
