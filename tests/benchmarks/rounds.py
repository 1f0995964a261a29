"""Times that can be compared on a shared machine: the sides take turns, the ratio is what counts."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds of each round, in the order of the rounds."""

    seconds: dict[str, list[float]]

    def best(self, name: str) -> float:
        return min(self.seconds[name])

    def ratio(self, name: str, other: str) -> float:
        """Of the best rounds: what else ran at the time can only have added to a round."""
        return self.best(name) / self.best(other)

    def paired(self, name: str, other: str) -> float:
        """Median over the rounds of the ratio within a round."""
        pairs = zip(self.seconds[name], self.seconds[other], strict=True)
        return float(np.median([one / two for one, two in pairs]))


def in_turn(sides: Mapping[str, Callable[[], object]], rounds: int) -> Timed:
    """Run every side once unmeasured, then all of them round after round."""
    for side in sides.values():
        side()
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            start = time.perf_counter()
            side()
            seconds[name].append(time.perf_counter() - start)
    return Timed(seconds)


def once(side: Callable[[], object]) -> float:
    start = time.perf_counter()
    side()
    return time.perf_counter() - start
