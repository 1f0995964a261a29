"""The library's questionnaires and frameworks, by name or refused by name."""

from collections.abc import Sequence

from survey_app.config import LANGUAGES
from survey_app.errors import Refusal
from survey_app.instrument.definition import Framework, Questionnaire
from survey_app.instrument.loading import Library
from survey_app.models.campaigns import Campaign, Wave
from survey_app.models.units import Unit
from survey_app.services.units import kind_word, name_in_sentence


def questionnaire(library: Library, name: str, version: str) -> Questionnaire:
    found = library.questionnaires.get((name, version))
    if found is None:
        raise Refusal("questionnaire_unknown", questionnaire=f"{name}/{version}")
    return found


def questionnaires_of(library: Library, wave: Wave) -> dict[str, Questionnaire]:
    """Audience -> what it is asked, residents first."""
    return {
        asked.audience: questionnaire(library, asked.questionnaire, asked.version)
        for asked in sorted(wave.questionnaires, key=lambda asked: asked.audience, reverse=True)
    }


def languages_of(wave: Wave, asked: Questionnaire, offered: Sequence[str]) -> tuple[str, ...]:
    """Of the languages offered, those in which all of a form is worded, from title to last item."""
    return tuple(each for each in offered if each in asked.title.languages and wave.says(each))


def spoken_in(asked: Questionnaire | None, language: str) -> str:
    """The page's language, or what is quoted in where the questionnaire does not have it."""
    has_it = asked is not None and language in asked.title.languages
    return language if has_it else LANGUAGES[0]


def values_of(unit: Unit, campaign: Campaign, language: str) -> dict[str, str]:
    """What stands for the placeholders of a wording."""
    return {
        "unit_kind": kind_word(unit, language),
        "unit": name_in_sentence(unit, language),
        "organiser": campaign.worded("organiser", language) or campaign.key,
        "urgent_contact": campaign.urgent_contact,
    }


def framework(library: Library, name: str) -> Framework:
    found = library.frameworks.get(name)
    if found is None:
        raise Refusal("framework_unknown", framework=name)
    return found
