import numpy as np
import pytest

from analysis import calibrate, rake
from analysis.calibration import Distance

MATRIX = np.array([[1.0, 2.0], [1.0, 3.0], [1.0, 5.0], [1.0, 6.0]])


def test_the_linear_distance_by_hand() -> None:
    # One variable: lambda = (T - sum d x) / sum d x^2 = (40 - 16)/74, w = 1 + lambda x.
    weights = calibrate(np.ones(4), MATRIX[:, 1:], [40.0]).weights
    assert weights == pytest.approx(1 + 24 / 74 * MATRIX[:, 1])


@pytest.mark.parametrize("distance", ["linear", "raking"])
def test_the_totals_are_reproduced(distance: Distance) -> None:
    weighting = calibrate([10, 10, 10, 10], MATRIX, [44.0, 170.0], distance)
    assert weighting.converged
    assert MATRIX.T @ weighting.weights == pytest.approx([44.0, 170.0])


@pytest.mark.parametrize("distance", ["linear", "raking", "logit"])
def test_factors_stay_within_their_bounds(distance: Distance) -> None:
    weighting = calibrate([10, 10, 10, 10], MATRIX, [44.0, 190.0], distance, (0.8, 1.4))
    assert weighting.converged
    assert weighting.weights.min() >= 8 - 1e-9
    assert weighting.weights.max() <= 14 + 1e-9


def test_bounds_that_exclude_the_totals_are_not_converged() -> None:
    weighting = calibrate([10, 10, 10, 10], MATRIX, [44.0, 300.0], "logit", (0.9, 1.1))
    assert not weighting.converged
    assert weighting.worst_margin is not None
    assert weighting.worst_margin.relative_error > 0.01


def test_the_raking_distance_is_raking() -> None:
    sex, age = np.array([0, 0, 1, 1, 1]), np.array([0, 1, 0, 1, 1])
    matrix = np.hstack([np.eye(2)[sex], np.eye(2)[age][:, 1:]])
    raked = rake(np.ones(5), {"s": (sex, {0: 45, 1: 55}), "a": (age, {0: 30, 1: 70})}, 1e-12)
    calibrated = calibrate(np.ones(5), matrix, [45.0, 55.0, 70.0], "raking")
    assert calibrated.weights == pytest.approx(raked.weights, rel=1e-9)


def test_counts_calibrate_as_the_rows_they_stand_for() -> None:
    counts = [2, 1, 3, 1]
    short = calibrate([5, 5, 5, 5], MATRIX, [40.0, 160.0], counts=counts)
    long = calibrate([5] * 7, np.repeat(MATRIX, counts, axis=0), [40.0, 160.0])
    assert np.repeat(short.weights, counts) == pytest.approx(long.weights)


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(
        ValueError, match="matrix must have 4 rows and a column or more, got shape"
    ):
        calibrate(np.ones(4), [1.0, 2.0, 3.0, 4.0], [5.0])
    with pytest.raises(ValueError, match="totals must have 2 rows, got 1"):
        calibrate(np.ones(4), MATRIX, [5.0])
    with pytest.raises(ValueError, match="bounds must be given and finite for distance 'logit'"):
        calibrate(np.ones(4), MATRIX, [5.0, 9.0], "logit")
    with pytest.raises(ValueError, match="bounds must lie around 1"):
        calibrate(np.ones(4), MATRIX, [5.0, 9.0], "logit", (1.1, 2.0))
    with pytest.raises(ValueError, match="distance must be one of"):
        calibrate(np.ones(4), MATRIX, [5.0, 9.0], "chi")  # type: ignore[arg-type]  # wrong on purpose
