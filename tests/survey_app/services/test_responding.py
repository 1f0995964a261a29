from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.db import reading, transaction
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.keys import Keys
from survey_app.models.campaigns import Wave
from survey_app.models.responses import DailyCount, InboxEntry, Receipt, Response
from survey_app.queries import campaigns
from survey_app.services import flushing, responding
from tests.factories import make_wave
from tests.runs import open_wave, seeded, sheet, soon

KEY = "0123456789abcdef0123456789abcdef"


def stored(session: Session) -> int:
    """Answers of any state."""
    return sum(
        session.scalar(select(func.count()).select_from(table)) or 0
        for table in (InboxEntry, Response)
    )


def test_fifty_parallel_posts_of_one_key_leave_one_row_and_one_receipt(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        wave = make_wave(session)
        posted = sheet(wave, {"1.3": "4"})

    def post(_number: int) -> str:
        with transaction(instance.engine, beside_others=True) as session:
            return responding.submit(session, posted, KEY, instance.keys, soon(wave))

    with ThreadPoolExecutor(50) as pool:
        receipts = set(pool.map(post, range(50)))
    with reading(instance.engine) as session:
        assert len(receipts) == 1
        assert stored(session) == 1
        assert session.scalars(select(DailyCount.responses)).all() == [1]


def test_fifty_parallel_posts_of_fifty_keys_are_all_stored(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        wave = make_wave(session)
        posted = sheet(wave, {"1.3": "4"})

    def post(number: int) -> str:
        with transaction(instance.engine, beside_others=True) as session:
            return responding.submit(session, posted, f"{number:032x}", instance.keys, soon(wave))

    with ThreadPoolExecutor(50) as pool:
        receipts = set(pool.map(post, range(50)))
    with reading(instance.engine) as session:
        assert len(receipts) == stored(session) == 50
        assert session.scalars(select(DailyCount.responses)).all() == [50]


def test_posts_and_retries_while_others_flush_are_each_stored_once(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        wave = make_wave(session)
        posted = [sheet(wave, {"1.3": "4"}, unit=unit) for unit in (0, 1)]

    def post(number: int) -> str:
        key = f"{number % 100:032x}"
        with transaction(instance.engine, beside_others=True) as session:
            return responding.submit(session, posted[number % 2], key, instance.keys, soon(wave))

    def flush(_number: int) -> int:
        with transaction(instance.engine) as session:
            return flushing.flush_ready(session, seeded())

    with ThreadPoolExecutor(8) as pool, ThreadPoolExecutor(2) as flushers:
        receipts = pool.map(post, range(200))
        moved = flushers.map(flush, range(10))
        assert len(set(receipts)) == 100
    assert sum(moved) + flush(0) >= 100 - 2 * 19
    with reading(instance.engine) as session:
        assert stored(session) == 100
        assert session.scalars(select(DailyCount.responses)).all() == [50, 50]


def test_a_retry_after_the_flush_gets_its_receipt_and_no_row(
    session: Session, instance: Instance
) -> None:
    wave = make_wave(session)
    first = responding.submit(session, sheet(wave, {"1.3": "4"}), KEY, instance.keys, soon(wave))
    flushing.flush_wave(session, wave.id, seeded())
    other = sheet(wave, {"1.3": "1"})
    assert responding.submit(session, other, KEY, instance.keys, soon(wave)) == first
    assert stored(session) == 1
    assert session.scalars(select(Receipt.code)).all() == [first]


def test_a_retry_in_another_language_is_the_same_answer(
    session: Session, instance: Instance
) -> None:
    wave = make_wave(session)
    said = sheet(wave, {"1.3": "4"}, text="Đường hẹp")
    first = responding.submit(session, said, KEY, instance.keys, soon(wave))
    again = replace(said, language="en", duration_class="long")
    assert responding.submit(session, again, KEY, instance.keys, soon(wave)) == first
    assert stored(session) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"answers": {"1.3": "5"}},
        {"text": "another word"},
        {"helped": True},
        {"audience": "businesses", "questionnaire": "businesses/v1"},
        {"block": 1},
    ],
)
def test_the_same_key_with_other_content_is_refused_before_the_flush(
    session: Session, instance: Instance, change: dict[str, object]
) -> None:
    wave = make_wave(session)
    said = sheet(wave, {"1.3": "4"})
    responding.submit(session, said, KEY, instance.keys, soon(wave))
    with pytest.raises(Refusal, match="key_used_otherwise"):
        responding.submit(
            session,
            replace(said, **change),  # type: ignore[arg-type]  # keywords from a dict have one type
            KEY,
            instance.keys,
            soon(wave),
        )
    assert stored(session) == 1


