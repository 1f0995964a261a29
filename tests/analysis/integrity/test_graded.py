import numpy as np
import pytest

from analysis.integrity.graded import GradedFit, fit_graded


def test_loadings_are_found_again_also_with_holes_and_groups_of_other_levels() -> None:
    rng = np.random.default_rng(8)
    loadings = np.linspace(0.3, 0.8, 10)
    levels = np.array([[-1.2, -0.4, 0.3, 1.1], [-0.4, 0.3, 1.0, 1.8]])
    model = GradedFit(loadings, np.repeat(levels[:, None], 10, axis=1))
    pattern = np.where(rng.random((10, 3000)) < 0.4, -1, 0).astype(np.int8)
    codes = np.hstack([model.simulate(pattern, group, rng) for group in (0, 1)])
    groups = np.repeat([0, 1], 3000)
    fit = fit_graded(codes, groups, 5)
    assert np.abs(fit.loadings) == pytest.approx(loadings, abs=0.06)
    assert fit.thresholds == pytest.approx(model.thresholds, abs=0.12)
    assert np.array_equal(codes < 0, np.hstack([pattern, pattern]) < 0)


def test_flat_items_single_items_and_items_that_nobody_answered_do_not_load() -> None:
    rng = np.random.default_rng(2)
    codes = rng.integers(0, 5, (4, 500)).astype(np.int8)
    codes[0], codes[1] = 3, -1
    fit = fit_graded(codes, np.zeros(500, dtype=np.int64), 5)
    assert fit.loadings[:2].tolist() == [0.0, 0.0]
    assert np.isfinite(fit.loadings).all()
    drawn = fit.simulate(codes, 0, rng)
    assert (drawn[0] == 3).all()
    assert (drawn[1] == -1).all()
    assert fit_graded(codes[:1], np.zeros(500, dtype=np.int64), 5).loadings.tolist() == [0.0]


def test_the_simulated_answers_have_the_distribution_of_the_given_ones() -> None:
    rng = np.random.default_rng(4)
    codes = rng.choice(5, p=[0.05, 0.1, 0.2, 0.4, 0.25], size=(3, 4000)).astype(np.int8)
    fit = fit_graded(codes, np.zeros(4000, dtype=np.int64), 5)
    again = fit.simulate(codes, 0, rng)
    for item in range(3):
        shares = np.bincount(again[item], minlength=5) / 4000
        assert shares == pytest.approx(np.bincount(codes[item], minlength=5) / 4000, abs=0.03)
