"""Faults of an answer sheet in the person's language."""

from survey_app.instrument.answers import AnswerFault
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import number

SENTENCES = {
    "not_text": lambda: _("This answer could not be read. Please choose again."),
    "repeated": lambda: _("Please choose only one answer."),
    "unknown_item": lambda: _("The form held something that is not one of its questions."),
    "not_in_block": lambda: _("This question is not part of your form."),
    "not_an_option": lambda: _("Please choose one of the answers shown."),
    "too_long": lambda: _(
        "This text has %(length)s characters, and at most %(max_length)s fit. Please shorten it."
    ),
    "empty": lambda: _("Please answer at least one question on any topic."),
}


def fault_sentence(fault: AnswerFault) -> str:
    counts = {
        name: number(value) for name, value in fault.details.items() if isinstance(value, int)
    }
    return SENTENCES[fault.code]() % counts


def fault_summary(fault: AnswerFault, question: str) -> str:
    """The fault as the list on top names it; `question` is its wording where it has one."""
    sentence = fault_sentence(fault)
    return f"{question} {sentence}" if question else sentence
