"""Every function names the argument and the value that is wrong."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis import (
    BadInput,
    ReplicateSample,
    Sample,
    Weighting,
    balanced_half_samples,
    beta_interval,
    bootstrap_means,
    by_domain,
    calibrate,
    chi_squared,
    contrast,
    difference,
    jackknife,
    kish,
    likelihood_interval,
    logit_interval,
    mean,
    population_variance,
    poststratify,
    proportion,
    quantile,
    rake,
    rao_wu_bootstrap,
    ratio,
    t_test,
    total,
    trim,
    weighted_sample,
)

nan, inf = np.nan, np.inf
ONES = np.ones(6)
SAMPLE = Sample(ONES)
FEW = Sample(ONES, clusters=[1, 1, 2, 2, 3, 3])
VALUES = np.arange(1.0, 7.0)
HALVES, THIRDS = [1, 2] * 3, [1, 1, 2, 2, 3, 3]
NEEDS_UNITS = "needs more units than the 2 degrees of freedom here"

REFUSALS: dict[str, Callable[[], object]] = {
    "weights must not be negative, got -1.0 in row 0": lambda: Sample([-1, 2]),
    "weights must be finite, got inf in row 1": lambda: Sample([1, inf]),
    "weights must be numbers: could not convert": lambda: Sample(["a", "b"]),
    "weights must have one dimension, got shape": lambda: Sample([[1, 2]]),
    "strata must have 6 rows, got shape": lambda: Sample(ONES, [1]),
    "strata must have a label in every row, row 1 has none": lambda: Sample([1, 1], [1, nan]),
    "strata must be labels of one kind": lambda: Sample([1, 1], np.array([1, "a"], dtype=object)),
    "strata must have at most a column per stage": lambda: Sample(ONES, np.ones((6, 2))),
    "population_sizes must be positive, got -7.0": lambda: Sample([1], population_sizes=[-7]),
    "population_sizes must be the same": lambda: Sample([1, 1], population_sizes=[0.5, 7]),
    "counts must be whole numbers, got 0.5 in row 0": lambda: Sample([1], counts=[0.5]),
    "1 strata have only one unit drawn": lambda: mean(Sample([2.0]), [3]),
    "values must be finite or NaN, got inf in row 2": lambda: mean(SAMPLE, [1, 2, inf, 4, 5, 6]),
    "values must have 6 rows, got 1": lambda: total(SAMPLE, [1]),
    "numerator must have 6 rows, got 1": lambda: ratio(SAMPLE, [1], VALUES),
    "denominator must be finite or NaN, got inf": lambda: ratio(SAMPLE, VALUES, [inf] * 6),
    "denominator must not have total zero": lambda: ratio(SAMPLE, VALUES, np.zeros(6)),
    "is_member must be 0, 1 or NaN, got 3.0": lambda: proportion(SAMPLE, [0, 1, 3, 0, 1, 1]),
    "a proportion between 0 and 1, got 3.5": lambda: logit_interval(mean(SAMPLE, VALUES)),
    "level must lie between 0 and 1, got 95": lambda: mean(SAMPLE, VALUES).confidence_interval(95),
    "level must lie between 0 and 1, got 2": lambda: beta_interval(proportion(SAMPLE, [0] * 6), 2),
    "level must lie between 0 and 1, got 0": lambda: likelihood_interval(
        proportion(SAMPLE, [0, 1, 1, 0, 1, 1]), 0
    ),
    "probability must lie between 0 and 1, got nan": lambda: quantile(SAMPLE, VALUES, nan),
    "domains must have a label in some row": lambda: by_domain(mean, SAMPLE, VALUES, ONES * nan),
    "domains must have 6 rows": lambda: by_domain(mean, SAMPLE, VALUES, [1]),
    "coefficients must have 3 rows, got 1": lambda: contrast(
        by_domain(mean, SAMPLE, VALUES, THIRDS, covariance=True), [1]
    ),
    "covariance must be a number, got nan": lambda: difference(
        mean(SAMPLE, VALUES), mean(SAMPLE, VALUES), nan
    ),
    "covariance must lie within": lambda: difference(
        mean(SAMPLE, VALUES), mean(SAMPLE, VALUES), 9
    ),
    "to be tested by, got 0.0 with 4 degrees": lambda: t_test(SAMPLE, ONES),
    "to be tested by, got nan": lambda: t_test(SAMPLE, [nan] * 6),
    "null must be a number, got nan": lambda: t_test(SAMPLE, VALUES, null=nan),
    "groups must hold two labels, got": lambda: t_test(SAMPLE, VALUES, THIRDS),
    "groups must have 6 rows": lambda: t_test(SAMPLE, VALUES, HALVES[:2]),
    "rows must have two categories or more, got": lambda: chi_squared(SAMPLE, [1] * 6, HALVES),
    "columns must have 6 rows": lambda: chi_squared(SAMPLE, HALVES, [1]),
    "rows and columns must vary under the design": lambda: chi_squared(
        Sample(ONES, population_sizes=[6] * 6), HALVES, THIRDS
    ),
    f"'Wald' {NEEDS_UNITS}": lambda: chi_squared(
        FEW, [1, 2, 3, 1, 2, 3], [1, 2, 3, 3, 1, 2], "Wald"
    ),
    f"'adjWald' {NEEDS_UNITS}": lambda: chi_squared(
        FEW, [1, 2, 3, 1, 2, 3], [1, 2, 3, 3, 1, 2], "adjWald"
    ),
    "has no total for category 3": lambda: rake(ONES, {"s": (THIRDS, {1: 3, 2: 3})}),
    "nobody with weight in category 3": lambda: rake(ONES, {"s": (HALVES, {1: 3, 2: 3, 3: 1})}),
    "margin 'a' must sum to 6": lambda: rake(
        ONES, {"s": (HALVES, {1: 3, 2: 3}), "a": (HALVES, {1: 9, 2: 9})}
    ),
    "positive totals, 1 has nan": lambda: rake(ONES, {"s": (HALVES, {1: nan, 2: 3})}),
    "positive totals, 1 has x": lambda: rake(ONES, {"s": ([1] * 6, {1: "x"})}),  # type: ignore[dict-item]  # wrong on purpose
    "max_sweeps must be a whole number from 1 to 1000000, got 0": lambda: rake(
        ONES, {"s": ([1] * 6, {1: 3})}, 1e-8, 0
    ),
    "positive totals, 1 has -3": lambda: poststratify(ONES, [1] * 6, {1: -3}),
    "matrix must be finite, got nan in row 0": lambda: calibrate(ONES, np.full((6, 1), nan), [3]),
    "matrix must be numbers": lambda: calibrate(ONES, [["a"]] * 6, [3]),
    "matrix must have 6 rows and a column or more": lambda: calibrate(ONES, np.ones((6, 0)), []),
    "bounds must be given and finite": lambda: calibrate(
        ONES, np.ones((6, 1)), [3], "logit", (-inf, inf)
    ),
    "lower must be a number of 0 or more, got nan": lambda: trim(ONES, nan, 2),
    "no weight lies between lower 2 and upper 3": lambda: trim(ONES, 2, 3),
    "weights must not all be zero": lambda: kish([0, 0]),
    "weighting must have 6 rows, got 3": lambda: weighted_sample(SAMPLE, Weighting(np.ones(3))),
    "weighting must be finite, got nan": lambda: weighted_sample(
        SAMPLE, Weighting(np.full(6, nan))
    ),
    "sample must not be weighted already": lambda: weighted_sample(
        weighted_sample(SAMPLE, poststratify(ONES, HALVES, {1: 4, 2: 5})), Weighting(ONES)
    ),
    "replicate_weights must have 6 rows and a column": lambda: ReplicateSample(
        ONES, np.ones((6, 0)), 1
    ),
    "replicate_weights must be finite, got nan": lambda: ReplicateSample(
        [1], np.array([[1, nan]]), 1
    ),
    "replicate_weights must not be negative, got -2": lambda: ReplicateSample([1], [[1, -2]], 1),
    "scale must be above zero, got nan": lambda: ReplicateSample([1], [[1, 2]], nan),
    "rscales must have 2 rows, got 1": lambda: ReplicateSample([1], [[1, 2]], 1, [1]),
    "two replicates or more, got 1": lambda: ReplicateSample([1, 1], [[1], [2]], 1),
    "mse must be True or False, got 'no'": lambda: ReplicateSample(
        [1],
        [[1, 2]],
        1,
        mse="no",  # type: ignore[arg-type]  # wrong on purpose
    ),
}
OTHER: Any = [1.0, 2.0]  # no sample
SAME = np.ones(6, dtype=np.int64)
TEXT: Any = np.array(list("abcdef"))
RNG = np.random.default_rng(1)
NO_RNG: Any = 5
MARGINS: Any = {"h": (HALVES, {1: 3, 2: 3})}
PAIRS = Sample(ONES, THIRDS)

WRONG_KINDS: dict[str, Callable[[], object]] = {
    "sample must be a Sample or a ReplicateSample, got list": lambda: mean(OTHER, VALUES),
    "a ReplicateSample, got list": lambda: proportion(OTHER, VALUES),
    "or a ReplicateSample, got list": lambda: by_domain(mean, OTHER, VALUES, THIRDS),
    "Sample or a ReplicateSample, got list": lambda: chi_squared(OTHER, HALVES, THIRDS),
    "a Sample or a ReplicateSample, got list": lambda: population_variance(OTHER, VALUES),
    "sample must be a Sample, got list": lambda: jackknife(OTHER),
    "must be a Sample, got list": lambda: rao_wu_bootstrap(OTHER, 9, RNG),
    "be a Sample, got list": lambda: weighted_sample(OTHER, Weighting(ONES)),
    "weighting must be a Weighting, got list": lambda: weighted_sample(SAMPLE, OTHER),
    "a must be an Estimate, got list": lambda: difference(OTHER, mean(SAMPLE, VALUES)),
    "domain_estimates must be of by_domain, got [1.0": lambda: contrast(OTHER, [1]),
    "estimate must be an Estimate, got list": lambda: beta_interval(OTHER),
    "values must be numbers": lambda: mean(SAMPLE, TEXT),
    "is_member must be numbers": lambda: proportion(SAMPLE, TEXT),
    "counts must be numbers": lambda: kish(ONES, counts=TEXT),
    "weights must be numbers, got complex ones": lambda: Sample(ONES * 1j),
    "weights must be numbers: could not": lambda: rake(TEXT, MARGINS),
    "totals must be numbers": lambda: calibrate(ONES, np.ones((6, 1)), TEXT[:1]),
    "replicate_weights must be numbers": lambda: ReplicateSample(ONES, TEXT, 1),
    "population_sizes must be numbers": lambda: Sample(ONES, population_sizes=TEXT),
    "clusters must have rows of one length": lambda: Sample([1, 1], None, [[1, 2], [1]]),
    "missing must be one of ('outside', 'asked'), got 'x'": lambda: proportion(
        SAMPLE,
        SAME,
        missing="x",  # type: ignore[arg-type]  # wrong on purpose
    ),
    "level must be a number, got None": lambda: mean(SAMPLE, VALUES).confidence_interval(
        None  # type: ignore[arg-type]  # wrong on purpose
    ),
    "cluster_effect must be above zero, got 0": lambda: beta_interval(
        proportion(SAMPLE, SAME), cluster_effect=0
    ),
    "probability must be a number, got 'a'": lambda: quantile(SAMPLE, VALUES, "a"),  # type: ignore[arg-type]  # wrong on purpose
    "null must be a number, got '3'": lambda: t_test(SAMPLE, VALUES, null="3"),  # type: ignore[arg-type]  # wrong on purpose
    "groups must have one label per row, got shape (6, 2)": lambda: t_test(
        SAMPLE, VALUES, np.ones((6, 2))
    ),
    "rows must have one label per row, got shape (6, 1)": lambda: chi_squared(
        SAMPLE, np.ones((6, 1)), HALVES
    ),
    "domains must have one label per row": lambda: by_domain(
        mean, SAMPLE, VALUES, np.ones((6, 1))
    ),
    "margins must name at least one variable, got [": lambda: rake(ONES, [HALVES]),  # type: ignore[arg-type]  # wrong on purpose
    "margin 'h' must be the codes of the rows and totals, got ndarray": lambda: rake(
        ONES,
        {"h": ONES},  # type: ignore[dict-item]  # wrong on purpose
    ),
    "margin 'codes' must have totals by category, got [3, 3]": lambda: poststratify(
        ONES,
        HALVES,
        [3, 3],  # type: ignore[arg-type]  # wrong on purpose
    ),
    "tolerance must be a number, got 'x'": lambda: rake(ONES, MARGINS, "x"),  # type: ignore[arg-type]  # wrong on purpose
    "tolerance must be above zero, got nan": lambda: calibrate(
        ONES, np.ones((6, 1)), [3], tolerance=nan
    ),
    "max_sweeps must be a whole number from 1 to 1000000, got None": lambda: rake(
        ONES,
        MARGINS,
        1e-8,
        None,  # type: ignore[arg-type]  # wrong on purpose
    ),
    "bounds must have 2 rows, got 1": lambda: calibrate(
        ONES,
        np.ones((6, 1)),
        [3],
        bounds=(0.5,),  # type: ignore[arg-type]  # wrong on purpose
    ),
    "bounds must be numbers": lambda: calibrate(
        ONES,
        np.ones((6, 1)),
        [3],
        bounds=("a", "b"),  # type: ignore[arg-type]  # wrong on purpose
    ),
    "bounds must lie around 1, got (nan, 2)": lambda: calibrate(
        ONES, np.ones((6, 1)), [3], bounds=(nan, 2)
    ),
    "distance must be one of": lambda: calibrate(ONES, np.ones((6, 1)), [3], "chi"),  # type: ignore[arg-type]  # wrong on purpose
    "upper must be a number, got 'x'": lambda: trim(ONES, 0, "x"),  # type: ignore[arg-type]  # wrong on purpose
    "not have a negative weight, got -1.0": lambda: kish([-1, 1]),
    "a negative weight, got -2.0; where linear calibration": lambda: trim([-2, 1], 0, 3),
    "fay must be a number, got None": lambda: balanced_half_samples(PAIRS, fay=None),  # type: ignore[arg-type]  # wrong on purpose
    "replicates must be a whole number from 2 to 1000000, got 2.5": lambda: rao_wu_bootstrap(
        SAMPLE,
        2.5,  # type: ignore[arg-type]  # wrong on purpose
        RNG,
    ),
    "rng must be a numpy.random.Generator, got 5": lambda: rao_wu_bootstrap(SAMPLE, 9, NO_RNG),
    "must be a numpy.random.Generator, got 5": lambda: bootstrap_means(
        SAMPLE, [VALUES], SAME, 9, NO_RNG
    ),
    "values must be finite or NaN, got inf of item 0 in row 2": lambda: bootstrap_means(
        SAMPLE, [[1, 2, inf, 4, 5, 6]], SAME, 9, RNG
    ),
    "one row or more, got shape (0, 6)": lambda: bootstrap_means(
        SAMPLE, np.ones((0, 6)), SAME, 9, RNG
    ),
    "values must be numbers: could not": lambda: bootstrap_means(SAMPLE, [TEXT], SAME, 9, RNG),
    "scores must be numbers": lambda: bootstrap_means(
        SAMPLE, [SAME], SAME, 9, RNG, scores=["a", "b"]
    ),
}


@pytest.mark.parametrize("message", WRONG_KINDS)
def test_an_argument_of_another_kind_is_refused_by_name(message: str) -> None:
    with pytest.raises(BadInput) as refused:
        WRONG_KINDS[message]()
    assert message in str(refused.value)


@pytest.mark.parametrize("message", REFUSALS)
def test_it_is_refused_by_name_and_value(message: str) -> None:
    with pytest.raises(BadInput) as refused:
        REFUSALS[message]()
    assert message in str(refused.value)


def test_what_cannot_be_estimated_says_so() -> None:
    nobody, one = [nan] * 6, [3.0] + [nan] * 5
    for estimator in (mean, total, population_variance):
        assert estimator(SAMPLE, nobody).status == "no data"
    assert ratio(SAMPLE, nobody, VALUES).status == "no data"
    assert quantile(SAMPLE, nobody, 0.5).status == "no data"
    assert mean(SAMPLE, one).status == "variance not estimable"
    assert mean(SAMPLE, VALUES).status == "estimated"
    lonely = Sample([1.0, 1.0], [1, 2], singleton="average")
    assert mean(lonely, [1, 2]).status == "variance not estimable"


def test_answers_that_are_all_the_same_have_no_variance_not_even_by_rounding() -> None:
    flat = mean(Sample([0.1, 0.2, 0.3, 0.7, 0.9, 0.11]), [0.1] * 6)
    assert (flat.value, flat.standard_error) == (0.1, 0.0)


def test_an_empty_domain_spoils_no_other() -> None:
    values = [1, 2, 3, 4, nan, nan]
    for sample in (SAMPLE, ReplicateSample(ONES, 1 - np.eye(6), 1.0)):
        found = by_domain(mean, sample, values, THIRDS, covariance=True)
        assert found.covariance is not None
        assert np.isfinite(found.covariance[:2, :2]).all()
        assert np.isnan(found.covariance[2]).all()
        assert contrast(found, {2: 1, 1: -1}).status == "estimated"
        assert contrast(found, {3: 1, 1: -1}).status == "no data"


def test_margins_that_contradict_each_other_are_not_converged() -> None:
    margins = {"s": (HALVES, {1: 3, 2: 3}), "a": (HALVES, {1: 2, 2: 4})}
    weighting = rake(ONES, margins)
    assert not weighting.converged
    assert weighting.worst_margin is not None
    assert weighting.worst_margin.margin == "s"
