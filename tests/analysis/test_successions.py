"""Estimates carried over mergers: by hand, by simulation, over the real list of 2025."""

import csv
import gzip
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis import BadInput, CarriedOver, Succession, carry_over

NAN = float("nan")
PACKAGED = Path(__file__).parents[2] / "survey_app" / "data" / "vn_units" / "successions.csv.gz"


def merger(**changes: object) -> CarriedOver:
    """All of A (3,000 people) and 60 % of B (1,000) became X, the rest of B became Y."""
    arguments: dict[str, Any] = {
        "succession": Succession(["A", "B", "B"], ["X", "X", "Y"], [1.0, 0.6, 0.4], [0, 0.1, 0.1]),
        "units": ["A", "B"],
        "values": [70.0, 40.0],
        "variances": [4.0, 9.0],
        "populations": [3000, 1000],
    }
    return carry_over(**(arguments | changes))


def test_values_and_variances_are_those_of_a_hand_calculation() -> None:
    carried = merger()
    assert carried.units.tolist() == ["X", "Y"]
    assert carried.values.ravel() == pytest.approx([(3000 * 70 + 600 * 40) / 3600, 40.0])
    sampling = (3000 / 3600) ** 2 * 4 + (600 / 3600) ** 2 * 9
    # Value of X per unit of B's share: 1000 * (40 - 65) / 3600.
    of_shares = (1000 * (40 - 65) / 3600 * 0.1) ** 2
    assert carried.sampling_variances.ravel() == pytest.approx([sampling, 9.0])
    assert carried.share_variances.ravel() == pytest.approx([of_shares, 0.0])
    assert carried.standard_errors[0, 0] == pytest.approx(np.sqrt(sampling + of_shares))
    assert carried.lowest == pytest.approx(carried.values)
    assert carried.coverage.ravel() == pytest.approx([1.0, 1.0])
    assert carried.notes == ((), ())


def test_successors_of_one_unit_vary_together() -> None:
    carried = merger()
    covariance = carried.covariance(0)
    assert np.diag(covariance) == pytest.approx(carried.standard_errors.ravel() ** 2)
    # B's sampling error in both; Y is B's alone and does not depend on the share.
    assert covariance[0, 1] == pytest.approx(600 / 3600 * 9)


def test_what_one_successor_gains_the_other_loses() -> None:
    carried = carry_over(
        Succession(["A", "B", "B", "C"], ["X", "X", "Y", "Y"], [1, 0.5, 0.5, 1], [0, 0.1, 0.1, 0]),
        ["A", "B", "C"],
        [60.0, 40.0, 60.0],
        [0.0, 0.0, 0.0],
        [500, 1000, 500],
    )
    covariance = carried.covariance(0)
    # Slope 1000 * (40 - 50) / 1000 each, times .1: more of B lowers X by 1 and raises Y by 1.
    assert covariance == pytest.approx(np.array([[1.0, -1.0], [-1.0, 1.0]]))


def test_populations_and_parts_have_their_own_errors() -> None:
    carried = merger(population_standard_errors=[300, 0], part_standard_deviation=5.0)
    sampling = (3000 / 3600) ** 2 * 4 + (600 / 3600) ** 2 * (9 + 25)
    of_shares = (1000 * (40 - 65) / 3600 * 0.1) ** 2 + (300 * (70 - 65) / 3600) ** 2
    assert carried.sampling_variances[0, 0] == pytest.approx(sampling)
    assert carried.share_variances[0, 0] == pytest.approx(of_shares)
    assert np.diag(carried.covariance(0)) == pytest.approx(carried.standard_errors.ravel() ** 2)


