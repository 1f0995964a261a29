from collections import Counter

import pytest
from sqlalchemy.orm import Session

from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.models.runs import RunRow
from survey_app.services import analysing
from survey_app.services.assessing import Score
from survey_app.services.calibrating import Parameters
from tests.runs import (
    assisted,
    close,
    collect,
    open_wave,
    opinions,
    place_of,
    populate,
    score,
    sheet,
    usual_wave,
)

INFERENCE = ("se", "df", "low", "high", "gap_se", "p_gap", "p_aligned", "blended", "blended_se",
             "blended_low", "blended_high", "share_self", "share_residents", "share_pattern")  # fmt: skip


def rows_of(
    session: Session, instance: Instance, wave: Wave, parameters: Parameters | None = None
) -> list[RunRow]:
    if wave.state == "open":
        close(session, wave)
    analysing.analyse_wave(session, wave, place_of(instance), wave.closes_at)
    return analysing.what_if(session, wave, parameters or Parameters(), place_of(instance))


def headline(rows: list[RunRow], wave: Wave, unit: int, indicator: str) -> RunRow:
    (found,) = (
        row
        for row in rows
        if (row.unit_id, row.indicator) == (wave.units[unit].unit_id, indicator) and row.headline
    )
    return found


def test_every_unit_has_every_indicator_and_one_row_of_it_is_the_headline(
    session: Session, instance: Instance
) -> None:
    wave = usual_wave(session, instance)
    rows = rows_of(session, instance, wave)
    leading = Counter((row.unit_id, row.indicator) for row in rows if row.headline)
    codes = instance.library.frameworks["iso18091-2019"].indicator_by_code
    assert len(codes) == 39
    assert set(leading) == {(place.unit_id, code) for place in wave.units for code in codes}
    assert set(leading.values()) == {1}
    keys = Counter((row.unit_id, row.indicator, row.audience, row.series) for row in rows)
    assert set(keys.values()) == {1}


def test_a_small_wave_equals_a_hand_calculation(session: Session, instance: Instance) -> None:
    wave = open_wave(session, instance, channels=("assisted",))
    answers = [("1", "1", "5")] * 10 + [("1", "2", "1")] * 20  # sex, age band, rating
    answers += [("2", "1", "3")] * 10 + [("2", "2", "4")] * 20
    sheets = [
        sheet(
            wave,
            {"1.3": rating, "sex": sex, "age_band": band},
            channel="assisted",
            cluster=f"c{number % 10}",
        )
        for number, (sex, band, rating) in enumerate(answers)
    ]
    collect(session, instance, wave, sheets)
    # 40 % men, half of them and of the women 18-29; nobody over 44 was asked.
    men, women = {(1, 1): 200, (1, 2): 120, (1, 4): 80}, {(2, 1): 300, (2, 2): 180, (2, 5): 120}
    populate(session, wave, men | women)
    score(session, wave, [Score("1.3", None, 80.0)])
    rows = rows_of(session, instance, wave)
    row = headline(rows, wave, 0, "1.3")
    # Weights 1.2, .6, 1.8, .9: (10 x 1.2 x 100 + 10 x 1.8 x 50 + 20 x .9 x 75) / 60 = 57.5
    assert row.mean == pytest.approx(57.5, abs=1e-6)
    assert row.gap == pytest.approx(22.5, abs=1e-6)
    assert (row.n, row.self_score, row.evidence, row.series) == (60, 80.0, "B", "assisted")
    assert row.distribution == pytest.approx([0.2, 0, 0.3, 0.3, 0.2], abs=1e-6)
    assert row.top_two == pytest.approx(0.5, abs=1e-6)
    assert row.low is not None
    assert row.high is not None
    assert row.low < 57.5 < row.high


def test_residents_lead_where_they_are_asked_else_businesses(
    session: Session, instance: Instance
) -> None:
    wave = usual_wave(session, instance)
    rows = rows_of(session, instance, wave)
    asked = instance.library.questionnaires["residents", "v1"].indicators
    assert "1.2" not in asked
    assert headline(rows, wave, 0, "1.2").audience == "businesses"
    assert headline(rows, wave, 0, "1.3").audience == "residents"
    (beside,) = (
        row
        for row in rows
        if row.indicator == "1.3" and not row.headline and row.audience == "businesses"
    )
    assert (beside.unit_id, beside.mean) == (wave.units[0].unit_id, 50.0)


def test_businesses_never_lead_where_residents_are_asked_and_silent(
    session: Session, instance: Instance
) -> None:
    wave = open_wave(session, instance)
    collect(
        session,
        instance,
        wave,
        [sheet(wave, {"1.3": "5"}, audience="businesses") for _ in range(12)],
    )
    rows = rows_of(session, instance, wave)
    row = headline(rows, wave, 0, "1.3")
    assert (row.audience, row.gap_class, row.n) == ("residents", "no_data", 0)


