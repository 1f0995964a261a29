"""The design-based estimators against R's survey package: tests/reference/further/design.R."""

import csv
import json
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis import (
    BadInput,
    Estimate,
    ReplicateSample,
    Sample,
    Weighting,
    beta_interval,
    by_domain,
    calibrate,
    chi_squared,
    contrast,
    exact_logit_interval,
    jackknife,
    likelihood_interval,
    logit_interval,
    mean,
    population_variance,
    poststratify,
    proportion,
    quantile,
    rake,
    ratio,
    t_test,
    total,
    trim,
    weighted_sample,
)

Spec = dict[str, Any]
Floats = NDArray[np.float64]
Answers = dict[str, object]

FOLDER = Path(__file__).parents[1] / "reference" / "further"
CASES: dict[str, Spec] = json.loads((FOLDER / "design.json").read_text("utf-8"))["cases"]
EXACT = 1e-9
ITERATED = 1e-6
OF_A_REGRESSION = 3e-8


@cache
def table(name: str) -> dict[str, list[str]]:
    with (FOLDER / f"design_{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {column: [row[column] for row in rows] for column in rows[0]}


def numbers(data: str, column: str) -> Floats:
    return np.array([np.nan if v == "NA" else float(v) for v in table(data)[column]])


def labels(data: str, column: str) -> NDArray[np.object_]:
    return np.array([None if v == "NA" else v for v in table(data)[column]], dtype=object)


def columns_of(data: str, names: str | list[str] | None, read: Callable[..., Any]) -> Any:  # noqa: ANN401  (arrays of any kind)
    if not names:
        return None
    if isinstance(names, str):
        return read(data, names)
    return np.column_stack([read(data, name) for name in names])


def weighting_of(design: Spec) -> Weighting:
    how, data = design["weighting"], design["data"]
    weights = numbers(data, design["weights"])
    if how["kind"] == "rake":
        margins = {name: (labels(data, name), totals) for name, totals in how["margins"].items()}
        return rake(weights, margins, tolerance=1e-12, max_sweeps=500)
    if how["kind"] == "poststratify":
        return poststratify(weights, labels(data, how["column"]), how["totals"])
    if how["kind"] == "trim":
        return trim(weights, how["lower"], how["upper"])
    bounds = tuple(how["bounds"]) if how.get("bounds") else None
    matrix = columns_of(data, how["columns"], numbers)
    return calibrate(weights, matrix, how["totals"], how["distance"], bounds)


def linearised(design: Spec) -> Sample:
    data = design["data"]
    sample = Sample(
        numbers(data, design["weights"]),
        columns_of(data, design["strata"] or None, labels),
        columns_of(data, design["clusters"] or None, labels),
        columns_of(data, design["population_sizes"] or None, numbers),
        singleton=design["singleton"],
    )
    if "weighting" not in design:
        return sample
    return weighted_sample(sample, weighting_of(design), variance="R")


@cache
def replicate_weights(name: str) -> Floats:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return np.array([[float(v) for v in row] for row in csv.reader(file)])


def sample_of(design: Spec) -> Sample | ReplicateSample:
    sample: Sample | ReplicateSample = linearised(design)
    if rep := design.get("rep"):
        assert isinstance(sample, Sample)
        if rep["type"] in {"JK1", "JKn"}:
            sample = jackknife(sample, mse=rep["mse"])
        else:
            replicates = replicate_weights(rep["file"])
            sample = ReplicateSample(
                sample.weights, replicates, rep["scale_used"], rep["rscales_used"], rep["mse"]
            )
    return sample


def domain_rows(design: Spec) -> NDArray[np.int64] | None:
    if "domain" not in design:
        return None
    where = labels(design["data"], design["domain"]["column"]) == design["domain"]["level"]
    return np.flatnonzero(where).astype(np.int64)


def of_estimate(estimate: Estimate, level: float = 0.95) -> Answers:
    interval = estimate.confidence_interval(level)
    return {
        "estimate": estimate.value,
        "se": estimate.standard_error,
        "low": interval.low,
        "high": interval.high,
        "deff": estimate.design_effect,
        "deff_replace": estimate.design_effect_with_replacement,
    }


INTERVALS: dict[str, Callable[[Estimate, float], Any]] = {
    "mean": Estimate.confidence_interval,
    "logit": logit_interval,
    "beta": beta_interval,
    "likelihood": likelihood_interval,
    "xlogit": exact_logit_interval,
}


class Asked:
    """One question to a sample: reads the columns, over the rows of the domain."""

    def __init__(self, case: Spec) -> None:
        self.design, self.statistic = case["design"], case["statistic"]
        self.sample = sample_of(self.design)
        self.rows = domain_rows(self.design)
        if self.rows is not None:
            self.sample = self.sample.domain(self.rows)

    def read(self, column: str, how: Callable[[str, str], NDArray[Any]]) -> NDArray[Any]:
        values = how(self.design["data"], column)
        return values if self.rows is None else values[self.rows]

    def numbers(self, name: str) -> NDArray[Any]:
        return self.read(self.statistic[name], numbers)

    def labels(self, name: str) -> NDArray[Any]:
        return self.read(self.statistic[name], labels)


def ask_estimate(asked: Asked, estimator: Callable[..., Estimate]) -> Answers:
    return of_estimate(estimator(asked.sample, asked.numbers("y")))


def ask_deff(asked: Asked) -> Answers:
    return ask_estimate(asked, {"mean": mean, "total": total}[asked.statistic["of"]])


def ask_ratio(asked: Asked) -> Answers:
    return of_estimate(ratio(asked.sample, asked.numbers("over"), asked.numbers("under")))


def ask_shares(asked: Asked) -> Answers:
    found = asked.labels("y")
    kinds = sorted({label for label in found if label is not None})
    shares = [
        proportion(asked.sample, [np.nan if v is None else v == kind for v in found])
        for kind in kinds
    ]
    return {
        "labels": kinds,
        "estimate": [share.value for share in shares],
        "se": [share.standard_error for share in shares],
    }


def ask_by(asked: Asked) -> Answers:
    estimator = {"mean": mean, "total": total}[asked.statistic["of"]]
    found = by_domain(
        estimator, asked.sample, asked.numbers("y"), asked.labels("by"), covariance=True
    )
    k = found.values.size
    along = np.zeros(k)
    along[[0, k - 1]] = -1, 1
    along[1] = 0.5 if k > 2 else along[1]
    combined = contrast(found, along)
    assert found.covariance is not None
    return {
        "labels": found.labels.tolist(),
        "estimate": found.values.tolist(),
        "se": found.standard_errors.tolist(),
        "covariance": found.covariance.tolist(),
        "contrast": combined.value,
        "contrast_se": combined.standard_error,
    }


def ask_interval(asked: Asked) -> Answers:
    missing = asked.statistic.get("missing", "asked")  # "asked": R was given NA in the variable
    estimate = proportion(asked.sample, asked.numbers("y"), missing=missing)
    interval = INTERVALS[asked.statistic["method"]](estimate, asked.statistic["level"])
    return {"estimate": estimate.value, "low": interval.low, "high": interval.high}


def ask_quantile(asked: Asked) -> Answers:
    statistic = asked.statistic
    return of_estimate(
        quantile(
            asked.sample, asked.numbers("y"), statistic["probability"], rule=statistic["rule"]
        )
    )


def ask_t_test(asked: Asked) -> Answers:
    groups = asked.labels("groups") if asked.statistic.get("groups") else None
    null = asked.statistic["null"]
    result = t_test(asked.sample, asked.numbers("y"), groups, null)
    assert result.estimate is not None
    interval = result.estimate.confidence_interval()
    return {
        "statistic": result.statistic,
        "parameter": result.degrees_of_freedom[0],
        "p_value": result.p_value,
        "estimate": result.estimate.value - null,  # R was asked about y - null
        "low": interval.low - null,
        "high": interval.high - null,
    }


def ask_table(asked: Asked) -> Answers:
    result = chi_squared(
        asked.sample,
        asked.labels("rows"),
        asked.labels("columns"),
        asked.statistic["statistic"],
    )
    return {
        "statistic": result.statistic,
        "parameter": list(result.degrees_of_freedom),
        "p_value": result.p_value,
    }


def ask_weights(asked: Asked) -> Answers:
    assert "weighting" not in asked.design or weighting_of(asked.design).converged
    return {"weights": asked.sample.weights.tolist()}


QUESTIONS: dict[str, Callable[[Asked], Answers]] = {
    "mean": partial(ask_estimate, estimator=mean),
    "total": partial(ask_estimate, estimator=total),
    "var": partial(ask_estimate, estimator=population_variance),
    "deff": ask_deff,
    "ratio": ask_ratio,
    "ratio_deff": ask_ratio,
    "shares": ask_shares,
    "by": ask_by,
    "interval": ask_interval,
    "quantile": ask_quantile,
    "t_test": ask_t_test,
    "table": ask_table,
    "weights": ask_weights,
}


def unlike(found: Answers, expected: Spec, tolerance: float) -> list[str]:
    """Compare; a standard error that is zero but for rounding is as long as the rounding."""
    zero = 1e-12 * max(1.0, float(np.max(np.abs(np.array(expected.get("estimate", 0.0))))))
    wrong = []
    for key, value in expected.items():
        if key in {"degf", "along"}:
            continue
        if key == "labels":
            same = found[key] == value
        else:
            theirs, ours = (np.array(v, dtype=np.float64) for v in (value, found[key]))
            size = np.nanmax(np.abs(theirs), initial=0) if key == "covariance" else 0
            least = zero + size * tolerance
            same = theirs.shape == ours.shape and bool(
                np.allclose(ours, theirs, rtol=tolerance, atol=least, equal_nan=True)
            )
        if not same:
            wrong.append(f"{key}: R {value}, we {found[key]}")
    return wrong


def tolerance_of(case: Spec) -> float:
    """R says the share itself, too, as its regression ended, and replicates so every share."""
    if "weighting" in case["design"]:
        return ITERATED
    if case["statistic"].get("method") in {"logit", "likelihood"}:
        return ITERATED if "rep" in case["design"] else OF_A_REGRESSION
    return EXACT


@pytest.mark.parametrize("name", CASES)
def test_the_further_case_equals_r(name: str) -> None:
    case = CASES[name]
    if "raises" in case["expected"]:
        with pytest.raises(BadInput):
            QUESTIONS[case["statistic"]["fun"]](Asked(case))
        return
    found = QUESTIONS[case["statistic"]["fun"]](Asked(case))
    assert not unlike(found, case["expected"], tolerance_of(case))
