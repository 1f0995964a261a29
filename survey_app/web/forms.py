"""The base of all forms but the answer sheet: WTForms speaks our catalogue's languages."""

from typing import Any

from flask_wtf import FlaskForm

from survey_app.languages import translations
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language, ngettext


class _Words:
    """WTForms ships no Vietnamese: its English sentences are msgids of ours (below)."""

    def gettext(self, sentence: str) -> str:
        return translations(language()).ugettext(sentence)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return translations(language()).ungettext(singular, plural, n)


class OurForm(FlaskForm):
    """Fields and their checks; labels and hints stand in the templates."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, _form: FlaskForm) -> _Words:
            return _Words()


def stripped(value: Any) -> Any:  # noqa: ANN401  WTForms hands over whatever was posted
    """Take away the blanks around a typed text: a field's `filters=[stripped]`."""
    return value.strip() if isinstance(value, str) else value


def sentences_of_wtforms() -> tuple[str, ...]:
    """What WTForms says by itself, named here so that the catalogue is made with it."""
    return (
        _("This field is required."),
        _("Not a valid choice."),
        _("Not a valid choice: could not coerce."),
        _("Not a valid integer value."),
        _("Not a valid decimal value."),
        _("Not a valid float value."),
        _("Not a valid date value."),
        _("Not a valid datetime value."),
        _("Not a valid time value."),
        _("Invalid input."),
        _("Invalid Choice: could not coerce."),
        _("'%(value)s' is not a valid choice for this field."),
        _("Invalid value, must be one of: %(values)s."),
        _("Number must be at least %(min)s."),
        _("Number must be at most %(max)s."),
        _("Number must be between %(min)s and %(max)s."),
        _("File does not have an approved extension."),
        ngettext(
            "Field must be at least %(min)d character long.",
            "Field must be at least %(min)d characters long.",
            1,
            min=1,
        ),
        ngettext(
            "Field cannot be longer than %(max)d character.",
            "Field cannot be longer than %(max)d characters.",
            1,
            max=1,
        ),
        _("Field must be between %(min)d and %(max)d characters long."),
        _("File does not have an approved extension: {extensions}"),
    )
