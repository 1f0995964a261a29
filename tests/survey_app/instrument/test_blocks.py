import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import pytest

from survey_app.instrument.blocks import Deck, Design, design_of, indicators_of
from survey_app.instrument.definition import Questionnaire

DESIGNS = [Design(32, 8), Design(21, 8), Design(39, 8), Design(7, 3), Design(3, 2), Design(5, 5)]


def test_the_smallest_cover_of_seven_by_three_is_the_fano_plane() -> None:
    assert Design(7, 3).base == (0, 1, 3)


@pytest.mark.parametrize(("topics", "size"), [(13, 4), (21, 5), (31, 6), (57, 8)])
def test_a_perfect_difference_set_is_found_where_one_exists(topics: int, size: int) -> None:
    """Projective planes of order 3, 4, 5, 7: every difference comes exactly once (Singer 1938)."""
    base = Design(topics, size).base
    differences = Counter((a - b) % topics for a in base for b in base if a != b)
    assert set(differences.values()) == {1}
    assert len(differences) == topics - 1


@pytest.mark.parametrize("design", DESIGNS)
def test_every_two_topics_meet_in_some_block(design: Design) -> None:
    met = {
        frozenset(pair)
        for number in range(design.count)
        for pair in combinations(design.block(number), 2)
    }
    assert met == {frozenset(pair) for pair in combinations(range(design.topics), 2)}


@pytest.mark.parametrize("design", DESIGNS)
def test_each_topic_takes_each_position_once(design: Design) -> None:
    places = Counter(
        (topic, place)
        for number in range(design.count)
        for place, topic in enumerate(design.block(number))
    )
    assert set(places.values()) == {1}
    assert len(places) == design.topics * design.size


@pytest.mark.parametrize(("topics", "size"), [(4, 1), (32, 6), (3, 4), (3, 0), (0, 0)])
def test_a_design_in_which_some_topics_could_not_meet_is_refused(topics: int, size: int) -> None:
    with pytest.raises(ValueError, match="topics"):
        _ = Design(topics, size).base


@pytest.mark.parametrize("number", [-1, 32])
def test_a_block_outside_the_design_is_refused(number: int) -> None:
    with pytest.raises(IndexError):
        Design(32, 8).block(number)


def test_the_designs_in_use_are_found_in_a_blink() -> None:
    started = time.process_time()
    for topics in range(15, 40):
        _ = Design(topics, 8).base
    assert time.process_time() - started < 0.4


@pytest.mark.parametrize("design", [Design(32, 8), Design(21, 8)])
@pytest.mark.parametrize("seed", range(5))
def test_over_a_thousand_people_each_topic_keeps_its_share(design: Design, seed: int) -> None:
    deck = Deck(design.count, random.Random(seed))  # noqa: S311  (a fixed seed is the point)
    asked = Counter(topic for _ in range(1000) for topic in design.block(deck.deal()))
    for topic in range(design.topics):
        assert asked[topic] / 1000 == pytest.approx(design.size / design.topics, abs=0.03)


def test_a_deck_deals_each_block_once_before_any_comes_again() -> None:
    deck = Deck(21, random.Random(1))  # noqa: S311  (a fixed seed is the point)
    first, second = ([deck.deal() for _ in range(21)] for _ in range(2))
    assert sorted(first) == sorted(second) == list(range(21))
    assert first != second


def test_a_deck_dealt_from_many_threads_loses_and_doubles_nothing() -> None:
    deck = Deck(32, random.Random(1))  # noqa: S311  (a fixed seed is the point)
    with ThreadPoolExecutor(8) as threads:
        dealt = Counter(threads.map(lambda _: deck.deal(), range(3200)))
    assert set(dealt.values()) == {100}


def test_a_block_of_a_questionnaire_names_its_indicators(people: Questionnaire) -> None:
    assert design_of(people) == Design(3, 2)
    assert [indicators_of(people, number) for number in range(3)] == [
        ("1.1", "1.2"),
        ("1.2", "1.10"),
        ("1.10", "1.1"),
    ]
