"""Raters' severity and confidence, against R (raters.R: lme4, dense algebra) and by simulation."""

import json
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import BadInput, RaterModel, rater_model
from analysis.raters.crossed_model import Components, Method, Ratings, predict

R: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "reference" / "further" / "raters.json").read_text("utf-8")
)["crossed"]


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_with_equal_confidence_it_equals_lmer(method: Method) -> None:
    found = rater_model(R["rating"], R["item"], R["rater"], method=method, equal_confidence=True)
    expected = R[method]
    assert found.notes == ()
    # lme4's own search ends within 1e-6 of the maximum.
    assert found.log_likelihood == pytest.approx(expected["log_likelihood"], rel=1e-9)
    assert found.mean == pytest.approx(expected["mean"], rel=1e-8)
    assert found.truth_sd == pytest.approx(expected["truth_sd"], rel=1e-6)
    assert found.severity_sd == pytest.approx(expected["severity_sd"], rel=1e-6)
    assert found.error_sds == pytest.approx(np.full(8, expected["error_sd"]), rel=1e-6)
    assert found.truths == pytest.approx(expected["truths"], rel=1e-6)
    assert found.severities == pytest.approx(expected["severities"], abs=1e-5)


def test_errors_of_prediction_equal_hendersons_equations_in_r() -> None:
    found = rater_model(R["rating"], R["item"], R["rater"], equal_confidence=True)
    assert found.truth_standard_errors == pytest.approx(R["REML"]["truth_se"], rel=1e-6)
    assert found.severity_standard_errors == pytest.approx(R["REML"]["severity_se"], rel=1e-6)


def test_with_unlike_errors_the_likelihood_and_predictions_equal_the_dense_model() -> None:
    expected = R["unlike"]
    rows = Ratings(np.array(R["rating"]), np.array(R["item"]) - 1, np.array(R["rater"]) - 1, 60, 8)
    errors = np.array(expected["error_sd"], dtype=np.float64) ** 2
    found = predict(rows, Components(144.0, 25.0, errors), "REML")
    assert found.log_likelihood == pytest.approx(expected["log_likelihood"], rel=1e-9)
    assert found.mean == pytest.approx(expected["mean"], rel=1e-9)
    assert found.truths == pytest.approx(expected["truths"], rel=1e-9)
    assert found.severities == pytest.approx(expected["severities"], rel=1e-9)


def test_the_fit_is_at_a_maximum_of_the_likelihood() -> None:
    rows = Ratings(np.array(R["rating"]), np.array(R["item"]) - 1, np.array(R["rater"]) - 1, 60, 8)
    for method in get_args(Method):
        found = rater_model(R["rating"], R["item"], R["rater"], method=method, prior_ratings=0)
        best = np.concatenate([[found.truth_sd, found.severity_sd], found.error_sds]) ** 2
        for at in range(best.size):
            for factor in (0.9, 1.1):
                moved = best * np.where(np.arange(best.size) == at, factor, 1.0)
                other = predict(rows, Components(moved[0], moved[1], moved[2:]), method)
                assert other.log_likelihood < found.log_likelihood