def test_parts_of_one_unit_deviate_against_each_other() -> None:
    """Deviations average to 0 over the people of the whole: of two parts, one goes up, one down."""

    def divided(parts: int) -> CarriedOver:
        names = [f"X{part}" for part in range(parts)]
        links = Succession(["A"] * parts, names, [1 / parts] * parts)
        return carry_over(links, ["A"], [50.0], [4.0], [1000], part_standard_deviation=5.0)

    two = divided(2).covariance(0)
    assert two == pytest.approx(np.array([[29.0, -21.0], [-21.0, 29.0]]))
    # What the difference of two halves can be: 2 * 5 points, so a variance of 100.
    assert np.array([1, -1]) @ two @ np.array([1, -1]) == pytest.approx(100)
    # Of k parts the mean is that of the whole, whatever they deviate.
    five = divided(5).covariance(0)
    assert np.full(5, 0.2) @ five @ np.full(5, 0.2) == pytest.approx(4)
    assert five[0, 1] == pytest.approx(4 - 25 / 4)


def test_an_unknown_share_is_said_and_bounded() -> None:
    succession = Succession(["A", "B", "B"], ["X", "X", "Y"], [1.0, NAN, NAN])
    carried = merger(succession=succession)
    assert carried.values[0, 0] == pytest.approx((3000 * 70 + 500 * 40) / 3500)
    assert carried.lowest[0, 0] == pytest.approx((3000 * 70 + 1000 * 40) / 4000)
    assert carried.highest[0, 0] == pytest.approx(70.0)
    assert carried.notes[0] == ("share not known: divided equally, see lowest and highest",)
    interval = carried.confidence_intervals()
    assert interval.low[0, 0] < 62.5
    assert interval.high[0, 0] > 70.0
    # All of Y comes from B, whatever the share.
    assert (carried.lowest[1, 0], carried.highest[1, 0]) == (40.0, 40.0)


def test_a_unit_whose_predecessor_was_not_asked_has_nothing_or_a_part() -> None:
    carried = merger(values=[70.0, NAN], variances=[4.0, NAN])
    assert carried.values[0, 0] == 70.0
    assert carried.coverage[0, 0] == pytest.approx(3000 / 3600)
    assert carried.notes[0] == ("part of its people lived where nobody was asked",)
    assert np.isnan(
        [carried.values[1, 0], carried.standard_errors[1, 0], carried.lowest[1, 0]]
    ).all()
    assert carried.notes[1] == ("no predecessor with an estimate",)


def test_units_that_did_not_change_keep_their_estimates() -> None:
    rng = np.random.default_rng(5)
    values, variances = rng.uniform(20, 90, (6, 39)), rng.uniform(1, 9, (6, 39))
    values[2, 7] = NAN
    names = [f"{code:05d}" for code in range(6)]
    carried = carry_over(
        Succession(names, names, np.ones(6)), names, values, variances, np.arange(1, 7)
    )
    assert carried.values == pytest.approx(values, nan_ok=True)
    expected = np.where(np.isnan(values), NAN, variances)
    assert carried.standard_errors**2 == pytest.approx(expected, nan_ok=True)
    squares = carried.average(values**2)
    assert squares == pytest.approx(values**2, nan_ok=True)


def test_intervals_cover_when_shares_are_estimated() -> None:
    rng = np.random.default_rng(11)
    people = np.array([4000.0, 3000.0, 5000.0])
    links = (["A", "B", "B", "C", "C"], ["X", "X", "Y", "X", "Y"])
    truth = np.array([75.0, 50.0, 30.0])
    of_x = np.array([4000, 0.7 * 3000, 0.2 * 5000])
    of_y = np.array([0, 0.3 * 3000, 0.8 * 5000])
    aims = np.array([of_x @ truth / of_x.sum(), of_y @ truth / of_y.sum()])
    covered = []
    for _ in range(800):
        # Shares from a sample of 150 households of each divided unit.
        b, c = rng.binomial(150, 0.7) / 150, rng.binomial(150, 0.2) / 150
        error_b, error_c = (np.sqrt(share * (1 - share) / 150) for share in (b, c))
        estimates = truth + 2 * rng.standard_normal(3)
        carried = carry_over(
            Succession(*links, [1, b, 1 - b, c, 1 - c], [0, error_b, error_b, error_c, error_c]),
            ["A", "B", "C"],
            estimates,
            [4.0, 4.0, 4.0],
            people,
        )
        interval = carried.confidence_intervals()
        covered.append((interval.low[:, 0] <= aims) & (aims <= interval.high[:, 0]))
    assert np.mean(covered, axis=0) == pytest.approx([0.95, 0.95], abs=0.025)


