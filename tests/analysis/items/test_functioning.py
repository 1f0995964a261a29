"""Differential item functioning against polr, and on made differences."""

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis import BadInput, differential_item_functioning
from tests.analysis.items.bfi import EXPECTED, answers, columns

Made = tuple[NDArray[np.int64], NDArray[np.int64]]


@pytest.mark.parametrize("name", sorted(EXPECTED["functioning"]))
def test_statistics_and_sizes_equal_those_from_polr(name: str) -> None:
    case = EXPECTED["functioning"][name]
    scores, groups = answers(case), columns()[case["group"]]
    kept = ~np.isnan(scores).any(axis=1) & ~np.isnan(groups)
    found = differential_item_functioning(scores[kept], groups[kept])
    assert found.degrees_of_freedom == case["df"]
    assert found.n.tolist() == [case["n"]] * 5
    assert found.chi_squared == pytest.approx(case["chi_squared"], rel=1e-6)
    assert found.p_values == pytest.approx(case["p"], rel=1e-5)
    assert found.adjusted_p_values == pytest.approx(case["adjusted"], rel=1e-5)
    assert found.r2_change == pytest.approx(case["r2_change"], rel=1e-6)
    assert found.uniform_r2_change == pytest.approx(case["uniform"], rel=1e-6)


def made(rng: np.random.Generator, shift: float, stretch: float = 1.0, n: int = 1500) -> Made:
    """Six graded items; the first is shifted, or stretched, for the second of two groups."""
    groups = np.arange(n) % 2
    trait = rng.normal(size=n) + 0.3 * groups  # groups differ in the trait: not a fault of items
    pull = np.repeat(trait[:, None] * 1.7, 6, axis=1)
    pull[:, 0] = pull[:, 0] * np.where(groups, stretch, 1.0) - shift * groups
    latent = pull + rng.logistic(size=(n, 6))
    return np.searchsorted([-2.5, -1.0, 0.5, 2.0], latent).astype(np.int64), groups


def test_an_item_that_one_group_finds_harder_is_the_one_flagged() -> None:
    codes, groups = made(np.random.default_rng(1), shift=1.6)
    found = differential_item_functioning(codes, np.where(groups == 1, "vi", "en"))
    assert found.groups == ("en", "vi")
    assert found.flagged.tolist() == [0]
    assert found.classes[0] in {"B", "C"}
    assert found.group_log_odds[0, 1] < -1


def test_an_item_that_works_only_for_one_group_is_flagged_by_the_product() -> None:
    codes, groups = made(np.random.default_rng(2), shift=0.0, stretch=-0.2)
    found = differential_item_functioning(codes, groups)
    assert 0 in found.flagged
    assert found.r2_change[0] > found.uniform_r2_change[0] + 0.02


def test_a_significant_but_small_difference_is_negligible() -> None:
    codes, groups = made(np.random.default_rng(3), shift=0.3, n=6000)
    found = differential_item_functioning(codes, groups)
    assert found.adjusted_p_values[0] < 0.05
    assert found.classes[0] == "A"
    assert found.flagged.size == 0


def test_without_differences_false_flags_are_rare() -> None:
    rng = np.random.default_rng(4)
    p_values = [
        differential_item_functioning(*made(rng, shift=0.0, n=400)).p_values for _ in range(40)
    ]
    assert 0.02 <= (np.array(p_values) < 0.05).mean() <= 0.09


def test_rows_without_a_group_or_with_few_answers_do_not_count() -> None:
    codes, groups = made(np.random.default_rng(5), shift=1.0, n=600)
    labels: list[str | None] = [f"mode {group}" for group in groups]
    labels[:50] = [None] * 50
    codes[50:100, 1:4] = -1  # two other answers are left to item 0, too few
    found = differential_item_functioning(codes, np.array(labels, dtype=object))
    again = differential_item_functioning(codes[100:], groups[100:])
    assert found.n[0] == 500
    assert found.chi_squared[0] == pytest.approx(again.chi_squared[0])


def test_what_cannot_be_judged_says_why() -> None:
    codes, groups = made(np.random.default_rng(6), shift=0.0, n=400)
    codes[:, 2] = 3
    codes[groups == 1, 4] = -1
    codes[:, 5] = groups
    found = differential_item_functioning(codes, groups)
    assert found.items.tolist() == [0, 1, 3]
    assert found.not_judged[2] == "all answers are the same"
    assert found.not_judged[4].startswith("0 answers in group 1")
    assert "perfectly" in found.not_judged[5]


def test_flat_rest_scores_in_one_group_are_said() -> None:
    codes, groups = made(np.random.default_rng(7), shift=0.0, n=400)
    codes[groups == 0, 1:] = 2
    found = differential_item_functioning(codes, groups)
    assert "do not vary in group 0" in found.not_judged[0]


def test_when_nothing_can_be_judged_the_result_is_empty() -> None:
    found = differential_item_functioning(np.ones((80, 3), dtype=np.int64), np.arange(80) % 2)
    assert found.items.size == 0
    assert found.flagged.size == 0
    assert len(found.not_judged) == 3


@pytest.mark.parametrize(
    ("codes", "groups", "q", "words"),
    [
        (np.ones((4, 3)), [1, 1, 1, 1], 0.05, r"two labels or more, got \[1\]"),
        (np.ones((4, 3)), [1, 2], 0.05, "groups must have 4 rows"),
        (np.ones((4, 2)), [1, 2, 1, 2], 0.05, "three items or more, got 2"),
        (np.ones((4, 3)), [1, 2, 1, 2], 1.5, "q must lie between 0 and 1, got 1.5"),
        (np.ones((4, 3)), [1, 2, 1, 2], "abc", "q must be a number, got 'abc'"),
        (np.ones((4, 3)), [1, 2, 1, 2], None, "q must be a number, got None"),
        (np.ones((4, 3)), [1, 2, 1, 2], np.nan, "q must lie between 0 and 1, got nan"),
        ([["a"] * 3] * 4, [1, 2, 1, 2], 0.05, "answers must be numbers"),
        (np.full((4, 3), 1.2), [1, 2, 1, 2], 0.05, "integers, got 1.2"),
    ],
)
def test_bad_arguments_are_named(
    codes: NDArray[np.float64], groups: list[int], q: float, words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        differential_item_functioning(codes, groups, q=q)
