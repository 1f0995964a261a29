"""What the item statistics do where the truth is known: `python -m tests.analysis.items.study`."""

import sys
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from analysis import (
    cronbach_alpha,
    differential_item_functioning,
    graded_response_model,
    polychoric_correlation,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LIMITS = np.array([-1.4, -0.5, 0.4, 1.3])
REACH = 1.959963984540054


def drawn(
    rng: np.random.Generator, slopes: Floats, difficulties: Floats, theta: Floats
) -> Integers:
    """Draw graded answers: slopes (items,) or (n, items), difficulties (items, categories - 1)."""
    reach = np.atleast_2d(slopes)[:, :, None] * (theta[:, None, None] - difficulties)
    above = rng.random((*reach.shape[:2], 1)) < 1 / (1 + np.exp(-reach))
    codes: Integers = above.sum(axis=2).astype(np.int64)
    return codes


def alphas(repeats: int) -> Iterator[str]:
    yield "alpha: items, n, share of 95 % intervals that hold the truth (skewed five-point items)"
    rng = np.random.default_rng(1)
    difficulties = np.tile(LIMITS - 0.8, (5, 1))
    many = drawn(rng, np.full(5, 1.7), difficulties, rng.normal(size=400_000))
    truth = cronbach_alpha(many).raw
    for n in (50, 200, 1000):
        held = 0
        for _ in range(repeats):
            codes = drawn(rng, np.full(5, 1.7), difficulties, rng.normal(size=n))
            interval = cronbach_alpha(codes).confidence_interval()
            held += interval.low <= truth <= interval.high
        yield f"5 {n} {held / repeats:.3f}"


def polychorics(repeats: int) -> Iterator[str]:
    yield "polychoric: rho, n, mean estimate, sd, mean standard error, coverage"
    rng = np.random.default_rng(2)
    for rho in (0.0, 0.5, 0.8):
        for n in (100, 400):
            found = []
            for _ in range(repeats):
                traits = rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], size=n)
                one = polychoric_correlation(np.searchsorted(LIMITS, traits))
                low, high = one.confidence_intervals()
                held = low[0, 1] <= rho <= high[0, 1]
                found.append((one.correlations[0, 1], one.standard_errors[0, 1], held))
            values, errors, holds = np.array(found).T
            figures = (values.mean(), values.std(), errors.mean(), holds.mean())
            yield f"{rho} {n} " + " ".join(f"{each:.3f}" for each in figures)


def graded(repeats: int) -> Iterator[str]:
    yield "graded: n, items, asked, bias of a in %, coverage of a, coverage of b, of the scores"
    rng = np.random.default_rng(3)
    for n, items, asked in ((500, 8, 8), (1000, 8, 8), (1000, 24, 8), (3000, 39, 8)):
        slopes = np.linspace(0.8, 2.4, items)
        difficulties = np.linspace(-0.8, 0.8, items)[:, None] + LIMITS
        figures = []
        for _ in range(repeats):
            theta = rng.normal(size=n)
            codes = drawn(rng, slopes, difficulties, theta)
            hidden = rng.random(codes.shape).argsort(axis=1) >= asked
            codes[hidden] = -1
            fit = graded_response_model(codes)
            full = [at for at, b in enumerate(fit.difficulties) if b.size == LIMITS.size]
            off_a = (fit.discriminations - slopes) / fit.discrimination_errors
            off_b = [
                (fit.difficulties[at] - difficulties[at]) / fit.difficulty_errors[at]
                for at in full
            ]
            scores = fit.scores(codes)
            off = (scores.values - theta) / scores.standard_errors
            held = [np.mean(np.abs(each) <= REACH) for each in (off_a, np.array(off_b), off)]
            figures.append([100 * np.mean(fit.discriminations / slopes - 1), *held])
        yield f"{n} {items} {asked} " + " ".join(f"{x:.3f}" for x in np.mean(figures, axis=0))


def graded_weighted(repeats: int) -> Iterator[str]:
    yield "graded, 600 rows, design effect 1.9 of the weights: of a and of b, mean error / sd, coverage"
    rng = np.random.default_rng(5)
    slopes = np.linspace(0.8, 2.4, 8)
    difficulties = np.linspace(-0.8, 0.8, 8)[:, None] + LIMITS
    truth = np.column_stack([slopes, difficulties])
    found: list[tuple[Floats, Floats]] = []
    while len(found) < repeats:
        weights = np.exp(rng.normal(size=600) * np.sqrt(np.log(1.9)))
        codes = drawn(rng, slopes, difficulties, rng.normal(size=600))
        fit = graded_response_model(codes, weights=weights)
        if not fit.merged:
            estimates = np.column_stack([fit.discriminations, fit.difficulties])
            found.append(
                (estimates, np.column_stack([fit.discrimination_errors, fit.difficulty_errors]))
            )
    values, errors = np.swapaxes(found, 0, 1)
    ratio = errors.mean(axis=0) / values.std(axis=0)
    held = (np.abs(values - truth) <= REACH * errors).mean(axis=0)
    figures = (ratio[:, 0], held[:, 0], ratio[:, 1:], held[:, 1:])
    yield " ".join(f"{each.mean():.3f}" for each in figures)


def quadrature(_: int) -> Iterator[str]:
    yield "points: items answered, points, largest difference of a in % from 201 points"
    rng = np.random.default_rng(4)
    for items in (8, 20, 39):
        slopes = np.linspace(0.8, 2.4, items)
        codes = drawn(rng, slopes, np.tile(LIMITS, (items, 1)), rng.normal(size=2000))
        exact = graded_response_model(codes, points=201).discriminations
        for points in (31, 41, 61, 121):
            found = graded_response_model(codes, points=points).discriminations
            yield f"{items} {points} {100 * np.abs(found / exact - 1).max():.2f}"


def functioning(repeats: int) -> Iterator[str]:
    yield "DIF: n, groups, distance of their traits in sd, shift of one item in logits; of the others"
    yield "p < .05 and class B or C; of the one A B C"
    rng = np.random.default_rng(5)
    others = np.tile(LIMITS, (7, 1))
    for n, groups, distance in ((400, 2, 0.0), (2000, 2, 0.0), (2000, 2, 0.4), (2000, 3, 0.4)):
        member = np.arange(n) % groups
        for shift in (0.0, 0.75, 1.5):
            low, false, classes = [], [], []
            for _ in range(repeats):
                theta = rng.normal(size=n) + distance * member
                harder = theta - shift / 1.7 * (member == 1)
                one = drawn(rng, np.full(1, 1.7), LIMITS[None], harder)
                rest = drawn(rng, np.full(7, 1.7), others, theta)
                found = differential_item_functioning(np.hstack([one, rest]), member)
                low.append(np.mean(found.p_values[1:] < 0.05))
                false.append((found.flagged > 0).sum() / 7)
                classes.append(found.classes[0])
            shares = " ".join(f"{classes.count(size) / repeats:.2f}" for size in ("A", "B", "C"))
            beside = f"{np.mean(low):.3f} {np.mean(false):.3f}"
            yield f"{n} {groups} {distance} {shift} {beside} {shares}"


STUDIES: tuple[tuple[Callable[[int], Iterator[str]], int], ...] = (
    (alphas, 2000),
    (polychorics, 1000),
    (graded, 40),
    (graded_weighted, 200),
    (quadrature, 1),
    (functioning, 40),
)

if __name__ == "__main__":
    for study, times in STUDIES:
        for line in study(times):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
