"""Words for what a first reader finds in a question, and for the state of a questionnaire."""

from collections.abc import Callable, Mapping

from survey_app.instrument.wording_checks import Finding
from survey_app.web.i18n import gettext as _

RULES: Mapping[str, Callable[[], str]] = {
    "long_sentence": lambda: _("A sentence has more than 25 words"),
    "address": lambda: _("People are not addressed as Ông/Bà"),
    "english_in_vietnamese": lambda: _("A foreign word stands in the Vietnamese"),
    "hard_coded_unit": lambda: _("The kind of the unit is fixed in the wording"),
    "leading": lambda: _("The wording suggests an answer"),
    "no_question_mark": lambda: _("The question ends without a question mark"),
    "double_barrelled": lambda: _("Two things are asked at once"),
    "unknown_rule": lambda: _("An excuse names no rule"),
}
STATES: Mapping[str, Callable[[], str]] = {
    "unused": lambda: _("not used yet"),
    "draft": lambda: _("in a draft"),
    "fielded": lambda: _("fielded: its file never changes again"),
    "changed": lambda: _("changed after it was registered"),
}


def rule(finding: Finding) -> str:
    return RULES[finding.rule]() if finding.rule in RULES else finding.rule
