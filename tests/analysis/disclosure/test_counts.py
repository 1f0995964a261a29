import numpy as np
import pytest

from analysis.disclosure import hidden, possible, release, rounded
from analysis.errors import BadInput


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


def test_counts_go_to_the_nearest_five_and_what_is_published_tells_five_of_them() -> None:
    assert rounded([10, 12, 13, 17, 18]).tolist() == [10, 10, 15, 15, 20]
    low, high = possible([12, 13, 40])
    assert (low.tolist(), high.tolist()) == ([10, 13, 38], [12, 17, 42])
    for count in range(10, 60):
        low, high = possible([count])
        same = [n for n in range(10, 80) if rounded(n) == rounded(count)]
        assert [*range(int(low[0]), int(high[0]) + 1)] == same


def test_an_exact_count_is_possible_as_itself_alone() -> None:
    assert [ends.tolist() for ends in possible([12, 13], step=1)] == [[12, 13], [12, 13]]


def test_a_step_below_one_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="step must be at least 1, got 0"):
        rounded([1], step=0)
