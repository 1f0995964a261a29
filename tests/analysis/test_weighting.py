from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from analysis import BadInput, Sample, kish, mean, poststratify, rake, total, trim, weighted_sample

SEX = ["m", "m", "f", "f", "f", "m"]
AGE = [1, 2, 1, 2, 2, 1]
Margins = dict[str, tuple[ArrayLike, dict[Any, float]]]
MARGINS: Margins = {"sex": (SEX, {"m": 48, "f": 52}), "age": (AGE, {1: 40, 2: 60})}


def test_raked_weights_reproduce_every_margin() -> None:
    weighting = rake(np.ones(6), MARGINS)
    assert weighting.converged
    for codes, totals in MARGINS.values():
        for code, target in totals.items():
            inside = np.asarray(codes) == code
            assert weighting.weights[inside].sum() == pytest.approx(target, rel=1e-7)


def test_the_table_of_deming_and_stephan_keeps_its_odds_ratio() -> None:
    # Raking scales rows and columns only: the cross-product ratio of the cells stays 2 * 1 / (1 * 2).
    weights = rake(np.ones(6), MARGINS).weights
    cell = {(sex, age): 0.0 for sex in "mf" for age in (1, 2)}
    for sex, age, weight in zip(SEX, AGE, weights, strict=True):
        cell[sex, age] += weight
    odds = cell["m", 1] * cell["f", 2] / (cell["m", 2] * cell["f", 1])
    assert odds == pytest.approx(2 * 2 / (1 * 1))


def test_counts_rake_as_the_rows_they_stand_for() -> None:
    counts = [3, 1, 2, 1, 1, 4]
    short = rake(np.ones(6), MARGINS, counts=counts)
    margins: Margins = {
        "sex": (np.repeat(SEX, counts), {"m": 48, "f": 52}),
        "age": (np.repeat(AGE, counts), {1: 40, 2: 60}),
    }
    long = rake(np.ones(12), margins)
    assert np.repeat(short.weights, counts) == pytest.approx(long.weights)
    values = np.array([10.0, 20.0, 40.0, 80.0, 15.0, 60.0])
    for variance in ("regression", "R"):
        one = mean(weighted_sample(Sample(np.ones(6), counts=counts), short, variance), values)
        other = mean(
            weighted_sample(Sample(np.ones(12)), long, variance), np.repeat(values, counts)
        )
        assert one.standard_error == pytest.approx(other.standard_error)


def test_margins_that_cannot_be_reached_say_so_and_where() -> None:
    # Cells (a, 1) and (b, 2) only: margins 10/10 and 15/5 contradict each other.
    weighting = rake([1, 1], {"g": (["a", "b"], {"a": 10, "b": 10}), "h": ([1, 2], {1: 15, 2: 5})})
    assert not weighting.converged
    assert weighting.sweeps == 200
    assert weighting.worst_margin is not None
    assert weighting.worst_margin.margin == "g"
    assert weighting.worst_margin.relative_error > 0.1


