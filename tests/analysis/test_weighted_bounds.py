"""Bounds of weighted means by hand and against every corner of what the weights may be."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.weighted_bounds import weighted_mean_bounds


def test_free_values_above_the_mean_count_fully_and_those_below_not_at_all() -> None:
    values = np.array([[50.0], [90.0], [70.0], [10.0]])
    weights = np.array([[100.0], [0.0], [0.0], [0.0]])
    most = np.array([[0.0], [50.0], [100.0], [100.0]])
    free = np.array([False, True, True, True])
    low, high = weighted_mean_bounds(np.zeros(4, dtype=np.int64), values, weights, most, free)
    assert high.item() == pytest.approx((100 * 50 + 50 * 90 + 100 * 70) / 250)
    assert low.item() == pytest.approx((100 * 50 + 100 * 10) / 200)


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(1, 9), st.booleans()), min_size=1, max_size=6)
)
def test_no_corner_of_the_weights_lies_outside(rows: list[tuple[float, float, bool]]) -> None:
    values = np.array([[value] for value, _, _ in rows])
    sizes = np.array([[size] for _, size, _ in rows])
    free = np.array([is_free for _, _, is_free in rows])
    codes = np.zeros(len(rows), dtype=np.int64)
    low, high = weighted_mean_bounds(codes, values, sizes, sizes, free)
    corners = []
    for taken in product([0.0, 1.0], repeat=int(free.sum())):
        weights = sizes[:, 0].copy()
        weights[free] *= taken
        if weights.sum() > 0:
            corners.append(float(weights @ values[:, 0] / weights.sum()))
    assert low.item() == pytest.approx(min(corners), abs=1e-9)
    assert high.item() == pytest.approx(max(corners), abs=1e-9)
