"""Colour thresholds, against R's likelihood (mapping.R) and by hand."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import BadInput, ColourThresholds, Interval, colour_thresholds
from analysis.mapping.colours import COLOURS

R: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "reference" / "further" / "mapping.json").read_text("utf-8")
)["colours"]
NAMES = np.array(COLOURS)


def mixed(n: int, *, design_effect: float = 1.0) -> ColourThresholds:
    rng = np.random.default_rng(3)
    scores = rng.uniform(0, 100, n)
    colours = NAMES[np.searchsorted([40, 60], scores + rng.logistic(0, 6, n))]
    return colour_thresholds(scores, colours, design_effect=design_effect)


def test_thresholds_and_likelihood_intervals_equal_r() -> None:
    found = colour_thresholds(R["x"], NAMES[R["colour"]])
    expected = R["expected"]
    assert found.slope == pytest.approx(expected["slope"], rel=1e-5)  # R's search stops early
    for boundary, cut, interval in zip(
        (found.red_yellow, found.yellow_green),
        expected["cuts"],
        expected["intervals"],
        strict=True,
    ):
        assert boundary.reason == ""
        assert boundary.threshold == boundary.estimate == pytest.approx(cut, abs=1e-4)
        assert boundary.interval is not None
        ends = [boundary.interval.low, boundary.interval.high]
        assert ends == pytest.approx(interval, rel=1e-7)


def test_few_cases_keep_the_policy_and_still_have_an_interval() -> None:
    found = mixed(80)
    assert found.red_yellow.reason == found.yellow_green.reason == "few_cases"
    assert (found.red_yellow.threshold, found.yellow_green.threshold) == (100 / 3, 200 / 3)
    assert found.red_yellow.interval is not None
    assert found.red_yellow.interval.low < 40 < found.red_yellow.interval.high


def test_cases_are_those_of_the_rarer_of_the_two_colours() -> None:
    scores = np.concatenate(
        [np.linspace(0, 50, 50), np.linspace(30, 70, 12), np.linspace(50, 100, 40)]
    )
    found = colour_thresholds(scores, np.repeat(NAMES, [50, 12, 40]))
    assert (found.red_yellow.cases, found.yellow_green.cases) == (12, 12)


def test_colours_that_do_not_overlap_are_parted_by_any_score_of_the_gap() -> None:
    scores = np.concatenate(
        [np.linspace(0, 30, 40), np.linspace(40, 60, 40), np.linspace(70, 99, 40)]
    )
    found = colour_thresholds(scores, np.repeat(NAMES, 40))
    assert found.slope is None
    for boundary, gap in ((found.red_yellow, (30, 40)), (found.yellow_green, (60, 70))):
        assert boundary.reason == "colours_separated"
        assert boundary.estimate is None
        assert boundary.threshold == boundary.policy
        assert boundary.interval is not None
        assert boundary.interval.low <= gap[0] + 1e-6
        assert boundary.interval.high >= gap[1] - 1e-6
        assert boundary.interval.high - boundary.interval.low < 16


def test_colours_that_fall_as_scores_rise_keep_the_policy() -> None:
    rng = np.random.default_rng(3)
    scores = rng.uniform(0, 100, 300)
    colours = NAMES[2 - np.searchsorted([40, 60], scores + rng.logistic(0, 6, 300))]
    found = colour_thresholds(scores, colours)
    assert found.slope is not None
    assert found.slope < 0
    assert found.red_yellow.reason == found.yellow_green.reason == "colours_fall"
    assert found.red_yellow.interval is None


def test_scores_that_say_nothing_leave_the_whole_scale() -> None:
    rng = np.random.default_rng(8)
    found = colour_thresholds(rng.uniform(0, 100, 60), NAMES[rng.integers(0, 3, 60)])
    for boundary in (found.red_yellow, found.yellow_green):
        if boundary.reason != "colours_fall":
            assert boundary.interval == Interval(0, 100)


def test_one_colour_and_a_missing_colour_have_no_boundary_to_tell() -> None:
    scores = np.linspace(0, 100, 50)
    alone = colour_thresholds(scores, ["green"] * 50)
    assert alone.red_yellow.reason == alone.yellow_green.reason == "no_cases"
    assert (alone.slope, alone.n) == (None, 50)
    rng = np.random.default_rng(1)
    colours = NAMES[1 + (scores + rng.logistic(0, 8, 50) > 55)]
    two = colour_thresholds(scores, colours)
    assert two.red_yellow.reason == "no_cases"
    assert two.yellow_green.interval is not None
    assert two.yellow_green.estimate == pytest.approx(55, abs=10)


def test_a_boundary_beyond_the_scale_keeps_the_policy() -> None:
    rng = np.random.default_rng(2)
    scores = rng.uniform(0, 99, 2000)
    colours = NAMES[np.searchsorted([50, 112], scores + rng.logistic(0, 12, 2000))]
    found = colour_thresholds(scores, colours)
    assert found.yellow_green.reason == "outside_scale"
    assert found.yellow_green.threshold == 200 / 3
    assert found.yellow_green.interval is not None
    assert found.yellow_green.interval.high == 100
    assert found.yellow_green.contradicts_policy


def test_a_design_effect_widens_the_interval_and_leaves_the_estimate() -> None:
    plain, clustered = mixed(400), mixed(400, design_effect=2.0)
    assert plain.red_yellow.estimate == clustered.red_yellow.estimate
    assert plain.red_yellow.interval is not None
    assert clustered.red_yellow.interval is not None
    assert clustered.red_yellow.interval.low < plain.red_yellow.interval.low
    assert clustered.red_yellow.interval.high > plain.red_yellow.interval.high


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"colours": ["red", "amber", "green"]}, "colours must be of .* got 'amber'"),
        ({"colours": ["red", "green"]}, "colours must have 3 rows"),
        ({"scores": [1.0, np.inf, 2.0]}, "scores must be finite, got inf in row 1"),
        ({"scores": [5.0, 5.0, 5.0]}, r"scores must differ, all are 5\.0"),
        ({"weights": [0.0, 0.0, 0.0]}, "weights must not all be 0"),
        ({"policy": (30.0, 130.0)}, "policy must rise within the limits"),
        ({"policy": (30.0,)}, "policy must rise from one number to another"),
        ({"policy": ("a", "b")}, "policy must be numbers"),
        ({"limits": (np.nan, 100.0)}, "limits must be finite, got nan in row 0"),
        ({"limits": 100.0}, "limits must have one dimension"),
        ({"level": [0.9]}, r"level must be a number, got \[0\.9\]"),
        ({"design_effect": "big"}, "design_effect must be a number, got 'big'"),
        ({"policy": (70.0, 30.0)}, "policy must rise"),
        ({"design_effect": 0.0}, r"design_effect must be above zero, got 0\.0"),
        ({"level": 95.0}, r"level must lie between 0 and 1, got 95\.0"),
    ],
)
def test_bad_input_is_named(changed: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {"scores": [1.0, 2.0, 3.0], "colours": list(COLOURS)}
    with pytest.raises(BadInput, match=message):
        colour_thresholds(**(good | changed))


def test_no_references_are_refused() -> None:
    with pytest.raises(BadInput, match="scores must hold one reference or more"):
        colour_thresholds([], [])


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), factor=st.floats(0.05, 20))
def test_order_and_scale_of_weights_change_nothing(seed: int, factor: float) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.uniform(0, 100, 120)
    colours = NAMES[np.searchsorted([40, 60], scores + rng.logistic(0, 10, 120))]
    weights = rng.uniform(0.5, 2, 120)
    first = colour_thresholds(scores, colours, weights=weights)
    order = rng.permutation(120)
    second = colour_thresholds(scores[order], colours[order], weights=factor * weights[order])
    for one, other in (
        (first.red_yellow, second.red_yellow),
        (first.yellow_green, second.yellow_green),
    ):
        assert one.reason == other.reason
        assert one.estimate == pytest.approx(other.estimate, rel=1e-6)
        assert one.interval is not None
        assert other.interval is not None
        assert one.interval.low == pytest.approx(other.interval.low, rel=1e-6)
        assert one.interval.high == pytest.approx(other.interval.high, rel=1e-6)
