"""Statistics of surveys: pure functions of arrays, frozen results."""

from analysis.differences import contrast, difference
from analysis.domains import by_domain
from analysis.estimate import DomainEstimates, Estimate, Interval, TestResult
from analysis.means import mean, population_variance, ratio, total
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
    "Sample",
    "TestResult",
    "Weighting",
    "by_domain",
    "contrast",
    "difference",
    "kish",
    "mean",
    "population_variance",
    "poststratify",
    "rake",
    "ratio",
    "total",
    "trim",
    "weighted_sample",
]
