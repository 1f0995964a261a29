"""Coverage of the interval of a mean score; seeded, so that a failure is a change, not bad luck."""

import numpy as np
import pytest

from analysis.intervals import bounded_interval

SCORES = np.array([0.0, 25.0, 50.0, 75.0, 100.0])
SHAPES = {
    "flat": [0.2, 0.2, 0.2, 0.2, 0.2],
    "single peak": [0.05, 0.2, 0.4, 0.25, 0.1],
    "satisfied": [0.02, 0.05, 0.13, 0.4, 0.4],
    "split": [0.4, 0.1, 0.0, 0.1, 0.4],
    "nine tenths at the top": [0.01, 0.02, 0.02, 0.05, 0.9],
}


@pytest.mark.parametrize("n", [10, 20, 60, 120])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_interval_covers_at_least_93_percent(shape: str, n: int) -> None:
    rng = np.random.default_rng(180912019)
    shares = np.array(SHAPES[shape])
    counts = rng.multinomial(n, shares, 20_000) / n
    intervals = bounded_interval(counts @ SCORES, counts @ SCORES**2, np.full(20_000, float(n)))
    truth = shares @ SCORES
    coverage = np.mean((intervals.low <= truth) & (truth <= intervals.high))
    assert 0.93 <= coverage <= 0.99


@pytest.mark.parametrize("shape", ["flat", "satisfied", "nine tenths at the top"])
def test_weights_cost_answers_and_the_interval_knows_it(shape: str) -> None:
    rng = np.random.default_rng(1809)
    draws, n = 6_000, 40
    weights = rng.choice([0.4, 1.0, 2.5], (draws, n))
    shares = np.array(SHAPES[shape])
    answers = SCORES[rng.choice(5, (draws, n), p=shares)]
    total = weights.sum(axis=1)
    kish = total**2 / (weights**2).sum(axis=1)
    mean = (weights * answers).sum(axis=1) / total
    intervals = bounded_interval(mean, (weights * answers**2).sum(axis=1) / total, kish)
    truth = shares @ SCORES
    assert np.mean((intervals.low <= truth) & (truth <= intervals.high)) >= 0.93
