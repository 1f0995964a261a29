import json
from math import inf
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import BadInput
from analysis.planning.sample_sizes import (
    agreement_power,
    agreement_sample_size,
    gap_power,
    gap_threshold,
    sample_size,
)

R = json.loads(
    (Path(__file__).parents[2] / "reference/further/planning.json").read_text(encoding="utf-8")
)["size"]


def test_the_three_figures_of_the_design_are_those_of_r_rounded_up() -> None:
    assert (R["n39"], R["n53"], R["n54"]) == pytest.approx((38.78, 52.58, 53.71), abs=0.005)
    assert sample_size(12.5, threshold=0.05).answers == 39
    assert sample_size(12.5, threshold=gap_threshold(0.20, q=0.10)).answers == 53
    assert agreement_sample_size(12.5).answers == 54


def test_power_is_that_of_r_also_in_a_small_population() -> None:
    assert gap_power(20) == pytest.approx(R["power"], rel=1e-12)
    finite = gap_power(30, 10, threshold=0.05, population=120)
    assert finite == pytest.approx(R["finite_power"], rel=1e-12)
    assert gap_power(10, population=10) == 1.0
    assert gap_power(10, 0, population=10) == pytest.approx(0.02)
    assert agreement_power(10, population=10) == 1.0
    assert agreement_power(10, true_gap=13, population=10) == 0.0


@given(st.floats(1, 40), st.floats(0.01, 0.2), st.floats(0.55, 0.95))
def test_the_size_is_the_smallest_that_has_the_power(
    difference: float, threshold: float, power: float
) -> None:
    n = sample_size(difference, threshold=threshold, power=power).answers
    assert gap_power(n, difference, threshold=threshold) >= power - 1e-3
    if n > 2:
        assert gap_power(n - 1, difference, threshold=threshold) < power + 1e-3
    both = agreement_sample_size(difference, threshold=threshold, power=power).answers
    assert agreement_power(both, difference, threshold=threshold) >= power - 1e-2


def test_shares_asked_and_responding_multiply_the_invited() -> None:
    found = sample_size(12.5, share_asked=8 / 32, response_rate=0.5)
    assert (found.answers, found.respondents, found.invited) == (53, 212, 424)
    # 53 of 200 people: 52.579 / (1 + 52.579 / 200) = 41.6.
    assert sample_size(12.5, population=200).answers == 42


def test_the_normal_formula_holds_for_answers_on_five_points() -> None:
    rng = np.random.default_rng(2)
    # Mean 37.5 below a self-score of 62.5 + 12.5 by twice the margin; sd 28.
    scores = 25.0 * np.arange(5)
    chances = np.array([0.22, 0.31, 0.24, 0.21, 0.02])
    centre = float(scores @ chances)
    spread = float(np.sqrt(chances @ (scores - centre) ** 2))
    n = sample_size(12.5, threshold=0.05, standard_deviation=spread, design_effect=1).answers
    means = rng.choice(scores, (20_000, n), p=chances).mean(axis=1)
    found = (centre + 12.5 - means) / (spread / np.sqrt(n)) > 1.6449
    assert found.mean() == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"difference": 0}, "difference must be above zero, got 0"),
        ({"difference": inf}, "difference must be above zero, got inf"),
        ({"difference": float("nan")}, "difference must be above zero, got nan"),
        ({"threshold": 0.5}, r"threshold must lie between 0 and 0\.5, got 0\.5"),
        ({"power": 1}, r"power must lie between 0\.5 and 1, got 1"),
        ({"standard_deviation": -1}, "standard_deviation must be above zero, got -1"),
        ({"design_effect": inf}, "design_effect must be above zero, got inf"),
        ({"share_asked": 1.5}, r"share_asked must lie above 0 and be at most 1, got 1\.5"),
        ({"response_rate": 0}, "response_rate must be above zero, got 0"),
        ({"population": 60, "share_asked": 0.25}, "population must hold the 116 to be invited"),
    ],
)
def test_bad_plans_are_named_with_their_value(arguments: dict[str, float], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        sample_size(**arguments)


def test_bad_questions_of_power_are_named() -> None:
    with pytest.raises(BadInput, match=r"answers must not exceed population \(5\), got 6"):
        gap_power(6, population=5)
    with pytest.raises(BadInput, match="difference must be a number of 0 or more, got -1"):
        gap_power(6, -1)
    with pytest.raises(BadInput, match="true_gap must be a number, got inf"):
        agreement_power(6, true_gap=inf)
    with pytest.raises(BadInput, match="share_of_gaps must lie between 0 and 1, got 0"):
        gap_threshold(0)
