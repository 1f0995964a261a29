import numpy as np
import pytest

from analysis.errors import BadInput
from analysis.whole_numbers import whole_number


def test_whole_numbers_of_any_kind_within_the_limits_are_kept() -> None:
    assert whole_number("k", np.int32(3), 0, 3) == 3


@pytest.mark.parametrize("value", [4, -1, 2.0, 2.5, "2", None, float("nan"), True])
def test_what_is_not_whole_or_out_of_reach_is_named(value: object) -> None:
    with pytest.raises(BadInput, match=r"k must be a whole number from 0 to 3 \(units\), got"):
        whole_number("k", value, 0, 3, "units")
