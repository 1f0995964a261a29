"""What no check of integrity can mean: refused by the name of the argument, with its value."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis import Sample, integrity, mean
from analysis.errors import BadInput

CODES = np.zeros((4, 8), dtype=np.int8)
FLAGGED = [True, False]
MATCH: dict[str, Any] = {"codes": CODES, "rng": np.random.default_rng(1)}
LINES: dict[str, Any] = {"codes": CODES, "is_reversed": [False, False, True, True]}
BURSTS: dict[str, Any] = {
    "times": [1.0, 2.0],
    "units": ["a", "b"],
    "window": 1,
    "opened": 0,
    "closed": 9,
}
SHIFT: dict[str, Any] = {"values": [20.0, 40.0], "weights": [1, 1], "flagged": FLAGGED}
TOPS: dict[str, Any] = {"all_top": [1] * 8, "n": [9] * 8}
COUNTS: dict[str, Any] = {"counts": np.ones((3, 2, 5))}
CLASSES: dict[str, Any] = {"classes": ["a"], "bounds": {"a": (0, 9)}, "items": [1]}
BOTH: dict[str, Any] = {
    "estimator": mean,
    "sample": Sample([1.0, 1.0]),
    "values": [1.0, 2.0],
    "flagged": FLAGGED,
}


@pytest.mark.parametrize(
    ("function", "plan", "given", "message"),
    [
        (integrity.percent_match, MATCH, {"rng": None}, "rng must be a numpy.random.Generator"),
        (
            integrity.percent_match,
            MATCH,
            {"rng": 5},
            "rng must be a numpy.random.Generator, got 5",
        ),
        (integrity.percent_match, MATCH, {"false_alarms": ".01"}, "false_alarms must be a number"),
        (integrity.percent_match, MATCH, {"simulated": True}, "simulated must be a whole number"),
        (integrity.percent_match, MATCH, {"forms": ["a"]}, "forms must have 8 rows"),
        (
            integrity.percent_match,
            MATCH,
            {"groups": [1] * 8, "forms": ["a"] * 7 + ["b"]},
            "forms must be one per group, row 7",
        ),
        (integrity.straight_lining, LINES, {"n_codes": np.nan}, "n_codes must be a whole number"),
        (integrity.straight_lining, LINES, {"n_codes": 100}, "n_codes .* from 2 to 20, got 100"),
        (integrity.straight_lining, LINES, {"minimum_items": np.nan}, "minimum_items must be"),
        (
            integrity.straight_lining,
            LINES,
            {"largest_spread": np.nan},
            "largest_spread .* got nan",
        ),
        (integrity.bursts, BURSTS, {"window": np.nan}, "window must be a number, got nan"),
        (integrity.bursts, BURSTS, {"closed": "9"}, "closed must be a number, got '9'"),
        (integrity.bursts, BURSTS, {"rhythm": ["even"]}, "rhythm must be one of"),
        (integrity.bursts, BURSTS, {"q": np.nan}, "q must lie between 0 and 1, got nan"),
        (integrity.maximum_shift, SHIFT, {"scale": 100}, "scale must be its two ends, got 100"),
        (integrity.maximum_shift, SHIFT, {"scale": (100, 0)}, "scale must rise"),
        (integrity.maximum_shift, SHIFT, {"values": ["a", "b"]}, "values must be numbers"),
        (integrity.all_top_share, TOPS, {"all_top": ["one"] * 8}, "all_top must be numbers"),
        (integrity.all_top_share, TOPS, {"q": [0.1]}, r"q must be a number, got \[0"),
        (integrity.unanimity, COUNTS, {"counts": [[["many"]]]}, "counts must be numbers"),
        (integrity.unanimity, COUNTS, {"minimum_n": np.nan}, "minimum_n must be a whole number"),
        (integrity.unanimity, COUNTS, {"minimum_n": 0}, "minimum_n must be a whole number from 1"),
        (
            integrity.no_dont_know,
            {"codes": CODES, "units": [1] * 8},
            {"dont_know": -2.5},
            "dont_know must be a whole number",
        ),
        (integrity.with_and_without, BOTH, {"values": ["low", "high"]}, "values must be numbers"),
        (integrity.speed_of_classes, CLASSES, {"bounds": 5}, "bounds must be seconds by class"),
        (
            integrity.speed_of_classes,
            CLASSES,
            {"bounds": {"a": (0, np.nan)}},
            "bounds must be a number, got nan",
        ),
    ],
)
def test_arguments_that_mean_nothing_are_named(
    function: Callable[..., object], plan: dict[str, Any], given: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        function(**(plan | given))
