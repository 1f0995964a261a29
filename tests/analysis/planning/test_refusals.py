"""What no plan can mean: refused by the name of the argument, with its value."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis import Sample
from analysis.errors import BadInput
from analysis.planning.blocks import split_blocks
from analysis.planning.dont_know import dont_know_bounds
from analysis.planning.drawing import draw_sample
from analysis.planning.open_samples import ModelEstimate, doubly_robust, pseudo_weights
from analysis.planning.outcomes import outcome_rates
from analysis.planning.sample_sizes import (
    agreement_power,
    agreement_sample_size,
    gap_power,
    gap_threshold,
    sample_size,
)

DRAW: dict[str, Any] = {"frame": np.arange(20), "size": 8, "rng": np.random.default_rng(1)}
STRATIFIED: dict[str, Any] = DRAW | {"method": "stratified", "strata": np.arange(20) % 2}
BLOCKS: dict[str, Any] = {"n_items": 7, "per_block": 3}
PSEUDO: dict[str, Any] = {
    "open_covariates": [0, 1, 1],
    "reference_covariates": [0, 1, 0, 1],
    "reference_weights": [1, 1, 1, 1],
}
ROBUST: dict[str, Any] = {
    "open_values": [1.0, 2.0, 3.0],
    "open_covariates": [[0, 1], [1, 0], [1, 1]],
    "reference": Sample([10.0] * 4),
    "reference_covariates": [[0, 1], [1, 0], [1, 1], [0, 0]],
}
BOUNDS: dict[str, Any] = {
    "sample": Sample([1.0, 1.0]),
    "values": [0, 50],
    "dont_know": [False, False],
}


@pytest.mark.parametrize(
    ("function", "plan", "given", "message"),
    [
        (gap_power, {}, {"answers": "39"}, "answers must be a number, got '39'"),
        (gap_power, {}, {"answers": [39]}, r"answers must be a number, got \[39\]"),
        (
            gap_power,
            {},
            {"answers": 39, "difference": None},
            "difference must be a number, got None",
        ),
        (
            gap_power,
            {},
            {"answers": 39, "threshold": np.nan},
            "threshold must lie between 0 and 0.5",
        ),
        (gap_threshold, {}, {"share_of_gaps": "all"}, "share_of_gaps must be a number, got 'all'"),
        (agreement_power, {}, {"answers": 39, "margin": "5"}, "margin must be a number, got '5'"),
        (agreement_sample_size, {}, {"power": None}, "power must be a number, got None"),
        (sample_size, {}, {"population": np.nan}, "population must be above zero, got nan"),
        (sample_size, {}, {"population": "many"}, "population must be a number, got 'many'"),
        (sample_size, {}, {"share_asked": [1]}, r"share_asked must be a number, got \[1\]"),
        (draw_sample, DRAW, {"frame": [None] * 20}, "frame must have a label in every row, row 0"),
        (draw_sample, DRAW, {"rng": None}, "rng must be a numpy.random.Generator, got None"),
        (draw_sample, DRAW, {"rng": 5}, "rng must be a numpy.random.Generator, got 5"),
        (draw_sample, DRAW, {"method": ["srs"]}, "method must be one of"),
        (
            draw_sample,
            DRAW,
            {"method": "pps", "sizes": np.zeros(20)},
            "sizes must be positive for a unit",
        ),
        (
            draw_sample,
            DRAW,
            {"method": "pps", "sizes": np.arange(20) < 5},
            r"size must be a whole number from 1 to 5 \(units with a size\), got 8",
        ),
        (draw_sample, DRAW, {"method": "pps", "sizes": ["large"] * 20}, "sizes must be numbers"),
        (
            draw_sample,
            STRATIFIED,
            {"minimum": 2.5},
            "minimum must be a whole number from 1 to 20, got 2.5",
        ),
        (draw_sample, STRATIFIED, {"minimum": None}, "minimum must be a whole number"),
        (
            draw_sample,
            STRATIFIED,
            {"allocation": {0: "4", 1: "many"}},
            "allocation must be numbers",
        ),
        (
            draw_sample,
            STRATIFIED,
            {"allocation": "neyman", "standard_deviations": 5},
            "standard_deviations must hold exactly the strata",
        ),
        (split_blocks, BLOCKS, {"rng": None}, "rng must be a numpy.random.Generator, got None"),
        (split_blocks, BLOCKS, {"rng": 5}, "rng must be a numpy.random.Generator, got 5"),
        (
            pseudo_weights,
            PSEUDO,
            {"open_covariates": ["old", "young", "old"]},
            "open_covariates must be numbers",
        ),
        (
            pseudo_weights,
            PSEUDO,
            {"total_weight": "all"},
            "total_weight must be a number, got 'all'",
        ),
        (
            doubly_robust,
            ROBUST,
            {"reference_covariates": [["a", "b"]] * 4},
            "reference_covariates must be numbers",
        ),
        (
            doubly_robust,
            ROBUST,
            {"reference_covariates": [[0, 1], [0, 0], [0, 1], [0, 0]]},
            "reference_covariates must not repeat each other or be constant: 3 columns",
        ),
        (
            doubly_robust,
            ROBUST,
            {"reference_covariates": [[0, 0], [1, 1], [2, 2], [0, 0]]},
            "reference_covariates must not repeat each other or be constant: 3 columns",
        ),
        (doubly_robust, ROBUST, {"reference": [1.0] * 4}, "reference must be a Sample"),
        (dont_know_bounds, BOUNDS, {"scale": None}, "scale must be its two ends, got None"),
        (dont_know_bounds, BOUNDS, {"scale": (0, np.inf)}, "scale must be a number, got inf"),
        (
            outcome_rates,
            {},
            {"dispositions": [("complete", 4)]},
            "dispositions must be counts by name",
        ),
        (
            outcome_rates,
            {},
            {"dispositions": {"complete": True}},
            "complete must be a number, got True",
        ),
        (
            outcome_rates,
            {},
            {"dispositions": {"complete": "4"}},
            "complete must be a number, got '4'",
        ),
        (
            outcome_rates,
            {},
            {"dispositions": {"complete": 4}, "e": "1"},
            "e must be a number, got '1'",
        ),
    ],
)
def test_arguments_that_mean_nothing_are_named(
    function: Callable[..., object], plan: dict[str, Any], given: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        function(**(plan | given))


@pytest.mark.parametrize("level", [np.nan, "0.95", None, 1])
def test_levels_that_are_none_are_named(level: float) -> None:
    with pytest.raises(BadInput, match="level must"):
        ModelEstimate(1.0, 1.0, 5).model_interval(level)
    with pytest.raises(BadInput, match="level must"):
        dont_know_bounds(**BOUNDS).interval(level)
