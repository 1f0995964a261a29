"""Seeded samples of answers on five points, of many waves at once, as the platform sees them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis import CellCounts, PerceptionEstimates, perception

Floats = NDArray[np.float64]

SCORES = np.array([0.0, 25.0, 50.0, 75.0, 100.0])
SHAPES = {
    "flat": [0.20, 0.20, 0.20, 0.20, 0.20],
    "single peak": [0.05, 0.20, 0.40, 0.25, 0.10],
    "dissatisfied": [0.35, 0.35, 0.15, 0.10, 0.05],
    "satisfied": [0.02, 0.05, 0.13, 0.40, 0.40],
    "split": [0.40, 0.10, 0.02, 0.08, 0.40],
    "narrow": [0.01, 0.09, 0.80, 0.09, 0.01],
    "three quarters at the top": [0.03, 0.04, 0.06, 0.12, 0.75],
    "nine tenths at the top": [0.01, 0.02, 0.02, 0.05, 0.90],
}
HEAVY_SHARE = 0.2  # of respondents, who carry a larger weight
HEAVY_WEIGHT = {1.0: 1.0, 1.5: 3.7346, 2.0: 6.0}  # design effect of weighting -> weight of one
INTRACLASS_CORRELATION = 0.05


@dataclass(frozen=True)
class Setting:
    """How a sample is drawn: answers of each item, sampling units, design effect of weighting."""

    n: int
    clusters: int = 0
    weight_effect: float = 1.0


def draw(rng: np.random.Generator, shares: Floats, setting: Setting) -> PerceptionEstimates:
    """Estimate samples of `n` answers to every item.

    Parameters
    ----------
    shares : of the five answers in the population, shape (sample, item, 5)
    """
    samples, items = shares.shape[:2]
    clusters = max(setting.clusters, 1)
    chances = np.array([1 - HEAVY_SHARE, HEAVY_SHARE])
    sizes = _sizes(rng, setting.n, (samples, clusters), chances)
    within = np.broadcast_to(shares[:, None], (samples, clusters, items, 5))
    if setting.clusters:
        spread = (1 - INTRACLASS_CORRELATION) / INTRACLASS_CORRELATION
        drawn = rng.standard_gamma(np.maximum(within * spread, 1e-6))
        within = drawn / drawn.sum(axis=-1, keepdims=True)
    counts = rng.multinomial(sizes[..., None], within[:, :, None])
    groups = samples * clusters * 2
    cells = counts.reshape(groups, items, 5)
    own = np.arange(groups) // 2
    return perception(
        CellCounts(cells, np.zeros_like(cells)),
        np.tile([1.0, HEAVY_WEIGHT[setting.weight_effect]], groups // 2),
        own // clusters,
        SCORES,
        group_strata=None,
        group_clusters=own if setting.clusters else None,
        evidence=["B" if setting.clusters else "A"] * samples,
    )


def _sizes(
    rng: np.random.Generator, n: int, shape: tuple[int, int], chances: Floats
) -> NDArray[np.int64]:
    """Respondents of each cluster and weight: clusters of equal size, weights by chance."""
    samples, clusters = shape
    each = np.full(clusters, n // clusters)
    each[: n % clusters] += 1
    heavy = rng.binomial(np.broadcast_to(each, (samples, clusters)), chances[1])
    return np.stack([each - heavy, heavy], axis=-1)
