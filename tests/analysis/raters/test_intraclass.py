"""Intraclass correlations against R's psych::ICC (raters.R) and Shrout & Fleiss (1979)."""

import json
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from analysis import BadInput, Interval, intraclass_correlation
from analysis.raters.intraclass import IntraclassModel, IntraclassOf

R: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "reference" / "further" / "raters.json").read_text("utf-8")
)["icc"]
MODELS: dict[str, Any] = {"1": "one_way", "2": "two_way_random", "3": "two_way_mixed"}


@pytest.mark.parametrize("case", R)
@pytest.mark.parametrize("at", range(6))
def test_value_interval_and_test_equal_r(case: dict[str, Any], at: int) -> None:
    name = case["type"][at]
    found = intraclass_correlation(
        case["ratings"],
        model=MODELS[name[3]],
        of="mean" if name.endswith("k") else "single",
        level=case["level"],
    )
    assert found.value == pytest.approx(case["value"][at], rel=1e-9)
    assert found.interval.low == pytest.approx(case["low"][at], rel=1e-9)
    assert found.interval.high == pytest.approx(case["high"][at], rel=1e-9)
    assert found.f == pytest.approx(case["f"][at], rel=1e-9)
    assert found.degrees_of_freedom == (case["df1"][at], case["df2"][at])
    assert found.p_value == pytest.approx(case["p"][at], rel=1e-9)


def test_the_six_correlations_that_shrout_and_fleiss_print() -> None:
    printed = [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    values = [
        round(intraclass_correlation(R[0]["ratings"], model=model, of=of).value, 2)
        for of in ("single", "mean")
        for model in MODELS.values()
    ]
    assert values == printed


def test_raters_who_all_say_the_same_agree_fully() -> None:
    table = np.repeat([[10.0], [20.0], [70.0]], 3, axis=1)
    for model in MODELS.values():
        found = intraclass_correlation(table, model=model)
        assert found.value == pytest.approx(1)
        assert found.interval == Interval(1, 1)
        assert found.p_value == 0


def test_a_severe_rater_spoils_absolute_agreement_and_not_consistency() -> None:
    truths = np.array([[10.0], [20.0], [40.0], [70.0]])
    table = truths + np.array([0, 30])
    assert intraclass_correlation(table, model="two_way_mixed").value == pytest.approx(1)
    assert intraclass_correlation(table).value < 0.65


@pytest.mark.parametrize(
    ("ratings", "message"),
    [
        ([[1.0, 2.0]], "ratings must hold two things and two raters or more"),
        ([[1.0], [2.0]], "ratings must hold two things and two raters or more"),
        ([1.0, 2.0], "ratings must hold two things and two raters or more"),
        ([[1.0, np.nan], [1.0, 2.0]], "ratings must be finite, got nan of thing 0, rater 1"),
        ([[3.0, 3.0], [3.0, 3.0]], r"ratings must differ, all are 3\.0"),
        ([[3.0, 4.0], [3.0, 4.0]], "ratings must differ between things"),
        ([[1.0, 2.0], [2.0, 1.0]], "ratings must differ between things"),
        ([["a", "b"], ["c", "d"]], "ratings must be numbers: could not convert"),
    ],
)
def test_bad_ratings_are_named(ratings: ArrayLike, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        intraclass_correlation(ratings)


@pytest.mark.parametrize("model", MODELS.values())
def test_things_of_one_mean_have_no_correlation(model: IntraclassModel) -> None:
    for of in get_args(IntraclassOf):
        with pytest.raises(BadInput, match="ratings must differ between things"):
            intraclass_correlation([[1.0, 3.0], [3.0, 1.0], [2.0, 2.0]], model=model, of=of)


def test_a_mean_of_ratings_that_only_disagree_has_no_value() -> None:
    table = [[1.0, 3.0], [3.0, 1.001], [2.0, 2.0]]
    assert intraclass_correlation(table).value < -1
    with pytest.raises(BadInput, match="ratings must differ more between things"):
        intraclass_correlation(table, of="mean")


@pytest.mark.parametrize(
    "changed",
    [
        {"model": "three_way"},
        {"of": "median"},
        {"of": None},
        *({"level": level} for level in (0.0, np.nan, "abc", None, [0.9, 0.95])),
    ],
)
def test_bad_choices_are_named(changed: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=next(iter(changed))):
        intraclass_correlation([[1.0, 2.0], [3.0, 5.0]], **changed)


@settings(deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(2, 12),
    k=st.integers(2, 5),
    scale=st.floats(0.01, 100),
    shift=st.floats(-50, 50),
)
def test_unit_origin_and_order_of_ratings_do_not_matter(
    seed: int, n: int, k: int, scale: float, shift: float
) -> None:
    rng = np.random.default_rng(seed)
    table = rng.normal(0, 1, (n, 1)) + rng.normal(0, 1, (n, k))
    for model in MODELS.values():
        first = intraclass_correlation(table, model=model)
        moved = scale * table[rng.permutation(n)][:, rng.permutation(k)] + shift
        second = intraclass_correlation(moved, model=model)
        assert second.value == pytest.approx(first.value, abs=1e-8)
        assert second.interval.low == pytest.approx(first.interval.low, abs=1e-6)
        assert first.interval.low <= first.value <= first.interval.high <= 1
