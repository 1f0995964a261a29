import io
from datetime import date, timedelta

import icalendar
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey_app.clock import now
from survey_app.db import reading, transaction
from survey_app.instance import Instance
from survey_app.models.actions import Action, Review
from survey_app.models.campaigns import Wave
from survey_app.models.staff import RoleGrant, StaffMember
from survey_app.queries import actions as queries
from survey_app.queries import campaigns
from survey_app.services import acting, assessing, deadlines, evidence, reviewing
from survey_app.services.acting import Turn
from survey_app.services.reviewing import Finding
from tests.actions import answered, finding_of, finished, opened
from tests.office import SignIn, make_member
from tests.results import FEW, MANY, make_results
from tests.visit import Page, Visit

FINDING = f"/vi/office/actions/2026-1/{MANY}/1.3"
PDF = b"%PDF-1.7 the record"


@pytest.fixture
def wave(instance: Instance) -> Wave:
    with transaction(instance.engine) as session:
        return make_results(session, instance)


@pytest.fixture
def official(wave: Wave, signed_in: SignIn) -> Visit:
    return signed_in("official", MANY)


@pytest.fixture
def expert(wave: Wave, signed_in: SignIn) -> Visit:
    return signed_in("expert", "31")


def answer(visit: Visit, how: str = "accept", reason: str = "", **other: object) -> Page:
    page = visit.get(FINDING)
    sent = {"answer-answer": how, "answer-reason": reason, **other}
    return page.submit(sent, status=None)


def finding_in(session: Session) -> Finding:
    wave = campaigns.wave_by_key(session, "2026-1")
    assert wave is not None
    return finding_of(wave)


def somebody(instance: Instance, name: str) -> StaffMember:
    with transaction(instance.engine) as session:
        return make_member(session, "official", user_name=name)


def action_of(
    instance: Instance, wave: Wave, owner: StaffMember, *, is_done: bool = False, **other: object
) -> Action:
    with transaction(instance.engine) as session:
        finding, author = finding_in(session), session.merge(owner)
        if is_done:
            return finished(session, finding, author, wave.opens_at, **other)
        return opened(session, finding, author, **other)


def stored(instance: Instance, action_id: int) -> Action:
    with reading(instance.engine) as session:
        found = queries.action_by_id(session, action_id)
        assert found is not None
        return found


def reviews(instance: Instance) -> list[Review]:
    with reading(instance.engine) as session:
        return list(reviewing.history(session, finding_in(session)))


def send(visit: Visit, page: Page, form: str, **fields: object) -> Page:
    """Fill in the form whose action ends so, and send it."""
    wanted = page.one(f"form[action$='{form}']")
    sent = {
        str(each["name"]): str(each.get("value", ""))
        for each in wanted.select("input[type=hidden]")
    }
    return visit.post(str(wanted["action"]), sent | fields, status=None)


def test_the_board_begins_with_what_nobody_has_answered(official: Visit, wave: Wave) -> None:
    page = official.get("/vi/office/actions")
    addresses = [str(each["href"]) for each in page.all(".waiting a")]
    assert len(addresses) == 8
    assert FINDING in addresses
    answered_one = answer(official)
    assert answered_one.status == 200
    assert len(official.get("/vi/office/actions").all(".waiting a")) == 7


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_official_answers_a_gap_and_reads_who_said_what(
    official: Visit, wave: Wave, instance: Instance, language: str
) -> None:
    assert answer(official, "explain", "Đường đang sửa").status == 200
    page = official.get(FINDING.replace("/vi/", f"/{language}/"))
    assert "Đường đang sửa" in page.text
    assert "Official" in page.text
    assert [each.answer for each in reviews(instance)] == ["explain"]


def test_an_answer_without_its_reason_comes_back_with_everything_typed(
    official: Visit, wave: Wave, instance: Instance
) -> None:
    page = answer(official, "contest", "")
    assert page.status == 400
    assert page.one("input[value=contest]").has_attr("checked")
    assert "Xin nêu lý do" in page.text
    assert reviews(instance) == []
    assert answer(official, "maybe").status == 400


