"""The same estimator for each domain of a sample."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import Integers, coded, has_label, per_row
from analysis.designs import Design, checked_design
from analysis.errors import BadInput
from analysis.estimate import DomainEstimates, Estimate


def by_domain(
    estimator: Callable[[Any, NDArray[Any]], Estimate],
    sample: Design,
    values: ArrayLike,
    domains: ArrayLike,
    covariance: bool = False,
) -> DomainEstimates:
    """
    Estimate in every domain: R's ``svyby``, with ``covmat=TRUE`` where covariance is asked for.

    A domain without any value has n 0 and NaN; one with a single first-stage unit a value and NaN
    for its standard error (R says 0).

    Parameters
    ----------
    estimator : ``mean``, ``total``, ``proportion``, ... or any function of (sample, values)
    values : rows of what the estimator takes
    domains : (n,) labels; rows whose label is NaN or None are in no domain
    covariance : also how the estimates vary together, which ``contrast`` needs; takes memory
        for rows times domains
    """
    n = checked_design(sample).mass.size
    rows_of_values, labels = per_row("values", values, n), one_label("domains", domains, n)
    inside = np.flatnonzero(has_label(labels)).astype(np.int64)
    if not inside.size:
        raise BadInput("domains must have a label in some row, all are NaN or None")
    distinct, codes = coded("domains", labels[inside], inside.size)
    rows_of_each = _rows_of_each(inside, codes, distinct.size)
    estimates = [estimator(sample.domain(rows), rows_of_values[rows]) for rows in rows_of_each]
    together = _together(sample, estimates, rows_of_each) if covariance else None
    return DomainEstimates(
        labels=distinct,
        values=np.array([estimate.value for estimate in estimates]),
        standard_errors=np.array([estimate.standard_error for estimate in estimates]),
        degrees_of_freedom=np.array([estimate.degrees_of_freedom for estimate in estimates]),
        n=np.array([estimate.n for estimate in estimates], dtype=np.int64),
        covariance=together,
        each=tuple(replace(estimate, deviations=None) for estimate in estimates),
    )


def one_label(name: str, labels: ArrayLike, n: int) -> NDArray[Any]:
    """Return one label per row, NaN and None among them."""
    array = per_row(name, labels, n)
    if array.ndim != 1:
        raise BadInput(f"{name} must have one label per row, got shape {array.shape}")
    return array


def _together(
    sample: Design, estimates: list[Estimate], rows_of_each: list[Integers]
) -> NDArray[np.float64]:
    """Covariance of the estimates, NaN in the row and column of one that has no variance."""
    # Zeros outside the domain instead of filtering: domains share strata and clusters.
    columns = [
        sample.spread(_deviations(estimate), rows, sample.mass.size)
        for estimate, rows in zip(estimates, rows_of_each, strict=True)
    ]
    known = np.flatnonzero([not np.isnan(estimate.standard_error) for estimate in estimates])
    together = np.full((len(estimates), len(estimates)), np.nan)
    if known.size:
        among = np.column_stack([columns[at] for at in known])
        together[np.ix_(known, known)] = sample.covariance(among)
    return together


def _rows_of_each(inside: Integers, codes: Integers, n_domains: int) -> list[Integers]:
    ordered = inside[np.argsort(codes, kind="stable")]
    ends = np.cumsum(np.bincount(codes, minlength=n_domains))
    return np.split(ordered, ends[:-1])


def _deviations(estimate: Estimate) -> NDArray[np.float64]:
    if estimate.deviations is None:
        raise BadInput("covariance needs an estimator that linearises, such as mean or total")
    return estimate.deviations
