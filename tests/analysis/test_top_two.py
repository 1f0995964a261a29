"""The share of the two best codes: rule and expected numbers of R's ``svyciprop(method="beta")``."""

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.cells import count_cells
from analysis.perception import perception
from analysis.proportions import beta_interval, proportion
from analysis.sample import Sample

FIVE = [0.0, 25.0, 50.0, 75.0, 100.0]


def test_clusters_with_unequal_weights_give_the_limits_of_r() -> None:
    best = [1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 1, 0, 0, 1]
    weights, clusters = np.tile([1, 2, 1.5], 8), np.arange(24) // 4
    found = perception(
        count_cells(np.arange(24), [[4 * each for each in best]], 24, 5),
        weights,
        np.zeros(24, dtype=np.int64),
        FIVE,
        group_strata=None,
        group_clusters=clusters,
        evidence="A",
    )
    sample = Sample(weights, None, clusters)
    untruncated = beta_interval(proportion(sample, best))
    # R 4.2.2, survey 4.1-1: the design has clusters and weights, the call method = "beta".
    assert untruncated.low == pytest.approx(0.293928964744, rel=1e-9)
    assert untruncated.high == pytest.approx(0.775098732387, rel=1e-9)
    assert found.top_two_low[0, 0] == pytest.approx(untruncated.low, rel=1e-9)
    assert found.top_two_high[0, 0] == pytest.approx(untruncated.high, rel=1e-9)


def test_an_item_that_clusters_divide_covers_its_own_share() -> None:
    waves, clusters, size = 400, 12, 20
    rng = np.random.default_rng(9)
    intraclass = np.array([0.02, 0.02, 0.03, 0.03, 0.15])[:, None]

    def answers(groups: int, each: int) -> NDArray[np.int8]:
        between = rng.normal(size=(5, groups)).repeat(each, axis=1)
        within = rng.normal(size=(5, groups * each))
        felt = np.sqrt(intraclass) * between + np.sqrt(1 - intraclass) * within
        return np.asarray(np.clip(np.round(2.2 + 1.1 * felt), 0, 4), dtype=np.int8)

    everybody = answers(400_000, 1)
    codes = answers(waves * clusters, size)
    units = np.arange(waves * clusters)
    found = perception(
        count_cells(units.repeat(size), codes, units.size, 5),
        np.ones(units.size),
        units // clusters,
        FIVE,
        group_strata=None,
        group_clusters=units,
        evidence="A",
    )
    mean, share = 25 * everybody.mean(axis=1), (everybody >= 3).mean(axis=1)
    covered = np.mean((found.low <= mean) & (mean <= found.high), axis=0)
    best = np.mean((found.top_two_low <= share) & (share <= found.top_two_high), axis=0)
    by_chance = 3 * np.sqrt(0.93 * 0.07 / waves)
    assert (covered > 0.93 - by_chance).all()
    assert (best > 0.93 - by_chance).all()