def test_the_second_of_two_who_answer_is_told_and_keeps_what_was_typed(
    official: Visit, wave: Wave, instance: Instance
) -> None:
    page = official.get(FINDING)
    with transaction(instance.engine) as session:
        other = make_member(session, "official", user_name="lan")
        answered(session, finding_in(session), other, "explain")
    late = page.submit({"answer-answer": "accept", "answer-reason": "Ý của tôi"}, status=409)
    assert "Lan" in late.one(".notice.error").get_text()
    assert "Ý của tôi" in late.one("textarea").get_text()
    assert len(reviews(instance)) == 1
    assert late.submit(status=200).status == 200  # having read it, they may say so all the same
    assert [each.reason for each in reviews(instance)] == ["Đúng như vậy", "Ý của tôi"]


def test_a_contested_finding_lies_with_the_council_until_it_is_settled_once(
    official: Visit, expert: Visit, wave: Wave, instance: Instance
) -> None:
    assert answer(official, "contest", "Mẫu lệch").status == 200
    assert FINDING in {str(each["href"]) for each in expert.get("/vi/office/actions").all("a")}
    assert official.get(FINDING).soup.select_one("form[action$='decision']") is None
    page = expert.get(FINDING)
    reason = {"decision-decision": "stands", "decision-reason": "Mẫu đúng"}
    assert send(expert, page, "decision", **reason).status == 200
    again = send(expert, page, "decision", **(reason | {"decision-decision": "upheld"}))
    assert again.status == 409
    shown = official.get(FINDING)
    assert "Mẫu đúng" in shown.text
    assert shown.soup.select_one("form[action$='answer']") is None
    assert shown.one("a[href$='/add']")


def test_a_decision_without_a_reason_is_not_made(
    official: Visit, expert: Visit, wave: Wave, instance: Instance
) -> None:
    answer(official, "contest", "Mẫu lệch")
    page = expert.get(FINDING)
    refused = send(expert, page, "decision", **{"decision-decision": "stands"})
    assert refused.status == 400
    assert reviews(instance)[0].decision is None


def test_an_action_is_opened_changed_and_moved_by_forms_alone(
    official: Visit, wave: Wave, instance: Instance
) -> None:
    answer(official)
    page = official.get(f"{FINDING}/add")
    owner = page.all("select[name=owner_id] option")[1]["value"]
    planned = {"title_vi": "Sửa đèn", "due": "2027-03-01", "owner_id": owner, "expected": "rise"}
    assert page.submit(planned | {"title_vi": ""}, status=400).one("#due")["value"] == "2027-03-01"
    there = page.submit(planned | {"expected_points": "8"}, status=200)
    address = str(there.response.request.path)
    shown = official.get(address)
    assert "Sửa đèn" in shown.one("h1").get_text()
    assert "ít nhất 8 điểm" in shown.text
    change = official.get(f"{address}/change")
    assert change.one("#title_vi")["value"] == "Sửa đèn"
    assert change.one("#expected_points")["value"] == "8"
    assert change.submit({"department": "Văn phòng"}, status=200).status == 200
    moved = send(official, official.get(address), "move", **{"move-state": "under_way"})
    assert moved.status == 200
    steps = official.get(address).all("ol.history > li")
    assert len(steps) == 3
    assert "Văn phòng" in steps[1].get_text()


def test_two_officials_edit_one_action_and_the_second_loses_nothing(
    wave: Wave, instance: Instance, signed_in: SignIn
) -> None:
    lan, nam = somebody(instance, "lan"), somebody(instance, "nam")
    action = action_of(instance, wave, lan)
    first, second = (signed_in.again(each) for each in (lan, nam))
    address = f"/vi/office/actions/{action.id}/change"
    hers, his = first.get(address), second.get(address)
    hers.submit({"title_vi": "Mở hai quầy", "due": "2027-01-01"}, status=200)
    told = his.submit({"title_vi": "Mở ba quầy", "budget_note": "20 triệu"}, status=409)
    said = told.one(".notice.error").get_text(" ")
    assert "Lan" in said
    assert "Mở hai quầy" in said
    assert "01/01/2027" in said
    assert told.one("#title_vi")["value"] == "Mở ba quầy"
    assert "20 triệu" in told.one("#budget_note").get_text()
    assert stored(instance, action.id).title_vi == "Mở hai quầy"
    told.submit(status=200)  # having compared
    kept = stored(instance, action.id)
    assert (kept.title_vi, kept.budget_note) == ("Mở ba quầy", "20 triệu")


