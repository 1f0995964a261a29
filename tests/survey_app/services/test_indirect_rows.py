"""The figures of a list experiment come from the frozen dataset, and again whenever it is read."""

from random import Random

import pytest
from sqlalchemy.orm import Session

from survey_app.instance import Instance
from survey_app.instrument import blocks
from survey_app.models.campaigns import Wave
from survey_app.models.indirect import IndirectRow
from survey_app.models.runs import Run
from survey_app.queries import runs
from survey_app.services import analysing, run_document
from survey_app.services.calibrating import Parameters
from survey_app.services.responding import Sheet
from tests.factories import make_units, make_wave
from tests.runs import calibrate, close, collect, place_of, usual_wave

FORM = "businesses/v2"
TOPIC_BLOCKS = 21


def list_wave(session: Session, instance: Instance, channels: tuple[str, ...]) -> Wave:
    questionnaires = {"residents": ("residents", "v1"), "businesses": ("businesses", "v2")}
    wave = make_wave(session, units=make_units(session), questionnaires=questionnaires)
    wave.channels = list(channels)
    wave.calibration_id = calibrate(session, instance, wave, Parameters()).id
    session.flush()
    return wave


def counted(
    wave: Wave,
    count: str,
    *,
    treated: bool,
    unit: int = 0,
    collector: str = "",
    topic_block: int = 0,
) -> Sheet:
    return Sheet(
        wave_id=wave.id,
        unit_id=wave.units[unit].unit_id,
        audience="businesses",
        channel="assisted" if collector else "open",
        questionnaire=FORM,
        language="vi",
        block=topic_block + TOPIC_BLOCKS * treated,
        answers={"1.3": "3", "unofficial": count},
        text=None,
        helped=False,
        duration_class="usual",
        cluster=collector,
    )


def analysed(session: Session, instance: Instance, wave: Wave, sheets: list[Sheet]) -> Run:
    collect(session, instance, wave, sheets)
    close(session, wave)
    return analysing.analyse_wave(session, wave, place_of(instance), wave.closes_at)


def row_of(run: Run, place: str, series: str = "open") -> IndirectRow:
    (found,) = (row for row in run.indirect_rows if (row.place, row.series) == (place, series))
    return found


def test_the_share_is_the_difference_of_two_averages(session: Session, instance: Instance) -> None:
    wave = list_wave(session, instance, ("open",))
    sheets = [counted(wave, each, treated=False) for each in "1111222222"]
    sheets += [counted(wave, each, treated=True) for each in "1122222233"]
    sheets += [counted(wave, "refused", treated=True)]
    row = row_of(analysed(session, instance, wave, sheets), "11413")
    # 2.0 - 1.6; variances 4/9 and 2.4/9; t(18, .975) = 2.100922.
    error = ((4 / 9 + 2.4 / 9) / 10) ** 0.5
    assert (row.n_control, row.n_treated, row.n_refused, row.collectors) == (10, 10, 1, 0)
    assert row.share == pytest.approx(0.4)
    assert row.se == pytest.approx(error)
    assert row.df == 18
    assert row.low == 0.0
    assert row.high == pytest.approx(0.4 + 2.100922 * error, abs=1e-6)
    assert row.control == pytest.approx([0, 0.4, 0.6, 0, 0])
    assert row.treated == pytest.approx([0, 0.2, 0.6, 0.2, 0, 0])
    assert (row.indicator, row.evidence) == ("1.6", "C")


def test_topics_of_the_block_do_not_matter_to_the_arm(
    session: Session, instance: Instance
) -> None:
    form = instance.library.questionnaires["businesses", "v2"]
    assert [blocks.arm_of(form, number) for number in (0, 20, 21, 41)] == [0, 0, 1, 1]
    wave = list_wave(session, instance, ("open",))
    with_13 = [
        number for number in range(TOPIC_BLOCKS) if "1.3" in blocks.indicators_of(form, number)
    ]
    sheets = [
        counted(wave, "2" if treated else "1", treated=treated, topic_block=number)
        for number in with_13
        for treated in (False, True)
        for _ in range(2)
    ]
    row = row_of(analysed(session, instance, wave, sheets), "")
    assert (row.n_control, row.n_treated, row.share) == (16, 16, 1.0)


def test_collectors_are_clusters_where_there_are_ten_of_them(
    session: Session, instance: Instance
) -> None:
    wave = list_wave(session, instance, ("assisted",))
    rng = Random(5)  # noqa: S311  the same answers each time
    sheets = [
        counted(
            wave,
            str(rng.choice((1, 2)) + (treated and rng.random() < 0.3)),
            treated=treated,
            unit=number % 2,
            collector=f"K{number // 2 % (12 if number % 2 else 4)}",
        )
        for number in range(160)
        for treated in (False, True)
    ]
    run = analysed(session, instance, wave, sheets)
    many, few = row_of(run, "11411", "assisted"), row_of(run, "11413", "assisted")
    assert (many.collectors, many.df) == (12, 11)
    assert (few.collectors, few.df) == (0, 158)
    whole = row_of(run, "", "assisted")
    assert (whole.collectors, whole.df) == (16, 14)  # within two units
    assert whole.p_design is not None
    assert many.p_design is None


def test_one_arm_alone_says_nothing(session: Session, instance: Instance) -> None:
    wave = list_wave(session, instance, ("open",))
    sheets = [counted(wave, "2", treated=False) for _ in range(12)]
    row = row_of(analysed(session, instance, wave, sheets), "11413")
    assert (row.n_control, row.n_treated) == (12, 0)
    assert (row.share, row.low, row.control) == (None, None, [])


def test_a_run_with_a_list_is_made_again_and_an_altered_figure_is_found(
    session: Session, instance: Instance
) -> None:
    wave = list_wave(session, instance, ("open",))
    sheets = [counted(wave, each, treated=False) for each in "1112221212"]
    sheets += [counted(wave, each, treated=True) for each in "1232213212"]
    run = analysed(session, instance, wave, sheets)
    assert analysing.reproduces(session, run, wave, place_of(instance))
    again = analysing.analyse_wave(session, wave, place_of(instance), wave.closes_at)
    assert again is run
    row_of(run, "").share = 0.01
    session.flush()
    assert not analysing.reproduces(session, run, wave, place_of(instance))


def test_a_wave_without_a_list_has_no_such_rows_and_the_inputs_it_always_had(
    session: Session, instance: Instance
) -> None:
    wave = usual_wave(session, instance)
    run = analysing.analyse_wave(session, wave, place_of(instance), wave.closes_at)
    assert list(runs.indirect_rows(session, run.id)) == []
    assert "lists" not in run.inputs


def test_the_document_tells_what_the_lists_say(session: Session, instance: Instance) -> None:
    wave = list_wave(session, instance, ("open",))
    sheets = [counted(wave, each, treated=False) for each in "1122"]
    sheets += [counted(wave, each, treated=True) for each in "1222"]
    run = analysed(session, instance, wave, sheets)
    said = run_document.document(session, wave, run)["indirect"]
    assert isinstance(said, list)
    assert [(each["place"], each["n_control"], each["share"]) for each in said] == [
        ("", 4, pytest.approx(0.25)),
        ("11413", 4, pytest.approx(0.25)),
    ]
