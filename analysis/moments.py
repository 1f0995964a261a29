"""How much of self-scores and perception is truth: variance components by pairwise moments."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

import numpy as np

from analysis.arrays import Booleans, Floats
from analysis.errors import BadInput
from analysis.scalars import positive, real_number

WITHIN = ("tr", "ss", "om")
FLOORS = {"ta": 0.0, "tr": 1.0, "tb": 0.0, "ss": 1.0, "th": 0.0, "om": 1.0}


@dataclass(frozen=True, slots=True)
class Components:
    """
    Variances of S = theta + b_u + e_ui and P = theta + h_u + d_ui + sampling error.

    Attributes
    ----------
    tr, ta : of the truth theta: cell by cell, and of the unit as a whole
    ss, tb : of the self-score: e_ui, and the unit's own generosity b_u
    om, th : of the perception: d_ui, and the residents' general mood h_u
    """

    tr: float
    ss: float
    om: float
    ta: float
    tb: float
    th: float


def components(values: object) -> Components:
    """Check the default components, a mapping from name to variance."""
    names = {field.name for field in fields(Components)}
    if not isinstance(values, Mapping) or set(values) != names:
        raise BadInput(f"defaults must have {sorted(names)}, got {values}")
    for name, value in values.items():
        real_number(f"defaults[{name!r}]", value, 0)
        if name in WITHIN:
            positive(f"defaults[{name!r}]", value)
    return Components(**values)


def mixed(moments: Components, defaults: Components, weight: float) -> Components:
    """Weighted means of estimated and default components; the default alone where NaN."""
    default = asdict(defaults)
    return Components(
        **{
            name: default[name] if np.isnan(own) else weight * own + (1 - weight) * default[name]
            for name, own in asdict(moments).items()
        }
    )


def moment_components(
    self_scores: Floats, perception: Floats, covariances: Floats
) -> tuple[Components, tuple[str, ...]]:
    """
    Estimate the components from arrays with holes, and say which floors were hit.

    Equal to the double-centred moments on full arrays. A component without the pairs it needs is
    NaN.

    Parameters
    ----------
    self_scores, perception : shape (unit, indicator), NaN absent
    covariances : of the perception's sampling error, shape (unit, indicator, indicator)
    """
    s, p = _centred(self_scores), _centred(perception)
    variance, covariance = _sampling(~np.isnan(p), covariances)
    hit: list[str] = []

    def floored(name: str, value: float) -> float:
        if value < FLOORS[name]:
            hit.append(name)
            return FLOORS[name]
        return value

    # Each from the plain moments of the others: a floor on one must not move the next.
    raw_ta = _other(s, p)
    raw_tr = _same(s, p) - raw_ta
    ta, tr = floored("ta", raw_ta), floored("tr", raw_tr)
    tb = floored("tb", _other(s, s) - raw_ta)
    ss = floored("ss", _same(s, s) - _other(s, s) - raw_tr)
    th = floored("th", _other(p, p) - covariance - raw_ta)
    om = floored("om", _same(p, p) - _other(p, p) + covariance - variance - raw_tr)
    return Components(tr=tr, ss=ss, om=om, ta=ta, tb=tb, th=th), tuple(hit)


def _centred(values: Floats) -> Floats:
    """Centre each indicator at its mean over units, so that squares stay unbiased."""
    present: Booleans = ~np.isnan(values)
    n = present.sum(axis=0)
    usable = n > 1
    safe = np.where(usable, n, 2)
    mean = np.nansum(values, axis=0) / safe
    return np.where(usable, (values - mean) * np.sqrt(safe / (safe - 1)), np.nan)


def _same(first: Floats, second: Floats) -> float:
    """Mean product over cells."""
    products = first * second
    n = int((~np.isnan(products)).sum())
    return float(np.nansum(products)) / n if n else float("nan")


def _other(first: Floats, second: Floats) -> float:
    """Mean product over pairs of different indicators within a unit."""
    has_first, has_second = ~np.isnan(first), ~np.isnan(second)
    pairs = has_first.sum(axis=1) * has_second.sum(axis=1) - (has_first & has_second).sum(axis=1)
    every = np.nansum(first, axis=1) * np.nansum(second, axis=1)
    total = float((every - np.nansum(first * second, axis=1)).sum())
    return total / int(pairs.sum()) if pairs.sum() else float("nan")


def _sampling(present: Booleans, covariances: Floats) -> tuple[float, float]:
    """Mean sampling variance over cells and mean covariance over pairs within a unit."""
    both = present[:, :, None] & present[:, None, :]
    held = np.where(both, covariances, 0.0)
    diagonal = float(np.trace(held, axis1=1, axis2=2).sum())
    cells, pairs = int(present.sum()), int(both.sum() - present.sum())
    return (
        diagonal / cells if cells else float("nan"),
        (float(held.sum()) - diagonal) / pairs if pairs else float("nan"),
    )
