import numpy as np
import pytest

from analysis import Sample, mean


def test_the_arrays_of_a_sample_cannot_be_written_to() -> None:
    weights = np.array([1.0, 2.0])
    sample = Sample(weights)
    with pytest.raises(ValueError, match="read-only"):
        sample.weights[0] = 5.0
    assert weights.flags.writeable


def test_degrees_of_freedom_are_units_with_an_answer_less_their_strata() -> None:
    sample = Sample(np.ones(6), list("aaabbb"), [1, 2, 3, 1, 2, 2])
    assert sample.degrees_of_freedom == 3
    answered = mean(sample, [1.0, 2.0, np.nan, np.nan, np.nan, np.nan])
    assert answered.degrees_of_freedom == 1


def test_every_argument_of_a_sample_may_be_given_by_place() -> None:
    lone = Sample([1, 1, 1], list("abb"), [1, 1, 2], None, [1, 1, 1], "certainty")
    assert mean(lone, [3, 4, 5]).status == "estimated"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weights": [1, np.nan]}, "weights must be finite, got nan in row 1"),
        ({"weights": [1, -2]}, "weights must not be negative"),
        ({"weights": [1, 2], "strata": ["a"]}, "strata must have 2 rows"),
        ({"weights": [1, 2], "counts": [1, -1]}, "counts must not be negative"),
        ({"weights": [1, 2], "singleton": "ignore"}, "singleton must be one of"),
        ({"weights": [1, 2], "clusters": [1, None]}, "clusters must have a label in every row"),
    ],
)
def test_bad_input_is_refused_at_the_door(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Sample(**arguments)  # type: ignore[arg-type]  # keywords from a dict have one type
