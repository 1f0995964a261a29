import re
from dataclasses import fields, replace
from typing import Any

import pytest

from survey_app.config import ROOT
from survey_app.models.runs import RunRow
from survey_app.services.disclosure import (
    Part,
    ReleasedRow,
    exposes,
    release,
    released_count,
)

OF_ANSWERS = (
    "dont_know_share", "mean", "low", "high", "top_two", "distribution", "gap", "relative_gap",
    "explaining_correlation", "blended", "blended_low", "blended_high", "share_self",
    "share_residents", "share_reference", "share_pattern",
)  # fmt: skip


def run_row(**changes: Any) -> RunRow:  # noqa: ANN401  any column
    columns: dict[str, Any] = {
        "run_id": 1, "unit_id": 1, "indicator": "1.3", "audience": "residents",
        "series": "assisted", "headline": True, "evidence": "B", "gap_class": "self_higher",
        "provisional": True, "n": 43, "n_asked": 50, "dont_know_share": 0.1234,
        "refused_share": 0.0, "mean": 41.26, "se": 3.0, "df": 40.0, "low": 35.04, "high": 47.55,
        "top_two": 0.2, "distribution": [0.2, 0.2, 0.3, 0.2, 0.1], "effective_n": 40.0,
        "self_score": 75.0, "self_low": 75.0, "self_high": 75.0, "self_colour": None,
        "gap": 33.74, "gap_se": 3.0, "p_gap": 0.001, "p_aligned": 1.0, "relative_gap": 20.0,
        "explaining_correlation": 0.3, "blended": 50.0, "blended_se": 4.0, "blended_low": 45.0,
        "blended_high": 60.0, "share_self": 0.2, "share_residents": 0.3, "share_reference": 0.0,
        "share_pattern": 0.5, "blend_assumed": True, "calibrated": False,
    }  # fmt: skip
    return RunRow(**(columns | changes))


def released(**changes: Any) -> ReleasedRow:  # noqa: ANN401  any column
    return release([run_row(**changes)]).rows[0]


@pytest.mark.parametrize("n", [0, 1, 9])
def test_no_figure_leaves_that_rests_on_fewer_than_ten(n: int) -> None:
    row = released(n=n)
    assert row.n is None
    assert [getattr(row, name) for name in OF_ANSWERS] == [None] * len(OF_ANSWERS)
    assert row.gap_interval is None


def test_every_figure_of_a_released_row_is_thought_of() -> None:
    """A column added to the gate is hidden below ten too, or named here as not of the answers."""
    of_no_answer = {
        "unit_id", "indicator", "audience", "series", "headline", "evidence", "gap_class",
        "provisional", "n", "self_score", "self_low", "self_high", "self_colour",
        "blend_assumed",
    }  # fmt: skip
    assert {field.name for field in fields(ReleasedRow)} == of_no_answer | set(OF_ANSWERS)


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ("self_higher", "uncertain"),
        ("aligned", "uncertain"),
        ("signal_below", "uncertain"),
        ("no_data", "no_data"),
        ("not_asked", "not_asked"),
    ],
)
def test_nothing_is_concluded_from_fewer_than_ten(found: str, shown: str) -> None:
    row = released(n=8, gap_class=found)
    assert (row.gap_class, row.provisional) == (shown, False)


def test_ten_are_enough_and_figures_leave_rounded() -> None:
    row = released(n=10, effective_n=8.0)
    assert (row.n, row.mean, row.gap, row.dont_know_share) == (10, 41.3, 33.7, 0.1)
    assert (row.gap_class, row.provisional) == ("self_higher", True)


@pytest.mark.parametrize(("n", "shown"), [(10, 10), (12, 10), (13, 15), (43, 45), (1002, 1000)])
def test_counts_leave_in_steps_of_five(n: int, shown: int) -> None:
    assert released_count(n) == shown


def test_shares_leave_in_steps_and_what_is_under_five_per_cent_is_not_told_apart() -> None:
    row = released(n=90, distribution=[2 / 90, 20 / 90, 30 / 90, 25 / 90, 13 / 90])
    assert row.distribution is not None
    assert [part.share for part in row.distribution] == [0.0, 0.2, 0.35, 0.3, 0.15]
    assert row.top_two == 0.45  # what is shown, added up
    assert row.joined == ()


