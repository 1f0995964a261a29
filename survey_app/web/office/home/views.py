"""The first page behind the door."""

from flask import render_template
from flask.typing import ResponseReturnValue

from survey_app.db import reading
from survey_app.queries import assessments, campaigns
from survey_app.web.access import current_member, requires
from survey_app.web.current import instance
from survey_app.web.office.actions.alerts import overdue_actions
from survey_app.web.office.door import blueprint
from survey_app.web.office.home.pages import lines
from survey_app.web.office.menu import doors
from survey_app.web.office.words import grant_name


@blueprint.get("/")
@requires("office.enter")
def home() -> ResponseReturnValue:
    with reading(instance().engine) as session:
        waves = campaigns.waves(session)
        sealed = {
            wave.id: frozenset(each.unit_id for each in assessments.sealed_sets(session, wave.id))
            for wave in waves
        }
        found = lines(waves, sealed)
        overdue = overdue_actions(session)
    member = current_member()
    return render_template(
        "office/home/home.html",
        name=member.display_name,
        roles=[grant_name(grant) for grant in member.grants],
        rooms=doors(),
        waves=found,
        overdue=overdue,
    )
