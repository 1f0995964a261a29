"""Many tests at once: the share of wrong findings among the findings is kept."""

from typing import Literal, get_args

import numpy as np

from analysis.arrays import Floats
from analysis.errors import BadInput

Dependence = Literal["BH", "BY"]


def benjamini_hochberg(p_values: Floats, dependence: Dependence = "BH") -> Floats:
    """
    Adjust p-values along the last axis; what is at most q is a finding at false discovery rate q.

    Parameters
    ----------
    p_values : NaN: not in the family, and not counted
    dependence : "BY" holds under any dependence of the tests, at a price

    References
    ----------
    Benjamini & Hochberg (1995), J. R. Statist. Soc. B 57; Benjamini & Yekutieli (2001), Annals of
    Statistics 29. R: p.adjust.

    Examples
    --------
    >>> import numpy as np
    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03, np.nan])).round(3).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    if dependence not in get_args(Dependence):
        raise BadInput(f"dependence must be BH or BY, got {dependence!r}")
    p = np.atleast_1d(np.asarray(p_values, dtype=np.float64))
    wrong = p[(p < 0) | (p > 1)]
    if wrong.size:
        raise BadInput(f"p_values must lie in 0..1, got {wrong[0]}")
    if p.shape[-1] == 0:
        return p
    order = np.argsort(p, axis=-1)  # NaN last
    ranks = np.arange(1, p.shape[-1] + 1)
    tests = (~np.isnan(p)).sum(axis=-1, keepdims=True)
    price = np.cumsum(1 / ranks)[np.maximum(tests, 1) - 1] if dependence == "BY" else 1.0
    raised = np.take_along_axis(p, order, axis=-1) * tests * price / ranks
    # From the largest down: no p-value is adjusted above that of a larger one.
    lowest = np.fmin.accumulate(raised[..., ::-1], axis=-1)[..., ::-1]
    adjusted = np.empty_like(p)
    np.put_along_axis(adjusted, order, np.minimum(lowest, 1.0), axis=-1)
    return np.where(np.isnan(p), np.nan, adjusted)
