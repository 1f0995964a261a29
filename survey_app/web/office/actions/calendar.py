"""The due dates as a calendar that Outlook, Google and a phone can read (RFC 5545)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import url_for
from icalendar import Alarm, Calendar, Event

from survey_app.models.actions import Action
from survey_app.services import deadlines, units
from survey_app.web import following_words as say
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language

MEDIA_TYPE = "text/calendar"
REMINDER = timedelta(days=-7)


class Entry(NamedTuple):
    action: Action
    indicator: str  # with its name


def calendar(entries: Iterable[Entry], at: datetime) -> bytes:
    """Every action with a due date is one whole day in it; what is finished has no reminder."""
    made = Calendar()
    made.add("prodid", "-//gap18091//actions//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", _("Action programme"))
    for entry in entries:
        if entry.action.due is not None:
            made.add_component(_event(entry, at))
    return bytes(made.to_ical())


def _event(entry: Entry, at: datetime) -> Event:
    action = entry.action
    address = url_for("office.action", action_id=action.id, _external=True)
    event = Event()
    event.add("uid", f"action-{action.id}@gap18091")
    event.add("dtstamp", at)
    event.add("sequence", action.version)
    event.add("dtstart", action.due)
    event.add("transp", "TRANSPARENT")  # a due date keeps nobody busy
    event.add("summary", f"{say.title(action)} ({say.state(action.state)})")
    event.add("location", units.name_alone(action.unit, language()))
    event.add("description", "\n".join((entry.indicator, *_responsible(action), address)))
    event.add("url", address)
    if action.state not in deadlines.FINISHED:
        event.add_component(_reminder(action))
    return event


def _responsible(action: Action) -> list[str]:
    named = [action.department, action.owner.display_name if action.owner else ""]
    return [each for each in named if each]


def _reminder(action: Action) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", say.title(action))
    alarm.add("trigger", REMINDER)
    return alarm
