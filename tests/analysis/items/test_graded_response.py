"""The graded response model: against a direct search in R, published values, and simulation."""

import json
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis import BadInput, GradedResponses, graded_response_model
from analysis.items.graded_answers import Merge
from tests.analysis.items.bfi import FOLDER, columns

EXPECTED: dict[str, Any] = json.loads((FOLDER / "graded_response.json").read_text("utf-8"))

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


def neuroticism() -> Floats:
    return np.column_stack([columns()[item] for item in EXPECTED["bfi_N"]["items"]])


def law_school() -> Integers:
    case = EXPECTED["lsat6"]
    return np.repeat(np.array(case["patterns"]), case["counts"], axis=0)


def drawn(
    rng: np.random.Generator, slopes: Floats, difficulties: Floats, n: int
) -> tuple[Integers, Floats]:
    theta = rng.normal(size=n)
    reach = slopes[None, :, None] * (theta[:, None, None] - difficulties[None])
    above = rng.random((n, slopes.size, 1)) < 1 / (1 + np.exp(-reach))
    return above.sum(axis=2).astype(np.int64), theta


def check(found: GradedResponses, case: dict[str, Any]) -> None:
    assert found.converged
    assert found.log_likelihood == pytest.approx(case["log_likelihood"], abs=1e-4)
    assert found.discriminations == pytest.approx(case["discriminations"], rel=1e-4)
    for mine, theirs in zip(found.difficulties, case["difficulties"], strict=True):
        assert mine == pytest.approx(theirs, abs=1e-4)


def test_estimates_with_missing_answers_are_the_maximum_that_r_finds() -> None:
    found = graded_response_model(neuroticism(), points=121)
    check(found, EXPECTED["bfi_N"])
    assert found.n == EXPECTED["bfi_N"]["n"]


def test_items_of_two_categories_are_the_two_parameter_logistic_model() -> None:
    check(graded_response_model(law_school()), EXPECTED["lsat6"])


def test_estimates_are_those_published_for_the_law_school_test() -> None:
    # ltm(LSAT ~ z1), Rizopoulos (2006), Journal of Statistical Software 17(5).
    found = graded_response_model(law_school())
    assert found.log_likelihood == pytest.approx(-2466.653, abs=5e-4)
    assert found.discriminations == pytest.approx(
        [0.8254, 0.7229, 0.8905, 0.6886, 0.6575], abs=1e-3
    )
    difficulties = [float(each[0]) for each in found.difficulties]
    assert difficulties == pytest.approx([-3.3597, -1.3696, -0.2799, -1.8659, -3.1236], abs=4e-3)


@pytest.mark.parametrize("name", ["bfi_N", "lsat6"])
def test_standard_errors_are_near_those_from_the_curvature(name: str) -> None:
    case = EXPECTED[name]
    found = graded_response_model(neuroticism() if name == "bfi_N" else law_school())
    of_log = found.discrimination_errors / found.discriminations
    assert of_log == pytest.approx(case["log_a_error"], rel=0.15)
    assert [float(e[0]) for e in found.difficulty_errors] == pytest.approx(
        case["b1_error"], rel=0.15
    )


@pytest.mark.parametrize("not_asked", [0.0, 0.6])
def test_what_made_the_answers_is_found_again_also_when_most_were_not_asked(
    not_asked: float,
) -> None:
    rng = np.random.default_rng(18091)
    slopes = np.linspace(0.8, 2.4, 9)
    difficulties = np.linspace(-0.8, 0.8, 9)[:, None] + np.array([-1.4, -0.5, 0.4, 1.3])
    codes, theta = drawn(rng, slopes, difficulties, 4000)
    codes[rng.random(codes.shape) < not_asked] = -1
    found = graded_response_model(codes)
    misses = (found.discriminations - slopes) / found.discrimination_errors
    assert np.abs(misses).max() < 3.5
    off = (np.array(found.difficulties) - difficulties) / np.array(found.difficulty_errors)
    assert 0.6 < off.std() < 1.5
    scores = found.scores(codes)
    z = (scores.values - theta) / scores.standard_errors
    assert z.mean() == pytest.approx(0, abs=0.06)
    assert z.std() == pytest.approx(1, abs=0.04)


