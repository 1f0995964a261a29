"""Many tests at once: the share of wrong findings among the findings is kept."""

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats, floats
from analysis.errors import BadInput
from analysis.scalars import one_of

Dependence = Literal["BH", "BY"]


def benjamini_hochberg(p_values: ArrayLike, dependence: Dependence = "BH") -> Floats:
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
    one_of("dependence", dependence, get_args(Dependence))
    p = np.atleast_1d(floats("p_values", p_values))
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
