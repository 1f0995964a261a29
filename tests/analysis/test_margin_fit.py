"""After raking from base weights: cells against single rows, which equal R's ``calibrate``."""

import numpy as np
import pytest

from analysis.cells import count_cells
from analysis.means import mean
from analysis.perception import perception
from analysis.sample import Sample
from analysis.weighting import rake, weighted_sample

FIVE = [0.0, 25.0, 50.0, 75.0, 100.0]


@pytest.mark.parametrize("n_clusters", [0, 15])
def test_with_base_weights_cells_give_what_weighted_rows_give(n_clusters: int) -> None:
    rng = np.random.default_rng(3)
    n = 240
    sex, age = rng.integers(0, 2, n), rng.integers(0, 3, n)
    codes = np.clip(sex + age + rng.integers(0, 2, n), 0, 4)
    base = rng.uniform(0.5, 3, n)
    clusters = rng.integers(0, n_clusters, n) if n_clusters else None
    margins = {"sex": (sex, {0: 300, 1: 700}), "age": (age, {0: 500, 1: 300, 2: 200})}
    weighting = rake(base, margins, tolerance=1e-13)
    found, by_final_weights = (
        perception(
            count_cells(np.arange(n), codes[None], n, 5),
            weighting.weights,
            np.zeros(n, dtype=np.int64),
            FIVE,
            group_strata=None,
            group_clusters=clusters,
            margins=margins,
            group_base_weights=weights,
            evidence="A",
        )
        for weights in (base, None)
    )
    rows = mean(weighted_sample(Sample(base, None, clusters), weighting), 25.0 * codes)
    assert found.values[0, 0] == pytest.approx(rows.value, rel=1e-9)
    assert found.standard_errors[0, 0] == pytest.approx(rows.standard_error, rel=1e-9)
    assert by_final_weights.standard_errors[0, 0] == pytest.approx(rows.standard_error, rel=0.05)
    assert by_final_weights.standard_errors[0, 0] != pytest.approx(rows.standard_error, rel=1e-5)
