"""Anchoring vignettes: the places of King & Wand (2007), tables 1 and 2, and by hand."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from analysis import AnchoredAnswers, BadInput, anchoring_vignettes

LOW, HIGH = 1, 3

# own answer, vignettes, lowest and highest place: all thirteen orders of y, z1 and z2.
THIRTEEN_ORDERS = [
    (0, (1, 2), 1, 1),
    (1, (1, 2), 2, 2),
    (2, (1, 3), 3, 3),
    (2, (1, 2), 4, 4),
    (3, (1, 2), 5, 5),
    (0, (1, 1), 1, 1),
    (1, (1, 1), 2, 4),
    (2, (1, 1), 5, 5),
    (0, (2, 1), 1, 1),
    (1, (2, 1), 1, 4),
    (2, (3, 1), 1, 5),
    (2, (2, 1), 2, 5),
    (3, (2, 1), 5, 5),
]


def among_the_orderly(answers: list[int], vignettes: list[tuple[int, ...]]) -> AnchoredAnswers:
    """Enough respondents with the vignettes in order that none is set aside."""
    orderly = [tuple(range(LOW, LOW + 2 * len(vignettes[0]), 2))] * 50
    return anchoring_vignettes(answers + [LOW] * 50, vignettes + orderly)


@pytest.mark.parametrize(("answer", "vignettes", "low", "high"), THIRTEEN_ORDERS)
def test_the_place_is_that_of_king_and_wand(
    answer: int, vignettes: tuple[int, int], low: int, high: int
) -> None:
    found = among_the_orderly([answer], [vignettes])
    assert (found.low[0], found.high[0]) == (low, high)


def test_violations_and_ties_are_shares_of_respondents() -> None:
    vignettes = [[1, 3]] * 8 + [[2, 2]] + [[3, 1]]
    found = anchoring_vignettes([2] * 10, vignettes)
    assert found.violation_shares.tolist() == [0.1, 0.1]
    assert found.pair_violations.tolist() == [[0.0, 0.1], [0.1, 0.0]]
    assert found.tied_share == pytest.approx(0.1)
    assert found.is_usable


def test_the_vignette_that_too_many_have_out_of_order_is_set_aside_alone() -> None:
    vignettes = [[1, 2, 4]] * 7 + [[1, 0, 4]] * 3
    found = anchoring_vignettes([3] * 10, vignettes)
    assert found.violation_shares.tolist() == pytest.approx([0.3, 0.3, 0.0])
    assert found.used.sum() == 2
    assert found.used[2]
    assert found.is_usable
    assert found.distribution.size == 5


def test_with_one_vignette_left_the_result_says_that_it_is_not_usable() -> None:
    found = anchoring_vignettes([2] * 10, [[1, 3]] * 7 + [[3, 1]] * 3)
    assert found.used.sum() == 1
    assert not found.is_usable
    assert found.reason == "fewer_than_two_usable_vignettes"


def test_exactly_a_fifth_out_of_order_may_stay() -> None:
    found = anchoring_vignettes([2] * 10, [[1, 3]] * 8 + [[3, 1]] * 2)
    assert found.used.tolist() == [True, True]


def test_ties_are_resolved_by_those_who_are_sure() -> None:
    # Place 2 three times, place 4 once, and one tie over 2..4: it is shared three to one.
    answers = [1, 1, 1, 3, 2]
    vignettes = [[1, 3]] * 4 + [[2, 2]]
    found = anchoring_vignettes(answers, vignettes)
    assert found.distribution == pytest.approx([0, 0.75, 0, 0.25, 0], abs=1e-8)
    assert found.scores == pytest.approx([25, 25, 25, 75, 37.5], abs=1e-6)
    assert found.mean == pytest.approx(37.5)
    assert (found.mean_low, found.mean_high) == pytest.approx((35, 45))


def test_a_missing_answer_leaves_its_respondent_out_and_is_counted() -> None:
    found = anchoring_vignettes([2, -2, 2], [[1, 3], [1, 3], [1, -4]])
    assert found.low.tolist() == [3, -1, -1]
    assert np.isnan(found.scores).tolist() == [False, True, True]
    assert (found.n, found.n_not_placed) == (1, 2)


def test_answers_become_comparable() -> None:
    # The same truths; the second group answers one code higher whatever is asked.
    truth = np.tile([0, 1, 2, 3], 50)
    shift = np.repeat([0, 1], 100)
    vignettes = np.array([1, 3]) + shift[:, None]
    found = anchoring_vignettes(truth + shift, vignettes)
    assert found.scores[shift == 0].mean() == found.scores[shift == 1].mean()


@pytest.mark.parametrize(
    ("answers", "vignettes", "message"),
    [
        ([1.5], [[1, 2]], "answers must be integer codes, got float64"),
        ([1], [[1.0, 2.0]], "vignettes must be integer codes"),
        ([1, 2], [[1, 2]], "vignettes must have 2 rows"),
        ([1], [[1]], "vignettes must have two columns or more, got 1"),
        ([-1], [[1, 2]], "answers and vignettes must hold one respondent"),
        (np.zeros(0, dtype=int), np.zeros((0, 2), dtype=int), "answers must hold one respondent"),
    ],
)
def test_bad_input_is_named(answers: ArrayLike, vignettes: ArrayLike, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        anchoring_vignettes(answers, vignettes)


codes = st.integers(0, 4)


@settings(deadline=None)
@given(
    rows=st.lists(st.tuples(codes, codes, codes, codes), min_size=1, max_size=30),
    factor=st.floats(0.1, 10),
)
def test_places_scores_and_shares_stay_in_their_bounds(
    rows: list[tuple[int, int, int, int]], factor: float
) -> None:
    table = np.array(rows)
    weights = 1 + table[:, 0].astype(float)
    found = anchoring_vignettes(table[:, 0], table[:, 1:], weights=weights)
    places = 2 * found.used.sum() + 1
    assert ((found.low >= 1) & (found.low <= found.high) & (found.high <= places)).all()
    assert found.distribution.sum() == pytest.approx(1)
    assert ((found.scores >= 0) & (found.scores <= 100 + 1e-9)).all()
    assert found.mean_low - 1e-9 <= found.mean <= found.mean_high + 1e-9
    again = anchoring_vignettes(table[::-1, 0], table[::-1, 1:], weights=factor * weights[::-1])
    assert again.mean == pytest.approx(found.mean, abs=1e-6)


def test_shifting_all_codes_of_a_respondent_changes_no_place() -> None:
    table = np.array(list(product(range(3), repeat=3)))
    first = anchoring_vignettes(table[:, 0], table[:, 1:])
    second = anchoring_vignettes(table[:, 0] + 2, table[:, 1:] + 2)
    assert first.low.tolist() == second.low.tolist()
    assert first.high.tolist() == second.high.tolist()
