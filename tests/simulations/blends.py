"""Is the blend nearer to the truth than its sources, where its model holds and where it does not?

Every world is answered on five points by people with a halo; what its model leaves out is named by
the world. References are audits with a standard deviation of 5 points.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis import Blend, blend, count_cells, count_pairs, perception
from tests.simulations.sampling import SCORES, Floats

DEFAULTS = {"tr": 36.0, "ss": 100.0, "om": 64.0, "ta": 36.0, "tb": 100.0, "th": 64.0}
INDICATORS, ASKED = 39, 12
UNITS = (1, 3, 8, 25, 200)


@dataclass(frozen=True)
class World:
    """What happens in a world beside the blend's own model, and which audits there are."""

    name: str
    halo: float = 0.0  # standard deviation of a person's mood over all their answers
    indicator_bias: float = 0.0  # of self-scores and, three quarters of it, of perception
    inflating: float = 0.0  # share of units that add 25 points to every self-score
    scale: float = 1.0  # true standard deviations over the defaults
    holes: float = 0.0  # share of cells without self-score, and of cells without perception
    colours: bool = False  # self-scores are the middles of red, yellow and green
    audited: float = 0.0  # share of cells
    audited_units: float = 0.0  # share of units, all of whose cells are audited
    captured: bool = False  # audits lie half-way between truth and self-score


WORLDS = (
    World("the blend's own model"),
    World("halo", halo=14),
    World("indicator biases", halo=14, indicator_bias=8),
    World("a tenth of the units inflates", halo=14, inflating=0.1),
    World("three times the default variances", halo=14, scale=3**0.5),
    World("a third of the default variances", halo=14, scale=3**-0.5),
    World("holes", halo=14, holes=0.3),
    World("colours", halo=14, colours=True),
    World("audits of 8 % of the cells", halo=14, inflating=0.1, audited=0.08),
    World("audits of whole units", halo=14, inflating=0.1, audited_units=0.2),
    World("captured audits", halo=14, inflating=0.1, audited=0.08, captured=True),
)


@dataclass(frozen=True)
class Outcome:
    """Root mean square errors over cells without an audit, and what the published intervals hold.

    Coverage and width are NaN where no interval was published: there were audits, too few to check.
    """

    world: str
    units: int
    people: int
    blended: float
    residents: float
    officials: float
    coverage: float
    width: float
    calibrated: float  # share of the worlds drawn


@dataclass
class _Sums:
    errors: list[Floats] = field(default_factory=list)
    covered: list[NDArray[np.bool_]] = field(default_factory=list)
    widths: list[Floats] = field(default_factory=list)
    calibrated: list[bool] = field(default_factory=list)


def study(
    seen: int, units: tuple[int, ...] = UNITS, worlds: tuple[World, ...] = WORLDS
) -> Iterator[Outcome]:
    """Draw each world until about `seen` units were seen."""
    for world in worlds:
        for size in units:
            yield _outcome(world, size, max(seen // size, 2), people=60)


def _outcome(world: World, units: int, repeats: int, people: int) -> Outcome:
    rng = np.random.default_rng([91, units, people, len(world.name)])
    sums = _Sums()
    for _ in range(repeats):
        _draw(rng, world, units, people, sums)
    blended, residents, officials = np.sqrt(np.mean(np.concatenate(sums.errors), axis=0))
    return Outcome(
        world.name,
        units,
        people,
        float(blended),
        float(residents),
        float(officials),
        _mean(sums.covered),
        _mean(sums.widths),
        float(np.mean(sums.calibrated)),
    )


def _mean(parts: Sequence[NDArray[np.float64 | np.bool_]]) -> float:
    whole = np.concatenate(parts)
    return float(whole.mean()) if whole.size else float("nan")


def _draw(rng: np.random.Generator, world: World, units: int, people: int, sums: _Sums) -> None:
    level = rng.normal(58, 10, INDICATORS)
    truth = level + world.scale * (
        rng.normal(0, 6, (units, 1)) + rng.normal(0, 6, (units, INDICATORS))
    )
    truth = np.clip(truth, 5, 95)
    felt = truth + world.scale * (rng.normal(0, 8, (units, 1)) + rng.normal(0, 8, truth.shape))
    felt += rng.normal(0, 0.75 * world.indicator_bias, INDICATORS)
    scores = _self_scores(rng, world, truth)
    references = _references(rng, world, truth, scores)
    result, residents = _blended(rng, world, (scores, felt, references), people, level)
    compared = ~np.isnan(result.values + scores + residents) & np.isnan(references)
    sums.errors.append(
        np.stack(
            [(each - truth)[compared] ** 2 for each in (result.values, residents, scores)], axis=1
        )
    )
    published = compared & ~np.isnan(result.low)
    sums.covered.append(((result.low <= truth) & (truth <= result.high))[published])
    sums.widths.append((result.high - result.low)[published])
    sums.calibrated.append(result.calibrated)


def _self_scores(rng: np.random.Generator, world: World, truth: Floats) -> Floats:
    units = truth.shape[0]
    scores = (
        truth + 8 + world.scale * (rng.normal(0, 10, (units, 1)) + rng.normal(0, 10, truth.shape))
    )
    scores += rng.normal(0, world.indicator_bias, INDICATORS)
    scores += 25 * (rng.random((units, 1)) < world.inflating)
    scores = np.clip(scores, 0, 100)
    if world.colours:
        scores = (np.clip(scores // (100 / 3), 0, 2) + 0.5) * (100 / 3)
    return np.where(rng.random(scores.shape) < world.holes, np.nan, scores)


def _references(rng: np.random.Generator, world: World, truth: Floats, scores: Floats) -> Floats:
    chosen = (rng.random(truth.shape) < world.audited) | (
        rng.random((truth.shape[0], 1)) < world.audited_units
    )
    seen = (truth + scores) / 2 if world.captured else truth
    return np.where(chosen, np.clip(seen + rng.normal(0, 5, truth.shape), 0, 100), np.nan)


def _blended(
    rng: np.random.Generator,
    world: World,
    sources: tuple[Floats, Floats, Floats],
    people: int,
    level: Floats,
) -> tuple[Blend, Floats]:
    scores, felt, references = sources
    units = scores.shape[0]
    unit = np.repeat(np.arange(units), people)
    answers = felt[unit].T + rng.normal(0, world.halo, unit.size)
    answers += rng.normal(0, 20, answers.shape)
    codes = np.clip(np.round(answers / 25), 0, 4).astype(np.int8)
    codes[rng.random(codes.shape).argsort(axis=0) >= ASKED] = -1  # a split questionnaire
    found = perception(
        count_cells(unit, codes, units, 5),
        np.ones(units),
        np.arange(units),
        SCORES,
        group_strata=None,
        pairs=count_pairs(unit, codes, SCORES, n_groups=units),
        evidence=["A"] * units,
    )
    residents = np.where(rng.random(scores.shape) < world.holes, np.nan, found.values)
    result = blend(
        scores,
        residents,
        np.stack([found.covariance(place) for place in range(units)]),
        effective_n=found.effective_n,
        references=references if world.audited or world.audited_units else None,
        defaults=DEFAULTS,
        means=level + rng.normal(0, 2, INDICATORS) if units == 1 else None,
        self_bias=8.0 if units == 1 else None,
    )
    return result, residents
