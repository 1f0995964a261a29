from itertools import product

import pytest

from survey_app.instrument.recoding import MOST_CODES, MOST_ITEMS, combined, mean_scores

DONT_KNOW, REFUSED, SKIPPED, NOT_USED, NOT_ASKED = -2, -3, -4, -5, -1


def score(*codes: int) -> float:
    return mean_scores(len(codes))[combined(codes)]


def test_the_score_is_the_mean_of_the_items_answered_on_0_to_100() -> None:
    assert score(0, 4) == 50
    assert score(3, 4, 4) == pytest.approx(100 * 11 / 12)
    assert score(2, DONT_KNOW, 4, 4) == pytest.approx(100 * 10 / 12)


def test_one_item_keeps_its_codes() -> None:
    assert mean_scores(1) == (0, 25, 50, 75, 100)
    assert [combined([code]) for code in range(5)] == [0, 1, 2, 3, 4]


def test_every_answer_to_three_items_finds_its_mean() -> None:
    for codes in product(range(5), repeat=3):
        assert score(*codes) == pytest.approx(25 * sum(codes) / 3, rel=1e-15)


def test_half_of_the_asked_items_is_enough_and_less_is_not() -> None:
    assert score(4, 4, DONT_KNOW, SKIPPED) == 100
    assert combined([4, DONT_KNOW, SKIPPED]) == DONT_KNOW
    assert combined([4, SKIPPED, REFUSED, SKIPPED]) == REFUSED
    assert combined([4, SKIPPED, SKIPPED]) == SKIPPED


def test_items_that_a_person_never_met_do_not_count_as_asked() -> None:
    assert score(4, NOT_ASKED, NOT_USED, NOT_ASKED) == 100
    assert combined([NOT_ASKED, NOT_USED]) == NOT_USED
    assert combined([NOT_ASKED, NOT_ASKED]) == NOT_ASKED
    assert combined([DONT_KNOW, NOT_USED]) == DONT_KNOW


def test_the_codes_of_the_most_items_fit_one_byte_and_those_of_one_more_do_not() -> None:
    assert len(mean_scores(MOST_ITEMS)) <= MOST_CODES < len(mean_scores(MOST_ITEMS + 1))
