import numpy as np
import pytest

from analysis import (
    BadInput,
    ReplicateSample,
    Sample,
    by_domain,
    mean,
    rake,
    total,
    weighted_sample,
)
from analysis.bootstrap import bootstrap_means, rao_wu_bootstrap

STRATA = np.repeat([0, 1, 2], [12, 20, 28])
CLUSTERS = np.concatenate([np.repeat(np.arange(k), n) for k, n in ((4, 3), (5, 4), (7, 4))])


def town() -> tuple[Sample, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    values = rng.normal(50, 9, (2, 60))
    values[0, 5:9] = np.nan
    return Sample(rng.uniform(1, 4, 60), STRATA, CLUSTERS), values, rng.integers(0, 2, 60)


def test_the_bootstrap_finds_the_linearised_standard_error() -> None:
    sample, values, _ = town()
    replicated = rao_wu_bootstrap(sample, 6000, np.random.default_rng(1))
    for estimator in (mean, total):
        # The error of a variance by 6,000 replicates: root of 2/6000, under 2 %; four of them.
        ratio = estimator(replicated, values[1]).variance / estimator(sample, values[1]).variance
        assert ratio == pytest.approx(1, abs=0.08)


def test_each_replicate_draws_one_unit_less_in_every_stratum() -> None:
    sample, _, _ = town()
    replicated = rao_wu_bootstrap(sample, 50, np.random.default_rng(1))
    assert isinstance(replicated, ReplicateSample)
    assert replicated.scale == pytest.approx(1 / 49)
    factors = replicated.replicate_weights / sample.weights[:, None]
    for stratum, n in ((0, 4), (1, 5), (2, 7)):
        rows = np.flatnonzero(stratum == STRATA)
        first = rows[np.unique(CLUSTERS[rows], return_index=True)[1]]
        times = factors[first] * (n - 1) / n
        assert times == pytest.approx(np.round(times))
        assert times.sum(axis=0) == pytest.approx(n - 1)


def test_many_means_at_once_are_those_of_the_replicates() -> None:
    sample, values, domains = town()
    found = bootstrap_means(sample, values, domains, 60, np.random.default_rng(8))
    replicated = rao_wu_bootstrap(sample, 60, np.random.default_rng(8))
    for item in range(2):
        one_by_one = by_domain(mean, replicated, values[item], domains)
        assert found.values[:, item] == pytest.approx(one_by_one.values)
        assert found.standard_errors[:, item] == pytest.approx(one_by_one.standard_errors)


def test_domains_of_their_own_strata_are_drawn_one_after_the_other() -> None:
    sample, values, _ = town()
    found = bootstrap_means(sample, values, STRATA, 3000, np.random.default_rng(5))
    linearised = by_domain(mean, sample, values[1], STRATA)
    assert found.labels.tolist() == [0, 1, 2]
    assert found.values[:, 1] == pytest.approx(linearised.values)
    assert found.standard_errors[:, 1] == pytest.approx(linearised.standard_errors, rel=0.1)


def test_codes_are_scored_and_negative_codes_have_no_score() -> None:
    sample = Sample(np.ones(6), population_sizes=None)
    codes = np.array([[0, 1, 2, -1, 2, 1], [-1, -2, -3, -4, -5, -1]], dtype=np.int8)
    found = bootstrap_means(
        sample, codes, np.zeros(6, int), 20, np.random.default_rng(2), scores=[0.0, 50.0, 100.0]
    )
    assert found.values[0, 0] == 60.0
    assert np.isnan(found.values[0, 1])
    assert np.isnan(found.standard_errors[0, 1])


def test_a_lone_unit_keeps_its_weight_where_the_sample_says_so() -> None:
    sample = Sample([3.0, 1.0, 1.0], ["a", "b", "b"], singleton="certainty")
    replicated = rao_wu_bootstrap(sample, 10, np.random.default_rng(1))
    assert (replicated.replicate_weights[0] == 3.0).all()


def test_what_cannot_be_bootstrapped_is_refused() -> None:
    rng = np.random.default_rng(1)
    with pytest.raises(BadInput, match="replicates must be a whole number from 2 to"):
        rao_wu_bootstrap(Sample(np.ones(4)), 1, rng)
    with pytest.raises(BadInput, match="1 strata with one unit drawn and singleton 'fail'"):
        rao_wu_bootstrap(Sample(np.ones(3), list("abb")), 9, rng)
    with pytest.raises(BadInput, match="sample must not have counts"):
        rao_wu_bootstrap(Sample(np.ones(2), counts=[1, 3]), 9, rng)
    with pytest.raises(BadInput, match="values must have 4 columns, one row or more, got shape"):
        bootstrap_means(Sample(np.ones(4)), [[1, 2, 3]], np.ones(4), 9, rng)
    with pytest.raises(BadInput, match="values must be codes below 2, got 5"):
        bootstrap_means(Sample(np.ones(2)), [[1, 5]], [0, 0], 9, rng, scores=[0, 1])
    weighting = rake(np.ones(4), {"sex": (list("mmff"), {"m": 5, "f": 7})})
    with pytest.raises(BadInput, match="sample must not be calibrated"):
        rao_wu_bootstrap(weighted_sample(Sample(np.ones(4)), weighting), 9, rng)