@pytest.mark.parametrize(
    ("margins", "message"),
    [
        ({}, "margins must name at least one variable"),
        ({"g": (["a", "b"], {"a": 1})}, "margin 'g' has no total for category 'b'"),
        ({"g": (["a", "a"], {"a": 1, "b": 2})}, "nobody with weight in category 'b'"),
        ({"g": (["a", "b"], {"a": 1, "b": 0})}, "positive totals, 'b' has 0"),
        (
            {"g": (["a", "b"], {"a": 1, "b": 1}), "h": (["a", "b"], {"a": 1, "b": 2})},
            "margin 'h' must sum to 2",
        ),
    ],
)
def test_impossible_margins_are_refused(
    margins: dict[str, tuple[list[str], dict[str, float]]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        rake([1, 1], margins)


def test_margins_that_differ_by_rounding_follow_the_first() -> None:
    margins: Margins = {
        "g": (["a", "b"], {"a": 500, "b": 500}),
        "h": (["a", "b"], {"a": 500, "b": 500.5}),
    }
    assert rake([1, 1], margins, tolerance=1e-3).weights.sum() == pytest.approx(1000)


def test_poststrata_known_to_the_weights_leave_no_variance() -> None:
    # The variable is constant within post-strata: its total is known, not estimated.
    weighting = poststratify([1, 1, 1, 1], list("aabb"), {"a": 30, "b": 70})
    estimate = total(weighted_sample(Sample([1, 1, 1, 1]), weighting), [1.0, 1.0, 2.0, 2.0])
    assert estimate.value == pytest.approx(170)
    assert estimate.standard_error == pytest.approx(0, abs=1e-9)


def test_trimming_keeps_the_sum_and_the_bounds() -> None:
    # 10 loses 6; the three others receive 2 each: 3, 3, 4 and 4.
    weighting = trim([1.0, 1.0, 2.0, 10.0], 0.5, 4.0)
    assert weighting.weights == pytest.approx([3, 3, 4, 4])
    assert weighting.converged


def test_trimming_refuses_bounds_that_nobody_meets() -> None:
    with pytest.raises(ValueError, match="no weight lies between lower 4 and upper 5"):
        trim([1.0, 9.0], 4, 5)
    with pytest.raises(ValueError, match="lower must be from 0 to below upper, got 5 and 4"):
        trim([1.0, 9.0], 5, 4)


def test_trimmed_weights_make_a_plain_sample() -> None:
    trimmed = trim([1.0, 1.0, 2.0, 10.0], 0.5, 4.0)
    assert weighted_sample(Sample(np.ones(4)), trimmed).calibration is None


def test_weighting_refuses_another_sample() -> None:
    weighting = rake(np.ones(6), MARGINS)
    with pytest.raises(ValueError, match="weighting must have 2 rows, got 6"):
        weighted_sample(Sample([1, 1]), weighting)
    with pytest.raises(ValueError, match="the counts of the sample"):
        weighted_sample(Sample(np.ones(6), counts=[2] * 6), weighting)
    with pytest.raises(ValueError, match="variance must be one of"):
        weighted_sample(Sample(np.ones(6)), weighting, "naive")  # type: ignore[arg-type]  # wrong on purpose


def test_weights_of_another_base_or_that_miss_their_margins_are_refused() -> None:
    with pytest.raises(BadInput, match="fitted to the weights of the sample, got another base"):
        weighted_sample(Sample([2, 1, 1, 1, 1, 1]), rake(np.ones(6), MARGINS))
    margins: Margins = {"g": (["a", "b"], {"a": 10, "b": 10}), "h": ([1, 2], {1: 15, 2: 5})}
    missed = rake([1, 1], margins)
    with pytest.raises(BadInput, match="weighting has not converged, it misses by MarginMiss"):
        weighted_sample(Sample([1, 1]), missed)
    told = weighted_sample(Sample([1, 1]), missed, allow_unconverged=True)
    assert told.weights.tolist() == missed.weights.tolist()


def test_very_large_weights_do_not_overflow() -> None:
    assert kish([1e200, 1e200]).effective_n == pytest.approx(2)


def test_equal_weights_cost_nothing_and_all_zero_is_refused() -> None:
    assert kish([3, 3, 3]).design_effect == pytest.approx(1)
    assert kish([1, 3], counts=[6, 2]) == kish([1] * 6 + [3] * 2)
    with pytest.raises(ValueError, match="weights must not all be zero"):
        kish([0, 0])


@given(st.floats(0.01, 100))
def test_raking_forgets_the_scale_of_the_base_weights(factor: float) -> None:
    base = np.array([1.0, 2.0, 3.0, 1.5, 2.5, 0.5])
    assert rake(base * factor, MARGINS).weights == pytest.approx(
        rake(base, MARGINS).weights, rel=1e-6
    )
