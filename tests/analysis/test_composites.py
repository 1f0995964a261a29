"""Composites against means of each respondent's own composite, and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.cells import count_cells
from analysis.composites import combine_audiences, composite_scores
from analysis.errors import BadInput
from analysis.pairs import count_pairs
from analysis.perception import PerceptionEstimates, perception

FIVE = [0.0, 25.0, 50.0, 75.0, 100.0]


def estimated(codes: NDArray[np.int64], domains: NDArray[np.int64]) -> PerceptionEstimates:
    n_domains = int(domains.max()) + 1
    return perception(
        count_cells(domains, codes, n_domains, 5),
        np.ones(n_domains),
        np.arange(n_domains),
        FIVE,
        group_strata=None,
        pairs=count_pairs(domains, codes, FIVE),
        evidence=["A"] * n_domains,
    )


def correlated(seed: int, n: int, items: int = 4) -> NDArray[np.int64]:
    rng = np.random.default_rng(seed)
    felt = rng.normal(2, 0.8, n) + rng.normal(0, 0.8, (items, n))
    return np.clip(np.round(felt), 0, 4).astype(np.int64)


def test_where_all_answered_all_the_composite_is_the_mean_of_each_persons_own() -> None:
    codes = correlated(1, 60)
    weights = np.array([[1.0, 1, 1, 1], [3, 1, 0, 0]])
    found = composite_scores(estimated(codes, np.zeros(60, dtype=np.int64)), weights)
    for place, row in enumerate(weights):
        own = row @ (25.0 * codes) / row.sum()
        assert found.values[0, place] == pytest.approx(own.mean())
        assert found.standard_errors[0, place] == pytest.approx(own.std(ddof=1) / np.sqrt(60))
    assert found.degrees_of_freedom[0].tolist() == [59, 59]
    reach = 1.96 * found.standard_errors[0]
    assert found.high[0] - found.values[0] == pytest.approx(reach, rel=0.06)


def test_taking_items_as_independent_would_halve_the_error() -> None:
    codes = correlated(2, 400, items=12)
    people = estimated(codes, np.zeros(400, dtype=np.int64))
    found = composite_scores(people, np.ones(12))
    naive = np.sqrt(people.sampling_variances[0].sum()) / 12
    assert found.standard_errors[0, 0] > 1.9 * naive


def test_a_split_questionnaire_covers_the_truth_of_the_overall_score() -> None:
    rng = np.random.default_rng(3)
    everybody = correlated(4, 50_000, items=8)
    truth = 25.0 * everybody.mean()
    draws, n = 300, 60
    chosen = rng.integers(0, everybody.shape[1], draws * n)
    codes = everybody[:, chosen].copy()
    codes[rng.random(codes.shape).argsort(axis=0) >= 4] = -1
    found = composite_scores(estimated(codes, np.repeat(np.arange(draws), n)), np.ones(8))
    covered = np.mean((found.low <= truth) & (truth <= found.high))
    assert 0.92 <= covered <= 0.985
    assert np.std(found.values) == pytest.approx(np.mean(found.standard_errors), rel=0.1)


def test_a_composite_without_one_of_its_parts_is_absent_not_another_composite() -> None:
    codes = correlated(5, 30)
    codes[3] = -1
    found = composite_scores(
        estimated(codes, np.zeros(30, dtype=np.int64)), [[1, 1, 1, 1], [1, 1, 1, 0]]
    )
    assert np.isnan(found.values[0, 0])
    assert np.isnan([found.low[0, 0], found.standard_errors[0, 0]]).all()
    assert np.isfinite([found.low[0, 1], found.values[0, 1]]).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.1, 50))
def test_the_scale_of_the_weights_does_not_matter_and_limits_stay_on_the_scale(
    seed: int, factor: float
) -> None:
    rng = np.random.default_rng(seed)
    codes = rng.integers(-2, 5, (3, 25))
    people = estimated(codes, np.zeros(25, dtype=np.int64))
    weights = rng.uniform(0.1, 1, 3)
    one, other = composite_scores(people, weights), composite_scores(people, factor * weights)
    assert one.values == pytest.approx(other.values, nan_ok=True)
    assert one.standard_errors == pytest.approx(other.standard_errors, nan_ok=True)
    if np.isfinite(one.values).all():
        assert 0 <= one.low[0, 0] <= one.values[0, 0] <= one.high[0, 0] <= 100


def test_equal_answers_have_an_interval_all_the_same() -> None:
    codes = np.full((2, 12), 4)
    found = composite_scores(estimated(codes, np.zeros(12, dtype=np.int64)), [1, 1])
    assert found.values[0, 0] == 100
    assert 70 < found.low[0, 0] < 99
    assert found.standard_errors[0, 0] > 0


def test_residents_and_businesses_are_combined_by_the_declared_share() -> None:
    codes = np.concatenate([correlated(6, 50, 2), correlated(7, 20, 2)], axis=1)
    people = estimated(codes, np.repeat([0, 1], [50, 20]))
    found = combine_audiences(people, [0], [1], omega=0.75)
    values, errors = people.values, people.standard_errors
    assert found.values[0] == pytest.approx(0.75 * values[0] + 0.25 * values[1])
    assert found.standard_errors[0] == pytest.approx(
        np.sqrt(0.5625 * errors[0] ** 2 + 0.0625 * errors[1] ** 2)
    )
    below = np.sqrt(
        (0.75 * (values[0] - people.low[0])) ** 2 + (0.25 * (values[1] - people.low[1])) ** 2
    )
    assert found.low[0] == pytest.approx(found.values[0] - below)
    assert (found.degrees_of_freedom[0] > 19).all()
    assert (found.degrees_of_freedom[0] <= 49 + 19).all()
    alone = combine_audiences(people, [0], [1], omega=1.0)
    assert np.array_equal(alone.values[0], values[0])
    assert np.array_equal(alone.high[0], people.high[0])


def test_what_does_not_fit_is_refused_by_name() -> None:
    people = estimated(correlated(8, 20), np.zeros(20, dtype=np.int64))
    with pytest.raises(BadInput, match="weights must have 4 items"):
        composite_scores(people, [1, 1])
    with pytest.raises(BadInput, match="not all zero"):
        composite_scores(people, np.zeros(4))
    with pytest.raises(BadInput, match=r"omega must be a number from 0 to 1, got 1\.5"):
        combine_audiences(people, [0], [0], omega=1.5)
    with pytest.raises(BadInput, match=r"businesses must be domains 0\.\.0, got \[1\]"):
        combine_audiences(people, [0], [1], omega=0.5)