class World:
    """Things rated by few of the raters each, who differ in severity and confidence."""

    def __init__(self, seed: int, n: int = 150, raters: int = 10, each: int = 3) -> None:
        rng = np.random.default_rng(seed)
        self.truths = rng.normal(55, 12, n)
        self.severities = rng.normal(0, 6, raters)
        self.error_sds = np.where(np.arange(raters) < raters // 2, 3.0, 12.0)
        self.items = np.repeat(np.arange(n), each)
        self.raters = np.concatenate([rng.permutation(raters)[:each] for _ in range(n)])
        self.ratings = self.truths[self.items] + self.severities[self.raters]
        self.ratings += rng.normal(0, self.error_sds[self.raters])

    def fitted(self, **changed: Any) -> RaterModel:  # noqa: ANN401 -- any argument of rater_model
        return rater_model(self.ratings, self.items, self.raters, **changed)


def test_severity_and_confidence_are_found_again_and_truths_come_closer() -> None:
    errors: dict[str, list[float]] = {"plain": [], "equal": [], "own": []}
    inside = []
    for seed in range(5):
        world = World(seed)
        own, equal = world.fitted(), world.fitted(equal_confidence=True)
        assert own.notes == ()
        assert own.error_sds == pytest.approx(world.error_sds, rel=0.5)
        assert np.corrcoef(own.severities, world.severities)[0, 1] > 0.9
        plain = np.bincount(world.items, world.ratings) / 3
        for name, truths in (("plain", plain), ("equal", equal.truths), ("own", own.truths)):
            errors[name].append(float(np.mean((truths - world.truths) ** 2)))
        interval = own.truth_intervals()
        inside.append(
            float(np.mean((interval.low <= world.truths) & (world.truths <= interval.high)))
        )
    assert np.mean(errors["own"]) < 0.8 * np.mean(errors["equal"]) < 0.8 * np.mean(errors["plain"])
    assert 0.92 < np.mean(inside) < 0.98


def test_severities_shrink_the_more_the_fewer_ratings_speak() -> None:
    world = World(3)
    few = np.flatnonzero(world.raters == 0)[:2]
    kept = np.ones(world.raters.size, dtype=bool)
    kept[np.flatnonzero(world.raters == 0)] = False
    kept[few] = True
    found = rater_model(world.ratings[kept], world.items[kept], world.raters[kept])
    assert found.ratings_per_rater[0] == 2
    assert found.severity_standard_errors[0] == found.severity_standard_errors.max()


def test_a_strong_prior_makes_confidence_equal() -> None:
    world = World(4)
    held, equal = world.fitted(prior_ratings=1e7), world.fitted(equal_confidence=True)
    assert held.error_sds == pytest.approx(equal.error_sds, rel=1e-3)
    assert held.truths == pytest.approx(equal.truths, abs=0.05)


def test_raters_without_a_shared_thing_are_told_apart() -> None:
    items = np.repeat(np.arange(12), 2)
    raters = np.where(np.repeat(np.arange(12) < 6, 2), np.tile([0, 1], 12), np.tile([2, 3], 12))
    ratings = np.random.default_rng(0).normal(50, 10, 24)
    found = rater_model(ratings, items, raters)
    assert found.group_of_rater.tolist() == [0, 0, 1, 1]
    assert "several_groups" in found.notes


def test_raters_of_one_severity_have_a_standard_deviation_of_zero() -> None:
    rng = np.random.default_rng(12)
    truths = rng.normal(50, 15, 40)
    error = rng.normal(0, 5, 40)
    # Opposite errors: the raters' means are equal, and less apart than chance would have them.
    found = rater_model(
        np.concatenate([truths + error - error.mean(), truths - error + error.mean()]),
        np.tile(np.arange(40), 2),
        np.repeat(["a", "b"], 40),
        equal_confidence=True,
    )
    assert found.severity_sd == 0
    assert found.notes == ("severities_do_not_differ",)
    assert found.severities == pytest.approx([0, 0], abs=1e-4)


def test_raters_who_copy_each_other_seem_to_make_no_errors() -> None:
    found = rater_model([0, 0, 10, 10, 20, 20], list("aabbcc"), list("xyxyxy"))
    assert found.notes == ("severities_do_not_differ", "no_errors")
    assert found.error_sds.tolist() == [0, 0]
    assert found.truths == pytest.approx([0, 10, 20], abs=1e-5)


def test_degrees_of_freedom_count_what_is_estimated_and_widen_the_intervals() -> None:
    world = World(5, n=20, raters=6, each=2)
    own, equal = world.fitted(), world.fitted(equal_confidence=True)
    assert (equal.degrees_of_freedom, own.degrees_of_freedom) == (40 - 20 - 5, 40 - 20 - 10)
    interval = equal.truth_intervals()
    reach = (interval.high - interval.low) / 2 / equal.truth_standard_errors
    assert reach == pytest.approx(np.full(20, 2.13145), abs=1e-5)  # t of 15
    assert rater_model([1, 2, 5, 7], list("aabb"), list("xyxy")).degrees_of_freedom == 1


def test_labels_are_kept_in_order() -> None:
    found = rater_model([50, 60, 30, 41, 70, 79], list("bbccaa"), ["Y", "X"] * 3)
    assert found.items.tolist() == ["a", "b", "c"]
    assert found.raters.tolist() == ["X", "Y"]
    assert found.severities[0] > found.severities[1]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"ratings": [1.0, 2.0, np.nan, 4.0]}, "ratings must be finite, got nan in row 2"),
        ({"items": [1, 2]}, "items must have 4 rows"),
        ({"items": [1, 1, 1, 1]}, r"items must be two or more, got \[1\]"),
        ({"raters": ["a"] * 4}, r"raters must be two or more, got \['a'\]"),
        ({"items": [1, 2, 3, 4]}, "items must hold one that two raters rated, got none"),
        ({"ratings": [7.0] * 4}, r"ratings must differ, all are 7\.0"),
        ({"method": "MAP"}, "method must be one of"),
        ({"prior_ratings": "abc"}, "prior_ratings must be a number, got 'abc'"),
        ({"prior_ratings": None}, "prior_ratings must be a number, got None"),
        ({"prior_ratings": [1, 2]}, "prior_ratings must be a number, got"),
        ({"prior_ratings": np.nan}, "prior_ratings must be a number of 0 or more, got nan"),
        ({"ratings": list("abcd")}, "ratings must be numbers"),
        ({"prior_ratings": -1.0}, r"prior_ratings must be a number of 0 or more, got -1\.0"),
    ],
)
def test_bad_input_is_named(changed: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {
        "ratings": [1.0, 2.0, 3.0, 5.0],
        "items": [1, 1, 2, 2],
        "raters": ["a", "b", "a", "b"],
    }
    with pytest.raises(BadInput, match=message):
        rater_model(**(good | changed))


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.1, 10), shift=st.floats(-100, 100))
def test_unit_origin_and_order_of_ratings_do_not_matter(
    seed: int, scale: float, shift: float
) -> None:
    world = World(seed, n=40, raters=5, each=2)
    order = np.random.default_rng(seed).permutation(world.items.size)
    first = world.fitted()
    second = rater_model(
        scale * world.ratings[order] + shift, world.items[order], world.raters[order]
    )
    assert second.truths == pytest.approx(scale * first.truths + shift, abs=scale * 0.01)
    assert second.severities == pytest.approx(scale * first.severities, abs=scale * 0.02)
    assert (second.error_sds > 0).all()
