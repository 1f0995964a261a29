import numpy as np
import pytest

from analysis import Estimate, Sample, likelihood_interval, proportion
from analysis.logistic import LogisticFit
from analysis.profiles import _spline, profile_interval


def test_the_spline_is_that_of_r() -> None:
    # spline(x, y, n = 7)$y of R.
    x, y = np.array([-2.0, -1, 0, 1.5, 3, 4]), np.array([-3.0, -1.2, 0, 1, 1.7, 2])
    expected = [-3, -1.2, 0, 0.728109668109668, 1.25542279942279933, 1.7, 2]
    assert _spline(x, y, np.linspace(-2, 4, 7)) == pytest.approx(expected, rel=1e-14, abs=1e-14)


def test_the_limits_are_those_of_r() -> None:
    # svyciprop(method = "likelihood") of R for 8 of 40 with equal weights.
    interval = likelihood_interval(proportion(Sample(np.ones(40)), np.arange(40) < 8))
    assert interval.low == pytest.approx(0.092150827549419709, rel=1e-9)
    assert interval.high == pytest.approx(0.349389957857724198, rel=1e-9)


def test_a_profile_that_ends_too_soon_is_solved() -> None:
    # Two rare answers in strata that leave little variance: R has no limits here.
    estimate = Estimate(0.004, 0.02, 30, 60)
    interval = profile_interval(estimate, LogisticFit.of(0.004, 60), 5.0, 2.0)
    assert 0 < interval.low < 0.004 < interval.high < 1
