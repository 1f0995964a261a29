"""Codes are made once, known by hashes alone, and let in one answer each."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from scipy.stats import kendalltau
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.db import reading, transaction
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.models.base import Base, Moment
from survey_app.models.campaigns import Wave
from survey_app.models.invitations import Invitation
from survey_app.models.responses import DailyCount, InboxEntry, Receipt, Response
from survey_app.queries import incoming, invitations
from survey_app.services import flushing, inviting, responding
from survey_app.services.invitation_codes import code_of, grouped, new_token, token_of
from tests import databases
from tests.factories import make_wave
from tests.runs import seeded, sheet, soon

KEY, OTHER_KEY = "0" * 32, "1" * 32


def drawn_wave(session: Session, state: str = "open") -> Wave:
    wave = make_wave(session, state)
    wave.channels = ["drawn"]
    session.flush()
    return wave


def codes_for(
    session: Session,
    instance: Instance,
    wave: Wave,
    strata: list[str] | None = None,
    *,
    unit: int = 0,
    audience: str = "residents",
) -> list[str]:
    code = wave.units[unit].official_code
    invited = inviting.place(session, wave, code, audience, soon(wave))
    return inviting.invite(session, invited, strata or [""] * 30, instance.keys)


def answer(session: Session, instance: Instance, wave: Wave, code: str, key: str = KEY) -> str:
    # A submission reads the wave anew, without its units: they are read before or here.
    wave = session.merge(wave, load=False) if wave not in session else wave
    said = sheet(wave, {"1.3": "4"}, channel="drawn")
    return responding.submit(session, said, key, instance.keys, soon(wave), invitation=code)


def rows_of(session: Session, table: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value.code


def test_the_table_has_no_column_that_dates_or_names_anybody() -> None:
    table = Base.metadata.tables["invitation"]
    columns = {"token_mac", "wave_id", "unit_id", "audience", "stratum", "spent"}
    assert set(table.columns.keys()) == columns
    assert not any(isinstance(column.type, Moment) for column in table.columns)
    assert table.dialect_options["sqlite"]["with_rowid"] is False
    assert {key.column.table.name for key in table.foreign_keys} == {"wave_unit"}


def test_no_byte_on_the_disk_holds_a_code_or_a_token(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        codes = codes_for(session, instance, drawn_wave(session))
    stored = databases.stored(instance.settings.folder)
    for code in codes:
        token = token_of(code)
        for written in (code, grouped(code), token.hex()):
            assert written.encode() not in stored
        assert token not in stored


def test_rows_are_written_in_the_order_of_their_hashes(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    add = invitations.add

    def listen(session: Session, rows: Sequence[dict[str, object]]) -> None:
        written.extend(str(row["token_mac"]) for row in rows)
        add(session, rows)

    monkeypatch.setattr(invitations, "add", listen)
    with transaction(instance.engine) as session:
        wave = drawn_wave(session)
        codes = codes_for(session, instance, wave, [""] * 400)
    of_people = [inviting.mac(token_of(code), wave.id, instance.keys) for code in codes]
    assert written == sorted(of_people)
    order = [written.index(mac) for mac in of_people]
    assert abs(kendalltau(range(400), order).statistic) < 0.12


def test_each_wave_has_its_own_pepper(instance: Instance) -> None:
    token = new_token()
    assert inviting.mac(token, 1, instance.keys) != inviting.mac(token, 2, instance.keys)


def test_a_code_opens_its_place_and_audience_however_it_is_typed(
    session: Session, instance: Instance
) -> None:
    wave = drawn_wave(session)
    code = codes_for(session, instance, wave, ["ven sông"] * 30, unit=1, audience="businesses")[7]
    found = inviting.opened_by(session, f" {grouped(code).lower()} ", instance.keys)
    assert (found.wave_key, found.official_code) == (wave.key, wave.units[1].official_code)
    assert (found.audience, found.stratum, found.spent) == ("businesses", "ven sông", False)


def test_a_code_of_another_instance_is_unknown(session: Session, instance: Instance) -> None:
    wave = drawn_wave(session)
    codes_for(session, instance, wave)
    foreign = code_of(new_token())
    assert refused(lambda: inviting.opened_by(session, foreign, instance.keys)) == (
        "invitation_unknown"
    )


def test_an_answer_takes_its_stratum_from_the_invitation(
    session: Session, instance: Instance
) -> None:
    wave = drawn_wave(session)
    codes = codes_for(session, instance, wave, ["north"] * 30 + ["south"] * 30)
    answer(session, instance, wave, codes[45])
    entry = session.scalars(select(InboxEntry)).one()
    assert (entry.stratum, entry.cluster, entry.channel) == ("south", "", "drawn")
    assert session.scalar(select(func.count()).where(Invitation.spent)) == 1


def test_the_same_code_with_another_key_is_never_a_second_answer(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        wave = drawn_wave(session)
        code = codes_for(session, instance, wave)[0]
        first = answer(session, instance, wave, code)

    def again(key: str) -> str:
        with transaction(instance.engine) as session:
            return answer(session, instance, wave, code, key)

    def check() -> None:
        assert refused(lambda: again(OTHER_KEY)) == "invitation_spent"
        assert again(KEY) == first
        with reading(instance.engine) as session:
            assert rows_of(session, InboxEntry) + rows_of(session, Response) == 1
            assert session.scalars(select(DailyCount.responses)).all() == [1]

    check()
    with transaction(instance.engine) as session:
        assert flushing.flush_wave(session, wave.id, seeded()) == 1
    check()


def test_of_fifty_at_once_with_one_code_one_answer_is_stored(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        wave = drawn_wave(session)
        code = codes_for(session, instance, wave)[0]

    def post(number: int) -> str:
        try:
            with transaction(instance.engine, beside_others=True) as session:
                return answer(session, instance, wave, code, f"{number:032x}")
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(25) as pool:
        said = list(pool.map(post, range(50)))
    assert said.count("invitation_spent") == 49
    with reading(instance.engine) as session:
        assert rows_of(session, InboxEntry) == 1


def test_fifty_at_once_with_one_code_and_one_key_get_one_receipt(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        wave = drawn_wave(session)
        code = codes_for(session, instance, wave)[0]

    def post(_number: int) -> str:
        with transaction(instance.engine, beside_others=True) as session:
            return answer(session, instance, wave, code)

    with ThreadPoolExecutor(25) as pool:
        assert len(set(pool.map(post, range(50)))) == 1
    with reading(instance.engine) as session:
        assert rows_of(session, InboxEntry) == 1


def test_a_code_is_not_used_up_when_the_answer_is_not_stored(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(instance.engine) as session:
        wave = drawn_wave(session)
        code = codes_for(session, instance, wave)[0]

    def fail(*_all: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(incoming, "count_up", fail)
        with pytest.raises(OSError, match="disk full"), transaction(instance.engine) as session:
            answer(session, instance, wave, code)
    with transaction(instance.engine) as session:
        assert not inviting.opened_by(session, code, instance.keys).spent
        answer(session, instance, wave, code)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"unit": 1}, "invitation_for_another_form"),
        ({"audience": "businesses"}, "invitation_for_another_form"),
        ({"code": ""}, "invitation_missing"),
        ({"code": None}, "invitation_missing"),
        ({"code": "123"}, "invitation_incomplete"),
    ],
)
def test_a_form_needs_the_code_that_was_made_for_it(
    session: Session, instance: Instance, changes: dict[str, object], why: str
) -> None:
    wave = drawn_wave(session)
    code = codes_for(session, instance, wave)[0]
    said = sheet(wave, {"1.3": "4"}, channel="drawn")
    said = replace(
        said,
        unit_id=wave.units[int(str(changes.get("unit", 0)))].unit_id,
        audience=str(changes.get("audience", "residents")),
    )
    given = changes.get("code", code)

    def submit() -> str:
        typed = None if given is None else str(given)
        return responding.submit(session, said, KEY, instance.keys, soon(wave), invitation=typed)

    assert refused(submit) == why
    assert rows_of(session, InboxEntry) == 0


def test_an_open_form_uses_up_no_code(session: Session, instance: Instance) -> None:
    wave = drawn_wave(session)
    wave.channels = ["drawn", "open"]
    code = codes_for(session, instance, wave)[0]
    said = sheet(wave, {"1.3": "4"})
    responding.submit(session, said, KEY, instance.keys, soon(wave), invitation=code)
    assert not inviting.opened_by(session, code, instance.keys).spent


def test_drafts_closed_waves_and_other_doors_get_no_codes(
    session: Session, instance: Instance
) -> None:
    wave = drawn_wave(session, "draft")
    unit = wave.units[0].official_code

    def place(unit: str = unit, audience: str = "residents", days: int = 1) -> object:
        at = wave.opens_at + timedelta(days=days)
        return inviting.place(session, wave, unit, audience, at)

    assert refused(place) == "wave_not_registered"
    wave.state = "registered"
    assert place()
    assert refused(lambda: place(unit="99999")) == "unit_not_in_wave"
    assert refused(lambda: place(days=31)) == "wave_not_open"
    wave.channels = ["open"]
    assert refused(place) == "channel_not_offered"
    wave.channels, wave.questionnaires = ["drawn"], []
    session.flush()
    assert refused(place) == "audience_not_asked"
    wave.state = "closed"
    assert refused(place) == "wave_not_open"


@pytest.mark.parametrize("strata", [[], ["a"] * 29, ["a"] * 30 + ["b"] * 29])
def test_a_stratum_that_could_give_people_away_is_not_invited(
    session: Session, instance: Instance, strata: list[str]
) -> None:
    wave = drawn_wave(session)
    invited = inviting.place(session, wave, wave.units[0].official_code, "residents", soon(wave))
    with pytest.raises(Refusal, match="stratum_too_small") as caught:
        inviting.invite(session, invited, strata, instance.keys)
    assert ("b (29)" in str(caught.value.details["strata"])) == ("b" in strata)
    assert rows_of(session, Invitation) == 0


def test_a_place_is_invited_once_unless_it_is_said_to_be_another_round(
    session: Session, instance: Instance
) -> None:
    wave = drawn_wave(session)
    codes_for(session, instance, wave)
    assert refused(lambda: codes_for(session, instance, wave)) == "already_invited"
    assert rows_of(session, Invitation) == 30
    codes_for(session, instance, wave, audience="businesses")
    codes_for(session, instance, wave, unit=1)
    code = wave.units[0].official_code
    invited = inviting.place(session, wave, code, "residents", soon(wave))
    inviting.invite(session, invited, [""] * 30, instance.keys, another_round=True)
    assert rows_of(session, Invitation) == 120


def test_letters_are_counted_in_steps_of_five(session: Session, instance: Instance) -> None:
    wave = drawn_wave(session)
    codes_for(session, instance, wave, [""] * 33)
    codes_for(session, instance, wave, [""] * 31, unit=1, audience="businesses")
    assert inviting.issued(session, wave) == {
        (wave.units[0].official_code, "residents"): 35,
        (wave.units[1].official_code, "businesses"): 30,
    }


def test_a_few_drawn_answers_wait_although_many_others_of_the_place_are_there(
    session: Session, instance: Instance
) -> None:
    wave = drawn_wave(session)
    wave.channels = ["drawn", "open"]
    codes = codes_for(session, instance, wave, ["north"] * 30 + ["south"] * 30)
    for number, code in enumerate(codes[:48]):  # 30 of the north, 18 of the south
        answer(session, instance, wave, code, f"d{number:031x}")
    for number in range(19):
        said = sheet(wave, {"1.3": "4"})
        responding.submit(session, said, f"o{number:031x}", instance.keys, soon(wave))
    assert flushing.flush_ready(session, seeded()) == 30
    assert set(session.scalars(select(Response.stratum))) == {"north"}
    assert rows_of(session, Receipt) == 30


@databases.only_postgresql
def test_no_transaction_number_says_which_codes_were_used_together(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        wave = drawn_wave(session)
        codes = codes_for(session, instance, wave)
    for number, code in enumerate(codes[:25]):
        with transaction(instance.engine) as session:
            answer(session, instance, wave, code, f"{number:032x}")
    flushing.leave_no_order(instance.engine)
    with reading(instance.engine) as session:
        rows = (
            session.connection()
            .exec_driver_sql("SELECT xmin::text, token_mac FROM invitation ORDER BY ctid")
            .all()
        )
    assert len({row[0] for row in rows}) == 1
    assert [row[1] for row in rows] == sorted(row[1] for row in rows)
