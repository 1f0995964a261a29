"""Weights of the groups of a dataset: each unit's residents are raked to its people.

Only series that were selected with quotas or drawn are weighted; an open series is what it is.
A unit with fewer than `FEW` answers or without margins keeps equal weights, and says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis import rake

FEW = 50
TRIM_ROUNDS = 3
TRIM_RATIO = 5.0  # no weight above five times the median
VARIABLES = ("sex", "age_band")
Cell = tuple[int, int]  # sex, age band: the codes of the questionnaire


@dataclass(frozen=True, slots=True)
class GroupWeights:
    """What everybody in a group counts for.

    `weights`: per respondent of a group, mean 1 in its domain. `raked`: per domain. `categories`:
    the category of each margin that a group was raked in, one and the same in all of a domain that
    was not raked; what the margins explain of the answers is no sampling error.
    """

    weights: NDArray[np.float64]
    raked: NDArray[np.bool_]
    categories: dict[str, NDArray[np.int64]]


def equal_weights(domains: NDArray[np.int64]) -> GroupWeights:
    raked = np.zeros(int(domains.max(initial=-1)) + 1, dtype=bool)
    everybody = {name: np.zeros(len(domains), dtype=np.int64) for name in VARIABLES}
    return GroupWeights(np.ones(len(domains)), raked, everybody)


def weigh(
    respondents: NDArray[np.int64],
    domains: NDArray[np.int64],
    keys: tuple[NDArray[np.int64], NDArray[np.int64]],
    margins: Mapping[int, Mapping[Cell, float]],
) -> GroupWeights:
    """Weights for every group.

    Parameters
    ----------
    respondents : respondents of each group, shape (group,)
    domains : 0..D-1, shape (group,)
    keys : sex and age band of each group as dataset codes (negative: not said), shape (group,)
    margins : domain -> people of each cell; domains without are left alone
    """
    found = equal_weights(domains)
    for domain, cells in margins.items():
        here = np.flatnonzero(domains == domain)
        if respondents[here].sum() < FEW:
            continue
        counts = respondents[here].astype(np.float64)
        targets = {
            name: _target(keys[place][here], counts, _marginal(cells, place))
            for place, name in enumerate(VARIABLES)
        }
        fitted = _raked_and_trimmed(counts, targets)
        if fitted is None:
            continue
        found.weights[here] = fitted * counts.sum() / (fitted * counts).sum()
        found.raked[domain] = True
        for name, (codes, _people) in targets.items():
            found.categories[name][here] = codes
    return found


def _raked_and_trimmed(
    counts: NDArray[np.float64], targets: Mapping[str, tuple[NDArray[np.int64], dict[int, float]]]
) -> NDArray[np.float64] | None:
    """Trimming breaks the margins and raking mends them, so they take turns; raking ends it.

    What is published, and the standard error that rests on the margins, need them to hold.
    """
    weights = np.ones(len(counts))
    for _ in range(TRIM_ROUNDS):
        result = rake(weights, targets, counts=counts)
        if not result.converged:
            return None
        weights = np.minimum(result.weights, TRIM_RATIO * _median(result.weights, counts))
    result = rake(weights, targets, counts=counts)
    return result.weights if result.converged else None


def _median(weights: NDArray[np.float64], counts: NDArray[np.float64]) -> float:
    """Of the respondents, not of the groups."""
    return float(np.quantile(weights, 0.5, weights=counts, method="inverted_cdf"))


def _marginal(cells: Mapping[Cell, float], place: int) -> dict[int, float]:
    """People by the dataset code (the questionnaire's code - 1) of one of the two variables."""
    totals: dict[int, float] = {}
    for cell, people in cells.items():
        totals[cell[place] - 1] = totals.get(cell[place] - 1, 0.0) + people
    return totals


def _target(
    codes: NDArray[np.int64], counts: NDArray[np.float64], people: Mapping[int, float]
) -> tuple[NDArray[np.int64], dict[int, float]]:
    """Codes and totals that can be raked to.

    Whoever did not say, or said what the margins do not know, forms a category of its own that
    keeps its share. A category without respondents, or without people, joins its neighbour.
    """
    known = [code for code in people if people[code] > 0 and (codes == code).any()]
    unsaid = min(people) - 1
    if not known:
        return np.full(len(codes), unsaid), {unsaid: 1.0}
    nearest = {code: min(known, key=lambda k: (abs(k - code), k)) for code in people}
    merged = np.array([nearest.get(code, unsaid) for code in codes.tolist()], dtype=np.int64)
    share_unsaid = float(counts[merged == unsaid].sum() / counts.sum())
    everybody = sum(people.values())
    totals = dict.fromkeys(known, 0.0)
    for code, number in people.items():
        totals[nearest[code]] += number / everybody * (1 - share_unsaid)
    return merged, totals | ({unsaid: share_unsaid} if share_unsaid else {})
