"""Is a mapping to references good enough to be used? Tried on units it has not seen."""

from dataclasses import dataclass
from math import sqrt
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats, numbers, tally
from analysis.errors import BadInput
from analysis.estimate import Interval
from analysis.mapping.fitting import (
    Kind,
    KindAsked,
    Mapping,
    References,
    fit,
    referenced_cells,
    settled_kind,
)
from analysis.mapping.rising import rising_pair
from analysis.raters.intraclass import intraclass_correlation, mean_squares
from analysis.raters.kappa import kappas_of_tables
from analysis.scalars import generator, one_of, strictly_between
from analysis.whole_numbers import whole_number

ENOUGH_REFERENCES = 60
ENOUGH_UNITS = 8
ENOUGH_RATED_TWICE = 0.20
ENOUGH_AGREEMENT = 0.60
FEWEST_TO_COMPARE = 2
MOST_DRAWS = 100_000


@dataclass(frozen=True, slots=True)
class Rule:
    """
    A rule and whether it is met: ``value`` at least ``needed`` (more than it, if ``strict``).

    ``value`` is None where the data cannot tell it, which does not meet the rule.
    """

    name: str
    value: float | None
    needed: float
    strict: bool = False

    @property
    def is_met(self) -> bool:
        if self.value is None:
            return False
        return self.value > self.needed if self.strict else self.value >= self.needed


@dataclass(frozen=True, slots=True, eq=False)
class MappingValidation:
    """
    How a mapping does on units it has not seen, beside what is in use.

    Attributes
    ----------
    mapping : fitted to all references: what would be used
    predictions, current_predictions
        (m,) of each cell of positive weight, by the mapping fitted without its unit, and by what
        is in use
    rmse, current_rmse : root mean squared error against the references
    improvement, improvement_standard_error
        current_rmse - rmse, and the error of this paired difference over units
    kappa, kappa_interval
        Agreement of the colours of predictions and references, quadratic weights, and its
        percentile interval over a bootstrap of units; None where all are of one colour
    undefined_draws : bootstrap draws in which kappa is not defined; they are not in the interval
    rules
        "references" (60), "units" (8), "rated_twice" (share, .20), "rater_agreement" (ICC, .60),
        "references_rise" (the slope of references on scores, above 0), "one_standard_error"
        (improvement, above its standard error)
    """

    mapping: Mapping
    predictions: Floats
    current_predictions: Floats
    rmse: float
    current_rmse: float
    improvement: float
    improvement_standard_error: float
    kappa: float | None
    kappa_interval: Interval | None
    undefined_draws: int
    rules: tuple[Rule, ...]

    @property
    def failed(self) -> tuple[str, ...]:
        return tuple(rule.name for rule in self.rules if not rule.is_met)

    @property
    def is_accepted(self) -> bool:
        return not self.failed


def validate_mapping(
    scores: ArrayLike,
    references: ArrayLike,
    *,
    units: ArrayLike,
    rng: np.random.Generator,
    weights: ArrayLike | None = None,
    second_references: ArrayLike | None = None,
    kind: KindAsked = "auto",
    current: Mapping | Kind = "identity",
    colour_cuts: tuple[float, float] = (100 / 3, 200 / 3),
    draws: int = 1000,
    level: float = 0.95,
    limits: tuple[float, float] = (0.0, 100.0),
) -> MappingValidation:
    """
    Leave one unit out, predict its references from the others, and compare with what is in use.

    The kind is settled on all references and then kept: cells of a unit share its bias, so that
    leaving out single cells would flatter the mapping. It is accepted if every rule is met.

    Parameters
    ----------
    scores, references, units, weights, kind, limits : as in ``fit_mapping``
    second_references
        (m,) the rating of a second, blind rater; NaN where there is none. Their agreement is
        ICC(1): the pairs of raters need not be the same
    current
        The mapping in use, fitted to other references; or a kind, left out and refitted as well
    colour_cuts : scores from which yellow and green begin, for predictions and references alike

    Raises
    ------
    BadInput
        As ``fit_mapping``; fewer than two units; scores that are all the same without a unit.

    References
    ----------
    One-standard-error rule: Breiman, Friedman, Olshen & Stone (1984), Classification and
    Regression Trees, section 3.4.3. Error of the difference: linearised ratio with units as
    clusters; R: ``survey::svycontrast``.
    """
    cells = referenced_cells(scores, references, units, weights)
    if cells.n_units < FEWEST_TO_COMPARE:
        raise BadInput("units must be two or more to leave one out, got 1")
    middle, scale = strictly_between("level", level), rising_pair("limits", limits)
    settled = settled_kind(cells, kind)
    mapping = fit(cells, settled, scale, asked=kind)
    predictions = _left_out(cells, settled, scale)
    if isinstance(current, Mapping):
        in_use = current.predict(cells.scores)
    else:
        in_use = _left_out(cells, one_of("current", current, get_args(Kind)), scale)
    improvement = _Improvement.of(cells, predictions, in_use)
    kappas = _colour_kappas(cells, predictions, colour_cuts, draws, rng=rng)
    defined = kappas[1:][~np.isnan(kappas[1:])]
    ends = (0.5 - middle / 2, 0.5 + middle / 2)
    rules = (
        Rule("references", cells.scores.size, ENOUGH_REFERENCES),
        Rule("units", cells.n_units, ENOUGH_UNITS),
        *_rater_rules(cells, second_references),
        Rule("references_rise", None if cells.is_flat else mapping.fitted_slope, 0.0, strict=True),
        Rule("one_standard_error", improvement.value, improvement.standard_error, strict=True),
    )
    return MappingValidation(
        mapping=mapping,
        predictions=predictions,
        current_predictions=in_use,
        rmse=improvement.rmse,
        current_rmse=improvement.current_rmse,
        improvement=improvement.value,
        improvement_standard_error=improvement.standard_error,
        kappa=None if np.isnan(kappas[0]) else float(kappas[0]),
        kappa_interval=Interval(*np.quantile(defined, ends).tolist()) if defined.size else None,
        undefined_draws=draws - defined.size,
        rules=rules,
    )


