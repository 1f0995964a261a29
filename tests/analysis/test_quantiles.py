import numpy as np
import pytest

from analysis import Sample, mean, quantile


def test_the_two_rules_differ_where_the_probability_is_reached_exactly() -> None:
    sample = Sample(np.ones(4))
    assert quantile(sample, [1, 2, 4, 8], 0.5).value == 2
    assert quantile(sample, [1, 2, 4, 8], 0.5, rule="school").value == 3
    assert quantile(sample, [1, 2, 4, 8], 0.6, rule="school").value == 4


def test_weights_move_the_median() -> None:
    assert quantile(Sample([1, 1, 5, 1]), [1, 2, 4, 8], 0.5).value == 4


def test_the_interval_inverts_that_of_the_share_below() -> None:
    values = np.arange(1, 101)
    sample = Sample(np.ones(100))
    share = mean(sample, values <= 50).confidence_interval()
    interval = quantile(sample, values, 0.5).confidence_interval()
    assert interval.low == np.ceil(share.low * 100)
    assert interval.high == np.ceil(share.high * 100)


def test_a_limit_beyond_the_sample_is_not_a_number() -> None:
    interval = quantile(Sample(np.ones(20)), np.arange(1, 21), 0.9).confidence_interval()
    assert interval.low == 16
    assert np.isnan(interval.high)


def test_the_largest_value_is_its_own_interval_as_in_r() -> None:
    satisfied = quantile(Sample(np.ones(20)), [4, 4, *[5] * 18], 0.9)
    interval = satisfied.confidence_interval()
    assert (satisfied.value, satisfied.standard_error) == (5, 0)
    assert (interval.low, interval.high) == (5, 5)


def test_below_the_share_of_the_smallest_value_r_reads_the_second_smallest() -> None:
    assert quantile(Sample(np.ones(4)), [8, 1, 2, 4], 0.1).value == 2
    assert quantile(Sample([1.0], singleton="remove"), [8], 0.1).value == 8


def test_an_empty_domain_has_no_quantile() -> None:
    assert np.isnan(quantile(Sample([1, 1]), [np.nan, np.nan], 0.5).value)


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="probability must lie between 0 and 1, got 50"):
        quantile(Sample([1, 1]), [1, 2], 50)
    with pytest.raises(ValueError, match="rule must be one of"):
        quantile(Sample([1, 1]), [1, 2], 0.5, rule="hf7")  # type: ignore[arg-type]  # wrong on purpose


def test_a_heavy_smallest_value_is_passed_over_as_in_r() -> None:
    # svyquantile(~x, svydesign(~1, weights = ~w, data = d), c(.05, .5)) of survey 4.1-1.
    sample, values = Sample([1, 4, 1, 1, 1, 1, 1, 1, 1, 1]), [8, 1, 2, 4, 5, 9, 7, 3, 12, 20]
    assert quantile(sample, values, 0.05).value == 2
    median = quantile(sample, values, 0.5)
    interval = median.confidence_interval()
    assert (median.value, interval.low, interval.high) == (4, 2, 20)
    assert median.standard_error == pytest.approx(3.978503, abs=1e-6)


def test_a_row_of_several_is_as_many_smallest_values() -> None:
    counted = Sample([1, 1, 1], counts=[3, 1, 1])
    assert quantile(counted, [1, 2, 4], 0.1).value == 1
    assert quantile(Sample(np.ones(5)), [1, 1, 1, 2, 4], 0.1).value == 1
