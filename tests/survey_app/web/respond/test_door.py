"""What the door notices. Whatever it finds: the answer is stored, and the person has a receipt."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from socket import inet_aton

import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.clock import now
from survey_app.db import reading, transaction
from survey_app.instance import Instance
from survey_app.instrument.blocks import indicators_of
from survey_app.instrument.loading import Library
from survey_app.instrument.screening import is_set_apart
from survey_app.models.campaigns import Wave
from survey_app.models.responses import InboxEntry
from survey_app.services import screening
from survey_app.services.backing_up import back_up
from survey_app.web.app import create_app
from survey_app.web.respond import stamps
from survey_app.web.respond.door import network_of, tallies
from survey_app.web.respond.posted import HIDDEN_FIELD, new_key
from survey_app.web.respond.stamps import Place, Stamp
from tests.factories import make_wave
from tests.filled import OPEN, filled_instance, open_wave_of, silent, source_of

FORM = "/vi/s/2026-1/11413"
VILLAGE = "203.0.113.77"
BLOCK = 0
FAST = 10.0  # seconds a question: with eight answers more than what a stamp's minute hides
MEANT = ("2", "4", "3", "4", "1", "5", "4", "3")


@pytest.fixture(autouse=True)
def wave(instance: Instance) -> Wave:
    rule = screening.usual_rule().model_copy(update={"fast_seconds": FAST, "identical_items": 8})
    with transaction(instance.engine) as session:
        wave = make_wave(session)
        wave.screening, wave.screening_sha256 = rule.as_stored(), rule.sha256
        return wave


def sheet_of(instance: Instance, ratings: tuple[str, ...]) -> dict[str, str]:
    questionnaire = instance.library.questionnaires["residents", "v1"]
    return dict(zip(indicators_of(questionnaire, BLOCK), ratings, strict=True))


def different_people() -> Iterator[tuple[str, ...]]:
    """Everybody answers otherwise, and nobody in one column."""
    return (each for each in product("2345", repeat=8) if len(set(each)) > 2)


def send(
    app: Flask,
    answers: Mapping[str, str],
    *,
    address: str = VILLAGE,
    minutes: int = 6,
    key: str = "",
    wave: str = "2026-1",
    headers: Mapping[str, str] | None = None,
    **more: str,
) -> str:
    """Answer as somebody who got the form some minutes ago; returns the page's name."""
    instance: Instance = app.extensions["instance"]
    stamp = Stamp(
        place=Place(wave, "11413", "residents"),
        questionnaire="residents/v1",
        language="vi",
        block=BLOCK,
        minute=int(now().timestamp() // 60) - minutes,
        channel="open",
    )
    said = {"stamp": stamps.sign(stamp, instance.keys), "key": key or new_key(), "forward": "1"}
    response = app.test_client().post(
        f"/vi/s/{wave}/11413",
        data={**said, **answers, **more},
        environ_overrides={"REMOTE_ADDR": address},
        headers=headers,
    )
    assert response.status_code == 200, response.text
    return "receipt" if 'id="receipt-code"' in response.text else "other"


def flags_of_all(instance: Instance) -> list[tuple[str, ...]]:
    with reading(instance.engine) as session:
        return [screening.split(each) for each in session.scalars(select(InboxEntry.flags))]


def test_two_hundred_people_behind_one_address_all_get_through_and_all_count(
    app: Flask, instance: Instance, wave: Wave
) -> None:
    people = different_people()
    pages = [send(app, sheet_of(instance, next(people))) for _ in range(200)]
    assert pages == ["receipt"] * 200
    flags = flags_of_all(instance)
    # From the 31st on the network is noted. It alone sets nobody apart.
    assert sorted(flags) == [()] * 30 + [("network",)] * 170
    with reading(instance.engine) as session:
        found = screening.flagged(session, wave)["11413", "residents"]
    assert (found.answers, found.set_apart) == (200, 0)


def test_a_burst_of_a_program_is_flagged_and_hardly_moves_the_mean(
    app: Flask, instance: Instance
) -> None:
    """100 honest sheets of mean 50 and 100 of a program that gives the best answer each time.

    The program varies nothing: its fourth sheet is the first with a flag, so three are counted.
    By hand: all sheets (100 x 50 + 100 x 100) / 200 = 75; without those set apart
    (100 x 50 + 3 x 100) / 103 = 51.46.
    """
    people = (each for each in product("12345", repeat=7) if len(set(each)) > 2)
    for number in range(100):
        first = "12345"[number % 5]  # 0, 25, 50, 75, 100: the mean is 50
        send(app, sheet_of(instance, (first, *next(people))), address=f"198.51.{number}.1")
    stuffed = sheet_of(instance, ("5", "4", "5", "5", "4", "5", "5", "5"))
    for _ in range(100):
        assert send(app, stuffed, minutes=0) == "receipt"
    grounds = screening.usual_rule().set_apart
    with reading(instance.engine) as session:
        entries = list(session.scalars(select(InboxEntry)))
    scores = [
        (25 * (int(each.answers["1.3"]) - 1), is_set_apart(grounds, screening.split(each.flags)))
        for each in entries
    ]
    everybody = [score for score, _apart in scores]
    kept = [score for score, apart in scores if not apart]
    assert (len(everybody), len(kept)) == (200, 103)
    assert sum(everybody) / 200 == 75
    assert sum(kept) / 103 == pytest.approx(51.456, abs=0.001)


def test_a_program_that_fills_in_the_hidden_field_is_noted_and_answered_like_everybody(
    app: Flask, instance: Instance
) -> None:
    assert send(app, sheet_of(instance, MEANT), anything_else="https://example.org") == "receipt"
    assert flags_of_all(instance) == [("honeypot",)]


def test_the_hidden_field_is_remembered_over_the_check_page_and_back(
    app: Flask, instance: Instance
) -> None:
    client = app.test_client()
    page = client.get(FORM).text
    stamp = page.split('name="stamp" value="')[1].split('"')[0]
    read = stamps.read(stamp, instance.keys)
    assert read is not None
    questionnaire = instance.library.questionnaires["residents", "v1"]
    said = dict.fromkeys(indicators_of(questionnaire, read.block), "3")
    posted = {"stamp": stamp, **said, "anything_else": "x"}
    for button in ("forward", "lang", "back"):
        html = client.post(FORM, data={**posted, button: "1"}).text
        assert 'name="anything_else"' in html
        after = html.split('name="anything_else"')[1]
        assert after[: after.index(">")].count('value="1"') == 1
    assert 'value="1"' not in page.split('name="anything_else"')[1].split(">")[0]


def test_who_sends_sooner_than_anybody_reads_is_noted(app: Flask, instance: Instance) -> None:
    send(app, sheet_of(instance, MEANT), minutes=0)
    send(app, sheet_of(instance, MEANT), minutes=2)  # 120 s for 8 questions at 10 s
    assert flags_of_all(instance).count(("fast",)) == 1
    assert flags_of_all(instance).count(()) == 1


def test_a_retry_counts_once(app: Flask, instance: Instance) -> None:
    """Somebody on a bad line sends the same sheet five times: no copy, no crowd."""
    key = new_key()
    for _ in range(5):
        send(app, sheet_of(instance, MEANT), key=key)
    for _ in range(3):
        send(app, sheet_of(instance, MEANT))
    assert sorted(flags_of_all(instance)) == [(), (), (), ("identical",)]


@pytest.mark.parametrize(
    "typed",
    [
        ["Rác đổ bừa ở cuối ngõ"] * 5,
        ["Rác đổ bừa ở cuối ngõ", "rac do bua o cuoi ngo", "RÁC ĐỔ BỪA Ở CUỐI NGÕ!", "Rac do bua, o cuoi ngo", "rác đổ bừa ở cuối ngõ..."],
    ],
)  # fmt: skip
def test_the_same_words_are_the_same_with_and_without_tones(
    app: Flask, instance: Instance, typed: list[str]
) -> None:
    people = different_people()
    for text in typed:
        send(app, sheet_of(instance, next(people)), comment=text)
    assert sorted(flags_of_all(instance)) == [(), (), (), (), ("text_repeated",)]


def test_other_units_days_and_forms_do_not_add_up(app: Flask, instance: Instance) -> None:
    with app.app_context():
        for _ in range(100):
            tallies().count("network", (1, 999, "residents"), network_of(VILLAGE))
    send(app, sheet_of(instance, MEANT))
    assert flags_of_all(instance) == [()]


def test_a_wave_without_a_rule_notes_nothing(app: Flask, instance: Instance, wave: Wave) -> None:
    with transaction(instance.engine) as session:
        session.merge(wave).screening = None
    send(app, sheet_of(instance, MEANT), minutes=0, anything_else="x")
    assert flags_of_all(instance) == [()]
    with app.app_context():
        assert len(tallies()) == 0


def test_a_restart_forgets_the_counts_and_nothing_else(app: Flask, instance: Instance) -> None:
    for _ in range(4):
        send(app, sheet_of(instance, MEANT))
    again = create_app(instance)
    assert send(again, sheet_of(instance, MEANT)) == "receipt"
    assert sorted(flags_of_all(instance)) == [(), (), (), (), ("identical",)]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2::5", "2001:db8:1::/48"),
        ("2001:db8:1:ffff::5", "2001:db8:1::/48"),
        ("::5", "::/48"),
        ("10.20.30.40", "10.20.30.0/24"),
        ("127.0.0.1", ""),  # a proxy that does not say for whom it asks
        ("::1", ""),
        (None, ""),
        ("unix socket", ""),
    ],
)
def test_neighbours_have_one_network(address: str | None, network: str) -> None:
    assert network_of(address) == network


