import io

import openpyxl
import pytest
from bs4 import Tag

from survey_app.db import reading, transaction
from survey_app.instance import Instance
from survey_app.instrument.definition import Framework
from survey_app.models.campaigns import Wave
from survey_app.queries import assessments
from survey_app.services import assessing
from survey_app.services.assessing import Score
from survey_app.services.spreadsheets import read_table
from tests.factories import make_units, make_wave
from tests.office import SignIn
from tests.visit import Page, Visit
from tests.workbooks import workbook

HAI_AN, DONG_HAI = "11413", "11411"
PLACE = f"/en/office/self-assessment/2026-1/{HAI_AN}"
HEADING = ("Indicator code", "Colour", "Points", "Note")


@pytest.fixture
def framework(instance: Instance) -> Framework:
    return instance.library.frameworks["iso18091-2019"]


@pytest.fixture
def wave(instance: Instance) -> Wave:
    with transaction(instance.engine) as session:
        return make_wave(session, "open", units=make_units(session))


@pytest.fixture
def assessor(wave: Wave, signed_in: SignIn) -> Visit:
    return signed_in("assessor", HAI_AN)


def token(visit: Visit) -> str:
    return str(visit.get(PLACE).one("input[name=csrf_token]")["value"])


def typed(visit: Visit, status: int = 200, **fields: str) -> Page:
    """Post fields named "colour_1_10" for "colour-1.10"."""
    named = {name.replace("_", "-", 1).replace("_", "."): value for name, value in fields.items()}
    return visit.post(PLACE, {"csrf_token": token(visit), **named}, status=status)


def sent(visit: Visit, content: bytes, status: int = 200, name: str = "điểm.xlsx") -> Page:
    data = {"csrf_token": token(visit), "file": (io.BytesIO(content), name)}
    return visit.post(f"{PLACE}/file", data, status=status)


def stored(instance: Instance, wave: Wave) -> list[Score]:
    with reading(instance.engine) as session:
        unit_id = next(each.unit_id for each in wave.units if each.official_code == HAI_AN)
        found = assessments.score_set(session, wave.id, unit_id)
        return assessing.scores_of(found) if found else []


def named(page: Page, name: str) -> Tag:
    return page.one(f"[name='{name}']")


def test_every_indicator_stands_on_one_page(assessor: Visit, framework: Framework) -> None:
    page = assessor.get(PLACE)
    codes = [str(each["name"]).removeprefix("colour-") for each in page.all("select")]
    assert codes == [each.code for each in framework.indicators]
    assert len(codes) == 39


def test_typed_scores_are_saved_and_come_back_as_typed(
    assessor: Visit, instance: Instance, wave: Wave
) -> None:
    page = typed(assessor, colour_1_1="green", points_1_10="66,75", note_1_10="Nghị quyết 5")
    assert "The draft is saved." in page.text
    assert stored(instance, wave) == [
        Score("1.1", "green", None),
        Score("1.10", None, 66.75, "Nghị quyết 5"),
    ]
    again = assessor.get(PLACE.replace("/en/", "/vi/"))
    assert named(again, "points-1.10")["value"] == "66,75"
    assert again.one("select[name='colour-1.1'] option[selected]")["value"] == "green"


def test_every_bad_field_is_named_and_everything_typed_is_kept(
    assessor: Visit, instance: Instance, wave: Wave
) -> None:
    page = typed(
        assessor,
        400,
        points_1_1="101",
        colour_1_2="purple",
        note_1_10="a note alone",
        colour_4_2="red",
    )
    assert [str(link["href"]) for link in page.all(".error-summary a")] == [
        "#points-1.1",
        "#colour-1.2",
        "#note-1.10",
    ]
    assert named(page, "points-1.1")["value"] == "101"
    assert named(page, "note-1.10")["value"] == "a note alone"
    assert page.one("select[name='colour-4.2'] option[selected]")["value"] == "red"
    assert stored(instance, wave) == []


def test_a_good_file_replaces_the_draft(assessor: Visit, instance: Instance, wave: Wave) -> None:
    typed(assessor, colour_1_1="green")
    page = sent(assessor, workbook(HEADING, ("1.10", "yellow", 55.5, "x")))
    assert "saved as a draft" in page.text
    assert stored(instance, wave) == [Score("1.10", "yellow", 55.5, "x")]


