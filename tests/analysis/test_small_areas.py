"""Fay-Herriot against R (tests/reference/further/small_areas.R), published answers and by hand."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis import BadInput, SmallAreas, fay_herriot

Floats = NDArray[np.float64]
FOLDER = Path(__file__).parents[1] / "reference" / "further"
CASES: dict[str, dict[str, Any]] = json.loads((FOLDER / "small_areas.json").read_text("utf-8"))
# Package sae 1.3, mseFH(yi ~ as.factor(MajorArea), SD^2, data = milk): areas 1-5 and 39-43.
SAE_VALUES = [1.0219703, 1.0476018, 1.0679513, 0.7608170, 0.8461574]
SAE_VALUES += [0.7548996, 0.7701918, 0.7481164, 0.8040773, 0.6810870]
SAE_ERRORS = [0.013460220, 0.005372876, 0.005701990, 0.008541740, 0.009579594]
SAE_ERRORS += [0.007209937, 0.008470277, 0.005484860, 0.009205133, 0.009903626]


@pytest.mark.parametrize("name", CASES)
def test_every_method_equals_r(name: str) -> None:
    case = CASES[name]
    areas = fay_herriot(case["y"], case["d"], case["x"], method=case["method"])
    assert areas.between_variance == pytest.approx(case["sigma2"], rel=1e-9)
    assert areas.coefficients == pytest.approx(np.atleast_1d(case["beta"]), rel=1e-9)
    assert areas.coefficient_covariance == pytest.approx(
        np.atleast_2d(case["beta_covariance"]), rel=1e-9
    )
    assert areas.shrinkage == pytest.approx(np.array(case["gamma"]), rel=1e-9)
    assert areas.values == pytest.approx(np.array(case["eblup"]), rel=1e-9)
    assert areas.mean_squared_errors == pytest.approx(np.array(case["mse"]), rel=1e-9)


def test_the_expenditure_on_milk_is_what_package_sae_publishes() -> None:
    case = CASES["milk.REML"]
    areas = fay_herriot(case["y"], case["d"], case["x"])
    ten = [*range(5), *range(38, 43)]
    assert areas.between_variance == pytest.approx(0.01855022, abs=2e-6)  # sae stops at 1e-4
    assert areas.coefficients == pytest.approx(
        np.array([0.9681890, 0.1327801, 0.2269462, -0.2413011]), rel=1e-5
    )
    assert areas.values[ten] == pytest.approx(np.array(SAE_VALUES), rel=1e-5)
    assert areas.mean_squared_errors[ten] == pytest.approx(np.array(SAE_ERRORS), rel=1e-5)


def drawn(
    rng: np.random.Generator, areas: int, between: float
) -> tuple[Floats, Floats, Floats, Floats]:
    """Truths, direct estimates, their variances and a covariate."""
    covariate = rng.normal(0, 1, areas)
    variances = rng.uniform(10, 100, areas)
    truths = 60 + 5 * covariate + rng.normal(0, np.sqrt(between), areas)
    return truths, truths + rng.normal(0, np.sqrt(variances)), variances, covariate


@pytest.mark.parametrize("areas", [15, 30])
@pytest.mark.parametrize("between", [0.0, 4.0, 25.0, 150.0])
def test_intervals_cover_and_values_beat_the_direct_estimates(areas: int, between: float) -> None:
    rng = np.random.default_rng([areas, int(between)])
    covered, own_error, direct_error, said_error = [], [], [], []
    for _ in range(40):
        truths, direct, variances, covariate = drawn(rng, areas, between)
        found = fay_herriot(direct, variances, covariate)
        interval = found.confidence_intervals()
        covered.append(np.mean((interval.low <= truths) & (truths <= interval.high)))
        own_error.append(np.mean((found.values - truths) ** 2))
        direct_error.append(np.mean((direct - truths) ** 2))
        said_error.append(found.mean_squared_errors.mean())
    assert np.mean(covered) >= 0.93
    assert np.mean(own_error) < np.mean(direct_error)
    assert np.mean(said_error) > 0.9 * np.mean(own_error)


def flat() -> tuple[Floats, Floats]:
    """Twenty areas that are more alike than their samples would let them be."""
    return 50 + np.tile([1.0, -1.0], 10), np.full(20, 36.0)


def test_no_variance_between_areas_is_said_plainly() -> None:
    estimates, variances = flat()
    areas = fay_herriot(estimates, variances, np.ones(20))
    assert areas.between_variance == 0
    assert areas.synthetic.all()
    assert areas.notes == ("no variance between areas found: every value is synthetic",)
    assert areas.values == pytest.approx(np.full(20, 50.0))
    # g1 = 0, g2 = 36/20, g3 = 2 * 36^2 / 36^3 / (20 / 36^2) = 3.6 each.
    assert areas.mean_squared_errors == pytest.approx(np.full(20, 1.8 + 2 * 3.6))


def test_the_adjusted_likelihood_keeps_a_share_of_every_own_estimate() -> None:
    estimates, variances = flat()
    areas = fay_herriot(estimates, variances, np.ones(20), method="adjusted")
    # By hand, V = s + 36: -10/V + 10/V^2 + 1/s = 0, so 9 V^2 - 370 V + 360 = 0.
    total = (370 + np.sqrt(370**2 - 4 * 9 * 360)) / 18
    assert areas.between_variance == pytest.approx(total - 36)
    assert (areas.shrinkage > 0).all()
    assert areas.notes == ()


def test_an_area_without_an_estimate_is_synthetic_and_less_certain() -> None:
    case = CASES["milk.REML"]
    y, d, x = (np.array(case[key]) for key in ("y", "d", "x"))
    whole = fay_herriot(y, d, x)
    with_hole = fay_herriot(np.append(y, np.nan), np.append(d, np.nan), np.vstack([x, x[-1]]))
    assert with_hole.values[:-1] == pytest.approx(whole.values, rel=1e-12)
    assert with_hole.values[-1] == pytest.approx(x[-1] @ whole.coefficients, rel=1e-12)
    variance = whole.between_variance + x[-1] @ whole.coefficient_covariance @ x[-1]
    assert with_hole.mean_squared_errors[-1] == pytest.approx(variance, rel=1e-12)
    assert with_hole.synthetic.tolist() == [False] * 43 + [True]
    assert with_hole.notes == ("areas without an estimate of their own are synthetic",)
    interval = with_hole.confidence_intervals()
    assert (interval.high - interval.low)[-1] > (interval.high - interval.low)[:-1].max()


def milk() -> SmallAreas:
    case = CASES["milk.REML"]
    return fay_herriot(case["y"], case["d"], case["x"])


def test_values_add_up_to_the_known_total() -> None:
    areas, shares = milk(), np.arange(1.0, 44.0) / np.arange(1, 44).sum()
    by_difference = areas.benchmark(shares, 1.0)
    by_ratio = areas.benchmark(shares, 1.0, "ratio")
    shift = 1.0 - float(shares @ areas.values)
    assert shares @ by_difference.values == pytest.approx(1.0)
    assert by_difference.values - areas.values == pytest.approx(np.full(43, shift))
    assert by_difference.mean_squared_errors == pytest.approx(areas.mean_squared_errors + shift**2)
    assert shares @ by_ratio.values == pytest.approx(1.0)
    assert np.ptp(by_ratio.values / areas.values) == pytest.approx(0, abs=1e-12)
    assert by_ratio.notes == ("benchmarked",)


@settings(max_examples=10, deadline=None)
@given(
    scale=st.floats(0.01, 100),
    shift=st.floats(-50, 50),
    seed=st.integers(min_value=0, max_value=9),
)
def test_another_unit_of_measurement_changes_nothing_else(
    scale: float, shift: float, seed: int
) -> None:
    _, y, d, x = drawn(np.random.default_rng(seed), 20, 30.0)
    plain = fay_herriot(y, d, x)
    other = fay_herriot(shift + scale * y, scale**2 * d, x)
    tolerance = 1e-6 * scale * np.abs(plain.values).max()
    assert other.values == pytest.approx(shift + scale * plain.values, abs=tolerance)
    assert other.mean_squared_errors == pytest.approx(
        scale**2 * plain.mean_squared_errors, rel=1e-5
    )


def test_a_constant_is_added_only_where_there_is_none() -> None:
    _, y, d, x = drawn(np.random.default_rng(3), 20, 30.0)
    added = fay_herriot(y, d, x)
    given_one = fay_herriot(y, d, np.column_stack([np.ones(20), x]))
    assert added.values == pytest.approx(given_one.values, rel=1e-12)
    assert fay_herriot(y, d, x, intercept=False).coefficients.size == 1


def test_indicators_of_every_kind_of_area_hold_a_constant_already() -> None:
    kinds = np.eye(4)[np.arange(40) % 4]
    rng = np.random.default_rng(18091)
    y, d = rng.normal(50, 8, 40) + 10 * (np.arange(40) % 4), np.full(40, 20.0)
    by_kind = fay_herriot(y, d, kinds)
    one_left_out = fay_herriot(y, d, kinds[:, 1:])
    assert by_kind.coefficients.size == one_left_out.coefficients.size == 4
    assert by_kind.values == pytest.approx(one_left_out.values, rel=1e-10)
    assert by_kind.between_variance == pytest.approx(one_left_out.between_variance, rel=1e-8)
    # Equal sampling variances: the regression is the mean of each kind.
    assert by_kind.coefficients == pytest.approx([y[kind::4].mean() for kind in range(4)])


def test_a_large_number_with_small_differences_is_no_constant() -> None:
    y, d = np.linspace(40, 60, 20), np.full(20, 9.0)
    years = 2020 + np.arange(20.0)
    assert fay_herriot(y, d, years).coefficients.size == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"estimates": [50.0] * 14}, "estimates must be of at least 15 areas, got 14"),
        ({"estimates": [np.inf, *[50.0] * 15]}, "estimates must be finite or NaN, got inf in row"),
        ({"variances": [0.0, *[9.0] * 15]}, "variances must be above zero, got 0.0 in row 0"),
        ({"variances": [9.0, -1.0, *[9.0] * 14]}, "variances must be above zero, got -1.0 in row"),
        ({"variances": [9.0]}, "variances must have 16 rows, got 1"),
        ({"covariates": np.ones(3)}, r"covariates must have 16 rows .*, got shape \(3, 1\)"),
        ({"covariates": [np.nan, *[1.0] * 15]}, "covariates must be finite, got nan in row 0"),
        ({"covariates": np.ones((16, 2))}, "got 2 columns .* of rank 1"),
        ({"covariates": np.eye(16)}, "covariates must be independent and fewer than 14"),
        ({"estimates": ["a"] * 16}, "estimates must be numbers"),
        ({"variances": ["a"] * 16}, "variances must be numbers"),
        ({"covariates": ["a"] * 16}, "covariates must be numbers"),
        ({"covariates": np.empty((16, 0))}, "covariates must have 16 rows and a column or more"),
        ({"covariates": np.zeros(16)}, "got 2 columns .* of rank 1"),
        ({"method": "EM"}, "method must be one of .*, got 'EM'"),
    ],
)
def test_wrong_arguments_are_named(change: dict[str, Any], message: str) -> None:
    rows = len(change.get("estimates", range(16)))
    arguments: dict[str, Any] = {
        "estimates": np.linspace(40, 60, rows),
        "variances": np.full(rows, 9.0),
        "covariates": np.ones(rows),
    }
    with pytest.raises(BadInput, match=message):
        fay_herriot(**(arguments | change))


def test_a_benchmark_that_cannot_be_met_is_refused() -> None:
    areas = milk()
    with pytest.raises(BadInput, match=r"weights must not be negative, got -1\.0 in row 0"):
        areas.benchmark([-1.0] * 43, 1.0)
    with pytest.raises(BadInput, match="weights must not all be zero"):
        areas.benchmark(np.zeros(43), 1.0)
    with pytest.raises(BadInput, match="total must be a number, got nan"):
        areas.benchmark(np.ones(43), np.nan)
    with pytest.raises(BadInput, match="'ratio' needs values of one sign"):
        areas.benchmark(np.ones(43), -43.0).benchmark(np.ones(43), 0.0).benchmark(
            np.ones(43), 1.0, "ratio"
        )
    with pytest.raises(BadInput, match="method must be one of"):
        areas.benchmark(np.ones(43), 1.0, "raking")  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(BadInput, match="level must lie between 0 and 1, got 95"):
        areas.confidence_intervals(95)
