"""What an administrator types of an account and of its roles."""

from wtforms import BooleanField, StringField
from wtforms.validators import AnyOf, InputRequired, Length

from survey_app.models.staff import ROLES
from survey_app.web.forms import OurForm, stripped


class GrantForm(OurForm):
    """A role and where: a unit by code or name, or the whole instance."""

    role = StringField(validators=[InputRequired(), AnyOf(ROLES)])
    unit = StringField(filters=[stripped], validators=[Length(max=200)])
    meant = StringField()  # the code of the unit chosen from several of that name
    everywhere = BooleanField()


class NewcomerForm(GrantForm):
    user_name = StringField(filters=[stripped], validators=[InputRequired(), Length(max=60)])
    display_name = StringField(filters=[stripped], validators=[InputRequired(), Length(max=120)])
