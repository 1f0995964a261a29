"""Expected numbers: the normal equations of one unit written out, and what must always hold."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.blend import Blend, blend
from analysis.errors import BadInput

DEFAULTS = {"tr": 36.0, "ss": 100.0, "om": 64.0, "ta": 36.0, "tb": 100.0, "th": 64.0}
Matrix = NDArray[np.float64]


def town(units: int, items: int = 6, seed: int = 1) -> tuple[Matrix, Matrix, Matrix]:
    rng = np.random.default_rng(seed)
    truth = rng.normal(60, 8, items) + rng.normal(0, 6, (units, items))
    s = np.clip(truth + 10 + rng.normal(0, 10, (units, items)), 0, 100)
    p = np.clip(truth + rng.normal(0, 8, (units, items)), 0, 100)
    errors = np.repeat((30 * np.eye(items) + 5)[None], units, axis=0)
    return s, p, errors


def blended(s: Matrix, p: Matrix, errors: Matrix, n: float = 30.0, **more: Any) -> Blend:  # noqa: ANN401  any argument of the call under test
    return blend(s, p, errors, effective_n=np.full(s.shape, n), defaults=DEFAULTS, **more)


def weights_of_the_first_unit(
    errors: Matrix, has_s: NDArray[np.bool_], has_p: NDArray[np.bool_]
) -> tuple[Matrix, Matrix, Matrix]:
    """Weights of self-scores and of perception, and the model's variance, by np.linalg.solve."""
    d, one, eye = DEFAULTS, np.ones((6, 6)), np.eye(6)
    truth = d["ta"] * one + d["tr"] * eye
    ss = (truth + d["tb"] * one + d["ss"] * eye)[np.ix_(has_s, has_s)]
    pp = (truth + d["th"] * one + d["om"] * eye + errors)[np.ix_(has_p, has_p)]
    sp = truth[np.ix_(has_s, has_p)]
    c_ty = np.hstack([truth[:, has_s], truth[:, has_p]])
    weights = np.linalg.solve(np.block([[ss, sp], [sp.T, pp]]), c_ty.T).T
    l_s, l_p = np.zeros((2, 6, 6))
    l_s[:, has_s], l_p[:, has_p] = np.hsplit(weights, [has_s.sum()])
    return l_s, l_p, np.diag(truth - weights @ c_ty.T)


def test_values_and_variances_are_those_of_the_normal_equations_with_holes() -> None:
    s, p, errors = town(8)
    s[0, 2], p[0, 4], p[3, 1] = np.nan, np.nan, np.nan
    # So much weight on the defaults that they are the components.
    found = blended(s, p, errors, prior_units=1e15)
    l_s, l_p, variance = weights_of_the_first_unit(errors[0], np.arange(6) != 2, np.arange(6) != 4)
    m, beta = np.nanmean(p, axis=0), np.nanmean(s - p)
    values = m + l_s @ np.nan_to_num(s[0] - beta - m) + l_p @ np.nan_to_num(p[0] - m)
    assert found.values[0] == pytest.approx(values, rel=1e-9)
    # Means over 8 or 7 units with tr + ta + om + th + V = 235; 45 cells have both scores.
    var_m = 235 / np.array([8, 7, 8, 8, 7, 8])
    var_beta = (100 + 64) / 8 + (100 + 64 + 35) / 45
    level = (np.eye(6) - l_s - l_p) ** 2 @ var_m + l_s.sum(axis=1) ** 2 * var_beta
    assert found.variances[0] == pytest.approx(variance + level, rel=1e-9)
    assert found.shares.self[0] == pytest.approx(np.diag(l_s))
    assert found.shares.residents[0] == pytest.approx(np.diag(l_p))
    width = found.high[1, 0] - found.low[1, 0]
    assert width == pytest.approx(2 * 1.959964 * np.sqrt(found.variances[1, 0]), rel=1e-6)


def test_a_share_says_what_ten_points_more_do() -> None:
    s, p, errors = town(8)
    more = s.copy()
    more[2, 3] += 10
    options: dict[str, Any] = {
        "prior_units": 1e15,
        "means": np.full(6, 60.0),
        "self_bias": 10.0,
    }
    before, after = blended(s, p, errors, **options), blended(more, p, errors, **options)
    change = after.values[2, 3] - before.values[2, 3]
    assert change == pytest.approx(10 * before.shares.self[2, 3])
    total = (
        before.shares.self
        + before.shares.residents
        + before.shares.reference
        + before.shares.pattern
    )
    assert total == pytest.approx(np.ones((8, 6)))
    assert (before.shares.reference == 0).all()


