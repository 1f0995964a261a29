import json
from pathlib import Path

import numpy as np
import pytest

from analysis import Sample
from analysis.arrays import Floats
from analysis.errors import BadInput
from analysis.planning.logistic import log_linear_regression, with_constant
from analysis.planning.open_samples import ModelEstimate, doubly_robust, pseudo_weights

R = json.loads(
    (Path(__file__).parents[2] / "reference/further/planning.json").read_text(encoding="utf-8")
)["open"]
OPEN = np.column_stack([R["open"]["age"], R["open"]["woman"]])
REFERENCE = np.column_stack([R["reference"]["age"], R["reference"]["woman"]])
WEIGHTS = np.array(R["reference"]["weight"], dtype=float)


def test_coefficients_and_weights_are_those_of_r() -> None:
    found = pseudo_weights(OPEN, REFERENCE, WEIGHTS)
    assert found.coefficients == pytest.approx(R["member"], rel=1e-8)
    assert found.weight_coefficients == pytest.approx(R["level"], rel=1e-8)
    assert found.weights == pytest.approx(R["pseudo"], rel=1e-8)
    assert found.weights.sum() == pytest.approx(WEIGHTS.sum())
    assert found.kish.effective_n < len(OPEN)


def test_one_kind_of_people_gets_its_number_by_hand() -> None:
    # 30 and 10 open answers; the reference stands for 200 and 300 people: 200/30 and 300/10 each.
    own = np.repeat([0, 1], [30, 10])
    other = np.repeat([0, 1], [20, 10])
    weights = np.repeat([10.0, 30.0], [20, 10])
    found = pseudo_weights(own, other, weights)
    assert found.weights[0] == pytest.approx(200 / 30)
    assert found.weights[-1] == pytest.approx(300 / 10)
    doubled = pseudo_weights(own, other, weights, total_weight=1000)
    assert doubled.weights == pytest.approx(2 * found.weights)


def test_the_doubly_robust_mean_and_its_error_are_those_of_r() -> None:
    found = doubly_robust(R["open"]["y"], OPEN, Sample(WEIGHTS), REFERENCE)
    assert found.propensity_coefficients == pytest.approx(R["theta"], rel=1e-8)
    assert found.outcome_coefficients == pytest.approx(R["outcome"], rel=1e-9)
    assert found.estimate.value == pytest.approx(R["mean"], rel=1e-9)
    assert found.estimate.standard_error == pytest.approx(R["error"], rel=1e-8)
    assert found.estimate.label == "model estimate"


def population(rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    size = 20_000
    x = rng.normal(0, 1, size)
    y = 55 + 10 * x + rng.normal(0, 15, size)
    return x, y, 1 / (1 + np.exp(3.5 - 0.9 * x))


def test_the_model_interval_covers_the_mean_that_the_open_answers_alone_miss() -> None:
    rng = np.random.default_rng(9)
    x, y, chance = population(rng)
    covered, raw, weighted = 0, [], []
    for _ in range(120):
        own = np.flatnonzero(rng.random(x.size) < chance)
        reference = rng.choice(x.size, 400, replace=False)
        sample = Sample(np.full(400, x.size / 400))
        found = doubly_robust(y[own], x[own], sample, x[reference]).estimate
        interval = found.model_interval()
        covered += interval.low <= y.mean() <= interval.high
        raw.append(y[own].mean() - y.mean())
        pseudo = pseudo_weights(x[own], x[reference], sample.weights).weights
        weighted.append(np.average(y[own], weights=pseudo) - y.mean())
    assert covered >= 108
    assert np.mean(raw) > 6
    assert abs(np.mean(weighted)) < 0.7


def test_a_wrong_outcome_model_is_mended_by_the_chances() -> None:
    rng = np.random.default_rng(10)
    x, _, chance = population(rng)
    y = 20 + 8 * np.maximum(x, 0) ** 2
    errors = []
    own = np.flatnonzero(rng.random(x.size) < chance)
    model_alone = np.polyval(np.polyfit(x[own], y[own], 1), x).mean() - y.mean()
    for _ in range(40):
        own = np.flatnonzero(rng.random(x.size) < chance)
        reference = rng.choice(x.size, 500, replace=False)
        sample = Sample(np.full(500, x.size / 500))
        found = doubly_robust(y[own], x[own], sample, x[reference])
        errors.append(found.estimate.value - y.mean())
    assert abs(np.mean(errors)) < abs(model_alone) / 5


def test_bad_samples_are_named_with_their_value() -> None:
    sample = Sample(WEIGHTS)
    y = R["open"]["y"]
    with pytest.raises(BadInput, match="must have the same columns, got 1 and 2"):
        pseudo_weights(OPEN[:, 0], REFERENCE, WEIGHTS)
    with pytest.raises(BadInput, match=r"reference_weights must be positive, got 0\.0 in row 0"):
        pseudo_weights(OPEN, REFERENCE, 0 * WEIGHTS)
    with pytest.raises(BadInput, match="total_weight must be above zero, got 0"):
        pseudo_weights(OPEN, REFERENCE, WEIGHTS, total_weight=0)
    with pytest.raises(BadInput, match="covariates must overlap"):
        pseudo_weights(OPEN[:, :1] + 10, REFERENCE[:, :1], WEIGHTS)
    with pytest.raises(BadInput, match="reference_covariates must not repeat each other"):
        pseudo_weights(OPEN, 0 * REFERENCE, WEIGHTS)
    with pytest.raises(BadInput, match="open_covariates must have 221 rows, got 220"):
        doubly_robust(y, OPEN[1:], sample, REFERENCE)
    with pytest.raises(BadInput, match="reference_covariates must have 160 rows, got 159"):
        doubly_robust(y, OPEN, sample, REFERENCE[1:])
    with pytest.raises(BadInput, match="reference must add up to more people"):
        doubly_robust(y, OPEN, Sample(WEIGHTS / 100), REFERENCE)
    with pytest.raises(BadInput, match="open_covariates must lie within the reference"):
        doubly_robust(y, OPEN + 40, sample, REFERENCE)
    with pytest.raises(BadInput, match="level must lie between 0 and 1, got 95"):
        ModelEstimate(1.0, 1.0, 5).model_interval(95)


def test_the_log_linear_mean_reproduces_the_total_weight() -> None:
    matrix = with_constant("x", REFERENCE)
    fitted = np.exp(matrix @ log_linear_regression(matrix, WEIGHTS))
    assert fitted.sum() == pytest.approx(WEIGHTS.sum())
