"""The rule frozen with the wave, officials' verdicts, and what both do to the results."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.models.responses import Response
from survey_app.models.runs import Run
from survey_app.models.staff import AuditEntry, StaffMember
from survey_app.queries import runs
from survey_app.services import analysing, fielding, screening, verifying
from survey_app.services.calibrating import Parameters
from survey_app.services.screening import Verdict
from tests.factories import make_wave
from tests.office import make_member
from tests.runs import calibrate, close, collect, open_wave, place_of, sheet

HONEST = ["1", "2", "3", "4", "5"] * 8  # 40 people, mean 50
STUFFED = 20  # at 100 each


@pytest.fixture
def official(session: Session) -> StaffMember:
    return make_member(session, "official", None, user_name="can-bo")


def stuffed_wave(
    session: Session, instance: Instance, flags: Sequence[str] = ("fast", "identical")
) -> Wave:
    """40 residents whose mean is 50, and 20 flagged sheets of 100; closed."""
    wave = open_wave(session, instance)
    screening.freeze(wave)
    sheets = [sheet(wave, {"1.3": rating}) for rating in HONEST]
    sheets += [replace(sheet(wave, {"1.3": "5"}), flags=tuple(flags)) for _ in range(STUFFED)]
    collect(session, instance, wave, sheets)
    close(session, wave)
    return wave


def analysed(session: Session, instance: Instance, wave: Wave) -> Run:
    return analysing.analyse_wave(session, wave, place_of(instance), wave.closes_at)


def figures(session: Session, run: Run) -> tuple[int, float | None]:
    row = next(row for row in runs.rows(session, run.id) if row.n and row.indicator == "1.3")
    return row.n, row.mean


def rule_on(session: Session, wave: Wave, official: StaffMember, flag: str, verdict: str) -> None:
    said = Verdict(flag, verdict, "Đã gọi xác minh")
    screening.decide(session, wave, said, official, wave.closes_at)


def test_registering_a_wave_freezes_the_usual_rule_by_its_hash(
    session: Session, instance: Instance
) -> None:
    wave = make_wave(session, "draft")
    calibrate(session, instance, wave, Parameters())
    assert screening.rule_of(wave) is None
    fielding.register_wave(session, wave, instance.library, wave.opens_at)
    assert screening.rule_of(wave) == screening.usual_rule()
    assert wave.screening_sha256 == screening.usual_rule().sha256
    assert screening.is_intact(wave)


def test_answers_with_the_signs_are_kept_but_not_counted(
    session: Session, instance: Instance
) -> None:
    wave = stuffed_wave(session, instance)
    assert len(session.scalars(select(Response)).all()) == 60  # nothing is deleted
    assert figures(session, analysed(session, instance, wave)) == (40, 50.0)


def test_a_shared_network_alone_keeps_everybody(session: Session, instance: Instance) -> None:
    """(40 x 50 + 20 x 100) / 60 = 66.67."""
    wave = stuffed_wave(session, instance, flags=("network",))
    n, mean = figures(session, analysed(session, instance, wave))
    assert n == 60
    assert mean == pytest.approx(66.6667, abs=1e-4)


def test_a_wave_from_before_the_rule_counts_everybody_and_names_no_rule(
    session: Session, instance: Instance
) -> None:
    wave = stuffed_wave(session, instance)
    wave.screening = wave.screening_sha256 = None
    run = analysed(session, instance, wave)
    assert figures(session, run)[0] == 60
    assert "screening" not in run.inputs


def test_released_answers_count_and_the_rule_brings_them_out_again(
    session: Session, instance: Instance, official: StaffMember
) -> None:
    wave = stuffed_wave(session, instance)
    before = analysed(session, instance, wave)
    rule_on(session, wave, official, "identical", "counted")
    released = analysed(session, instance, wave)
    assert figures(session, released)[0] == 60
    rule_on(session, wave, official, "identical", "registered")
    after = analysed(session, instance, wave)
    assert figures(session, after) == figures(session, before)
    assert len({before.sha256, released.sha256, after.sha256}) == 3
    leading = runs.registered_run(session, wave.id)
    assert leading is not None
    assert leading.id == after.id
    # Each can still be made again as it was, after later rulings.
    assert verifying.findings(session, place_of(instance)) == []


def test_an_official_may_set_all_answers_with_a_sign_apart(
    session: Session, instance: Instance, official: StaffMember
) -> None:
    wave = stuffed_wave(session, instance, flags=("text_repeated",))
    assert figures(session, analysed(session, instance, wave))[0] == 60
    rule_on(session, wave, official, "text_repeated", "set_apart")
    assert figures(session, analysed(session, instance, wave)) == (40, 50.0)
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "screening_ruled"))
    assert (entry.actor, entry.subject) == ("can-bo", wave.key)
    assert entry.details == {
        "flag": "text_repeated",
        "verdict": "set_apart",
        "reason": "Đã gọi xác minh",
    }


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Verdict("network", "set_apart", "x"), "flag_never_alone"),
        (Verdict("straight", "set_apart", "x"), "flag_never_alone"),
        (Verdict("address", "set_apart", "x"), "screening_unknown"),
        (Verdict("fast", "deleted", "x"), "screening_unknown"),
        (Verdict("fast", "counted", "  "), "ruling_reason_missing"),
    ],
)
def test_a_ruling_that_may_not_be_is_refused(
    session: Session, instance: Instance, official: StaffMember, said: Verdict, code: str
) -> None:
    wave = stuffed_wave(session, instance)
    with pytest.raises(Refusal, match=code):
        screening.decide(session, wave, said, official, wave.closes_at)


@pytest.mark.parametrize("state", ["draft", "registered", "published"])
def test_no_ruling_before_the_wave_opens_or_after_its_results_are_public(
    session: Session, official: StaffMember, state: str
) -> None:
    wave = make_wave(session, state)
    screening.freeze(wave)
    with pytest.raises(Refusal, match="screening_over"):
        rule_on(session, wave, official, "fast", "counted")


def test_results_that_do_not_heed_a_ruling_are_not_published(
    session: Session, instance: Instance, official: StaffMember
) -> None:
    wave = stuffed_wave(session, instance)
    analysed(session, instance, wave)
    rule_on(session, wave, official, "identical", "counted")
    with pytest.raises(Refusal, match="run_before_ruling"):
        fielding.publish_wave(session, wave, wave.closes_at)
    analysed(session, instance, wave)
    fielding.publish_wave(session, wave, wave.closes_at + timedelta(days=1))
    assert wave.state == "published"


def test_an_altered_rule_is_found(session: Session, instance: Instance) -> None:
    wave = stuffed_wave(session, instance)
    run = analysed(session, instance, wave)
    wave.screening = {**(wave.screening or {}), "set_apart": []}
    found = [(each.kind, each.subject) for each in verifying.findings(session, place_of(instance))]
    assert found == [("screening", wave.key), ("run", f"{wave.key}: {run.sha256}")]


def test_flagged_answers_are_counted_per_place_in_steps(
    session: Session, instance: Instance
) -> None:
    wave = open_wave(session, instance)
    screening.freeze(wave)
    sheets = [replace(sheet(wave, {"1.3": "4"}), flags=("network",)) for _ in range(23)]
    sheets += [replace(sheet(wave, {"1.3": "5"}), flags=("honeypot",)) for _ in range(9)]
    sheets += [sheet(wave, {"1.3": "3"}, unit=1)]
    collect(session, instance, wave, sheets)
    found = screening.flagged(session, wave)
    here, there = found["11413", "residents"], found["11411", "residents"]
    assert (here.answers, here.set_apart, here.shown_set_apart) == (32, 9, None)
    assert here.shown_by_flag == {"network": 25, "honeypot": None}
    assert (there.answers, there.is_untouched, there.shown_by_flag) == (1, True, {})
