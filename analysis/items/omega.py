"""McDonald's omega: the share of a sum of items that common factors explain."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats, Integers
from analysis.errors import BadInput
from analysis.items.answers import Missing, item_moments
from analysis.items.factors import (
    OneFactor,
    correlation_matrix,
    one_factor_model,
    residual_factors,
)
from analysis.items.rotation import oblimin, varimax
from analysis.whole_numbers import whole_number

FEWEST_FACTORS = 2
SMALLEST_FACTOR = 1e-6  # sum of its squared loadings


@dataclass(frozen=True, slots=True, eq=False)
class Omega:
    """
    Omega total of a one-factor model.

    Attributes
    ----------
    total : (sum of loadings)^2 / ((sum of loadings)^2 + sum of uniquenesses)
    model : the loadings, uniquenesses, misfit and Heywood cases
    items, flat : places of the items in the model, and of those that do not vary
    probably_unreversed : places of the items with a negative loading
    n : rows of the pair of items that fewest answered
    """

    total: float
    model: OneFactor
    items: Integers
    flat: Integers
    probably_unreversed: Integers
    n: int


@dataclass(frozen=True, slots=True, eq=False)
class HierarchicalOmega:
    """
    Omega of a general factor with group factors below it.

    Attributes
    ----------
    hierarchical : share of the sum that the general factor explains
    total : share that all common factors explain
    general : (items,) loadings on the general factor
    groups : (items, factors) loadings on what is left of the group factors
    uniquenesses : (items,)
    """

    hierarchical: float
    total: float
    general: Floats
    groups: Floats
    uniquenesses: Floats


def mcdonald_omega(
    answers: ArrayLike, *, missing: Missing = "complete", weights: ArrayLike | None = None
) -> Omega:
    """
    Return omega total of the standardised items from a one-factor model by maximum likelihood.

    For ordinal omega fit :func:`one_factor_model` to polychoric correlations instead.

    Parameters
    ----------
    answers : (n, items) scores, NaN: no answer; three items that vary or more
    missing : "complete": only rows that answered every item, as R's ``factanal``; "pairwise"
    weights : (n,) of the rows

    References
    ----------
    McDonald (1999), Test Theory, chapter 6. The model: R's ``factanal(factors = 1)``.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(7)
    >>> trait = rng.normal(size=(2000, 1))
    >>> omega = mcdonald_omega(trait + rng.normal(size=(2000, 4)))  # reliability 4/(4 + 1)
    >>> round(omega.total, 1)
    0.8
    """
    moments = item_moments(answers, missing, weights)
    model = one_factor_model(moments.correlation)
    return Omega(
        total=model.omega,
        model=model,
        items=moments.items,
        flat=moments.flat,
        probably_unreversed=moments.items[model.loadings < 0],
        n=int(moments.pair_counts.min()),
    )


def hierarchical_omega(correlation: ArrayLike, factors: int = 3) -> HierarchicalOmega:
    """
    Return omega of a general factor: minres factors, oblimin, Schmid and Leiman's transformation.

    Two factors leave the general factor open; their loadings on it are then set equal, as R does:
    informative only.

    Parameters
    ----------
    correlation : (items, items)
    factors : group factors, 2 or more

    References
    ----------
    Schmid and Leiman (1957), doi:10.1007/BF02289209; Zinbarg et al. (2005),
    doi:10.1007/s11336-003-0974-7. R: ``psych::omega``.
    """
    r = correlation_matrix(correlation, fewest=FEWEST_FACTORS + 1)
    whole_number("factors", factors, FEWEST_FACTORS, r.shape[0] - 1, "one fewer than the items")
    axes, _ = residual_factors(r, factors)
    found = int(((axes**2).sum(axis=0) > SMALLEST_FACTOR).sum())
    if found < factors:
        raise BadInput(f"correlation holds {found} common factors only, got factors={factors}")
    oblique, between = oblimin(varimax(axes))
    on_general = _second_order(between)
    general = oblique @ on_general
    groups = oblique * np.sqrt(np.clip(1 - on_general**2, 0.0, None))
    uniquenesses = 1 - (axes**2).sum(axis=1)
    signs = np.where(general < 0, -1.0, 1.0)  # as R: items that load negatively are turned round
    variance = float(signs @ r @ signs)
    return HierarchicalOmega(
        hierarchical=float((signs @ general) ** 2) / variance,
        total=1 - float(uniquenesses.sum()) / variance,
        general=general,
        groups=groups,
        uniquenesses=uniquenesses,
    )


def _second_order(between: Floats) -> Floats:
    """Return the loadings of the factors on the general one."""
    if between.shape[0] == FEWEST_FACTORS:
        shared = float(between[0, 1])
        root = np.sqrt(abs(shared))
        return np.array([root, np.copysign(root, shared)])
    loadings, _ = residual_factors(between, 1)
    return loadings[:, 0] * (-1.0 if loadings.sum() < 0 else 1.0)
