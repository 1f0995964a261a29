import ast
import inspect
from types import ModuleType

from flask import Flask, g
from wtforms import StringField, validators
from wtforms.fields import choices, core, datetime, numeric
from wtforms.validators import InputRequired

from survey_app.web import forms
from survey_app.web.forms import OurForm


class NameForm(OurForm):
    name = StringField(validators=[InputRequired()])


def test_wtforms_speaks_the_language_of_the_page(app: Flask) -> None:
    said = {}
    for language in ("vi", "en"):
        with app.test_request_context(method="POST", data={}):
            g.language = language
            form = NameForm(meta={"csrf": False})
            assert not form.validate()
            said[language] = form.name.errors[0]
    assert said["en"] == "This field is required."
    assert said["vi"] != said["en"]


def test_the_catalogue_knows_what_the_fields_and_checks_in_use_can_say(app: Flask) -> None:
    """What WTForms says by itself in the modules we use is named in ours, or is of fields we lack."""
    with app.test_request_context():
        g.language = "en"
        named = set(forms.sentences_of_wtforms())
    said = {text for module in (choices, core, datetime, numeric) for text in _said(module)}
    assert said - named <= {
        "Choices cannot be None.",
        "Invalid choice(s): one or more data inputs could not be coerced.",
        "'%(value)s' are not valid choices for this field.",
        "Not a valid week value.",
        "Invalid CSRF Token.",
    }
    assert "This field is required." in set(_said(validators)) & named


def _said(module: ModuleType) -> list[str]:
    tree = ast.parse(inspect.getsource(module))
    return [
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "gettext"
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    ]
