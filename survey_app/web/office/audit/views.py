"""The audit trail, newest first: of everybody, or of the people within the own units."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey_app.db import reading
from survey_app.queries import staff
from survey_app.services.people import managed_by
from survey_app.web import border
from survey_app.web.access import covers, current_member, requires
from survey_app.web.current import instance
from survey_app.web.office.audit.pages import lines
from survey_app.web.office.door import blueprint

PAGE = 100


@blueprint.get("/audit")
@requires("audit.read")
def audit() -> ResponseReturnValue:
    before = request.args.get("before", type=border.key)
    with reading(instance().engine) as session:
        entries = staff.audit_entries(
            session, actors=_actors(session), before=before, limit=PAGE + 1
        )
    shown = entries[:PAGE]
    older = url_for("office.audit", before=shown[-1].id) if len(entries) > PAGE else None
    return render_template("office/audit/list.html", entries=lines(shown), older=older)


def _actors(session: Session) -> list[str] | None:
    """Whose deeds the current member may read; None is everybody's."""
    if covers("audit.read", None):
        return None
    member = current_member()
    return [member.user_name, *(other.user_name for other in managed_by(session, member))]