def test_a_row_without_answers_scores_the_mean_with_the_spread_of_everybody() -> None:
    found = graded_response_model(law_school())
    scores = found.scores([[-1] * 5, [1] * 5, [0] * 5])
    assert scores.values[0] == pytest.approx(0, abs=1e-12)
    assert scores.standard_errors[0] == pytest.approx(1)
    # factor.scores(ltm(LSAT ~ z1), method = "EAP"): 0.653 for 11111, -1.897 for 00000.
    assert scores.values[1:] == pytest.approx([0.65, -1.90], abs=0.02)


def test_information_is_the_expected_square_of_the_slope_of_the_log_likelihood() -> None:
    found = graded_response_model(neuroticism())
    theta = np.array([-2.0, 0.0, 1.3])
    for place in range(found.items.size):
        ahead = np.log(found.probabilities(place, theta + 1e-5))
        behind = np.log(found.probabilities(place, theta - 1e-5))
        slopes = (ahead - behind) / 2e-5
        expected = (found.probabilities(place, theta) * slopes**2).sum(axis=1)
        assert found.information(theta)[:, place] == pytest.approx(expected, rel=1e-6)
    assert found.probabilities(0, theta).sum(axis=1) == pytest.approx(np.ones(3))


def test_categories_that_fewer_than_ten_chose_are_merged_and_said() -> None:
    rng = np.random.default_rng(5)
    codes, _ = drawn(rng, np.full(4, 1.5), np.tile([-1.0, 0.0, 1.0], (4, 1)), 800)
    few = np.flatnonzero(codes[:, 0] == 3)[:-4]
    codes[few, 0] = 2
    found = graded_response_model(codes)
    assert found.merged == (Merge(item=0, codes=(2, 3)),)
    assert found.difficulties[0].size == 2
    same = graded_response_model(np.where(codes == 3, [2, 3, 3, 3], codes))
    assert same.merged == ()
    assert same.log_likelihood == pytest.approx(found.log_likelihood, abs=1e-6)
    assert found.scores(codes).values == pytest.approx(
        same.scores(np.minimum(codes, [2, 3, 3, 3])).values, abs=1e-5
    )


def test_an_item_that_was_not_reversed_rests_on_the_bound_and_is_named() -> None:
    rng = np.random.default_rng(6)
    codes, _ = drawn(rng, np.full(5, 1.6), np.tile([-1.0, 0.0, 1.0], (5, 1)), 900)
    codes[:, 3] = 3 - codes[:, 3]
    found = graded_response_model(codes)
    assert found.at_bound.tolist() == [3]
    assert found.discriminations[3] == pytest.approx(0.2)
    assert np.isinf(found.discrimination_errors[3])
    assert np.isfinite(found.difficulty_errors[3]).all()


