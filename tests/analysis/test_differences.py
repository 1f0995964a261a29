import numpy as np
import pytest

from analysis import DomainEstimates, Estimate, Sample, by_domain, contrast, difference, mean


def test_independent_estimates_have_the_degrees_of_freedom_of_welch() -> None:
    # Variances 4 and 1 on 9 and 4: (4 + 1)^2 / (16/9 + 1/4) = 12.328767.
    estimate = difference(Estimate(10.0, 2.0, 9, 10), Estimate(7.0, 1.0, 4, 5))
    assert estimate.value == 3.0
    assert estimate.variance == pytest.approx(5.0)
    assert estimate.degrees_of_freedom == pytest.approx(12.328767, abs=1e-6)
    assert estimate.n == 15


def test_dependent_estimates_have_the_smaller_degrees_of_freedom() -> None:
    estimate = difference(Estimate(10.0, 2.0, 9, 10), Estimate(7.0, 1.0, 4, 5), covariance=0.5)
    assert estimate.variance == pytest.approx(4.0)
    assert estimate.degrees_of_freedom == 4


def test_a_contrast_of_all_domains_is_known_from_the_totals() -> None:
    sample, labels = Sample(np.ones(4)), list("abab")
    means = by_domain(mean, sample, [1.0, 5.0, 3.0, 9.0], labels, covariance=True)
    by_label, by_place = contrast(means, {"b": 1.0, "a": -1.0}), contrast(means, [-1.0, 1.0])
    assert by_label == by_place
    assert by_label.value == 5.0
    assert by_label.degrees_of_freedom == 1


def test_a_contrast_refuses_what_it_cannot_know() -> None:
    numbers = np.array([1.0, 2.0])
    without = DomainEstimates(np.array(["a", "b"]), numbers, numbers, numbers, np.array([3, 4]))
    with pytest.raises(ValueError, match="must carry a covariance"):
        contrast(without, [1, -1])
    full = by_domain(mean, Sample(np.ones(4)), [1, 2, 3, 5], list("aabb"), covariance=True)
    with pytest.raises(ValueError, match="coefficients name 'c'"):
        contrast(full, {"c": 1.0})
    with pytest.raises(ValueError, match="must not all be zero"):
        contrast(full, [0.0, 0.0])
