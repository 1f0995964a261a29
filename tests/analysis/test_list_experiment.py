"""List experiments beside R's survey package and the published counts of Blair & Imai (2012)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import BadInput, Sample, list_prevalence

REFERENCE = Path(__file__).parents[1] / "reference" / "further" / "list_experiment.json"
# The National Race and Politics Survey of 1991, controls and the item on a black family.
COUNTS = [0, 1, 2, 3, 0, 1, 2, 3, 4]
PEOPLE = [8, 132, 222, 227, 19, 123, 229, 219, 34]
ARM = [0] * 4 + [1] * 5
RACE = Sample([1] * 9, strata=ARM, counts=PEOPLE)


@pytest.fixture(scope="module")
def r() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(REFERENCE.read_text())
    return found


def test_the_difference_of_two_arms_is_that_of_r(r: dict[str, Any]) -> None:
    found = list_prevalence(RACE, COUNTS, ARM, controls=3)
    assert found.difference.value == pytest.approx(r["race"]["difference"], rel=1e-12)
    assert found.difference.standard_error == pytest.approx(r["race"]["se"], rel=1e-12)
    assert found.difference.degrees_of_freedom == 589 + 624 - 2
    assert (found.n_control, found.n_treated) == (589, 624)


def test_rows_of_single_people_say_the_same_as_rows_of_many() -> None:
    counts, arm = np.repeat(COUNTS, PEOPLE), np.repeat(ARM, PEOPLE)
    one = list_prevalence(Sample(np.ones(1213), strata=arm), counts, arm, controls=3)
    many = list_prevalence(RACE, COUNTS, ARM, controls=3)
    assert one.difference.value == pytest.approx(many.difference.value)
    assert one.difference.standard_error == pytest.approx(many.difference.standard_error)


def test_collectors_who_brought_both_lists_are_clusters_as_in_r(r: dict[str, Any]) -> None:
    town = r["town"]
    sample = Sample(town["w"], clusters=town["collector"])
    found = list_prevalence(sample, town["y"], town["treat"], controls=3).difference
    for value, error in (("difference", "se"), ("slope", "slope_se")):
        assert found.value == pytest.approx(r["clustered"][value], rel=1e-12)
        assert found.standard_error == pytest.approx(r["clustered"][error], rel=1e-9)
    assert found.degrees_of_freedom == r["clustered"]["df"]


def test_the_ends_say_who_told_on_themselves() -> None:
    found = list_prevalence(RACE, COUNTS, ARM, controls=3)
    assert found.floor == pytest.approx((8 / 589, 19 / 624))
    assert found.ceiling == pytest.approx((227 / 589, 34 / 624))
    assert found.control.sum() == pytest.approx(1)
    assert found.treated.tolist() == pytest.approx([n / 624 for n in PEOPLE[4:]])


def test_whoever_did_not_answer_is_left_out() -> None:
    sample = Sample(np.ones(6), strata=[0, 0, 0, 1, 1, 1])
    found = list_prevalence(sample, [1, 2, np.nan, 2, 3, np.nan], [0, 0, 0, 1, 1, 1], controls=3)
    assert (found.n_control, found.n_treated, found.share) == (2, 2, 1.0)


def test_an_estimate_below_nobody_is_nobody_and_keeps_an_interval() -> None:
    # Controls 2, 2, 3, 3; treated 1, 1, 2, 2: means 2.5 and 1.5, variances 1/3.
    arm = [0] * 4 + [1] * 4
    sample = Sample(np.ones(8), strata=arm)
    found = list_prevalence(sample, [2, 2, 3, 3, 1, 1, 2, 2], arm, controls=3)
    assert found.difference.value == -1.0
    assert found.share == 0.0
    # t(6, .975) = 2.446912, error sqrt(2 * (1/3) / 4) = .408248.
    assert found.interval().low == 0.0
    assert found.interval().high == pytest.approx(2.446912 * 0.408248, abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 4), min_size=3, max_size=30),
    st.lists(st.integers(0, 5), min_size=3, max_size=30),
)
def test_share_and_interval_stay_between_nobody_and_everybody(
    control: list[int], treated: list[int]
) -> None:
    arm = [0] * len(control) + [1] * len(treated)
    sample = Sample(np.ones(len(arm)), strata=arm)
    found = list_prevalence(sample, control + treated, arm, controls=4)
    interval = found.interval()
    assert 0 <= interval.low <= found.share <= interval.high <= 1


@pytest.mark.parametrize(
    ("counts", "treated", "controls", "message"),
    [
        ([4, 1, 2, 2], [0, 0, 1, 1], 3, "counts must be 0 to 3, got 4.0 in row 0"),
        ([1, 1, 5, 2], [0, 0, 1, 1], 3, "counts must be 0 to 4, got 5.0 in row 2"),
        ([1, 1.5, 2, 2], [0, 0, 1, 1], 3, "counts must be 0 to 3, got 1.5 in row 1"),
        ([1, -1, 2, 2], [0, 0, 1, 1], 3, "counts must be 0 to 3, got -1.0 in row 1"),
        ([1, 1, 2, 2], [0, 0, 1, 2], 3, "treated must be 0 or 1, got 2.0 in row 3"),
        ([1, 1, 2, 2], [0, np.nan, 1, 1], 3, "treated must be 0 or 1, got nan in row 1"),
        ([1, 1, 2, 2], [0, 0, 0, 0], 3, "treated must be 1 in some row that has a count"),
        ([1, 1, 2], [0, 0, 1, 1], 3, "counts must have 4 rows, got 3"),
        ([1, 1, 2, 2], [0, 0, 1, 1], 1, "controls must be a number of 2 or more, got 1"),
        ([1, 1, 2, 2], [0, 0, 1, 1], 2.5, "controls must be a whole number, got 2.5"),
    ],
)
def test_bad_lists_are_refused_by_name(
    counts: list[float], treated: list[float], controls: int, message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        list_prevalence(Sample(np.ones(4)), counts, treated, controls=controls)
