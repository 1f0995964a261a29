from itertools import product

import numpy as np
import pytest

from analysis.errors import BadInput
from analysis.planning.allocation import allocate


def test_whole_quotas_are_kept_and_neyman_follows_the_spread() -> None:
    sizes = np.array([600, 300, 100])
    assert allocate(sizes, sizes * 1.0, 20).tolist() == [12, 6, 2]
    # N S = 6000, 6000, 4000: of 32, twelve, twelve and eight.
    spread = sizes * np.array([10.0, 20.0, 40.0])
    assert allocate(sizes, spread, 32).tolist() == [12, 12, 8]


def test_no_other_whole_numbers_have_a_smaller_variance() -> None:
    sizes, deviations = np.array([9, 30, 14]), np.array([40.0, 10.0, 22.0])
    shares = sizes * deviations
    found = allocate(sizes, shares, 17)
    variances = {
        n: float((shares**2 / np.array(n)).sum())
        for n in product(range(2, 10), range(2, 18), range(2, 15))
        if sum(n) == 17
    }
    assert tuple(found.tolist()) == min(variances, key=lambda n: variances[n])


def test_strata_are_never_overdrawn_and_small_ones_are_taken_whole() -> None:
    sizes = np.array([1, 3, 500])
    assert allocate(sizes, np.array([1.0, 9000.0, 500.0]), 40).tolist() == [1, 3, 36]
    assert allocate(sizes, sizes * 1.0, 504).tolist() == [1, 3, 500]


def test_too_few_and_too_many_to_allocate_are_named() -> None:
    with pytest.raises(BadInput, match=r"size must be from 4 \(2 per stratum\) to 60, got 3"):
        allocate(np.array([10, 50]), np.ones(2), 3)
    with pytest.raises(BadInput, match="minimum must be a whole number from 1 to 60, got 0"):
        allocate(np.array([10, 50]), np.ones(2), 3, 0)
