import numpy as np
import pytest

from analysis.errors import BadInput
from analysis.grids import grid


def test_a_grid_keeps_what_is_absent_and_refuses_what_is_impossible() -> None:
    found = grid("scores", np.array([[1, np.nan], [3, 4]]), (2, 2), low=0, high=4)
    assert found[1].tolist() == [3.0, 4.0]
    assert np.isnan(found[0, 1])
    with pytest.raises(
        BadInput, match=r"scores must lie in 0\.\.4, got 5.0 for unit 1, indicator 0"
    ):
        grid("scores", [[1, 2], [5, 4]], low=0, high=4)
    with pytest.raises(BadInput, match="got inf for unit 0, indicator 1"):
        grid("scores", [[1, np.inf]])
    with pytest.raises(BadInput, match=r"scores must have shape \(unit, indicator\), \(2, 2\)"):
        grid("scores", [[1, 2]], (2, 2))
    with pytest.raises(BadInput, match="scores must have shape"):
        grid("scores", [1, 2])
