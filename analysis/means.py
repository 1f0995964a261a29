"""Means, totals, ratios and the variance of a population."""

from math import nan

from numpy.typing import ArrayLike

from analysis.arrays import Floats
from analysis.designs import Answered, Design, answered, no_data
from analysis.errors import BadInput
from analysis.estimate import Estimate
from analysis.replication import ReplicateSample


def mean(sample: Design, values: ArrayLike) -> Estimate:
    """
    Estimate the mean of those who have a value: R's ``svymean``.

    Parameters
    ----------
    values : (n,) numbers; NaN is "not in the domain" (the item is missing)

    Notes
    -----
    Linearised as a ratio of totals, zeros outside the domain (Lumley 2010, section 2.2).

    Examples
    --------
    Four drawn of ten, by hand: s^2 = 8/3, variance (1 - 4/10) s^2 / 4 = 0.4.

    >>> from analysis import Sample, mean
    >>> estimate = mean(Sample([2.5] * 4, population_sizes=[10] * 4), [2, 4, 4, 6])
    >>> estimate.value, round(estimate.standard_error, 6)
    (4.0, 0.632456)
    """
    known = answered(sample, values=values)
    if not known.rows.size:
        return no_data(sample)
    (numbers,) = known.variables
    weight, first = float(known.mass.sum()), float(numbers[0])
    # From the first value on: answers that are all the same do not vary, not even by rounding.
    centre = float(known.mass @ (numbers - first)) / weight + first
    return known.estimate(
        lambda mass: float((mass @ (numbers - first)) / mass.sum() + first),
        (numbers - centre) / weight,
        simple_variance=_spread(known, numbers) / known.n,
    )


def total(sample: Design, values: ArrayLike) -> Estimate:
    """
    Estimate the total over the population: R's ``svytotal``.

    Parameters
    ----------
    values : (n,) numbers; rows without a value (NaN) add nothing

    References
    ----------
    Horvitz and Thompson (1952), doi:10.1080/01621459.1952.10483446.
    """
    known = answered(sample, values=values)
    if not known.rows.size:
        return no_data(sample)
    (numbers,) = known.variables
    return known.estimate(
        lambda mass: float(mass @ numbers),
        numbers,
        centred=False,
        simple_variance=_spread(known, numbers) * float(known.mass.sum()) ** 2 / known.n,
    )


def ratio(sample: Design, numerator: ArrayLike, denominator: ArrayLike) -> Estimate:
    """
    Estimate the ratio of two totals over the rows that have both: R's ``svyratio``.

    Linearised as in Sarndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, 5.6.
    """
    known = answered(sample, numerator=numerator, denominator=denominator)
    if not known.rows.size:
        return no_data(sample)
    above, below = known.variables
    bottom = float(known.mass @ below)
    if bottom == 0:
        raise BadInput("denominator must not have total zero, got 0")
    residuals = (above - float(known.mass @ above) / bottom * below) / bottom
    return known.estimate(
        lambda mass: float((mass @ above) / (mass @ below)),
        residuals,
        simple_variance=_spread(known, residuals) * float(known.mass.sum()) ** 2 / known.n,
    )


def population_variance(sample: Design, values: ArrayLike) -> Estimate:
    """
    Estimate the variance of the population (divisor N - 1).

    R's ``svyvar``. The standard error is that of the mean of n / (n - 1) (y - mean y)^2, as in R's svyvar: the
    estimated mean inside adds nothing of first order.
    """
    known = answered(sample, values=values)
    n = known.n if isinstance(sample, ReplicateSample) else _with_weight(sample)
    if known.n <= 1:
        return no_data(sample)
    (numbers,) = known.variables
    weight = float(known.mass.sum())
    squares = (numbers - float(known.mass @ numbers) / weight) ** 2 * n / (n - 1)

    def variance(mass: Floats) -> float:
        weighed = mass.sum()
        return float(mass @ (numbers - (mass @ numbers) / weighed) ** 2 / weighed * n / (n - 1))

    return known.estimate(
        variance,
        (squares - float(known.mass @ squares) / weight) / weight,
        simple_variance=_spread(known, squares) / known.n,
    )


def _with_weight(sample: Design) -> float:
    """Count the respondents with a weight: R's svyvar counts those without a value, too."""
    return float(sample.counts[sample.mass != 0].sum())


def _spread(known: Answered, numbers: Floats) -> float:
    if known.n <= 1:
        return nan
    mass = known.mass
    centre = float(mass @ numbers) / float(mass.sum())
    squares = float(mass @ (numbers - centre) ** 2) / float(mass.sum())
    return squares * known.n / (known.n - 1)
