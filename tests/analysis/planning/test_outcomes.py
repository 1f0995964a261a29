from math import isnan
from typing import Any

import numpy as np
import pytest

from analysis.errors import BadInput
from analysis.planning.outcomes import Dispositions, count_dispositions, outcome_rates

# By hand: I 240, P 30, R 90, NC 60, O 20 (440 known), UH 40, UO 20, not eligible 110.
# e = 440 / 550 = .8, so the unknown count as 48.
CASES = {
    "complete": 240,
    "partial": 30,
    "refusal": 90,
    "noncontact": 60,
    "other": 20,
    "unknown_household": 40,
    "unknown_other": 20,
    "ineligible": 110,
}


def test_all_sixteen_rates_by_hand() -> None:
    rates = outcome_rates(CASES)
    assert rates.e == 0.8
    found = [getattr(rates, f"response{i}") for i in range(1, 7)]
    assert found == pytest.approx(
        [240 / 500, 270 / 500, 240 / 488, 270 / 488, 240 / 440, 270 / 440]
    )
    found = [getattr(rates, f"cooperation{i}") for i in range(1, 5)]
    assert found == pytest.approx([240 / 380, 270 / 380, 240 / 360, 270 / 360])
    found = [getattr(rates, f"refusal{i}") for i in range(1, 4)]
    assert found == pytest.approx([90 / 500, 90 / 488, 90 / 440])
    found = [getattr(rates, f"contact{i}") for i in range(1, 4)]
    assert found == pytest.approx([380 / 500, 380 / 488, 380 / 440])


def test_a_declared_share_of_eligible_cases_replaces_the_estimated_one() -> None:
    assert outcome_rates(CASES, e=0.5).response3 == pytest.approx(240 / 470)
    assert outcome_rates(CASES, e=0).response3 == outcome_rates(CASES).response5
    assert outcome_rates(CASES, e=1).response3 == outcome_rates(CASES).response1


def test_when_nothing_is_known_all_may_be_eligible_and_empty_rates_are_absent() -> None:
    rates = outcome_rates({"unknown_household": 10})
    assert rates.e == 1.0
    assert rates.response1 == 0.0
    assert isnan(rates.response5)
    assert isnan(rates.cooperation1)


def test_lists_of_cases_are_counted_with_and_without_weights() -> None:
    codes = ["complete", "refusal", "complete", "ineligible"]
    assert count_dispositions(codes) == Dispositions(complete=2, refusal=1, ineligible=1)
    weighted = count_dispositions(codes, [2, 3, 5, 7])
    assert outcome_rates(weighted).response1 == pytest.approx(0.7)
    assert weighted.ineligible == 7


def test_bad_dispositions_are_named_with_their_value() -> None:
    with pytest.raises(BadInput, match="'moved' is none of the names of Dispositions"):
        outcome_rates({"moved": 3})
    with pytest.raises(BadInput, match="refusal must be a number of 0 or more, got -1"):
        outcome_rates({"refusal": -1})
    with pytest.raises(BadInput, match="other must be a number of 0 or more, got nan"):
        Dispositions(other=float("nan"))
    with pytest.raises(BadInput, match=r"e must be a number from 0 to 1, got 1\.2"):
        outcome_rates(CASES, e=1.2)
    with pytest.raises(BadInput, match="must hold a case that is or may be eligible"):
        outcome_rates({"ineligible": 4})
    with pytest.raises(BadInput, match="codes must have one dimension"):
        count_dispositions(np.array([["complete"]]))


def test_counts_of_numpy_are_counts_whatever_their_size() -> None:
    small: dict[str, Any] = {name: np.uint8(count) for name, count in CASES.items()}
    assert outcome_rates(small) == outcome_rates(CASES)
    counted: dict[str, Any] = {"complete": np.int64(40), "refusal": np.float32(10)}
    assert outcome_rates(counted).response1 == 0.8


def test_where_nobody_was_reached_cooperation_is_absent() -> None:
    found = outcome_rates({"noncontact": 5})
    assert (found.response1, found.contact1) == (0, 0)
    assert isnan(found.cooperation1)
    assert isnan(found.cooperation3)