def test_nothing_of_a_network_stands_in_database_log_or_backup(
    tmp_path: Path, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    instance = filled_instance(tmp_path / "instance", library)
    with transaction(instance.engine) as session:
        screening.freeze(open_wave_of(session))
    app = create_app(instance)
    for _ in range(35):
        send(app, sheet_of(instance, MEANT), wave=OPEN)
    assert flags_of_all(instance).count(("network",)) == 5
    with app.app_context():
        hashes = list(tallies()._counts)
    files = [*(tmp_path / "instance").rglob("*")]  # the log of the database as well
    files.append(back_up(source_of(instance), tmp_path / "out.backup", silent).path)
    written = [each.read_bytes() for each in files if each.is_file()] + [caplog.text.encode()]
    traces = [b"203.0.113", inet_aton(VILLAGE), *hashes, *(each.hex().encode() for each in hashes)]
    assert len(hashes) > 35
    assert [trace for trace in traces for text in written if trace in text] == []


# Words that browsers look for in names, ids and labels: the tokens of HTML's autocomplete, and
# what Chromium's and Firefox's field detection adds in English and Vietnamese.
AUTOFILLED = [
    "name",
    "ten",
    "ho",
    "email",
    "mail",
    "thu",
    "phone",
    "tel",
    "mobile",
    "dienthoai",
    "address",
    "diachi",
    "street",
    "duong",
    "city",
    "tinh",
    "country",
    "postal",
    "zip",
    "code",
    "ma",
    "company",
    "organization",
    "congty",
    "birthday",
    "bday",
    "ngaysinh",
    "sex",
    "gender",
    "url",
    "website",
    "card",
    "cc",
    "number",
    "so",
    "user",
    "login",
    "password",
    "matkhau",
    "otp",
    "first",
    "last",
    "line",
    "given",
    "family",
    "note",
]


def test_no_autofill_has_a_value_for_the_name_of_the_hidden_field() -> None:
    words = HIDDEN_FIELD.split("_")
    assert [word for word in AUTOFILLED if word in words or word == "".join(words)] == []


@pytest.mark.parametrize(
    ("proxies", "people", "proxy"),
    [
        (1, [1, 1, 1], 0),  # the proxy says for whom it asks, and is believed
        (0, [0, 0, 0], 3),  # anybody can write such a header: only the connection counts
    ],
)
def test_the_network_is_the_persons_behind_a_proxy_that_is_believed(
    instance: Instance, proxies: int, people: list[int], proxy: int
) -> None:
    settings = replace(instance.settings, behind_proxy=proxies)
    app = create_app(replace(instance, settings=settings))
    for number, ratings in zip(range(3), different_people(), strict=False):
        sent_on = {"X-Forwarded-For": f"198.51.{number}.7", "X-Forwarded-Proto": "http"}
        send(app, sheet_of(instance, ratings), address="10.0.0.1", headers=sent_on)
    with app.app_context():
        counted = tallies()
        seen = [
            counted.before("network", where_of(instance), f"198.51.{number}.0/24")
            for number in range(3)
        ]
        assert counted.before("network", where_of(instance), "10.0.0.0/24") == proxy
    assert seen == people


def where_of(instance: Instance) -> tuple[int, int, str]:
    with reading(instance.engine) as session:
        (entry, *_others) = session.scalars(select(InboxEntry))
        return entry.wave_id, entry.unit_id, entry.audience
