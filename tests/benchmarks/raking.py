"""Raking a million respondents to four margins, by us and by numpy on the table of the cells."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis import rake

SIZES = {"sex": 2, "age": 5, "education": 4, "district": 20}
SWEEPS, TOLERANCE = 200, 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class People:
    codes: dict[str, NDArray[np.int64]]
    totals: dict[str, NDArray[np.float64]]
    weights: NDArray[np.float64]


def people(rows: int, seed: int = 7) -> People:
    """Respondents whose composition differs from the population's, which is known by margin."""
    rng = np.random.default_rng(seed)
    population = {name: rng.dirichlet(np.full(size, 20.0)) for name, size in SIZES.items()}
    codes = {}
    for name, shares in population.items():
        answering = shares * rng.uniform(0.5, 1.5, shares.size)
        edges = np.cumsum(answering / answering.sum())[:-1]
        codes[name] = np.searchsorted(edges, rng.random(rows))
    totals = {name: 10.0 * rows * shares for name, shares in population.items()}
    return People(codes, totals, rng.uniform(5, 15, rows))


def ours(of: People) -> NDArray[np.float64]:
    margins = {
        name: (of.codes[name], dict(enumerate(total.tolist())))
        for name, total in of.totals.items()
    }
    return rake(of.weights, margins, TOLERANCE, SWEEPS).weights


def collapsed_numpy(of: People) -> NDArray[np.float64]:
    """Sum by combination of the codes, fit the small table, multiply back. Nothing is checked."""
    shape = tuple(SIZES.values())
    cell = np.ravel_multi_index(tuple(of.codes.values()), shape)
    start = np.bincount(cell, of.weights, minlength=int(np.prod(shape))).reshape(shape)
    table = start.copy()
    for _ in range(SWEEPS):
        worst = 0.0
        for axis, total in enumerate(of.totals.values()):
            others = tuple(other for other in range(len(shape)) if other != axis)
            now = table.sum(axis=others)
            worst = max(worst, float(np.abs(now / total - 1).max()))
            factor = np.ones(len(shape), dtype=np.int64)
            factor[axis] = total.size
            table *= (total / now).reshape(factor)
        if worst < TOLERANCE:
            break
    change = np.where(start > 0, table / np.where(start > 0, start, 1.0), 1.0)
    return np.asarray(of.weights * change.ravel()[cell])
