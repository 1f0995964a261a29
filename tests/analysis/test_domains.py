from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import (
    Estimate,
    Sample,
    beta_interval,
    by_domain,
    likelihood_interval,
    logit_interval,
    mean,
    proportion,
    quantile,
    rake,
    total,
    weighted_sample,
)

VALUES = np.array([3.0, 8.0, 1.0, 4.0, 9.0, 2.0])
GROUPS = np.array(["x", "y", "x", "y", "y", "x"])


def clustered() -> Sample:
    return Sample([1, 2, 1, 3, 1, 2], list("aaabbb"), [1, 1, 2, 1, 2, 2])


def test_a_domain_is_the_estimate_with_zeros_outside_it() -> None:
    domains = by_domain(mean, clustered(), VALUES, GROUPS)
    for label in "xy":
        alone = mean(clustered(), np.where(label == GROUPS, VALUES, np.nan))
        assert domains.estimate(label).value == pytest.approx(alone.value)
        assert domains.estimate(label).standard_error == pytest.approx(alone.standard_error)


def test_rows_without_a_label_are_in_no_domain() -> None:
    labels = np.array([1.0, np.nan, 1.0, 2.0, 2.0, np.nan])
    domains = by_domain(total, clustered(), VALUES, labels)
    assert domains.labels.tolist() == [1.0, 2.0]
    assert domains.n.tolist() == [2, 2]


def test_the_covariance_has_the_variances_on_its_diagonal() -> None:
    domains = by_domain(mean, clustered(), VALUES, GROUPS, covariance=True)
    assert domains.covariance is not None
    assert np.sqrt(np.diag(domains.covariance)) == pytest.approx(domains.standard_errors)


def test_calibrated_weights_let_rows_outside_the_domain_count() -> None:
    sample = Sample(np.ones(6))
    weighting = rake(sample.weights, {"g": (GROUPS, {"x": 2, "y": 4})})
    weighted = weighted_sample(sample, weighting)
    domains = by_domain(mean, weighted, VALUES, np.array([1, 1, 1, 1, 2, 2]), covariance=True)
    assert domains.covariance is not None
    assert np.sqrt(np.diag(domains.covariance)) == pytest.approx(domains.standard_errors)


def test_an_estimate_of_a_domain_has_the_intervals_of_its_own() -> None:
    sample = Sample(np.arange(1.0, 31.0), np.repeat(list("ab"), 15))
    members, groups = np.arange(30) % 3 == 0, np.repeat(list("xyx"), 10)
    inside = np.flatnonzero(groups == "x")
    alone = proportion(sample.domain(inside), members[inside])
    found = by_domain(proportion, sample, members, groups).estimate("x")
    for interval_of in (likelihood_interval, logit_interval, beta_interval):
        assert interval_of(found) == interval_of(alone)
    medians = by_domain(partial(quantile, probability=0.5), sample, np.arange(30), groups)
    limits = quantile(sample.domain(inside), np.arange(30)[inside], 0.5).confidence_interval()
    assert medians.estimate("x").confidence_interval() == limits


def test_an_estimator_that_does_not_linearise_has_no_covariance() -> None:
    median = partial(quantile, probability=0.5)
    assert by_domain(median, clustered(), VALUES, GROUPS).values.tolist() == [2.0, 4.0]
    with pytest.raises(ValueError, match="covariance needs an estimator that linearises"):
        by_domain(median, clustered(), VALUES, GROUPS, covariance=True)


@given(st.lists(st.tuples(st.floats(-50, 50), st.integers(0, 3)), min_size=3, max_size=30))
def test_domains_add_up(rows: list[tuple[float, int]]) -> None:
    values, labels = (np.array(column) for column in zip(*rows, strict=True))
    sample = Sample(np.linspace(1, 3, len(rows)))
    whole: Estimate = total(sample, values)
    domains = by_domain(total, sample, values, labels, covariance=True)
    assert domains.covariance is not None
    assert domains.values.sum() == pytest.approx(whole.value, abs=1e-6)
    assert domains.covariance.sum() == pytest.approx(whole.variance, rel=1e-6, abs=1e-6)
    assert domains.n.sum() == whole.n
