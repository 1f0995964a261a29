"""Places of units: by hand, against R (tests/reference/further/ranks.R), by simulation."""

import json
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis import BadInput, RankIntervals, peer_differences, rank_intervals, rank_scores

Floats = NDArray[np.float64]
FILE = Path(__file__).parents[1] / "reference" / "further" / "ranks.json"
R = json.loads(FILE.read_text("utf-8"))
SCORES = np.array([0.0, 25.0, 50.0, 75.0, 100.0])
FLAT = np.full(5, 0.2)
AT_THE_TOP = np.array([0.01, 0.01, 0.03, 0.05, 0.9])
SATISFIED = np.array([0.02, 0.05, 0.13, 0.4, 0.4])
ROUNDS = 300


def hold(places: RankIntervals, truth: Floats) -> bool:
    """Whether every interval holds every place of its unit, ties sharing theirs."""
    first = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
    last = truth.size - (truth[None, :] < truth[:, None]).sum(axis=1)
    return bool(((places.first <= first) & (last <= places.last)).all())


def bootstrapped(rng: np.random.Generator, estimates: Floats, errors: Floats) -> RankIntervals:
    """What must not be published: percentiles of the ranks of redrawn estimates."""
    redrawn = estimates + errors * rng.standard_normal((300, estimates.size))
    ranks = (-redrawn).argsort(axis=1).argsort(axis=1) + 1
    low, high = np.percentile(ranks, [2.5, 97.5], axis=0, method="inverted_cdf")
    return RankIntervals(low.astype(np.int64), high.astype(np.int64), 0.95)


@pytest.mark.parametrize("distance", [0.0, 0.001, 0.5, 4.0])
def test_all_intervals_hold_together_also_near_ties_where_a_bootstrap_fails(
    distance: float,
) -> None:
    rng = np.random.default_rng(round(1000 * distance))
    truth: Floats = 60 - distance * np.arange(30.0)
    ours, naive = [], []
    for _ in range(ROUNDS):
        errors = rng.uniform(1, 5, truth.size)
        estimates = truth + errors * rng.standard_normal(truth.size)
        ours.append(hold(rank_intervals(estimates, errors), truth))
        naive.append(hold(bootstrapped(rng, estimates, errors), truth))
    # Three standard errors of the simulation below the level.
    assert np.mean(ours) >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / ROUNDS)
    assert np.mean(naive) < (0.95 if distance == 4.0 else 0.3)


@pytest.mark.parametrize("n", [10, 40, 100])
@pytest.mark.parametrize("shares", [FLAT, SATISFIED, AT_THE_TOP])
def test_places_of_equal_scores_of_few_answers_hold_together(n: int, shares: Floats) -> None:
    rng = np.random.default_rng(n)
    held = []
    for _ in range(ROUNDS):
        given_answers = rng.multinomial(n, shares, size=30) / n
        places = rank_scores(given_answers @ SCORES, given_answers @ SCORES**2, np.full(30, n))
        held.append(hold(places, np.full(30, 50.0)))
    assert np.mean(held) >= 0.93


def test_pairs_are_told_apart_where_tukeys_test_of_r_does() -> None:
    plants = R["plants"]
    errors, freedom = np.full(3, plants["se"]), np.full(3, plants["df"] / 2)
    # Welch's freedom of two errors with 13.5 degrees each is the 27 of the pooled error.
    control_first, control_second, first_second = plants["p"]
    assert (control_first, control_second, first_second) == pytest.approx(
        (0.391, 0.198, 0.012), abs=1e-3
    )
    places = rank_intervals(plants["means"], errors, freedom)
    assert places.first.tolist() == [1, 2, 1]
    assert places.last.tolist() == [3, 3, 2]
    for p, told_apart in ((first_second * 1.01, True), (first_second * 0.99, False)):
        places = rank_intervals(plants["means"], errors, freedom, level=1 - p)
        assert (places.first[1] == 2) is np.bool_(told_apart) or bool(
            places.first[1] == 2
        ) == told_apart


def test_one_unit_is_first_and_last() -> None:
    places = rank_intervals([50.0], [3.0])
    assert (places.first.tolist(), places.last.tolist()) == ([1], [1])
    assert rank_intervals([], []).first.size == 0


def test_all_tied_units_may_stand_anywhere() -> None:
    places = rank_intervals([50.0] * 4, [0.0] * 4)
    assert (places.first.tolist(), places.last.tolist()) == ([1] * 4, [4] * 4)


def test_known_values_have_known_places_and_the_lowest_can_be_best() -> None:
    places = rank_intervals([30.0, 10.0, 20.0], [0.0] * 3)
    assert places.first.tolist() == places.last.tolist() == [1, 3, 2]
    places = rank_intervals([30.0, 10.0, 20.0], [0.0] * 3, best="lowest")
    assert places.first.tolist() == places.last.tolist() == [3, 1, 2]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 100), st.floats(0, 10), st.integers(5, 8)), min_size=2, max_size=12
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_units_does_not_matter_and_every_interval_holds_the_estimates_place(
    units: list[tuple[float, float, int]], random: Random
) -> None:
    places = rank_intervals(*zip(*units, strict=True))
    order = list(range(len(units)))
    random.shuffle(order)
    shuffled = rank_intervals(*zip(*(units[at] for at in order), strict=True))
    assert shuffled.first.tolist() == places.first[order].tolist()
    assert shuffled.last.tolist() == places.last[order].tolist()
    assert hold(places, np.array([estimate for estimate, _, _ in units]))


