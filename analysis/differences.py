"""Differences and other linear combinations of estimates."""

from collections.abc import Mapping
from math import nan

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats, finite
from analysis.errors import BadInput
from analysis.estimate import DomainEstimates, Estimate, standard_error_of
from analysis.scalars import real_number

ROUNDING = 1e-9


def difference(a: Estimate, b: Estimate, covariance: float = 0.0) -> Estimate:
    """
    Estimate ``a`` minus ``b``.

    Independent estimates (covariance zero) have the degrees of freedom of Welch (1947); dependent
    ones the smaller of the two.
    """
    for name, estimate in (("a", a), ("b", b)):
        if not isinstance(estimate, Estimate):
            raise BadInput(f"{name} must be an Estimate, got {type(estimate).__name__}")
    real_number("covariance", covariance)
    most = a.standard_error * b.standard_error
    if abs(covariance) > most * (1 + ROUNDING):
        raise BadInput(f"covariance must lie within -{most} and {most}, got {covariance}")
    variance = a.variance + b.variance - 2 * covariance
    degrees = min(a.degrees_of_freedom, b.degrees_of_freedom)
    if covariance == 0 and degrees > 0 and variance > 0:
        degrees = variance**2 / (
            a.variance**2 / a.degrees_of_freedom + b.variance**2 / b.degrees_of_freedom
        )
    return Estimate(a.value - b.value, standard_error_of(variance), degrees, a.n + b.n)


def contrast(
    domain_estimates: DomainEstimates, coefficients: Mapping[object, float] | ArrayLike
) -> Estimate:
    """
    Estimate a linear combination of domains: R's ``svycontrast`` on ``svyby(covmat=TRUE)``.

    Parameters
    ----------
    coefficients : by label, zero where left out; or one per domain, in their order

    Notes
    -----
    The degrees of freedom are the smallest among the domains that take part.
    """
    if not isinstance(domain_estimates, DomainEstimates):
        raise BadInput(f"domain_estimates must be of by_domain, got {domain_estimates!r}")
    if domain_estimates.covariance is None:
        raise BadInput("domain_estimates must carry a covariance: by_domain(covariance=True)")
    along = _coefficients(domain_estimates, coefficients)
    part = along != 0
    if not part.any():
        raise BadInput("coefficients must not all be zero")
    at = along[part]
    variance = float(at @ domain_estimates.covariance[np.ix_(part, part)] @ at)
    if np.isnan(domain_estimates.standard_errors[part]).any():
        variance = nan
    return Estimate(
        value=float(at @ domain_estimates.values[part]),
        standard_error=standard_error_of(variance),
        degrees_of_freedom=float(domain_estimates.degrees_of_freedom[part].min()),
        n=int(domain_estimates.n[part].sum()),
    )


def _coefficients(
    domains: DomainEstimates, coefficients: Mapping[object, float] | ArrayLike
) -> Floats:
    labels = domains.labels.tolist()
    if not isinstance(coefficients, Mapping):
        return finite("coefficients", coefficients, len(labels))
    for label in coefficients:
        if label not in labels:
            raise BadInput(f"coefficients name {label!r}, which is not one of {labels}")
    return finite("coefficients", [coefficients.get(label, 0.0) for label in labels])
