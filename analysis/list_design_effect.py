"""The test of a list experiment: did the sensitive statement change how the others were counted."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from analysis.arrays import Floats
from analysis.list_experiment import Arms, arms_of
from analysis.sample import Sample

DRAWS = 20_000
SEED = 2012  # the weights of the test are an integral; always the same points
SAME = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class ListDesignEffect:
    """
    The test, and the shares of the types of respondents that it rests on.

    Attributes
    ----------
    p_value : of "no design effect"; small where some type would be fewer than nobody
    with_item, without_item : (J + 1,) share for whom y = 0 to J of the other statements are true,
        by whether the sensitive one is; their sum is the share, and 1 minus it
    with_errors, without_errors : their standard errors
    """

    p_value: float
    with_item: Floats
    without_item: Floats
    with_errors: Floats
    without_errors: Floats


def list_design_effect(
    sample: Sample, counts: ArrayLike, treated: ArrayLike, *, controls: int
) -> ListDesignEffect:
    """
    Test that the sensitive statement did not change how the other statements were counted.

    Without a design effect, and where nobody lies, P(Y <= y | control) - P(Y <= y | treated) and
    P(Y <= y | treated) - P(Y <= y - 1 | control) are shares of people: not negative. Each family
    of them is tested with the chi-bar-squared distribution (Kudo 1963); families that lie clearly
    above zero are set aside (generalized moment selection); the smaller p-value counts twice.

    Parameters
    ----------
    sample, counts, treated, controls : as in ``list_prevalence``

    References
    ----------
    Blair & Imai (2012), section 4, doi:10.1093/pan/mpr048; Andrews & Soares (2010), Econometrica
    78, doi:10.3982/ECTA7502.

    Examples
    --------
    The survey of ``list_prevalence``: -1.7 % would be angry and hold nothing else true.

    >>> counts = [0, 1, 2, 3, 0, 1, 2, 3, 4]
    >>> people = [8, 132, 222, 227, 19, 123, 229, 219, 34]
    >>> arm = [0] * 4 + [1] * 5
    >>> sample = Sample([1] * 9, strata=arm, counts=people)
    >>> found = list_design_effect(sample, counts, arm, controls=3)
    >>> found.with_item.round(3).tolist()
    [-0.017, 0.01, 0.02, 0.054]
    """
    arms = arms_of(sample, counts, treated, controls)
    most = arms.controls
    levels = np.arange(most + 1)
    with_item = _family(arms, levels, levels, sign=-1.0)
    without = _family(arms, levels, levels - 1, sign=1.0)
    # The last share of the first family and the first of the second cannot be negative.
    people = float(arms.sample.counts.sum())
    p_values = [
        _p_value(with_item[0][:most], with_item[1][:most, :most], people),
        _p_value(without[0][1:], without[1][1:, 1:], people),
    ]
    return ListDesignEffect(
        p_value=min(1.0, 2 * min(p_values)),
        with_item=with_item[0],
        without_item=without[0],
        with_errors=np.sqrt(np.diag(with_item[1])),
        without_errors=np.sqrt(np.diag(without[1])),
    )


def _family(
    arms: Arms, treated: Floats | ArrayLike, control: ArrayLike, *, sign: float
) -> tuple[Floats, Floats]:
    """Differences of the treated's and the controls' cumulative shares, and their covariance."""
    high, of_treated = arms.deviations(arms.at_most(treated), treated=True)
    low, of_controls = arms.deviations(arms.at_most(control), treated=False)
    return sign * (high - low), arms.sample.covariance(of_treated - of_controls)


def _p_value(shares: Floats, covariance: Floats, people: float) -> float:
    """P-value of "none of these is below zero"."""
    errors = np.sqrt(np.diag(covariance))
    # A share without any error is one that nobody's answer could have made negative.
    open_ones = (errors > SAME) & (shares <= errors * np.sqrt(np.log(max(people, 2.0))))
    if not open_ones.any() or (shares[open_ones] >= 0).all():
        return 1.0
    kept = np.ix_(open_ones, open_ones)
    scale = errors[open_ones]
    correlation = covariance[kept] / np.outer(scale, scale)
    distance, _ = _projected(correlation, (shares[open_ones] / scale)[None, :])
    rng = np.random.default_rng(SEED)
    points = rng.multivariate_normal(np.zeros(len(scale)), correlation, DRAWS, method="svd")
    _, moved = _projected(correlation, points)
    weights = np.bincount(moved, minlength=len(scale) + 1) / DRAWS
    tails = [float(distance[0] < SAME), *chdtrc(np.arange(1, len(scale) + 1), distance[0])]
    return float(weights @ np.array(tails))


def _projected(correlation: Floats, points: Floats) -> tuple[Floats, np.ndarray]:
    """
    Squared distance of points (n, k) from the orthant of no negative part, and where they land.

    Every set of parts that become zero is tried: the right one moves those from below and leaves
    no other below zero. The second array says how many parts became zero.
    """
    n, k = points.shape
    distances, moved = np.full(n, np.inf), np.zeros(n, dtype=np.int64)
    for chosen in product((False, True), repeat=k):
        zero = np.array(chosen)
        inverse = np.linalg.pinv(correlation[np.ix_(zero, zero)], hermitian=True)
        multipliers = -points[:, zero] @ inverse
        landed = points[:, ~zero] + multipliers @ correlation[np.ix_(zero, ~zero)]
        fits = (multipliers >= -SAME).all(axis=1) & (landed >= -SAME).all(axis=1)
        found = -np.einsum("ij,ij->i", multipliers, points[:, zero])
        better = fits & (found < distances - SAME)
        distances[better], moved[better] = found[better], zero.sum()
    return distances, moved
