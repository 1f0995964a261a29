import numpy as np
import pytest

from analysis import BadInput, sensitivity


def test_the_range_of_plain_mixtures_by_hand() -> None:
    mixtures = sensitivity(np.array([[80.0, np.nan]]), np.array([[40.0, 50.0]]))
    assert mixtures[:, 0, 0].tolist() == [72.0, 64.0, 56.0]
    assert np.isnan(mixtures[:, 0, 1]).all()
    with pytest.raises(BadInput, match="weights must be a number from 0 to 1, got 20"):
        sensitivity([80.0], [40.0], [20])
    with pytest.raises(BadInput, match="perception must have shape"):
        sensitivity([80.0], [40.0, 50.0])
    with pytest.raises(BadInput, match="must be finite or NaN, got infinity"):
        sensitivity([np.inf], [40.0])
    with pytest.raises(BadInput, match="weights must hold a share or more"):
        sensitivity([80.0], [40.0], [])
