"""One action: what is planned, how far it is, what shows it, who did what, what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from survey_app import clock
from survey_app.models.actions import Action
from survey_app.services import acting
from survey_app.web.access import covers, current_member
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language
from survey_app.web.office.actions.forms import PlanForm
from survey_app.web.office.actions.lines import (
    FIELDS,
    ActionLine,
    ChangeLine,
    FileLine,
    StepLine,
    action_line,
    file_line,
    shown,
    step_lines,
)
from survey_app.web.office.actions.places import Spot, may_see
from survey_app.web.results.headings import Heading, heading

NOBODY = 0  # the value of an empty choice


@dataclass(frozen=True, slots=True)
class ActionPage:
    heading: Heading
    indicator: str
    line: ActionLine
    finding_address: str
    title_vi: str
    title_en: str
    budget_note: str
    evidence_note: str
    verified_by: str
    version: int
    files: tuple[FileLine, ...]
    steps: tuple[StepLine, ...]
    may_edit: bool
    may_move: bool
    may_check: bool
    waits_for_another: bool  # it is done, and whoever reads this may not check it


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The form of an action, new or not. `meanwhile`: what somebody else has saved since."""

    heading: Heading
    indicator: str
    back: str
    version: int
    owners: tuple[tuple[int, str], ...]
    meanwhile: tuple[ChangeLine, ...]
    is_fixed: bool  # it is done: what it is measured by stays


def action_page(session: Session, spot: Spot, action: Action) -> ActionPage:
    may_edit = covers("actions.edit", action.unit) and action.state != "verified"
    may_check = covers("actions.verify", action.unit) and acting.may_verify(
        action, current_member()
    )
    return ActionPage(
        heading=heading(action.wave, spot.finding.place),
        indicator=named(spot),
        line=action_line(session, action, clock.now(), may_see(session, action.unit)),
        finding_address=url_for("office.finding", **spot.in_address),
        title_vi=action.title_vi,
        title_en=action.title_en,
        budget_note=action.budget_note,
        evidence_note=action.evidence_note,
        verified_by=action.verified_by.display_name if action.verified_by else "",
        version=action.version,
        files=tuple(file_line(each) for each in action.files),
        steps=step_lines(action.steps),
        may_edit=may_edit,
        may_move=may_edit and action.state != "done",
        may_check=may_check,
        waits_for_another=action.state == "done" and not may_check,
    )


def plan_page(
    session: Session, spot: Spot, action: Action | None, typed: PlanForm | None = None
) -> PlanPage:
    owners = [(each.id, each.display_name) for each in acting.owners(session, spot.unit)]
    if action is not None and action.owner and action.owner_id not in dict(owners):
        owners.append((action.owner.id, action.owner.display_name))
    choices = ((NOBODY, _("Nobody yet")), *owners)
    back = (
        url_for("office.action", action_id=action.id)
        if action
        else url_for("office.finding", **spot.in_address)
    )
    return PlanPage(
        heading=heading(spot.finding.wave, spot.finding.place),
        indicator=named(spot),
        back=back,
        version=action.version if action else 0,
        owners=choices,
        meanwhile=_meanwhile(action, typed, dict(choices)) if action and typed else (),
        is_fixed=action is not None and action.state == "done",
    )


def named(spot: Spot) -> str:
    code = spot.finding.indicator
    return f"{code} {spot.framework.indicator_by_code[code].name.in_(language())}"


def _meanwhile(
    action: Action, typed: PlanForm, names: Mapping[int, str]
) -> tuple[ChangeLine, ...]:
    """Where what is saved now differs from what was typed."""
    if typed.seen.data == action.version:
        return ()
    saved = {name: _plain(action, name) for name in acting.PLANNED}
    mine = {name: typed[name].data for name in acting.PLANNED}
    mine["owner_id"] = names.get(mine["owner_id"] or NOBODY, "")
    return tuple(
        ChangeLine(FIELDS[name](), shown(name, _text(mine[name])), shown(name, _text(value)))
        for name, value in saved.items()
        if _text(value) != _text(mine[name])
    )


def _plain(action: Action, name: str) -> object:
    if name == "owner_id":
        return action.owner.display_name if action.owner else _("Nobody yet")
    return getattr(action, name)


def _text(value: object) -> object:
    """As the history keeps it, so that both sides are compared and shown alike."""
    if isinstance(value, float | int):
        return float(value)
    return "" if value is None else str(value)
