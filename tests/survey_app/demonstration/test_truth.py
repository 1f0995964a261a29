"""What places say of themselves: points, colours, or nothing."""

import numpy as np

from survey_app.demonstration.model import load_model
from survey_app.demonstration.truth import self_scores, truth_of

MODEL = load_model()
TRUTH = truth_of(MODEL)
PLACE = {unit.code: number for number, unit in enumerate(MODEL.units)}
CODES = [each.code for each in MODEL.indicators]


def test_the_same_seed_gives_the_same_truth() -> None:
    again = truth_of(MODEL)
    assert np.array_equal(again.levels, TRUTH.levels)
    assert np.array_equal(again.claims, TRUTH.claims)


def test_self_scores_are_some_ten_points_above_what_residents_think() -> None:
    difference = TRUTH.claims - TRUTH.levels[0]
    assert 8 < float(np.median(difference)) < 14


def test_rubbish_collection_became_better_everywhere() -> None:
    place = CODES.index("4.2")
    assert (TRUTH.levels[0, 1, :, place] > TRUTH.levels[0, 0, :, place] + 5).all()


def test_one_unit_gives_colours_only_and_the_others_points_only() -> None:
    for code, place in PLACE.items():
        scores = self_scores(MODEL, TRUTH, 0, place)
        assert all((score.colour is None) == (code != "11824") for score in scores)
        assert all((score.points is None) == (code == "11824") for score in scores)


def test_one_unit_of_each_closed_wave_leaves_indicators_out() -> None:
    short = {
        (wave, unit.code)
        for wave in range(3)
        for unit in MODEL.units
        if len(self_scores(MODEL, TRUTH, wave, PLACE[unit.code])) < len(CODES)
    }
    assert short == {(0, "11560"), (1, "10525")}
