import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.errors import BadInput
from analysis.integrity import speed, speed_of_classes

R = json.loads(
    (Path(__file__).parents[2] / "reference/further/integrity.json").read_text(encoding="utf-8")
)
BOUNDS = {
    "under_2": (0.0, 120.0),
    "2_to_5": (120.0, 300.0),
    "5_to_10": (300.0, 600.0),
    "over_10": (600.0, np.inf),
}


def honest_seconds(rng: np.random.Generator, items: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(items * rng.lognormal(np.log(15), 0.35, items.size))


def test_scores_and_ratios_are_those_of_r() -> None:
    case = R["speed"]
    found = speed(case["seconds"], case["items"])
    assert found.scores == pytest.approx(case["scores"], rel=1e-9)
    assert found.ratios == pytest.approx(case["ratios"], rel=1e-9)
    assert np.flatnonzero(found.flagged).tolist() == [12]


def test_each_form_is_compared_with_itself_and_small_forms_are_not_judged() -> None:
    case = R["speed"]
    seconds = [*case["seconds"], *(9 * np.array(case["seconds"])), 1.0]
    items = [*case["items"], *case["items"], 20]
    forms = ["a"] * 20 + ["b"] * 20 + ["c"]
    found = speed(seconds, items, forms)
    assert found.scores[:20] == pytest.approx(found.scores[20:40])
    assert np.isnan(found.scores[40])
    assert np.flatnonzero(found.flagged).tolist() == [12, 32]


def test_unknown_times_are_not_judged_and_the_share_decides_alone_without_spread() -> None:
    found = speed([60.0] * 30 + [np.nan, 1.0, 25.0], [10] * 33)
    assert np.isnan(found.scores).all()
    assert np.isnan(found.ratios[30])
    assert np.flatnonzero(found.flagged).tolist() == [31]
    small = speed([60.0] * 10 + [1.0], [10] * 11)
    assert not small.flagged.any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"limit": np.nan}, "limit must be a number of 0 or less, got nan"),
        ({"limit": "-3"}, "limit must be a number, got '-3'"),
        ({"minimum_n": 0}, "minimum_n must be a whole number from 1 to 1000000, got 0"),
        ({"lowest_share": None}, "lowest_share must be a number, got None"),
        ({"forms": ["a"]}, "forms must have 3 rows"),
    ],
)
def test_thresholds_that_would_flag_nobody_are_named(
    arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        speed([np.nan, 3, 4], [1, 1, 1], **arguments)
    with pytest.raises(BadInput, match=message):
        speed_of_classes(["a", "b", "c"], dict.fromkeys("abc", (0, 9)), [1, 1, 1], **arguments)


def test_honest_people_are_hardly_ever_flagged_and_clickers_are() -> None:
    rng = np.random.default_rng(11)
    items = rng.integers(12, 25, 4000)
    seconds = honest_seconds(rng, items)
    assert speed(seconds, items).flagged.mean() < 0.005
    seconds[:200] = items[:200] * rng.uniform(0.5, 2.0, 200)
    found = speed(seconds, items).flagged
    assert found[:200].mean() > 0.95
    assert found[200:].mean() < 0.005


def test_classes_are_judged_by_the_log_normal_distribution_that_r_fits() -> None:
    case = R["classes"]
    labels = np.repeat(list(BOUNDS), case["counts"])
    found = speed_of_classes(
        labels, BOUNDS, np.full(labels.size, 20), limit=-1.5, lowest_share=0.4
    )
    at = np.cumsum([0, *case["counts"]])[:3]
    assert found.scores[at] == pytest.approx(case["scores"], rel=1e-5)
    assert found.ratios[0] == pytest.approx(6 / np.exp(case["meanlog"]), rel=1e-5)
    assert found.flagged.sum() == case["counts"][0]
    assert np.isinf(found.scores[-1])


def test_a_class_that_honest_people_fall_into_flags_nobody() -> None:
    rng = np.random.default_rng(5)
    items = np.full(3000, 20)
    seconds = honest_seconds(rng, items)
    places = np.searchsorted([120.0, 300.0, 600.0], seconds, "right")
    labels = np.array(list(BOUNDS))[places]
    found = speed_of_classes(labels, BOUNDS, items)
    truth = (np.log(6 / 15)) / 0.35
    assert found.scores[labels == "under_2"] == pytest.approx(truth, rel=0.06)
    assert not found.flagged.any()


def test_two_classes_are_too_few_to_know_the_spread() -> None:
    labels = ["under_2"] * 30 + ["2_to_5"] * 30
    found = speed_of_classes(labels, BOUNDS, np.full(60, 20))
    assert np.isnan(found.scores).all()


@pytest.mark.parametrize(
    ("seconds", "items", "message"),
    [
        ([0.0], [10], "seconds must be positive, got 0.0 in row 0"),
        ([np.inf], [10], "seconds must be positive"),
        ([5.0], [0], "items must be positive, got 0.0"),
        ([5.0, 6.0], [10], "items must have 2 rows, got 1"),
    ],
)
def test_bad_times_are_named_with_their_value(
    seconds: list[float], items: list[int], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        speed(seconds, items)


def test_bad_classes_and_shares_are_named() -> None:
    with pytest.raises(BadInput, match="bounds must hold every class, 'slow' is missing"):
        speed_of_classes(["slow"], BOUNDS, [10])
    with pytest.raises(BadInput, match="bounds of 'a' must be 0 <= from < to, got 9 and 3"):
        speed_of_classes(["a"], {"a": (9, 3)}, [10])
    with pytest.raises(BadInput, match="lowest_share must lie between 0 and 1, got 2"):
        speed([1.0], [1], lowest_share=2)
