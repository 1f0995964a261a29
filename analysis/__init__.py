"""Statistics of surveys: pure functions of arrays, frozen results."""

from analysis.calibration import calibrate
from analysis.differences import contrast, difference
from analysis.domains import by_domain
from analysis.estimate import DomainEstimates, Estimate, Interval, TestResult
from analysis.hypotheses import chi_squared, t_test
from analysis.means import mean, population_variance, ratio, total
from analysis.proportions import (
    beta_interval,
    exact_logit_interval,
    likelihood_interval,
    logit_interval,
    proportion,
)
from analysis.quantiles import quantile
from analysis.replication import ReplicateSample, jackknife
from analysis.sample import Sample
from analysis.weighting import (
    Kish,
    MarginMiss,
    Weighting,
    kish,
    poststratify,
    rake,
    trim,
    weighted_sample,
)

__all__ = [
    "DomainEstimates",
    "Estimate",
    "Interval",
    "Kish",
    "MarginMiss",
    "ReplicateSample",
    "Sample",
    "TestResult",
    "Weighting",
    "beta_interval",
    "by_domain",
    "calibrate",
    "chi_squared",
    "contrast",
    "difference",
    "exact_logit_interval",
    "jackknife",
    "kish",
    "likelihood_interval",
    "logit_interval",
    "mean",
    "population_variance",
    "poststratify",
    "proportion",
    "quantile",
    "rake",
    "ratio",
    "t_test",
    "total",
    "trim",
    "weighted_sample",
]
