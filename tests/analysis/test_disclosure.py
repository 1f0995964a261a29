import numpy as np
import pytest

from analysis.disclosure import hidden, release


def test_fewer_than_ten_respondents_are_hidden_and_ten_are_shown() -> None:
    assert hidden([0, 9, 10, 500]).tolist() == [True, True, False, False]
    assert hidden([10, 29, 30], minimum_n=30).tolist() == [True, True, False]


def test_a_hidden_cell_loses_its_whole_distribution_and_the_input_stays_as_it_was() -> None:
    shares = np.full((2, 5), 0.2)
    shown = release(shares, [9, 10])
    assert np.isnan(shown[0]).all()
    assert shown[1].tolist() == [0.2] * 5
    assert not np.isnan(shares).any()


def test_values_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="do not belong"):
        release(np.zeros(3), [1, 2])
