"""Which cells have to be hidden, so that those with too few people stay hidden.

Small components are solved to the optimum, by cuts: as long as the published cells that an attack
rests on are all published, the cell that it exposed stays exposed. Large ones are solved greedily.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from analysis.arrays import Booleans, Floats, Integers
from analysis.disclosure.attack import LARGEST_BLOCK, FeasibilityIntervals, mask
from analysis.disclosure.auditing import (
    TEN_FIVE,
    Audit,
    SuppressionRule,
    audit,
    check_task,
    knowledge,
)
from analysis.disclosure.programs import cheapest_choice, furthest
from analysis.disclosure.tables import Sum, Tables
from analysis.errors import BadInput
from analysis.whole_numbers import whole_number

EXACT_UP_TO = 64  # cells of a component
EXACT_AT_MOST = 2000  # beyond, the programs would not end
_TOLERANCE = 1e-7
_ENDLESS = 1e9
_ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Suppression:
    """
    What stays inside: ``hidden`` (cells,), of which ``primary`` hold too few people themselves.

    ``lost`` counts the respondents of the other hidden cells: the price.
    """

    hidden: Booleans
    primary: Booleans
    lost: int


def suppress(
    tables: Tables,
    *,
    rule: SuppressionRule = TEN_FIVE,
    known: ArrayLike | None = None,
    primary: ArrayLike | None = None,
    exact_up_to: int = EXACT_UP_TO,
    largest_block: int = LARGEST_BLOCK,
) -> Suppression:
    """
    Hide the cells below ``rule.minimum_n``, and as few people more as make the audit pass.

    Parameters
    ----------
    known : (cells,) cells that are no secret though they are small
    primary : (cells,) further cells that have to be hidden, whatever they count
    exact_up_to : components of at most so many cells lose as few respondents as possible
    largest_block : as in `audit`; give both the same

    Raises
    ------
    BadInput
        When what is known leaves no way to protect a cell, or ``known`` or ``primary`` are not one
        truth value per cell.

    Notes
    -----
    Cuts after Fischetti and Salazar-Gonzalez (2000), JASA 95, doi:10.1198/016214500388282.

    Examples
    --------
    A single hidden cell of a cross-table takes a rectangle with it, here the cheapest of four.

    >>> table = Tables.crossed([[20, 50, 10], [8, 19, 22], [17, 32, 12]])
    >>> found = suppress(table, rule=SuppressionRule(step=1))
    >>> table.counts[found.hidden].tolist(), found.lost
    ([8, 22, 17, 12], 51)
    """
    check_task(tables, rule)
    whole_number("exact_up_to", exact_up_to, 0, EXACT_AT_MOST)
    open_to_all = mask("known", tables, known)
    small_ones: Booleans = tables.counts < rule.minimum_n
    first = (mask("primary", tables, primary) | small_ones) & ~open_to_all
    hidden = first.copy()
    state = _State(tables, first, open_to_all, rule, largest_block)
    small = _small_components(tables, first, exact_up_to)
    exposed = set(state.attacked(hidden, largest_block).exposed.tolist())
    for cells in small:
        if exposed.intersection(cells.tolist()):
            hidden[cells] = _State.of_part(state, cells).cheapest()
    hidden = _greedily(state, hidden)
    return Suppression(hidden, first, int(tables.counts[hidden & ~first].sum()))


def _small_components(tables: Tables, first: Booleans, largest: int) -> list[Integers]:
    of, n = tables.entries, tables.counts.size
    wholes = np.array([each.whole for each in tables.sums], dtype=np.int64)[of.rows]
    graph = coo_array((np.ones(of.cells.size), (wholes, of.cells)), shape=(n, n))
    part = connected_components(graph, directed=False)[1]
    order = np.argsort(part, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(part[order])) + 1)
    return [cells for cells in parts if 1 < cells.size <= largest and first[cells].any()]


@dataclass(frozen=True, slots=True)
class _State:
    """The task: what has to be hidden (``first``), and what nobody can hide (``known``)."""

    tables: Tables
    first: Booleans
    known: Booleans
    rule: SuppressionRule
    largest_block: int

    def of_part(self, cells: Integers) -> "_State":
        place = {cell: number for number, cell in enumerate(cells.tolist())}
        sums = tuple(
            Sum(place[each.whole], tuple(place[part] for part in each.parts))
            for each in self.tables.sums
            if each.whole in place
        )
        part = Tables(self.tables.counts[cells], sums)
        return _State(part, self.first[cells], self.known[cells], self.rule, self.largest_block)

    def attacked(self, hidden: Booleans, largest_block: int) -> Audit:
        return audit(
            self.tables, hidden, rule=self.rule, known=self.known, largest_block=largest_block
        )

    def cheapest(self) -> Booleans:
        """Return the cells to hide that cost fewest respondents (at equal cost fewest cells)."""
        hidden, cuts = self.first.copy(), []
        for _ in range(_ROUNDS):
            found = list(self._cuts(hidden))
            if not found:
                return hidden
            cuts += found
            hidden = self._master(cuts)
        return hidden  # the audit that follows sees whether it is enough

    def _master(self, cuts: list[tuple[int, Integers]]) -> Booleans:
        """Solve: of every cut hide a cell, if the cell it protects is hidden."""
        n = self.tables.counts.size
        rows = np.zeros((len(cuts), n))
        for row, (cell, others) in zip(rows, cuts, strict=True):
            row[others] = 1.0
            row[cell] = -1.0
        costs = (self.tables.counts + 1.0 / (n + 1)).astype(np.float64)
        try:
            return cheapest_choice(costs, rows, self.first, ~self.known)
        except ArithmeticError as error:
            raise BadInput("known leaves no way to protect the hidden cells") from error

    def _cuts(self, hidden: Booleans) -> Iterator[tuple[int, Integers]]:
        """Yield each exposed cell with the published cells that the attack on it rests on."""
        seen = knowledge(self.tables, hidden, self.known, self.rule)
        could_hide = ~hidden & ~self.known
        for cell in np.flatnonzero(hidden).tolist():
            width, rests_on = _attacked(self.tables.matrix, seen, cell)
            if width < self.rule.least_width - _TOLERANCE:
                others = np.flatnonzero(rests_on & could_hide)
                if not others.size:
                    raise BadInput(f"known leaves no way to protect cell {cell}")
                yield cell, others


def _attacked(matrix: csr_array, seen: FeasibilityIntervals, cell: int) -> tuple[float, Booleans]:
    """Return the width of a cell's interval, and the cells whose ends bound it (their duals)."""
    rests_on = np.zeros(seen.least.size, dtype=np.bool_)
    width = 0.0
    for sign in (-1.0, 1.0):
        direction = np.zeros(seen.least.size)
        direction[cell] = sign
        found = furthest(matrix, seen.least, seen.most, direction)
        if found is None:
            return np.inf, rests_on
        width += sign * found.point[cell]
        rests_on |= found.held_by
    return width, rests_on


