"""What is read of a succession, what is filled in, and what is refused."""

from typing import Any

import numpy as np
import pytest

from analysis import BadInput, Succession
from analysis.succession_links import read_links

NAN = float("nan")


def test_one_unknown_share_is_what_the_known_ones_leave() -> None:
    links = read_links(Succession(["A", "A"], ["X", "Y"], [0.3, NAN], [0.05, NAN]), ["A"], 1)
    assert links.shares == pytest.approx([0.3, 0.7])
    assert links.errors == pytest.approx([0.05, 0.05])
    assert not links.free.any()


def test_several_unknown_shares_divide_the_rest_with_the_variance_of_a_flat_division() -> None:
    links = read_links(Succession(["A"] * 3, ["X", "Y", "Z"], [0.4, NAN, NAN]), ["A"], 1)
    assert links.shares == pytest.approx([0.4, 0.3, 0.3])
    # Uniform on 0 to 0.6: 0.6 / sqrt(12).
    assert links.errors == pytest.approx([0.0, 0.6 / np.sqrt(12), 0.6 / np.sqrt(12)])
    assert links.free.tolist() == [False, True, True]
    assert links.most == pytest.approx([0.0, 0.6, 0.6])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"predecessors": ["A", "C"]}, "predecessors name 'C', which is not one of the units"),
        ({"successors": ["X", "X"]}, "predecessors name A and X twice"),
        ({"shares": [0.5, 0.4]}, r"shares of A must add up to 1, got 0\.9"),
        ({"shares": [1.0, 0.1]}, r"shares of A must add up to 1, got 1\.1"),
        ({"shares": [1.5, NAN]}, r"shares must lie between 0 and 1, got 1\.5 in row 0"),
        ({"share_standard_errors": [-0.1, 0.1]}, r"share_standard_errors .* got -0\.1"),
        ({"share_standard_errors": [0.1]}, "share_standard_errors must have 2 rows, got 1"),
        ({"successors": ["X"]}, r"successors must have 2 rows, got shape \(1,\)"),
    ],
)
def test_wrong_links_are_named(change: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {
        "predecessors": ["A", "A"],
        "successors": ["X", "Y"],
        "shares": [0.5, 0.5],
    }
    with pytest.raises(BadInput, match=message):
        read_links(Succession(**(good | change)), ["A", "B"], 2)


def test_units_named_twice_are_refused() -> None:
    with pytest.raises(BadInput, match="units must differ from each other"):
        read_links(Succession(["A"], ["X"], [1.0]), ["A", "A"], 2)
