"""The test of no design effect: published shares, R's weights, and what a broken list looks like."""

import json
from pathlib import Path

import numpy as np
import pytest

from analysis import Sample, list_design_effect, list_prevalence
from tests.analysis.test_list_experiment import ARM, COUNTS, RACE, REFERENCE


def test_the_shares_of_the_types_are_the_published_ones() -> None:
    """Blair & Imai (2012), in per cent with standard errors."""
    found = list_design_effect(RACE, COUNTS, ARM, controls=3)
    assert (100 * found.with_item).round(1).tolist() == [-1.7, 1.0, 2.0, 5.4]
    assert (100 * found.with_errors).round(1).tolist() == [0.8, 2.4, 2.8, 0.9]
    assert (100 * found.without_item).round(1).tolist() == [3.0, 21.4, 35.7, 33.1]
    assert (100 * found.without_errors).round(1).tolist() == [0.7, 1.7, 2.6, 2.2]


def test_the_p_value_is_that_of_the_distribution_with_weights_from_r() -> None:
    race = json.loads(Path(REFERENCE).read_text())["race"]
    found = list_design_effect(RACE, COUNTS, ARM, controls=3)
    assert found.with_item.tolist() == pytest.approx(race["with"])
    assert found.p_value == pytest.approx(2 * race["tail"], abs=0.004)  # 20,000 points


def test_the_types_add_up_to_everybody_and_to_the_share() -> None:
    found = list_design_effect(RACE, COUNTS, ARM, controls=3)
    assert found.with_item.sum() == pytest.approx(0.0677974, abs=1e-7)
    assert found.with_item.sum() + found.without_item.sum() == pytest.approx(1)
    assert found.with_item.sum() == pytest.approx(
        list_prevalence(RACE, COUNTS, ARM, controls=3).difference.value
    )


def test_a_list_whose_treated_count_less_than_they_should_is_found_out() -> None:
    control, treated = [5, 20, 50, 25], [40, 30, 20, 8, 2]
    arm = [0] * 4 + [1] * 5
    sample = Sample(np.ones(9), strata=arm, counts=control + treated)
    assert list_design_effect(sample, COUNTS, arm, controls=3).p_value < 1e-6


def test_arms_that_fit_each_other_leave_nothing_to_reject() -> None:
    control, treated = [10, 40, 40, 10], [8, 34, 40, 16, 2]
    arm = [0] * 4 + [1] * 5
    sample = Sample(np.ones(9), strata=arm, counts=control + treated)
    assert list_design_effect(sample, COUNTS, arm, controls=3).p_value == 1.0


def test_unanimous_arms_are_no_evidence_of_anything() -> None:
    sample = Sample(np.ones(4), strata=[0, 0, 1, 1])
    assert list_design_effect(sample, [2, 2, 2, 2], [0, 0, 1, 1], controls=3).p_value == 1.0
