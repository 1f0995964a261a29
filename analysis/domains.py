"""The same estimator for each domain of a sample."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import Integers, coded, has_label
from analysis.designs import Design
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
    Estimate in every domain.

    Parameters
    ----------
    estimator : ``mean``, ``total``, ``proportion``, ... or any function of (sample, values)
    values : rows of what the estimator takes
    domains : (n,) labels; rows whose label is NaN or None are in no domain
    covariance : also how the estimates vary together, which ``contrast`` needs; takes memory
        for rows times domains
    """
    rows_of_values = np.asarray(values)
    labels = np.asarray(domains)
    inside = np.flatnonzero(has_label(labels)).astype(np.int64)
    distinct, codes = coded("domains", labels[inside], inside.size)
    estimates = [
        estimator(sample.domain(rows), rows_of_values[rows])
        for rows in _rows_of_each(inside, codes, distinct.size)
    ]
    together = None
    if covariance:
        # Zeros outside the domain instead of filtering: domains share strata and clusters.
        together = sample.covariance(
            np.column_stack(
                [
                    sample.spread(_deviations(estimate), rows, rows_of_values.shape[0])
                    for estimate, rows in zip(
                        estimates, _rows_of_each(inside, codes, distinct.size), strict=True
                    )
                ]
            )
        )
    return DomainEstimates(
        labels=distinct,
        values=np.array([estimate.value for estimate in estimates]),
        standard_errors=np.array([estimate.standard_error for estimate in estimates]),
        degrees_of_freedom=np.array([estimate.degrees_of_freedom for estimate in estimates]),
        n=np.array([estimate.n for estimate in estimates], dtype=np.int64),
        covariance=together,
    )


def _rows_of_each(inside: Integers, codes: Integers, n_domains: int) -> list[Integers]:
    ordered = inside[np.argsort(codes, kind="stable")]
    ends = np.cumsum(np.bincount(codes, minlength=n_domains))
    return np.split(ordered, ends[:-1])


def _deviations(estimate: Estimate) -> NDArray[np.float64]:
    if estimate.deviations is None:
        raise BadInput("covariance needs an estimator that linearises, such as mean or total")
    return estimate.deviations
