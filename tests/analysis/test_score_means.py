"""Expected: R 4.2.2 (tests/reference), by hand, and the same data through cells (`perception`)."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.cells import count_cells
from analysis.means import mean
from analysis.perception import PerceptionEstimates, perception
from analysis.sample import Sample
from analysis.score_means import NOBODY, ScoreMean, score_means

REFERENCE = Path(__file__).parents[1] / "reference"
FIVE = np.array([0.0, 25.0, 50.0, 75.0, 100.0])


def answers(seed: int, n: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Three items with some answers missing, and weights."""
    random = np.random.default_rng(seed)
    codes = random.choice(6, size=(3, n), p=[0.1, 0.2, 0.2, 0.2, 0.2, 0.1]) - 1
    return np.where(codes < 0, -2, codes), random.uniform(0.5, 2, n)


def through_cells(
    codes: NDArray[np.int64],
    weights: NDArray[np.float64],
    strata: NDArray[np.int64],
    clusters: NDArray[np.int64] | None,
) -> PerceptionEstimates:
    n = weights.size
    return perception(
        count_cells(np.arange(n), codes, n, 5),
        weights,
        np.zeros(n, dtype=np.int64),
        FIVE,
        group_strata=strata,
        group_clusters=clusters,
        evidence=["B"],
    )


def through_rows(codes: NDArray[np.int64], sample: Sample) -> tuple[ScoreMean, ...]:
    scores = np.where(codes < 0, np.nan, FIVE[np.maximum(codes, 0)])
    return score_means([(sample, each) for each in scores])


@pytest.mark.parametrize("n_clusters", [0, 6, 30])
@pytest.mark.parametrize("unanimous", [False, True])
def test_rows_and_cells_tell_the_same(n_clusters: int, unanimous: bool) -> None:
    codes, weights = answers(18091, 240)
    if unanimous:
        codes[0] = 4
    strata = np.arange(240) % 2
    clusters = np.arange(240) // 2 % n_clusters if n_clusters else None
    cells = through_cells(codes, weights, strata, clusters)
    rows = through_rows(codes, Sample(weights, strata, clusters, singleton="adjust"))
    for item, row in enumerate(rows):
        assert row.n == cells.n[0, item]
        assert (
            row.value,
            row.standard_error,
            row.degrees_of_freedom,
            row.effective_n,
            row.interval.low,
            row.interval.high,
        ) == pytest.approx(
            (
                cells.values[0, item],
                cells.standard_errors[0, item],
                cells.degrees_of_freedom[0, item],
                cells.effective_n[0, item],
                cells.low[0, item],
                cells.high[0, item],
            ),
            rel=1e-9,
        )


def test_clusters_in_strata_give_the_numbers_of_r() -> None:
    with (REFERENCE / "nhanes.csv").open(encoding="utf-8") as file:
        people = list(csv.DictReader(file))
    expected = json.loads((REFERENCE / "expected.json").read_text(encoding="utf-8"))
    r = expected["cases"]["nhanes.mean.HI_CHOL"]["expected"]
    sample = Sample(
        [float(each["WTMEC2YR"]) for each in people],
        [each["SDMVSTRA"] for each in people],
        [each["SDMVPSU"] for each in people],
    )
    high = [np.nan if each["HI_CHOL"] == "NA" else 100 * float(each["HI_CHOL"]) for each in people]
    (found,) = score_means([(sample, high)])
    assert found.value == pytest.approx(100 * r["estimate"], rel=1e-9)
    assert found.standard_error == pytest.approx(100 * r["se"], rel=1e-9)
    assert found.degrees_of_freedom == r["degf"]


def test_ten_who_all_agree_are_not_certain() -> None:
    (found,) = score_means([(Sample(np.ones(10)), np.zeros(10))])
    assert found.value == 0
    assert found.standard_error > 0
    assert found.interval.low == 0
    # Jeffreys' upper limit for none of ten (Brown, Cai & DasGupta 2001, table 5).
    assert found.interval.high == pytest.approx(21.7, abs=0.05)


def test_an_item_that_nobody_answered_tells_nothing_and_spoils_nothing() -> None:
    sample = Sample(np.ones(4))
    nobody, somebody = score_means([(sample, np.full(4, np.nan)), (sample, [0, 50, 50, 100])])
    assert nobody is NOBODY
    assert somebody.value == 50
    # By hand: s^2 = 5000/3, over 4.
    assert somebody.standard_error == pytest.approx((5000 / 12) ** 0.5, rel=1e-12)


def test_people_without_weight_do_not_count() -> None:
    (found,) = score_means([(Sample([1, 1, 0]), [0, 100, 100])])
    assert (found.value, found.n) == (50, 2)


def test_an_item_that_clusters_divide_more_than_the_others_has_its_own_design_effect() -> None:
    clusters = np.arange(240) // 12
    codes = np.random.default_rng(4).integers(0, 5, (3, 240))
    codes[2] = np.clip(codes[2] // 2 + clusters % 3, 0, 4)
    sample = Sample(np.ones(240), None, clusters)
    rows = through_rows(codes, sample)
    ratio = (
        mean(sample, FIVE[codes[2]]).variance / mean(Sample(np.ones(240)), FIVE[codes[2]]).variance
    )
    assert ratio > 3
    # A mean square of 19 degrees of freedom lies below its expectation in the median.
    assert rows[2].effective_n == pytest.approx(240 * (1 - 2 / (9 * 19)) ** 3 / ratio)
    assert rows[0].effective_n > 2 * rows[2].effective_n
    cells = through_cells(codes, np.ones(240), np.zeros(240, dtype=np.int64), clusters)
    assert cells.effective_n[0] == pytest.approx([row.effective_n for row in rows])
