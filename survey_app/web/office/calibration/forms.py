"""What an expert decides, as it is typed."""

from functools import cache
from typing import Any, cast

from wtforms import BooleanField, FloatField, IntegerField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import TextInput

from survey_app.instrument.definition import Framework
from survey_app.services.calibrating import DEPENDENCES, FAMILIES, Dependence, Family, Parameters
from survey_app.web.forms import OurForm, stripped
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import spoken

CAP = "cap-"
LONGEST_REASON = 2000


class NumberField(FloatField):
    """A number with a decimal comma or point; it shows the comma where people write one.

    A text box: a browser's number box shows nothing where its own language writes it otherwise.
    """

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([value.strip().replace(",", ".") for value in valuelist])

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        text = f"{self.data:.10g}"
        return text.replace(".", spoken().decimal)


class CalibrationForm(OurForm):
    """Ranges are those of `calibrating.check`, which has the last word."""

    margin = NumberField(validators=[InputRequired(), NumberRange(1, 50)])
    minimum_n = IntegerField(validators=[InputRequired(), NumberRange(10, 1000)])
    q = NumberField(validators=[InputRequired(), NumberRange(1, 49)])  # in per cent
    yellow = NumberField(validators=[InputRequired(), NumberRange(1, 99)])
    green = NumberField(validators=[InputRequired(), NumberRange(1, 99)])
    family = StringField(validators=[AnyOf(FAMILIES)])
    dependence = StringField(validators=[AnyOf(DEPENDENCES)])
    mapping_declared = BooleanField()
    wave = StringField()
    run_again = BooleanField()
    reason = TextAreaField(filters=[stripped], validators=[Length(max=LONGEST_REASON)])

    def validate_green(self, field: NumberField) -> None:
        yellow = self.yellow.data
        if yellow is not None and field.data is not None and field.data <= yellow:
            raise ValidationError(_("Green must begin above yellow."))

    def caps(self) -> dict[str, float]:
        """Indicator -> the largest share of people in its blended score; only those given."""
        found = {
            name.removeprefix(CAP): field.data
            for name, field in self._fields.items()
            if _is_cap(name)
        }
        return {code: percent / 100 for code, percent in found.items() if percent is not None}

    def parameters(self, prior_units: int) -> Parameters:
        return Parameters(
            margin=float(self.margin.data or 0),
            minimum_n=int(self.minimum_n.data or 0),
            q=round(float(self.q.data or 0) / 100, 4),
            family=cast("Family", self.family.data),
            dependence=cast("Dependence", self.dependence.data),
            cut_offs=(float(self.yellow.data or 0), float(self.green.data or 0)),
            perception_caps=self.caps(),
            prior_units=prior_units,
            mapping_declared=bool(self.mapping_declared.data),
        )


def form_for(framework: Framework, parameters: Parameters) -> CalibrationForm:
    """The form with a cap per indicator: as posted, else as the parameters have it."""
    codes = tuple(indicator.code for indicator in framework.indicators)
    return _with_caps(codes)(data=_as_typed(parameters))


@cache
def _with_caps(codes: tuple[str, ...]) -> type[CalibrationForm]:
    fields = {
        CAP + code: NumberField(validators=[Optional(), NumberRange(0, 100)]) for code in codes
    }
    return type("CalibrationFormWithCaps", (CalibrationForm,), fields)


def _as_typed(parameters: Parameters) -> dict[str, Any]:
    yellow, green = parameters.cut_offs
    caps = {CAP + code: 100 * share for code, share in parameters.perception_caps.items()}
    return {
        "margin": parameters.margin,
        "minimum_n": parameters.minimum_n,
        "q": 100 * parameters.q,
        "yellow": yellow,
        "green": green,
        "family": parameters.family,
        "dependence": parameters.dependence,
        "mapping_declared": parameters.mapping_declared,
        **caps,
    }


def _is_cap(name: str) -> bool:
    return name.startswith(CAP)