def test_an_answer_of_two_people_is_counted_with_its_neighbour() -> None:
    """2, 7, 12, 13 and 6 of 40: two would be 5 %.

    22.5 and 32.5 % both lie between two steps; upwards they would add up to 105 %, so one gives
    way.
    """
    few = {"n": 40, "effective_n": 30.0, "distribution": [0.05, 0.175, 0.3, 0.325, 0.15]}
    row = released(**few)
    assert row.joined == (Part(0, 1, 0.2),)
    assert [row.share_of(answer) for answer in range(5)] == [None, None, 0.3, 0.35, 0.15]
    assert row.explaining_correlation is None  # it tells how much the answers vary
    assert not exposes(run_row(**few), row)


def test_top_two_are_hidden_where_the_middle_is_counted_with_them() -> None:
    row = released(n=40, distribution=[0.2, 0.4, 0.05, 0.2, 0.15])
    assert row.joined
    cut = all(part.first != 3 for part in row.distribution or ())
    assert (row.top_two is None) == cut


def test_a_nearly_unanimous_spread_stays_inside() -> None:
    assert released(distribution=[0.0, 0.0, 0.0, 0.04, 0.96]).distribution is None
    assert released(distribution=[0.0, 0.0, 0.15, 0.7, 0.15]).distribution is not None


@pytest.mark.parametrize("n", [12, 43, 300])
def test_where_all_gave_the_best_answer_not_even_the_average_leaves(n: int) -> None:
    """An average of 100 points would say what everybody answered."""
    row = released(n=n, mean=100.0, low=88.0, high=100.0, distribution=[0.0, 0.0, 0.0, 0.0, 1.0])
    of_scores = [name for name in OF_ANSWERS if name != "dont_know_share"]
    assert [getattr(row, name) for name in of_scores] == [None] * len(of_scores)
    assert row.n is not None
    assert row.gap_class == "self_higher"


def test_all_in_the_middle_of_an_open_link_hide_behind_their_average() -> None:
    """Twelve times 75 points are also six times 50 and six times 100."""
    row = released(
        n=12, series="open", evidence="C", mean=75.0, low=None, high=None,
        distribution=[0.0, 0.0, 0.0, 1.0, 0.0],
    )  # fmt: skip
    assert (row.mean, row.distribution) == (75.0, None)


def test_an_average_leaves_no_second_rounding_by_way_of_the_gap() -> None:
    """The gap is that of the figures shown: 66.68 - 41.26 is 25.42, but 66.7 - 41.3 is 25.4."""
    row = released(self_score=66.68, self_low=66.68, self_high=66.68, mean=41.26, gap=25.42)
    assert (row.self_score, row.mean, row.gap) == (66.7, 41.3, 25.4)


def test_the_audit_names_what_should_not_have_left() -> None:
    inside = run_row(n=40, distribution=[0.05, 0.15, 0.3, 0.35, 0.15])
    parts = tuple(Part(code, code, 0.2) for code in range(5))
    assert exposes(inside, replace(release([inside]).rows[0], distribution=parts))
    few = run_row(n=9)
    assert exposes(few, replace(release([few]).rows[0], mean=50.0))
    assert not exposes(few, release([few]).rows[0])


def test_the_gaps_interval_is_that_of_the_average_turned_round() -> None:
    interval = released().gap_interval
    assert interval == pytest.approx((75 - 47.5, 75 - 35.0), abs=0.1)


def test_the_gap_to_a_colour_is_the_distance_from_its_nearer_end() -> None:
    row = released(self_score=83.35, self_low=66.7, self_high=100.0, self_colour="green")
    assert row.is_colour
    assert row.gap_interval == pytest.approx((66.7 - 47.5, 66.7 - 35.0), abs=0.1)


def test_those_who_do_not_know_can_undo_a_conclusion() -> None:
    assert not released(dont_know_share=0.05).depends_on_dont_know(12.5)
    # One in four more at the top would lift 41 to 56: within 12.5 points of a self-score of 65.
    below = {"self_score": 65.0, "self_low": 65.0, "self_high": 65.0, "gap": 23.74}
    assert released(dont_know_share=0.25, **below).depends_on_dont_know(12.5)
    assert released(dont_know_share=0.31, gap_class="uncertain").depends_on_dont_know(12.5)


def test_no_page_knows_the_figures_of_a_run_but_through_the_gate() -> None:
    raw = re.compile(r"\bRunRow\b|\bruns\.rows|\brows_of_indicator\b|what_if|\.rows\b.*\brun\b")
    pages = sorted((ROOT / "survey_app" / "web").rglob("*.py"))
    assert [path.name for path in pages if raw.search(path.read_text(encoding="utf-8"))] == []