def test_a_step_from_a_page_that_is_old_is_refused_with_its_note(
    wave: Wave, instance: Instance, signed_in: SignIn
) -> None:
    lan = somebody(instance, "lan")
    action = action_of(instance, wave, lan)
    visit = signed_in.again(lan)
    old = visit.get(f"/vi/office/actions/{action.id}")
    send(visit, old, "move", **{"move-state": "planned"})
    late = send(visit, old, "move", **{"move-state": "under_way", "move-note": "nhớ nhé"})
    assert late.status == 409
    assert "nhớ nhé" in late.text
    assert stored(instance, action.id).state == "planned"


def test_its_owner_cannot_verify_an_action_and_another_can(
    wave: Wave, instance: Instance, signed_in: SignIn, expert: Visit
) -> None:
    lan = somebody(instance, "lan")
    action = action_of(instance, wave, lan, is_done=True)
    address = f"/vi/office/actions/{action.id}"
    owner = signed_in.again(lan)
    page = owner.get(address)
    assert page.soup.select_one("form[action$='check']") is None
    assert "chờ" in page.text
    form = expert.get(address)
    forged = {
        str(each["name"]): str(each["value"])
        for each in form.all("form[action$='check'] input[type=hidden]")
        if "csrf" not in str(each["name"])
    }
    token = str(page.one("footer input[name=csrf_token]")["value"])
    sent = forged | {"csrf_token": token, "check-verdict": "verify", "check-note": "tốt"}
    refused = owner.post(f"{address}/check", sent, status=403)
    assert "chưa từng chịu trách nhiệm" in refused.text
    assert stored(instance, action.id).state == "done"
    without = send(expert, form, "check", **{"check-verdict": "verify"})
    assert without.status == 400
    done = send(expert, form, "check", **{"check-verdict": "verify", "check-note": "đã xem"})
    assert done.status == 200
    assert stored(instance, action.id).state == "verified"
    assert "Expert" in owner.get(address).text


def test_what_is_not_done_after_all_is_sent_back(
    wave: Wave, instance: Instance, expert: Visit
) -> None:
    action = action_of(instance, wave, somebody(instance, "lan"), is_done=True)
    page = expert.get(f"/vi/office/actions/{action.id}")
    sent = {"check-verdict": "send_back", "check-note": "chưa có quầy"}
    assert send(expert, page, "check", **sent).status == 200
    assert stored(instance, action.id).state == "under_way"


def upload(visit: Visit, action: Action, content: bytes, name: str = "Biên bản.pdf") -> Page:
    page = visit.get(f"/vi/office/actions/{action.id}")
    return send(visit, page, "file", **{"file-file": (io.BytesIO(content), name)})


def test_a_file_comes_back_as_it_was_sent_and_only_to_those_who_may(
    wave: Wave, instance: Instance, signed_in: SignIn, app: Flask
) -> None:
    lan = somebody(instance, "lan")
    action = action_of(instance, wave, lan)
    visit = signed_in.again(lan)
    assert upload(visit, action, PDF).status == 200
    link = str(visit.get(f"/vi/office/actions/{action.id}").one(".files a")["href"])
    with visit.client.get(link) as answer:
        assert answer.get_data() == PDF
        assert answer.mimetype == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "filename*=UTF-8''Bi%C3%AAn%20b%E1%BA%A3n.pdf" in str(answer.headers)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
    assert signed_in("official", FEW, user_name="elsewhere").client.get(link).status_code == 403
    assert signed_in("assessor", MANY).client.get(link).status_code == 403
    assert app.test_client().get(link).status_code == 302
    nothing = "/vi/office/evidence/00000000-0000-0000-0000-000000000000"
    assert visit.client.get(nothing).status_code == 404


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"MZ not a pdf", 415), (b"", 400), (PDF + bytes(1000), 413)],
)
def test_a_file_of_another_kind_or_too_large_is_refused_and_leaves_nothing(
    wave: Wave,
    instance: Instance,
    signed_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    *,
    content: bytes,
    status: int,
) -> None:
    monkeypatch.setattr(evidence, "LARGEST", 1000)
    lan = somebody(instance, "lan")
    action = action_of(instance, wave, lan)
    refused = upload(signed_in.again(lan), action, content)
    assert refused.status == status
    assert stored(instance, action.id).files == []
    assert list(instance.settings.folder.glob("evidence/*")) == []


