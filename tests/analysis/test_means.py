import doctest
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import Sample, mean, means, population_variance, ratio, total, weighting

Rows = list[tuple[float, float, int]]
ROWS = st.lists(
    st.tuples(st.floats(0, 100), st.floats(0.5, 20), st.integers(0, 2)), min_size=6, max_size=40
)


def sample_of(rows: Rows, factor: float = 1.0) -> tuple[Sample, list[float]]:
    values, weights, strata = zip(*rows, strict=True)
    sample = Sample(np.array(weights) * factor, strata, singleton="remove")
    return sample, list(values)


def test_the_textbook_examples_of_the_docstrings_hold() -> None:
    assert doctest.testmod(means).failed == 0
    assert doctest.testmod(weighting).failed == 0


def test_a_stratified_mean_by_hand() -> None:
    # Two strata of 10 and 20, two drawn of each: means 3 and 8, mean (10*3 + 20*8)/30 = 19/3.
    # Variance (10/30)^2 (1 - .2) 2/2 + (20/30)^2 (1 - .1) 8/2, from s^2 = 2 and 8.
    sample = Sample([5, 5, 10, 10], list("aabb"), population_sizes=[10, 10, 20, 20])
    estimate = mean(sample, [2, 4, 6, 10])
    assert estimate.value == pytest.approx(19 / 3)
    assert estimate.variance == pytest.approx(0.8 / 9 + 4 / 9 * 0.9 * 4)
    assert estimate.degrees_of_freedom == 2


def test_a_ratio_by_hand() -> None:
    # R = 12/8; residuals y - R x = -.5, .5, 0 over X/n, variance n/(n-1) sum e^2 / X^2.
    estimate = ratio(Sample(np.ones(3)), [1.0, 5.0, 6.0], [1.0, 3.0, 4.0])
    assert estimate.value == 1.5
    assert estimate.variance == pytest.approx(1.5 * 0.5 / 64)


def test_a_ratio_over_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="denominator must not have total zero"):
        ratio(Sample([1, 1]), [1, 2], [1, -1])


def test_the_population_variance_has_divisor_n_less_one() -> None:
    assert population_variance(Sample([3, 3, 3]), [1, 2, 6]).value == pytest.approx(7.0)


def test_counts_equal_the_rows_they_stand_for() -> None:
    counted = Sample([2.0, 3.0, 2.5], ["a", "a", "b"], counts=[3, 2, 4])
    spelled_out = Sample(
        np.repeat([2.0, 3.0, 2.5], [3, 2, 4]), np.repeat(["a", "a", "b"], [3, 2, 4])
    )
    for estimator in (mean, total, population_variance):
        short = estimator(counted, [10.0, 50.0, 25.0])
        long = estimator(spelled_out, np.repeat([10.0, 50.0, 25.0], [3, 2, 4]))
        assert short.value == pytest.approx(long.value)
        assert short.standard_error == pytest.approx(long.standard_error)
        assert short.design_effect == pytest.approx(long.design_effect)
        assert short.kish_n == pytest.approx(long.kish_n)
        assert (short.n, short.degrees_of_freedom) == (long.n, long.degrees_of_freedom)


@given(ROWS, st.floats(0.01, 1000))
def test_a_mean_does_not_change_with_the_scale_of_the_weights(rows: Rows, factor: float) -> None:
    one, values = sample_of(rows)
    other, _ = sample_of(rows, factor)
    before, after = mean(one, values), mean(other, values)
    assert after.value == pytest.approx(before.value, rel=1e-9)
    assert after.standard_error == pytest.approx(before.standard_error, rel=1e-6, abs=1e-9)


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows: Rows, random: Random) -> None:
    shuffled = random.sample(rows, len(rows))
    one, values = sample_of(rows)
    other, others = sample_of(shuffled)
    for estimator in (mean, total):
        before, after = estimator(one, values), estimator(other, others)
        assert after.value == pytest.approx(before.value, rel=1e-9)
        assert after.standard_error == pytest.approx(before.standard_error, rel=1e-6, abs=1e-6)
