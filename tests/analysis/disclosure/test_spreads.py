from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis import bounded_interval
from analysis.disclosure import (
    Spread,
    SpreadRelease,
    exposes,
    release_spread,
    released_parts,
    released_share,
    rounded,
)
from analysis.errors import BadInput

FIVE = tuple((code, code) for code in range(5))
MEANS = SpreadRelease(None, scores=True)
NOTHING = SpreadRelease(None, scores=False)
COUNTS = st.tuples(*[st.integers(0, 7)] * 5).filter(lambda c: 10 <= sum(c) <= 17)


def spread(*counts: int, effective_n: float | None = None) -> Spread:
    n = sum(counts)
    return Spread(tuple(count / n for count in counts), n, effective_n)


def seen(counts: NDArray[np.int64], release: SpreadRelease) -> NDArray[np.float64]:
    """What somebody outside sees of answers, (tables, 5)."""
    n = counts.sum(axis=1)
    columns = [rounded(n).astype(float)]
    if release.scores:
        columns.append(np.round(counts @ [0, 25, 50, 75, 100] / n, 1))
    if release.groups:
        parts = [counts[:, a : b + 1].sum(axis=1) / n for a, b in release.groups]
        columns += [*released_parts(np.stack(parts, axis=1), 10).T]
    return np.stack(columns, axis=1)


def alike(counts: tuple[int, ...], release: SpreadRelease) -> NDArray[np.int64]:
    """All answers of so few people that look the same from outside, by counting through them."""
    sizes = [n for n in range(10, 25) if rounded(n) == rounded(sum(counts))]
    places = np.array(list(product(range(max(sizes) + 1), repeat=3)))
    tables = [
        np.column_stack([places, np.full(len(places), last), n - places.sum(axis=1) - last])
        for n in sizes
        for last in range(n + 1)
    ]
    every = np.concatenate([table[(table >= 0).all(axis=1)] for table in tables])
    same = (seen(every, release) == seen(np.array([counts]), release)).all(axis=1)
    return np.asarray(every[same])


@settings(max_examples=40, deadline=None)
@given(COUNTS)
def test_nobody_who_counts_through_all_answers_finds_one_or_two_people(
    counts: tuple[int, ...],
) -> None:
    """The attacker of the test knows everything published and tries every possible count."""
    release = release_spread(spread(*counts))
    possible = alike(counts, release)
    assert counts in set(map(tuple, possible.tolist()))
    for code, count in enumerate(counts):
        if count in {1, 2}:
            assert set(possible[:, code].tolist()) - {1, 2}
        if count > 0.95 * sum(counts):
            assert (possible[:, code] <= 0.95 * possible.sum(axis=1)).any()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 200), min_size=2, max_size=5), st.floats(0.2, 1.0))
def test_what_is_released_never_exposes(counts: list[int], efficiency: float) -> None:
    assume(sum(counts) >= 10)
    inside = spread(*counts, effective_n=efficiency * sum(counts))
    release = release_spread(inside)
    assert not exposes(inside, release)
    if release.groups is not None:
        assert release.scores
        assert [code for a, b in release.groups for code in range(a, b + 1)] == [
            *range(len(counts))
        ]


def test_answers_of_three_and_more_are_shown_as_they_are() -> None:
    assert release_spread(spread(8, 8, 8, 8, 8)).groups == FIVE
    assert release_spread(spread(0, 3, 12, 10, 0)).groups == FIVE


def test_one_person_of_ten_makes_the_average_tell() -> None:
    """Nine at 50 points and one at 75 are 52.5, and of 10 to 12 people only so."""
    inside = spread(0, 0, 9, 1, 0)
    assert exposes(inside, SpreadRelease(((0, 1), (2, 3), (4, 4)), scores=True))
    # Without the shares: also one at 0, five at 50, two at 75, two at 100 and so on.
    assert release_spread(inside) == MEANS
    # An interval that says how little they differ takes these ways out again.
    assert release_spread(spread(0, 0, 9, 1, 0, effective_n=10.0)) == NOTHING


@pytest.mark.parametrize("n", [12, 60, 400])
def test_all_of_one_opinion_at_the_end_of_the_scale_leave_nothing(n: int) -> None:
    assert release_spread(spread(0, 0, 0, 0, n)) == NOTHING
    assert not exposes(spread(0, 0, 0, 0, n), NOTHING)


def test_all_of_one_opinion_inside_the_scale_are_told_by_the_interval_alone() -> None:
    assert release_spread(spread(0, 0, 0, 60, 0)) == MEANS
    assert release_spread(spread(0, 0, 0, 60, 0, effective_n=60.0)) == NOTHING


