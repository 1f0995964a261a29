"""Classes from populations whose change is beyond doubt, or beyond the reach of so few answers."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from survey_app.instance import Instance
from survey_app.instrument.loading import Library
from survey_app.models.campaigns import Wave, WaveQuestionnaire
from survey_app.models.runs import Run, RunRow
from survey_app.queries import runs
from survey_app.services.changing import Change, last_change
from survey_app.services.disclosure import release
from survey_app.services.results import Measured
from tests.results import make_results

EVEN, UP, DOWN = [0.2] * 5, [0.02, 0.03, 0.05, 0.4, 0.5], [0.5, 0.4, 0.05, 0.03, 0.02]
SCORES = (0, 25, 50, 75, 100)


def copied(thing: object, **other: object) -> dict[str, object]:
    """The columns of a row, some with another value."""
    columns = inspect(type(thing)).column_attrs
    return {each.key: getattr(thing, each.key) for each in columns} | other


def a_later_wave(
    session: Session, wave: Wave, shares: Sequence[float], n: int = 200, **other: object
) -> Wave:
    """The wave once more, with these answers to every indicator that was answered."""
    number = max(each.number for each in wave.campaign.waves) + 1
    later = Wave(**copied(wave, id=None, key=f"{wave.key}-{number}", number=number))
    later.campaign = wave.campaign
    later.questionnaires = [
        WaveQuestionnaire(**copied(each, wave_id=None, **other)) for each in wave.questionnaires
    ]
    session.add(later)
    session.flush()
    first = runs.registered_run(session, wave.id)
    assert first is not None
    run = Run(**copied(first, id=None, wave_id=later.id, created_at=first.created_at))
    run.created_at += timedelta(days=200)
    session.add(run)
    session.flush()
    mean = sum(share * score for share, score in zip(shares, SCORES, strict=True))
    for row in runs.rows(session, first.id):
        new = RunRow(**copied(row, run_id=run.id))
        if row.mean is not None:
            new.mean, new.distribution, new.n, new.effective_n = mean, list(shares), n, float(n)
        session.add(new)
    session.flush()
    return later


def change_between(
    session: Session, *waves: Wave, indicator: str = "1.5", library: Library | None = None
) -> Change | None:
    place = waves[0].campaign.waves[0].units[0]
    measured = []
    for wave in waves:
        run = runs.registered_run(session, wave.id)
        assert run is not None
        rows = runs.rows_of_indicator(session, run.id, place.unit_id, indicator)
        measured.append(Measured(wave, release(rows).headlines[0]))
    return last_change(session, measured, place.unit_id, indicator, library=library)


@pytest.mark.parametrize(("shares", "kind"), [(UP, "rise"), (DOWN, "fall"), (EVEN, "uncertain")])
def test_a_large_change_is_named_and_a_small_one_is_uncertain(
    session: Session, instance: Instance, shares: list[float], kind: str
) -> None:
    wave = make_results(session, instance)  # 40 people, each answer as often as the others
    change = change_between(session, wave, a_later_wave(session, wave, shares))
    assert change is not None
    assert (change.kind, change.earlier.key) == (kind, wave.key)
    mean = sum(share * score for share, score in zip(shares, SCORES, strict=True))
    assert change.points == pytest.approx(mean - 50, abs=0.05)
    assert None not in {change.low, change.high}
    assert (change.low or 0) < mean - 50 < (change.high or 0)


def test_only_many_answers_can_say_that_nothing_material_changed(
    session: Session, instance: Instance
) -> None:
    wave = make_results(session, instance)
    before = a_later_wave(session, wave, EVEN, n=4000)
    change = change_between(session, before, a_later_wave(session, wave, EVEN, n=4000))
    assert change is not None
    assert change.kind == "no_material_change"


def test_other_words_cannot_be_compared(session: Session, instance: Instance) -> None:
    wave = make_results(session, instance)
    later = a_later_wave(session, wave, UP, version="v2", sha256="0" * 64)
    change = change_between(session, wave, later)
    assert change is not None
    assert (change.kind, change.points) == ("not_comparable", None)


def test_a_series_goes_on_in_another_form_that_asks_it_in_the_same_words(
    session: Session, instance: Instance
) -> None:
    library = instance.library
    wave = make_results(session, instance)
    before, later = (a_later_wave(session, wave, shares) for shares in (EVEN, UP))
    for of, version in ((before, "v1"), (later, "v2")):
        for each in of.questionnaires:
            if each.audience == "businesses":
                each.version = version
            each.sha256 = library.questionnaires[each.questionnaire, each.version].sha256
    without = change_between(session, before, later, indicator="1.2")  # asked of businesses alone
    change = change_between(session, before, later, indicator="1.2", library=library)
    assert without is not None
    assert change is not None
    assert (without.kind, change.kind) == ("not_comparable", "rise")


def test_one_wave_alone_and_figures_that_are_kept_back_have_no_change(
    session: Session, instance: Instance
) -> None:
    wave = make_results(session, instance)
    assert change_between(session, wave) is None
    assert change_between(session, wave, a_later_wave(session, wave, UP, n=9)) is None
