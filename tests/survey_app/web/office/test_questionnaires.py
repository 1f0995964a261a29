"""The list of questionnaires, and each of them side by side and for paper."""

import pytest
from flask import Flask

from survey_app.db import transaction
from survey_app.instance import Instance
from survey_app.instrument.definition import Text
from survey_app.models.campaigns import Wave
from survey_app.web.office.questionnaires import pages
from tests.factories import make_wave
from tests.office import SignIn

LIST = "/vi/office/questionnaires"
PREVIEW = f"{LIST}/residents/v1"


@pytest.fixture
def wave(instance: Instance) -> Wave:
    with transaction(instance.engine) as session:
        return make_wave(session, "draft")


def test_the_list_says_of_every_version_which_waves_ask_it_and_in_which_state(
    signed_in: SignIn, wave: Wave, instance: Instance
) -> None:
    page = signed_in("official", "31").get(LIST)
    assert len(page.all("section.card")) == len(instance.library.questionnaires)
    cards = {str(card.find("h2").get_text(strip=True)): card for card in page.all("section.card")}  # type: ignore[union-attr]
    residents = next(card for name, card in cards.items() if "người dân" in name)
    assert "trong bản nháp" in residents.get_text()
    assert residents.select("a[href$='/office/waves/2026-1']")
    sha256 = instance.library.questionnaires["residents", "v1"].sha256
    assert sha256[:12] in residents.get_text()


@pytest.mark.parametrize(
    ("registered", "state"), [("own", "đã dùng"), ("other", "đã bị sửa sau khi đăng ký")]
)
def test_a_file_that_changed_after_registration_is_named(
    signed_in: SignIn, wave: Wave, instance: Instance, registered: str, state: str
) -> None:
    own = instance.library.questionnaires["residents", "v1"].sha256
    with transaction(instance.engine) as session:
        for asked in session.get_one(Wave, wave.id).questionnaires:
            asked.sha256 = own if registered == "own" else "0" * 64
    page = signed_in("official", "31").get(PREVIEW)
    assert state in page.one("header .tag").get_text()


def test_both_languages_stand_side_by_side_with_the_words_of_a_unit(
    signed_in: SignIn, wave: Wave, instance: Instance
) -> None:
    page = signed_in("expert", "31").get(PREVIEW)
    questionnaire = instance.library.questionnaires["residents", "v1"]
    pairs = page.all(".asked .pair")
    assert len(pairs) == len(questionnaire.all_items) + len(questionnaire.intro)
    for pair in pairs:
        assert [str(each["lang"]) for each in pair.find_all("div", recursive=False)] == [
            "vi",
            "en",
        ]
    assert "{" not in page.one("main").get_text()
    assert "Bạch Long Vĩ" in page.text
    assert "Bach Long Vi Special Zone" in page.text


def test_every_item_is_there_with_its_answers_special_answers_and_condition(
    signed_in: SignIn, wave: Wave, instance: Instance
) -> None:
    page = signed_in("administrator", None).get(f"{PREVIEW}?only=en")
    questionnaire = instance.library.questionnaires["residents", "v1"]
    shown = page.all(".asked")[len(questionnaire.intro) :]
    for box, item in zip(shown, questionnaire.all_items, strict=True):
        answers = [each.get_text(strip=True) for each in box.select(".boxes li")]
        known = (*questionnaire.options_of(item), *questionnaire.specials_of(item))
        assert len(answers) == len(known), item.id
        assert bool(box.select(".only-if")) == (item.show_if is not None)
    conditional = next(item for item in questionnaire.all_items if item.show_if)
    box = shown[list(questionnaire.all_items).index(conditional)]
    assert box.select(".only-if")[0].get_text().startswith("Only if “")
    assert {str(each["lang"]) for each in page.all(".asked [lang]")} == {"en"}


def test_without_a_wave_dots_stand_for_the_unit(signed_in: SignIn) -> None:
    page = signed_in("official").get(PREVIEW)
    assert "…………" in page.text
    assert "chưa dùng" in page.one("header .tag").get_text()


def test_an_unknown_version_is_refused_and_an_assessor_stays_outside(signed_in: SignIn) -> None:
    visit = signed_in("official")
    visit.get(f"{LIST}/residents/v99", status=404)
    visit.get(f"{PREVIEW}?only=xx")
    signed_in("assessor").get(LIST, status=403)


def test_what_a_first_reader_finds_stands_beside_its_question(
    instance: Instance, app: Flask
) -> None:
    questionnaire = instance.library.questionnaires["residents", "v1"]
    asked = questionnaire.topics[0].items[0]
    bent = asked.model_copy(update={"text": Text(vi="Chắc hẳn tốt", en="Surely good?")})
    topic = questionnaire.topics[0].model_copy(
        update={"items": (bent, *questionnaire.topics[0].items[1:])}
    )
    changed = questionnaire.model_copy(update={"topics": (topic, *questionnaire.topics[1:])})
    dots = dict.fromkeys(("unit", "unit_kind", "organiser", "urgent_contact"), "…")
    with app.test_request_context("/vi/"):
        about = pages.line(changed, [])
        shown = pages.preview(changed, about, {"vi": dots, "en": dots}, only="", places="")
    rows = {row.id: row.about for part in shown.parts for row in part.rows}
    assert rows[asked.id] == [
        "Tiếng Việt: Câu hỏi gợi ý câu trả lời (“Chắc hẳn”)",
        "English: Câu hỏi gợi ý câu trả lời (“Surely”)",
        "Tiếng Việt: Câu hỏi không có dấu hỏi ở cuối (“Chắc hẳn tốt”)",
    ]
    assert about.findings == 3


def test_a_list_says_which_statement_only_half_of_the_forms_have(signed_in: SignIn) -> None:
    page = signed_in("official", "31").get(f"{LIST}/businesses/v2")
    marked = [each for each in page.all("li") if "half of the forms" in each.get_text()]
    told = [each for each in page.all("li") if "một nửa số phiếu" in each.get_text()]
    assert len(marked) == len(told) == 1
    assert "gave officials money or gifts" in marked[0].get_text()
