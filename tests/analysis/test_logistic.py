import numpy as np
import pytest

from analysis.logistic import LogisticFit, fitted, refitted


def test_the_fit_ends_where_r_ends() -> None:
    # glm(y ~ 1, quasibinomial, weights = w / mean(w)) of R on y = 1 0 0 1 0, w = 1 2 3 4 5:
    # -0.69314718055973479 after four steps, where log 1/2 is -0.69314718055994531.
    weights, members = np.arange(1.0, 6.0) / 3, np.array([1.0, 0.0, 0.0, 1.0, 0.0])
    fit = fitted(weights, np.ones(5), members, 5)
    assert fit.log_odds == pytest.approx(-0.69314718055973479, rel=1e-14)
    assert fit.weight == pytest.approx(5.0)


def test_a_share_stands_for_its_own_fit() -> None:
    fit = LogisticFit.of(0.2, 40)
    assert fit.spread == pytest.approx(0.16)
    assert fit.curvature == pytest.approx(40 * 0.16)


def test_replicates_are_fitted_each_and_the_empty_left_alone() -> None:
    odds = refitted(np.array([0.25, 0.5, np.nan]), 0.1)
    assert odds[:2] == pytest.approx([-np.log(3), 0.0], abs=1e-7)
    assert np.isnan(odds[2])


def test_counts_are_so_many_respondents() -> None:
    short = fitted(np.array([0.5, 2.0]), np.array([3.0, 1.0]), np.array([1.0, 0.0]), 4)
    long = fitted(np.array([0.5, 0.5, 0.5, 2.0]), np.ones(4), np.array([1.0, 1.0, 1.0, 0.0]), 4)
    assert short.log_odds == pytest.approx(long.log_odds, rel=1e-14)
