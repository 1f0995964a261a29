"""How many answers a list experiment needs."""

from math import ceil, sqrt

from scipy.special import ndtr, ndtri

from analysis.scalars import positive, real_number, strictly_between

COUNT_VARIANCE = 0.5  # of the statements counted in the control list, when these were well chosen


def list_sample_size(
    prevalence: float,
    *,
    count_variance: float = COUNT_VARIANCE,
    threshold: float = 0.05,
    power: float = 0.80,
    design_effect: float = 1.0,
) -> int:
    """
    Answers, both arms together, needed to tell a prevalence from none.

    Parameters
    ----------
    prevalence : share for whom the sensitive statement is true
    count_variance : of the count in the control list; a list of which one statement is common, one
        rare and two exclude each other has about 0.5
    threshold : two-sided p-value that counts
    power : chance of finding it
    design_effect : of weights and clusters

    Notes
    -----
    Two arms of n / 2: n = 2 deff (z_(1 - t/2) + z_power)^2 (2 v + p (1 - p)) / p^2, where the
    sensitive statement is independent of the others (Blair, Coppock & Moor 2020, American
    Political Science Review 114, doi:10.1017/S0003055420000374).

    Examples
    --------
    >>> list_sample_size(0.25), list_sample_size(0.10)
    (299, 1712)
    """
    strictly_between("threshold", threshold)
    strictly_between("power", power)
    strictly_between("prevalence", prevalence)
    needed = float(ndtri(1 - threshold / 2) + ndtri(power))
    variance = _variance(prevalence, count_variance, design_effect)
    return ceil(2 * variance * (needed / prevalence) ** 2 - 1e-9)


def list_power(
    answers: float,
    prevalence: float,
    *,
    count_variance: float = COUNT_VARIANCE,
    threshold: float = 0.05,
    design_effect: float = 1.0,
) -> float:
    """
    Chance of telling a prevalence from none with so many answers in both arms together.

    Examples
    --------
    >>> round(list_power(299, 0.25), 2), round(list_power(100, 0.25), 2)
    (0.8, 0.37)
    """
    strictly_between("threshold", threshold)
    error = _error(answers, prevalence, count_variance, design_effect)
    return float(ndtr(prevalence / error - ndtri(1 - threshold / 2)))


def list_half_width(
    answers: float,
    prevalence: float = 0.25,
    *,
    count_variance: float = COUNT_VARIANCE,
    level: float = 0.95,
    design_effect: float = 1.0,
) -> float:
    """
    Half of the interval's width to expect, before it is cut at 0 and 1.

    Examples
    --------
    >>> round(list_half_width(100), 2), round(list_half_width(1000), 2)
    (0.3, 0.1)
    """
    strictly_between("level", level)
    error = _error(answers, prevalence, count_variance, design_effect)
    return float(ndtri((1 + level) / 2)) * error


def _error(
    answers: float, prevalence: float, count_variance: float, design_effect: float
) -> float:
    half = positive("answers", answers) / 2
    return sqrt(_variance(prevalence, count_variance, design_effect) / half)


def _variance(prevalence: float, count_variance: float, design_effect: float) -> float:
    """Of one answer to each list."""
    share = real_number("prevalence", prevalence, 0, 1)
    variance = 2 * positive("count_variance", count_variance) + share * (1 - share)
    return positive("design_effect", design_effect) * variance
