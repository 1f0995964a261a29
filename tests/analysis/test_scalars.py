from collections.abc import Callable

import numpy as np
import pytest

from analysis import BadInput
from analysis.scalars import generator, one_of, positive, real_number, strictly_between

WRONG: list[tuple[Callable[[], object], str]] = [
    (lambda: real_number("n", "39"), "n must be a number, got '39'"),
    (lambda: real_number("n", True), "n must be a number, got True"),
    (lambda: real_number("n", None), "n must be a number, got None"),
    (lambda: real_number("n", np.nan, 0), "n must be a number of 0 or more, got nan"),
    (lambda: real_number("n", -1, 0, 10), "n must be a number from 0 to 10, got -1"),
    (lambda: positive("sd", 0), "sd must be above zero, got 0"),
    (lambda: positive("sd", np.inf), "sd must be above zero, got inf"),
    (lambda: strictly_between("q", 1), "q must lie between 0 and 1, got 1"),
    (lambda: strictly_between("q", np.nan), "q must lie between 0 and 1, got nan"),
    (lambda: strictly_between("q", [0.1]), r"q must be a number, got \[0\.1\]"),
    (lambda: one_of("kind", 3, ("a", "b")), r"kind must be one of \('a', 'b'\), got 3"),
    (lambda: generator("rng", 5), r"rng must be a numpy\.random\.Generator, got 5"),
]


@pytest.mark.parametrize(("call", "message"), WRONG)
def test_the_argument_and_the_value_are_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_what_is_right_comes_back() -> None:
    assert real_number("n", np.int64(3), 0) == 3.0
    assert positive("sd", np.float32(0.5)) == 0.5
    assert strictly_between("q", 0.1, 0, 0.5) == 0.1
    assert one_of("kind", "b", ("a", "b")) == "b"
    rng = np.random.default_rng(1)
    assert generator("rng", rng) is rng
