"""The attack: the least and the greatest count that a hidden cell can have.

Hidden cells and rounded totals are unknowns x >= 0 of a linear program, as in Fischetti and
Salazar-Gonzalez (2000), doi:10.1198/016214500388282.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from analysis.arrays import Booleans, Floats, Integers, numbers
from analysis.disclosure.programs import furthest, furthest_whole
from analysis.disclosure.tables import Tables
from analysis.errors import BadInput
from analysis.integrity.answers import truths
from analysis.scalars import positive
from analysis.whole_numbers import whole_number

_SAME = 1e-6
_SWEEPS = 1000
_GUESSES = 12
_SEED = 18091
_MOST_CELLS = 10**9
LARGEST_BLOCK = 2000


@dataclass(frozen=True, slots=True)
class FeasibilityIntervals:
    """The least and the greatest count of each cell, (cells,); infinite where nothing bounds it."""

    least: Floats
    most: Floats


@dataclass(frozen=True, slots=True)
class Attack:
    """How hard is tried.

    ``enough``: a cell whose interval is known to be so wide is not pursued further, and its
    interval may be wider than the one returned. ``integral``: only whole people (slower; differs
    from the linear program in linked tables of three and more dimensions). ``largest_block``:
    blocks of more cells are bounded one equation at a time, to a fixed point.
    """

    enough: float = np.inf
    integral: bool = False
    largest_block: int = LARGEST_BLOCK

    def __post_init__(self) -> None:
        if self.enough != np.inf:
            positive("enough", self.enough)
        whole_number("largest_block", self.largest_block, 0, _MOST_CELLS)


@dataclass(frozen=True, slots=True)
class _Block:
    cells: Integers
    matrix: csr_array
    linking: Integers  # those of its cells that other equations bound too


def bounds(
    tables: Tables,
    low: ArrayLike,
    high: ArrayLike,
    targets: ArrayLike,
    attack: Attack = Attack(),
) -> FeasibilityIntervals:
    """
    Return what follows from the tables when each cell is known to lie in [low, high].

    Equations without circles (a hierarchy) are solved exactly by passing intervals to and fro;
    blocks of equations by linear programs, joined through the cells that they share.

    Parameters
    ----------
    low, high : (cells,) what is known of each cell by itself
    targets : (cells,) of which cells the interval is wanted; of the others it may be too wide
    """
    least, most = _limits(tables, low, high)
    wanted = mask("targets", tables, targets)
    blocks = [
        block
        for rows in tables.blocks
        if (block := _block(tables, rows)).cells.size <= attack.largest_block
    ]
    found = _propagated(tables, FeasibilityIntervals(least, most))
    while True:
        before = found
        for block in blocks:
            found = _solved(block, found, block.linking, Attack(integral=attack.integral))
        if found is before or not _moved(before, found):
            break
        found = _propagated(tables, found)
    return _targeted(tables, blocks, found, wanted, attack)


def mask(name: str, tables: Tables, values: ArrayLike | None) -> Booleans:
    """Return which cells are meant; none where nothing is given."""
    if values is None:
        return np.zeros(tables.counts.size, dtype=np.bool_)
    return truths(name, values, tables.counts.size)


def _limits(tables: Tables, low: ArrayLike, high: ArrayLike) -> tuple[Floats, Floats]:
    least, most = (
        numbers(name, ends, tables.counts.size) for name, ends in (("low", low), ("high", high))
    )
    if (wrong := np.flatnonzero(~((least <= most) & np.isfinite(least)))).size:
        at = wrong[0]
        raise BadInput(f"low must be finite and at most high, got {least[at]} and {most[at]}")
    return least, most


def _targeted(
    tables: Tables,
    blocks: list[_Block],
    found: FeasibilityIntervals,
    targets: Booleans,
    attack: Attack,
) -> FeasibilityIntervals:
    for block in blocks:
        wanted = block.cells[targets[block.cells]]
        wanted = wanted[found.most[wanted] - found.least[wanted] > 0]
        if np.isfinite(attack.enough):  # what is narrow already will not become wide
            wanted = wanted[found.most[wanted] - found.least[wanted] >= attack.enough]
        found = _solved(block, found, wanted, attack, tables.counts.astype(float))
    return found


def _moved(before: FeasibilityIntervals, after: FeasibilityIntervals) -> bool:
    return bool(
        np.any(after.least > before.least + _SAME) or np.any(after.most < before.most - _SAME)
    )


def _block(tables: Tables, rows: Integers) -> _Block:
    part = tables.matrix[rows]
    cells = np.unique(part.indices).astype(np.int64)
    inside = np.bincount(part.indices, minlength=tables.counts.size)[cells]
    total = np.array([len(tables.sums_of_cell[cell]) for cell in cells.tolist()])
    return _Block(cells, part[:, cells].tocsr(), cells[total > inside])


def _propagated(tables: Tables, known: FeasibilityIntervals) -> FeasibilityIntervals:
    """Bound each cell by each of its equations, until nothing moves."""
    least, most = known.least.copy(), known.most.copy()
    of = tables.entries
    for _ in range(_SWEEPS if tables.sums else 0):
        low, high = _implied(tables, least, most)
        before = (least.copy(), most.copy())
        np.maximum.at(least, of.cells, low)
        np.minimum.at(most, of.cells, high)
        if np.array_equal(before[0], least) and np.array_equal(before[1], most):
            break
    return FeasibilityIntervals(least, most)


def _implied(tables: Tables, least: Floats, most: Floats) -> tuple[Floats, Floats]:
    """Return per entry what the rest of its equation leaves to its cell."""
    of, n_rows = tables.entries, len(tables.sums)
    plus = of.signs > 0
    low = np.where(plus, least[of.cells], -most[of.cells])
    high = np.where(plus, most[of.cells], -least[of.cells])
    rest_low = _rest(low, of.rows, n_rows, -np.inf)
    rest_high = _rest(high, of.rows, n_rows, np.inf)
    return np.where(plus, -rest_high, rest_low), np.where(plus, -rest_low, rest_high)


def _rest(ends: Floats, rows: Integers, n_rows: int, endless: float) -> Floats:
    """Sum the other entries of each entry's equation; ``endless`` if one of them is."""
    open_ended = np.isinf(ends)
    finite = np.where(open_ended, 0.0, ends)
    others = np.bincount(rows, finite, n_rows)[rows] - finite
    more = np.bincount(rows, open_ended, n_rows)[rows] - open_ended
    return np.where(more > 0, endless, others)


