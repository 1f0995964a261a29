from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import Sample, mean
from analysis.errors import BadInput
from analysis.integrity import maximum_shift, most_influential, with_and_without

SCORES = st.lists(st.sampled_from([0.0, 25.0, 50.0, 75.0, 100.0]), min_size=5, max_size=9)


def test_with_and_without_keeps_the_flagged_in_the_design() -> None:
    sample = Sample([1.0] * 6, clusters=["a", "a", "b", "b", "c", "c"])
    values = [0, 50, 50, 100, 100, 100]
    both = with_and_without(mean, sample, values, [False] * 5 + [True])
    assert both.flagged == 1
    assert both.shift == pytest.approx(400 / 6 - 60)
    assert both.without_flagged.n == 5
    # Six rows stay: a design that lost a cluster would have one degree of freedom less.
    assert both.without_flagged.degrees_of_freedom == 2
    assert values == [0, 50, 50, 100, 100, 100]


def test_the_largest_shift_by_hand() -> None:
    # Others: (40 + 60) / 2 = 50; flagged weight 2 of 4.
    shift = maximum_shift([40, 60, 100], [1, 1, 2], [False, False, True])
    assert (shift.without, shift.actual, shift.down, shift.up) == (50.0, 25.0, -25.0, 25.0)
    assert shift.share == 0.5


@settings(max_examples=60, deadline=None)
@given(SCORES, st.integers(1, 3), st.randoms(use_true_random=False))
def test_no_answers_of_the_flagged_go_beyond_the_bounds_and_the_ends_reach_them(
    values: list[float], k: int, random: object
) -> None:
    rng = np.random.default_rng(len(values) + k)
    weights = rng.uniform(0.2, 3.0, len(values))
    flagged = np.arange(len(values)) < k
    shift = maximum_shift(values, weights, flagged)
    assert shift.down - 1e-9 <= shift.actual <= shift.up + 1e-9
    for end, bound in ((0.0, shift.down), (100.0, shift.up)):
        moved = np.where(flagged, end, values)
        assert np.average(moved, weights=weights) - shift.without == pytest.approx(bound)


@settings(max_examples=60, deadline=None)
@given(SCORES, st.integers(0, 3), st.integers(0, 1000))
def test_the_most_influential_answers_are_those_of_trying_every_choice(
    values: list[float], k: int, seed: int
) -> None:
    weights = np.random.default_rng(seed).uniform(0.1, 5.0, len(values))
    means = []
    for out in combinations(range(len(values)), k):
        kept = np.delete(np.arange(len(values)), out)
        means.append(np.average(np.array(values)[kept], weights=weights[kept]))
    low, high = most_influential(values, weights, k)
    assert low == pytest.approx(min(means), abs=1e-9)
    assert high == pytest.approx(max(means), abs=1e-9)


def test_answers_without_weight_have_no_influence() -> None:
    assert most_influential([50, 50, 0], [1, 1, 0], 1) == (50.0, 50.0)


def test_bad_flags_values_and_numbers_are_named() -> None:
    with pytest.raises(BadInput, match="values must lie on the scale"):
        maximum_shift([101], [1], [False])
    with pytest.raises(BadInput, match="flagged must leave an answer with a positive weight"):
        maximum_shift([50, 60], [1, 0], [True, False])
    with pytest.raises(BadInput, match="flagged must hold 1 truth values, got int64"):
        maximum_shift([50], [1], [1])
    with pytest.raises(BadInput, match="weights must have a positive sum"):
        maximum_shift([50], [0], [False])
    with pytest.raises(BadInput, match=r"k must be a whole number from 0 to 1 .*, got 2"):
        most_influential([1, 2, 3], [1, 1, 0], 2)
    with pytest.raises(BadInput, match=r"weights must not be negative, got -1\.0 in row 0"):
        most_influential([1], [-1], 0)