@pytest.mark.parametrize(
    ("units", "notes"),
    [
        (3, ("assumed", "borrowed", "uncalibrated")),
        (8, ("assumed", "uncalibrated")),
        (25, ("assumed", "uncalibrated")),
        (200, ("uncalibrated",)),
    ],
)
def test_it_works_with_few_and_many_units_and_says_what_it_leans_on(
    units: int, notes: tuple[str, ...]
) -> None:
    s, p, errors = town(units)
    found = blended(s, p, errors)
    assert tuple(note for note in found.notes if not note.startswith("floor")) == notes
    assert found.assumed is (units < 60)
    assert found.calibrated is False
    assert np.isfinite(found.values).all()
    assert (found.low <= found.values).all()
    assert (found.values <= found.high).all()


def test_one_unit_needs_published_means() -> None:
    s, p, errors = town(1)
    assert blended(s, p, errors).notes == ("no blend",)
    assert np.isnan(blended(s, p, errors).values).all()
    found = blended(s, p, errors, means=np.full(6, 60.0), self_bias=10.0)
    assert found.notes == ("assumed", "borrowed", "share not identified", "uncalibrated")
    assert np.isfinite(found.values).all()
    assert found.components.tr == 36


def test_fewer_than_five_indicators_with_both_scores_give_no_blend() -> None:
    s, p, errors = town(12)
    p[:, 4:] = np.nan
    assert blended(s, p, errors).notes == ("no blend",)


def test_a_perception_of_fewer_than_five_counts_as_absent() -> None:
    s, p, errors = town(8)
    few = np.full(s.shape, 30.0)
    few[0, 0] = 4.9
    without = p.copy()
    without[0, 0] = np.nan
    one = blend(s, p, errors, effective_n=few, defaults=DEFAULTS)
    other = blended(s, without, errors)
    assert one.values == pytest.approx(other.values, rel=1e-12)
    assert one.shares.residents[0, 0] == 0


def test_without_perception_the_units_own_generosity_still_comes_off() -> None:
    s, p, errors = town(30)
    s[0] = np.minimum(s[0] + 15, 100)
    p[0, 3] = np.nan
    found = blended(s, p, errors)
    assert found.values[0, 3] < s[0, 3] - found.self_bias - 3
    assert found.variances[0, 3] > found.variances[0, :3].max()


def test_cells_without_any_score_stay_empty_and_disturb_nobody() -> None:
    s, p, errors = town(8)
    s[1, 1] = p[1, 1] = np.nan
    s[2], p[2] = np.nan, np.nan
    found = blended(s, p, errors)
    assert np.isnan(found.values[1, 1])
    assert np.isnan(found.values[2]).all()
    assert np.isfinite(found.values[[0, 3, 4, 5, 6, 7]]).all()


def test_a_cap_holds_the_residents_share_at_the_smallest_possible_price() -> None:
    s, p, errors = town(8)
    free = blended(s, p, errors)
    cap = np.array([0.1, 0.0, 1.0, 1.0, 1.0, 1.0])
    capped = blended(s, p, errors, perception_cap=cap)
    assert free.shares.residents[0, 0] > 0.1
    assert capped.shares.residents[:, 0] == pytest.approx(np.full(8, 0.1))
    assert capped.shares.residents[:, 1] == pytest.approx(np.zeros(8), abs=1e-12)
    assert capped.values[:, 2:] == pytest.approx(free.values[:, 2:], rel=1e-12)
    assert (capped.variances[:, :2] > free.variances[:, :2]).all()


def test_a_share_of_nothing_is_the_blend_without_that_score() -> None:
    s, p, errors = town(8)
    options: dict[str, Any] = {
        "prior_units": 1e15,
        "means": np.full(6, 60.0),
        "self_bias": 10.0,
    }
    capped = blended(s, p, errors, perception_cap=np.array([0.0, *[1.0] * 5]), **options)
    without = p.copy()
    without[:, 0] = np.nan
    absent = blended(s, without, errors, **options)
    assert capped.values[:, 0] == pytest.approx(absent.values[:, 0], rel=1e-9)


def test_references_find_the_bias_of_residents_and_check_the_interval() -> None:
    rng = np.random.default_rng(8)
    truth = rng.normal(60, 8, 12) + rng.normal(0, 6, (40, 12))
    s = np.clip(truth + 10 + rng.normal(0, 8, truth.shape), 0, 100)
    p = truth - 10 + rng.normal(0, 6, truth.shape)
    audits = truth + rng.normal(0, 5, truth.shape)
    audits[:, 3:] = np.nan
    errors = np.repeat(20 * np.eye(12)[None], 40, axis=0)
    found = blended(s, p, errors, references=audits)
    assert found.calibrated
    assert found.perception_bias == pytest.approx(-10, abs=2)
    assert found.self_bias == pytest.approx(10, abs=2)
    assert found.inflation >= 1
    assert "uncalibrated" not in found.notes
    assert np.abs(found.values - truth).mean() < 5
    assert np.abs(blended(s, p, errors).values - truth).mean() > 8
    with pytest.raises(ValueError, match="at least two folds"):
        blended(s, p, errors, references=audits, fold_of_unit=np.zeros(40))


