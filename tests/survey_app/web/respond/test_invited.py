"""Answering with the code of a letter, without script: from any typing of it to one answer."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from survey_app.db import reading, transaction
from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.models.invitations import Invitation
from survey_app.models.responses import InboxEntry, Response
from survey_app.services import flushing, inviting
from survey_app.services.invitation_codes import ALPHABET, code_of, grouped, new_token
from tests.factories import make_wave
from tests.runs import seeded, soon
from tests.visit import Page, Visit

DOOR = "/vi/i"
FORM = "/vi/s/2026-1/11413"


@pytest.fixture(autouse=True)
def wave(instance: Instance) -> Wave:
    with transaction(instance.engine) as session:
        wave = make_wave(session)
        wave.channels = ["drawn"]
        return wave


@pytest.fixture
def codes(instance: Instance, wave: Wave) -> Sequence[str]:
    return codes_for(instance, wave, "residents")


def codes_for(instance: Instance, wave: Wave, audience: str) -> Sequence[str]:
    with transaction(instance.engine) as session:
        wave = session.merge(wave)
        invited = inviting.place(session, wave, "11413", audience, soon(wave))
        return inviting.invite(session, invited, ["river"] * 30, instance.keys)


def enter(visit: Visit, code: str, *, status: int = 200) -> Page:
    return visit.get(DOOR).submit({"code": code}, status=status)


def rated(page: Page) -> dict[str, str]:
    """A first answer to the first topic."""
    names = [str(each["name"]) for each in page.all("[data-screen=topic] input[type=radio]")]
    return {names[0]: "1"}


def stored(instance: Instance) -> list[InboxEntry]:
    with reading(instance.engine) as session:
        return list(session.scalars(select(InboxEntry)))


def spent(instance: Instance) -> int:
    with reading(instance.engine) as session:
        return session.scalar(select(func.count()).where(Invitation.spent)) or 0


def is_refused(page: Page, *, language: str = "vi") -> bool:
    words = {
        "vi": "Mã này đã được sử dụng",
        "en": "This code has already been used",
    }
    return page.language == language and words[language] in page.one("h1").get_text()


def test_a_code_opens_the_form_and_the_answer_counts_as_drawn(
    visit: Visit, instance: Instance, codes: Sequence[str]
) -> None:
    form = enter(visit, grouped(codes[3]))
    assert form.one("main")["data-page"] == "answers"
    assert form.path == DOOR  # the code stands in no address
    check = form.submit(rated(form))
    assert check.submit().one("main")["data-page"] == "receipt"
    (entry,) = stored(instance)
    assert (entry.channel, entry.stratum, entry.audience) == ("drawn", "river", "residents")
    assert spent(instance) == 1


def test_a_business_gets_its_own_form(visit: Visit, instance: Instance, wave: Wave) -> None:
    form = enter(visit, codes_for(instance, wave, "businesses")[0])
    form.submit(rated(form)).submit()
    assert [entry.audience for entry in stored(instance)] == ["businesses"]


@pytest.mark.parametrize("spoil", [str.lower, lambda code: f" {code[:5]} {code[5:]} "])
def test_how_the_code_is_typed_does_not_matter(
    visit: Visit, codes: Sequence[str], spoil: Callable[[str], str]
) -> None:
    assert enter(visit, spoil(grouped(codes[0]))).one("main")["data-page"] == "answers"
    confused = codes[0].replace("0", "o").replace("1", "l").replace("V", "U")
    assert enter(visit, confused).one("main")["data-page"] == "answers"


def test_language_back_check_and_faults_keep_the_code(
    visit: Visit, instance: Instance, codes: Sequence[str]
) -> None:
    form = enter(visit, codes[0])
    answers = {**rated(form), "comment": "Cần thêm cây"}
    english = form.submit(answers, button="lang")
    assert english.language == "en"
    empty = english.submit({name: None for name in english.filled() if "." in name}, status=400)
    check = empty.submit({**answers})
    vietnamese = check.submit(button="lang")
    again = vietnamese.submit(button="back").submit()
    for page in (form, english, empty, check, vietnamese, again):
        assert page.filled()["invitation"] == grouped(codes[0])
    again.submit()
    (entry,) = stored(instance)
    assert (entry.answers, entry.open_text) == (rated(form), "Cần thêm cây")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_slip_is_named_and_what_was_typed_stays(
    visit: Visit, codes: Sequence[str], lang: str
) -> None:
    code = codes[0]
    slipped = code[:4] + ALPHABET[(ALPHABET.index(code[4]) + 1) % 32] + code[5:]
    page = visit.get(f"/{lang}/i").submit({"code": slipped}, status=400)
    words = {"vi": "Mã có chỗ gõ nhầm", "en": "There is a slip in this code"}
    assert words[lang] in page.one("#code-fault").get_text()
    assert page.filled()["code"] == slipped
    other = page.submit(button="lang", status=400)
    assert other.language != lang
    assert other.filled()["code"] == slipped


@pytest.mark.parametrize("typed", ["", "   "])
def test_no_code_is_asked_for(visit: Visit, typed: str) -> None:
    assert "Xin nhập mã" in enter(visit, typed, status=400).one("#code-fault").get_text()


def test_a_code_that_is_too_short_says_how_many_characters_it_has(
    visit: Visit, codes: Sequence[str]
) -> None:
    page = enter(visit, codes[0][:-2], status=400)
    assert {"27", "25"} <= set(page.one("#code-fault").get_text().replace(".", " ").split())


def test_a_code_that_nobody_got_is_told_apart_from_a_slip(visit: Visit) -> None:
    page = enter(visit, code_of(new_token()), status=404)
    assert "Mã gõ không sai" in page.one("#code-fault").get_text()


@pytest.mark.parametrize("flushed", [False, True])
def test_a_used_code_is_never_a_second_answer_and_nothing_typed_is_lost(
    visit: Visit, instance: Instance, wave: Wave, codes: Sequence[str], *, flushed: bool
) -> None:
    first, second = enter(visit, codes[0]), enter(visit, codes[0])
    check = first.submit(rated(first))
    check_of_second = second.submit({**rated(second), "comment": "Tôi cũng vậy", "helped": "1"})
    done = check.submit()
    if flushed:
        with transaction(instance.engine) as session:
            flushing.flush_wave(session, wave.id, seeded())

    refused = check_of_second.submit(status=409)
    assert is_refused(refused)
    assert "Tôi cũng vậy" in refused.text
    assert is_refused(check_of_second.submit(status=409, button="forward"))
    in_english = refused.submit(button="lang")
    back = refused.submit(button="back")
    for page in (in_english, back):
        assert page.filled()["comment"] == "Tôi cũng vậy"
        assert page.filled()["helped"] == "1"
    assert in_english.language == "en"

    at_the_door = enter(visit, codes[0], status=409)
    assert is_refused(at_the_door)
    assert is_refused(at_the_door.submit(button="lang", status=409), language="en")
    again = check.submit()  # a retry with the same key has the same receipt
    assert again.one("#receipt-code").get_text() == done.one("#receipt-code").get_text()
    with reading(instance.engine) as session:
        rows = [
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (InboxEntry, Response)
        ]
    assert rows == ([0, 1] if flushed else [1, 0])


def test_of_forty_forms_sent_at_once_with_one_code_one_is_stored(
    app: Flask, visit: Visit, instance: Instance, codes: Sequence[str]
) -> None:
    form = enter(visit, codes[0])
    sent = {**form.filled().to_dict(), **rated(form), "forward": "1"}

    def send(number: int) -> int:
        return app.test_client().post(FORM, data={**sent, "key": f"{number:032}"}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(send, range(40))) == [200, *[409] * 39]
    assert len(stored(instance)) == 1


@pytest.mark.parametrize(
    ("state", "days", "status", "words"),
    [
        ("registered", 0, 404, "chưa mở"),
        ("open", -40, 410, "đã kết thúc"),
        ("closed", 0, 410, "đã kết thúc"),
    ],
)
def test_a_code_of_a_wave_that_is_not_open_says_why(
    visit: Visit,
    instance: Instance,
    wave: Wave,
    codes: Sequence[str],
    *,
    state: str,
    days: int,
    status: int,
    words: str,
) -> None:
    with transaction(instance.engine) as session:
        found = session.merge(wave)
        found.state = state
        found.opens_at += timedelta(days=days)
        found.closes_at += timedelta(days=days)
    assert words in enter(visit, codes[0], status=status).one("h1").get_text()


def test_a_wave_that_closes_meanwhile_says_so_and_shows_what_was_filled_in(
    visit: Visit, instance: Instance, wave: Wave, codes: Sequence[str]
) -> None:
    form = enter(visit, codes[0])
    check = form.submit({**rated(form), "comment": "Đường ngập"})
    with transaction(instance.engine) as session:
        session.merge(wave).state = "closed"
    closed = check.submit(status=410)
    assert "Đường ngập" in closed.text
    assert spent(instance) == 0


@pytest.mark.parametrize("invitation", ["", "123", "for businesses"])
def test_a_form_of_a_drawn_person_without_its_code_is_not_let_in(
    visit: Visit, instance: Instance, wave: Wave, codes: Sequence[str], invitation: str
) -> None:
    if invitation == "for businesses":
        invitation = codes_for(instance, wave, "businesses")[0]
    form = enter(visit, codes[0])
    check = form.submit({**rated(form), "comment": "Vẫn còn"})
    refused = check.submit({"invitation": invitation}, status=None)
    assert refused.status in {400, 409}
    assert "Vẫn còn" in refused.text
    assert not is_refused(refused)
    assert stored(instance) == []


def test_without_a_code_the_form_leads_to_where_it_is_entered(visit: Visit) -> None:
    page = visit.get(FORM, status=403)
    assert page.all(f"a[href='{DOOR}']")
    landing = visit.get("/vi/")
    assert landing.all(f"a[href='{DOOR}']")
    assert not landing.all(f"a[href^='{FORM}']")


def test_a_code_does_not_open_what_an_open_form_sends(
    visit: Visit, instance: Instance, wave: Wave, codes: Sequence[str]
) -> None:
    with transaction(instance.engine) as session:
        session.merge(wave).channels = ["drawn", "open"]
    form = visit.get(FORM)
    form.submit({**rated(form), "key": "k" * 32, "invitation": codes[0]})
    assert [entry.channel for entry in stored(instance)] == ["open"]
    assert spent(instance) == 0
