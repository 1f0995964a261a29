"""Statistics of surveys: pure functions of arrays, frozen results."""

from analysis import integrity
from analysis.blend import Blend, BlendShares, blend, sensitivity
from analysis.calibration import calibrate
from analysis.cells import MISSING_KINDS, CellCounter, CellCounts, count_cells
from analysis.differences import contrast, difference
from analysis.domains import by_domain
from analysis.errors import BadInput
from analysis.estimate import DomainEstimates, Estimate, Interval, TestResult
from analysis.gaps import Gaps, gaps
from analysis.hypotheses import chi_squared, t_test
from analysis.intervals import bounded_interval
from analysis.means import mean, population_variance, ratio, total
from analysis.multiplicity import benjamini_hochberg
from analysis.ordinal_regression import OrdinalRegression, ordinal_regression
from analysis.pairs import PairCounter, PairMoments, count_pairs
from analysis.perception import PerceptionEstimates, perception
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
from analysis.score_means import ScoreMean, score_means
from analysis.small_areas import SmallAreas, fay_herriot
from analysis.wave_scores import Bridge, WaveScores
from analysis.waves import WaveChange, panel_correlation, wave_change
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
    "MISSING_KINDS",
    "BadInput",
    "Blend",
    "BlendShares",
    "Bridge",
    "CellCounter",
    "CellCounts",
    "DomainEstimates",
    "Estimate",
    "Gaps",
    "Interval",
    "Kish",
    "MarginMiss",
    "OrdinalRegression",
    "PairCounter",
    "PairMoments",
    "PerceptionEstimates",
    "ReplicateSample",
    "Sample",
    "ScoreMean",
    "SmallAreas",
    "TestResult",
    "WaveChange",
    "WaveScores",
    "Weighting",
    "benjamini_hochberg",
    "beta_interval",
    "blend",
    "bounded_interval",
    "by_domain",
    "calibrate",
    "chi_squared",
    "contrast",
    "count_cells",
    "count_pairs",
    "difference",
    "exact_logit_interval",
    "fay_herriot",
    "gaps",
    "integrity",
    "jackknife",
    "kish",
    "likelihood_interval",
    "logit_interval",
    "mean",
    "ordinal_regression",
    "panel_correlation",
    "perception",
    "population_variance",
    "poststratify",
    "proportion",
    "quantile",
    "rake",
    "ratio",
    "score_means",
    "sensitivity",
    "t_test",
    "total",
    "trim",
    "wave_change",
    "weighted_sample",
]
