"""A list's share leaves only where nobody can be told from it, and as coarse as any share."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from survey_app.instance import Instance
from survey_app.models.indirect import EVERYWHERE, IndirectRow
from survey_app.services import indirect
from tests.survey_app.services.test_indirect_rows import analysed, counted, list_wave


def row(place: str, n: int, share: float = 0.2, **figures: object) -> IndirectRow:
    """A row of n answers to each list."""
    usual = {
        "audience": "businesses",
        "item": "unofficial",
        "series": "assisted",
        "indicator": "1.6",
        "evidence": "B",
        "n_control": n,
        "n_treated": n,
        "n_refused": 0,
        "collectors": 12,
        "difference": share,
        "se": 0.1,
        "df": 11.0,
        "share": share,
        "low": max(share - 0.12, 0.0),
        "high": share + 0.13,
        "p_design": None,
        "control": [0.1, 0.6, 0.3, 0.0, 0.0],
        "treated": [0.1, 0.5, 0.3, 0.1, 0.0, 0.0],
    }
    return IndirectRow(place=place, **(usual | figures))


def test_shares_leave_in_steps_of_five_and_intervals_only_grow() -> None:
    shown = indirect.release([row("11413", 104, 0.218)])["11413"]
    assert shown.share == pytest.approx(0.2)
    assert shown.people == 210
    assert [shown.low, shown.high] == pytest.approx([0.05, 0.35])  # .098 to .348


def test_ends_that_are_steps_already_stay_where_they_are() -> None:
    shown = indirect.release([row("11413", 104, 0.2, low=0.15, high=0.3)])["11413"]
    assert [shown.low, shown.high] == pytest.approx([0.15, 0.3])


@pytest.mark.parametrize(
    "hidden",
    [
        row("11413", 99),
        row("11413", 104, n_treated=9),
        row("11413", 104, treated=[0, 0, 0, 0, 0.03, 0.97]),
        row("11413", 104, treated=[0.96, 0.04, 0, 0, 0, 0]),
        row("11413", 104, control=[0, 0, 0.02, 0, 0.98]),
    ],
)
def test_few_answers_and_lists_of_one_answer_stay_inside(hidden: IndirectRow) -> None:
    assert indirect.release([hidden]) == {}


def test_the_whole_wave_needs_ten_to_each_list() -> None:
    assert indirect.release([row(EVERYWHERE, 9)]) == {}
    assert set(indirect.release([row(EVERYWHERE, 10)])) == {EVERYWHERE}


def test_a_small_unit_cannot_be_found_by_taking_the_others_from_the_whole() -> None:
    # Doubt .025 x (59 + 50) = 2.7 answers on either side, fewer than the nine that are left: their
    # share could be found to within six tenths.
    assert not indirect.hides_the_rest(row(EVERYWHERE, 59), [row("11413", 50)])
    # .025 x (109 + 100) = 5.2 on either side: the nine may have answered anything.
    assert indirect.hides_the_rest(row(EVERYWHERE, 109), [row("11413", 100)])
    # Nobody left, or enough: nothing to find.
    assert indirect.hides_the_rest(row(EVERYWHERE, 50), [row("11413", 50)])
    assert indirect.hides_the_rest(row(EVERYWHERE, 60), [row("11413", 50)])


def test_a_whole_that_would_tell_of_a_few_is_kept_back() -> None:
    few = row(EVERYWHERE, 109, n_control=101, n_treated=109)
    hidden = row("11411", 9, n_control=1)
    assert EVERYWHERE in indirect.release([few, row("11413", 100), hidden])
    # A unit with many answers to one list and few to the other: nine against ninety.
    uneven = row(EVERYWHERE, 190, n_control=109)
    assert set(indirect.release([uneven, row("11413", 100), row("11411", 9, n_treated=90)])) == {
        "11413"
    }


def test_the_best_evidence_that_says_something_leads(session: Session, instance: Instance) -> None:
    wave = list_wave(session, instance, ("assisted", "open"))
    sheets = [
        counted(wave, str(1 + (treated and number % 3 == 0)), treated=treated, collector=collector)
        for collector, answers in (("K1", 3), ("", 105))
        for number in range(answers)
        for treated in (False, True)
    ]
    # Without variety the interval has no width; everybody counts one or two.
    sheets += [counted(wave, "2", treated=treated) for treated in (False, True) for _ in range(5)]
    run = analysed(session, instance, wave, sheets)
    (found,) = indirect.of_unit(session, run.id, "11413")
    assert (found.evidence, found.indicator) == ("C", "1.6")
    assert found.here is not None
    assert found.here.share == pytest.approx(0.3)
    (elsewhere,) = indirect.of_unit(session, run.id, "11411")
    assert elsewhere.here is None
    assert elsewhere.everywhere == replace(found.here, place=EVERYWHERE)