def _greedily(state: _State, hidden: Booleans) -> Booleans:
    """Hide beside each exposed cell the smallest cell of the equation that bounds it closest.

    What single equations expose is mended first: no program has to be solved to see it.
    """
    hidden = hidden.copy()
    for largest_block in (0, state.largest_block):
        while (found := state.attacked(hidden, largest_block)).exposed.size:
            _mend(state, hidden, found)
    return hidden


def _mend(state: _State, hidden: Booleans, found: Audit) -> None:
    widths = _widths(state.tables, found)
    touched: set[int] = set()  # equations that became vaguer in this round
    for cell in found.exposed.tolist():
        chosen = _smallest_near(state, hidden, widths, cell, touched)
        if chosen is not None:
            hidden[chosen] = True
            touched.update(state.tables.sums_of_cell[chosen])


def _widths(tables: Tables, found: Audit) -> Floats:
    """Return how vague the cells of each equation are together."""
    of = tables.entries
    widths = np.minimum(found.most - found.least, _ENDLESS)
    return np.bincount(of.rows, widths[of.cells], len(tables.sums)).astype(np.float64)


def _smallest_near(
    state: _State, hidden: Booleans, widths: Floats, cell: int, touched: set[int]
) -> int | None:
    """Return the smallest published cell of the closest of the nearest equations that have one.

    None where an equation on the way became vaguer: that may be enough, the next attack will tell.
    """
    tables = state.tables
    equations, seen = set(tables.sums_of_cell[cell]), set[int]()
    while equations:
        if not touched.isdisjoint(equations):
            return None
        seen |= equations
        for row in sorted(equations, key=lambda row: (widths[row], row)):
            cells = (tables.sums[row].whole, *tables.sums[row].parts)
            published = [c for c in cells if not hidden[c] and not state.known[c]]
            if published:
                return min(published, key=lambda c: (tables.counts[c], c))
        beside = {
            c for row in equations for c in (tables.sums[row].whole, *tables.sums[row].parts)
        }
        equations = {row for c in beside for row in tables.sums_of_cell[c]} - seen
    raise BadInput(f"known leaves no way to protect cell {cell}")
