import numpy as np
import pytest

from analysis.errors import BadInput
from analysis.planning.logistic import (
    independent,
    log_linear_regression,
    logistic_regression,
    with_constant,
)


def test_without_covariates_the_coefficients_are_log_odds_and_the_log_of_the_mean() -> None:
    ones = np.ones((10, 1))
    belongs = np.array([1.0] * 3 + [0.0] * 7)
    assert logistic_regression(ones, belongs)[0] == pytest.approx(np.log(3 / 7), rel=1e-10)
    assert log_linear_regression(ones, belongs + 1)[0] == pytest.approx(np.log(1.3), rel=1e-10)


def test_groups_that_a_covariate_separates_are_refused() -> None:
    matrix = with_constant("x", np.arange(10.0))
    with pytest.raises(BadInput, match="covariates must overlap"):
        logistic_regression(matrix, (np.arange(10) > 4).astype(float))


def test_bad_covariates_are_named_with_their_value() -> None:
    with pytest.raises(BadInput, match=r"x must be finite, got \[nan\] in row 1"):
        with_constant("x", [1, np.nan])
    with pytest.raises(BadInput, match="x must have shape"):
        with_constant("x", np.zeros((0, 2)))
    with pytest.raises(BadInput, match="x must not repeat each other or be constant: 3 columns"):
        independent("x", with_constant("x", np.ones((5, 2))))
