"""Kappas against R's psych and survey (raters.R) and the papers' own examples."""

import json
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from analysis import BadInput, cohen_kappa, fleiss_kappa
from analysis.raters.kappa import DisagreementWeights, kappa_of_table, kappas_of_tables

R: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "reference" / "further" / "raters.json").read_text("utf-8")
)
CASES = [(case, weights) for case in R["cohen"] for weights in ("none", "linear", "quadratic")]


@pytest.mark.parametrize(("case", "weights"), CASES)
def test_kappa_of_two_raters_equals_r(case: dict[str, Any], weights: DisagreementWeights) -> None:
    found = cohen_kappa(
        case["first"], case["second"], categories=range(1, case["k"] + 1), weights=weights
    )
    expected = case["kappas"][weights]
    assert found.value == pytest.approx(expected["value"], rel=1e-9)
    # The weighted errors stand on numeric derivatives in R.
    tolerance = 1e-9 if weights == "none" else 1e-8
    assert found.standard_error == pytest.approx(expected["se"], rel=tolerance)
    if "low" in expected:
        interval = found.normal_interval()
        assert interval.low == pytest.approx(expected["low"], rel=1e-9)
        assert interval.high == pytest.approx(expected["high"], rel=1e-9)


def test_kappa_of_many_raters_equals_its_linearisation_in_r() -> None:
    found = fleiss_kappa(R["fleiss"]["counts"])
    assert found.value == pytest.approx(R["fleiss"]["value"], rel=1e-9)
    assert found.standard_error == pytest.approx(R["fleiss"]["se"], rel=1e-9)


def test_the_example_of_cohen_1960() -> None:
    # 200 things in three categories; kappa .492 as printed.
    counts = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
    assert kappa_of_table(counts, "none").value == pytest.approx(0.492, abs=5e-4)


def test_two_categories_have_one_kappa_whatever_the_weights() -> None:
    first, second = ["no", "yes", "yes", "no", "no"], ["no", "yes", "no", "no", "yes"]
    values = {
        round(cohen_kappa(first, second, categories=["no", "yes"], weights=w).value, 12)
        for w in get_args(DisagreementWeights)
    }
    assert len(values) == 1


def test_full_agreement_is_still_not_certain() -> None:
    ratings = ["red"] * 5 + ["green"] * 5
    found = cohen_kappa(ratings, ratings)
    interval = found.confidence_interval()
    assert found.value == interval.high == 1
    assert found.standard_error == 0
    # With ten of ten, up to 30.8 % may disagree (Clopper & Pearson): kappa 1 - .308 / .5.
    assert interval.low < 0.384
    assert cohen_kappa(ratings * 30, ratings * 30).confidence_interval().low > 0.9
    unanimous = fleiss_kappa([[3, 0], [0, 3], [3, 0], [0, 3]])
    assert unanimous.value == 1
    assert unanimous.confidence_interval().low < 0.7


def test_the_order_of_text_must_be_given_for_weights() -> None:
    with pytest.raises(BadInput, match="categories must be given in their order"):
        cohen_kappa(["red", "green"], ["red", "yellow"], weights="linear")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"second": [1, 2]}, "second must have 3 rows"),
        ({"first": []}, "first must hold two ratings or more"),
        ({"first": [1.0, np.nan, 2.0]}, "first must have a label in every row, row 1 has none"),
        ({"categories": [1, 2]}, r"ratings must be one of the categories \[1, 2\], got 3"),
        ({"first": [1], "second": [2]}, "first must hold two ratings or more"),
        ({"categories": 3}, "categories must be labels in their order, got 3"),
        ({"categories": [[1], [2], [3]]}, "categories must be labels in their order"),
        ({"categories": [1, 2, 3, 3]}, "categories must differ"),
        ({"weights": "cubic"}, "weights must be one of"),
        ({"first": [1, 1, 1], "second": [1, 1, 1]}, "one category only: kappa is not defined"),
    ],
)
def test_bad_input_is_named(changed: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {"first": [1, 2, 3], "second": [1, 3, 3]}
    with pytest.raises(BadInput, match=message):
        cohen_kappa(**(good | changed))


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([[2, 0], [1, 0]], "counts must hold two ratings or more of every thing, row 1 not"),
        ([[2, 1]], "counts must hold two things or more"),
        ([[2.5, 1], [1, 1]], r"counts must be whole numbers from 0, got 2\.5"),
        ([[2, -1], [1, 1]], r"counts must be whole numbers from 0, got -1\.0"),
        ([[3, 0], [2, 0]], "counts use one category only"),
        ([2, 3], "counts must have two dimensions"),
        (np.zeros((0, 3)), "counts must hold two things or more, got 0"),
        (np.zeros((3, 0)), "counts must hold two ratings or more of every thing, row 0 not"),
        ([["a", "b"], ["c", "d"]], "counts must be numbers: could not convert"),
    ],
)
def test_bad_counts_are_named(counts: ArrayLike, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        fleiss_kappa(counts)


def test_levels_outside_0_and_1_are_refused() -> None:
    with pytest.raises(BadInput, match="level"):
        cohen_kappa([1, 2], [1, 2]).confidence_interval(1.5)
    for value in ("abc", None, [0.9], np.nan):
        level: Any = value
        with pytest.raises(BadInput, match="level must"):
            cohen_kappa([1, 2], [1, 2]).normal_interval(level)


ratings = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=3, max_size=40)


@settings(deadline=None)
@given(rows=ratings, weights=st.sampled_from(["none", "linear", "quadratic"]))
def test_kappa_is_symmetric_bounded_and_ignores_order_and_repetition(
    rows: list[tuple[int, int]], weights: DisagreementWeights
) -> None:
    table = np.array(rows)
    assume(np.unique(table).size > 1)
    first = cohen_kappa(table[:, 0], table[:, 1], categories=[0, 1, 2], weights=weights)
    second = cohen_kappa(table[::-1, 1], table[::-1, 0], categories=[0, 1, 2], weights=weights)
    twice = np.concatenate([table, table])
    doubled = cohen_kappa(twice[:, 0], twice[:, 1], categories=[0, 1, 2], weights=weights)
    assert first.value == pytest.approx(second.value, abs=1e-12)
    assert first.value == pytest.approx(doubled.value, abs=1e-12)
    assert first.standard_error == pytest.approx(
        np.sqrt(2) * doubled.standard_error, rel=1e-6, abs=1e-7
    )
    interval = first.confidence_interval()
    assert -1 <= interval.low <= first.value + 1e-12
    assert first.value - 1e-12 <= interval.high <= 1
    counts = np.zeros((3, 3))
    np.add.at(counts, (table[:, 0], table[:, 1]), 1)
    assert kappas_of_tables(counts[None], weights)[0] == pytest.approx(first.value, abs=1e-12)
