import numpy as np
import pytest

from analysis import (
    BadInput,
    ReplicateSample,
    Sample,
    balanced_half_samples,
    by_domain,
    chi_squared,
    contrast,
    jackknife,
    mean,
    quantile,
    t_test,
    total,
)

VALUES = np.array([3.0, 8.0, 1.0, 4.0, 9.0, 2.0])


def test_the_jackknife_of_a_mean_is_its_linearised_variance() -> None:
    # For the mean of equal weights both are s^2 / n (1 - f), exactly.
    sample = Sample(np.full(6, 2.0), population_sizes=np.full(6, 12))
    replicated, linearised = mean(jackknife(sample), VALUES), mean(sample, VALUES)
    assert replicated.standard_error == pytest.approx(linearised.standard_error)
    assert replicated.degrees_of_freedom == linearised.degrees_of_freedom == 5


def test_the_jackknife_of_a_stratified_total_is_exact() -> None:
    sample = Sample([1, 1, 2, 2, 3, 3], list("aaabbb"), [1, 1, 2, 1, 2, 3])
    assert total(jackknife(sample), VALUES).variance == pytest.approx(
        total(sample, VALUES).variance
    )


def test_the_centre_may_be_the_full_estimate() -> None:
    replicates = np.array([[2.0, 0.0], [0.0, 2.0], [1.0, 1.0]])
    values = [1.0, 5.0, 9.0]
    around_mean = total(ReplicateSample(np.ones(3), replicates, 0.5), values)
    around_full = total(ReplicateSample(np.full(3, 1.2), replicates, 0.5, mse=True), values)
    # Replicates 11 and 19 around 15, and around 1.2 * 15 = 18.
    assert around_mean.variance == pytest.approx(0.5 * (16 + 16))
    assert around_full.variance == pytest.approx(0.5 * (49 + 1))


def test_every_estimator_answers_replicates() -> None:
    sample = Sample([1, 1, 2, 2, 3, 3], list("aaabbb"), [1, 1, 2, 1, 2, 3])
    replicates = jackknife(sample)
    groups = np.array(list("xyxyxy"))
    domains = by_domain(mean, replicates, VALUES, groups, covariance=True)
    assert contrast(domains, [1, -1]).standard_error > 0
    assert t_test(replicates, VALUES, groups).p_value > 0
    assert chi_squared(replicates, groups, list("uuvvuv")).p_value > 0
    assert quantile(replicates, VALUES, 0.5).value == 3.0
    assert mean(replicates, np.full(6, np.nan)).n == 0


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="replicate_weights must have 2 rows"):
        ReplicateSample([1, 1], [1, 1], 1.0)
    with pytest.raises(ValueError, match="scale must be above zero, got 0"):
        ReplicateSample([1, 1], [[1, 2], [1, 2]], 0)
    with pytest.raises(ValueError, match="rscales must have 2 rows, got 1"):
        ReplicateSample([1, 1], [[1, 2], [1, 2]], 1, [1])
    with pytest.raises(ValueError, match="two first-stage units or more"):
        jackknife(Sample([1, 1, 1], list("aab")))
    with pytest.raises(ValueError, match="must not have counts"):
        jackknife(Sample([1, 1], counts=[2, 1]))


def paired() -> Sample:
    weights = [2.0, 3.0, 1.0, 4.0, 2.0, 5.0]
    return Sample(weights, list("aabbcc"), [1, 2, 1, 2, 1, 2])


@pytest.mark.parametrize("fay", [0.0, 0.3, 0.7])
def test_balanced_halves_give_the_linearised_variance_of_a_total(fay: float) -> None:
    # Each pair adds the square of its difference (Wolter 2007, 3.2), whatever Fay's rho.
    halves = balanced_half_samples(paired(), fay=fay)
    assert total(halves, VALUES).variance == pytest.approx(total(paired(), VALUES).variance)
    assert halves.replicate_weights.sum(axis=0) @ np.ones(4) == pytest.approx(4 * 17)


def test_only_pairs_can_be_halved() -> None:
    with pytest.raises(BadInput, match="two first-stage units in every stratum, got 3"):
        balanced_half_samples(Sample(np.ones(5), list("aaabb")))
    with pytest.raises(BadInput, match="fay must be from 0 to below 1, got 1"):
        balanced_half_samples(paired(), fay=1.0)


def test_a_replicate_without_anybody_of_a_domain_is_left_out() -> None:
    # The second replicate gives the domain no weight; two are left: 1 and 9, of mean 5.
    sample = ReplicateSample([1, 1, 1], [[1, 0, 0], [0, 0, 1], [1, 1, 1]], scale=0.5)
    values = [1.0, 9.0, np.nan]
    assert mean(sample, values).standard_error == pytest.approx(4.0)
    nobody = ReplicateSample([1, 1], [[0, 0], [1, 1]], scale=0.5)
    assert mean(nobody, [1.0, np.nan]).status == "variance not estimable"