@dataclass(frozen=True, slots=True)
class _Improvement:
    rmse: float
    current_rmse: float
    value: float
    standard_error: float

    @classmethod
    def of(cls, cells: References, predictions: Floats, in_use: Floats) -> "_Improvement":
        """Linearise the two roots of mean squared errors, which share units."""
        share = cells.weights / cells.weights.sum()
        roots, deviations = [], []
        for predicted in (predictions, in_use):
            squares = (predicted - cells.references) ** 2
            mean = float(share @ squares)
            roots.append(sqrt(mean))
            slope = 1 / (2 * roots[-1]) if roots[-1] > 0 else 0.0
            deviations.append(slope * tally(cells.units, share * (squares - mean), 0))
        paired = deviations[1] - deviations[0]
        n = cells.n_units
        error = sqrt(n / (n - 1) * float(paired @ paired))
        return cls(roots[0], roots[1], roots[1] - roots[0], error)


def _left_out(cells: References, kind: Kind, limits: tuple[float, float]) -> Floats:
    """Predict every unit's cells from the references of the other units."""
    predictions = cells.scores.copy()
    if kind == "identity":
        return predictions
    for unit in np.unique(cells.units).tolist():
        others = cells.without(unit)
        if others.is_flat:
            raise BadInput(
                f"scores must differ when a unit is left out, all others are {others.scores[0]}"
            )
        inside = cells.units == unit
        predictions[inside] = fit(others, kind, limits).predict(cells.scores[inside])
    return predictions


def _colour_kappas(
    cells: References,
    predictions: Floats,
    cuts: tuple[float, float],
    draws: int,
    *,
    rng: np.random.Generator,
) -> Floats:
    """Kappa of the colours: of all units, then of each bootstrap draw of units; NaN: not defined."""
    whole_number("draws", draws, 1, MOST_DRAWS)
    generator("rng", rng)
    from_scores = rising_pair("colour_cuts", cuts)
    size = len(from_scores) + 1
    found, adjudicated = (
        np.searchsorted(from_scores, v, "right") for v in (predictions, cells.references)
    )
    _, unit = np.unique(cells.units, return_inverse=True)
    pairs = unit * size**2 + found * size + adjudicated
    tables = np.bincount(pairs, cells.weights, minlength=cells.n_units * size**2)
    tables = tables.reshape(cells.n_units, size**2)
    taken = rng.multinomial(cells.n_units, np.full(cells.n_units, 1 / cells.n_units), draws)
    drawn = np.concatenate([tables.sum(axis=0, keepdims=True), taken @ tables])
    return kappas_of_tables(drawn.reshape(-1, size, size), "quadratic")


def _rater_rules(cells: References, second_references: ArrayLike | None) -> tuple[Rule, Rule]:
    share, agreement = 0.0, None
    if second_references is not None:
        second = numbers("second_references", second_references, cells.given.size)[cells.given]
        if np.isinf(second).any():
            raise BadInput("second_references must not be infinite")
        twice = ~np.isnan(second)
        share = float(twice.mean())
        pairs = np.column_stack([cells.references, second])[twice]
        enough = pairs.shape[0] >= FEWEST_TO_COMPARE and np.ptp(pairs) > 0
        if enough and mean_squares(pairs).things > 0:
            agreement = intraclass_correlation(pairs, model="one_way").value
    return (
        Rule("rated_twice", share, ENOUGH_RATED_TWICE),
        Rule("rater_agreement", agreement, ENOUGH_AGREEMENT),
    )
