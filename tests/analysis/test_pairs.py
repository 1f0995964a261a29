import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import BadInput
from analysis.pairing import nearest_correlation, within_correlation
from analysis.pairs import PairCounter, count_pairs

FIVE = [0.0, 25.0, 50.0, 75.0, 100.0]


def test_moments_by_hand_hold_only_who_answered_both() -> None:
    codes = np.array([[4, 4, -1, 2], [4, 0, 3, -2]], dtype=np.int8)
    pairs = count_pairs(np.array([0, 0, 0, 1]), codes, FIVE)
    assert pairs.counts.tolist() == [[[2, 2], [2, 3]], [[1, 0], [0, 0]]]
    assert pairs.sums[0].tolist() == [[200, 200], [100, 175]]
    assert pairs.products[0].tolist() == [[20_000, 10_000], [10_000, 10_000 + 75**2]]
    assert pairs.sums[1].tolist() == [[50, 0], [0, 0]]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 60), st.integers(0, 60))
def test_pairs_of_two_halves_add_up_exactly(seed: int, n: int, cut: int) -> None:
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, 4, n)
    codes = rng.integers(-5, 5, (3, n)).astype(np.int8)
    units = np.array([0, 1, 0, 1])
    whole = count_pairs(groups, codes, FIVE, n_groups=4, group_units=units)
    parts = count_pairs(
        groups[:cut], codes[:, :cut], FIVE, n_groups=4, group_units=units
    ) + count_pairs(groups[cut:], codes[:, cut:], FIVE, n_groups=4, group_units=units)
    assert np.array_equal(whole.counts, parts.counts)
    assert np.array_equal(whole.sums, parts.sums)
    assert np.array_equal(whole.products, parts.products)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_weights_keep_the_sums_exact_in_any_order_and_number_of_parts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, units = 90, np.array([0, 1, 0, 1])
    groups, weights = rng.integers(0, 4, n), rng.uniform(0.01, 30, 4)
    codes = rng.integers(-5, 5, (3, n)).astype(np.int8)
    whole = count_pairs(groups, codes, FIVE, n_groups=4, group_units=units, group_weights=weights)
    counter = PairCounter(FIVE, 3, group_units=units, group_weights=weights)
    for rows in np.array_split(rng.permutation(n), 4):
        counter.add(groups[rows], [column[rows] for column in codes])
    counter.merge(PairCounter(FIVE, 3, group_units=units, group_weights=weights).pairs())
    assert whole.shared is not None
    assert np.array_equal(whole.shared, np.asarray(counter.pairs().shared))
    answered = codes >= 0
    for unit in (0, 1):
        here = units[groups] == unit
        squares = weights[groups] ** 2 * here
        expected = (answered * squares) @ answered.T
        assert whole.shared[unit] == pytest.approx(expected, rel=1e-6, abs=1e-6)
        together = answered[:, here].astype(np.int64)
        assert whole.counts[unit].tolist() == (together @ together.T).tolist()


def test_correlation_is_taken_within_units_so_that_their_levels_do_not_enter() -> None:
    rng = np.random.default_rng(3)
    unit = np.repeat([0, 1], 4000)
    base = rng.integers(0, 2, 8000)
    codes = np.stack([base + unit * 3, np.where(rng.random(8000) < 0.75, base, 1 - base)])
    codes[1] += (1 - unit) * 3
    pairs = count_pairs(unit, codes, FIVE)
    # Within a unit the second equals the first with probability .75: correlation .5.
    assert within_correlation(pairs, np.array([0, 1]))[0, 1] == pytest.approx(0.5, abs=0.03)
    assert np.corrcoef(codes)[0, 1] < 0


def test_the_nearest_correlation_matrix_is_that_of_higham() -> None:
    # Higham (2002), section 4: the 3 x 3 example.
    matrix = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0]])
    nearest = nearest_correlation(matrix)
    assert nearest[0, 1] == pytest.approx(0.7607, abs=1e-4)
    assert nearest[0, 2] == pytest.approx(0.1573, abs=1e-4)
    valid = np.array([[1.0, 0.3], [0.3, 1.0]])
    assert np.array_equal(nearest_correlation(valid), valid)


def test_pairs_of_different_groups_do_not_add_up() -> None:
    codes = np.zeros((1, 2), dtype=np.int8)
    one = count_pairs(np.array([0, 1]), codes, FIVE)
    other = count_pairs(np.array([0, 1]), codes, FIVE, group_units=np.array([0, 0]))
    with pytest.raises(ValueError, match="do not add up"):
        one + other
    weighted = count_pairs(np.array([0, 1]), codes, FIVE, group_weights=[1.0, 2.0])
    with pytest.raises(BadInput, match="with weights and pairs without"):
        weighted + one


def test_what_does_not_fit_is_refused_by_name() -> None:
    codes = np.zeros((1, 2), dtype=np.int8)
    with pytest.raises(BadInput, match=r"groups must lie in 0\.\.0, found 0\.\.1"):
        count_pairs(np.array([0, 1]), codes, FIVE, n_groups=1)
    with pytest.raises(BadInput, match=r"codes of item 0 must lie in -5\.\.4, found 5\.\.5"):
        count_pairs(np.array([0, 1]), codes + 5, FIVE)
    with pytest.raises(BadInput, match="codes of item 0 must be 3 integers"):
        count_pairs(np.array([0, 1, 0]), codes, FIVE)
    with pytest.raises(BadInput, match="group_weights must not be negative, got -1"):
        count_pairs(np.array([0, 1]), codes, FIVE, group_weights=[1.0, -1.0])
