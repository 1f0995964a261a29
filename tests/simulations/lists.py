"""A list experiment whose truth is known: do its intervals hold, does its test keep its level?"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from analysis import Sample, list_design_effect, list_prevalence

CONTROLS = 4
SIZES = (30, 60, 130, 400)  # both arms together
CLUSTERS = (0, 12, 20)
SHARES = (0.0, 0.05, 0.25, 0.6)
LEVEL = 0.05


@dataclass(frozen=True)
class ListPoint:
    """Share of 95 % intervals that hold the truth, their average width, the average error."""

    n: int
    clusters: int
    share: float
    kind: str
    coverage: float
    width: float
    bias: float


def study(
    draws: int, sizes: tuple[int, ...] = SIZES, clusters: tuple[int, ...] = CLUSTERS
) -> Iterator[ListPoint]:
    """Lists that were well chosen, and lists of four statements alike and independent."""
    for kind, n, brought, share in product(("chosen", "alike"), sizes, clusters, SHARES):
        if n >= 5 * brought:
            yield _point(n, brought, share, kind, draws)


def levels(draws: int) -> Iterator[tuple[int, float, float]]:
    """(n, shift, share of draws in which the test rejects)."""
    for n, shift in product(SIZES[1:], (0.0, 0.1, 0.3)):
        yield n, shift, rejected(draws, n, shift)


def rejected(draws: int, n: int, shift: float) -> float:
    """How often the test rejects where so many of the treated count one other statement less."""
    rng = np.random.default_rng([n, round(100 * shift)])
    found = 0
    for _ in range(draws):
        treated = _arms(rng, n)
        counts = _counts(rng, np.full(n, 0.25), treated, "chosen")
        counts -= treated * (rng.random(n) < shift) * (counts > 0)
        sample = Sample(np.ones(n), strata=treated)
        test = list_design_effect(sample, counts, treated, controls=CONTROLS)
        found += test.p_value < LEVEL
    return found / draws


def _point(n: int, clusters: int, share: float, kind: str, draws: int) -> ListPoint:
    rng = np.random.default_rng([n, clusters, round(100 * share), len(kind)])
    held, widths, errors = 0, 0.0, 0.0
    for _ in range(draws):
        treated = _arms(rng, n)
        collector = np.arange(n) % max(clusters, 1)
        # Collectors meet businesses that differ in what is asked, and in how much is true of them.
        own = rng.normal(0, 0.1, max(clusters, 1))[collector] if clusters else np.zeros(n)
        counts = _counts(rng, np.clip(share + own * (share > 0), 0, 1), treated, kind)
        strata, brought = (None, collector) if clusters else (treated, None)
        sample = Sample(np.ones(n), strata=strata, clusters=brought)
        estimate = list_prevalence(sample, counts, treated, controls=CONTROLS)
        interval = estimate.interval()
        truth = _truth(share, clusters)
        held += interval.low <= truth <= interval.high
        widths += interval.high - interval.low
        errors += estimate.difference.value - truth
    figures = (held / draws, widths / draws, errors / draws)
    return ListPoint(n, clusters, share, kind, *figures)


def _truth(share: float, clusters: int) -> float:
    """The mean of what collectors meet, cut at 0 and 1."""
    if not clusters or not share:
        return share
    points = np.random.default_rng(1).normal(0, 0.1, 1_000_000)
    return float(np.clip(share + points, 0, 1).mean())


def _arms(rng: np.random.Generator, n: int) -> NDArray[np.int64]:
    """Dealt from a deck: nearly as many of each."""
    return rng.permutation(np.arange(n) % 2)


def _counts(
    rng: np.random.Generator, shares: NDArray[np.float64], treated: NDArray[np.int64], kind: str
) -> NDArray[np.float64]:
    n = len(treated)
    if kind == "alike":
        controls = (rng.random((n, CONTROLS)) < 0.5).sum(axis=1)
    else:  # one common, one rare, two that exclude each other
        controls = (
            (rng.random(n) < 0.92).astype(int) + (rng.random(n) < 0.06) + (rng.random(n) < 0.78)
        )
    counts: NDArray[np.float64] = (controls + treated * (rng.random(n) < shares)).astype(float)
    return counts
