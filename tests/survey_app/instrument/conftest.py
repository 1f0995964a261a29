from pathlib import Path

import pytest

from survey_app.instrument.definition import Questionnaire
from survey_app.instrument.loading import Library, load_all

DEFINITIONS = Path(__file__).parent / "definitions"


@pytest.fixture(scope="session")
def library() -> Library:
    return load_all(DEFINITIONS)


@pytest.fixture(scope="session")
def people(library: Library) -> Questionnaire:
    return library.questionnaires["people", "v1"]