def test_too_few_references_withhold_the_interval() -> None:
    s, p, errors = town(10)
    audits = np.full(s.shape, np.nan)
    audits[:7] = 60.0
    found = blended(s, p, errors, references=audits)
    assert "interval withheld" in found.notes
    assert not found.calibrated
    assert np.isnan(found.low).all()
    assert found.values == pytest.approx(blended(s, p, errors).values)


def test_references_drawn_with_unequal_chances_are_weighted_back() -> None:
    rng = np.random.default_rng(2)
    s, p, errors = town(20)
    audits = p + np.where(np.arange(6) == 0, 20.0, 0.0)
    seen = rng.random(s.shape) < np.where(np.arange(6) == 0, 1.0, 0.4)
    chance = np.broadcast_to(np.where(np.arange(6) == 0, 1.0, 0.4), s.shape)
    audits = np.where(seen, audits, np.nan)
    found = blended(s, p, errors, references=audits, reference_probability=chance)
    expected = -20 * seen[:, 0].sum() / (seen / chance).sum()
    assert found.perception_bias == pytest.approx(expected)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 12))
def test_the_order_of_units_and_indicators_does_not_matter(seed: int, units: int) -> None:
    rng = np.random.default_rng(seed)
    s, p, errors = town(units, seed=seed)
    s[rng.random(s.shape) < 0.2] = np.nan
    rows, columns = rng.permutation(units), rng.permutation(6)
    at = np.ix_(rows, columns)
    one = blended(s, p, errors)
    other = blended(s[at], p[at], errors[np.ix_(rows, columns, columns)])
    assert one.values[at] == pytest.approx(other.values, rel=1e-8, nan_ok=True)
    assert one.variances[at] == pytest.approx(other.variances, rel=1e-8, nan_ok=True)


def test_shapes_that_do_not_belong_together_are_refused() -> None:
    s, p, errors = town(8)
    with pytest.raises(ValueError, match="covariances must belong to 8 units and 6 indicators"):
        blended(s, p, errors[:4])


def test_what_cannot_be_meant_is_refused_by_name() -> None:
    s, p, errors = town(8)
    infinite = s.copy()
    infinite[2, 1] = np.inf
    wrong: dict[str, dict[str, Any]] = {
        "self_scores must lie in .* got inf for unit 2, indicator 1": {"s": infinite},
        "self_scores must lie in .* got 101": {"s": np.where(np.eye(8, 6) > 0, 101.0, s)},
        "references must lie in 0..100, got 500": {"references": np.full_like(s, 500.0)},
        "prior_units must be a number of 0 or more, got -1": {"prior_units": -1},
        "reference_sd must be above zero, got -5": {"reference_sd": -5},
        "self_bias must be a number, got nan": {"self_bias": np.nan},
        "means must be finite or NaN, got inf": {"means": np.full(6, np.inf)},
        "means must lie in 0..100, got 101": {"means": np.full(6, 101.0)},
        "fold_of_unit must have 8 units, got shape": {"fold_of_unit": [1, 2]},
        "fold_of_unit must label every audited unit, unit 0 has none": {
            "fold_of_unit": [np.nan] * 8,
            "references": np.clip(s, 0, 100),
        },
        "covariances must have no negative variance": {"errors": -errors},
        "covariances must be symmetric": {"errors": errors + np.triu(np.full((6, 6), 0.5), 1)},
        "covariances must not exceed what": {"errors": errors + 40 * (1 - np.eye(6))},
        "covariances must be numbers": {"errors": np.full(errors.shape, "a")},
        "perception_cap must not be negative": {"perception_cap": -0.1},
        "reference_sd must be above zero, got 0": {"reference_sd": 0.0},
        "reference_probability must be positive": {"reference_probability": np.zeros_like(s)},
        "means must have 6 rows, got 5": {"means": np.zeros(5)},
    }
    for match, options in wrong.items():
        with pytest.raises(BadInput, match=match):
            blended(options.pop("s", s), p, options.pop("errors", errors), **options)
    with pytest.raises(BadInput, match=r"defaults\['tr'\] must be above zero, got 0"):
        blend(s, p, errors, effective_n=np.full(s.shape, 9.0), defaults=DEFAULTS | {"tr": 0.0})
