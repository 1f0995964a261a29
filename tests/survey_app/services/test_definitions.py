import pytest
from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.instrument.loading import Library
from survey_app.services import definitions
from tests.factories import make_wave


def test_a_wave_asks_residents_first(session: Session, library: Library) -> None:
    found = definitions.questionnaires_of(library, make_wave(session))
    assert list(found) == ["residents", "businesses"]
    assert found["residents"] is library.questionnaires["residents", "v1"]


def test_a_questionnaire_that_is_not_here_is_refused_by_name(library: Library) -> None:
    with pytest.raises(Refusal, match="questionnaire_unknown: questionnaire=residents/v99"):
        definitions.questionnaire(library, "residents", "v99")


def test_a_framework_that_is_not_here_is_refused_by_name(library: Library) -> None:
    assert len(definitions.framework(library, "iso18091-2019").indicators) == 39
    with pytest.raises(Refusal, match="framework_unknown: framework=iso18091-2014"):
        definitions.framework(library, "iso18091-2014")
