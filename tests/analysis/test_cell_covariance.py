"""Items' errors together where clusters were sampled: against each respondent's own composite."""

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.cells import count_cells
from analysis.composites import composite_scores
from analysis.errors import BadInput
from analysis.means import mean
from analysis.pairs import count_pairs
from analysis.perception import PerceptionEstimates, perception
from analysis.sample import Sample

FIVE = [0.0, 25.0, 50.0, 75.0, 100.0]


def felt(seed: int, clusters: int, size: int, items: int = 6) -> NDArray[np.int64]:
    """One factor, which differs between clusters: an intraclass correlation of about .05."""
    rng = np.random.default_rng(seed)
    mood = rng.normal(0, 0.4, clusters).repeat(size) + rng.normal(size=clusters * size)
    answers = 2.4 + 0.6 * mood + rng.normal(0, 0.9, (items, clusters * size))
    return np.clip(np.round(answers), 0, 4).astype(np.int64)


def clustered(
    codes: NDArray[np.int64],
    clusters: NDArray[np.int64],
    *,
    weights: NDArray[np.float64] | None = None,
    strata: NDArray[np.int64] | None = None,
    domains: NDArray[np.int64] | None = None,
    with_pairs: bool = False,
) -> PerceptionEstimates:
    n = codes.shape[1]
    rows = np.arange(n)
    of = np.zeros(n, dtype=np.int64) if domains is None else domains
    each = np.ones(n) if weights is None else weights
    pairs = count_pairs(rows, codes, FIVE, group_units=of, group_weights=each)
    return perception(
        count_cells(rows, codes, n, 5),
        each,
        of,
        FIVE,
        group_strata=np.zeros(n) if strata is None else strata,
        group_clusters=np.where(clusters < 0, np.nan, clusters),
        pairs=pairs if with_pairs else None,
        evidence="A",
    )


def test_where_all_answered_all_it_is_the_variance_of_each_persons_own_composite() -> None:
    codes = felt(1, 20, 10)
    clusters, strata = np.arange(200) // 10, np.arange(200) // 50
    weights = np.random.default_rng(2).uniform(0.5, 2, 200)
    found = composite_scores(
        clustered(codes, clusters, weights=weights, strata=strata), [1, 1, 1, 1, 2, 3]
    )
    expected = mean(
        Sample(weights, strata, clusters), np.array([1, 1, 1, 1, 2, 3]) @ (25.0 * codes) / 9
    )
    assert found.values[0, 0] == pytest.approx(expected.value, rel=1e-12)
    assert found.standard_errors[0, 0] == pytest.approx(expected.standard_error, rel=1e-9)
    assert found.degrees_of_freedom[0, 0] == expected.degrees_of_freedom == 16


def test_a_subgroup_keeps_the_clusters_that_it_has_nobody_in() -> None:
    codes = felt(3, 12, 10, 3)
    clusters = np.arange(120) // 10
    domains = ((np.arange(120) % 2 == 0) & (clusters > 3)).astype(np.int64)
    found = composite_scores(clustered(codes, clusters, domains=domains), [1, 1, 1])
    own = np.where(domains == 1, 25.0 * codes.mean(axis=0), np.nan)
    expected = mean(Sample(np.ones(120), None, clusters), own)
    assert found.standard_errors[1, 0] == pytest.approx(expected.standard_error, rel=1e-9)


def test_the_diagonal_is_the_design_s_variance_and_no_eigenvalue_is_negative() -> None:
    rng = np.random.default_rng(4)
    codes = felt(4, 30, 8)
    codes[rng.random(codes.shape) < 0.5] = -1
    clusters = np.arange(240) // 8
    clusters[clusters > 24] = -1
    people = clustered(codes, clusters, strata=np.arange(240) % 2, with_pairs=True)
    covariance = people.covariance(0)
    assert np.diag(covariance) == pytest.approx(people.sampling_variances[0], rel=1e-12)
    assert np.linalg.eigvalsh(covariance).min() > -1e-9
    assert covariance[np.triu_indices(6, 1)].mean() > 0


def test_respondents_without_a_cluster_and_equal_answers_need_the_pairs() -> None:
    codes = felt(5, 12, 5, 3)
    clusters = np.arange(60) // 5
    alone = np.where(clusters < 4, -1, clusters)
    equal = codes.copy()
    equal[1] = 4
    for answers, units in ((codes, alone), (equal, clusters)):
        with pytest.raises(BadInput, match="covariance of domain 0 needs the pairs"):
            clustered(answers, units).covariance(0)
        found = clustered(answers, units, with_pairs=True).covariance(0)
        assert np.isfinite(found).all()
        assert np.linalg.eigvalsh(found).min() > 0


@pytest.mark.parametrize(("clusters", "size"), [(6, 15), (12, 10), (20, 10)])
def test_composites_of_clusters_cover_the_truth(clusters: int, size: int) -> None:
    waves = 1500
    truth = 25 * felt(6, 1_000_000, 1).mean()
    codes = felt(7, waves * clusters, size)
    units = np.arange(waves * clusters).repeat(size)
    domains = np.arange(waves).repeat(clusters * size)
    found = composite_scores(clustered(codes, units, strata=domains, domains=domains), np.ones(6))
    covered = np.mean((found.low <= truth) & (truth <= found.high))
    assert 0.93 <= covered <= 0.98
    assert np.mean(found.standard_errors**2) / np.var(found.values) == pytest.approx(1, abs=0.2)
