import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cells import count_cells
from analysis.errors import BadInput
from analysis.perception import perception
from analysis.recoding import recode_items
from survey_app.instrument import recoding


def test_the_mean_of_what_was_answered_needs_half_of_what_was_met() -> None:
    # Columns: all answered; two of four; one of four; one of the two asked; nobody asked.
    codes = np.array(
        [[4, 4, 4, 3, -1], [2, 1, -2, -2, -1], [0, -3, -4, -1, -1], [2, -4, -4, -5, -5]]
    )
    found = recode_items(codes)
    assert found.scores[found.codes[[0, 1, 3]]].tolist() == [50.0, 62.5, 75.0]
    assert found.codes[[2, 4]].tolist() == [-2, -5]
    assert found.codes.dtype == np.int8


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 9))
def test_every_row_gets_the_code_that_the_questionnaire_gives_it(seed: int, items: int) -> None:
    codes = np.random.default_rng(seed).integers(-5, 5, (items, 40))
    found = recode_items(codes)
    assert found.codes.tolist() == [recoding.combined(row) for row in codes.T.tolist()]
    assert found.scores.tolist() == list(recoding.mean_scores(items))


def test_the_estimate_of_a_recoded_indicator_is_that_of_each_persons_mean() -> None:
    codes = np.random.default_rng(5).integers(0, 5, (3, 80))
    found = recode_items(codes)
    cells = count_cells(np.zeros(80, dtype=np.int64), found.codes[None], 1, found.scores.size)
    people = perception(cells, [1.0], [0], found.scores, group_strata=None, evidence=["A"])
    own = 25.0 * codes.mean(axis=0)
    assert people.values[0, 0] == pytest.approx(own.mean(), rel=1e-12)
    assert people.standard_errors[0, 0] == pytest.approx(own.std(ddof=1) / np.sqrt(80), rel=1e-12)


def test_many_items_take_a_wider_code_and_wrong_codes_are_refused() -> None:
    assert recode_items(np.zeros((10, 2), dtype=np.int8)).codes.dtype == np.int16
    with pytest.raises(BadInput, match=r"codes must lie in -5\.\.4, found 0\.\.5"):
        recode_items(np.array([[0, 5]]))
    with pytest.raises(BadInput, match="codes must be integers of shape"):
        recode_items(np.array([0, 1]))
    with pytest.raises(BadInput, match=r"n_codes must be a whole number from 2 to .*, got 1"):
        recode_items(np.array([[0]]), 1)
