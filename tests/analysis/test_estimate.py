import math

import numpy as np
import pytest

from analysis import DomainEstimates, Estimate, Interval


def test_the_interval_is_that_of_student() -> None:
    # t with 9 degrees of freedom at 97.5 % is 2.262157 in every table.
    interval = Estimate(10.0, 2.0, 9, 10).confidence_interval(0.95)
    assert interval.low == pytest.approx(10 - 2 * 2.262157, abs=1e-5)
    assert interval.high == pytest.approx(10 + 2 * 2.262157, abs=1e-5)


def test_without_degrees_of_freedom_there_is_no_interval() -> None:
    interval = Estimate(10.0, 2.0, 0, 1).confidence_interval()
    assert math.isnan(interval.low)
    assert math.isnan(interval.high)


def test_an_estimators_own_interval_is_kept() -> None:
    estimate = Estimate(1.0, 1.0, 5, 6, own_interval=lambda level: Interval(-level, level))
    assert estimate.confidence_interval(0.9) == Interval(-0.9, 0.9)


def test_a_level_outside_zero_to_one_is_refused() -> None:
    with pytest.raises(ValueError, match="level must lie between 0 and 1, got 95"):
        Estimate(1.0, 1.0, 5, 6).confidence_interval(95)


def test_a_domain_is_found_by_its_label() -> None:
    domains = DomainEstimates(
        np.array(["a", "b"]),
        np.array([1.0, 2.0]),
        np.array([0.1, 0.2]),
        np.array([3.0, 4.0]),
        np.array([5, 6]),
    )
    assert domains.estimate("b") == Estimate(2.0, 0.2, 4.0, 6)
    with pytest.raises(ValueError, match="'c' is not one of the domains"):
        domains.estimate("c")
