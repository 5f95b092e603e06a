"""No regular expression takes exponential time on texts that its loops nearly match."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pipelines

TIMES, SECONDS = 20, 0.2
CATEGORIES = {ops.CATEGORY_DIGIT: "1", ops.CATEGORY_SPACE: " ", ops.CATEGORY_NOT_WORD: ","}
LOOPS = (ops.MAX_REPEAT, ops.MIN_REPEAT)


def texts_of(items: Any) -> list[str]:
    """Some texts that a part of a pattern matches: each of its alternatives once."""
    out = [""]
    for op, value in items:
        parts = _texts_of(op, value) or [""]
        out = [*(text + parts[0] for text in out), *(out[0] + part for part in parts[1:])][:60]
    return out


def _texts_of(op: Any, value: Any) -> list[str]:
    match op:
        case ops.LITERAL | ops.RANGE:
            return [chr(value if op is ops.LITERAL else value[0])]
        case ops.ANY | ops.NOT_LITERAL:
            return ["x"]
        case ops.CATEGORY:
            return [CATEGORIES.get(value, "x")]
        case ops.IN:
            negated = value[0][0] is ops.NEGATE
            return ["x"] if negated else [text for member in value for text in _texts_of(*member)]
        case ops.SUBPATTERN:
            return texts_of(value[3])
        case ops.BRANCH:
            return [text for branch in value[1] for text in texts_of(branch)]
        case ops.MAX_REPEAT | ops.MIN_REPEAT:
            least, most, body = value
            return [text * n for n in {least, min(least + 1, most)} for text in texts_of(body)]
    return []


def loops_of(items: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Each loop around a loop or a choice: a text that leads to it, and a text that it repeats."""
    for place, (op, value) in enumerate(items):
        start = before + texts_of(items[:place])[0]
        if op in LOOPS:
            if value[1] > TIMES and any(o in (*LOOPS, ops.BRANCH, ops.SUBPATTERN) for o, _ in value[2]):
                yield from ((start, text) for text in set(texts_of(value[2])) if text)
            yield from loops_of(value[2], start)
        elif op in (ops.SUBPATTERN, ops.BRANCH):
            for part in [value[3]] if op is ops.SUBPATTERN else value[1]:
                yield from loops_of(part, start)


def patterns() -> Iterator[re.Pattern[str]]:
    for module in pkgutil.walk_packages(pipelines.__path__, "pipelines."):
        waiting = list(vars(importlib.import_module(module.name)).values())
        for value in waiting:
            if isinstance(value, (list, tuple)):
                waiting += value
            elif isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                yield value


def test_pattern_takes_no_exponential_time() -> None:
    for pattern in set(patterns()):
        for before, text in loops_of(parser.parse(pattern.pattern, pattern.flags)):
            started = time.process_time()
            pattern.search(before + text * TIMES + "\x01")
            taken = time.process_time() - started
            assert taken < SECONDS, f"{pattern.pattern[:200]!r} on {before!r} and {text!r} * {TIMES}"
