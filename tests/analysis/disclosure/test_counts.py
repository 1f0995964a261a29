from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis.disclosure import hidden, possible, release, rounded
from analysis.errors import BadInput

BAD: Any = np.nan
HALF: Any = 2.5
ENDLESS: Any = np.inf


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
    with pytest.raises(BadInput, match=r"step must be a whole number from 1 to .*, got 0"):
        rounded([1], step=0)


def test_who_are_of_unknown_number_are_hidden() -> None:
    assert hidden([np.nan, 12]).tolist() == [True, False]
    assert np.isnan(release([61.0], [np.nan])).all()


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: hidden(["many"]), "n must be numbers"),
        (lambda: hidden([np.inf]), "n must be finite, got inf"),
        (lambda: hidden([-12]), r"n must not be negative, got -12\.0"),
        (lambda: hidden([10.5]), r"n must be whole numbers, got 10\.5"),
        (lambda: hidden([9], BAD), "minimum_n must be a whole number from 1 to .*, got nan"),
        (lambda: release([61.0], [2], BAD), "minimum_n must be .*, got nan"),
        (lambda: release([61.0], [2], 0), "minimum_n must be .*, got 0"),
        (lambda: release(["a"], [12]), "values must be numbers"),
        (lambda: rounded([-7]), r"n must not be negative, got -7\.0 in row 0"),
        (lambda: rounded([np.nan]), "n must be finite, got nan in row 0"),
        (lambda: rounded(12.5), r"n must be whole numbers, got 12\.5"),
        (lambda: rounded([12], HALF), r"step must be a whole number from 1 to .*, got 2\.5"),
        (lambda: possible([11], step=HALF), r"step must be a whole number from 1 to .*, got 2\.5"),
        (lambda: possible([11], minimum_n=ENDLESS), "minimum_n must be .*, got inf"),
    ],
)
def test_what_would_undo_the_protection_silently_is_refused(
    call: Callable[[], object], told: str
) -> None:
    with pytest.raises(BadInput, match=told):
        call()
