import pytest
from sqlalchemy import func, select

from survey_app.db import reading, transaction
from survey_app.instance import Instance
from survey_app.models.calibrations import Calibration
from survey_app.models.campaigns import Wave
from survey_app.models.runs import Run
from survey_app.models.staff import AuditEntry
from tests.office import SignIn
from tests.results import MANY, make_results
from tests.visit import Page, Visit

ROOM = "/vi/office/calibration"
HERE = f"{ROOM}/hai-phong"


@pytest.fixture
def wave(instance: Instance) -> Wave:
    with transaction(instance.engine) as session:
        return make_results(session, instance)


@pytest.fixture
def expert(wave: Wave, signed_in: SignIn) -> Visit:
    return signed_in("expert", None)


def fill(page: Page, action: str, *, status: int = 200, **changes: str) -> Page:
    """Post what the form holds, with these changes, to `try` or `save`."""
    sent = page.filled()
    for name, value in changes.items():
        sent[name] = value
    return page.visit.post(f"{HERE}/{action}", sent, status=status)


def stored(instance: Instance) -> tuple[int, int]:
    """Calibrations and runs."""
    with reading(instance.engine) as session:
        counted = [
            session.scalar(select(func.count()).select_from(table)) for table in (Calibration, Run)
        ]
    return counted[0] or 0, counted[1] or 0


def test_one_campaign_needs_no_choice(expert: Visit) -> None:
    assert expert.get(ROOM).path == HERE


def test_a_version_stands_with_reason_author_code_and_use(expert: Visit) -> None:
    version = expert.get(HERE).one(".version").get_text(" ", strip=True)
    for part in ("Phiên bản 1", "agreed in council", "Lan", "12,5 điểm", "Đợt 1"):
        assert part in version


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_trial_shows_what_would_change_and_stores_nothing(
    expert: Visit, instance: Instance, language: str
) -> None:
    before = stored(instance)
    page = expert.get(f"/{language}/office/calibration/hai-phong")
    sent = page.filled()
    sent["margin"] = "40"
    tried = expert.post(f"/{language}/office/calibration/hai-phong/try", sent)
    changes = [each.get_text(" ", strip=True) for each in tried.all("details .rows li")]
    assert len(changes) == 8
    assert "1.3" in changes[0]
    assert tried.one("[name=margin]")["value"] == "40"
    assert stored(instance) == before


def test_saving_makes_a_version_with_reason_and_author(expert: Visit, instance: Instance) -> None:
    page = fill(expert.get(HERE), "save", margin="15,5", reason="Sau phúc tra 2026")
    assert "Đã lưu phiên bản 2" in page.text
    newest = page.one(".version").get_text(" ", strip=True)
    assert "15,5 điểm" in newest
    assert "Sau phúc tra 2026" in newest
    assert "Expert" in newest
    assert page.one("[name=margin]")["value"] == "15,5"
    assert stored(instance) == (2, 1)
    with reading(instance.engine) as session:
        entries = session.scalars(select(AuditEntry)).all()
    assert ("calibration_saved", {"version": 2}) in [(e.action, e.details) for e in entries]


def test_a_second_run_is_labelled_and_the_registered_one_stays_first(
    expert: Visit, instance: Instance, signed_in: SignIn
) -> None:
    fill(expert.get(HERE), "save", margin="40", reason="Ngưỡng khác", run_again="y")
    assert stored(instance) == (2, 2)
    official = signed_in("official", None)
    page = official.get(f"/vi/office/gaps/2026-1/{MANY}")
    runs = page.all("#run option")
    assert "đăng ký trước" in runs[0].get_text()
    assert runs[0].has_attr("selected")
    assert "sau khi có kết quả" in runs[1].get_text()
    second = official.get(f"/vi/office/gaps/2026-1/{MANY}?run={runs[1]['value']}")
    assert "sau khi đã biết kết quả" in second.text
    assert not second.all(".gap-table .code") or "Tự đánh giá cao hơn" not in [
        each.get_text(strip=True) for each in second.all(".gap-table td:last-child")
    ]


def test_caps_are_kept_per_indicator(expert: Visit) -> None:
    sent = expert.get(HERE).filled()
    sent["cap-1.10"], sent["reason"] = "30", "Người dân chỉ thấy một phần"
    page = expert.post(f"{HERE}/save", sent)
    assert page.one("[name='cap-1.10']")["value"] == "30"
    assert page.one("[name='cap-1.3']")["value"] == ""
    assert "1.10: người dân chiếm nhiều nhất 30%" in page.text


@pytest.mark.parametrize(
    ("name", "typed"),
    [("margin", "0"), ("margin", "nhiều"), ("q", "50"), ("green", "20"), ("minimum_n", "1")],
)
@pytest.mark.parametrize("action", ["try", "save"])
def test_what_makes_no_sense_is_named_and_everything_typed_is_kept(
    expert: Visit, instance: Instance, action: str, name: str, typed: str
) -> None:
    changes = {"reason": "vì vậy", "cap-1.3": "25", name: typed}
    page = fill(expert.get(HERE), action, status=400, **changes)
    assert page.one(".error-summary")
    assert page.one(f"[name={name}]")["value"] == typed
    assert page.one("[name=reason]").get_text(strip=True) == "vì vậy"
    assert page.one("[name='cap-1.3']")["value"] == "25"
    assert stored(instance) == (1, 1)


def test_a_version_needs_a_reason_and_a_change(expert: Visit, instance: Instance) -> None:
    page = fill(expert.get(HERE), "save", status=400, margin="20")
    assert page.one("[role=alert]")
    assert page.one("[name=margin]")["value"] == "20"
    fill(expert.get(HERE), "save", status=400, reason="không đổi gì")
    assert stored(instance) == (1, 1)


def test_an_official_reads_and_does_not_edit(wave: Wave, signed_in: SignIn) -> None:
    official = signed_in("official", None)
    page = official.get(HERE)
    assert not page.all("main form")
    official.post(f"{HERE}/save", {"margin": "20"}, status=403)
    official.post(f"{HERE}/try", {"margin": "20"}, status=403)


def test_an_expert_of_one_ward_does_not_calibrate_the_city(wave: Wave, signed_in: SignIn) -> None:
    visit = signed_in("expert", MANY)
    visit.get(HERE, status=403)
    assert "Chưa có chương trình" in visit.get(ROOM).text
    visit.get(f"{ROOM}/nowhere", status=404)
