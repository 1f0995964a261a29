"""Numbers of answers for a list experiment, worked out by hand."""

import pytest

from analysis import BadInput, list_half_width, list_power, list_sample_size


def test_the_number_of_answers_is_that_of_two_means() -> None:
    # z .975 + z .80 = 1.959964 + .841621; variance 2 * .5 + .25 * .75 = 1.1875 of a pair:
    # 2 * 1.1875 * (2.801585 / .25)^2 = 298.26.
    assert list_sample_size(0.25) == 299
    # A design effect of 1.5: 447.4.
    assert list_sample_size(0.25, design_effect=1.5) == 448


def test_power_and_number_of_answers_agree() -> None:
    for share in (0.1, 0.25, 0.5):
        assert list_power(list_sample_size(share), share) == pytest.approx(0.8, abs=0.004)
    assert list_power(1000, 0.0) == pytest.approx(0.025)


def test_the_half_width_is_two_standard_errors() -> None:
    # sqrt(1.1875 / 50) = .154110; times 1.959964 = .302050.
    assert list_half_width(100) == pytest.approx(0.302050, abs=1e-6)


def test_what_cannot_be_planned_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="prevalence must lie between 0 and 1, got 0"):
        list_sample_size(0.0)
    with pytest.raises(BadInput, match="power must lie between 0 and 1, got 1"):
        list_sample_size(0.2, power=1.0)
    with pytest.raises(BadInput, match="answers must be above zero, got 0"):
        list_half_width(0)
    with pytest.raises(BadInput, match="count_variance must be above zero, got -1"):
        list_power(100, 0.2, count_variance=-1)
