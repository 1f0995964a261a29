import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.cells import (
    DONT_KNOW,
    NOT_APPLICABLE,
    NOT_ASKED,
    REFUSED,
    SKIPPED,
    CellCounter,
    count_cells,
)
from analysis.errors import BadInput


def some_answers(seed: int, n: int) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 4, n), rng.integers(-5, 5, (3, n)).astype(np.int8)


def test_counts_by_hand_keep_each_kind_of_missing_apart() -> None:
    groups = np.array([0, 0, 0, 1, 1, 1, 1])
    codes = np.array([[0, 4, 4, -1, -2, -3, -4], [-5, -5, 1, 2, 2, 2, 2]], dtype=np.int8)
    cells = count_cells(groups, codes, 3, 5)
    assert cells.counts[:, 0].tolist() == [[1, 0, 0, 0, 2], [0] * 5, [0] * 5]
    assert cells.counts[:, 1].tolist() == [[0, 1, 0, 0, 0], [0, 0, 4, 0, 0], [0] * 5]
    assert cells.missing_of(NOT_ASKED).tolist() == [[0, 0], [1, 0], [0, 0]]
    assert cells.missing_of(DONT_KNOW).tolist() == [[0, 0], [1, 0], [0, 0]]
    assert cells.missing_of(REFUSED).tolist() == [[0, 0], [1, 0], [0, 0]]
    assert cells.missing_of(SKIPPED).tolist() == [[0, 0], [1, 0], [0, 0]]
    assert cells.missing_of(NOT_APPLICABLE).tolist() == [[0, 2], [0, 0], [0, 0]]
    assert cells.asked.tolist() == [[3, 1], [2, 4], [0, 0]]
    assert cells.respondents.tolist() == [3, 4, 0]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 60), st.integers(0, 60))
def test_the_cells_of_two_halves_add_up_to_the_cells_of_the_whole(
    seed: int, n: int, cut: int
) -> None:
    groups, codes = some_answers(seed, n)
    whole = count_cells(groups, codes, 4, 5)
    parts = count_cells(groups[:cut], codes[:, :cut], 4, 5) + count_cells(
        groups[cut:], codes[:, cut:], 4, 5
    )
    assert np.array_equal(whole.counts, parts.counts)
    assert np.array_equal(whole.missing, parts.missing)
    assert whole.counts.sum() + whole.missing.sum() == codes.size


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 60))
def test_the_order_of_the_rows_does_not_matter(seed: int, n: int) -> None:
    groups, codes = some_answers(seed, n)
    order = np.random.default_rng(seed).permutation(n)
    straight = count_cells(groups, codes, 4, 5)
    shuffled = count_cells(groups[order], codes[:, order], 4, 5)
    assert np.array_equal(straight.counts, shuffled.counts)
    assert np.array_equal(straight.missing, shuffled.missing)


def test_a_code_or_group_outside_its_range_is_refused_and_not_counted_next_door() -> None:
    groups = np.array([0, 1])
    with pytest.raises(ValueError, match=r"codes of item 0 must lie in -5..4, found 0..5"):
        count_cells(groups, np.array([[0, 5]], dtype=np.int8), 2, 5)
    with pytest.raises(ValueError, match="codes of item 0"):
        count_cells(groups, np.array([[0, -6]], dtype=np.int8), 2, 5)
    with pytest.raises(ValueError, match=r"groups must lie in 0..0"):
        count_cells(groups, np.array([[0, 1]], dtype=np.int8), 1, 5)


def test_cells_of_different_shape_do_not_add_up() -> None:
    codes = np.zeros((1, 2), dtype=np.int8)
    groups = np.array([0, 1])
    with pytest.raises(ValueError, match="do not add up"):
        count_cells(groups, codes, 2, 5) + count_cells(groups, codes, 3, 5)


def test_no_rows_give_zero_counts() -> None:
    cells = count_cells(np.empty(0, dtype=np.int64), np.empty((2, 0), dtype=np.int8), 3, 5)
    assert cells.counts.shape == (3, 2, 5)
    assert cells.counts.sum() == 0


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 5))
def test_parts_counted_in_place_are_the_whole_in_any_order(seed: int, parts: int) -> None:
    groups, codes = some_answers(seed, 70)
    whole = count_cells(groups, codes, 4, 5)
    counter = CellCounter(4, 3, 5)
    order = np.random.default_rng(seed).permutation(70)
    *several, last = np.array_split(order, parts)
    for rows in several:
        counter.add(groups[rows], [column[rows] for column in codes])
    counter.merge(count_cells(groups[last], codes[:, last], 4, 5))
    found = counter.cells()
    assert np.array_equal(found.counts, whole.counts)
    assert np.array_equal(found.missing, whole.missing)
    assert found.counts.dtype == np.int64


def test_more_rows_than_are_taken_at_once_are_all_counted() -> None:
    groups = np.zeros(300_000, dtype=np.int32)
    cells = count_cells(groups, np.full((1, groups.size), 3, dtype=np.int8), 1, 5)
    assert cells.counts.tolist() == [[[0, 0, 0, 300_000, 0]]]


def test_what_cannot_be_counted_is_refused_by_name() -> None:
    groups, codes = np.array([0, 1]), np.zeros((1, 2), dtype=np.int8)
    with pytest.raises(BadInput, match="codes of item 0 must be 2 integers, got float64"):
        count_cells(groups, codes * 1.0, 2, 5)  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(BadInput, match="groups must be integers"):
        count_cells(groups * 1.0, codes, 2, 5)
    with pytest.raises(BadInput, match=r"codes of item 0 must be 3 integers, got int8 of shape"):
        count_cells(np.array([0, 1, 0]), codes, 2, 5)
    with pytest.raises(BadInput, match="codes must have 2 columns, got 1"):
        CellCounter(2, 2, 5).add(groups, codes)
    with pytest.raises(BadInput, match=r"n_groups must be a whole number from 0 to .*, got -1"):
        CellCounter(-1, 2, 5)
    with pytest.raises(BadInput, match="do not add up"):
        CellCounter(2, 2, 5).merge(count_cells(groups, codes, 2, 5))
