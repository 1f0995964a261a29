from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from analysis import BadInput
from analysis.arrays import (
    coded,
    combined,
    finite,
    floats,
    has_label,
    not_negative,
    numbers,
    sums,
)


def test_labels_are_numbered_in_order_whatever_their_type() -> None:
    for low, high in (("a", "b"), (3, 7), (-4, 10**15), (1.0, 2.5), (False, True)):
        distinct, codes = coded("groups", [high, low, high], 3)
        assert distinct.tolist() == [low, high]
        assert codes.tolist() == [1, 0, 1]


def test_pairs_that_occur_are_numbered_in_order() -> None:
    assert combined(np.array([1, 0, 1, 0]), np.array([5, 9, 5, 2])).tolist() == [2, 1, 2, 0]


def test_nan_and_none_are_no_label() -> None:
    assert has_label(np.array(["a", None, np.nan], dtype=object)).tolist() == [True, False, False]
    assert has_label([1.0, np.nan]).tolist() == [True, False]
    assert has_label(["", "x"]).tolist() == [True, True]


def test_sums_by_code_keep_their_columns() -> None:
    values = np.array([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]])
    assert sums(np.array([0, 2, 0]), values, 3).tolist() == [[5.0, 50.0], [0.0, 0.0], [2.0, 20.0]]


def test_an_error_names_the_argument_the_value_and_the_row() -> None:
    with pytest.raises(ValueError, match=r"weights must not be negative, got -1\.0 in row 1"):
        not_negative("weights", [1, -1])
    with pytest.raises(ValueError, match=r"totals must be finite, got inf in row 0"):
        finite("totals", [np.inf])
    with pytest.raises(ValueError, match=r"values must have 3 rows, got 2"):
        numbers("values", [1, 2], 3)
    with pytest.raises(ValueError, match=r"strata must have a label in every row, row 1 has none"):
        coded("strata", [1.0, np.nan], 2)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["1", "2"], "x must be numbers: could not convert '1'"),
        ([1.0, None], "x must be numbers: could not convert None"),
        ([[1.0], [1.0, 2.0]], "x must be numbers: .*inhomogeneous"),
        ([1j], "x must be numbers, got complex ones"),
        (None, "x must be numbers: could not convert None"),
    ],
)
def test_what_is_no_number_is_not_read_as_one(values: Any, message: str) -> None:  # noqa: ANN401  any argument of the call under test
    with pytest.raises(BadInput, match=message):
        floats("x", values)


def test_numbers_of_any_kind_become_floats() -> None:
    whole = np.array([1, Fraction(1, 2)], dtype=object)
    assert floats("x", whole).tolist() == [1.0, 0.5]
    assert floats("x", [True, False]).tolist() == [1.0, 0.0]
    with pytest.raises(BadInput, match="groups must have a label in every row"):
        coded("groups", [["a"], ["b", "c"]], 2)
