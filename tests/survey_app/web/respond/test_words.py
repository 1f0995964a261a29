from typing import get_args

from flask import Flask

from survey_app.instrument.answers import AnswerFault, FaultCode
from survey_app.web.respond.words import SENTENCES, fault_sentence, fault_summary


def test_every_fault_has_its_sentence() -> None:
    assert set(SENTENCES) == set(get_args(FaultCode))


def test_a_fault_names_its_numbers_and_its_question_in_the_persons_language(app: Flask) -> None:
    fault = AnswerFault("comment", "too_long", {"length": 1234, "max_length": 1000})
    with app.test_request_context(headers={"Accept-Language": "vi"}):
        assert "1.234 ký tự" in fault_sentence(fault)
        assert fault_summary(fault, "Góp ý?").startswith("Góp ý? ")
        assert fault_summary(fault, "") == fault_sentence(fault)
