"""Which equations hang together in circles: the others bound their cells one by one.

Draw every equation and every cell as a node and join an equation with its cells. Across a bridge
of that graph only one interval passes; what remains connected without the bridges is a block.
"""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from analysis.arrays import Booleans, Integers

_SEED = 18091


def cyclic_blocks(rows: Integers, cells: Integers) -> tuple[Integers, ...]:
    """
    Return the blocks of at least two equations, each as the equations' numbers.

    Parameters
    ----------
    rows, cells : (entries,) the equation and the cell of each entry, each pair once
    """
    if not rows.size:
        return ()
    n_rows = int(rows.max()) + 1
    nodes = n_rows + int(cells.max()) + 1
    kept = ~_bridges(rows, cells + n_rows, nodes)
    return tuple(_parts(rows[kept], cells[kept] + n_rows, nodes, n_rows))


def _parts(first: Integers, second: Integers, nodes: int, n_rows: int) -> list[Integers]:
    part = connected_components(_graph(first, second, nodes), directed=False)[1][:n_rows]
    order = np.argsort(part, kind="stable")
    found = np.split(order, np.flatnonzero(np.diff(part[order])) + 1)
    return [each for each in found if each.size > 1]


def _graph(first: Integers, second: Integers, nodes: int) -> coo_array:
    return coo_array((np.ones(first.size), (first, second)), shape=(nodes, nodes))


def _bridges(first: Integers, second: Integers, nodes: int) -> Booleans:
    """
    Tell which edges are the only way between their ends.

    Every edge outside of a spanning tree gets a random number, which both its ends carry. What
    hangs below an edge of the tree carries some number once exactly if an edge leads past it
    (the numbers carried twice cancel): nothing is left below a bridge.
    """
    order, parent = _spanning_tree(first, second, nodes)
    in_tree = (parent[first] == second) | (parent[second] == first)
    numbers = np.random.default_rng(_SEED).integers(1, 2**63, first.size)
    carried = np.zeros(nodes + 1, dtype=np.int64)
    np.bitwise_xor.at(carried, first[~in_tree], numbers[~in_tree])
    np.bitwise_xor.at(carried, second[~in_tree], numbers[~in_tree])
    sums = carried.tolist()
    for node, up in zip(order[:0:-1].tolist(), parent[order[:0:-1]].tolist(), strict=True):
        sums[up] ^= sums[node]
    child = np.where(parent[first] == second, first, second)
    return np.asarray(in_tree & (np.array(sums)[child] == 0))


def _spanning_tree(first: Integers, second: Integers, nodes: int) -> tuple[Integers, Integers]:
    """Return the nodes from a common root on, and the parent of each; the root is an extra node."""
    part = connected_components(_graph(first, second, nodes), directed=False)[1]
    tops = np.unique(part, return_index=True)[1]
    whole = _graph(
        np.concatenate([first, np.full(tops.size, nodes)]),
        np.concatenate([second, tops]),
        nodes + 1,
    )
    order, parent = breadth_first_order(whole.tocsr(), nodes, directed=False)
    return order.astype(np.int64), parent.astype(np.int64)
