"""Split questionnaires: which items each form holds, so that every pair of items meets."""

from dataclasses import dataclass
from math import ceil, exp

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import Floats, Integers
from analysis.errors import BadInput
from analysis.scalars import generator
from analysis.whole_numbers import whole_number

ATTEMPTS = 4
MOVES = 40_000
NEVER_MET = 8.0
WARM, COLD = 2.0, 0.15
RESTARTS = 60
FEWEST, MOST = 2, 400
MOST_BLOCKS = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """
    Forms of a split questionnaire.

    Attributes
    ----------
    blocks : (blocks, per_block) items from 0, in the order in which a form asks them
    meetings : (items, items) blocks that hold both; on the diagonal, blocks that hold the item
    """

    blocks: Integers
    meetings: Integers

    @property
    def uses(self) -> Integers:
        """Blocks that hold each item."""
        return np.diagonal(self.meetings)

    @property
    def fewest(self) -> int:
        """Meetings of the pair that meets least."""
        return int(self._pairs().min())

    @property
    def most(self) -> int:
        return int(self._pairs().max())

    @property
    def is_balanced(self) -> bool:
        """Every pair meets equally often (a balanced incomplete block design)."""
        return self.fewest == self.most

    def _pairs(self) -> Integers:
        return self.meetings[np.triu_indices_from(self.meetings, 1)]