def test_the_width_that_the_attack_reckons_with_is_that_of_the_published_interval() -> None:
    """Who varies less, or has more effective answers, has the narrower interval."""
    wide = bounded_interval(75.0, 5625.0 + 104.0, 12.0)
    narrow = bounded_interval(75.0, 5625.0, 12.0)
    assert narrow.high - narrow.low < wide.high - wide.low
    # With 7.2 effective answers, twelve alike are as wide as ten alike and two apart with 12.
    alike_of_seven = bounded_interval(75.0, 5625.0, 7.2)
    assert alike_of_seven.high - alike_of_seven.low > wide.high - wide.low
    assert release_spread(spread(0, 0, 0, 12, 0, effective_n=7.2)) == MEANS


def test_shares_are_in_steps_and_cut_at_both_ends() -> None:
    assert released_share([0.0, 0.04, 0.05, 0.074, 0.076, 0.95, 0.951], 80).tolist() == [
        0.0, 0.0, 0.05, 0.05, 0.1, 0.95, 1.0,
    ]  # fmt: skip
    # From 500 on, a hundredth is five people.
    assert released_share([0.074, 0.076], 600).tolist() == [0.07, 0.08]
    assert np.all(
        released_share(np.linspace(0.05, 0.95, 19), 80) == np.linspace(0.05, 0.95, 19).round(2)
    )


def test_shares_of_a_whole_never_add_up_to_more_than_the_whole() -> None:
    """By hand: 7.5 % twice would be 10 % twice, and 105 % in all; one of them is rounded down."""
    assert released_parts([3 / 40, 3 / 40, 14 / 40, 8 / 40, 12 / 40], 40).tolist() == [
        0.05, 0.1, 0.35, 0.2, 0.3,
    ]  # fmt: skip
    # 8.5, 22.6, 38, 25.9 and 5 % would be 10, 25, 40, 25 and 5 %: 22.6 has been moved furthest.
    assert released_parts([0.085, 0.226, 0.38, 0.259, 0.05], 80).tolist() == [
        0.1, 0.2, 0.4, 0.25, 0.05,
    ]  # fmt: skip
    assert released_parts([0.02, 0.02, 0.02, 0.02, 0.92], 80).tolist() == [0, 0, 0, 0, 0.9]
    assert released_parts([[0.005, 0.995], [0.5, 0.5]], 80).tolist() == [[0, 1], [0.5, 0.5]]


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.integers(0, 10_000), min_size=2, max_size=5).filter(lambda c: sum(c) > 0),
    st.sampled_from([12, 80, 499, 500, 4000]),
)
def test_a_share_of_a_whole_is_at_most_a_step_beside_the_truth(counts: list[int], n: int) -> None:
    exact = np.array(counts) / sum(counts)
    step = 0.05 if rounded(n) < 500 else 0.01
    shown, alone = released_parts(exact, n), released_share(exact, n)
    assert shown.sum() <= 1 + 1e-9
    assert np.all((shown == alone) | (shown == np.round(alone - step, 2)))
    assert np.all(exact[shown < 0.05] < 0.05)  # "under 5 %" is never said of more
    assert np.all(np.abs(shown - exact) <= 0.05 + 1e-9)
    if alone.sum() <= 1 + 1e-9:
        assert np.array_equal(shown, alone)


@pytest.mark.parametrize(
    ("shares", "n", "told"),
    [
        ((0.5, 0.4), 20, "shares must add up to 1, got 0.9"),
        ((1.2, -0.2), 20, "shares must not be negative"),
        ((1.0,), 20, "shares must be of 2 to 5 codes, got 1"),
        ((0.5, 0.5), 9, "n must be a whole number from 10 to .*, got 9"),
    ],
)
def test_a_spread_that_cannot_be_meant_is_refused(
    shares: tuple[float, ...], n: int, told: str
) -> None:
    with pytest.raises(BadInput, match=told):
        Spread(shares, n)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, 20.5, "abc", None])
def test_a_spread_of_no_whole_people_is_refused(wrong: object) -> None:
    with pytest.raises(BadInput, match="n must be a whole number from 10 to"):
        Spread((0.5, 0.5), wrong)  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(BadInput, match="n must be a whole number from 0 to"):
        released_share([0.5], wrong)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("wrong", [-3, 0.0, np.nan, np.inf, "abc"])
def test_an_effective_n_that_is_none_is_refused(wrong: object) -> None:
    with pytest.raises(BadInput, match="effective_n must be"):
        Spread((0.5, 0.5), 20, wrong)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("wrong", [np.nan, -0.1, 1.1, "abc"])
def test_a_share_that_is_none_is_refused(wrong: object) -> None:
    with pytest.raises(BadInput, match="share must"):
        released_share([0.5, wrong], 20)  # type: ignore[arg-type]  # wrong on purpose


def test_a_release_of_other_codes_is_refused() -> None:
    with pytest.raises(BadInput, match="groups must hold the codes 0 to 4 once"):
        exposes(spread(10, 10, 10, 10, 2), SpreadRelease(((0, 3),), scores=True))
    with pytest.raises(BadInput, match="spread must be a Spread, got 7"):
        release_spread(7)  # type: ignore[arg-type]  # wrong on purpose