def test_a_hundred_megabytes_are_refused_before_they_are_read(
    wave: Wave, instance: Instance, signed_in: SignIn
) -> None:
    lan = somebody(instance, "lan")
    action = action_of(instance, wave, lan)
    announced = {
        "CONTENT_LENGTH": str(100 * 1024 * 1024),
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
    }
    address = f"/vi/office/actions/{action.id}/file"
    with signed_in.again(lan).client.post(address, environ_overrides=announced) as refused:
        assert refused.status_code == 413
        assert "quá lớn" in refused.get_data(as_text=True)


def test_evidence_of_the_answer_is_kept_with_it(
    official: Visit, wave: Wave, instance: Instance
) -> None:
    bad = answer(official, "contest", "Mẫu lệch", **{"answer-file": (io.BytesIO(b"no"), "a.pdf")})
    assert bad.status == 415
    assert "Mẫu lệch" in bad.text
    assert reviews(instance) == []
    good = answer(official, "contest", "Mẫu lệch", **{"answer-file": (io.BytesIO(PDF), "a.pdf")})
    assert good.status == 200
    link = str(official.get(FINDING).one(".files a")["href"])
    with official.client.get(link) as sent:
        assert sent.get_data() == PDF


def test_an_official_of_another_unit_sees_and_changes_nothing(
    wave: Wave, instance: Instance, signed_in: SignIn
) -> None:
    action = action_of(instance, wave, somebody(instance, "lan"), due=date(2026, 1, 1))
    elsewhere = signed_in("official", FEW, user_name="elsewhere")
    board = elsewhere.get("/vi/office/actions")
    assert board.all("table a") == []
    assert board.all(".waiting a") == []
    assert board.all(".notice.warning") == []
    address = f"/vi/office/actions/{action.id}"
    for path in (FINDING, f"{FINDING}/add", address, f"{address}/change"):
        elsewhere.get(path, status=403)
    token = {"csrf_token": str(board.one("footer input[name=csrf_token]")["value"])}
    plan = token | {"seen": "1", "title_vi": "x", "owner_id": "0", "expected": "rise"}
    for path, sent in (
        (f"{FINDING}/answer", token | {"answer-answer": "accept", "answer-seen": "1"}),
        (f"{FINDING}/add", plan),
        (f"{address}/change", plan),
        (f"{address}/move", token | {"move-state": "planned", "move-seen": "1"}),
        (f"{address}/file", token | {"file-seen": "1"}),
        (f"{address}/check", token | {"check-verdict": "verify", "check-seen": "1"}),
    ):
        elsewhere.post(path, sent, status=403)
    calendar = elsewhere.client.get("/vi/office/actions/calendar.ics").get_data(as_text=True)
    assert "VEVENT" not in calendar
    assert stored(instance, action.id).version == 1


def test_whoever_may_still_score_sees_nothing_of_what_people_said(
    wave: Wave, instance: Instance, signed_in: SignIn
) -> None:
    action = action_of(instance, wave, somebody(instance, "lan"))
    with transaction(instance.engine) as session:
        both = make_member(session, "official", "31", user_name="both")
        both.grants.append(RoleGrant(role="assessor", unit_id=wave.units[0].unit_id))
    visit = signed_in.again(both)
    assert len(visit.get("/vi/office/actions").all(".waiting a")) == 7  # sealed: they may read
    with transaction(instance.engine) as session:
        place = finding_in(session).place
        unsealed = assessing.set_of(session, wave, place.unit)
        assert unsealed is not None
        unsealed.state, unsealed.sha256 = "draft", None
    board = visit.get("/vi/office/actions")
    assert board.all(".waiting a") == []
    assert board.all("table a") == []
    visit.get(FINDING, status=403)
    visit.get(f"/vi/office/actions/{action.id}", status=403)


