"""Bad input at the form: refused or cleaned, alike on both databases, and no good answer is lost."""

import gzip
import io
import json
import re
import tracemalloc
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey_app.db import reading, transaction
from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.models.responses import InboxEntry
from survey_app.web.respond import stamps
from survey_app.web.respond.desk import Desk
from tests.factories import make_wave
from tests.visit import Page, Visit

FORM = "/vi/s/2026-1/11413"
LANGUAGES = ("vi", "en")
RATING = re.compile(r"\d\.\d+")
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
# What is typed, and what is stored: written by hand from Unicode's tables.
TEXTS = {
    "decomposed": ("Phu\u031bo\u031b\u0300ng Ta\u0302n \u0110i\u0323nh", "Phường Tân Định"),
    "tone-marks-in-another-order": ("u\u0323\u031b \u01b0\u0323", "ự ự"),
    "right-to-left-override": ("a\u202efdp.exe\u202c b", "afdp.exe b"),
    "isolates": ("\u2066x\u2069\u200f\u061cy", "xy"),
    "control-characters": ("a\x00b\x07c\x1b[31md\x7fe\x85f", "abc[31mde\nf"),
    "zero-width": ("a\u200bb\ufeffc\u2060d", "abcd"),
    "line-ends": ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
    "emoji": (f"Tốt \U0001f600 {FAMILY} \u2764\ufe0f", f"Tốt \U0001f600 {FAMILY} \u2764\ufe0f"),
    "beyond-the-first-plane": ("\U00020000 \U0001d11e", "\U00020000 \U0001d11e"),
    "markup": ("<script>alert(1)</script> &amp; {{ 7*7 }} %(x)s '--", None),
    "compatibility-forms-stay": ("\ufb01 ① \uff12", None),
}


@pytest.fixture(autouse=True)
def wave(instance: Instance) -> Wave:
    with transaction(instance.engine) as session:
        return make_wave(session)


def stored(instance: Instance) -> list[InboxEntry]:
    with reading(instance.engine) as session:
        return list(session.scalars(select(InboxEntry)))


def good(form: Page) -> dict[str, str]:
    """Two answers that are right, and words."""
    names = [str(each["name"]) for each in form.all("input[type=radio]")]
    rated = [name for name in dict.fromkeys(names) if RATING.fullmatch(name)]
    return {**dict.fromkeys(rated[:2], "4"), "age_band": "3", "comment": "Cần đèn đường"}


def posted(client: FlaskClient, form: Page, body: bytes, kind: str) -> TestResponse:
    return client.post(form.path, data=body, content_type=kind)


