"""What must hold of every design-based estimate, whatever the sample."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis import (
    Estimate,
    Sample,
    beta_interval,
    by_domain,
    calibrate,
    chi_squared,
    exact_logit_interval,
    jackknife,
    likelihood_interval,
    logit_interval,
    mean,
    population_variance,
    proportion,
    quantile,
    rake,
    rao_wu_bootstrap,
    ratio,
    t_test,
    total,
    weighted_sample,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

median = partial(quantile, probability=0.5)
ESTIMATORS: dict[str, Callable[[Sample, Floats], Estimate]] = {
    "mean": mean,
    "total": total,
    "population_variance": population_variance,
    "ratio": lambda sample, values: ratio(sample, values, values % 7 + 1),
    "proportion": lambda sample, values: proportion(sample, values > 40),
    "median": median,
}


@dataclass(frozen=True)
class Town:
    """Two strata of three clusters or more, answers, groups and labels of a table."""

    weights: Floats
    strata: Integers
    clusters: Integers
    values: Floats
    groups: Integers
    labels: Integers

    def taken(self, rows: Integers) -> "Town":
        return Town(*(array[rows] for array in vars(self).values()))

    def sample(self, factor: float = 1.0, **more: Any) -> Sample:  # noqa: ANN401  (as Sample)
        return Sample(self.weights * factor, self.strata, self.clusters, **more)


@st.composite
def towns(draw: st.DrawFn) -> Town:
    n = draw(st.integers(12, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    strata = np.arange(n) % 2
    clusters = np.concatenate([np.arange(6) // 2, rng.integers(0, 4, n - 6)])
    values = np.round(rng.normal(50, 15, n), draw(st.integers(0, 2)))
    values[rng.random(n) < draw(st.sampled_from([0.0, 0.2]))] = np.nan
    values[:2] = 30.0, 60.0
    groups, labels = rng.integers(0, 2, n), rng.integers(0, 3, n)
    groups[:6], labels[:6] = [0, 1, 0, 1, 0, 1], [0, 0, 1, 1, 2, 2]
    return Town(np.round(rng.uniform(0.5, 9, n), 2), strata, clusters, values, groups, labels)


def same(one: Estimate, other: Estimate, factor: float = 1.0) -> None:
    assert other.value == pytest.approx(one.value * factor, rel=1e-9, abs=1e-9)
    size = factor * max(abs(one.value), 1.0)
    expected = one.standard_error * factor
    assert other.standard_error == pytest.approx(expected, rel=1e-7, abs=1e-8 * size, nan_ok=True)
    assert (other.n, other.degrees_of_freedom) == (one.n, one.degrees_of_freedom)


@settings(deadline=None)
@given(towns(), st.sampled_from(sorted(ESTIMATORS)), st.sampled_from([0.001, 3.0, 4096.0]))
def test_the_scale_of_the_weights_changes_totals_alone(
    town: Town, name: str, factor: float
) -> None:
    estimator = ESTIMATORS[name]
    before = estimator(town.sample(), town.values)
    after = estimator(town.sample(factor), town.values)
    same(before, after, factor if name == "total" else 1.0)


@settings(deadline=None)
@given(towns(), st.sampled_from(sorted(ESTIMATORS)), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(town: Town, name: str, random: Any) -> None:  # noqa: ANN401  (hypothesis' own)
    order = list(range(town.weights.size))
    random.shuffle(order)
    shuffled = town.taken(np.array(order))
    estimator = ESTIMATORS[name]
    same(estimator(town.sample(), town.values), estimator(shuffled.sample(), shuffled.values))


@settings(deadline=None)
@given(towns(), st.sampled_from(sorted(ESTIMATORS)), st.booleans())
def test_a_row_with_a_count_is_so_many_rows(town: Town, name: str, clustered: bool) -> None:
    counts = np.arange(town.weights.size) % 3 + 1
    long = town.taken(np.repeat(np.arange(town.weights.size), counts))
    clusters, long_clusters = (town.clusters, long.clusters) if clustered else (None, None)
    short_sample = Sample(town.weights, town.strata, clusters, None, counts)
    long_sample = Sample(long.weights, long.strata, long_clusters)
    estimator = ESTIMATORS[name]
    one, other = estimator(short_sample, town.values), estimator(long_sample, long.values)
    same(one, other)
    if name == "proportion" and 0 < one.value < 1:
        for interval_of in (
            logit_interval,
            exact_logit_interval,
            beta_interval,
            likelihood_interval,
        ):
            first, second = interval_of(one), interval_of(other)
            assert first.low == pytest.approx(second.low, rel=1e-6)
            assert first.high == pytest.approx(second.high, rel=1e-6)


@settings(deadline=None)
@given(towns(), st.sampled_from(["F", "Chisq"]))
def test_tables_do_not_mind_scale_order_sides_or_counts(town: Town, statistic: Any) -> None:  # noqa: ANN401  (a literal)
    result = chi_squared(town.sample(), town.groups, town.labels, statistic)
    turned = chi_squared(town.sample(100.0), town.labels, town.groups, statistic)
    back = town.taken(np.arange(town.weights.size)[::-1])
    reversed_ = chi_squared(back.sample(), back.groups, back.labels, statistic)
    for other in (turned, reversed_):
        assert other.statistic == pytest.approx(result.statistic, rel=1e-6, abs=1e-12)
        assert other.p_value == pytest.approx(result.p_value, rel=1e-6, abs=1e-12)
    assert 0 <= result.p_value <= 1


@settings(deadline=None)
@given(towns())
def test_domain_totals_and_their_covariance_add_up(town: Town) -> None:
    for sample in (town.sample(), jackknife(town.sample())):
        whole = total(sample, town.values)
        parts = by_domain(total, sample, town.values, town.labels, covariance=True)
        assert np.nansum(parts.values) == pytest.approx(whole.value)  # NaN: a domain of nobody
        assert parts.n.sum() == whole.n
        assert parts.covariance is not None
        known = ~np.isnan(parts.standard_errors)
        if known.all():
            assert parts.covariance.sum() == pytest.approx(whole.variance, rel=1e-6, abs=1e-6)


@settings(deadline=None)
@given(towns())
def test_two_groups_tested_the_other_way_round_differ_by_sign(town: Town) -> None:
    values = np.where(np.isnan(town.values), 41.0, town.values)
    one = t_test(town.sample(), values, town.groups)
    other = t_test(town.sample(), values, 1 - town.groups)
    assert other.statistic == pytest.approx(-one.statistic, rel=1e-7, abs=1e-9)
    assert other.p_value == pytest.approx(one.p_value, rel=1e-6)


@settings(deadline=None)
@given(towns(), st.sampled_from(["regression", "R"]))
def test_a_margin_has_no_variance_once_it_is_met(town: Town, variance: Any) -> None:  # noqa: ANN401  (a literal)
    weighting = rake(town.weights, {"group": (town.groups, {0: 300, 1: 500})})
    sample = weighted_sample(town.sample(), weighting, variance)
    share = proportion(sample, town.groups == 0)
    assert share.value == pytest.approx(300 / 800)
    assert share.standard_error == pytest.approx(0, abs=1e-7)


@settings(deadline=None)
@given(towns())
def test_calibration_to_dummies_is_raking_and_keeps_scale(town: Town) -> None:
    totals = {
        "group": (town.groups, {0: 300, 1: 500}),
        "label": (town.labels, {0: 200, 1: 350, 2: 250}),
    }
    raked = rake(town.weights, totals, 1e-12, 5000)
    dummies = np.hstack([np.eye(2)[town.groups], np.eye(3)[town.labels][:, 1:]])
    calibrated = calibrate(town.weights, dummies, [300, 500, 350, 250], "raking")
    if raked.converged and calibrated.converged:
        assert calibrated.weights == pytest.approx(raked.weights, rel=1e-5)
        scaled = rake(7 * town.weights, totals, 1e-12, 5000)
        assert scaled.weights == pytest.approx(raked.weights, rel=1e-9)


@settings(deadline=None)
@given(towns(), st.integers(0, 1000))
def test_replicates_of_any_kind_keep_the_estimate(town: Town, seed: int) -> None:
    known = mean(town.sample(), town.values)
    rng = np.random.default_rng(seed)
    for replicated in (jackknife(town.sample()), rao_wu_bootstrap(town.sample(), 9, rng)):
        estimate = mean(replicated, town.values)
        assert estimate.value == pytest.approx(known.value)
        assert estimate.status == "estimated"
