"""From scores to the scale of adjudicated references: isotonic, linear, or left as they are."""

from dataclasses import dataclass, replace
from math import nan, sqrt
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Booleans, Floats, Integers, coded, finite, floats, not_negative, tally
from analysis.errors import BadInput
from analysis.mapping.rising import rising_pair
from analysis.scalars import one_of
from analysis.solvers import isotonic_regression

Kind = Literal["isotonic", "linear", "identity"]
KindAsked = Literal["auto", "isotonic", "linear", "identity"]

ENOUGH_FOR_ISOTONIC = 100
ENOUGH_FOR_LINEAR = 20
SLOPES = (0.5, 2.0)


@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    """
    A rule that turns scores into what adjudicated references would say.

    Attributes
    ----------
    m, n_units : references with a positive weight, and the units they come from
    intercept, slope : of the line that is used, the slope held within 0.5 and 2; identity: 0, 1;
        NaN for "isotonic"
    fitted_slope, fitted_slope_standard_error
        The line's slope as the data give it, with its error over units (infinite with one unit);
        NaN where the scores are all the same
    knots, levels : "isotonic": distinct scores in order and the reference each stands for
    limits : the scale; a line is cut there
    notes
        What a reader must know: "scores_flat", "references_fall" (they fall where scores rise),
        "slope_limited", "one_level" (the same prediction for every score), "one_unit",
        "few_references" (fewer than the kind that was asked for needs)
    """

    kind: Kind
    m: int
    n_units: int
    intercept: float
    slope: float
    fitted_slope: float
    fitted_slope_standard_error: float
    knots: Floats
    levels: Floats
    limits: tuple[float, float]
    notes: tuple[str, ...]

    def predict(self, scores: ArrayLike) -> Floats:
        """
        Return the mapped scores; NaN (no score) stays NaN.

        An isotonic mapping is interpolated between its knots and level outside them.
        """
        values = floats("scores", scores)
        if np.isinf(values).any():
            raise BadInput("scores must not be infinite")
        if self.kind == "identity":
            return values.copy()
        if self.kind == "isotonic":
            return np.interp(values, self.knots, self.levels)
        return np.clip(self.intercept + self.slope * values, *self.limits)


@dataclass(frozen=True, slots=True, eq=False)
class References:
    """Scores beside the references of the same cells; of the rows given, those with a weight."""

    scores: Floats
    references: Floats
    units: Integers
    weights: Floats
    given: Booleans

    @property
    def n_units(self) -> int:
        return int(np.unique(self.units).size)

    @property
    def is_flat(self) -> bool:
        return bool(self.scores.min() == self.scores.max())

    def without(self, unit: int) -> "References":
        kept = self.units != unit
        return References(
            self.scores[kept], self.references[kept], self.units[kept], self.weights[kept], kept
        )


def fit_mapping(
    scores: ArrayLike,
    references: ArrayLike,
    *,
    units: ArrayLike,
    weights: ArrayLike | None = None,
    kind: KindAsked = "auto",
    limits: tuple[float, float] = (0.0, 100.0),
) -> Mapping:
    """
    Map scores to the scale of adjudicated references of the same cells.

    "auto" asks of the data only what they can bear: with 100 references or more the monotone
    curve of least squares (isotonic, pool adjacent violators), with 20 a line whose slope is held
    within 0.5 and 2, with fewer the scores as they are; also where all scores are the same, for
    which the mapping has a note. Cells with the same score share one level.

    Parameters
    ----------
    scores, references : (m,) numbers on the same scale, usually 0-100; only cells that have both
    units : (m,) the unit of each cell: cells of a unit are not independent
    weights : (m,) importance of the cells, for example 1 / the probability of being referenced
    kind : "isotonic" and "linear" are fitted whatever m is, with the note "few_references"
    limits : the scale, beyond which a line does not predict

    Raises
    ------
    BadInput
        Lengths; values that are not finite; weights that are negative or all 0; a line or a curve
        through scores that are all the same.

    References
    ----------
    Barlow, Bartholomew, Bremner & Brunk (1972), Statistical Inference under Order Restrictions;
    R: ``isoreg``, ``lm``. Error of the slope: Binder (1983), Int. Statist. Rev. 51, with units as
    clusters; R: ``survey::svyglm``.

    Examples
    --------
    The second and third references violate the order and share their mean.

    >>> mapping = fit_mapping(
    ...     [10, 20, 30, 40], [15, 40, 30, 60], units=["a", "a", "b", "b"], kind="isotonic"
    ... )
    >>> mapping.predict([10, 20, 30, 35]).tolist()
    [15.0, 35.0, 35.0, 47.5]
    """
    scale = rising_pair("limits", limits)
    cells = referenced_cells(scores, references, units, weights)
    return fit(cells, settled_kind(cells, kind), scale, asked=kind)


