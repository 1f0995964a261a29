"""One item of the graded response model: probabilities, their slopes, and its likeliest values."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit

Array = NDArray[np.float64]

LOWEST_DISCRIMINATION = 0.2
HIGHEST_DISCRIMINATION = 4.0
MOST_STEPS = 25
MOST_HALVINGS = 30
AT_REST = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class GradedItem:
    """P(X >= k) = logistic(slope * theta - limits[k - 1]); limits = slope * difficulties."""

    slope: float
    limits: Array

    def probabilities(self, theta: Array) -> Array:
        """Return (categories, points)."""
        return np.exp(self.log_probabilities(theta))

    def log_probabilities(self, theta: Array) -> Array:
        # F(high) - F(low) = F(high) F(-low) (1 - exp(low - high)): far out a plain difference is 0.
        edges = np.concatenate([[-np.inf], self.limits, [np.inf]])
        shifted = edges[:, None] - self.slope * theta
        gaps = np.log(-np.expm1(edges[:-1] - edges[1:]))
        logs: Array = log_expit(shifted[1:]) + log_expit(-shifted[:-1]) + gaps[:, None]
        return logs

    def slopes(self, theta: Array) -> Array:
        """Return how the probabilities change with (slope, limits): (1 + m, categories, points)."""
        density = self._density(theta)
        moved = np.zeros((1 + self.limits.size, 1 + self.limits.size, theta.size))
        moved[0] = -theta * np.diff(np.pad(density, ((1, 1), (0, 0))), axis=0)
        for k, values in enumerate(density):
            moved[k + 1, k] = values
            moved[k + 1, k + 1] = -values
        return moved

    def information(self, theta: Array) -> Array:
        """Return Samejima's information of the item about theta, (points,)."""
        by_theta = self.slope * np.diff(np.pad(self._density(theta), ((1, 1), (0, 0))), axis=0)
        information: Array = (by_theta**2 / self.probabilities(theta)).sum(axis=0)
        return information

    def _density(self, theta: Array) -> Array:
        shifted = self.limits[:, None] - self.slope * theta
        density: Array = expit(shifted) * expit(-shifted)
        return density


def likeliest_item(counts: Array, theta: Array, start: GradedItem) -> GradedItem:
    """
    Maximise the likelihood of ``counts`` (categories, points) by Fisher's scoring.

    The slope stays between .2 and 4; at a bound that it would leave, only the limits move.
    """
    item = start
    reached = _log_likelihood(item, counts, theta)
    for _ in range(MOST_STEPS):
        step = _step(item, counts, theta)
        if np.abs(step).max() <= AT_REST:
            break
        for _ in range(MOST_HALVINGS):
            moved = _moved(item, step)
            better = _log_likelihood(moved, counts, theta)
            if better >= reached:
                item, reached = moved, better
                break
            step = step / 2
        else:
            break
    return item


def _step(item: GradedItem, counts: Array, theta: Array) -> Array:
    probabilities = item.probabilities(theta)
    slopes = item.slopes(theta)
    gradient = np.einsum("pcq,cq->p", slopes, counts / probabilities)
    weights = counts.sum(axis=0) / probabilities
    information = np.einsum("pcq,rcq,cq->pr", slopes, slopes, weights)
    free = np.ones(gradient.size, dtype=np.bool_)
    free[0] = not (
        (item.slope <= LOWEST_DISCRIMINATION and gradient[0] < 0)
        or (item.slope >= HIGHEST_DISCRIMINATION and gradient[0] > 0)
    )
    step = np.zeros(gradient.size)
    step[free] = np.linalg.lstsq(information[np.ix_(free, free)], gradient[free], rcond=None)[0]
    return step


def _moved(item: GradedItem, step: Array) -> GradedItem:
    slope = float(np.clip(item.slope + step[0], LOWEST_DISCRIMINATION, HIGHEST_DISCRIMINATION))
    return GradedItem(slope, item.limits + step[1:])


def _log_likelihood(item: GradedItem, counts: Array, theta: Array) -> float:
    if np.any(np.diff(item.limits) <= 0):
        return -np.inf
    return float((counts * item.log_probabilities(theta)).sum())
