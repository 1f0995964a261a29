"""What an official decides on the answers with a sign."""

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from survey_app.web import screening_words
from survey_app.web.forms import OurForm, stripped

LONGEST_REASON = 1000


class RulingForm(OurForm):
    """`screening.decide` has the last word."""

    flag = SelectField(validators=[InputRequired()])
    verdict = RadioField(validators=[InputRequired()])
    reason = TextAreaField(
        filters=[stripped], validators=[InputRequired(), Length(max=LONGEST_REASON)]
    )


def ruling_form() -> RulingForm:
    """The form in the words of this request."""
    form = RulingForm()
    form.flag.choices = {flag: word() for flag, word in screening_words.SIGNS.items()}
    form.verdict.choices = {name: word() for name, word in screening_words.VERDICTS.items()}
    return form
