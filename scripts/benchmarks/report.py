"""How results are kept and printed."""

import statistics
from collections.abc import Callable
from typing import NamedTuple


class Row(NamedTuple):
    """One line of the table. at_most: the ratio is a cost, to stay below the target; else a speed, to reach it.

    target 0: none is set.
    """

    what: str
    ours: str
    baseline: str
    ratio: float
    target: float
    at_most: bool = False

    @property
    def reached(self) -> bool:
        return self.ratio <= self.target if self.at_most else self.ratio >= self.target


def in_turns(rounds: int, *measures: Callable[[], float]) -> list[list[float]]:
    """Each measure's results; they take turns, so that a slow minute of the machine hits all of them."""
    results: list[list[float]] = [[] for _ in measures]
    for _ in range(rounds):
        for kept, measure in zip(results, measures, strict=True):
            kept.append(measure())
    return results


def median_ratio(ours: list[float], theirs: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def median(values: list[float]) -> float:
    return statistics.median(values)
