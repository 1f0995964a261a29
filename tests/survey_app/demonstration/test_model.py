"""The model speaks of the real questionnaires, and of nothing else."""

import re

from survey_app.demonstration.model import load_model
from survey_app.demonstration.people import groups_of
from survey_app.instrument.answers import clean
from survey_app.instrument.definition import Questionnaire
from survey_app.instrument.loading import Library
from survey_app.vietnamese import nfc

MODEL = load_model()


def test_every_indicator_of_the_framework_has_a_level_and_a_self_score(library: Library) -> None:
    framework = library.frameworks[MODEL.campaign.framework]
    assert [each.code for each in MODEL.indicators] == [each.code for each in framework.indicators]


def forms(library: Library, audience: str) -> list[Questionnaire]:
    """Those that some wave asks."""
    versions = {"residents": {"v1"}, "businesses": {each.business_form for each in MODEL.waves}}
    return [library.questionnaires[audience, version] for version in sorted(versions[audience])]


def test_every_fact_that_is_asked_has_a_share_for_each_of_its_options(library: Library) -> None:
    for audience in ("residents", "businesses"):
        asked = {
            item.id: len(item.options)
            for questionnaire in forms(library, audience)
            for topic in questionnaire.topics
            for item in topic.items
            if item.kind == "choice"
        }
        assert {name: len(fact.shares) for name, fact in MODEL.facts[audience].items()} == asked


def test_every_closing_question_with_options_has_a_share_for_each(library: Library) -> None:
    of = {"residents": MODEL.residents.closing, "businesses": MODEL.businesses.closing}
    for audience, shares in of.items():
        items = library.questionnaires[audience, "v1"].items
        for name, each in shares.items():
            assert len(each) == len(items[name].options), name
            assert abs(sum(each) - 1) < 1e-9, name


def test_what_opens_the_second_business_form_has_a_share_for_each_option(
    library: Library,
) -> None:
    opening = library.questionnaires["businesses", "v2"].opening
    shares = MODEL.businesses.opening
    assert {item.id: len(item.options) for item in opening} == {
        name: len(each) for name, each in shares.items()
    }
    assert all(abs(sum(each) - 1) < 1e-9 for each in shares.values())


def test_the_list_of_the_model_is_the_one_that_is_asked(library: Library) -> None:
    asked = library.questionnaires["businesses", "v2"].list_item
    about = MODEL.businesses.unofficial
    assert asked is not None
    assert len(about.controls) == len(asked.without_sensitive().statements)
    first, second = (asked.without_sensitive().statements[at].text.en for at in about.exclusive)
    assert (first, second) == (
        "Revenue was higher than in the 12 months before.",
        "Revenue was lower than in the 12 months before.",
    )
    assert sum(about.controls[at] for at in about.exclusive) < 1


def test_the_people_met_are_shares_of_a_whole() -> None:
    for shares in (MODEL.residents.shares, MODEL.chose_to_answer.shares):
        assert abs(sum(map(sum, shares)) - 1) < 1e-9
    assert abs(sum(MODEL.habits.duration.values()) - 1) < 1e-9


def test_comments_are_many_clean_and_name_nobody() -> None:
    sentences = [
        sentence
        for languages in MODEL.comments.values()
        for told in languages.values()
        for sentence in told
    ]
    assert len(sentences) == len(set(sentences)) >= 60
    for sentence in sentences:
        assert sentence == clean(nfc(sentence))
        assert not re.search(r"\d{4}", sentence), "a number that could be somebody's"
        assert set(re.findall(r"\{(\w+)\}", sentence)) <= {"unit_kind"}


def test_closed_waves_have_hundreds_of_answers_a_unit_but_for_one() -> None:
    sizes = {
        (group.wave, group.unit): group.size
        for group in groups_of(MODEL, 1.0)
        if group.channel == "assisted" and group.audience == "residents"
    }
    small = [key for key, size in sizes.items() if size < 300]
    assert len(sizes) == 16
    assert {MODEL.units[unit].code for _wave, unit in small} == {"11914"}


def test_the_open_wave_is_answered_through_its_link_alone() -> None:
    last = [group for group in groups_of(MODEL, 1.0) if group.wave == 2]
    assert {group.channel for group in last} == {"open"}
    for unit in range(8):
        assert 15 <= sum(group.size for group in last if group.unit == unit) <= 60
