import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import segno
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from survey_app import typesetting
from survey_app.db import reading, transaction
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.queries import campaigns
from survey_app.web import posters as sheets
from survey_app.web.app import create_app
from survey_app.web.posters import Wanted, every, posters
from survey_app.web.respond.stamps import Place, channel_of
from tests.factories import make_wave
from tests.png import grey

PUBLIC = "https://khaosat.example.vn"
HAI_AN = "11413"
A4 = (210, 297)


@pytest.fixture
def session(instance: Instance) -> Iterator[Session]:
    with transaction(instance.engine) as session:
        wave = make_wave(session, "registered")
        wave.channels = ["open", "counter"]
    with reading(instance.engine) as session:
        yield session


@pytest.fixture
def wave(session: Session, instance: Instance) -> Iterator[Wave]:
    """A wave in a request to an instance that has an address."""
    settings = replace(instance.settings, public_url=PUBLIC)
    app = create_app(replace(instance, settings=settings))
    found = campaigns.wave_by_key(session, "2026-1")
    assert found is not None
    with app.test_request_context("/en/"):
        yield found


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the template was given."""
    given: list[dict[str, Any]] = []
    real = typesetting.pdf

    def noted(template: str, data: dict[str, Any]) -> bytes:
        given.append(data)
        return real(template, data)

    monkeypatch.setattr(typesetting, "pdf", noted)
    return given


def one(wave: Wave, channel: str = "counter", audience: str = "residents") -> Wanted:
    place = next(each for each in wave.units if each.official_code == HAI_AN)
    return Wanted(place, audience, channel)


def sides(data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    [sheet] = data["posters"]
    vi, en = sheet["sides"]
    return vi, en


def pages(content: bytes) -> int:
    return len(re.findall(rb"/Type ?/Page\b(?!s)", content))


def letters(content: bytes) -> set[str]:
    """Every character that the file says its shapes stand for (PDF 32000-1, 9.10.3)."""
    found: set[str] = set()
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            text = zlib.decompress(stream)
        except zlib.error:
            continue
        if b"beginbfchar" in text or b"beginbfrange" in text:
            codes = re.findall(rb"<([0-9A-Fa-f]+)>\s*$", text, re.MULTILINE)
            found |= {bytes.fromhex(code.decode()).decode("utf-16-be") for code in codes}
    return found


def test_a_sheet_says_who_is_asked_until_when_and_where_in_both_languages(
    wave: Wave, data: list[dict[str, Any]]
) -> None:
    made = posters(wave, [one(wave)])
    assert pages(made) == 1
    assert b"pdfuaid:part" in made
    vi, en = sides(data[0])
    assert vi["invitation"].replace("\u00a0", " ") == "Mời Ông/Bà cho ý kiến về phường Hải An"
    assert en["invitation"].replace("\u00a0", " ").startswith("How is Hai An Ward doing?")
    assert vi["unit"] == "Phường Hải An, thành phố Hải Phòng"
    assert en["unit"] == "Hai An Ward, Hai Phong City"
    assert vi["address"] == "khaosat.example.vn/vi/s/2026-1/11413"
    assert en["address"] == "khaosat.example.vn/en/s/2026-1/11413"
    assert vi["title"] == "Ý kiến người dân Hải Phòng – Đợt 1"
    assert "Ủy ban nhân dân thành phố Hải Phòng" in vi["organiser"]
    assert "1022" in vi["urgent"]
    assert "1022" in en["urgent"]
    assert vi["facts"][0] == "Tự nguyện, khoảng 5 phút"
    assert en["facts"][0] == "Voluntary, about 5 minutes"
    assert re.fullmatch(r"Từ \d\d/\d\d/\d{4} đến \d\d:\d\d ngày \d\d/\d\d/\d{4}", vi["facts"][2])


def test_what_is_printed_can_be_searched_and_read_aloud(wave: Wave) -> None:
    found = letters(posters(wave, [one(wave)]))
    assert set("Mời Ông/Bà cho ý kiến về phường Hải An".replace(" ", "")) <= found


def test_the_same_wave_gives_the_same_file(wave: Wave) -> None:
    assert posters(wave, [one(wave)]) == posters(wave, [one(wave)])


def printed_code(wave: Wave, wanted: Wanted, monkeypatch: pytest.MonkeyPatch) -> NDArray[np.bool_]:
    """The code as it stands on paper: the longest dark piece in the middle of the sheet."""
    pictures: list[bytes] = []

    def look(template: str, data: dict[str, Any]) -> bytes:
        pictures.extend(typesetting.pictures(template, data, 72))
        return b""

    monkeypatch.setattr(typesetting, "pdf", look)
    posters(wave, [wanted])
    monkeypatch.undo()
    dark = grey(pictures[0]) < 64
    millimetre = dark.shape[1] / A4[0]
    dark = dark[:, int(56 * millimetre) : int(154 * millimetre)]  # within its frame
    rows = np.flatnonzero(dark.any(axis=1))
    code = dark[max(np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1), key=len)]
    columns = np.flatnonzero(code.any(axis=0))
    assert len(code) > 70 * millimetre
    return code[:, columns[0] : columns[-1] + 1]


@pytest.mark.parametrize("channel", ["open", "counter"])
@pytest.mark.parametrize("audience", ["residents", "businesses"])
def test_the_code_on_paper_is_the_address_of_the_form(
    wave: Wave,
    instance: Instance,
    monkeypatch: pytest.MonkeyPatch,
    channel: str,
    audience: str,
) -> None:
    area = printed_code(wave, one(wave, channel, audience), monkeypatch)
    place = Place("2026-1", HAI_AN, audience)
    address = sheets.answer_address(place, channel)
    expected = np.array([*segno.make(address, error="m", micro=False, boost_error=False).matrix])
    size = len(expected)
    centres = ((np.arange(size) + 0.5) * area.shape[0] / size).astype(int)
    across = ((np.arange(size) + 0.5) * area.shape[1] / size).astype(int)
    assert (area[np.ix_(centres, across)] == expected.astype(bool)).all()
    path, _, signed = address.partition("?channel=")
    form = "/business" if audience == "businesses" else ""
    assert path == f"{PUBLIC}/vi/s/2026-1/{HAI_AN}{form}"
    assert channel_of(signed, place, instance.keys) == channel


def test_all_sheets_of_a_wave_are_one_each_and_none_runs_over(wave: Wave) -> None:
    wanted = every(wave, ["open", "counter"])
    assert len(wanted) == 3 * 2 * 2
    assert pages(posters(wave, wanted)) == 12
    assert pages(posters(wave, wanted, "a3")) == 12
    wave.channels = ["open"]
    assert {each.channel for each in every(wave, ["open", "counter"])} == {"open"}


def test_long_names_and_markup_stay_text_on_one_sheet(wave: Wave) -> None:
    wave.campaign.title_vi = '#read("/etc/passwd") *đậm* $x$ ' + "Ý kiến người dân " * 9
    wave.campaign.title_en = "What residents think " * 9
    wave.campaign.organiser_vi = "Ủy ban nhân dân đặc khu " * 8
    wave.campaign.urgent_contact = "0225 3 842 759 – 0225 3 842 760 (cả ngày và đêm, mọi ngày)"
    assert pages(posters(wave, [one(wave), one(wave, audience="businesses")])) == 2


def test_a_draft_is_not_printed(wave: Wave) -> None:
    wave.state = "draft"
    with pytest.raises(Refusal, match="poster_too_early"):
        posters(wave, [one(wave)])


def test_demonstration_data_are_called_so_on_paper(wave: Wave, data: list[dict[str, Any]]) -> None:
    posters(wave, [one(wave)])
    wave.campaign.is_demonstration = True
    posters(wave, [one(wave)])
    said = [sides(each)[0]["demonstration"] for each in data]
    assert said == ["", "Số liệu minh họa"]