def test_the_communes_of_2025_carry_over_with_bounds_where_they_were_divided() -> None:
    text = gzip.decompress(PACKAGED.read_bytes()).decode("utf-8")
    rows = [
        row
        for row in csv.DictReader(StringIO(text))
        if len(row["predecessor_code"]) == len(row["successor_code"]) == 5
        and row["happened_on"] == "2025-07-01"
    ]
    names = sorted({row["predecessor_code"] for row in rows})
    rng = np.random.default_rng(1)
    values = rng.uniform(30, 90, (len(names), 39))
    carried = carry_over(
        Succession(
            [row["predecessor_code"] for row in rows],
            [row["successor_code"] for row in rows],
            [1.0 if row["extent"] == "whole" else NAN for row in rows],
        ),
        names,
        values,
        np.full(values.shape, 9.0),
        rng.uniform(2000, 9000, len(names)),
    )
    assert len(rows) == 10_597
    # Five of the 3,321 were island districts without communes.
    assert carried.values.shape == (3316, 39)
    divided = np.array([bool(notes) for notes in carried.notes])
    assert 0 < divided.sum() < 1000
    assert (carried.lowest <= carried.values + 1e-9).all()
    assert (carried.values <= carried.highest + 1e-9).all()
    assert carried.lowest[~divided] == pytest.approx(carried.highest[~divided])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"populations": [3000, 0]}, "populations must be above zero, got 0 in row 1"),
        ({"populations": [3000, -1]}, r"populations must not be negative, got -1\.0 in row 1"),
        ({"variances": [4.0, -9.0]}, r"variances cannot be -9\.0 in row 1"),
        ({"variances": [4.0, NAN]}, "variances cannot be nan in row 1"),
        ({"variances": [4.0]}, r"variances must have the shape of values, \(2, 1\), got \(1, 1\)"),
        ({"values": [np.inf, 1.0]}, "values cannot be inf in row 0"),
        ({"values": ["a", "b"]}, "values must be numbers"),
        ({"variances": ["a", "b"]}, "variances must be numbers"),
        ({"values": 70.0}, r"values must have shape \(unit,\) or \(unit, indicator\), got \(\)"),
        ({"populations": ["a", "b"]}, "populations must be numbers"),
        ({"part_standard_deviation": None}, "part_standard_deviation must be a number, got None"),
        ({"part_standard_deviation": NAN}, "part_standard_deviation must be .*, got nan"),
        ({"succession": 5}, "succession must be a Succession, got int"),
        ({"units": ["A"]}, r"units must have 2 rows, got shape \(1,\)"),
        (
            {"part_standard_deviation": -1.0},
            r"part_standard_deviation must be a number of 0 or more, got -1",
        ),
        ({"population_standard_errors": [1.0]}, "population_standard_errors must have 2 rows"),
    ],
)
def test_wrong_arguments_are_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        merger(**change)


def test_averages_of_other_units_and_impossible_levels_are_refused() -> None:
    with pytest.raises(BadInput, match=r"values must have shape \(2, 1\), got \(3, 1\)"):
        merger().average([1.0, 2.0, 3.0])
    with pytest.raises(BadInput, match="values cannot be nan in row 1"):
        merger().average([1.0, NAN])
    with pytest.raises(BadInput, match="values must be numbers"):
        merger().average(["a", "b"])
    with pytest.raises(BadInput, match="indicator must be a whole number from 0 to 0, got 1"):
        merger().covariance(1)
    with pytest.raises(BadInput, match="level must be a number, got None"):
        merger().confidence_intervals(None)  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(BadInput, match="level must lie between 0 and 1, got 95"):
        merger().confidence_intervals(95)
