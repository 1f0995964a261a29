from survey_app.instrument.definition import Questionnaire, Text
from survey_app.instrument.series import wording_sha256


def altered(people: Questionnaire, **wording: str) -> Questionnaire:
    topic = people.topic_by_indicator["1.2"]
    item = topic.items[0].model_copy(
        update={"text": Text(**{**topic.items[0].text.languages, **wording})}
    )
    topics = tuple(
        each.model_copy(update={"items": (item,)}) if each is topic else each
        for each in people.topics
    )
    return people.model_copy(update={"topics": topics})


def test_other_words_end_a_series_and_a_further_language_does_not(people: Questionnaire) -> None:
    usual = wording_sha256(people, "1.2")
    assert wording_sha256(altered(people, en="How bad are the roads?"), "1.2") != usual
    assert wording_sha256(altered(people, fr="Et les routes ?"), "1.2") == usual


def test_whom_it_is_asked_of_and_its_special_answers_belong_to_a_question(
    people: Questionnaire,
) -> None:
    item = people.items["1.1"]
    other = item.model_copy(update={"special": ("dont_know",)})
    again = people.model_copy(update={"closing": (*people.closing, other)})
    assert wording_sha256(again, "1.1") != wording_sha256(people, "1.1")
