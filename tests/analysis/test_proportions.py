import math

import numpy as np
import pytest

from analysis import (
    Estimate,
    Sample,
    beta_interval,
    likelihood_interval,
    logit_interval,
    proportion,
)


def test_a_proportion_is_the_mean_of_membership() -> None:
    estimate = proportion(Sample([1, 1, 1, 1]), [True, False, True, True])
    assert estimate.value == 0.75
    assert estimate.variance == pytest.approx(0.75 * 0.25 / 3)


def test_the_beta_interval_of_a_simple_sample_is_near_clopper_and_pearson() -> None:
    # Clopper and Pearson for 81 of 263 is .2527 to .3676 (Newcombe 1998, table I); n* is n - 1 here.
    members = np.arange(263) < 81
    interval = beta_interval(proportion(Sample(np.ones(263)), members))
    assert interval.low == pytest.approx(0.2527, abs=5e-4)
    assert interval.high == pytest.approx(0.3676, abs=5e-4)


def test_nobody_of_ten_has_the_rule_of_three_interval() -> None:
    # 1 - .025^(1/10) = .3085
    estimate = proportion(Sample(np.ones(10)), np.zeros(10))
    for interval in (beta_interval(estimate), logit_interval(estimate)):
        assert interval.low == 0.0
        assert interval.high == pytest.approx(1 - 0.025**0.1)
    everybody = beta_interval(proportion(Sample(np.ones(10)), np.ones(10)))
    assert everybody.low == pytest.approx(0.025**0.1)
    assert everybody.high == 1.0


def test_clustering_widens_the_interval_of_a_unanimous_answer() -> None:
    estimate = proportion(Sample(np.ones(10)), np.zeros(10))
    assert beta_interval(estimate, cluster_effect=2.0).high == pytest.approx(1 - 0.025**0.2)


def test_the_effective_size_can_be_bounded_by_n() -> None:
    # n* = .25/.001 = 250 from ten respondents: too good to be published.
    lucky = Estimate(0.5, math.sqrt(0.001), 9, 10)
    assert beta_interval(lucky, at_most_n=True).low < beta_interval(lucky).low


def test_the_interval_does_not_depend_on_how_the_domain_is_named() -> None:
    sample = Sample(np.arange(1.0, 31.0), np.repeat(list("ab"), 15))
    members, inside = np.arange(30) % 3 == 0, np.arange(5, 17)
    gaps = np.where(np.isin(np.arange(30), inside), members, np.nan)
    by_gaps, by_rows = proportion(sample, gaps), proportion(sample.domain(inside), members[inside])
    for interval_of in (likelihood_interval, logit_interval, beta_interval):
        assert interval_of(by_gaps) == interval_of(by_rows)
    asked = proportion(sample, gaps, missing="asked")
    assert (asked.value, asked.standard_error) == (by_gaps.value, by_gaps.standard_error)
    # Size and degrees of freedom of all thirty: a little less shrinkage of the effective size.
    assert beta_interval(asked) != beta_interval(by_gaps)
    assert by_gaps.deviations is not None
    assert by_gaps.deviations.shape == (30,)


def test_likelihood_limits_solve_their_equation() -> None:
    estimate = proportion(Sample(np.ones(40)), np.arange(40) < 8)
    interval = likelihood_interval(estimate)
    for limit in (interval.low, interval.high):
        ratio = 0.2 * math.log(0.2 / limit) + 0.8 * math.log(0.8 / (1 - limit))
        # R's limits are read off a spline; n* is 39 and the dispersion 40/39; t with 39 degrees of freedom is 2.022691.
        assert 2 * 39 * 39 / 40 * ratio == pytest.approx(2.022691**2, rel=2e-4)


def test_likelihood_limits_reach_the_end_for_a_unanimous_answer() -> None:
    assert likelihood_interval(proportion(Sample(np.ones(10)), np.zeros(10))).low == 0.0
    assert likelihood_interval(proportion(Sample(np.ones(10)), np.ones(10))).high == 1.0


def test_one_respondent_or_none_has_no_interval() -> None:
    for members in ([1.0, np.nan], [np.nan, np.nan]):
        estimate = proportion(Sample([1, 1]), members)
        for interval_of in (likelihood_interval, logit_interval):
            if estimate.n == 0 or interval_of is likelihood_interval:
                assert math.isnan(interval_of(estimate).low)


def test_a_whole_population_is_known() -> None:
    estimate = proportion(Sample(np.ones(4), population_sizes=[4] * 4), [1, 0, 1, 1])
    assert logit_interval(estimate).low == logit_interval(estimate).high == 0.75
    assert beta_interval(estimate).low == beta_interval(estimate).high == 0.75
