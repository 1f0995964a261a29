"""What is typed of answers, decisions and actions; one page may hold several, by their prefix."""

from collections.abc import Iterable

from flask_wtf.file import FileField
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from survey_app.models.actions import ANSWERS, DECISIONS, EXPECTATIONS
from survey_app.services.acting import LARGEST_RISE, LONGEST_NOTE, OPEN_STATES
from survey_app.services.reviewing import LONGEST
from survey_app.web.forms import OurForm, stripped


def _options(codes: Iterable[str]) -> list[SelectChoice]:
    """Choices whose words stand in the template."""
    return [SelectChoice(code) for code in codes]


class SeenForm(OurForm):
    """`seen`: the version that the page showed."""

    seen = IntegerField(validators=[InputRequired(), NumberRange(min=0, max=2**31 - 1)])

    def show_version(self, version: int) -> None:
        """From now on the form answers to this version, whatever was sent."""
        self.seen.data = version
        self.seen.raw_data = None


class AnswerForm(SeenForm):
    answer = RadioField(choices=_options(ANSWERS), validators=[InputRequired()])
    reason = TextAreaField(filters=[stripped], validators=[Length(max=LONGEST)])
    file = FileField()


class DecisionForm(OurForm):
    decision = RadioField(choices=_options(DECISIONS), validators=[InputRequired()])
    reason = TextAreaField(filters=[stripped], validators=[Length(max=LONGEST)])


class PlanForm(SeenForm):
    title_vi = StringField(filters=[stripped], validators=[InputRequired(), Length(max=200)])
    title_en = StringField(filters=[stripped], validators=[Length(max=200)])
    department = StringField(filters=[stripped], validators=[Length(max=200)])
    owner_id = SelectField(coerce=int, validate_choice=False)
    due = DateField(format=["%Y-%m-%d", "%d/%m/%Y"], validators=[Optional()])
    expected = RadioField(
        choices=_options(EXPECTATIONS), validators=[InputRequired()], default="rise"
    )
    expected_points = IntegerField(
        validators=[Optional(), NumberRange(min=0, max=int(LARGEST_RISE))]
    )
    budget_note = TextAreaField(filters=[stripped], validators=[Length(max=LONGEST_NOTE)])
    evidence_note = TextAreaField(filters=[stripped], validators=[Length(max=LONGEST_NOTE)])

    def offer(self, owners: Iterable[tuple[int, str]]) -> None:
        self.owner_id.choices = [SelectChoice(*each) for each in owners]


class MoveForm(SeenForm):
    state = RadioField(choices=_options(OPEN_STATES), validators=[InputRequired()])
    note = TextAreaField(filters=[stripped], validators=[Length(max=LONGEST_NOTE)])


class CheckForm(SeenForm):
    verdict = RadioField(choices=_options(("verify", "send_back")), validators=[InputRequired()])
    note = TextAreaField(filters=[stripped], validators=[Length(max=LONGEST_NOTE)])


class FileForm(SeenForm):
    file = FileField()
