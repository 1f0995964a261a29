"""What people of each place really think, and what each place says of itself.

Drawn once for the whole campaign, so that waves differ by what changed and not by chance alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey_app.demonstration.model import Model, UnitModel
from survey_app.services.assessing import Score

Floats = NDArray[np.float64]

NEAREST_END = 6.0  # no place is loved or hated by everybody
YELLOW, GREEN = 33.3, 66.7


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """Points on 0-100; shapes (audience, wave, unit, indicator) and (wave, unit, indicator)."""

    levels: Floats
    claims: Floats


def truth_of(model: Model) -> Truth:
    rng = np.random.default_rng(model.seed)
    units, indicators, waves = len(model.units), len(model.indicators), len(model.waves)
    own = rng.normal(0, model.spread.places, (units, indicators))
    moved = rng.normal(0, model.spread.waves, (waves, units, indicators))
    said = rng.normal(0, model.spread.claims, (units, indicators))
    own += np.array(
        [[unit.special.get(each.code, 0) for each in model.indicators] for unit in model.units]
    )
    changes = np.array([(0, *each.change) for each in model.indicators]).T[:, np.newaxis, :]
    claimed = np.array([(0, *each.claim_change) for each in model.indicators]).T[:, np.newaxis, :]
    places = np.array([unit.level for unit in model.units])[:, np.newaxis]
    generosity = np.array([unit.generosity for unit in model.units])[:, np.newaxis]
    indicator_levels = np.array([each.level for each in model.indicators])
    claims = np.array([each.claim for each in model.indicators])

    residents = indicator_levels + places + own + changes + moved
    businesses = residents + np.array([each.businesses for each in model.indicators])
    return Truth(
        levels=_inside(np.stack([residents, businesses])),
        claims=_inside(residents - moved + claims + claimed + generosity + said),
    )


def self_scores(model: Model, truth: Truth, wave: int, unit: int) -> list[Score]:
    """The set that the unit enters in that wave: points or colours, perhaps with holes."""
    place = model.units[unit]
    left_out = place.without_scores.get(model.waves[wave].key, ())
    return [
        _score(place, each.code, round(float(points)), each.note)
        for each, points in zip(model.indicators, truth.claims[wave, unit], strict=True)
        if each.code not in left_out
    ]


def _score(place: UnitModel, indicator: str, points: int, note: str) -> Score:
    if place.scores == "points":
        return Score(indicator, None, float(points), note)
    colour = "red" if points < YELLOW else "yellow" if points < GREEN else "green"
    return Score(indicator, colour, None, note)


def _inside(points: Floats) -> Floats:
    return np.clip(points, NEAREST_END, 100 - NEAREST_END)
