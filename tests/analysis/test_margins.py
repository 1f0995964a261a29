import pytest

from analysis.errors import BadInput
from analysis.margins import agreeing, crossed, dummies, margins_of

MARGINS = {"sex": (list("mfm"), {"m": 6, "f": 4}), "age": ([1, 1, 2], {1: 5, 2: 5.001})}


def test_totals_are_scaled_to_the_sum_of_the_first_margin() -> None:
    of_sex, of_age = agreeing(margins_of(MARGINS, 3))
    assert of_sex.tolist() == [4, 6]  # in the order of the labels
    assert of_age.sum() == pytest.approx(10)


def test_only_combinations_that_occur_are_cells() -> None:
    cell_of_row, categories = crossed(margins_of(MARGINS, 3))
    assert cell_of_row.tolist() == [1, 0, 2]  # f young, m young, m old
    assert [each.tolist() for each in categories] == [[0, 1, 1], [0, 0, 1]]
    assert dummies(categories).tolist() == [[1, 0, 1, 0], [0, 1, 1, 0], [0, 1, 0, 1]]


def test_codes_without_totals_are_refused() -> None:
    with pytest.raises(BadInput, match="margin 'sex' must be the codes of the rows and totals"):
        margins_of({"sex": ("m",)}, 2)