def test_the_series_of_the_best_evidence_leads(session: Session, instance: Instance) -> None:
    wave = open_wave(session, instance, channels=("assisted", "open"))
    sheets = assisted(wave, "12345" * 2) + [sheet(wave, each) for each in opinions(*"5" * 30)]
    collect(session, instance, wave, sheets)
    rows = rows_of(session, instance, wave)
    here = [row for row in rows if row.indicator == "1.3" and row.n > 0]
    assert [(row.series, row.headline, row.n) for row in here] == [
        ("assisted", True, 10),
        ("open", False, 30),
    ]
    assert [row.mean for row in here] == [50.0, 100.0]


def test_an_open_series_has_null_where_inference_would_stand(
    session: Session, instance: Instance
) -> None:
    wave = usual_wave(session, instance)
    rows = rows_of(session, instance, wave)
    opened = [row for row in rows if row.series == "open" and row.n > 0]
    assert opened
    for row in opened:
        assert row.gap_class in {"signal_below", "signal_above", "no_signal", "no_data"}
        assert [getattr(row, name) for name in INFERENCE] == [None] * len(INFERENCE)
    signal = headline(rows, wave, 1, "1.3")
    assert (signal.evidence, signal.gap_class, signal.n) == ("C", "signal_below", 12)


def test_an_indicator_that_nobody_is_asked_about_says_so_in_every_unit(
    session: Session, instance: Instance
) -> None:
    wave = usual_wave(session, instance)
    rows = rows_of(session, instance, wave)
    for unit in range(3):
        for indicator in ("1.1", "4.7"):
            assert headline(rows, wave, unit, indicator).gap_class == "not_asked"


def test_a_unit_where_nobody_answered_has_no_data(session: Session, instance: Instance) -> None:
    wave = usual_wave(session, instance)
    row = headline(rows_of(session, instance, wave), wave, 2, "1.3")
    assert (row.gap_class, row.n, row.mean, row.gap) == ("no_data", 0, None, None)
    assert row.distribution == []


def test_a_wave_that_nobody_answered_has_rows_without_data(
    session: Session, instance: Instance
) -> None:
    rows = rows_of(session, instance, open_wave(session, instance))
    assert len(rows) == 3 * 39
    assert {row.gap_class for row in rows} == {"no_data", "not_asked"}


def test_a_conclusion_is_provisional_until_experts_stand_for_the_mapping(
    session: Session, instance: Instance
) -> None:
    wave = usual_wave(session, instance)
    row = headline(rows_of(session, instance, wave), wave, 0, "1.3")
    assert (row.gap_class, row.provisional) == ("self_higher", True)
    declared = rows_of(session, instance, wave, Parameters(mapping_declared=True))
    assert not any(row.provisional for row in declared)


def test_a_blend_of_few_units_says_assumed_and_shows_its_range(
    session: Session, instance: Instance
) -> None:
    wave = open_wave(session, instance, channels=("assisted",))
    collect(
        session,
        instance,
        wave,
        [each for unit in (0, 1) for each in assisted(wave, "12345" * 4, unit=unit)],
    )
    for unit, level in ((0, 70.0), (1, 80.0)):
        scores = [Score(code, None, level) for code in ("1.3", "1.5", "1.6", "1.7", "1.8", "1.9")]
        score(session, wave, scores, unit=unit)
    row = headline(rows_of(session, instance, wave), wave, 0, "1.3")
    assert (row.blend_assumed, row.calibrated) == (True, False)
    assert (row.blended_low, row.blended_high) == pytest.approx((46.0, 48.0))
    # Self-scores lie 25 above the residents on average: .4 x 45 + .6 x 50 and .8 x 45 + .2 x 50.
    assert row.blended is not None
    assert row.blended_se is not None
    shares = (row.share_self, row.share_residents, row.share_reference, row.share_pattern)
    assert sum(each or 0.0 for each in shares) == pytest.approx(1)


def test_the_link_that_would_explain_a_signal_needs_the_number_of_people(
    session: Session, instance: Instance
) -> None:
    wave = usual_wave(session, instance)
    before = headline(rows_of(session, instance, wave), wave, 1, "1.3")
    populate(session, wave, {(1, 1): 900, (2, 1): 1100}, unit=1)
    after = headline(rows_of(session, instance, wave), wave, 1, "1.3")
    assert before.explaining_correlation is None
    assert after.explaining_correlation is not None
    assert 0 < after.explaining_correlation < 1
