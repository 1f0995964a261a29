import numpy as np
import pytest

from analysis.auxiliaries import Auxiliary, Regression, Sweeps


def auxiliary(mass: list[float]) -> Auxiliary:
    """Make four rows in two crossed margins, one row per cell."""
    first, second = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    return Auxiliary(
        cells=np.arange(4),
        matrix=np.hstack([np.eye(2)[first], np.eye(2)[second]]),
        categories=(first, second),
        mass=np.array(mass),
        counts=np.ones(4),
    )


def test_residuals_are_what_the_margins_do_not_explain() -> None:
    # y = 1 2 / 3 8: the interaction is (1 - 2 - 3 + 8)/4 = 1, signed + - - +.
    scores = np.array([[1.0], [2.0], [3.0], [8.0]])
    even = auxiliary([1, 1, 1, 1])
    for residuals in (Regression.on(even), Sweeps(even)):
        assert residuals.of(scores)[:, 0] == pytest.approx([1, -1, -1, 1])


def test_regression_residuals_are_orthogonal_under_the_base_weights() -> None:
    uneven = auxiliary([1, 2, 3, 5])
    left = Regression.on(uneven).of(np.array([[1.0], [2.0], [3.0], [8.0]]))[:, 0]
    assert uneven.matrix.T @ (uneven.mass * left) == pytest.approx(np.zeros(4), abs=1e-12)


def test_cells_without_weight_do_no_harm() -> None:
    left = Regression.on(auxiliary([1, 1, 1, 0])).of(np.array([[1.0], [2.0], [3.0], [8.0]]))
    assert np.isfinite(left).all()
    assert left[:3, 0] == pytest.approx([0, 0, 0], abs=1e-12)


def test_only_raked_weights_take_the_sweeps() -> None:
    raked = auxiliary([1, 1, 1, 1])
    assert isinstance(raked.residuals("R"), Sweeps)
    assert isinstance(raked.residuals("regression"), Regression)