def test_the_nation_fits_into_memory() -> None:
    rng = np.random.default_rng(4)
    truth = rng.normal(60, 15, 3321)
    errors = rng.uniform(0.5, 2, truth.size)
    places = rank_intervals(
        truth + errors * rng.standard_normal(truth.size), errors, rng.uniform(20, 90, truth.size)
    )
    assert hold(places, truth)
    assert (places.last - places.first).mean() < 1500  # wide, and true


def test_peers_are_compared_with_their_own_mean() -> None:
    compared = peer_differences(
        [50.0, 60.0, 70.0, 10.0, 30.0], [1.0, 2.0, 3.0, 1.0, 1.0], ["a", "a", "a", "b", "b"], 10.0
    )
    assert compared.values.tolist() == [-10, 0, 10, -10, 10]
    # First: 4/9 * 1 + 1/9 * (4 + 9); its freedom by Satterthwaite with ten degrees each.
    variance = 4 / 9 + 13 / 9
    assert compared.standard_errors[0] == pytest.approx(np.sqrt(variance))
    freedom = variance**2 / (((4 / 9) ** 2 + (4 / 9) ** 2 + 1) / 10)
    assert freedom == pytest.approx(25.58, abs=0.01)
    # t of .995 (two sides, five units) with 25.58 degrees of freedom is 2.7821 (R: qt).
    reach = 2.7821 * np.sqrt(variance)
    assert compared.high[0] - compared.values[0] == pytest.approx(reach, rel=1e-3)
    assert compared.values[0] - compared.low[0] == pytest.approx(reach, rel=1e-3)


def test_differences_from_peers_hold_together() -> None:
    rng = np.random.default_rng(8)
    kinds = np.repeat(["ward", "commune", "zone"], [20, 15, 5])
    truth = rng.normal(60, 10, 40)
    of_kind = np.array([truth[kinds == kind].mean() for kind in kinds])
    held = []
    for _ in range(ROUNDS):
        errors = rng.uniform(1, 6, 40)
        compared = peer_differences(truth + errors * rng.standard_normal(40), errors, kinds)
        inside = (compared.low <= truth - of_kind) & (truth - of_kind <= compared.high)
        held.append(inside.all())
    assert np.mean(held) >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / ROUNDS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"estimates": [1.0, np.nan]}, "estimates must be finite, got nan in row 1"),
        ({"standard_errors": [1.0, -1.0]}, r"standard_errors must not be negative, got -1\.0"),
        ({"standard_errors": [1.0]}, "standard_errors must have 2 rows, got 1"),
        ({"degrees_of_freedom": [0.0, 1.0]}, r"degrees_of_freedom must be above zero, got 0\.0"),
        ({"degrees_of_freedom": np.nan}, "degrees_of_freedom must be above zero, got nan"),
        ({"level": 1.0}, r"level must lie between 0 and 1, got 1\.0"),
        ({"estimates": ["a", "b"]}, "estimates must be numbers"),
        ({"standard_errors": ["a", "b"]}, "standard_errors must be numbers"),
        ({"degrees_of_freedom": "many"}, "degrees_of_freedom must be numbers"),
        ({"level": "high"}, "level must be a number, got 'high'"),
        ({"level": None}, "level must be a number, got None"),
        ({"best": None}, "best must be one of .*, got None"),
        ({"best": "first"}, "best must be one of .*, got 'first'"),
    ],
)
def test_wrong_arguments_are_named(arguments: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {"estimates": [1.0, 2.0], "standard_errors": [1.0, 1.0]}
    with pytest.raises(BadInput, match=message):
        rank_intervals(**(good | arguments))


def test_wrong_scores_and_peers_are_named() -> None:
    with pytest.raises(BadInput, match=r"means cannot be 101\.0 in row 1"):
        rank_scores([50.0, 101.0], [3000.0, 10_100.0], [9.0, 9.0])
    with pytest.raises(BadInput, match=r"mean_squares cannot be 100\.0 in row 0"):
        rank_scores([50.0, 60.0], [100.0, 4000.0], [9.0, 9.0])
    with pytest.raises(BadInput, match=r"effective_n cannot be 0\.0 in row 0"):
        rank_scores([50.0, 60.0], [3000.0, 4000.0], [0.0, 9.0])
    with pytest.raises(BadInput, match="mean_squares must be numbers"):
        rank_scores([50.0], ["a"], [30.0])
    with pytest.raises(BadInput, match="level must lie between 0 and 1, got nan"):
        rank_scores([50.0], [3000.0], [30.0], level=np.nan)
    with pytest.raises(BadInput, match="level must be a number, got None"):
        peer_differences([1.0, 2.0], [1.0, 1.0], ["a", "a"], level=None)  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(BadInput, match="peers must have two units of every kind, 'zone' has one"):
        peer_differences([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], ["ward", "ward", "zone"])
