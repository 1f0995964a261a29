"""Quantiles with Woodruff's interval."""

from dataclasses import replace
from math import nan
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats
from analysis.designs import Design, answered, no_data
from analysis.estimate import Estimate, Interval, t_quantile
from analysis.means import mean
from analysis.scalars import one_of, strictly_between

Rule = Literal["math", "school"]


def quantile(
    sample: Design, values: ArrayLike, probability: float, *, rule: Rule = "math"
) -> Estimate:
    """
    Estimate a quantile: R's ``svyquantile``.

    Parameters
    ----------
    rule : at a value that reaches the probability exactly, "math" takes it, "school" takes the
        middle between it and the next

    Notes
    -----
    The interval inverts that of the share at or below the quantile (Woodruff 1952,
    doi:10.1080/01621459.1952.10483443); a limit beyond the sample is NaN. The standard error is
    the length of the 95 % interval over 2 t, as in R zero at the largest value. Below the share of
    the smallest value R reads the second smallest, and so it is here.
    """
    strictly_between("probability", probability)
    one_of("rule", rule, get_args(Rule))
    known = answered(sample, values=values)
    if not known.rows.size:
        return no_data(sample)
    (numbers,) = known.variables
    ordered, reached = _ascending(numbers, known.mass, known.part.counts)
    value = _value_at(ordered, reached, probability, rule)
    share = mean(known.part, (numbers <= value).astype(np.float64))

    def woodruff(level: float) -> Interval:
        of_share = share.confidence_interval(level)
        return Interval(
            _value_at(ordered, reached, of_share.low, rule) if of_share.low >= 0 else nan,
            _value_at(ordered, reached, of_share.high, rule) if of_share.high <= 1 else nan,
        )

    interval = woodruff(0.95)
    reach = t_quantile(0.95, share.degrees_of_freedom)
    return replace(
        share,
        value=value,
        standard_error=(interval.high - interval.low) / (2 * reach),
        design_effect=nan,
        design_effect_with_replacement=nan,
        deviations=None,
        own_interval=woodruff,
    )


def _ascending(numbers: Floats, mass: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Return the values in order and the weight up to each."""
    order = np.argsort(numbers, kind="stable")
    ordered, weights = numbers[order], mass[order]
    smallest = counts[order[0]]
    if smallest > 1:  # one respondent apart: what R does at the lower end, it does by respondent
        ordered = np.insert(ordered, 0, ordered[0])
        weights = np.insert(weights, 0, weights[0] / smallest)
        weights[1] -= weights[0]
    return ordered, _running_sums(weights)


def _running_sums(weights: Floats) -> Floats:
    """
    Sum cumulatively with one rounding each, as R does by wider floats.

    Whether a value reaches a probability exactly hangs on the last bit. The high parts are whole
    multiples of one quantum, so their sums are exact; the low parts are too small to matter.
    """
    quantum = 2.0 ** (np.ceil(np.log2(weights.sum())) - 52)
    high = np.round(weights / quantum) * quantum
    sums: Floats = np.cumsum(high) + np.cumsum(weights - high)
    return sums


def _value_at(ordered: Floats, reached: Floats, probability: float, rule: Rule) -> float:
    total = reached[-1]
    # R's `qs`: the first value counts as reached, even where it is not.
    last = max(int(np.searchsorted(reached, probability * total, side="right")) - 1, 0)
    following = min(last + 1, ordered.size - 1)
    if probability != reached[last] / total:
        return float(ordered[following])
    if rule == "school":
        return float(ordered[last] + ordered[following]) / 2
    return float(ordered[last])
