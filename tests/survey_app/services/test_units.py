"""The packaged lists in a real database; figures from domain.md 4 and the published lists."""

import csv
import time
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, aliased

import survey_app
from survey_app.db import reading, transaction
from survey_app.models.units import Unit, UnitSuccession
from survey_app.services.units import (
    UnitRow,
    children_of,
    find_units,
    kind_word,
    label,
    load_units,
    name_in_sentence,
    unit_by_code,
)
from tests import databases

PUBLISHED = Path(survey_app.__file__).parents[2] / "shared" / "data" / "vn_units"
LAST_OLD_DAY, FIRST_NEW_DAY = date(2025, 6, 30), date(2025, 7, 1)
NOW = date(2026, 11, 22)


@pytest.fixture(scope="module")
def engine(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with databases.engine_in(tmp_path_factory.mktemp("units")) as engine:
        began = time.process_time()
        with transaction(engine) as session:
            load_units(session)
        assert time.process_time() - began < 20
        yield engine


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with reading(engine) as session:
        yield session


def the(session: Session, code: str, on: date = NOW) -> UnitRow:
    unit = unit_by_code(session, code, on)
    assert unit is not None
    return unit


@pytest.mark.parametrize(
    ("day", "levels"),
    [
        (LAST_OLD_DAY, {"province": 63, "district": 696, "commune": 10_035}),
        (FIRST_NEW_DAY, {"province": 34, "commune": 3_321}),
        (NOW, {"province": 34, "commune": 3_321}),
    ],
)
def test_each_day_has_the_units_of_its_law(
    session: Session, day: date, levels: dict[str, int]
) -> None:
    counted = session.execute(
        select(Unit.level, func.count())
        .where(Unit.valid_from <= day, (Unit.valid_to > day) | Unit.valid_to.is_(None))
        .group_by(Unit.level)
    )
    assert {row[0]: row[1] for row in counted} == levels


def test_loading_again_adds_nothing_and_changes_nothing(engine: Engine) -> None:
    with transaction(engine) as session:
        counts = load_units(session)
        assert not session.dirty
    assert counts.added == 0
    assert (counts.provinces, counts.districts) == (63 + 34 + 1, 696)
    assert counts.communes == 10_035 + 3_321 + 10


def test_every_unit_below_a_province_has_its_parent(session: Session) -> None:
    assert not session.scalar(
        select(func.count()).where(Unit.level != "province", Unit.parent_id.is_(None))
    )


@pytest.mark.parametrize("text", ["hai an", "HẢI AN", "Hải An"])
@pytest.mark.parametrize("composed", [True, False])
def test_both_places_called_hai_an_are_found_however_it_is_typed(
    session: Session, text: str, *, composed: bool
) -> None:
    typed = unicodedata.normalize("NFC" if composed else "NFD", text)
    found = find_units(session, typed, NOW)
    assert [label(unit, "vi") for unit in found[:2]] == [
        "phường Hải An, thành phố Hải Phòng",
        "xã Hải An, tỉnh Ninh Bình",
    ]
    assert {unit.short_name_vi for unit in found[2:]} == {"Hải Anh"}


@pytest.mark.parametrize(
    "text",
    [
        "phường hải an",
        "hải an hải phòng",
        "Phường Hải An, thành phố Hải Phòng",
        "P. Hải An, TP. Hải Phòng",
        "hải an - hải phòng",
        "Hai An Ward, Hai Phong City",
    ],
)
def test_kind_and_province_tell_namesakes_apart(session: Session, text: str) -> None:
    assert [unit.official_code for unit in find_units(session, text, NOW)] == ["11413"]


def test_an_english_kind_is_no_part_of_the_name_that_is_searched(session: Session) -> None:
    found = find_units(session, "Hai An ward", NOW)
    assert [unit.official_code for unit in found] == [
        unit.official_code for unit in find_units(session, "hai an", NOW)
    ]


def test_the_former_units_are_found_on_a_day_when_they_existed(session: Session) -> None:
    found = find_units(session, "hải an", LAST_OLD_DAY)
    assert "quận Hải An, thành phố Hải Phòng" in {label(unit, "vi") for unit in found}
    assert the(session, "11413", LAST_OLD_DAY).name_vi == "Phường Đằng Lâm"


def test_nothing_is_found_for_nothing_and_wildcards_are_no_names(session: Session) -> None:
    assert [find_units(session, text, NOW) for text in ("", " ", "%", "_", "'")] == [[]] * 5


def test_a_search_keeps_to_its_level_and_limit(session: Session) -> None:
    assert [u.level for u in find_units(session, "hải phòng", NOW, level="province")] == [
        "province"
    ]
    assert len(find_units(session, "a", NOW, limit=3)) == 3


def test_units_are_named_in_both_languages(session: Session) -> None:
    hai_an = the(session, "11413")
    assert label(hai_an, "vi") == "phường Hải An, thành phố Hải Phòng"
    assert label(hai_an, "en") == "Hai An Ward, Hai Phong City"
    assert name_in_sentence(hai_an, "vi") == "phường Hải An"
    assert kind_word(hai_an, "en") == "ward"
    assert label(the(session, "11914"), "vi") == "đặc khu Cát Hải, thành phố Hải Phòng"
    assert label(the(session, "11914"), "en") == "Cat Hai Special Zone, Hai Phong City"
    assert label(the(session, "31"), "en") == "Hai Phong City"
    assert label(the(session, "760", LAST_OLD_DAY), "en") == "District 1, Ho Chi Minh City"
    assert label(the(session, "27061", LAST_OLD_DAY), "vi") == "phường 2, thành phố Hồ Chí Minh"
    assert label(the(session, "24823"), "en") == "Ward 1 Bao Loc, Lam Dong Province"


def test_a_stored_unit_is_named_like_a_found_one(session: Session) -> None:
    for code in ("11413", "25270", "31"):
        found = the(session, code)
        stored = session.get_one(Unit, found.id)
        assert [label(stored, language) for language in ("vi", "en")] == [
            label(found, language) for language in ("vi", "en")
        ]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_unit_of_every_time_has_a_name_in_each_language(
    session: Session, language: str
) -> None:
    names = [name_in_sentence(unit, language) for unit in session.scalars(select(Unit))]
    assert len(names) == 14_160
    assert all(name == " ".join(name.split()) and len(name) > 3 for name in names)
    if language == "vi":
        assert all(name[0].islower() for name in names)
        assert all(unicodedata.is_normalized("NFC", name) for name in names)


def test_a_change_of_kind_begins_a_new_unit_that_follows_the_old_one(session: Session) -> None:
    before, after = the(session, "25270", date(2026, 4, 29)), the(session, "25270")
    assert label(before, "vi") == "xã Lộc Ninh, tỉnh Đồng Nai"
    assert label(after, "vi") == "phường Lộc Ninh, thành phố Đồng Nai"
    link = session.get_one(UnitSuccession, (before.id, after.id))
    assert (link.extent, link.share_population) == ("whole", 1.0)
    assert link.happened_on == after.valid_from == date(2026, 4, 30)


def test_a_name_spelt_anew_is_the_same_unit(session: Session) -> None:
    first, later = the(session, "38", FIRST_NEW_DAY), the(session, "38")
    assert first.id == later.id
    assert later.name_vi == "Tỉnh Thanh Hoá"


def predecessors(session: Session, code: str) -> dict[str, str]:
    old, new = aliased(Unit), aliased(Unit)
    return {
        row[0]: row[1]
        for row in session.execute(
            select(old.official_code, UnitSuccession.extent)
            .join(old, old.id == UnitSuccession.predecessor_id)
            .join(new, new.id == UnitSuccession.successor_id)
            .where(new.official_code == code, new.valid_from == FIRST_NEW_DAY)
        )
    }


def test_hai_an_and_dong_hai_follow_the_wards_of_the_former_district(session: Session) -> None:
    whole, part = "whole", "part"
    assert predecessors(session, "11413") == {
        **dict.fromkeys(["11413", "11414", "11416", "11422", "11425"], whole),
        **dict.fromkeys(["11411", "11419", "306"], part),
    }
    assert predecessors(session, "11411") == {
        "11410": whole,
        **dict.fromkeys(["11411", "11419", "306"], part),
    }


def test_shares_are_given_only_where_nothing_was_divided(session: Session) -> None:
    links = session.scalars(select(UnitSuccession)).all()
    assert len(links) == 10_597 + 3_678 + 63 + 11
    assert all(
        link.share_population == (1.0 if link.extent == "whole" else None) for link in links
    )


def test_every_unit_that_ended_has_a_successor(session: Session) -> None:
    follows = select(UnitSuccession).where(UnitSuccession.predecessor_id == Unit.id).exists()
    assert not session.scalar(select(func.count()).where(Unit.valid_to.is_not(None), ~follows))


def test_hai_phong_has_114_units_in_vietnamese_order(session: Session) -> None:
    children = children_of(session, "31", NOW)
    kinds = [unit.kind for unit in children]
    assert (len(kinds), kinds.count("ward"), kinds.count("special_zone")) == (114, 45, 2)
    assert [unit.short_name_vi for unit in children][:4] == [
        "Ái Quốc",
        "An Biên",
        "An Dương",
        "An Hải",
    ]
    assert all(unit.level == "district" for unit in children_of(session, "31", LAST_OLD_DAY))


@pytest.mark.skipif(
    not PUBLISHED.exists(), reason="the published lists are not beside the project"
)
def test_the_names_of_today_are_those_of_the_published_list(session: Session) -> None:
    with (PUBLISHED / "units_2026.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = {row["code"]: row["name_vi"].casefold() for row in csv.DictReader(file)}
    today = session.scalars(select(Unit).where(Unit.valid_to.is_(None)))
    assert {unit.official_code: unit.name_vi.casefold() for unit in today} == listed
