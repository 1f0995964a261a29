"""The trial page of a wave."""

import pytest
from sqlalchemy import func, select

from survey_app.clock import now
from survey_app.db import reading, transaction
from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.models.staff import AuditEntry
from survey_app.models.trials import TrialAnswer
from survey_app.services import rehearsing
from tests.factories import make_wave
from tests.office import SignIn
from tests.runs import sheet

PAGE = "/vi/office/waves/2026-1/trial"


@pytest.fixture(autouse=True)
def wave(instance: Instance) -> Wave:
    with transaction(instance.engine) as session:
        made = make_wave(session, "draft")
        for number, answers in enumerate([{"1.3": "5"}, {"1.3": "dont_know"}]):
            rehearsing.keep(session, sheet(made, answers), f"{number:032d}", now())
        return made


def forms(instance: Instance) -> int:
    with reading(instance.engine) as session:
        return session.scalar(select(func.count()).select_from(TrialAnswer)) or 0


def test_the_page_leads_to_each_form_and_shows_what_came_in_with_its_wording(
    signed_in: SignIn,
) -> None:
    visit = signed_in("official", "31")
    page = visit.get(PAGE)
    assert len(page.all("a.button[href*='/trial/']")) == 2
    assert "2 phiếu thử" in page.text
    counted = {
        row.one_cell: row.trials for row in map(_Row, page.all("tbody tr")) if row.trials != "0"
    }
    assert counted == {"Rất tốt": "1", "Không biết": "1"}
    form = visit.get(str(page.one("a.button[href*='/trial/']")["href"]))
    assert form.all(".strip.trial")


def test_the_code_of_a_trial_is_a_picture_for_staff_alone(signed_in: SignIn) -> None:
    visit = signed_in("official", "31")
    picture = str(visit.get(PAGE).one("main img[src$='.svg']")["src"])
    assert visit.client.get(picture).mimetype == "image/svg+xml"
    stranger = visit.client.application.test_client()
    assert stranger.get(picture).status_code == 302
    visit.get(picture.replace("residents", "others"), status=404)


def test_emptying_deletes_the_trials_and_is_in_the_trail(
    signed_in: SignIn, instance: Instance
) -> None:
    signed_in("official", "31").get(PAGE).submit()
    assert forms(instance) == 0
    with reading(instance.engine) as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "trial_emptied")
        ).one()
    assert (entry.subject, entry.details) == ("2026-1", {"forms": 2})


def test_an_expert_reads_the_trials_but_does_not_empty_them(
    signed_in: SignIn, instance: Instance
) -> None:
    visit = signed_in("expert", "31")
    page = visit.get(PAGE)
    assert not page.all("form[action$=empty]")
    token = page.one("input[name=csrf_token]")["value"]
    visit.post(f"{PAGE}/empty", {"csrf_token": token}, status=403)
    assert forms(instance) == 2


def test_assessors_and_officials_of_other_places_have_no_trial_page(signed_in: SignIn) -> None:
    signed_in("assessor", "11413").get(PAGE, status=403)
    signed_in("official", None, user_name="everywhere").get(PAGE)


def test_a_wave_that_is_over_shows_its_trials_and_leads_to_none(
    signed_in: SignIn, instance: Instance, wave: Wave
) -> None:
    with transaction(instance.engine) as session:
        session.get_one(Wave, wave.id).state = "closed"
    page = signed_in("official", "31").get(PAGE)
    assert not page.all("a[href*='/vi/trial/']")
    assert "2 phiếu thử" in page.text


class _Row:
    def __init__(self, row: object) -> None:
        cells = row.find_all(["th", "td"])  # type: ignore[attr-defined]  # a tag of the page
        self.one_cell, self.trials = (cell.get_text(strip=True) for cell in cells)
