"""Planning a survey, and what can be made of answers that no plan foresaw."""

from analysis.planning.blocks import Blocks, split_blocks
from analysis.planning.dont_know import DontKnowBounds, dont_know_bounds
from analysis.planning.drawing import Draw, draw_sample
from analysis.planning.inclusion import inclusion_probabilities
from analysis.planning.list_sizes import list_half_width, list_power, list_sample_size
from analysis.planning.open_samples import (
    DoublyRobust,
    ModelEstimate,
    PseudoWeights,
    doubly_robust,
    pseudo_weights,
)
from analysis.planning.outcomes import (
    Dispositions,
    OutcomeRates,
    count_dispositions,
    outcome_rates,
)
from analysis.planning.pooling import PooledOpenSample, pooled_open_sample
from analysis.planning.sample_sizes import (
    SampleSize,
    agreement_power,
    agreement_sample_size,
    gap_power,
    gap_threshold,
    sample_size,
)

__all__ = [
    "Blocks",
    "Dispositions",
    "DontKnowBounds",
    "DoublyRobust",
    "Draw",
    "ModelEstimate",
    "OutcomeRates",
    "PooledOpenSample",
    "PseudoWeights",
    "SampleSize",
    "agreement_power",
    "agreement_sample_size",
    "count_dispositions",
    "dont_know_bounds",
    "doubly_robust",
    "draw_sample",
    "gap_power",
    "gap_threshold",
    "inclusion_probabilities",
    "list_half_width",
    "list_power",
    "list_sample_size",
    "outcome_rates",
    "pooled_open_sample",
    "pseudo_weights",
    "sample_size",
    "split_blocks",
]
