"""Answering without script, as people and as rougher visitors do it."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from survey_app.clock import now
from survey_app.db import reading, transaction
from survey_app.instance import Instance
from survey_app.instrument.blocks import design_of
from survey_app.models.campaigns import Wave
from survey_app.models.responses import InboxEntry
from survey_app.web.respond import stamps
from survey_app.web.respond.stamps import Place
from tests.factories import make_campaign, make_wave
from tests.visit import Page, Visit

FORM = "/vi/s/2026-1/11413"
BUSINESS = "/vi/s/2026-1/11413/business"


@pytest.fixture(autouse=True)
def wave(instance: Instance) -> Wave:
    with transaction(instance.engine) as session:
        return make_wave(session)


def ratings(page: Page) -> list[str]:
    """The names of the rating questions of the topics on the page."""
    names = [str(each["name"]) for each in page.all("[data-screen=topic] input[type=radio]")]
    return list(dict.fromkeys(name for name in names if re.fullmatch(r"\d\.\d+", name)))


def all_worst(page: Page) -> dict[str, str]:
    return dict.fromkeys(ratings(page), "1")


def stored(instance: Instance) -> list[InboxEntry]:
    with reading(instance.engine) as session:
        return list(session.scalars(select(InboxEntry)))


def receipt(page: Page) -> str:
    return page.one("output#receipt-code").get_text()


def test_an_answer_goes_from_the_form_over_the_check_page_to_a_receipt(
    visit: Visit, instance: Instance
) -> None:
    form = visit.get(FORM)
    assert form.one("main")["data-page"] == "answers"
    assert len(ratings(form)) == 8

    check = form.submit({**all_worst(form), "comment": "Đường ngập", "helped": "1"})
    assert check.one("main")["data-page"] == "check"
    assert "Đường ngập" in check.text
    assert stored(instance) == []  # the check page stores nothing

    done = check.submit()
    assert done.one("main")["data-page"] == "receipt"
    (entry,) = stored(instance)
    assert entry.receipt_code == receipt(done).replace("-", "")
    assert entry.answers == all_worst(form)
    assert (entry.open_text, entry.helped) == ("Đường ngập", True)
    assert (entry.channel, entry.language, entry.audience) == ("open", "vi", "residents")
    assert (entry.questionnaire, entry.duration_class) == ("residents/v1", "under_2")


def test_a_business_answers_its_own_form(visit: Visit, instance: Instance) -> None:
    form = visit.get(BUSINESS)
    form.submit(all_worst(form)).submit()
    assert [entry.audience for entry in stored(instance)] == ["businesses"]


def test_changing_the_language_keeps_every_answer_and_back_again(
    visit: Visit, instance: Instance
) -> None:
    form = visit.get(FORM)
    filled = {**all_worst(form), "age_band": "3", "comment": "Cần thêm cây", "helped": "1"}
    english = form.submit(filled, button="lang")
    assert english.language == "en"
    assert english.filled().to_dict().items() >= filled.items()
    check = english.submit()
    assert check.language == "en"
    vietnamese_check = check.submit(button="lang")
    assert vietnamese_check.one("main")["data-page"] == "check"
    assert vietnamese_check.language == "vi"
    back = vietnamese_check.submit(button="back")
    assert back.filled().to_dict().items() >= filled.items()
    back.submit().submit()
    (entry,) = stored(instance)
    assert entry.answers == {**all_worst(form), "age_band": "3"}
    assert entry.language == "vi"


def test_the_key_of_the_check_page_lasts_over_back_and_change_of_language(visit: Visit) -> None:
    form = visit.get(FORM)
    check = form.submit(all_worst(form))
    again = check.submit(button="back").submit(button="lang").submit()
    assert again.filled()["key"] == check.filled()["key"]


def test_sending_twice_gives_one_row_and_the_same_receipt(
    visit: Visit, instance: Instance
) -> None:
    form = visit.get(FORM)
    check = form.submit(all_worst(form))
    assert receipt(check.submit()) == receipt(check.submit())
    assert len(stored(instance)) == 1


def test_fifty_at_once_are_one_row_and_one_receipt(
    app: Flask, visit: Visit, instance: Instance
) -> None:
    form = visit.get(FORM)
    check = form.submit(all_worst(form))
    sent = {**check.filled().to_dict(), "forward": "1"}

    def send(_number: int) -> str:
        response = app.test_client().post(FORM, data=sent)
        found = re.search(r'id="receipt-code">([^<]+)<', response.text)
        return found[1] if found else f"{response.status_code} {response.text}"

    with ThreadPoolExecutor(16) as pool:
        receipts = set(pool.map(send, range(50)))
    assert len(receipts) == 1
    assert len(stored(instance)) == 1


def test_the_key_with_other_answers_is_refused_and_everything_typed_is_kept(
    visit: Visit, instance: Instance
) -> None:
    form = visit.get(FORM)
    check = form.submit(all_worst(form))
    check.submit()
    name = ratings(form)[0]
    refused = check.submit({name: "5", "comment": "khác"}, status=409)
    assert refused.filled()[name] == "5"
    assert refused.filled()["comment"] == "khác"
    assert [entry.answers[name] for entry in stored(instance)] == ["1"]


def test_a_key_made_by_the_script_needs_no_check_page(visit: Visit, instance: Instance) -> None:
    form = visit.get(FORM)
    form.submit({**all_worst(form), "key": "k" * 32})
    assert len(stored(instance)) == 1


@pytest.mark.parametrize("key", ["short", "k" * 65, "k" * 31 + " ", "đ" * 32])
def test_a_key_of_another_shape_is_refused_and_answers_are_kept(visit: Visit, key: str) -> None:
    form = visit.get(FORM)
    refused = form.submit({**all_worst(form), "key": key}, status=400)
    assert refused.filled().to_dict().items() >= all_worst(form).items()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_empty_form_is_told_so_in_the_persons_language(visit: Visit, lang: str) -> None:
    refused = visit.get(f"/{lang}/s/2026-1/11413").submit(status=400)
    sentence = {
        "vi": "Xin trả lời ít nhất một câu hỏi",
        "en": "Please answer at least one question",
    }
    assert sentence[lang] in refused.one("#faults").get_text()


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("vi", "Xin chọn một trong các câu trả lời"), ("en", "Please choose one of the answers")],
)
def test_a_code_off_the_scale_is_named_beside_its_question_and_in_the_list(
    visit: Visit, lang: str, sentence: str
) -> None:
    form = visit.get(f"/{lang}/s/2026-1/11413")
    first, second, *_ = ratings(form)
    refused = form.submit({first: "9", second: "4"}, status=400)
    assert sentence in refused.one(f"[id='q{first}'] .error").get_text()
    assert refused.one("#faults a")["href"] == f"#q{first}"
    assert refused.filled()[second] == "4"


def test_two_answers_to_one_question_are_a_fault(visit: Visit) -> None:
    form = visit.get(FORM)
    name = ratings(form)[0]
    refused = form.submit({name: ["1", "2"]}, status=400)
    assert "Xin chỉ chọn một câu trả lời." in refused.text


@pytest.mark.parametrize("name", ["9.99", "topic", "4.2.nonsense", "<script>"])
def test_what_is_not_a_question_is_refused(visit: Visit, name: str) -> None:
    form = visit.get(FORM)
    form.submit({**all_worst(form), name: "1"}, status=400)


def test_a_topic_of_another_block_is_refused(visit: Visit, instance: Instance) -> None:
    form = visit.get(FORM)
    questionnaire = instance.library.questionnaires["residents", "v1"]
    foreign = next(code for code in questionnaire.indicators if code not in ratings(form))
    form.submit({**all_worst(form), foreign: "1"}, status=400)
    assert stored(instance) == []


def test_a_thousand_wrong_fields_are_not_a_page_of_a_thousand_faults(visit: Visit) -> None:
    form = visit.get(FORM)
    refused = form.submit({f"x{number}": "1" for number in range(1000)}, status=400)
    assert len(refused.all("#faults li")) <= 10


def test_a_thousand_parts_are_too_large(visit: Visit, app: Flask) -> None:
    boundary = "x"
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="p{number}"\r\n\r\n1\r\n'
        for number in range(1000)
    )
    response = app.test_client().post(
        FORM,
        data=f"{parts}--x--\r\n",
        content_type=f"multipart/form-data; boundary={boundary}",
    )
    assert response.status_code == 413


@pytest.mark.parametrize("change", ["x", ""])
def test_a_stamp_that_is_not_ours_is_refused(
    visit: Visit, instance: Instance, change: str
) -> None:
    form = visit.get(FORM)
    stamp = form.filled()["stamp"]
    form.submit({**all_worst(form), "stamp": change + stamp[1:] if change else ""}, status=400)
    assert stored(instance) == []


def test_a_stamp_of_another_place_or_audience_is_refused(visit: Visit) -> None:
    stamp = visit.get("/vi/s/2026-1/11411").filled()["stamp"]
    form = visit.get(FORM)
    form.submit({**all_worst(form), "stamp": stamp}, status=400)
    visit.get(BUSINESS).submit({"stamp": form.filled()["stamp"]}, status=400)


def test_a_compressed_request_is_refused(app: Flask) -> None:
    response = app.test_client().post(FORM, data=b"x", headers={"Content-Encoding": "gzip"})
    assert response.status_code == 415


def test_open_text_is_stored_composed_and_without_what_turns_the_writing(
    visit: Visit, instance: Instance
) -> None:
    decomposed = "Pho\u031b\u0300ng\u0000 \u202eHải\u200b An <b>&"
    form = visit.get(FORM)
    form.submit({**all_worst(form), "comment": decomposed}).submit()
    assert stored(instance)[0].open_text == "Phờng Hải An <b>&"


def test_text_that_is_too_long_is_kept(visit: Visit) -> None:
    form = visit.get(FORM)
    long = "ă" * 1001
    refused = form.submit({**all_worst(form), "comment": long}, status=400)
    assert refused.filled()["comment"] == long
    assert "1.001 ký tự, tối đa là 1.000" in refused.text


def test_answers_to_questions_off_the_path_are_not_stored(
    visit: Visit, instance: Instance
) -> None:
    form = visit.get(FORM)
    while "1.5.online" not in str(form.soup):
        form = visit.get(FORM)
    form.submit({"1.5.online": "3", "1.5.came": "1"}).submit()
    assert stored(instance)[0].answers == {"1.5.online": "3"}


def test_public_pages_set_no_cookie(visit: Visit) -> None:
    form = visit.get(FORM)
    check = form.submit(all_worst(form))
    pages = [visit.get("/vi/"), form, check, check.submit(), visit.get("/vi/receipt")]
    assert [page.response.headers.getlist("Set-Cookie") for page in pages] == [[]] * len(pages)


def test_every_topic_is_asked_equally_often(app: Flask, instance: Instance) -> None:
    client, topics = app.test_client(), Counter[str]()
    for _ in range(1000):
        page = client.get(FORM).text
        topics.update(re.findall(r'<fieldset id="q(\d\.\d+)"', page))
    design = design_of(instance.library.questionnaires["residents", "v1"])
    share = design.size / design.topics
    assert len(topics) == design.topics
    assert all(abs(count / 1000 - share) <= 0.03 for count in topics.values())


def test_a_form_is_handed_out_only_while_its_wave_is_open(
    visit: Visit, instance: Instance
) -> None:
    tomorrow = now() + timedelta(days=1)
    with transaction(instance.engine) as session:
        campaign = make_campaign(session, session.get_one(Wave, 1).units[0].unit, key="other")
        units = [place.unit for place in session.get_one(Wave, 1).units]
        common = {"campaign": campaign, "units": units}
        make_wave(session, "draft", key="d", number=1, **common)  # type: ignore[arg-type]  # keywords from a dict have one type
        make_wave(session, "registered", key="r", number=2, opens_at=tomorrow, **common)  # type: ignore[arg-type]  # keywords from a dict have one type
        make_wave(session, "closed", key="c", number=3, **common)  # type: ignore[arg-type]  # keywords from a dict have one type
        make_wave(session, "published", key="p", number=4, **common)  # type: ignore[arg-type]  # keywords from a dict have one type
    assert visit.get("/vi/s/d/11413", status=404).all("h1")
    assert "chưa mở" in visit.get("/vi/s/r/11413", status=404).text
    assert "đã kết thúc" in visit.get("/vi/s/c/11413", status=410).text
    published = visit.get("/en/s/p/11413", status=410)
    assert published.one("main a.button")["href"] == "/en/results/p/11413"
    visit.get("/vi/s/nowhere/11413", status=404)
    visit.get("/vi/s/2026-1/99999", status=404)


def test_a_wave_that_closes_meanwhile_leaves_the_answers_on_the_page(
    visit: Visit, instance: Instance
) -> None:
    form = visit.get(FORM)
    check = form.submit({**all_worst(form), "comment": "Cần đèn đường"})
    with transaction(instance.engine) as session:
        session.get_one(Wave, 1).state = "closed"
    late = check.submit(status=410)
    assert "Câu trả lời của Ông/Bà chưa được gửi" in late.text
    assert "Cần đèn đường" in late.text
    assert stored(instance) == []


def test_a_signed_channel_is_stored_and_an_invented_one_is_not(
    visit: Visit, instance: Instance
) -> None:
    with transaction(instance.engine) as session:
        session.get_one(Wave, 1).channels = ["open", "counter"]
    place = Place("2026-1", "11413", "residents")
    signed = stamps.sign_channel("counter", place, instance.keys)
    for channel in (signed, "counter", signed[:-1]):
        form = visit.get(f"{FORM}?channel={channel}")
        form.submit(all_worst(form)).submit()
    assert Counter(entry.channel for entry in stored(instance)) == {"counter": 1, "open": 2}


def test_without_an_open_door_the_survey_is_by_invitation(
    visit: Visit, instance: Instance
) -> None:
    with transaction(instance.engine) as session:
        session.get_one(Wave, 1).channels = ["assisted"]
    assert "dành cho người được mời" in visit.get(FORM, status=403).text


def test_a_door_that_is_shut_meanwhile_keeps_the_answers_on_the_page(
    visit: Visit, instance: Instance
) -> None:
    form = visit.get(FORM)
    check = form.submit({**all_worst(form), "comment": "Cần đèn đường"})
    with transaction(instance.engine) as session:
        session.get_one(Wave, 1).channels = ["assisted"]
    assert "Cần đèn đường" in check.submit(status=403).text


def test_a_receipt_is_found_however_it_is_typed_and_never_stands_in_an_address(
    visit: Visit,
) -> None:
    form = visit.get(FORM)
    done = form.submit(all_worst(form)).submit()
    typed = receipt(done).lower().replace("-", " ")
    found = visit.get("/vi/receipt").submit({"code": f" {typed} "})
    assert "Phiếu này đã được tính" in found.text
    assert receipt(done) in found.text  # grouped as it was given
    assert found.path == "/vi/receipt"
    assert "Không tìm thấy mã này" in found.submit({"code": "A" * 16}).text
    assert found.submit({"code": ""}).one(".error").get_text() == "Xin nhập mã."


def test_inbox_holds_only_what_was_sent(visit: Visit, instance: Instance) -> None:
    visit.get(FORM).submit(all_worst(visit.get(FORM)), status=None)
    with reading(instance.engine) as session:
        assert session.scalar(select(func.count()).select_from(InboxEntry)) == 0


VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")


def test_an_english_form_holds_no_vietnamese_but_the_name_of_the_language(visit: Visit) -> None:
    form = visit.get("/en/s/2026-1/11413")
    pages = [form, check := form.submit(all_worst(form)), check.submit(), form.submit(status=400)]
    for page in pages:
        text = page.text.replace("Tiếng Việt", "")
        assert not VIETNAMESE.search(text), VIETNAMESE.search(text)


def test_a_vietnamese_form_speaks_no_english(visit: Visit) -> None:
    form = visit.get(FORM)
    english = re.compile(r"\b(the|your|answers?|and|please|topic|back|next)\b", re.IGNORECASE)
    for page in (form, form.submit(all_worst(form)), form.submit(status=400)):
        assert not english.search(page.text), english.search(page.text)