@pytest.mark.parametrize("written", TEXTS.values(), ids=TEXTS)
def test_open_text_is_stored_composed_and_without_what_harms(
    visit: Visit, instance: Instance, written: tuple[str, str | None]
) -> None:
    typed, expected = written
    form = visit.get(FORM)
    check = form.submit({**good(form), "comment": typed})
    assert check.all("script") == []
    check.submit()
    [entry] = stored(instance)
    assert entry.open_text == (typed if expected is None else expected)
    assert entry.open_text == unicodedata.normalize("NFC", entry.open_text)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b"\xed\xa0\x80abc\xff", "abc"),  # a lone surrogate, as no encoder may write it
        (b"\xff\xfe", None),  # no UTF-8 at all
        ("Phường".encode() + b"\xc3", "Phường"),  # a letter cut in two
        (b"50% \xc1\xbb \\xff", "50%  \\xff"),  # what only looks like escapes was typed
    ],
)
def test_bytes_that_are_no_text_fall_out_however_the_form_is_packed(
    visit: Visit, instance: Instance, sent: bytes, kept: str | None
) -> None:
    form = visit.get(FORM)
    stamp, name = form.filled()["stamp"], next(iter(good(form)))
    escaped = "".join(f"%{byte:02X}" for byte in sent)
    body = f"stamp={stamp}&key={'k' * 32}&{name}=4&comment={escaped}".encode()
    kind = "application/x-www-form-urlencoded"
    assert posted(visit.client, form, body, kind).status_code == 200
    if b"%" not in sent:  # unescaped, as only a broken program sends it
        bare = f"stamp={stamp}&key={'b' * 32}&{name}=4&comment=".encode() + sent
        assert posted(visit.client, form, bare, kind).status_code == 200
    fields = {"stamp": stamp, "key": "p" * 32, name: "4", "comment": "@"}
    parts, kind = in_parts(fields)
    assert posted(visit.client, form, parts.replace(b"@", sent), kind).status_code == 200
    texts = {entry.submission_key[0]: entry.open_text for entry in stored(instance)}
    assert texts == dict.fromkeys(texts, kept)
    assert {"k", "p"} <= set(texts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letter", ["a", "ă", "a\u0301", "\U0001f600"])
def test_of_a_text_of_a_megabyte_the_length_is_told_and_the_other_answers_are_kept(
    visit: Visit, instance: Instance, language: str, letter: str
) -> None:
    form = visit.get(f"/{language}/s/2026-1/11413")
    right = good(form)
    text = letter * (1_000_000 // len(letter.encode()))
    refused = form.submit({**right, "comment": text}, status=400)
    kept = refused.filled()
    assert {name: kept[name] for name in right if name != "comment"} == {
        name: value for name, value in right.items() if name != "comment"
    }
    assert text.startswith(kept["comment"][:100]) or letter == "a\u0301"
    said = refused.one("#qcomment-fault").get_text()
    assert f"{len(text):,}".replace(",", "." if language == "vi" else ",") in said
    assert stored(instance) == []
    # Shortened, it goes through.
    refused.submit({"comment": "ngắn"}).submit()
    assert [entry.open_text for entry in stored(instance)] == ["ngắn"]


def test_what_is_larger_than_any_form_is_not_read(visit: Visit) -> None:
    form = visit.get(FORM)
    for language, words in (("vi", "quá lớn"), ("en", "too large")):
        path = f"/{language}/s/2026-1/11413"
        answer = visit.post(path, {**form.filled(), "comment": "a" * 5_000_000}, status=413)
        assert words in answer.text


WRONG: dict[str, Callable[[str], dict[str, Any]]] = {
    "a topic of nowhere": lambda _name: {"9.99": "1"},
    "a field that is no question": lambda _name: {"<img src=x>": "1"},
    "a field with NUL in its name": lambda _name: {"a\0b": "1"},
    "a code off the scale": lambda name: {name: "9"},
    "a code below the scale": lambda name: {name: "0"},
    "a negative code": lambda name: {name: "-1"},
    "a code with a blank": lambda name: {name: "1 "},
    "a code with NUL": lambda name: {name: "1\0"},
    "digits of another script": lambda name: {name: "٣"},
    "full-width digits": lambda name: {name: "\uff13"},
    "a special answer that is not offered": lambda _name: {"overall": "not_used"},
    "the same question twice": lambda name: {name: ["1", "2"]},
    "the same answer twice": lambda name: {name: ["1", "1"]},
    "a key of another shape": lambda _name: {"key": "k"},
    "a thousand fields": lambda _name: {f"x{number}": "1" for number in range(1000)},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_in_words_and_every_good_answer_stays(
    visit: Visit, instance: Instance, what: str, language: str
) -> None:
    form = visit.get(f"/{language}/s/2026-1/11413")
    right = good(form)
    spoiled, *_rest = right
    changes = WRONG[what](spoiled)
    refused = form.submit({**right, **changes}, status=400)
    said = [each.get_text(strip=True) for each in refused.all("#faults li")]
    assert 1 <= len(said) <= 10
    assert all(said)
    kept = refused.filled()
    for name, value in right.items():
        if name not in changes:
            assert kept[name] == value
    assert stored(instance) == []
    # And when what is wrong is taken away, it goes through.
    refused.submit({name: None if name not in right else "4" for name in changes}).submit()
    assert len(stored(instance)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_answers_nothing_and_the_answers_beside_it_stay(
    visit: Visit, instance: Instance, language: str
) -> None:
    form = visit.get(f"/{language}/s/2026-1/11413")
    right = good(form)
    name = next(iter(right))
    for field in (name, "comment", "photo"):
        sent = {**form.filled(), **right, field: (io.BytesIO(b"\x89PNG"), "a.png")}
        refused = visit.post(form.path, sent, status=400)
        assert refused.all("#faults li")
        kept = refused.filled()
        assert all(kept[each] == value for each, value in right.items() if each != field)
    assert stored(instance) == []


def test_a_form_in_parts_is_as_good_as_any_other(visit: Visit, instance: Instance) -> None:
    """Some browsers and readers send multipart whatever the page says."""
    form = visit.get(FORM)
    body, kind = in_parts({**form.filled(), **good(form), "key": "k" * 32})
    assert posted(visit.client, form, body, kind).status_code == 200
    assert [entry.open_text for entry in stored(instance)] == ["Cần đèn đường"]


def in_parts(fields: dict[str, str]) -> tuple[bytes, str]:
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    return f"{parts}--x--\r\n".encode(), "multipart/form-data; boundary=x"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_thousand_parts_are_refused_in_words(
    visit: Visit, instance: Instance, language: str
) -> None:
    form = visit.get(f"/{language}/s/2026-1/11413")
    body, kind = in_parts({**form.filled(), **{f"p{n}": "1" for n in range(1000)}})
    answer = posted(visit.client, form, body, kind)
    assert answer.status_code == 413
    assert {"vi": "quá lớn", "en": "too large"}[language] in answer.text
    assert stored(instance) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "text/plain",
        "application/xml",
        "application/octet-stream",
        "application/vnd.php.serialized",
    ],
)
def test_what_is_no_form_is_refused_in_words(
    visit: Visit, instance: Instance, kind: str, language: str
) -> None:
    form = visit.get(f"/{language}/s/2026-1/11413")
    body = json.dumps({**form.filled(), **good(form)}).encode()
    answer = posted(visit.client, form, body, kind)
    assert answer.status_code == 415
    assert {"vi": "thuộc loại không được nhận", "en": "not accepted here"}[language] in answer.text
    assert stored(instance) == []


@pytest.mark.parametrize("packing", ["gzip", "br", "deflate", "zstd", "identity", "x, gzip"])
@pytest.mark.parametrize("path", [FORM, "/vi/receipt", "/vi/office/sign-in"])
def test_a_compressed_bomb_is_not_even_unpacked(app: Flask, packing: str, path: str) -> None:
    bomb = gzip.compress(b"comment=" + bytes(50_000_000))
    client = app.test_client()
    tracemalloc.start()
    answer = client.post(
        path,
        data=bomb,
        content_type="application/x-www-form-urlencoded",
        headers={"Content-Encoding": packing},
    )
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.status_code == 415
    assert peak < 10_000_000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("spoil", ["cut", "changed", "none", "other wave", "other place", "nul"])
def test_under_a_stamp_that_is_not_right_nothing_is_stored_and_all_can_be_read_again(
    visit: Visit, instance: Instance, spoil: str, language: str
) -> None:
    form = visit.get(f"/{language}/s/2026-1/11413")
    stamp = form.filled()["stamp"]
    read = stamps.read(stamp, instance.keys)
    assert read is not None
    place = stamps.Place("2026-0", *("11413", "residents"))
    wrong = {
        "cut": stamp[:-1],
        "changed": ("A" if stamp[5] != "A" else "B").join([stamp[:5], stamp[6:]]),
        "none": "",
        "other wave": stamps.sign(replace(read, place=place), instance.keys),
        "other place": visit.get("/vi/s/2026-1/11411").filled()["stamp"],
        "nul": "\0" + stamp,
    }[spoil]
    for key in ("", "k" * 32):
        refused = form.submit({**good(form), "stamp": wrong, "key": key}, status=400)
        assert refused.one("main")["data-page"] == "wrong-stamp"
        assert "Cần đèn đường" in refused.text
        assert len(refused.all(".given dt")) == 4
    assert stored(instance) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("pressed", ["check", "send"])
def test_what_was_typed_when_the_wave_closed_a_second_ago_stays_on_the_page(
    visit: Visit, instance: Instance, pressed: str, language: str
) -> None:
    form = visit.get(f"/{language}/s/2026-1/11413")
    sent = good(form) | ({"key": "k" * 32} if pressed == "send" else {})
    with transaction(instance.engine) as session:
        wave = session.get_one(Wave, 1)
        wave.state, wave.closed_at = "closed", wave.opens_at
    # A second later the desk asks the database again.
    visit.client.application.extensions["answer desk"] = Desk()
    late = form.submit(sent, status=410)
    assert "Cần đèn đường" in late.text
    assert len(late.all(".given dd")) == 4
    assert stored(instance) == []


HEADERS = {
    "languages": {"Accept-Language": "x" * 8000},
    "no language": {"Accept-Language": "\x7f;q=z,,;"},
    "encodings": {"Accept-Encoding": "gzip;q=abc, *;q=-1, \x7f"},
    "charset": {"Content-Type": "application/x-www-form-urlencoded; charset=utf-16"},
    "charset of nowhere": {"Content-Type": "application/x-www-form-urlencoded; charset=\x7f"},
    "method override": {"X-HTTP-Method-Override": "DELETE"},
    "cookie": {"Cookie": "session=x; =; \x7f=y" + "z" * 4000},
    "range": {"Range": "bytes=0-0,-1"},
    "conditions": {"If-Match": "*", "If-Modified-Since": "never"},
}


@pytest.mark.parametrize("odd", HEADERS.values(), ids=HEADERS)
def test_odd_headers_change_nothing_of_what_is_stored(
    app: Flask, visit: Visit, instance: Instance, odd: dict[str, str]
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    form = visit.get(FORM)
    sent = {**form.filled(), **good(form), "key": "k" * 32}
    answer = app.test_client().post(FORM, data=sent, headers=odd)
    assert answer.status_code == 200
    assert [entry.open_text for entry in stored(instance)] == ["Cần đèn đường"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_other_methods_are_refused_in_words(visit: Visit, method: str) -> None:
    answer = visit.client.open(FORM, method=method)
    assert answer.status_code == 405
    assert "<html" in answer.text
