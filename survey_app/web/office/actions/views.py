"""The board of the action programme, its calendar, and the files that show what was done."""

import uuid
from urllib.parse import quote

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey_app import clock
from survey_app.db import reading
from survey_app.errors import Refusal
from survey_app.queries import actions as queries
from survey_app.queries import evidence as files
from survey_app.services import evidence as kept_files
from survey_app.web.access import covers, current_member, reach, requires
from survey_app.web.current import instance
from survey_app.web.office.actions import board_page, findings, steps
from survey_app.web.office.actions.board_page import Reader
from survey_app.web.office.actions.calendar import MEDIA_TYPE, Entry, calendar
from survey_app.web.office.actions.places import may_see
from survey_app.web.office.door import blueprint

MOST_IN_CALENDAR = 1000
PAGES = (findings, steps)  # they hang their own views


@blueprint.get("/actions")
@requires("actions.read")
def actions() -> ResponseReturnValue:
    with reading(instance().engine) as session:
        shown = board_page.board_page(_reader(session), board_page.read(request.args))
    return render_template("office/actions/board.html", shown=shown)


@blueprint.get("/actions/calendar.ics")
@requires("actions.read")
def actions_calendar() -> ResponseReturnValue:
    with reading(instance().engine) as session:
        reader = _reader(session)
        choice = board_page.wanted(reader, board_page.read(request.args))
        found = queries.actions(session, choice, limit=MOST_IN_CALENDAR)
        entries = [
            Entry(each, reader.indicator(each.wave, each.indicator))
            for each in found
            if reader.may_see(each.unit)(each.wave)
        ]
        content = calendar(entries, reader.at)
    answer = Response(content, content_type=f"{MEDIA_TYPE}; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename="actions.ics")
    return answer


@blueprint.get("/evidence/<file_id>")
@requires("actions.read")
def evidence(file_id: str) -> ResponseReturnValue:
    """Send a file to whoever may read what it is evidence of; never to be shown in the page."""
    with reading(instance().engine) as session:
        kept = files.file_by_id(session, _key(file_id))
        places = files.file_places(session, _key(file_id))
        if kept is None or not places:
            raise Refusal("not_found")
        if not any(
            covers("actions.read", unit) and may_see(session, unit)(wave) for wave, unit in places
        ):
            raise Refusal("not_permitted")
    path = kept_files.checked_path(kept_files.folder_in(instance().settings.folder), kept)
    answer = Response(path.read_bytes(), mimetype=kept_files.MEDIA_TYPES[kept.kind])
    own_name = f"filename=\"evidence.{kept.kind}\"; filename*=UTF-8''{quote(kept.name, safe='')}"
    answer.headers["Content-Disposition"] = f"attachment; {own_name}"
    return answer


def _key(file_id: str) -> uuid.UUID:
    try:
        return uuid.UUID(hex=file_id)
    except ValueError as error:
        raise Refusal("not_found") from error


def _reader(session: Session) -> Reader:
    return Reader(
        session=session,
        member=current_member(),
        area=reach("actions.read"),
        library=instance().library,
        at=clock.now(),
    )