def test_one_bad_cell_and_nothing_of_the_file_is_stored(
    assessor: Visit, instance: Instance, wave: Wave
) -> None:
    content = workbook(HEADING, ("1.2", "red", 10), (1.10, "red", 10), ("1.3", "pink", 10))
    page = sent(assessor, content, 400)
    faults = [each.get_text(" ", strip=True) for each in page.all(".error-summary li")]
    assert faults == [
        "Sheet Điểm, row 3, column A: The code is stored as a number or a date (1.1), so 1.10 "
        "cannot be told from 1.1. Format the column as text and type the code again.",
        "Sheet Điểm, row 4, column B: “pink” is not a colour: write red, yellow or green.",
    ]
    assert stored(instance, wave) == []


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"", 400, "Choose a file first."),
        (b"PK\x03\x04", 400, "cannot be read"),
        (b"a\n" * 3000, 413, "larger than such a table can be"),
    ],
)
def test_what_is_no_table_is_refused_in_words(
    assessor: Visit, content: bytes, status: int, words: str
) -> None:
    assert words in sent(assessor, content, status).text


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_filled_template_is_understood(
    assessor: Visit, framework: Framework, language: str, kind: str
) -> None:
    path = f"/{language}/office/self-assessment/2026-1/{HAI_AN}/template.{kind}"
    content = assessor.client.get(path).data
    table = read_table(content, f"a.{kind}")
    codes = [cells[0].text for _row, cells in table.rows]
    assert codes == [each.code for each in framework.indicators]
    assert not any(cells[0].is_number for _row, cells in table.rows)
    assert [fault.code for fault in assessing.parse_scores(table, framework).faults] == [
        "no_scores"
    ]


def test_the_workbook_keeps_codes_as_text_and_lists_the_colours(assessor: Visit) -> None:
    content = assessor.client.get(f"/vi/office/self-assessment/2026-1/{HAI_AN}/template.xlsx").data
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet["A11"].value == "1.10"
    assert sheet["A11"].number_format == "@"
    lists = [rule.formula1 for rule in sheet.data_validations.dataValidation]
    assert '"Đỏ,Vàng,Xanh"' in lists


def test_the_csv_opens_in_excel_with_its_letters(assessor: Visit) -> None:
    answer = assessor.client.get(f"/vi/office/self-assessment/2026-1/{HAI_AN}/template.csv")
    assert answer.data.startswith("\ufeffMã chỉ số;".encode())


def test_sealing_is_explained_confirmed_and_final(
    assessor: Visit, instance: Instance, wave: Wave
) -> None:
    typed(assessor, colour_1_1="green")
    form_token = token(assessor)
    page = assessor.get(f"{PLACE}/seal")
    assert "cannot be undone" in page.text
    assert "1 of 39 indicators have a score" in page.text
    sealed = page.submit()
    with reading(instance.engine) as session:
        found = assessments.sealed_sets(session, wave.id)[0]
    assert str(found.sha256) in sealed.text.replace(" ", "")
    assert sealed.all("main select, main textarea, main input") == []
    fields = {"csrf_token": form_token, "colour-1.1": "red"}
    refused = assessor.post(PLACE, fields, status=409)
    assert "sealed" in refused.text
    assessor.get(f"{PLACE}/seal", status=409)
    assert stored(instance, wave) == [Score("1.1", "green", None)]


def test_there_is_nothing_to_seal_before_something_is_entered(assessor: Visit) -> None:
    assessor.get(f"{PLACE}/seal", status=409)


def test_an_official_reads_and_seals_but_does_not_score(
    assessor: Visit, signed_in: SignIn, instance: Instance, wave: Wave
) -> None:
    official = signed_in("official", HAI_AN)
    assert "Nothing has been entered yet." in official.get(PLACE).text
    typed(assessor, colour_1_1="green")
    page = official.get(PLACE)
    assert page.all("main select") == []
    form = official.get(f"{PLACE}/seal")
    sent_token = form.one("input[name=csrf_token]")["value"]
    official.post(PLACE, {"csrf_token": sent_token, "colour-1.1": "red"}, status=403)
    official.post(f"{PLACE}/file", {"csrf_token": sent_token}, status=403)
    form.submit()
    assert stored(instance, wave) == [Score("1.1", "green", None)]


def test_an_assessor_of_another_unit_is_refused(wave: Wave, signed_in: SignIn) -> None:
    stranger = signed_in("assessor", DONG_HAI)
    for path in ("", "/seal", "/template.csv"):
        stranger.get(PLACE + path, status=403)
    rows = stranger.get("/en/office/self-assessment").all("tbody th")
    assert [row.get_text(strip=True) for row in rows] == ["Dong Hai Ward"]


def test_a_form_without_its_token_is_refused(
    assessor: Visit, instance: Instance, wave: Wave
) -> None:
    assessor.post(PLACE, {"colour-1.1": "red"}, status=400)
    assessor.post(f"{PLACE}/seal", {}, status=400)
    assert stored(instance, wave) == []


def test_a_draft_of_a_wave_has_no_self_scores_yet(instance: Instance, signed_in: SignIn) -> None:
    with transaction(instance.engine) as session:
        make_wave(session, "draft", units=make_units(session))
    assessor = signed_in("assessor", HAI_AN)
    assessor.get(PLACE, status=404)
    assert "no registered wave" in assessor.get("/en/office/self-assessment").text


def test_who_may_score_finds_no_way_to_the_gaps(assessor: Visit) -> None:
    for path in (PLACE, "/en/office/self-assessment", "/en/office/waves/2026-1"):
        assert assessor.get(path).all("a[href*='/gaps']") == []