def referenced_cells(
    scores: ArrayLike, references: ArrayLike, units: ArrayLike, weights: ArrayLike | None
) -> References:
    found = finite("scores", scores)
    m = found.size
    if m == 0:
        raise BadInput("references must hold one cell or more, got none")
    adjudicated = finite("references", references, m)
    _, unit_codes = coded("units", units, m)
    mass = np.ones(m) if weights is None else not_negative("weights", weights, m)
    kept = mass > 0
    if not kept.any():
        raise BadInput("weights must not all be 0")
    return References(found[kept], adjudicated[kept], unit_codes[kept], mass[kept], kept)


def settled_kind(cells: References, kind: KindAsked) -> Kind:
    one_of("kind", kind, get_args(KindAsked))
    if kind != "auto":
        return kind
    if cells.is_flat or cells.scores.size < ENOUGH_FOR_LINEAR:
        return "identity"
    return "linear" if cells.scores.size < ENOUGH_FOR_ISOTONIC else "isotonic"


def fit(
    cells: References, kind: Kind, limits: tuple[float, float], *, asked: KindAsked = "auto"
) -> Mapping:
    if kind != "identity" and cells.is_flat:
        raise BadInput(f"scores must differ for a {kind} mapping, all are {cells.scores[0]}")
    fitted_slope, error = (nan, nan) if cells.is_flat else _slope(cells)
    intercept, slope = nan, nan
    knots = levels = np.zeros(0)
    if kind == "identity":
        intercept, slope = 0.0, 1.0
    elif kind == "linear":
        slope = min(max(fitted_slope, SLOPES[0]), SLOPES[1])
        x, y = (np.average(v, weights=cells.weights) for v in (cells.scores, cells.references))
        intercept = float(y - slope * x)
    else:
        knots, levels = _isotonic(cells)
    mapping = Mapping(
        kind=kind,
        m=cells.scores.size,
        n_units=cells.n_units,
        intercept=intercept,
        slope=slope,
        fitted_slope=fitted_slope,
        fitted_slope_standard_error=error,
        knots=knots,
        levels=levels,
        limits=limits,
        notes=(),
    )
    return replace(mapping, notes=_notes(mapping, is_flat=cells.is_flat, asked=asked))


def _notes(mapping: Mapping, *, is_flat: bool, asked: KindAsked) -> tuple[str, ...]:
    needed = {"isotonic": ENOUGH_FOR_ISOTONIC, "linear": ENOUGH_FOR_LINEAR}.get(asked, 0)
    facts = {
        "scores_flat": is_flat,
        "references_fall": mapping.fitted_slope < 0,
        "slope_limited": mapping.kind == "linear" and mapping.slope != mapping.fitted_slope,
        "one_level": mapping.levels.size > 0 and bool(np.ptp(mapping.levels) == 0),
        "one_unit": mapping.n_units == 1,
        "few_references": mapping.m < needed,
    }
    return tuple(name for name, holds in facts.items() if holds)


def _slope(cells: References) -> tuple[float, float]:
    """Slope of the weighted line and its error, linearised, with units as clusters."""
    w = cells.weights
    x = cells.scores - np.average(cells.scores, weights=w)
    y = cells.references - np.average(cells.references, weights=w)
    spread = float(w @ x**2)
    slope = float(w @ (x * y)) / spread
    if cells.n_units == 1:
        return slope, np.inf
    deviations = tally(cells.units, w * x * (y - slope * x) / spread, 0)
    n = cells.n_units
    return slope, sqrt(n / (n - 1) * float(deviations @ deviations))


def _isotonic(cells: References) -> tuple[Floats, Floats]:
    """Distinct scores and their levels: cells of one score enter as their mean."""
    knots, at = np.unique(cells.scores, return_inverse=True)
    mass = tally(at, cells.weights, knots.size)
    means = tally(at, cells.weights * cells.references, knots.size) / mass
    return knots, np.asarray(isotonic_regression(means, weights=mass).x, dtype=np.float64)