def split_blocks(
    n_items: int, per_block: int, rng: np.random.Generator, *, n_blocks: int | None = None
) -> Blocks:
    """
    Divide items among blocks so that every pair meets in at least one block.

    Parameters
    ----------
    n_items, per_block : items in all, and per form
    rng : ``numpy.random.default_rng(seed)``; the same seed gives the same blocks
    n_blocks
        None: as many as items (or a multiple), by moving base blocks round the circle of items:
        each item is used equally often and stands once in each position. A number: that many, by
        exchanging items, uses at most one apart

    Notes
    -----
    Cyclic designs: John & Williams (1995), chapter 4; for the exchange, simulated annealing on
    the sum of squared meetings with a price on pairs that never meet. With fewer blocks than
    ceil(n/k ceil((n - 1)/(k - 1))) pairs must be missing (Schonheim 1964).

    Examples
    --------
    Seven items in threes, the plane of Fano: every pair meets exactly once.

    >>> import numpy as np
    >>> blocks = split_blocks(7, 3, np.random.default_rng(1))
    >>> blocks.blocks.shape, blocks.fewest, blocks.most
    ((7, 3), 1, 1)
    """
    _check(n_items, per_block, n_blocks)
    generator("rng", rng)
    if per_block == n_items:
        whole = rng.permutation(n_items)
        return _with_meetings([whole] * (n_blocks or 1), n_items)
    if n_blocks is None or n_blocks % n_items == 0:
        found = _cyclic(n_items, per_block, rng, 1 if n_blocks is None else n_blocks // n_items)
        if n_blocks is None or len(found.blocks) == n_blocks:
            return found
    for _ in range(ATTEMPTS):
        found = _exchanged(n_items, per_block, n_blocks, rng)
        if found.fewest > 0:
            return found
    raise BadInput(
        f"n_blocks: no way was found for every pair to meet in {n_blocks} blocks; "
        "allow more, or leave it out"
    )


def _check(n_items: int, per_block: int, n_blocks: int | None) -> None:
    whole_number("n_items", n_items, FEWEST, MOST)
    whole_number("per_block", per_block, FEWEST, n_items, "n_items")
    if n_blocks is None:
        return
    needed = 1 if per_block == n_items else _fewest_blocks(n_items, per_block)
    whole_number("n_blocks", n_blocks, needed, MOST_BLOCKS, f"{needed} for every pair to meet")


def _fewest_blocks(n_items: int, per_block: int) -> int:
    return ceil(n_items / per_block * ceil((n_items - 1) / (per_block - 1)))


def _cyclic(n_items: int, per_block: int, rng: np.random.Generator, n_bases: int) -> Blocks:
    """
    Move base blocks round the circle: those pairs meet whose distance a base holds.

    Takes more bases than ``n_bases`` if they are not enough for every pair.
    """
    bases: list[NDArray[np.int64]] = []
    distances = np.zeros(n_items, dtype=np.int64)
    while len(bases) < n_bases or distances[1:].min() == 0:
        base = _base(n_items, per_block, distances, rng)
        bases.append(base)
        distances += _distances(base, n_items)
    shifts = np.arange(n_items)
    return _with_meetings([(base + s) % n_items for base in bases for s in shifts], n_items)


def _base(
    n_items: int, per_block: int, before: Integers, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Find the block whose distances, with those of the bases before, are the most even."""
    best, lowest = np.arange(per_block), np.inf
    for _ in range(RESTARTS):
        base = rng.permutation(n_items)[:per_block]
        cost = float(_unevenness(before + _distances(base, n_items)))
        improved = True
        while improved:
            improved = False
            for place in rng.permutation(per_block):
                prices = _prices(np.delete(base, place), n_items, before)
                item = int(prices.argmin())
                if prices[item] < cost:
                    base[place], cost, improved = item, float(prices[item]), True
        if cost < lowest:
            best, lowest = base.copy(), cost
    return best


def _prices(rest: Integers, n_items: int, before: Integers) -> Floats:
    """Unevenness that each item would bring to the rest of a block; infinite for its members."""
    items = np.arange(n_items)[:, None]
    counts = np.tile(before + _distances(rest, n_items), (n_items, 1))
    np.add.at(counts, (items, (items - rest) % n_items), 1)
    np.add.at(counts, (items, (rest - items) % n_items), 1)
    prices = _unevenness(counts)
    prices[rest] = np.inf
    return prices


def _distances(base: Integers, n_items: int) -> Integers:
    apart = (base[:, None] - base) % n_items
    counts = np.bincount(apart.ravel(), minlength=n_items)
    counts[0] = 0
    return counts


def _unevenness(distances: Integers) -> Floats:
    inner = distances[..., 1:]
    return np.asarray((inner**2).sum(axis=-1) + NEVER_MET * (inner == 0).sum(axis=-1), dtype=float)


def _exchanged(n_items: int, per_block: int, n_blocks: int, rng: np.random.Generator) -> Blocks:
    """Swap items between two blocks while it makes the meetings more even (annealing)."""
    start = _greedy(n_items, per_block, n_blocks, rng)
    table = _with_meetings(start, n_items).meetings
    blocks, meetings = [set(block.tolist()) for block in start], table.tolist()
    pairs = table[np.triu_indices(n_items, 1)]
    cost, goal = int(pairs @ pairs), _most_even(pairs)
    picks = rng.integers(0, n_blocks, (MOVES, 2)).tolist()
    luck = rng.random((MOVES, 3)).tolist()
    for move, (one, other) in enumerate(picks):
        if cost == goal:
            break
        leaving, coming = sorted(blocks[one] - blocks[other]), sorted(blocks[other] - blocks[one])
        if not leaving:
            continue
        out = leaving[int(luck[move][0] * len(leaving))]
        into = coming[int(luck[move][1] * len(coming))]
        stay, meet = [i for i in leaving if i != out], [i for i in coming if i != into]
        squares, price = _change(meetings, (out, into), stay, meet)
        heat = WARM * (COLD / WARM) ** (move / MOVES)
        if price <= 0 or luck[move][2] < exp(-price / heat):
            cost += squares
            _swap(meetings, (out, into), stay, meet)
            blocks[one] = (blocks[one] - {out}) | {into}
            blocks[other] = (blocks[other] - {into}) | {out}
    return _with_meetings([rng.permutation(sorted(block)) for block in blocks], n_items)


def _most_even(pairs: Integers) -> int:
    """Sum of squares of the same meetings, where they differ by one at most."""
    even, over = divmod(int(pairs.sum()), pairs.size)
    return even * even * pairs.size + (2 * even + 1) * over


def _change(
    meetings: list[list[int]], swap: tuple[int, int], stay: list[int], meet: list[int]
) -> tuple[int, float]:
    """What a swap adds to the squares of the meetings, and with the price on pairs apart."""
    out, into = swap
    squares, apart = 0, 0
    for fewer, more, others in ((out, into, stay), (into, out, meet)):
        for item in others:
            less, plus = meetings[fewer][item], meetings[more][item]
            squares += 2 * (plus - less + 1)
            apart += (less == 1) - (plus == 0)
    return squares, squares + NEVER_MET * apart


def _swap(
    meetings: list[list[int]], swap: tuple[int, int], stay: list[int], meet: list[int]
) -> None:
    out, into = swap
    for fewer, more, others in ((out, into, stay), (into, out, meet)):
        for item in others:
            meetings[fewer][item] -= 1
            meetings[item][fewer] -= 1
            meetings[more][item] += 1
            meetings[item][more] += 1


def _greedy(
    n_items: int, per_block: int, n_blocks: int, rng: np.random.Generator
) -> list[NDArray[np.int64]]:
    """Always take the item used least; among those, the one that met the block least."""
    uses = np.zeros(n_items)
    meetings = np.zeros((n_items, n_items))
    blocks = []
    for _ in range(n_blocks):
        block: list[int] = []
        for _ in range(per_block):
            price = uses * n_items * n_blocks + meetings[block].sum(axis=0) + rng.random(n_items)
            price[block] = np.inf
            item = int(price.argmin())
            meetings[item, block] += 1
            meetings[block, item] += 1
            block.append(item)
        uses[block] += 1
        blocks.append(np.array(block))
    return blocks


def _with_meetings(blocks: list[NDArray[np.int64]], n_items: int) -> Blocks:
    holds = np.zeros((len(blocks), n_items), dtype=np.int64)
    for number, block in enumerate(blocks):
        holds[number, block] = 1
    return Blocks(np.array(blocks, dtype=np.int64), holds.T @ holds)
