import json
from pathlib import Path

import numpy as np
import pytest

from analysis.integrity.beta_binomial import BetaBinomial, fit_beta_binomial, log_mass

R = json.loads(
    (Path(__file__).parents[2] / "reference/further/integrity.json").read_text(encoding="utf-8")
)["shares"]


def known(mean: float, rho: float, uncertainty: float = 1e-12) -> BetaBinomial:
    parameters = np.array([np.log(mean / (1 - mean)), np.log((1 - rho) / rho)])
    return BetaBinomial(parameters, uncertainty * np.eye(2))


def test_the_fit_is_that_of_r() -> None:
    k, n = np.array(R["k"], dtype=float), np.array(R["n"], dtype=float)
    fit = fit_beta_binomial(k, n)
    assert fit.mean == pytest.approx(R["mean"], rel=1e-4)
    assert fit.rho == pytest.approx(R["rho"], rel=1e-3)
    assert log_mass(fit.parameters, k, n).sum() == pytest.approx(R["log_likelihood"], rel=1e-8)
    tail = known(R["mean"], R["rho"]).tail(R["k"][6], R["n"][6])
    assert tail == pytest.approx(R["tail_of_7"], rel=1e-9)


def test_without_any_success_or_extra_spread_the_fit_is_a_binomial() -> None:
    assert fit_beta_binomial(np.zeros(20), np.full(20, 50.0)).mean < 0.001
    even = fit_beta_binomial(np.full(20, 10.0), np.full(20, 50.0))
    assert even.mean == pytest.approx(0.2, abs=1e-3)
    assert even.rho < 1e-4
    # The binomial tail P(K >= 1) of ten at one in five is 1 - .8^10.
    assert known(0.2, 1e-9).tail(1, 10) == pytest.approx(1 - 0.8**10, rel=1e-5)


def test_the_tail_of_nothing_is_everything_and_even_counts_have_even_tails() -> None:
    assert known(0.3, 0.1).tail(0, 12) == pytest.approx(1.0)
    # Mean 1/2 and rho 1/3: a = b = 1, all counts are equally likely.
    assert known(0.5, 1 / 3).tail(9, 9) == pytest.approx(0.1)


def test_a_fit_that_is_hardly_known_gives_a_larger_far_tail() -> None:
    sure, unsure = known(0.05, 0.02), known(0.05, 0.02, 0.3)
    assert sure.predictive_tail(12, 50) == pytest.approx(sure.tail(12, 50), rel=1e-4)
    assert unsure.predictive_tail(12, 50) > 3 * sure.tail(12, 50)


def test_the_fit_covers_the_truth_as_often_as_its_covariance_says() -> None:
    rng = np.random.default_rng(3)
    scores = []
    for _ in range(60):
        n = rng.integers(30, 90, 60)
        fit = fit_beta_binomial(
            rng.binomial(n, rng.beta(3, 27, 60)).astype(float), n.astype(float)
        )
        scores.append((fit.parameters[0] - np.log(3 / 27)) / np.sqrt(fit.covariance[0, 0]))
    assert 0.8 < np.std(scores) < 1.25
