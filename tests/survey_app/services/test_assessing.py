from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.instrument.definition import Framework
from survey_app.instrument.loading import Library
from survey_app.models.calibrations import Calibration
from survey_app.models.campaigns import Wave
from survey_app.models.runs import Dataset, Run
from survey_app.services import assessing, people
from survey_app.services.assessing import Score, TypedScore, faults_of, parse_scores
from survey_app.services.spreadsheets import read_table
from tests.factories import make_wave
from tests.office import make_member
from tests.workbooks import with_results, workbook

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HEADING = ("Mã chỉ số", "Tên chỉ số", "Màu", "Điểm", "Ghi chú")
SCORES = [Score("1.1", "green", 80.5, "Nghị quyết 5"), Score("1.10", "red", None)]


@pytest.fixture
def framework(library: Library) -> Framework:
    return library.frameworks["iso18091-2019"]


def faults(content: bytes, framework: Framework) -> list[tuple[str, int, str, str, str]]:
    parsed = parse_scores(read_table(content, "điểm.xlsx"), framework)
    assert parsed.scores == ()
    return [
        (fault.sheet, fault.row, fault.column, fault.code, fault.value) for fault in parsed.faults
    ]


def test_a_good_file_is_read_in_either_language(framework: Framework) -> None:
    vietnamese = workbook(
        HEADING, ("1.1", "x", "Xanh", 80.5, "Nghị quyết 5"), ("1.2", "x"), ("1.10", "x", "đỏ")
    )
    english = "Indicator,Colour,Points,Note\n1.1,Green,80.5,Nghị quyết 5\n1.10,red,,\n".encode()
    for content in (vietnamese, english):
        parsed = parse_scores(read_table(content, "a"), framework)
        assert parsed.faults == ()
        assert list(parsed.scores) == SCORES


def test_every_bad_cell_is_named_by_sheet_row_and_column(framework: Framework) -> None:
    content = workbook(
        HEADING,
        ("1.1", "", "tím", 101, ""),
        (1.1, "", "đỏ", 20),
        ("1.99", "", "đỏ", -1),
        ("1.2", "", "", "", "chỉ có ghi chú"),
        ("1.3", "", "vàng", "nhiều"),
        ("1.3", "", "vàng", 50),
        ("1.4", "", "vàng", 50, "x" * 1001),
    )
    assert faults(content, framework) == [
        ("Điểm", 2, "C", "unknown_colour", "tím"),
        ("Điểm", 2, "D", "points_out_of_range", "101"),
        ("Điểm", 3, "A", "code_is_number", "1.1"),
        ("Điểm", 4, "A", "unknown_indicator", "1.99"),
        ("Điểm", 4, "D", "points_out_of_range", "-1"),
        ("Điểm", 5, "E", "note_alone", "chỉ có ghi chú"),
        ("Điểm", 6, "D", "points_out_of_range", "nhiều"),
        ("Điểm", 7, "A", "repeated", "1.3"),
        ("Điểm", 8, "E", "note_too_long", "x" * 80),
    ]


def test_a_code_stored_as_a_number_is_refused_whatever_it_shows(framework: Framework) -> None:
    assert faults(workbook(HEADING, (1.10, "", "đỏ", 20)), framework) == [
        ("Điểm", 2, "A", "code_is_number", "1.1")
    ]


def test_a_formula_saved_without_its_result_is_named_and_an_empty_result_is_blank(
    framework: Framework,
) -> None:
    content = workbook(HEADING, ("1.1", "", "=B9", 20), ("1.2", "", "đỏ", "=40+2", "=D3"))
    assert faults(content, framework) == [
        ("Điểm", 2, "C", "uncalculated", "=B9"),
        ("Điểm", 3, "D", "uncalculated", "=40+2"),
        ("Điểm", 3, "E", "uncalculated", "=D3"),
    ]
    calculated = with_results(workbook(HEADING, ("1.1", "", '=""', "=40+2")), C2="", D2="42")
    parsed = parse_scores(read_table(calculated, "a.xlsx"), framework)
    assert (parsed.faults, parsed.scores) == ((), (Score("1.1", None, 42.0),))


def test_missing_columns_are_all_named(framework: Framework) -> None:
    found = faults(workbook(("Mã chỉ số", "x"), ("1.1", "đỏ")), framework)
    assert [(row, code, value) for _sheet, row, _column, code, value in found] == [
        (1, "column_missing", "colour"),
        (1, "column_missing", "points"),
    ]


def test_a_template_sent_back_empty_is_a_fault(framework: Framework) -> None:
    assert [fault[3] for fault in faults(workbook(HEADING, ("1.1", "x")), framework)] == [
        "no_scores"
    ]