def _solved(
    block: _Block,
    known: FeasibilityIntervals,
    wanted: Integers,
    attack: Attack,
    truth: Floats | None = None,
) -> FeasibilityIntervals:
    """Narrow the wanted cells of a block by two programs each."""
    if not wanted.size:
        return known
    least, most = known.least.copy(), known.most.copy()
    endless = 10.0 * (1.0 + np.where(np.isfinite(most), most, least)[block.cells].sum())
    limits = (least[block.cells], np.minimum(most[block.cells], endless))
    places = np.searchsorted(block.cells, wanted)
    seen = _seen(block, limits, places, attack, truth)
    for cell, place in zip(wanted.tolist(), places.tolist(), strict=True):
        if seen.most[place] - seen.least[place] >= attack.enough:
            continue
        for sign in (1.0, -1.0):
            direction = np.zeros(block.cells.size)
            direction[place] = sign
            point = _extreme(block, limits, direction, attack)
            seen = FeasibilityIntervals(
                np.minimum(seen.least, point), np.maximum(seen.most, point)
            )
            if sign < 0:
                least[cell] = max(least[cell], _snapped(point[place]))
            elif point[place] < endless / 2:
                most[cell] = min(most[cell], _snapped(point[place]))
    return FeasibilityIntervals(least, most)


def _seen(
    block: _Block,
    limits: tuple[Floats, Floats],
    places: Integers,
    attack: Attack,
    truth: Floats | None,
) -> FeasibilityIntervals:
    """Return ranges that the cells can take: in the truth, and in tables far to some side of it.

    They prove most cells safe at once, where it does not matter how wide an interval is exactly.
    """
    if truth is None or np.isinf(attack.enough):
        return FeasibilityIntervals(
            np.full(block.cells.size, np.inf), np.full(block.cells.size, -np.inf)
        )
    points = [truth[block.cells]]
    rng = np.random.default_rng(_SEED)
    if places.size > _GUESSES:
        for _ in range(_GUESSES):
            direction = np.zeros(block.cells.size)
            direction[places] = rng.choice([-1.0, 1.0], places.size)
            points.append(_extreme(block, limits, direction, attack))
    return FeasibilityIntervals(np.min(points, axis=0), np.max(points, axis=0))


def _extreme(
    block: _Block, limits: tuple[Floats, Floats], direction: Floats, attack: Attack
) -> Floats:
    solve = furthest_whole if attack.integral else furthest
    found = solve(block.matrix, *limits, direction)
    if found is None:  # the limits are finite and the true counts are within them
        raise ArithmeticError(f"an attack on {direction.size} cells found no answer")
    return found.point


def _snapped(value: float) -> float:
    """Take the solver's last digits away."""
    whole = round(value)
    return float(whole) if abs(value - whole) < _SAME else value
