"""The covariance of a domain's means, whichever way the pairs were counted."""

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.cells import count_cells
from analysis.errors import BadInput
from analysis.pairs import PairMoments, count_pairs
from analysis.perception import PerceptionEstimates, perception

FIVE = [0.0, 25.0, 50.0, 75.0, 100.0]
GROUPS = 12
DOMAINS = np.arange(GROUPS) // 4


def answers(seed: int) -> tuple[NDArray[np.int64], NDArray[np.int8], NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    codes = np.clip(rng.integers(0, 5, (3, 400)) + rng.integers(-1, 2, 400), 0, 4)
    codes[rng.random(codes.shape) < 0.3] = -1
    return rng.integers(0, GROUPS, 400), codes.astype(np.int8), rng.uniform(0.5, 3, GROUPS)


def estimated(seed: int, pairs: PairMoments) -> PerceptionEstimates:
    groups, codes, weights = answers(seed)
    return perception(
        count_cells(groups, codes, GROUPS, 5),
        weights,
        DOMAINS,
        FIVE,
        group_strata=None,
        pairs=pairs,
        evidence=["A"] * 3,
    )


def test_pairs_by_unit_with_weights_give_what_pairs_by_group_give() -> None:
    groups, codes, weights = answers(1)
    by_group = estimated(1, count_pairs(groups, codes, FIVE))
    by_unit = estimated(
        1, count_pairs(groups, codes, FIVE, group_units=DOMAINS, group_weights=weights)
    )
    for domain in range(3):
        covariance = by_unit.covariance(domain)
        assert covariance == pytest.approx(by_group.covariance(domain), rel=1e-7)
        assert np.diag(covariance) == pytest.approx(by_unit.sampling_variances[domain])
        assert np.linalg.eigvalsh(covariance).min() > 0


def test_the_covariance_is_the_correlation_times_the_shared_squares_of_the_weights() -> None:
    groups, codes, weights = answers(2)
    found = estimated(2, count_pairs(groups, codes, FIVE))
    here = DOMAINS[groups] == 1
    first, second = (codes[item] >= 0 for item in (0, 1))
    squares = weights[groups] ** 2 * here
    overlap = squares[first & second].sum() / np.sqrt(squares[first].sum() * squares[second].sum())
    both = first & second
    moments = np.zeros((2, 2))
    for domain in range(3):
        for i in (0, 1):
            for j in (0, 1):
                members = (codes[i] >= 0) & (codes[j] >= 0) & (DOMAINS[groups] == domain)
                moments[i, j] += np.cov(codes[i][members], codes[j][members])[0, 1] * (
                    members.sum() - 1
                )
    pairs_freedom = sum((both & (DOMAINS[groups] == d)).sum() - 1 for d in range(3))
    own_freedom = [
        sum(((codes[i] >= 0) & (DOMAINS[groups] == d)).sum() - 1 for d in range(3)) for i in (0, 1)
    ]
    rho = (moments[0, 1] / pairs_freedom) / np.sqrt(
        moments[0, 0] / own_freedom[0] * moments[1, 1] / own_freedom[1]
    )
    error = np.sqrt(found.sampling_variances[1])
    assert found.covariance(1)[0, 1] == pytest.approx(
        rho * error[0] * error[1] * overlap, rel=1e-9
    )


def test_pairs_that_do_not_belong_to_the_cells_are_refused_by_name() -> None:
    groups, codes, weights = answers(3)
    with pytest.raises(BadInput, match="other group_weights"):
        estimated(
            3, count_pairs(groups, codes, FIVE, group_units=DOMAINS, group_weights=2 * weights)
        )
    with pytest.raises(BadInput, match="differ in weight need group_weights"):
        estimated(3, count_pairs(groups, codes, FIVE, group_units=DOMAINS))
    with pytest.raises(BadInput, match="pairs were counted over 13 groups"):
        estimated(3, count_pairs(groups, codes, FIVE, n_groups=13))
    with pytest.raises(BadInput, match="pairs have 2 items, the cells 3"):
        estimated(3, count_pairs(groups, codes[:2], FIVE))
    with pytest.raises(BadInput, match="lies in several domains"):
        estimated(
            3,
            count_pairs(
                groups,
                codes,
                FIVE,
                group_units=np.zeros(GROUPS, dtype=np.int64),
                group_weights=weights,
            ),
        )
    with pytest.raises(BadInput, match="domain must be a whole number from 0 to 2, got 3"):
        estimated(3, count_pairs(groups, codes, FIVE)).covariance(3)
