"""Proportional odds against R's polr and glm (tests/reference/further/ordinal_regression.R)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis import BadInput, OrdinalRegression, ordinal_regression

FOLDER = Path(__file__).parents[1] / "reference" / "further"
CASES: dict[str, Any] = json.loads((FOLDER / "ordinal_regression.json").read_text("utf-8"))


def fit(case: dict[str, Any]) -> OrdinalRegression:
    return ordinal_regression(case["y"], case["x"], case["weights"])


@pytest.mark.parametrize("name", sorted(CASES))
def test_estimates_equal_the_maximum_that_r_finds(name: str) -> None:
    case, found = CASES[name], fit(CASES[name])
    assert found.converged
    assert found.thresholds == pytest.approx(case["thresholds"], rel=1e-8)
    assert found.slopes == pytest.approx(case["slopes"], rel=1e-8)
    assert found.log_likelihood == pytest.approx(case["log_likelihood"], rel=1e-10)
    np.testing.assert_allclose(found.covariance, case["covariance"], rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("name", ["housing", "bfi"])
def test_estimates_are_those_that_polr_prints(name: str) -> None:
    case, found = CASES[name], fit(CASES[name])
    estimates = np.concatenate([found.thresholds, found.slopes])
    assert estimates == pytest.approx(case["polr"], rel=1e-5)
    assert found.standard_errors == pytest.approx(case["polr_se"], rel=1e-4)


def test_without_predictors_the_probabilities_are_the_shares() -> None:
    found = ordinal_regression([1, 1, 2, 5], np.zeros((4, 0)))
    assert found.categories.tolist() == [1, 2, 5]
    assert found.probabilities(np.zeros((1, 0)))[0] == pytest.approx([0.5, 0.25, 0.25])
    assert found.log_likelihood == pytest.approx(2 * np.log(0.5) + 2 * np.log(0.25))


def test_weights_count_rows_and_a_weight_of_zero_leaves_a_row_out() -> None:
    case = CASES["bfi"]
    x, y = np.array(case["x"]), np.array(case["y"])
    weights = np.arange(y.size) % 3
    weighted = ordinal_regression(y, x, weights)
    repeated = ordinal_regression(np.repeat(y, weights), np.repeat(x, weights, axis=0))
    assert weighted.slopes == pytest.approx(repeated.slopes, rel=1e-9)
    assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood, rel=1e-12)
    assert weighted.n == (weights > 0).sum()


def test_scale_and_place_of_a_predictor_do_not_matter() -> None:
    case = CASES["bfi"]
    x, found = np.array(case["x"]), fit(CASES["bfi"])
    moved = ordinal_regression(case["y"], x * [1e6, 1.0, 1e-4] + [5e6, 0.0, 3.0])
    assert moved.slopes * [1e6, 1.0, 1e-4] == pytest.approx(found.slopes, rel=1e-7)
    assert moved.log_likelihood == pytest.approx(found.log_likelihood, rel=1e-12)


@pytest.mark.parametrize(
    ("outcome", "predictors"),
    [
        ([0, 0, 1, 1, 2, 2], [[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]]),
        # The second predictor alone tells category 2 from the rest (quasi-complete separation).
        (
            [0, 1, 0, 1, 2, 2],
            [[1.0, 0.0], [1.0, 0.0], [2.0, 0.0], [2.0, 0.0], [1.0, 1.0], [2.0, 1.0]],
        ),
    ],
)
def test_perfect_prediction_is_said_and_has_no_standard_errors(
    outcome: list[int], predictors: list[list[float]]
) -> None:
    found = ordinal_regression(outcome, predictors)
    assert not found.converged
    assert np.isinf(found.standard_errors).all()
    assert np.isfinite(found.slopes).all()


def test_the_likelihood_of_a_separated_fit_is_the_one_that_it_tends_to() -> None:
    # Category 2 is known, the other four rows are a coin each: 4 log(1/2).
    predictors = [[0.0], [0.0], [0.0], [0.0], [1.0], [1.0]]
    found = ordinal_regression([0, 1, 0, 1, 2, 2], predictors)
    assert not found.converged
    assert found.log_likelihood == pytest.approx(4 * np.log(0.5), abs=1e-8)


@pytest.mark.parametrize(
    ("outcome", "predictors", "weights", "words"),
    [
        ([1, 1, 1], [[1.0], [2.0], [3.0]], None, r"outcome_codes .* \[1\]"),
        ([0, 1, 1], [[1.0], [2.0], [3.0]], [0, 1, 1], r"outcome_codes .* \[1\]"),
        ([0.0, 1.0, 1.5], [[1.0], [2.0], [3.0]], None, "outcome_codes .* float64"),
        ([0, 1], [[1.0], [2.0], [3.0]], None, "outcome_codes must have 3 rows"),
        ([0, 1, 1], [1.0, 2.0, 3.0], None, r"predictors .* \(3,\)"),
        ([0, 1, 1], [[1.0], [np.nan], [3.0]], None, "predictors .* nan in row 1, column 0"),
        ([0, 1, 1], [[2.0], [2.0], [2.0]], None, "predictors .* column 0 is 2.0"),
        ([0, 1, 1, 0], [[1, 2], [2, 4], [3, 6], [4, 8]], None, "combinations"),
        ([0, 1, 1], [["a"], ["b"], ["c"]], None, "predictors must be numbers: could not convert"),
        (["a", "b", "c"], [[1.0], [2.0], [3.0]], None, "outcome_codes must be numbers"),
        ([0, 1, 1], [[1.0], [2.0], [3.0]], [1, -1, 1], "weights .* -1.0 in row 1"),
    ],
)
def test_bad_input_names_the_argument_and_the_value(
    outcome: list[Any], predictors: list[Any], weights: list[int] | None, words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        ordinal_regression(outcome, predictors, weights)


def test_probabilities_need_as_many_columns_as_the_fit() -> None:
    with pytest.raises(BadInput, match="2 columns, got 1"):
        fit(CASES["mtcars"]).probabilities([[1.0]])
