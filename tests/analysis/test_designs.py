import numpy as np

from analysis import Sample, mean, total
from analysis.designs import answered, no_data


def test_rows_without_weight_or_value_do_not_enter() -> None:
    known = answered(Sample([1, 0, 1, 1]), values=[1.0, 2.0, np.nan, 4.0])
    assert known.rows.tolist() == [0, 3]
    assert known.variables[0].tolist() == [1.0, 4.0]
    assert known.n == 2


def test_an_empty_domain_has_no_data_and_no_error() -> None:
    for estimate in (mean(Sample([1, 1]), [np.nan] * 2), no_data(Sample([1, 1]))):
        assert np.isnan(estimate.value)
        assert np.isnan(estimate.standard_error)
        assert estimate.n == 0


def test_one_unit_tells_nothing_of_the_variance_of_a_mean_but_something_of_a_total() -> None:
    sample = Sample(np.ones(4), clusters=[1, 1, 2, 3])
    values = [3.0, 5.0, np.nan, np.nan]
    assert np.isnan(mean(sample, values).standard_error)
    # Cluster totals 8, 0, 0: 3/2 times squares about 8/3.
    assert total(sample, values).variance == 64.0


def test_the_design_effect_is_one_for_a_simple_random_sample() -> None:
    values = [1.0, 5.0, 2.0, 7.0]
    estimate = mean(Sample([5.0] * 4, population_sizes=[20] * 4), values)
    assert estimate.design_effect == 1.0
    assert estimate.design_effect_with_replacement == 0.8
