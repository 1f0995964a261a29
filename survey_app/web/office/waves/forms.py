"""What an official types of a campaign and of a wave. Times are typed in Viet Nam's time."""

from datetime import UTC, datetime
from typing import Any

from wtforms import BooleanField, SelectField, SelectMultipleField, StringField
from wtforms.fields.core import Field
from wtforms.validators import InputRequired, Length, StopValidation
from wtforms.widgets import CheckboxInput, DateTimeLocalInput, ListWidget

from survey_app import clock
from survey_app.web.forms import OurForm, stripped
from survey_app.web.i18n import gettext as _

# What browsers send, and what people type where a browser shows a plain field.
FORMATS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M")


class MomentField(Field):
    """A day and a time in Viet Nam; `data` is that moment in UTC."""

    widget = DateTimeLocalInput()
    data: datetime | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.astimezone(clock.VIET_NAM).strftime(FORMATS[0]) if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = moment_of(typed)
        if self.data is None:
            raise ValueError(_("Enter a day and a time, for example 22/11/2026 07:00."))


def moment_of(typed: str) -> datetime | None:
    for form in FORMATS:
        try:
            local = datetime.strptime(typed, form)  # noqa: DTZ007  the zone follows
            return local.replace(tzinfo=clock.VIET_NAM).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def in_the_future(_form: OurForm, field: Field) -> None:
    if field.data is not None and field.data <= clock.now():
        raise StopValidation(_("This moment is past. Choose a later one."))


def after_the_beginning(form: OurForm, field: Field) -> None:
    begins = form.opens_at.data
    if field.data is not None and begins is not None and field.data <= begins:
        raise StopValidation(_("The end must be later than the beginning."))


class CheckboxesField(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _text(longest: int) -> StringField:
    return StringField(filters=[stripped], validators=[InputRequired(), Length(max=longest)])


class CampaignForm(OurForm):
    title_vi = _text(200)
    title_en = _text(200)
    unit = _text(200)
    meant = StringField()  # the code of the unit chosen from several of that name
    organiser_vi = _text(200)
    organiser_en = _text(200)
    urgent_contact = _text(60)
    framework = SelectField(validators=[InputRequired()])
    key = StringField(filters=[stripped], validators=[Length(max=40)])


class WaveForm(OurForm):
    key = StringField(filters=[stripped], validators=[Length(max=40)])
    title_vi = _text(200)
    title_en = _text(200)
    opens_at = MomentField()
    closes_at = MomentField(validators=[after_the_beginning, in_the_future])
    residents = SelectField(validate_choice=True)
    businesses = SelectField(validate_choice=True)
    channels = CheckboxesField()
    all_units = BooleanField()
    units = CheckboxesField()
    sought = StringField(filters=[stripped])