def test_filters_work_without_a_script_and_mean_nothing_when_they_mean_nothing(
    wave: Wave, instance: Instance, signed_in: SignIn
) -> None:
    lan, nam = somebody(instance, "lan"), somebody(instance, "nam")
    today = deadlines.day_of(now())
    action_of(instance, wave, lan, title_vi="Trễ", due=today - timedelta(days=2))
    action_of(instance, wave, nam, title_vi="Sắp", due=today + timedelta(days=2))
    visit = signed_in("official", "31")

    def titles(asked: str) -> list[str]:
        page = visit.get(f"/vi/office/actions?{asked}")
        return [each.get_text(strip=True) for each in page.all("tbody th a")]

    assert titles("") == ["Trễ", "Sắp"]
    assert titles("state=overdue") == ["Trễ"]
    assert titles(f"owner={nam.id}") == ["Sắp"]
    assert titles(f"unit={MANY}") == ["Trễ", "Sắp"]
    assert titles("state=done") == []
    assert titles("state=%22%3E&owner=x&unit=%27&page=0") == ["Trễ", "Sắp"]
    page = visit.get("/en/office/actions")
    assert "1 action is overdue" in page.one(".notice.warning").get_text()
    assert "Due soon" in page.text
    assert "1 action is overdue" in visit.get("/en/office/").text


def test_the_calendar_is_read_by_others_and_holds_no_line_of_its_own_making(
    wave: Wave, instance: Instance, signed_in: SignIn
) -> None:
    lan = somebody(instance, "lan")
    evil = "Sửa đường;\nBEGIN:VEVENT, " + "dài " * 30
    action = action_of(instance, wave, lan, title_vi=evil.strip(), due=date(2027, 3, 1))
    action_of(instance, wave, lan, due=None)
    visit = signed_in.again(lan)
    with visit.client.get("/vi/office/actions/calendar.ics") as answer:
        content = answer.get_data()
        assert answer.mimetype == "text/calendar"
    assert max(map(len, content.split(b"\r\n"))) <= 75
    (event,) = icalendar.Calendar.from_ical(content).events
    assert str(event["summary"]).startswith(evil.strip())
    assert event.start == date(2027, 3, 1)
    assert event["uid"] == f"action-{action.id}@gap18091"
    assert len(event.walk("VALARM")) == 1
    assert f"/vi/office/actions/{action.id}" in str(event["url"])


def test_the_page_of_a_gap_shows_the_answer_and_leads_to_it(
    official: Visit, wave: Wave, instance: Instance
) -> None:
    gap = f"/vi/office/gaps/2026-1/{MANY}/1.3"
    assert str(official.get(gap).one("#follow-up a.button")["href"]) == FINDING
    lan = somebody(instance, "lan")
    action = action_of(instance, wave, lan)
    panel = official.get(gap).one("#follow-up")
    assert "Mở thêm quầy" in panel.get_text()
    assert panel.select_one(f"a[href$='/actions/{action.id}']") is not None


def test_addresses_that_name_nothing_are_not_found(official: Visit, wave: Wave) -> None:
    for path in (
        "999",
        "999/change",
        f"2026-9/{MANY}/1.3",
        "2026-1/99999/1.3",
        f"2026-1/{MANY}/9.9",
    ):
        official.get(f"/vi/office/actions/{path}", status=404)


def test_after_verification_nothing_is_offered_any_more(
    wave: Wave, instance: Instance, expert: Visit, signed_in: SignIn
) -> None:
    lan = somebody(instance, "lan")
    action = action_of(instance, wave, lan, is_done=True)
    with transaction(instance.engine) as session:
        found = queries.action_by_id(session, action.id)
        assert found is not None
        witness = make_member(session, "expert", user_name="witness")
        acting.verify(session, found, "đã xem", Turn(witness, now(), found.version))
    visit = signed_in.again(lan)
    assert visit.get(f"/vi/office/actions/{action.id}").all("main form") == []
    change = visit.get(f"/vi/office/actions/{action.id}/change")
    assert "đã được xác nhận" in change.submit({"title_vi": "khác"}, status=409).text
