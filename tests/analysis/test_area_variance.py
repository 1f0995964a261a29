"""The likelihood of the variance between areas: its summit and what it leaves open."""

import numpy as np
import pytest

from analysis.area_variance import AreaModel, fit_between_variance, posterior


def balanced(spread: float, areas: int = 20) -> AreaModel:
    """Areas that lie ``spread`` above and below 50 in turn, each with a sampling variance of 9."""
    estimates = 50 + spread * np.tile([1.0, -1.0], areas // 2)
    return AreaModel(estimates, np.full(areas, 9.0), np.ones((areas, 1)))


def test_of_equal_sampling_variances_the_summit_is_known() -> None:
    # Sum of squares 20 * 25: over 19 or over 20, less the sampling variance.
    assert fit_between_variance(balanced(5.0), "REML").between_variance == pytest.approx(
        500 / 19 - 9, rel=1e-12
    )
    assert fit_between_variance(balanced(5.0), "ML").between_variance == pytest.approx(
        16, rel=1e-12
    )
    assert fit_between_variance(balanced(1.0), "REML").between_variance == 0


def test_the_higher_of_two_summits_is_found() -> None:
    # Many exact areas that agree and a few poor ones that do not: the slope is zero twice.
    estimates = np.concatenate([np.tile([0.1, -0.1], 10), np.tile([40.0, -40.0], 2)])
    variances = np.concatenate([np.full(20, 0.05), np.full(4, 900.0)])
    model = AreaModel(estimates, variances, np.ones((24, 1)))
    found = fit_between_variance(model, "REML").between_variance
    grid = np.linspace(0, 2000, 20_001)
    total = grid[:, None] + variances
    information = (1 / total).sum(axis=1)
    centre = (estimates / total).sum(axis=1) / information
    likelihood = -0.5 * (
        np.log(total).sum(axis=1)
        + np.log(information)
        + ((estimates - centre[:, None]) ** 2 / total).sum(axis=1)
    )
    assert found == pytest.approx(grid[np.argmax(likelihood)], abs=0.1)


def test_what_is_not_known_of_the_variance_widens_the_truths() -> None:
    model = balanced(5.0)
    fit = fit_between_variance(model, "REML")
    averaged = posterior(
        model, fit.between_variance, model.covariates, np.ones(20, dtype=np.bool_)
    )
    share = fit.between_variance / (fit.between_variance + 9)
    assert (averaged.variances > 9 * share).all()
    assert averaged.means == pytest.approx(
        fit.coefficients[0] + share * (model.estimates - 50), abs=0.2
    )
