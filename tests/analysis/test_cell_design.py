"""Strata, clusters, populations and letters of evidence as `perception` reads them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.cells import CellCounts, count_cells
from analysis.errors import BadInput
from analysis.means import mean
from analysis.pairs import count_pairs
from analysis.perception import PerceptionEstimates, perception
from analysis.sample import Sample

FIVE = [0.0, 25.0, 50.0, 75.0, 100.0]
CODES = np.random.default_rng(1).integers(0, 5, (2, 60))
GROUPS = np.arange(60) // 5
CELLS = count_cells(GROUPS, CODES, 12, 5)


def people(cells: object = CELLS, **changed: object) -> PerceptionEstimates:
    given: dict[str, Any] = {
        "group_weights": np.ones(12),
        "group_domains": np.zeros(12, dtype=np.int64),
        "scores": FIVE,
        "group_strata": None,
        "evidence": "A",
    }
    counted: Any = cells
    return perception(counted, **(given | changed))


def test_a_population_of_clusters_corrects_a_sample_of_clusters() -> None:
    plain = people(group_clusters=np.arange(12))
    found = people(group_clusters=np.arange(12), population_sizes=np.full(12, 20))
    # Five answers in each: as respondents they would be more than the population has units.
    assert found.standard_errors == pytest.approx(plain.standard_errors * np.sqrt(1 - 12 / 20))
    assert found.effective_n == pytest.approx(plain.effective_n)
    rows = mean(Sample(np.ones(60), None, GROUPS, np.full(60, 20)), 25.0 * CODES[0])
    assert found.standard_errors[0, 0] == pytest.approx(rows.standard_error, rel=1e-9)


def test_sizes_below_one_are_sampling_fractions_as_for_a_sample() -> None:
    found = people(group_clusters=np.arange(12), population_sizes=np.full(12, 0.6))
    rows = mean(Sample(np.ones(60), None, GROUPS, np.full(60, 0.6)), 25.0 * CODES[0])
    assert found.standard_errors[0, 0] == pytest.approx(rows.standard_error, rel=1e-9)


def test_a_stratum_of_a_drawn_and_an_assisted_domain_corrects_the_drawn_one_alone() -> None:
    of = np.arange(12) % 2
    arguments = {"group_domains": of, "group_strata": np.zeros(12), "evidence": ["A", "B"]}
    plain = people(**arguments)
    found = people(**arguments, population_sizes=np.full(12, 240))
    ratio = found.standard_errors / plain.standard_errors
    assert ratio[0] == pytest.approx(np.sqrt(0.75))
    assert ratio[1] == pytest.approx(1)


def test_people_without_weight_count_neither_as_answers_nor_as_degrees_of_freedom() -> None:
    weights = np.repeat([1.0, 2.0, 0.0], 4)
    for clusters in (None, np.arange(12)):
        found = people(group_weights=weights, group_clusters=clusters)
        rows = mean(
            Sample(weights[GROUPS], None, None if clusters is None else GROUPS), 25.0 * CODES[0]
        )
        assert found.n[0, 0] == found.n_asked[0, 0] == rows.n == 40
        assert found.degrees_of_freedom[0, 0] == rows.degrees_of_freedom
        assert found.standard_errors[0, 0] == pytest.approx(rows.standard_error, rel=1e-9)


@pytest.mark.parametrize("nobody", [None, np.nan, ""])
@pytest.mark.parametrize("as_list", [True, False])
def test_absent_labels_beside_text_or_numbers_are_respondents_of_their_own(
    nobody: object, as_list: bool
) -> None:
    for somebody in ("one", "two"), (1, 2):
        labels = [*([nobody] * 4), *([somebody[0]] * 4), *([somebody[1]] * 4)]
        given = labels if as_list else np.array(labels, dtype=object)
        assert people(group_clusters=given).degrees_of_freedom[0, 0] == 20 + 2 - 1


def test_one_letter_of_evidence_is_that_of_all_domains() -> None:
    found = people(group_domains=np.arange(12) // 4, evidence="B")
    assert found.evidence.tolist() == ["B", "B", "B"]


def test_a_code_without_score_has_a_share_but_leaves_no_mean_and_no_pair() -> None:
    scores = [0.0, 25.0, np.nan, 75.0, 100.0]
    pairs = count_pairs(GROUPS, CODES, scores)
    found = people(scores=scores, pairs=pairs)
    assert np.isnan(found.values).all()
    assert found.distribution[0, 0, 2] == np.mean(CODES[0] == 2)
    assert pairs.counts[:, 0, 0].sum() == np.count_nonzero(CODES[0] != 2)


def other_pairs(codes: NDArray[np.int64], scores: list[float]) -> Callable[[], object]:
    return lambda: people(pairs=count_pairs(GROUPS, codes, scores))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (other_pairs(CODES[::-1], FIVE), "pairs were counted with other answers or other scores"),
        (other_pairs(CODES, FIVE[::-1]), "pairs were counted with other answers or other scores"),
        (other_pairs(np.where(CODES == 0, -1, CODES), FIVE), "pairs were counted with other answ"),
        (lambda: people(pairs=CELLS), "pairs must come from count_pairs, got CellCounts"),
        (lambda: people(5), "cells must come from count_cells, got int"),
        (lambda: people(scores=list("abcde")), "scores must be numbers"),
        (lambda: people(minimum_n=np.nan), "minimum_n must be a number of 0 or more, got nan"),
        (lambda: people(minimum_n=-3), "minimum_n must be a number of 0 or more, got -3"),
        (lambda: people(margins=[1]), "margins must be {name: "),
        (lambda: people(margins={"sex": GROUPS}), "margin 'sex' must be a pair"),
        (lambda: people(group_base_weights=[1.0]), "group_base_weights must have 12 rows, got 1"),
        (lambda: people(evidence="D"), "evidence must be one of A, B, C, got 'D'"),
        (
            lambda: people(population_sizes=[*[200] * 11, 300]),
            "population_sizes must be the same number throughout a stratum, got 200.0 in group 0",
        ),
        (
            lambda: people(population_sizes=[*[np.nan] * 11, 300]),
            "population_sizes must be the same number throughout a stratum, got nan in group 0",
        ),
        (
            lambda: people(pairs=count_pairs(GROUPS, CODES, FIVE)).covariance(0.5),  # type: ignore[arg-type]  # wrong on purpose
            "domain must be a whole number from 0 to 0, got 0.5",
        ),
        (lambda: count_cells(GROUPS, CODES, 12.0, 5), "n_groups must be a whole number"),  # type: ignore[arg-type]  # wrong on purpose
        (lambda: CELLS + 1, "cells add up with cells, got int"),  # type: ignore[operator]  # wrong on purpose
        (lambda: count_pairs(GROUPS, CODES, FIVE) + 1, "pairs add up with pairs, got int"),  # type: ignore[operator]  # wrong on purpose
        (lambda: count_cells(GROUPS, 3, 12, 5), "codes must have a column for each item"),  # type: ignore[arg-type]  # wrong on purpose
        (lambda: count_cells([[0], [1, 2]], CODES, 12, 5), "groups must be integers"),
        (lambda: count_pairs(GROUPS, CODES, FIVE, n_groups=4.0), "n_groups must be a whole"),  # type: ignore[arg-type]  # wrong on purpose
        (lambda: count_pairs(GROUPS, CODES, list("abcde")), "scores must be numbers"),
        (lambda: count_pairs(GROUPS, CODES, FIVE, group_units=[-1] * 12), "group_units must not"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput) as refused:
        call()
    assert str(refused.value).startswith(message)


def test_lists_of_integers_are_counted() -> None:
    cells = count_cells([0, 0, 1], [[4, 4, -2]], 2, 5)
    assert isinstance(cells, CellCounts)
    assert cells.counts[:, 0].tolist() == [[0, 0, 0, 0, 2], [0, 0, 0, 0, 0]]
    assert count_pairs([0, 0, 1], [[4, 4, -2]], FIVE).counts.tolist() == [[[2]], [[0]]]
