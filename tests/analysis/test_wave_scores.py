"""What the comparison of waves refuses to read."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analysis import BadInput, Bridge, WaveScores, wave_change

GOOD = WaveScores(
    means=[[50.0, 60.0]],
    mean_squares=[[3000.0, 4000.0]],
    effective_n=[[30.0, 30.0]],
    evidence=["A"],
    series=["drawn"],
    version=["v1"],
)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"means": [50.0]}, r"later\.means must have shape \('unit', 'indicator'\), got \(1,\)"),
        ({"means": [[50.0, 101.0]]}, r"later\.means must lie between 0 and 100, got 101\.0 in"),
        ({"mean_squares": [[3000.0, np.nan]]}, r"mean_squares .* got nan in unit 0, indicator 1"),
        ({"mean_squares": [[3000.0]]}, r"mean_squares must have shape \(1, 2\), got \(1, 1\)"),
        ({"effective_n": [[0.0, 30.0]]}, r"effective_n must .* got 0\.0 in unit 0, indicator 0"),
        ({"n": [[-1.0, 30.0]]}, r"later\.n must lie between 0 and .*, got -1\.0"),
        ({"series": ["drawn", "drawn"]}, r"later\.series must be one per unit .* got \(2, 1\)"),
        ({"means": [["a", "b"]]}, r"later\.means must be numbers"),
        ({"effective_n": [["a", 30.0]]}, r"later\.effective_n must be numbers"),
        ({"n": [[None, 30.0]]}, r"later\.n must be numbers: could not convert None"),
        ({"version": [None]}, r"later\.version must be a label everywhere"),
        ({"series": [np.nan]}, r"later\.series must be a label everywhere"),
        ({"evidence": ["D"]}, r"later\.evidence must be 'A', 'B' or 'C', got 'D'"),
    ],
)
def test_wrong_scores_are_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        wave_change(GOOD, replace(GOOD, **change))


def test_a_mean_square_below_the_square_of_the_mean_is_no_mean_square() -> None:
    with pytest.raises(BadInput, match=r"must lie between 2500 and 5000, got 2000\.0 in unit 0"):
        wave_change(GOOD, replace(GOOD, mean_squares=[[2000.0, 4000.0]]))


def test_what_are_no_scores_is_refused() -> None:
    with pytest.raises(BadInput, match="earlier must be WaveScores, got list"):
        wave_change([50.0], GOOD)  # type: ignore[arg-type]  # wrong on purpose


def test_waves_of_other_units_are_refused() -> None:
    other = WaveScores([[50.0]], [[3000.0]], [[30.0]], ["A"], ["drawn"], ["v1"])
    with pytest.raises(BadInput, match=r"later must have shape \(1, 2\) as earlier, got \(1, 1\)"):
        wave_change(GOOD, other)


@pytest.mark.parametrize(
    ("bridge", "message"),
    [
        (Bridge([1.0, 2.0, 3.0], 1.0), r"bridge\.shifts must broadcast to \(1, 2\)"),
        (Bridge(2.0, -1.0), r"bridge\.standard_errors cannot be -1\.0"),
        (Bridge(2.0, np.nan), r"bridge\.standard_errors cannot be nan"),
        (Bridge(2.0, 1.0, 0.0), r"bridge\.degrees_of_freedom cannot be 0\.0"),
        (Bridge(np.inf, 1.0), r"bridge\.shifts cannot be inf"),
        (Bridge("a", 2.0), r"bridge\.shifts must be numbers"),
        (Bridge(1.0, "a"), r"bridge\.standard_errors must be numbers"),
    ],
)
def test_a_wrong_bridge_is_named(bridge: Bridge, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        wave_change(GOOD, GOOD, bridge=bridge)
