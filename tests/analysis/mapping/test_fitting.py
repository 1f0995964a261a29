"""Mappings to references, against R (mapping.R) and by hand."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import BadInput, Mapping, fit_mapping
from analysis.mapping.fitting import Kind, KindAsked

R: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "reference" / "further" / "mapping.json").read_text("utf-8")
)
CELLS = R["cells"]

numbers = st.floats(0, 100, allow_subnormal=False).map(lambda value: round(value, 3))


def ascending(m: int, kind: KindAsked = "auto") -> Mapping:
    scores = np.linspace(10, 90, m)
    return fit_mapping(scores, 0.9 * scores + 3, units=np.arange(m) % 10, kind=kind)


@pytest.mark.parametrize("name", ["unweighted", "weighted"])
def test_the_line_and_the_error_of_its_slope_equal_r(name: str) -> None:
    weights = CELLS["weight"] if name == "weighted" else None
    mapping = fit_mapping(CELLS["score"], CELLS["reference"], units=CELLS["unit"], weights=weights)
    expected = R["line"][name]
    assert mapping.kind == "linear"
    assert mapping.intercept == pytest.approx(expected["intercept"], rel=1e-9)
    assert mapping.slope == pytest.approx(expected["slope"], rel=1e-9)
    assert mapping.fitted_slope_standard_error == pytest.approx(expected["se"], rel=1e-9)


def test_the_weighted_isotonic_fit_equals_its_definition_in_r() -> None:
    data = R["isotonic"]
    mapping = fit_mapping(
        data["x"], data["y"], units=np.arange(30), weights=data["w"], kind="isotonic"
    )
    assert mapping.predict(data["x"]) == pytest.approx(data["fitted"], rel=1e-9)
    assert mapping.notes == ("few_references",)


@pytest.mark.parametrize(
    ("m", "kind"), [(19, "identity"), (20, "linear"), (99, "linear"), (100, "isotonic")]
)
def test_the_number_of_references_settles_the_kind(m: int, kind: str) -> None:
    mapping = ascending(m)
    assert (mapping.kind, mapping.m, mapping.n_units) == (kind, m, 10)
    assert mapping.notes == ()


def test_identity_leaves_scores_as_they_are() -> None:
    mapping = ascending(5)
    assert mapping.predict([3.0, 101.0]).tolist() == [3.0, 101.0]
    assert (mapping.intercept, mapping.slope) == (0, 1)
    assert mapping.fitted_slope == pytest.approx(0.9)


@pytest.mark.parametrize(("steepness", "slope"), [(0.1, 0.5), (3.0, 2.0)])
def test_the_slope_is_held_and_the_line_still_meets_the_means(
    steepness: float, slope: float
) -> None:
    scores = np.linspace(40, 60, 40)
    references = 50 + steepness * (scores - 50)
    mapping = fit_mapping(scores, references, units=np.arange(40))
    assert mapping.notes == ("slope_limited",)
    assert mapping.slope == slope
    assert mapping.fitted_slope == pytest.approx(steepness)
    assert mapping.predict([50.0])[0] == pytest.approx(50)


def test_a_line_ends_where_the_scale_ends() -> None:
    scores = np.linspace(10, 90, 40)
    mapping = fit_mapping(scores, np.clip(2 * scores - 50, 0, 100), units=np.arange(40))
    assert mapping.predict([0, 100]).tolist() == [0, 100]


def test_references_that_fall_are_said_so() -> None:
    scores = np.linspace(10, 90, 40)
    line = fit_mapping(scores, 100 - scores, units=np.arange(40))
    assert line.notes == ("references_fall", "slope_limited")
    curve = fit_mapping(scores, 100 - scores, units=np.arange(40), kind="isotonic")
    assert curve.notes == ("references_fall", "one_level", "few_references")
    assert curve.predict([0, 50, 100]) == pytest.approx([50, 50, 50])


def test_flat_scores_are_left_as_they_are_or_refused() -> None:
    flat: dict[str, Any] = {"scores": [50.0] * 30, "references": np.linspace(0, 100, 30)}
    mapping = fit_mapping(**flat, units=np.arange(30))
    assert mapping.kind == "identity"
    assert "scores_flat" in mapping.notes
    with pytest.raises(BadInput, match=r"scores must differ for a linear mapping, all are 50\.0"):
        fit_mapping(**flat, units=np.arange(30), kind="linear")


def test_one_unit_cannot_tell_how_sure_the_slope_is() -> None:
    scores = np.linspace(10, 90, 30)
    mapping = fit_mapping(scores, scores + 2, units=["a"] * 30)
    assert mapping.notes == ("one_unit",)
    assert mapping.fitted_slope_standard_error == np.inf


def test_a_missing_score_stays_missing_and_an_infinite_one_is_refused() -> None:
    kinds: tuple[Kind, ...] = ("identity", "linear", "isotonic")
    for kind in kinds:
        mapping = ascending(40, kind)
        assert np.isnan(mapping.predict([np.nan])).all()
        with pytest.raises(BadInput, match="infinite"):
            mapping.predict([np.inf])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"scores": [1.0, np.nan, 3.0]}, "scores must be finite, got nan in row 1"),
        ({"references": [1.0, 2.0]}, "references must have 3 rows, got 2"),
        ({"units": ["a", "b"]}, "units must have 3 rows"),
        ({"weights": [1.0, -1.0, 1.0]}, r"weights must not be negative, got -1\.0 in row 1"),
        ({"weights": [0.0, 0.0, 0.0]}, "weights must not all be 0"),
        ({"kind": "cubic"}, "kind must be one of .* got 'cubic'"),
        ({"limits": (100.0, 0.0)}, "limits must rise"),
        ({"limits": ("a", "b")}, "limits must be numbers: could not convert"),
        ({"limits": (0.0,)}, "limits must rise from one number to another"),
        ({"limits": (np.nan, 100.0)}, "limits must be finite, got nan"),
        ({"kind": ["linear"]}, "kind must be one of"),
    ],
)
def test_bad_input_is_named(changed: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {
        "scores": [1.0, 2.0, 3.0],
        "references": [1.0, 2.0, 3.0],
        "units": ["a", "b", "c"],
    }
    with pytest.raises(BadInput, match=message):
        fit_mapping(**(good | changed))


def test_scores_to_map_are_numbers() -> None:
    mapping = fit_mapping([1.0, 2.0], [2.0, 3.0], units=["a", "b"])
    with pytest.raises(BadInput, match="scores must be numbers: could not convert"):
        mapping.predict(["a"])


def test_no_references_are_refused() -> None:
    with pytest.raises(BadInput, match="references must hold one cell or more"):
        fit_mapping([], [], units=[])


@settings(deadline=None)
@given(
    rows=st.lists(st.tuples(numbers, numbers, st.integers(1, 5)), min_size=2, max_size=40),
    factor=st.floats(0.1, 10),
    seed=st.integers(0, 99),
)
def test_isotonic_rises_stays_in_range_and_ignores_order_scale_and_splitting(
    rows: list[tuple[float, float, int]], factor: float, seed: int
) -> None:
    x, y, w = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    if np.ptp(x) == 0:
        return
    units = np.zeros(x.size, dtype=int)
    mapping = fit_mapping(x, y, units=units, weights=w, kind="isotonic")
    grid = np.linspace(-10, 110, 61)
    predicted = mapping.predict(grid)
    assert (np.diff(predicted) >= -1e-9).all()
    assert predicted.min() >= y.min() - 1e-9
    assert predicted.max() <= y.max() + 1e-9
    order = np.random.default_rng(seed).permutation(x.size)
    shuffled = fit_mapping(
        x[order], y[order], units=units, weights=factor * w[order], kind="isotonic"
    )
    assert shuffled.predict(grid) == pytest.approx(predicted, abs=1e-6)
    times = w.astype(int)
    split = fit_mapping(
        np.repeat(x, times), np.repeat(y, times), units=np.repeat(units, times), kind="isotonic"
    )
    assert split.predict(grid) == pytest.approx(predicted, abs=1e-6)
