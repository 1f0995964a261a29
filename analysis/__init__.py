"""Statistics of surveys: pure functions of arrays, frozen results."""

from analysis import disclosure, integrity
from analysis.blend import Blend, BlendShares, blend
from analysis.bootstrap import BootstrapMeans, bootstrap_means, rao_wu_bootstrap
from analysis.calibration import calibrate
from analysis.cells import MISSING_KINDS, CellCounter, CellCounts, count_cells
from analysis.composites import CompositeScores, combine_audiences, composite_scores
from analysis.differences import contrast, difference
from analysis.domains import by_domain
from analysis.errors import BadInput
from analysis.estimate import DomainEstimates, Estimate, Interval, TestResult
from analysis.forecasts import ForecastSplit, forecast_split
from analysis.gaps import Gaps, gaps
from analysis.hypotheses import chi_squared, t_test
from analysis.intervals import bounded_interval
from analysis.items.factors import OneFactor, one_factor_model
from analysis.items.functioning import ItemFunctioning, differential_item_functioning
from analysis.items.graded_response import GradedResponses, graded_response_model
from analysis.items.omega import HierarchicalOmega, Omega, hierarchical_omega, mcdonald_omega
from analysis.items.polychoric import Polychoric, polychoric_correlation
from analysis.items.reliability import (
    Alpha,
    ItemRest,
    cronbach_alpha,
    item_rest_correlation,
    spearman_brown,
)
from analysis.list_design_effect import ListDesignEffect, list_design_effect
from analysis.list_experiment import ListEstimate, list_prevalence
from analysis.mapping.colours import Boundary, ColourThresholds, colour_thresholds
from analysis.mapping.fitting import Mapping, fit_mapping
from analysis.mapping.indicator_weights import (
    ExpertBudget,
    WeightSensitivity,
    expert_budget,
    weight_sensitivity,
)
from analysis.mapping.validation import MappingValidation, Rule, validate_mapping
from analysis.mapping.vignettes import AnchoredAnswers, anchoring_vignettes
from analysis.means import mean, population_variance, ratio, total
from analysis.multiplicity import benjamini_hochberg
from analysis.ordinal_regression import OrdinalRegression, ordinal_regression
from analysis.pairs import PairCounter, PairMoments, count_pairs
from analysis.perception import PerceptionEstimates, perception
from analysis.planning import (
    Blocks,
    Dispositions,
    DontKnowBounds,
    DoublyRobust,
    Draw,
    ModelEstimate,
    OutcomeRates,
    PooledOpenSample,
    PseudoWeights,
    SampleSize,
    agreement_power,
    agreement_sample_size,
    count_dispositions,
    dont_know_bounds,
    doubly_robust,
    draw_sample,
    gap_power,
    gap_threshold,
    inclusion_probabilities,
    list_half_width,
    list_power,
    list_sample_size,
    outcome_rates,
    pooled_open_sample,
    pseudo_weights,
    sample_size,
    split_blocks,
)
from analysis.proportions import (
    beta_interval,
    exact_logit_interval,
    likelihood_interval,
    logit_interval,
    proportion,
)
from analysis.quantiles import quantile
from analysis.ranks import (
    PeerDifferences,
    RankIntervals,
    peer_differences,
    rank_intervals,
    rank_scores,
)
from analysis.raters.intraclass import IntraclassCorrelation, intraclass_correlation
from analysis.raters.kappa import Agreement, cohen_kappa, fleiss_kappa
from analysis.raters.severity import RaterModel, rater_model
from analysis.recoding import Recoded, recode_items
from analysis.replication import ReplicateSample, balanced_half_samples, jackknife
from analysis.sample import Sample
from analysis.score_means import ScoreMean, score_means
from analysis.sensitivity import sensitivity
from analysis.small_areas import SmallAreas, fay_herriot
from analysis.succession_links import Succession
from analysis.successions import CarriedOver, carry_over
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
    "Agreement",
    "Alpha",
    "AnchoredAnswers",
    "BadInput",
    "Blend",
    "BlendShares",
    "Blocks",
    "BootstrapMeans",
    "Boundary",
    "Bridge",
    "CarriedOver",
    "CellCounter",
    "CellCounts",
    "ColourThresholds",
    "CompositeScores",
    "Dispositions",
    "DomainEstimates",
    "DontKnowBounds",
    "DoublyRobust",
    "Draw",
    "Estimate",
    "ExpertBudget",
    "ForecastSplit",
    "Gaps",
    "GradedResponses",
    "HierarchicalOmega",
    "Interval",
    "IntraclassCorrelation",
    "ItemFunctioning",
    "ItemRest",
    "Kish",
    "ListDesignEffect",
    "ListEstimate",
    "Mapping",
    "MappingValidation",
    "MarginMiss",
    "ModelEstimate",
    "Omega",
    "OneFactor",
    "OrdinalRegression",
    "OutcomeRates",
    "PairCounter",
    "PairMoments",
    "PeerDifferences",
    "PerceptionEstimates",
    "Polychoric",
    "PooledOpenSample",
    "PseudoWeights",
    "RankIntervals",
    "RaterModel",
    "Recoded",
    "ReplicateSample",
    "Rule",
    "Sample",
    "SampleSize",
    "ScoreMean",
    "SmallAreas",
    "Succession",
    "TestResult",
    "WaveChange",
    "WaveScores",
    "WeightSensitivity",
    "Weighting",
    "agreement_power",
    "agreement_sample_size",
    "anchoring_vignettes",
    "balanced_half_samples",
    "benjamini_hochberg",
    "beta_interval",
    "blend",
    "bootstrap_means",
    "bounded_interval",
    "by_domain",
    "calibrate",
    "carry_over",
    "chi_squared",
    "cohen_kappa",
    "colour_thresholds",
    "combine_audiences",
    "composite_scores",
    "contrast",
    "count_cells",
    "count_dispositions",
    "count_pairs",
    "cronbach_alpha",
    "difference",
    "differential_item_functioning",
    "disclosure",
    "dont_know_bounds",
    "doubly_robust",
    "draw_sample",
    "exact_logit_interval",
    "expert_budget",
    "fay_herriot",
    "fit_mapping",
    "fleiss_kappa",
    "forecast_split",
    "gap_power",
    "gap_threshold",
    "gaps",
    "graded_response_model",
    "hierarchical_omega",
    "inclusion_probabilities",
    "integrity",
    "intraclass_correlation",
    "item_rest_correlation",
    "jackknife",
    "kish",
    "likelihood_interval",
    "list_design_effect",
    "list_half_width",
    "list_power",
    "list_prevalence",
    "list_sample_size",
    "logit_interval",
    "mcdonald_omega",
    "mean",
    "one_factor_model",
    "ordinal_regression",
    "outcome_rates",
    "panel_correlation",
    "peer_differences",
    "perception",
    "polychoric_correlation",
    "pooled_open_sample",
    "population_variance",
    "poststratify",
    "proportion",
    "pseudo_weights",
    "quantile",
    "rake",
    "rank_intervals",
    "rank_scores",
    "rao_wu_bootstrap",
    "rater_model",
    "ratio",
    "recode_items",
    "sample_size",
    "score_means",
    "sensitivity",
    "spearman_brown",
    "split_blocks",
    "t_test",
    "total",
    "trim",
    "validate_mapping",
    "wave_change",
    "weight_sensitivity",
    "weighted_sample",
]