@pytest.mark.parametrize("points", ["0", "100", "66,7", "66.7", "099.5"])
def test_points_from_0_to_100_are_taken_with_comma_or_point(
    points: str, framework: Framework
) -> None:
    assert list(faults_of(TypedScore("1.1", "", points, ""), framework)) == []


@pytest.mark.parametrize("points", ["-1", "100.1", "1e1", "nan", "inf", "1.000,5", "٣", "50%"])
def test_other_points_are_not(points: str, framework: Framework) -> None:
    found = list(faults_of(TypedScore("1.1", "", points, ""), framework))
    assert [fault.code for fault in found] == ["points_out_of_range"]


def test_a_draft_is_replaced_whole(session: Session) -> None:
    wave = make_wave(session)
    unit = wave.units[0].unit
    assessing.enter_scores(session, wave, unit, SCORES)
    found = assessing.enter_scores(session, wave, unit, SCORES[:1])
    assert assessing.scores_of(found) == SCORES[:1]


def test_what_is_sealed_cannot_change(session: Session) -> None:
    wave = make_wave(session)
    unit = wave.units[0].unit
    found = assessing.enter_scores(session, wave, unit, SCORES)
    assessing.seal(session, found, None, NOW)
    assert assessing.is_sealed(session, wave.id, unit.id)
    assert found.sha256 == assessing.scores_sha256(found)
    with pytest.raises(Refusal, match="scores_sealed"):
        assessing.enter_scores(session, wave, unit, SCORES[:1])
    with pytest.raises(Refusal, match="scores_sealed"):
        assessing.seal(session, found, None, NOW)
    assert assessing.scores_of(found) == SCORES


def test_the_hash_covers_every_score(session: Session) -> None:
    wave = make_wave(session)
    hashes = set()
    for scores in (
        SCORES,
        SCORES[:1],
        [Score("1.1", "green", 80.4, "Nghị quyết 5"), SCORES[1]],
        [Score("1.1", "green", 80.5, "Nghị quyết 6"), SCORES[1]],
        [Score("1.1", "yellow", 80.5, "Nghị quyết 5"), SCORES[1]],
    ):
        found = assessing.enter_scores(session, wave, wave.units[0].unit, scores)
        hashes.add(assessing.scores_sha256(found))
    assert len(hashes) == 5


def test_an_empty_set_is_not_sealed(session: Session) -> None:
    wave = make_wave(session)
    found = assessing.enter_scores(session, wave, wave.units[0].unit, [])
    with pytest.raises(Refusal, match="scores_missing"):
        assessing.seal(session, found, None, NOW)


def add_run(session: Session, wave: Wave) -> None:
    """Results exist; which ones does not matter here."""
    campaign = wave.campaign
    calibration = Calibration(
        campaign_id=campaign.id,
        version=1,
        parameters={},
        sha256="c" * 64,
        reason="-",
        author_name="-",
        created_at=NOW,
    )
    dataset = Dataset(sha256="d" * 64, wave_id=wave.id, source="wave", responses=0, created_at=NOW)
    session.add_all([calibration, dataset])
    session.flush()
    session.add(
        Run(
            wave_id=wave.id,
            sha256="a" * 64,
            results_sha256="b" * 64,
            dataset_sha256=dataset.sha256,
            calibration_id=calibration.id,
            label="registered",
            inputs={},
            created_at=NOW,
        )
    )
    session.flush()


def test_nothing_is_entered_or_sealed_once_results_have_been_computed(
    session: Session,
) -> None:
    """Whoever seals may have read them."""
    wave = make_wave(session, "closed")
    found = assessing.enter_scores(session, wave, wave.units[0].unit, SCORES)
    add_run(session, wave)
    with pytest.raises(Refusal, match="scores_too_late"):
        assessing.enter_scores(session, wave, wave.units[0].unit, SCORES[:1])
    with pytest.raises(Refusal, match="scores_too_late"):
        assessing.seal(session, found, None, NOW)
    assert found.state == "draft"


def test_scores_of_a_unit_that_takes_no_part_are_refused(session: Session) -> None:
    wave = make_wave(session)
    city = wave.units[0].unit.parent
    assert city is not None
    with pytest.raises(Refusal, match="unit_not_in_wave"):
        assessing.enter_scores(session, wave, city, SCORES)


def test_an_assessor_sees_no_perception_before_the_seal(session: Session) -> None:
    wave = make_wave(session)
    unit = wave.units[0].unit
    assessor = make_member(session, "assessor", unit.official_code)
    found = assessing.enter_scores(session, wave, unit, SCORES)
    assert not people.may_see_perception(session, assessor, wave, unit)
    assessing.seal(session, found, assessor.id, NOW)
    assert people.may_see_perception(session, assessor, wave, unit)
