"""Experts' budgets and ranks under many weights, against R (mapping.R) and known distributions."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from analysis import BadInput, expert_budget, weight_sensitivity

R: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "reference" / "further" / "mapping.json").read_text("utf-8")
)["budgets"]


def generator() -> np.random.Generator:
    return np.random.default_rng(18091)


def test_the_agreement_of_experts_equals_r() -> None:
    assert expert_budget(R["points"]).agreement == pytest.approx(R["w"], rel=1e-9)


def test_means_and_spread_of_shares_by_hand() -> None:
    budget = expert_budget([[60, 40], [1, 3]])
    assert budget.weights == pytest.approx([0.425, 0.575])
    assert budget.standard_deviations == pytest.approx([0.35 / np.sqrt(2)] * 2)
    assert budget.lowest == pytest.approx([0.25, 0.4])
    assert budget.highest == pytest.approx([0.6, 0.75])
    assert budget.n_experts == 2


def test_experts_who_say_the_same_agree_and_those_without_a_preference_cannot() -> None:
    same = expert_budget([[50, 30, 20]] * 3)
    assert same.agreement == pytest.approx(1)
    assert same.concentration == np.inf
    assert expert_budget([[1, 1, 1], [2, 2, 2]]).agreement is None


def test_the_concentration_is_that_of_the_distribution_the_experts_come_from() -> None:
    shares = generator().dirichlet(20 * np.array([0.4, 0.3, 0.2, 0.1]), 5000)
    assert expert_budget(shares).concentration == pytest.approx(20, rel=0.03)


def test_equal_weights_and_the_default_draw_every_weighting_alike() -> None:
    # Two indicators: the weight is uniform, so A (100, 0) beats B (25, 25) with chance 3 / 4.
    found = weight_sensitivity([[100, 0], [25, 25]], rng=generator(), draws=20_000)
    share = (found.rank_median == [1, 2]).all()
    assert share
    assert found.mean_shift.mean() == pytest.approx(0.25, abs=0.01)
    assert found.rank_best.tolist() == [1, 1]
    assert found.rank_worst.tolist() == [2, 2]


def test_a_high_concentration_leaves_the_declared_ranks() -> None:
    table = generator().uniform(0, 100, (12, 5))
    found = weight_sensitivity(
        table, rng=generator(), weights=[5, 4, 3, 2, 1], concentration=1e8, draws=50
    )
    assert found.rank_low.tolist() == found.ranks.tolist() == found.rank_high.tolist()
    assert found.scores == pytest.approx(table @ np.array([5, 4, 3, 2, 1]) / 15)


def test_ranges_widen_as_the_concentration_falls() -> None:
    table = generator().uniform(0, 100, (20, 6))
    widths = [
        np.ptp(
            [
                (one := weight_sensitivity(table, rng=generator(), concentration=c)).rank_low,
                one.rank_high,
            ],
            axis=0,
        ).sum()
        for c in (500, 50, 5)
    ]
    assert widths[0] < widths[1] < widths[2]


def test_an_indicator_of_weight_zero_moves_nobody() -> None:
    found = weight_sensitivity([[60, 0], [50, 100]], rng=generator(), weights=[1, 0])
    assert found.rank_low.tolist() == found.rank_high.tolist() == [1, 2]


def test_equal_units_share_the_better_rank_and_one_unit_is_first() -> None:
    same = weight_sensitivity([[1.1, 2.3], [1.1, 2.3], [0.0, 0.0]], rng=generator(), draws=10)
    assert same.ranks.tolist() == same.rank_high.tolist() == [1, 1, 3]
    assert weight_sensitivity([[1.0, 2.0]], rng=generator()).rank_high.tolist() == [1]


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([[50, 50]], "allocations must be of two experts and indicators"),
        ([[50, 50], [0, 0]], "allocations must not all be 0, those of expert 1 are"),
        ([[50, 50], [-1, 2]], r"allocations must not be negative, got -1\.0"),
        ([[50, 50], [np.nan, 2]], "allocations must be finite, got nan in row 1, column 0"),
        ([50, 50], "allocations must have two dimensions"),
        ([["a", "b"], ["c", "d"]], "allocations must be numbers: could not convert"),
    ],
)
def test_bad_budgets_are_named(points: ArrayLike, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        expert_budget(points)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"scores": [[1.0, np.nan]]}, "scores must be finite, got nan in row 0, column 1"),
        ({"scores": np.zeros((0, 2))}, "scores must hold a unit and an indicator"),
        ({"weights": [1.0]}, "weights must have 2 rows, got 1"),
        ({"weights": [0.0, 0.0]}, "weights must not all be 0"),
        ({"concentration": 0.0}, r"concentration must be above zero, got 0\.0"),
        ({"concentration": np.inf}, "concentration must be above zero, got inf"),
        ({"draws": np.nan}, "draws must be a whole number"),
        ({"draws": [10]}, "draws must be a whole number"),
        ({"concentration": "high"}, "concentration must be a number, got 'high'"),
        ({"concentration": [1, 2]}, "concentration must be a number"),
        ({"level": None}, "level must be a number, got None"),
        ({"rng": None}, r"rng must be a numpy\.random\.Generator, got None"),
        ({"rng": 5}, r"rng must be a numpy\.random\.Generator, got 5"),
        ({"scores": [["a", "b"]]}, "scores must be numbers: could not convert"),
        ({"draws": 0}, "draws must be a whole number from 1 to 100000, got 0"),
        ({"level": 0.0}, r"level must lie between 0 and 1, got 0\.0"),
    ],
)
def test_bad_weights_are_named(changed: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {"scores": [[1.0, 2.0], [2.0, 1.0]], "rng": generator()}
    with pytest.raises(BadInput, match=message):
        weight_sensitivity(**(good | changed))


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 999),
    units=st.integers(1, 8),
    k=st.integers(1, 5),
    concentration=st.floats(1e-6, 1e4),
)
def test_ranges_hold_the_order_and_repeat_from_the_seed(
    seed: int, units: int, k: int, concentration: float
) -> None:
    table = np.random.default_rng(seed).uniform(0, 100, (units, k))
    first, second = (
        weight_sensitivity(
            table, rng=np.random.default_rng(seed), concentration=concentration, draws=60
        )
        for _ in range(2)
    )
    assert first.rank_low.tolist() == second.rank_low.tolist()
    assert (first.rank_best <= first.rank_low).all()
    assert (first.rank_low <= first.rank_median).all()
    assert (first.rank_median <= first.rank_high).all()
    assert (first.rank_high <= first.rank_worst).all()
    assert (first.rank_worst <= units).all()
