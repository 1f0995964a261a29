from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from survey_app.db import transaction
from survey_app.models.units import Unit
from survey_app.queries import units
from survey_app.vietnamese import search_key, sort_key
from tests import databases

BEGINNING, CHANGE = date(2025, 7, 1), date(2026, 4, 30)


def unit(code: str, kind: str, short: str, **more: object) -> Unit:
    name = f"{kind} {short}"
    fields: dict[str, object] = {
        "official_code": code,
        "level": "province" if len(code) == 2 else "commune",
        "kind": "province" if len(code) == 2 else "ward",
        "name_vi": name,
        "name_en": name,
        "short_name_vi": short,
        "short_name_en": short,
        "search_key": search_key(short),
        "search_name": search_key(name),
        "sort_key": sort_key(short),
        "valid_from": BEGINNING,
        "legal_basis": "test",
    }
    return Unit(**(fields | more))


@pytest.fixture
def session(database: None, tmp_path: Path) -> Iterator[Session]:
    with databases.engine_in(tmp_path) as engine, transaction(engine) as session:
        province = unit("75", "Tỉnh", "Đồng Nai", valid_to=CHANGE)
        city = unit("75", "Thành phố", "Đồng Nai", valid_from=CHANGE)
        session.add_all([province, city])
        session.flush()
        for code, short in (("00003", "Lan"), ("00002", "An Lan"), ("00001", "Lan An")):
            session.add(unit(code, "Phường", short, parent_id=city.id))
        session.add(unit("00004", "Phường", "Quan", parent_id=city.id))
        yield session


def found(session: Session, text: str) -> list[str]:
    rows = units.named(session, text, on=CHANGE, level=None, limit=9)
    return [unit.short_name_vi for unit, _ in rows]


def test_the_exact_name_comes_first_then_beginnings_then_words_within(session: Session) -> None:
    assert found(session, "lan") == ["Lan", "Lan An", "An Lan"]


def test_a_name_is_found_with_its_kind_and_province(session: Session) -> None:
    for text in ("phuong lan dong nai", "lan thanh pho dong nai", "phuong lan thanh pho dong nai"):
        assert found(session, text) == ["Lan"]


def test_letters_within_a_word_are_found_last(session: Session) -> None:
    assert found(session, "uan") == ["Quan"]
    assert found(session, "an")[-1] == "Quan"


def test_the_province_is_the_one_of_that_day(session: Session) -> None:
    before = units.by_code(session, "00003", on=date(2026, 4, 29))
    after = units.by_code(session, "00003", on=CHANGE)
    assert before is not None
    assert after is not None
    assert [row[1] and row[1].name_vi for row in (before, after)] == [
        "Tỉnh Đồng Nai",
        "Thành phố Đồng Nai",
    ]


def test_children_stay_with_a_parent_that_changes_its_kind(session: Session) -> None:
    for day in (BEGINNING, CHANGE):
        assert len(units.children(session, "75", on=day)) == 4


def test_a_code_names_nothing_before_its_first_day(session: Session) -> None:
    assert units.by_code(session, "00003", on=date(2025, 6, 30)) is None
    assert not units.by_codes(session, ["00003"], on=date(2025, 6, 30))
