"""Invented answers are such as a person could give, and hang together."""

import numpy as np
import pytest

from survey_app.demonstration.answering import Filled, sheets_of
from survey_app.demonstration.model import AUDIENCES, load_model
from survey_app.demonstration.people import Group
from survey_app.instrument.answers import check
from survey_app.instrument.blocks import arm_of, asked_in, indicators_of
from survey_app.instrument.loading import Library

MODEL = load_model()


def sheets(
    library: Library,
    audience: str,
    level: float = 55.0,
    size: int = 600,
    *,
    version: str = "v1",
) -> list[Filled]:
    questionnaire = library.questionnaires[audience, version]
    group = Group(wave=0, unit=0, audience=audience, channel="assisted", size=size)
    levels = dict.fromkeys(questionnaire.indicators, level)
    return list(sheets_of(MODEL, group, questionnaire, levels))


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_same_seed_gives_the_same_answers(library: Library, audience: str) -> None:
    assert sheets(library, audience, size=60) == sheets(library, audience, size=60)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_sheet_is_accepted_as_it_stands(library: Library, audience: str) -> None:
    questionnaire = library.questionnaires[audience, "v1"]
    for filled in sheets(library, audience):
        topics = indicators_of(questionnaire, filled.block)
        assert check(questionnaire, topics, filled.raw).faults == ()


def test_every_sheet_of_the_second_business_form_is_accepted_in_its_arm(library: Library) -> None:
    questionnaire = library.questionnaires["businesses", "v2"]
    for filled in sheets(library, "businesses", version="v2"):
        topics = indicators_of(questionnaire, filled.block)
        assert check(asked_in(questionnaire, filled.block), topics, filled.raw).faults == ()


def test_the_two_lists_differ_by_the_share_that_had_unofficial_costs(library: Library) -> None:
    questionnaire = library.questionnaires["businesses", "v2"]
    counts: dict[int, list[int]] = {0: [], 1: []}
    for filled in sheets(library, "businesses", size=8400, version="v2"):
        if filled.raw["unofficial"].isdigit():
            arm = arm_of(questionnaire, filled.block)
            counts[arm].append(int(filled.raw["unofficial"]))
    assert abs(len(counts[0]) - len(counts[1])) < 100
    difference = np.mean(counts[1]) - np.mean(counts[0])
    assert abs(difference - MODEL.businesses.unofficial.sensitive) < 0.04  # two errors and a tilt
    assert max(counts[0]) <= 3  # revenue is not both higher and lower
    assert max(counts[1]) <= 4


def test_blocks_are_dealt_so_that_every_topic_comes_equally_often(library: Library) -> None:
    dealt = np.bincount([filled.block for filled in sheets(library, "residents", size=320)])
    assert dealt.tolist() == [10] * 32


def test_ratings_follow_the_level_of_the_place(library: Library) -> None:
    means = []
    for level in (30.0, 50.0, 70.0):
        given = ratings(sheets(library, "residents", level), "4.2")
        means.append(float(np.mean([25 * (int(code) - 1) for code in given])))
    assert np.allclose(means, [30, 50, 70], atol=7)


def test_who_had_collections_missed_rates_them_worse(library: Library) -> None:
    by_fact: dict[str, list[int]] = {}
    for filled in sheets(library, "residents", size=2000):
        fact, rating = filled.raw.get("4.2.missed", ""), filled.raw.get("4.2", "")
        if fact.isdigit() and rating.isdigit():
            by_fact.setdefault(fact, []).append(int(rating))
    assert np.mean(by_fact["1"]) - np.mean(by_fact["4"]) > 1


def test_who_has_not_used_a_service_says_so_in_the_fact_too(library: Library) -> None:
    unused = [
        filled.raw["1.5.online"]
        for filled in sheets(library, "residents", size=1000)
        if filled.raw.get("1.5") == "not_used"
    ]
    assert len(unused) > 30
    assert set(unused) <= {"3", ""}  # "No", or left blank


def test_the_language_of_a_comment_is_the_one_of_the_sheet(library: Library) -> None:
    told = MODEL.comments["residents"]
    for filled in sheets(library, "residents", size=2000):
        if filled.raw["comment"]:
            assert filled.raw["comment"] in told[filled.language]


def ratings(filled: list[Filled], indicator: str) -> list[str]:
    return [each.raw[indicator] for each in filled if each.raw.get(indicator, "").isdigit()]
