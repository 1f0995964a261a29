"""Is the blend nearer to the truth than its sources, also where its own model does not hold?

Answers are ordinal, with a halo in each person; self-scores have biases by indicator, a tenth of
the units inflate by 25 points, and scores end at 0 and 100. Nothing of this is in the model.
"""

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.blend import blend
from analysis.cells import count_cells
from analysis.pairs import count_pairs
from analysis.perception import perception

DEFAULTS = {"tr": 36.0, "ss": 100.0, "om": 64.0, "ta": 36.0, "tb": 100.0, "th": 64.0}
FIVE = [0.0, 25.0, 50.0, 75.0, 100.0]
ITEMS, PEOPLE = 24, 40


def answers_of(
    rng: np.random.Generator, level: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    units = level.shape[0]
    person = np.repeat(np.arange(units), PEOPLE)
    halo = rng.normal(0, 14, units * PEOPLE)
    felt = level[person].T + halo + rng.normal(0, 20, (ITEMS, person.size))
    codes = np.clip(np.round(felt / 25), 0, 4).astype(np.int8)
    # A split questionnaire: twelve of the topics each.
    codes[rng.random(codes.shape).argsort(axis=0) >= 12] = -1
    return person, codes


@pytest.mark.parametrize("units", [8, 25])
def test_the_blend_is_nearer_to_the_truth_than_either_source(units: int) -> None:
    rng = np.random.default_rng(units)
    errors, covered = [], []
    for _ in range(160 // units):
        truth = rng.normal(58, 10, ITEMS) + rng.normal(0, 6, (units, 1))
        truth = np.clip(truth + rng.normal(0, 6, (units, ITEMS)), 5, 95)
        felt = truth + rng.normal(0, 8, (units, 1)) + rng.normal(0, 8, truth.shape)
        s = truth + 8 + rng.normal(0, 4, ITEMS) + rng.normal(0, 9, truth.shape)
        s += 25 * (rng.random((units, 1)) < 0.1) + rng.normal(0, 8, (units, 1))
        s = np.clip(s, 0, 100)
        people, codes = answers_of(rng, felt)
        cells = count_cells(people, codes, units, 5)
        found = perception(
            cells,
            np.ones(units),
            np.arange(units),
            FIVE,
            group_strata=None,
            pairs=count_pairs(people, codes, FIVE, n_groups=units),
            evidence=["A"] * units,
        )
        covariances = np.stack([found.covariance(unit) for unit in range(units)])
        result = blend(
            s, found.values, covariances, effective_n=found.effective_n, defaults=DEFAULTS
        )
        errors.append(
            [np.mean((score - truth) ** 2) for score in (result.values, found.values, s)]
        )
        covered.append(np.mean((result.low <= truth) & (truth <= result.high)))
    ours, residents, officials = np.sqrt(np.mean(errors, axis=0))
    assert ours < 0.7 * residents
    assert ours < 0.6 * officials
    assert ours < {8: 8.0, 25: 7.5}[units]
    assert np.mean(covered) >= 0.90
