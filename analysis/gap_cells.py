"""The two scores of every unit and indicator, checked, as the rules of gaps read them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Booleans, Floats, floats
from analysis.errors import BadInput
from analysis.grids import by_unit, grid, wanted
from analysis.intervals import ROUNDING

TOP_OF_SCALE = 100.0
EVIDENCE = ("A", "B", "C")


@dataclass(frozen=True, slots=True, eq=False)
class GapCells:
    """The two scores to compare, their bounds after the margin, and who may be tested."""

    low: Floats
    high: Floats
    means: Floats
    margin: float
    is_open: Booleans
    asked: Booleans
    respondents: Floats
    minimum_n: float
    dont_know: Floats
    squares: Floats
    effective_n: Floats
    population: Floats

    @property
    def is_colour(self) -> Booleans:
        return self.low < self.high

    @property
    def enough(self) -> Booleans:
        return np.asarray(np.nan_to_num(self.respondents) >= self.minimum_n)

    @property
    def has_both(self) -> Booleans:
        return ~np.isnan(self.low + self.high + self.means)

    @property
    def eligible(self) -> Booleans:
        return self.has_both & self.enough & self.asked & ~self.is_open

    @property
    def gap(self) -> Floats:
        below = np.maximum(self.low - self.means, 0.0)
        above = np.maximum(self.means - self.high, 0.0)
        return below - above


def gap_cells(
    self_scores: tuple[ArrayLike, ArrayLike],
    perceived: tuple[ArrayLike, ArrayLike, ArrayLike],
    *,
    margin: float,
    minimum_n: float,
    evidence: ArrayLike,
    dont_know_share: ArrayLike,
    n: ArrayLike | None,
    asked: ArrayLike,
    population: ArrayLike | None,
) -> GapCells:
    """
    Check the arguments of `gaps`, which name themselves in what is raised.

    Parameters
    ----------
    self_scores : low and high ends
    perceived : means, mean squares and effective numbers of answers
    """
    perception, mean_squares, effective_n = perceived
    means = grid("perception", perception, low=-ROUNDING, high=TOP_OF_SCALE + ROUNDING)
    means = np.clip(means, 0.0, TOP_OF_SCALE)
    shape = means.shape
    size = grid("effective_n", effective_n, shape, low=0)
    low, high = self_scores
    cells = GapCells(
        low=grid("self_low", low, shape, low=0, high=TOP_OF_SCALE),
        high=grid("self_high", high, shape, low=0, high=TOP_OF_SCALE),
        means=means,
        margin=margin,
        is_open=_is_open(evidence, shape),
        asked=_is_asked(asked, shape),
        respondents=size if n is None else grid("n", n, shape, low=0),
        minimum_n=minimum_n,
        dont_know=grid("dont_know_share", dont_know_share, shape, low=0, high=1),
        squares=grid("mean_squares", mean_squares, shape, low=0, high=10_000 + ROUNDING),
        effective_n=size,
        population=_people(population, shape),
    )
    _check(cells)
    return cells


def _is_open(evidence: ArrayLike, shape: tuple[int, ...]) -> Booleans:
    labels = by_unit("evidence", evidence, shape)
    unknown = labels[~np.isin(labels, EVIDENCE)]
    if unknown.size:
        raise BadInput(f"evidence must be A, B or C, got {str(unknown.flat[0])!r}")
    return np.asarray(labels == "C")


def _is_asked(asked: ArrayLike, shape: tuple[int, ...]) -> Booleans:
    array = np.asarray(asked)
    if array.dtype != np.bool_:
        raise BadInput(f"asked must be truth values, got {array.dtype}")
    try:
        return np.broadcast_to(array, shape)
    except ValueError as error:
        raise BadInput(f"asked must broadcast to {shape}, got shape {array.shape}") from error


def _people(population: ArrayLike | None, shape: tuple[int, ...]) -> Floats:
    if population is None:
        return np.full(shape, np.nan)
    people = floats("population", by_unit("population", population, shape))
    wrong = people[(people <= 0) | np.isinf(people)]
    if wrong.size:
        raise BadInput(f"population must be above zero and finite, got {wrong[0]}")
    return people


def _check(cells: GapCells) -> None:
    if np.any(cells.low > cells.high):
        raise BadInput("self_low must not exceed self_high")
    heard = ~np.isnan(cells.means)
    squares, size = cells.squares, cells.effective_n
    given = {"mean_squares": squares, "effective_n": size, "dont_know_share": cells.dont_know}
    for name, values in given.items():
        wanted(name, values, heard)
    least, most = cells.means**2 - ROUNDING, TOP_OF_SCALE * cells.means + ROUNDING
    wrong = np.argwhere(heard & ((squares < least) | (squares > most)))
    if wrong.size:
        unit, indicator = wrong[0]
        raise BadInput(
            f"mean_squares cannot be {squares[unit, indicator]} where the mean is "
            f"{cells.means[unit, indicator]}: unit {unit}, indicator {indicator}"
        )
    empty = np.argwhere(heard & (size == 0))
    if empty.size:
        unit, indicator = empty[0]
        raise BadInput(
            f"effective_n must be above zero where perception is, got 0 for unit {unit}, "
            f"indicator {indicator}"
        )