def test_a_flat_item_is_left_out_and_weights_repeat_rows() -> None:
    case = EXPECTED["lsat6"]
    patterns = np.insert(np.array(case["patterns"]), 2, 1, axis=1)
    weighted = graded_response_model(
        np.vstack([patterns] * 32), weights=np.tile(case["counts"], 32)
    )
    plain = graded_response_model(np.vstack([law_school()]))
    assert weighted.flat.tolist() == [2]
    assert weighted.items.tolist() == [0, 1, 3, 4, 5]
    assert weighted.discriminations == pytest.approx(plain.discriminations, rel=1e-5)


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (np.zeros((499, 4)), "500 rows with an answer, got 499"),
        (np.full((600, 4), np.nan), "500 rows with an answer, got 0"),
        (np.zeros((600, 4)), "3 items with two categories of 10 answers or more, got 0"),
        (np.tile([[0, 1, 1], [1, 0, 0.5]], (300, 1)), "integers, got 0.5 in row 1, item 2"),
        (np.zeros(600), "rows, items"),
    ],
)
def test_answers_that_carry_no_model_are_refused(codes: Floats, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        graded_response_model(codes)


def test_an_item_that_never_meets_another_is_refused() -> None:
    rng = np.random.default_rng(8)
    codes = rng.integers(0, 3, size=(900, 4))
    codes[:300, :3] = -1
    codes[300:, 3] = -1
    with pytest.raises(BadInput, match="item 3 was answered with another by 0 rows only"):
        graded_response_model(codes)


def test_points_unknown_codes_and_missing_items_are_named() -> None:
    with pytest.raises(BadInput, match="points must be a whole number from 15 to 201, got 3"):
        graded_response_model(law_school(), points=3)
    found = graded_response_model(law_school())
    with pytest.raises(BadInput, match="known codes, got 7 in row 1, item 4"):
        found.scores([[1, 1, 1, 1, 1], [0, 0, 0, 0, 7]])
    with pytest.raises(BadInput, match="must have the 5 items of the fit, got 2"):
        found.scores([[1, 1]])
    with pytest.raises(BadInput, match="theta must be finite, got nan"):
        found.information([np.nan])
    with pytest.raises(BadInput, match="place must be a whole number from 0 to 4, got 5"):
        found.probabilities(5, [0.0])


@pytest.mark.parametrize("name", ["points", "minimum_n"])
@pytest.mark.parametrize("value", [np.nan, "abc", None, [15, 61], 60.5])
def test_points_and_rows_are_whole_numbers(name: str, value: object) -> None:
    changed: dict[str, Any] = {name: value}
    with pytest.raises(BadInput, match=f"{name} must be a whole number"):
        graded_response_model(law_school()[:60], **changed)


def test_rows_of_hardly_any_weight_add_nothing_to_what_is_known() -> None:
    rng = np.random.default_rng(60)
    slopes, difficulties = np.full(5, 1.5), np.tile([-1.0, 0.0, 1.0], (5, 1))
    codes = drawn(rng, slopes, difficulties, 600)[0]
    others = drawn(rng, slopes, difficulties, 600)[0]
    alone = graded_response_model(codes)
    beside = graded_response_model(np.vstack([codes, others]), weights=np.repeat([1.0, 1e-6], 600))
    assert beside.discriminations == pytest.approx(alone.discriminations, rel=1e-4)
    assert beside.discrimination_errors == pytest.approx(alone.discrimination_errors, rel=1e-3)
    assert np.array(beside.difficulty_errors) == pytest.approx(
        np.array(alone.difficulty_errors), rel=1e-3
    )
    assert (beside.n, alone.n) == (1200, 600)
    assert alone.effective_n == pytest.approx(600)
    assert beside.effective_n == pytest.approx(600, rel=1e-5)


def test_standard_errors_grow_by_the_root_of_the_design_effect_of_the_weights() -> None:
    rng = np.random.default_rng(19)
    codes, _ = drawn(rng, np.full(6, 1.5), np.tile([-1.0, 0.0, 1.0], (6, 1)), 3000)
    weights = np.exp(rng.normal(size=3000) * np.sqrt(np.log(1.9)))
    equal, unequal = graded_response_model(codes), graded_response_model(codes, weights=weights)
    design_effect = 3000 * (weights @ weights) / weights.sum() ** 2
    assert unequal.effective_n == pytest.approx(3000 / design_effect)
    ratio = np.array(unequal.difficulty_errors) / np.array(equal.difficulty_errors)
    assert ratio.mean() == pytest.approx(np.sqrt(design_effect), rel=0.05)
    ratio = unequal.discrimination_errors / equal.discrimination_errors
    assert ratio.mean() == pytest.approx(np.sqrt(design_effect), rel=0.05)