def test_the_same_key_in_another_unit_is_other_content(
    session: Session, instance: Instance
) -> None:
    wave = make_wave(session)
    responding.submit(session, sheet(wave, {"1.3": "4"}), KEY, instance.keys, soon(wave))
    with pytest.raises(Refusal, match="key_used_otherwise"):
        responding.submit(
            session, sheet(wave, {"1.3": "4"}, unit=1), KEY, instance.keys, soon(wave)
        )


@pytest.mark.parametrize("state", ["draft", "registered", "closed", "published"])
def test_a_wave_that_is_not_open_takes_no_answer(
    session: Session, instance: Instance, state: str
) -> None:
    wave = make_wave(session, state)
    with pytest.raises(Refusal, match="wave_not_open"):
        responding.submit(session, sheet(wave, {"1.3": "4"}), KEY, instance.keys, soon(wave))
    assert stored(session) == 0


def test_an_open_wave_takes_answers_from_its_first_moment_to_before_its_last(
    session: Session,
) -> None:
    wave = make_wave(session)
    moment = timedelta(microseconds=1)
    assert not responding.takes_answers(wave, wave.opens_at - moment)
    assert responding.takes_answers(wave, wave.opens_at)
    assert responding.takes_answers(wave, wave.closes_at - moment)
    assert not responding.takes_answers(wave, wave.closes_at)


def test_an_answer_that_was_stored_in_time_has_its_receipt_after_the_close(
    session: Session, instance: Instance
) -> None:
    wave = make_wave(session)
    said = sheet(wave, {"1.3": "4"})
    first = responding.submit(session, said, KEY, instance.keys, soon(wave))
    late = wave.closes_at + timedelta(days=3)
    assert responding.submit(session, said, KEY, instance.keys, late) == first


@pytest.mark.parametrize("collector", ["", "  "])
def test_an_assisted_answer_without_its_collector_is_refused(
    session: Session, instance: Instance, collector: str
) -> None:
    wave = open_wave(session, instance, channels=("assisted",))
    said = sheet(wave, {"1.3": "4"}, channel="assisted", cluster=collector)
    with pytest.raises(Refusal, match="collector_missing"):
        responding.submit(session, said, KEY, instance.keys, soon(wave))


def test_an_answer_through_a_door_that_the_wave_does_not_have_is_refused(
    session: Session, instance: Instance
) -> None:
    wave = make_wave(session)
    said = sheet(wave, {"1.3": "4"}, channel="paper", cluster="c1")
    with pytest.raises(Refusal, match="channel_not_offered"):
        responding.submit(session, said, KEY, instance.keys, soon(wave))


def test_a_receipt_is_known_before_and_after_the_flush(
    session: Session, instance: Instance
) -> None:
    wave = make_wave(session)
    code = responding.submit(session, sheet(wave, {"1.3": "4"}), KEY, instance.keys, soon(wave))
    assert responding.receipt_known(session, code)
    flushing.flush_wave(session, wave.id, seeded())
    assert responding.receipt_known(session, code)
    assert not responding.receipt_known(session, "A" * 16)


def test_receipts_of_two_instances_differ() -> None:
    ours, theirs = Keys(b"a" * 32), Keys(b"b" * 32)
    assert responding.receipt_code(KEY, ours) == responding.receipt_code(KEY, ours)
    assert responding.receipt_code(KEY, ours) != responding.receipt_code(KEY, theirs)


def test_an_address_is_fielded_only_for_its_units_and_audiences(session: Session) -> None:
    wave = make_wave(session, questionnaires={"residents": ("residents", "v1")})
    found = responding.fielded(session, "2026-1", "11413", "residents")
    assert found is not None
    assert (found.wave, found.questionnaire, found.version) == (wave, "residents", "v1")
    assert responding.fielded(session, "2026-1", "11413", "businesses") is None
    assert responding.fielded(session, "2026-1", "99999", "residents") is None
    assert responding.fielded(session, "2026-2", "11413", "residents") is None


def test_the_day_of_an_answer_is_counted_in_viet_nam(session: Session, instance: Instance) -> None:
    wave = make_wave(session)
    evening = (wave.opens_at + timedelta(days=1)).replace(hour=17, minute=30)  # UTC
    responding.submit(session, sheet(wave, {"1.3": "4"}), KEY, instance.keys, evening)
    counted = session.scalars(select(DailyCount.day)).one()
    assert counted == evening.date() + timedelta(days=1)


def test_a_wave_is_held_as_the_database_has_it(session: Session) -> None:
    wave = make_wave(session)
    wave.state = "closed"
    held = campaigns.hold_wave_alone(session, wave.id)
    assert isinstance(held, Wave)
    assert held.state == "closed"
