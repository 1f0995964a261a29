"""The office: rooms behind the sign-in.

A room is a folder whose views hang themselves on the blueprint; one line here opens it.
"""

from survey_app.web.office.actions import views as actions
from survey_app.web.office.audit import views as audit
from survey_app.web.office.calibration import views as calibration
from survey_app.web.office.door import blueprint
from survey_app.web.office.gaps import views as gaps
from survey_app.web.office.home import views as home
from survey_app.web.office.margins import views as margins
from survey_app.web.office.people import views as people
from survey_app.web.office.questionnaires import views as questionnaires
from survey_app.web.office.screening import views as screening
from survey_app.web.office.self_assessment import views as self_assessment
from survey_app.web.office.sign_in import views as sign_in
from survey_app.web.office.waves import links, planning, posters, trials
from survey_app.web.office.waves import views as waves

ROOMS = (
    actions,
    audit,
    calibration,
    gaps,
    home,
    links,
    margins,
    people,
    planning,
    posters,
    questionnaires,
    screening,
    self_assessment,
    sign_in,
    trials,
    waves,
)

__all__ = ["ROOMS", "blueprint"]
