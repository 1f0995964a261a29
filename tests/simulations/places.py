"""Change between waves, places of units and small areas, where the truth is known."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis import RankIntervals, WaveScores, fay_herriot, rank_intervals, wave_change
from tests.simulations.sampling import SCORES, SHAPES, Floats

CELLS = (200, 39)
RISE = 15.0
EQUIVALENT = 5.0


@dataclass(frozen=True)
class Change:
    """Of one shape and size of both waves: what the test of change and its interval do."""

    shape: str
    n: int
    level: float  # p <= .05 without a change
    coverage: float
    width: float
    wrong_equivalence: float  # p <= .05 with a change of exactly the equivalence margin
    power: float  # of rises of 15 points named, by unit at q .10; NaN where the scale has no room


def changes(repeats: int, sizes: tuple[int, ...] = (10, 20, 60, 200, 600)) -> Iterator[Change]:
    for shape, given in SHAPES.items():
        for n in sizes:
            yield _change(shape, np.array(given), n, repeats)


def _change(shape: str, shares: Floats, n: int, repeats: int) -> Change:
    rng = np.random.default_rng([15, n, len(shape)])
    same, near, far = [], [], []
    room = shares @ SCORES <= 100 - RISE - 5
    for _ in range(repeats):
        earlier = _wave(rng, shares, n)
        same.append(wave_change(earlier, _wave(rng, shares, n)))
        near.append(wave_change(earlier, _wave(rng, moved(shares, -EQUIVALENT), n)))
        if room:
            far.append(wave_change(earlier, _wave(rng, moved(shares, RISE), n)))
    return Change(
        shape,
        n,
        float(np.mean([each.p_change <= 0.05 for each in same])),
        float(np.mean([(each.low <= 0) & (each.high >= 0) for each in same])),
        float(np.mean([each.high - each.low for each in same])),
        float(np.mean([each.p_equivalent <= 0.05 for each in near])),
        float(np.mean([each.classes == "rise" for each in far])) if far else float("nan"),
    )


def _wave(rng: np.random.Generator, shares: Floats, n: int) -> WaveScores:
    given = rng.multinomial(n, shares, CELLS) / n
    sizes = np.full(CELLS, float(n))
    return WaveScores(given @ SCORES, given @ SCORES**2, sizes, "A", "drawn", "v1")


def moved(shares: Floats, by: float) -> Floats:
    """The shape with another mean: tilted towards one end, as little as does it."""
    low, high, tilted = -5.0, 5.0, shares
    for _ in range(60):
        middle = (low + high) / 2
        tilted = shares * np.exp(middle * SCORES / 25)
        tilted /= tilted.sum()
        low, high = (middle, high) if tilted @ SCORES < shares @ SCORES + by else (low, middle)
    return np.asarray(tilted)


@dataclass(frozen=True)
class Places:
    """Shares of draws in which every unit's interval of places holds its true place."""

    distance: float  # points between neighbours
    together: float
    width: float
    bootstrap_together: float  # of percentiles of redrawn ranks, which we do not publish


def places(repeats: int, units: int = 50) -> Iterator[Places]:
    for distance in (0.0, 0.1, 1.0, 5.0):
        rng = np.random.default_rng([50, round(10 * distance)])
        truth = -distance * np.arange(float(units))
        ours, widths, naive = [], [], []
        for _ in range(repeats):
            errors = rng.uniform(1, 5, units)
            estimates = truth + errors * rng.standard_normal(units)
            found = rank_intervals(estimates, errors)
            ours.append(_hold(found, truth))
            widths.append(np.mean(found.last - found.first + 1))
            naive.append(_hold(_bootstrapped(rng, estimates, errors), truth))
        yield Places(distance, float(np.mean(ours)), float(np.mean(widths)), float(np.mean(naive)))


def _hold(found: RankIntervals, truth: Floats) -> bool:
    first = 1 + (truth > truth[:, None]).sum(axis=1)
    last = truth.size - (truth < truth[:, None]).sum(axis=1)
    return bool(((found.first <= first) & (last <= found.last)).all())


def _bootstrapped(rng: np.random.Generator, estimates: Floats, errors: Floats) -> RankIntervals:
    redrawn = estimates + errors * rng.standard_normal((300, estimates.size))
    ranks = (-redrawn).argsort(axis=1).argsort(axis=1) + 1
    low, high = np.percentile(ranks, [2.5, 97.5], axis=0, method="inverted_cdf")
    return RankIntervals(low.astype(np.int64), high.astype(np.int64), 0.95)


@dataclass(frozen=True)
class Areas:
    """Small areas with errors between 10 and 100: coverage, width and root mean square errors."""

    areas: int
    between: float  # true variance between areas
    coverage: float
    width: float
    error: float
    direct_error: float


def small_areas(repeats: int, areas: tuple[int, ...] = (15, 30, 100)) -> Iterator[Areas]:
    for size in areas:
        for between in (0.0, 4.0, 25.0, 150.0):
            yield _areas(size, between, repeats)


def _areas(size: int, between: float, repeats: int) -> Areas:
    rng = np.random.default_rng([size, int(between)])
    covered, widths, own, direct = [], [], [], []
    for _ in range(repeats):
        covariate = rng.uniform(0, 1, size)
        truth = 50 + 10 * covariate + rng.normal(0, between**0.5, size)
        variances = rng.uniform(10, 100, size)
        estimates = truth + rng.normal(0, variances**0.5)
        found = fay_herriot(estimates, variances, covariate)
        interval = found.confidence_intervals()
        covered.append((interval.low <= truth) & (truth <= interval.high))
        widths.append(interval.high - interval.low)
        own.append((found.values - truth) ** 2)
        direct.append((estimates - truth) ** 2)
    return Areas(
        size,
        between,
        float(np.mean(covered)),
        float(np.mean(widths)),
        float(np.sqrt(np.mean(own))),
        float(np.sqrt(np.mean(direct))),
    )
