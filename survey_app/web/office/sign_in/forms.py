"""What is typed at the door."""

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from survey_app.web.forms import OurForm


class SignInForm(OurForm):
    user_name = StringField(validators=[InputRequired()])
    password = PasswordField(validators=[InputRequired()])


class OwnPasswordForm(OurForm):
    old = PasswordField(validators=[InputRequired()])
    new = PasswordField(validators=[InputRequired()])
    again = PasswordField(validators=[InputRequired()])
