"""Self-scores and perception in one score per unit and indicator, with what it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import Floats, finite_or_none, has_label
from analysis.errors import BadInput
from analysis.grids import grid
from analysis.intervals import TOP_SCORE
from analysis.level import Anchors, level_of
from analysis.moments import Components, components, mixed, moment_components
from analysis.posterior import Sources, predict, sources_of
from analysis.scalars import positive, real_number

TWO_SIDED_95 = 1.959963984540054
FEWEST_INDICATORS = 5
UNITS_NOT_BORROWED = 8
UNITS_NOT_ASSUMED = 60
REFERENCE_CELLS, REFERENCE_UNITS = 30, 8


@dataclass(frozen=True, slots=True, eq=False)
class BlendShares:
    """
    Own-cell weights: 10 points more on this self-score move this result by ten times its share.

    ``pattern`` is the rest: the unit's other scores and its peers.
    """

    self: Floats  # a field like the others: the share of the self-score
    residents: Floats
    reference: Floats
    pattern: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Blend:
    """
    Arrays of shape (unit, indicator); NaN where a cell has no score at all.

    Attributes
    ----------
    variances
        Of the truth given everything; without references that of the residents' mean, on which
        the level is anchored, is part of it
    low, high : 95 %; NaN where references exist but are too few to check the interval
    components : variances in use; ``moments`` those of the data alone
    calibrated : references in enough units set the level; otherwise it is the residents' mean
    assumed : fewer than 60 units: the components lean on defaults
    notes
        "no blend", "assumed", "borrowed" (fewer than 8 units), "share not identified" (one unit),
        "uncalibrated", "interval withheld", "floor tr" and so on
    """

    values: Floats
    variances: Floats
    low: Floats
    high: Floats
    shares: BlendShares
    components: Components
    moments: Components | None
    self_bias: float
    perception_bias: float
    inflation: float
    calibrated: bool
    assumed: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """What a blend stands on besides its scores."""

    moments: Components | None
    inflation: float
    calibrated: bool
    notes: tuple[str, ...]


def blend(
    self_scores: ArrayLike,
    perception: ArrayLike,
    covariances: ArrayLike,
    *,
    effective_n: ArrayLike,
    references: ArrayLike | None = None,
    reference_sd: float = 5.0,
    reference_probability: ArrayLike | None = None,
    defaults: Mapping[str, float],
    prior_units: float = 20,
    perception_cap: ArrayLike | None = None,
    fold_of_unit: ArrayLike | None = None,
    means: ArrayLike | None = None,
    self_bias: float | None = None,
) -> Blend:
    """
    Predict the truth behind both scores by their variance components.

    Parameters
    ----------
    self_scores, perception : 0-100, shape (unit, indicator), NaN absent; never already smoothed
    covariances : of the perception's sampling error, shape (unit, indicator, indicator)
    effective_n : a perception with fewer than 5 counts as absent
    references : adjudicated scores, NaN absent; used from 30 cells in 8 units on
    reference_probability : chance of a cell to be audited; None: equal within units
    defaults : {"tr", "ss", "om", "ta", "tb", "th"}, the components to lean on, see `Components`
    prior_units : units that the defaults weigh as much as
    perception_cap : largest share_residents, shape (indicator,) or one number
    fold_of_unit : label per unit for checking the interval against held-out references
    means, self_bias : published level of an indicator and of self-scores, which one unit needs

    Raises
    ------
    BadInput
        Names the argument: shapes, infinite scores, negative components, caps or chances, folds
        that leave nothing to check with.

    References
    ----------
    Robinson (1991), Statistical Science 6, 15-32, doi:10.1214/ss/1177011926, for best linear
    prediction; `docs/statistics/perception_blend_gaps.md` for the components.
    """
    scores = grid("self_scores", self_scores)
    sources = sources_of(
        scores,
        perception,
        covariances,
        effective_n=effective_n,
        references=np.full_like(scores, np.nan) if references is None else references,
        reference_variance=positive("reference_sd", reference_sd) ** 2,
        perception_cap=np.inf if perception_cap is None else perception_cap,
    )
    default = components(defaults)
    real_number("prior_units", prior_units, 0)
    folds = _folds(fold_of_unit, sources.references)
    anchors = Anchors(
        _probability(reference_probability, scores.shape),
        None if means is None else _published_means(means, scores.shape[1]),
        None if self_bias is None else real_number("self_bias", self_bias),
    )
    units = _units_with_both(sources)
    if not _can_blend(sources, units, anchors):
        return _nothing(sources, default)
    # With one unit every moment is NaN and its weight nought: the defaults stand alone.
    moments, floors = moment_components(
        sources.self_scores, sources.perception, sources.covariances
    )
    used = mixed(moments, default, (units - 1) / (units - 1 + prior_units))
    calibrated = _are_enough(sources.references)
    withheld = not calibrated and not np.isnan(sources.references).all()
    if withheld:
        sources = replace(sources, references=np.full_like(sources.references, np.nan))
    inflation = _inflation(sources, used, anchors, folds) if calibrated else 1.0
    notes = _notes(units, floors, calibrated=calibrated, withheld=withheld)
    return _published(sources, used, anchors, Basis(moments, inflation, calibrated, notes))


def _probability(chances: ArrayLike | None, shape: tuple[int, ...]) -> Floats | None:
    if chances is None:
        return None
    found = grid("reference_probability", chances, shape, low=0, high=1)
    if not np.all(found > 0):
        raise BadInput("reference_probability must be positive: what cannot be drawn says nothing")
    return found


def _published_means(means: ArrayLike, indicators: int) -> Floats:
    found = finite_or_none("means", means, indicators)
    wrong = found[(found < 0) | (found > TOP_SCORE)]
    if wrong.size:
        raise BadInput(f"means must lie in 0..100, got {wrong[0]}")
    return found


def _folds(fold_of_unit: ArrayLike | None, references: Floats) -> NDArray[Any]:
    """Label every unit; without labels the audited units take turns."""
    audited = ~np.isnan(references).all(axis=1)
    if fold_of_unit is None:
        return np.asarray(np.cumsum(audited) % 2)
    folds = np.asarray(fold_of_unit)
    if folds.shape != audited.shape:
        raise BadInput(f"fold_of_unit must have {audited.size} units, got shape {folds.shape}")
    left_out = np.flatnonzero(audited & ~has_label(folds))
    if left_out.size:
        raise BadInput(f"fold_of_unit must label every audited unit, unit {left_out[0]} has none")
    return folds


def _units_with_both(sources: Sources) -> int:
    """Count the units that have a self-score and a perception, of whichever indicators."""
    has_self = ~np.isnan(sources.self_scores)
    has_perception = ~np.isnan(sources.perception)
    return int((has_self.any(axis=1) & has_perception.any(axis=1)).sum())


def _can_blend(sources: Sources, units: int, anchors: Anchors) -> bool:
    both = ~np.isnan(sources.self_scores + sources.perception)
    indicators = int(both.any(axis=0).sum())
    return indicators >= FEWEST_INDICATORS and (units > 1 or anchors.means is not None)


def _are_enough(references: Floats) -> bool:
    present = ~np.isnan(references)
    return bool(present.sum() >= REFERENCE_CELLS and present.any(axis=1).sum() >= REFERENCE_UNITS)


def _notes(
    units: int, floors: tuple[str, ...], *, calibrated: bool, withheld: bool
) -> tuple[str, ...]:
    said = {
        "assumed": units < UNITS_NOT_ASSUMED,
        "borrowed": units < UNITS_NOT_BORROWED,
        "share not identified": units == 1,
        "uncalibrated": not calibrated,
        "interval withheld": withheld,
    }
    return (
        *(note for note, holds in said.items() if holds),
        *(f"floor {name}" for name in floors),
    )


def _inflation(sources: Sources, used: Components, anchors: Anchors, folds: NDArray[Any]) -> float:
    """How much larger squared errors are than promised, on references held out by unit."""
    references = sources.references
    audited = ~np.isnan(references).all(axis=1)
    ratios = []
    for fold in np.unique(folds[audited]):
        held = (folds == fold)[:, None] & ~np.isnan(references)
        if held.sum() == (~np.isnan(references)).sum():
            raise BadInput("fold_of_unit must spread the audited units over at least two folds")
        rest = replace(sources, references=np.where(held, np.nan, references))
        predicted = predict(rest, level_of(rest, used, anchors), used)
        promised = predicted.variances + sources.reference_variance
        ratios.append(((references - predicted.values) ** 2 / promised)[held])
    return max(1.0, float(np.concatenate(ratios).mean()))


def _published(sources: Sources, used: Components, anchors: Anchors, basis: Basis) -> Blend:
    level = level_of(sources, used, anchors)
    found = predict(sources, level, used)
    # Inflated around the references, whose own error is not the blend's.
    spread = (
        basis.inflation * (found.variances + sources.reference_variance)
        - sources.reference_variance
    )
    anything = ~np.isnan(
        np.fmax(np.fmax(sources.self_scores, sources.perception), sources.references)
    ) & ~np.isnan(level.means)

    def shown(values: Floats) -> Floats:
        return np.where(anything, values, np.nan)

    values = shown(np.clip(found.values, 0, 100))
    reach = TWO_SIDED_95 * np.sqrt(spread)
    reach = np.full_like(reach, np.nan) if "interval withheld" in basis.notes else reach
    pattern = 1 - found.self_weight - found.perception_weight - found.reference_weight
    return Blend(
        values=values,
        variances=shown(spread),
        low=shown(np.clip(found.values - reach, 0, 100)),
        high=shown(np.clip(found.values + reach, 0, 100)),
        shares=BlendShares(
            shown(found.self_weight),
            shown(found.perception_weight),
            shown(found.reference_weight),
            shown(pattern),
        ),
        components=used,
        moments=basis.moments,
        self_bias=level.self_bias,
        perception_bias=level.perception_bias,
        inflation=basis.inflation,
        calibrated=basis.calibrated,
        assumed="assumed" in basis.notes,
        notes=basis.notes,
    )


def _nothing(sources: Sources, default: Components) -> Blend:
    none = np.full_like(sources.self_scores, np.nan)
    return Blend(
        values=none,
        variances=none,
        low=none,
        high=none,
        shares=BlendShares(none, none, none, none),
        components=default,
        moments=None,
        self_bias=float("nan"),
        perception_bias=float("nan"),
        inflation=1.0,
        calibrated=False,
        assumed=True,
        notes=("no blend",),
    )
