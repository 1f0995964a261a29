"""At which score red ends and green begins, from colours that were adjudicated."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri

from analysis.arrays import Floats, Integers, coded, finite, not_negative
from analysis.errors import BadInput
from analysis.estimate import Interval
from analysis.mapping.cut_likelihood import CutLikelihood
from analysis.mapping.rising import rising_pair
from analysis.ordinal_regression import OrdinalRegression, ordinal_regression
from analysis.scalars import positive, strictly_between

COLOURS = ("red", "yellow", "green")
ENOUGH_CASES = 30

BoundaryReason = Literal[
    "", "few_cases", "no_cases", "colours_separated", "colours_fall", "outside_scale"
]


@dataclass(frozen=True, slots=True)
class Boundary:
    """
    Where one colour ends and the next begins.

    Attributes
    ----------
    threshold : the score to use: the estimate, or the policy's where ``reason`` says why
    policy : the threshold declared before any reference was seen
    estimate : the score at which both sides are equally likely; None where it cannot be told
    interval
        Likelihood interval of that score within the scale, also where the policy is kept; None
        with "no_cases" and "colours_fall"
    cases : references of the rarer one of the two colours that meet here
    reason
        "" the estimate is used; "few_cases" (under 30); "no_cases" of one colour;
        "colours_separated" (they do not overlap: any score of the gap parts them alike);
        "colours_fall" (greener with lower scores); "outside_scale"
    """

    threshold: float
    policy: float
    estimate: float | None
    interval: Interval | None
    cases: int
    reason: BoundaryReason

    @property
    def contradicts_policy(self) -> bool:
        """Whether the policy's threshold lies outside the interval."""
        if self.interval is None:
            return False
        return not self.interval.low <= self.policy <= self.interval.high


@dataclass(frozen=True, slots=True)
class ColourThresholds:
    """
    The two boundaries, and the slope they share (log odds of a greener colour per point).

    ``slope`` is None where it cannot be told: one colour only, or colours that do not overlap.
    """

    red_yellow: Boundary
    yellow_green: Boundary
    slope: float | None
    n: int


class _Scale(NamedTuple):
    limits: tuple[float, float]
    largest_deviance: float


def colour_thresholds(
    scores: ArrayLike,
    colours: ArrayLike,
    *,
    policy: tuple[float, float] = (100 / 3, 200 / 3),
    weights: ArrayLike | None = None,
    design_effect: float = 1.0,
    level: float = 0.95,
    limits: tuple[float, float] = (0.0, 100.0),
) -> ColourThresholds:
    """
    Estimate the scores that part red, yellow and green from adjudicated colours.

    Proportional odds: two thresholds and one slope; a boundary is the score where its log odds
    are 0. With fewer than 30 references of a colour that meets there the policy's threshold
    stays, and the likelihood interval is reported only.

    Parameters
    ----------
    scores : (m,) numbers, usually 0-100
    colours : (m,) "red", "yellow" or "green", adjudicated without sight of the scores
    policy : the declared thresholds
    weights : (m,) importance; they are scaled to Kish's effective number of references
    design_effect : of the clustering of references in units: divides what they can tell

    Raises
    ------
    BadInput
        Lengths, another colour, scores that are all the same, thresholds or limits out of order.

    References
    ----------
    McCullagh (1980), J. R. Statist. Soc. B 42; R: ``MASS::polr``. The interval holds all boundaries
    that a likelihood ratio test does not reject; where the slope itself cannot be told from 0 it is
    the whole scale.

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.repeat([20.0, 40.0, 60.0, 80.0], 20)
    >>> colours = np.repeat(["red", "yellow", "red", "yellow", "green", "yellow", "green"],
    ...                     [15, 5, 5, 15, 5, 15, 20])
    >>> found = colour_thresholds(scores, colours)
    >>> found.red_yellow.reason, round(found.yellow_green.interval.low)
    ('few_cases', 60)
    """
    x, codes, mass = _checked(scores, colours, weights)
    (lowest, highest), declared = rising_pair("limits", limits), rising_pair("policy", policy)
    if not lowest < declared[0] < declared[1] < highest:
        raise BadInput(f"policy must rise within the limits {limits}, got {policy}")
    beyond = 1 - strictly_between("level", level)
    counts = np.bincount(codes, minlength=len(COLOURS))
    present = np.flatnonzero(counts)
    inflated = positive("design_effect", design_effect) * float(chdtri(1, beyond))
    scale = _Scale((lowest, highest), inflated)
    if present.size == 1:
        first, second = (Boundary(at, at, None, None, 0, "no_cases") for at in declared)
        return ColourThresholds(first, second, slope=None, n=x.size)
    fit = ordinal_regression(codes, x[:, None], mass)
    likelihood = CutLikelihood(x, np.searchsorted(present, codes), mass)
    first, second = (
        _boundary(
            likelihood,
            fit,
            int(np.searchsorted(present, at)),
            int(min(counts[at], counts[at + 1])),
            policy=declared[at],
            scale=scale,
        )
        for at in range(len(declared))
    )
    slope = float(fit.slopes[0]) if fit.converged else None
    return ColourThresholds(first, second, slope=slope, n=x.size)


def _checked(
    scores: ArrayLike, colours: ArrayLike, weights: ArrayLike | None
) -> tuple[Floats, Integers, Floats]:
    x = finite("scores", scores)
    if x.size == 0:
        raise BadInput("scores must hold one reference or more, got none")
    labels, places = coded("colours", colours, x.size)
    unknown = [label for label in labels.tolist() if label not in COLOURS]
    if unknown:
        raise BadInput(f"colours must be of {COLOURS}, got {unknown[0]!r}")
    codes = np.array([COLOURS.index(label) for label in labels.tolist()])[places]
    mass = np.ones(x.size) if weights is None else not_negative("weights", weights, x.size)
    kept = mass > 0
    if not kept.any():
        raise BadInput("weights must not all be 0")
    x, codes, mass = x[kept], codes[kept].astype(np.int64), mass[kept]
    if x.min() == x.max():
        raise BadInput(f"scores must differ, all are {x[0]}")
    return x, codes, mass * (mass.sum() / (mass @ mass))


def _boundary(
    likelihood: CutLikelihood,
    fit: OrdinalRegression,
    place: int,
    cases: int,
    *,
    policy: float,
    scale: _Scale,
) -> Boundary:
    """Estimate boundary ``place`` of the colours that occur, and decide whether to use it."""
    if cases == 0:
        return Boundary(policy, policy, None, None, cases, "no_cases")
    if fit.slopes[0] <= 0:
        return Boundary(policy, policy, None, None, cases, "colours_fall")
    if fit.converged:
        estimate = inside = float(fit.thresholds[place] / fit.slopes[0])
    else:
        estimate, inside = None, likelihood.gap_middle(place)
    interval = likelihood.interval(
        place, inside, limits=scale.limits, largest_deviance=scale.largest_deviance
    )
    reason: BoundaryReason = ""
    if estimate is None:
        reason = "colours_separated"
    elif cases < ENOUGH_CASES:
        reason = "few_cases"
    elif not scale.limits[0] < estimate < scale.limits[1]:
        reason = "outside_scale"
    threshold = policy if reason or estimate is None else estimate
    return Boundary(threshold, policy, estimate, interval, cases, reason)
