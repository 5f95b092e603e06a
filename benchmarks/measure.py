"""Measuring: the best of several tries, sides alternating, so that a busy machine burdens both."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One benchmark: what, the figure reached, the goal, whether it is met, and what was measured."""

    what: str
    reached: str
    goal: str
    met: bool
    detail: str


def best_of(tries: int, *sides: Callable[[], object]) -> list[float]:
    """Seconds of each side's best try; the sides take turns."""
    best = [float("inf")] * len(sides)
    for _ in range(tries):
        for i, side in enumerate(sides):
            start = time.perf_counter()
            side()
            best[i] = min(best[i], time.perf_counter() - start)
    return best
