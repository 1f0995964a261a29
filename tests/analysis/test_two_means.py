"""The pair of means behind the test of a difference, against R (tests/reference/further/waves.R)."""

import json
from pathlib import Path

import numpy as np
import pytest

from analysis.bounded_means import BoundedMeans
from analysis.two_means import TwoMeans, restricted_means

FILE = Path(__file__).parents[1] / "reference" / "further" / "waves.json"
R = json.loads(FILE.read_text("utf-8"))
ZERO = np.zeros(1)


def means(mean: float, n: float, dispersion: float = 1.0) -> BoundedMeans:
    return BoundedMeans(np.array([mean]), np.array([dispersion]), np.array([n]))


@pytest.mark.parametrize("row", range(len(R["restricted"]["p1"])))
def test_the_likeliest_pair_at_a_difference_equals_r(row: int) -> None:
    x1, n1, x2, n2, gap, p1 = (
        R["restricted"][name][row] for name in ("x1", "n1", "x2", "n2", "gap", "p1")
    )
    first, second = restricted_means(
        means(100 * x1 / n1, n1), means(100 * x2 / n2, n2), np.array([100 * gap])
    )
    assert first.item() == pytest.approx(100 * p1, rel=1e-7)
    assert second.item() == pytest.approx(100 * (p1 + gap), rel=1e-7)


def test_an_answer_with_half_the_dispersion_counts_twice() -> None:
    half = restricted_means(means(30, 20, 0.5), means(50, 60, 0.5), np.array([5.0]))
    twice = restricted_means(means(30, 40), means(50, 120), np.array([5.0]))
    assert half[0].item() == pytest.approx(twice[0].item(), rel=1e-12)


def test_degrees_of_freedom_are_welchs_or_the_smaller_of_dependent_samples() -> None:
    def two(correlation: float) -> TwoMeans:
        infinite = np.full(1, np.inf)
        first, second = means(50, 10), means(50, 40)
        return TwoMeans(first, second, np.array([correlation]), ZERO, ZERO, infinite)

    # Variances 250 and 62.5, 17 and 47 degrees of freedom.
    error, freedom = two(0.0).error_and_freedom()
    assert error.item() == pytest.approx(np.sqrt(312.5))
    assert freedom.item() == pytest.approx(312.5**2 / (250**2 / 17 + 62.5**2 / 47))
    error, freedom = two(0.5).error_and_freedom()
    assert error.item() == pytest.approx(np.sqrt(312.5 - np.sqrt(250 * 62.5)))
    assert freedom.item() == 17


def test_a_correction_moves_the_difference_and_adds_its_variance() -> None:
    first, second = means(40, 50), means(60, 50)
    two = TwoMeans(first, second, ZERO, np.array([5.0]), np.array([9.0]), np.array([20.0]))
    error, freedom = two.error_and_freedom()
    each = 0.4 * 0.6 * 10_000 / 50
    assert two.difference.item() == 15
    assert error.item() == pytest.approx(np.sqrt(2 * each + 9))
    assert freedom.item() == pytest.approx(
        (2 * each + 9) ** 2 / (2 * each**2 / 57 + 81 / 20), rel=1e-12
    )
    assert two.below(15.0).item() == pytest.approx(0.5)
    assert two.above(15.0).item() == pytest.approx(0.5)
