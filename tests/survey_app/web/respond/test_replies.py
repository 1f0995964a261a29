import gzip
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from survey_app.config import ROOT
from survey_app.db import transaction
from survey_app.instance import Instance
from survey_app.web.respond.replies import duration_class, grouped
from survey_app.web.respond.stamps import Place, Stamp
from tests.factories import make_wave

FORM = "/vi/s/2026-1/11413"
STATIC = ROOT / "survey_app" / "static"


@pytest.fixture(autouse=True)
def wave(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        make_wave(session)


def packed(name: str) -> int:
    return len(gzip.compress((STATIC / name).read_bytes()))


def test_a_first_visit_stays_within_its_bytes(app: Flask) -> None:
    page = app.test_client().get(FORM, headers={"Accept-Encoding": "gzip"})
    seen = len(page.data) + sum(map(packed, ("site.css", "respond.js", "favicon.svg")))
    fonts = sum(path.stat().st_size for path in (STATIC / "fonts").glob("*.woff2"))
    assert seen <= 25_000
    assert seen + fonts <= 60_000
    assert packed("respond.js") < 10_000
    assert packed("site.css") < 10_000


def test_a_page_is_compressed_only_for_who_takes_it(app: Flask) -> None:
    client = app.test_client()
    packed_page = client.get(FORM, headers={"Accept-Encoding": "gzip"})
    plain = client.get(FORM)
    assert packed_page.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed_page.data).startswith(b"<!DOCTYPE html>") or gzip.decompress(
        packed_page.data
    ).startswith(b"<!doctype html>")
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert client.get(FORM, headers={"Accept-Encoding": "gzip;q=0"}).text.startswith("<!")


def test_back_finds_the_page_as_it_was(app: Flask) -> None:
    assert app.test_client().get(FORM).headers["Cache-Control"] == "private, max-age=0"


@pytest.mark.parametrize(
    ("minutes", "name"),
    [(0, "under_2"), (1, "under_2"), (2, "2_to_5"), (5, "5_to_10"), (10, "over_10")],
)
def test_how_long_it_took_is_one_of_four_classes(minutes: int, name: str) -> None:
    loaded = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    stamp = Stamp(
        Place("w", "1", "residents"), "r/v1", "vi", 0, int(loaded.timestamp() // 60), "open"
    )
    assert duration_class(stamp, loaded + timedelta(minutes=minutes)) == name


def test_a_code_is_shown_in_fours() -> None:
    assert grouped("ABCDEFGHIJKLMNOP") == "ABCD-EFGH-IJKL-MNOP"
