import pytest

from analysis.errors import BadInput
from analysis.scale_ends import scale_ends


def test_the_two_ends_are_kept() -> None:
    assert scale_ends("scale", [1, 5]) == (1.0, 5.0)


@pytest.mark.parametrize(
    ("scale", "message"),
    [
        (5, "scale must be its two ends, got 5"),
        ((1, 2, 3), r"scale must be its two ends, got \(1, 2, 3\)"),
        ((1, None), "scale must be a number, got None"),
        ((5, 5), r"scale must rise, got \(5, 5\)"),
    ],
)
def test_what_has_no_two_ends_that_rise_is_named(scale: object, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        scale_ends("scale", scale)
