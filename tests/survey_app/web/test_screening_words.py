from flask import Flask

from survey_app.instrument.screening import FLAGS
from survey_app.models.screening import VERDICTS
from survey_app.services.screening import Flagged, usual_rule
from survey_app.services.striking_units import CHECKS
from survey_app.web import screening_words


def test_every_sign_verdict_and_check_has_its_words(app: Flask) -> None:
    with app.test_request_context("/vi/"):
        assert {*screening_words.SIGNS} == {*screening_words.thresholds(usual_rule())} == {*FLAGS}
        assert [*screening_words.VERDICTS] == [*VERDICTS]
        assert [*screening_words.CHECKS] == [*CHECKS]


def test_the_method_card_says_numbers_in_steps_and_names_decisions(app: Flask) -> None:
    flagged = [Flagged(40, 9, {"fast": 9}), Flagged(20, 4, {"fast": 4})]
    with app.test_request_context("/en/"):
        rule = (("fast", "identical"), ("fast", "network"), ("honeypot",))
        assert screening_words.said_in_public(flagged, rule, []) == [
            "Set apart, kept but not counted: about 15. That is what has:",
            "• Sent sooner than the questions can be read – and one of these as well: The same"
            " answers as several others that day; Very many answers from one network that day",
            "• A field filled in that no person can see",
            "The rule was fixed before the first answer came in.",
        ]
        ruling = screening_words.ruling("fast", "counted")
        assert screening_words.said_in_public([], (), [ruling]) == [
            "Every answer was counted.",
            "The rule was fixed before the first answer came in.",
            "Decided afterwards: Sent sooner than the questions can be read → Count these answers.",
        ]


def test_few_are_not_told_apart_and_none_are_none(app: Flask) -> None:
    with app.test_request_context("/en/"):
        said = [
            screening_words.set_apart(n, shown) for n, shown in ((0, None), (9, None), (12, 10))
        ]
    assert said == ["none", "under 10", "about 10"]
