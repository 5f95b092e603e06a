"""Measure the best of several attempts, alternating between both sides."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One benchmark: subject, result, goal, whether it is met, and details."""

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
