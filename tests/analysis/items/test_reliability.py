"""Alpha, item-rest correlations, Spearman and Brown: against psych::alpha and by hand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import ArrayLike, NDArray

from analysis import BadInput, cronbach_alpha, item_rest_correlation, spearman_brown
from tests.analysis.items.bfi import EXPECTED, answers, columns, complete


@pytest.mark.parametrize("name", sorted(EXPECTED["alpha"]))
def test_alpha_equals_psych_with_missing_values_and_without(name: str) -> None:
    case = EXPECTED["alpha"][name]
    found = cronbach_alpha(answers(case), missing=case["missing"])
    for attribute in ("raw", "standardised", "guttman6", "average_r"):
        assert getattr(found, attribute) == pytest.approx(case[attribute], rel=1e-9)
    assert found.item_means == pytest.approx(case["means"], rel=1e-12)
    assert found.item_sds == pytest.approx(case["sds"], rel=1e-12)
    assert found.if_dropped == pytest.approx(case["if_dropped"], rel=1e-9)
    assert found.item_rest.correlations == pytest.approx(case["item_rest"], rel=1e-9)
    assert found.normal_standard_error == pytest.approx(case["standard_error"], rel=1e-9)
    assert found.reported == ("alpha", found.raw)


def test_items_that_were_not_reversed_are_named() -> None:
    case = EXPECTED["alpha"]["C_unreversed pairwise"]
    found = item_rest_correlation(answers(case))
    negative = [at for at, r in enumerate(case["item_rest"]) if r < 0]
    assert negative
    assert found.probably_unreversed.tolist() == negative


def test_two_items_report_spearman_and_brown_and_not_alpha() -> None:
    case = EXPECTED["spearman_brown"]
    found = cronbach_alpha(np.column_stack([columns()[item] for item in case["items"]]))
    assert found.reported[0] == "Spearman-Brown"
    assert found.reported[1] == pytest.approx(case["value"], rel=1e-12)
    assert found.if_dropped.size == 0


def test_a_flat_item_is_left_out_and_named() -> None:
    scores = complete(answers(EXPECTED["alpha"]["N complete"]))
    with_flat = np.insert(scores, 2, 4.0, axis=1)
    found, without = cronbach_alpha(with_flat), cronbach_alpha(scores)
    assert found.raw == without.raw
    assert found.item_rest.flat.tolist() == [2]
    assert found.item_rest.items.tolist() == [0, 1, 3, 4, 5]


def test_weights_repeat_rows() -> None:
    scores = complete(answers(EXPECTED["alpha"]["N complete"]))[:200]
    weights = np.arange(200) % 4
    weighted = cronbach_alpha(scores, weights=weights)
    repeated = cronbach_alpha(np.repeat(scores, weights, axis=0))
    assert weighted.raw == pytest.approx(repeated.raw, rel=1e-12)
    assert weighted.item_rest.correlations == pytest.approx(repeated.item_rest.correlations)
    assert weighted.item_means == pytest.approx(repeated.item_means)
    assert weighted.n == (weights > 0).sum()


def test_the_standard_error_is_that_of_taking_rows_away() -> None:
    # The jackknife, by its definition: the spread of alpha without each row, rows with gaps too.
    scores = answers(EXPECTED["alpha"]["C pairwise"])[:250]
    found = cronbach_alpha(scores)
    without = [cronbach_alpha(np.delete(scores, row, axis=0)).raw for row in range(250)]
    jackknife = np.sqrt(249) * np.std(without)
    assert np.isnan(scores).any()
    assert found.standard_error == pytest.approx(jackknife, rel=0.02)


def test_the_interval_of_alpha_covers_nineteen_times_in_twenty() -> None:
    rng = np.random.default_rng(18091)
    covered = 0
    for _ in range(400):
        trait = rng.normal(size=(150, 1))
        found = cronbach_alpha(trait + rng.normal(size=(150, 5)))  # alpha 5/6
        interval = found.confidence_interval()
        covered += interval.low <= 5 / 6 <= interval.high
    assert 0.92 <= covered / 400 <= 0.98


@given(
    arrays(np.int64, (12, 4), elements=st.integers(1, 5)),
    st.floats(0.1, 50),
    st.floats(-20, 20),
)
def test_alpha_does_not_depend_on_the_unit_of_the_scores(
    scores: NDArray[np.int64], factor: float, shift: float
) -> None:
    try:
        found = cronbach_alpha(scores)
    except BadInput:
        return
    moved = cronbach_alpha(scores * factor + shift)
    assert moved.raw == pytest.approx(found.raw, rel=1e-6, abs=1e-6)
    assert moved.item_rest.correlations == pytest.approx(
        found.item_rest.correlations, rel=1e-6, abs=1e-6
    )


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        ([1, 2, 3], r"answers must be \(rows, items\), got shape \(3,\)"),
        ([[1], [2]], "two items that vary, got 1"),
        ([[1, 2], [1, 2], [1, 2]], "two items that vary, got 0"),
        (np.full((4, 3), np.nan), "two items that vary, got 0"),
        (np.zeros((0, 3)), "two items that vary, got 0 over 0 rows"),
        ([[1, 2], [2, -1], [3, 4]], "the code -1 in row 1, item 1"),
        ([[1.0, np.inf], [2, 3]], "finite or NaN, got inf in row 0"),
        ([["a", "b"], ["c", "d"]], "answers must be numbers"),
        ([["1", "2"], ["3", "4"]], "answers must be numbers"),
        ([[1, np.nan], [2, np.nan], [np.nan, 1], [np.nan, 2]], "items 0 and 1"),
        ([[1, 5, 2], [2, 4, 2], [4, 2, 2], [5, 1, 3]], "cancel each other"),
        ([[1, 5], [2, 4], [4, 2]], "cancel each other"),
    ],
)
def test_bad_answers_are_named(scores: ArrayLike, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        cronbach_alpha(scores)


def test_other_bad_arguments_are_named() -> None:
    scores = [[1, 2, 2], [2, 2, 3], [3, 4, 3], [4, 4, 5]]
    missing: Any = "listwise"
    with pytest.raises(BadInput, match=r"missing .* 'listwise'"):
        cronbach_alpha(scores, missing=missing)
    with pytest.raises(BadInput, match="weights must not all be 0"):
        cronbach_alpha(scores, weights=[0, 0, 0, 0])
    with pytest.raises(BadInput, match=r"weights .* -1.0 in row 1"):
        cronbach_alpha(scores, weights=[1, -1, 1, 1])
    with pytest.raises(BadInput, match=r"level .* 95"):
        cronbach_alpha(scores).confidence_interval(95)
    for value in ("abc", None, [0.9, 0.95], np.nan):
        level: Any = value
        with pytest.raises(BadInput, match="level must"):
            cronbach_alpha(scores).confidence_interval(level)
        with pytest.raises(BadInput, match="correlation must"):
            spearman_brown(level)
        with pytest.raises(BadInput, match="length must"):
            spearman_brown(0.5, level)


def test_spearman_and_brown_by_hand() -> None:
    assert spearman_brown(0.6) == pytest.approx(0.75)
    assert spearman_brown(0.2, length=5) == pytest.approx(5 / 9)
    assert spearman_brown(0.75, length=0.5) == pytest.approx(0.6)
    with pytest.raises(BadInput, match=r"correlation .* 1.5"):
        spearman_brown(1.5)
    with pytest.raises(BadInput, match=r"length .* 0"):
        spearman_brown(0.5, length=0)
    with pytest.raises(BadInput, match="no reliability"):
        spearman_brown(-1.0)
