"""Quantiles with Woodruff's interval."""

from dataclasses import replace
from math import nan
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats
from analysis.designs import Design, answered, no_data
from analysis.errors import BadInput
from analysis.estimate import Estimate, Interval, t_quantile
from analysis.means import mean

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
    the length of the 95 % interval over 2 t.
    """
    if not 0 < probability < 1:
        raise BadInput(f"probability must lie between 0 and 1, got {probability}")
    if rule not in get_args(Rule):
        raise BadInput(f"rule must be one of {get_args(Rule)}, got {rule!r}")
    known = answered(sample, values=values)
    if not known.rows.size:
        return no_data(sample)
    (numbers,) = known.variables
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    reached = _running_sums(known.mass[order])
    value = _value_at(ordered, reached, probability, rule)
    share = mean(known.part, (numbers <= value).astype(np.float64))

    def woodruff(level: float) -> Interval:
        if share.value >= 1:  # the largest value: how far it varies cannot be seen from below
            return Interval(nan, nan)
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
    last = int(np.searchsorted(reached, probability * total, side="right")) - 1
    following = min(last + 1, ordered.size - 1)
    if last < 0 or probability != reached[last] / total:
        return float(ordered[following])
    if rule == "school":
        return float(ordered[last] + ordered[following]) / 2
    return float(ordered[last])
