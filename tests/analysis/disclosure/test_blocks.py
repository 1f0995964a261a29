import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from analysis.disclosure.blocks import cyclic_blocks

Edges = list[tuple[int, int]]


def parts(edges: Edges) -> list[int]:
    nodes = [[row for row, _ in edges], [9 + cell for _, cell in edges]]
    graph = coo_array((np.ones(len(edges)), nodes), shape=(18, 18))
    return list(connected_components(graph, directed=False)[1])


def blocks_by_trying(edges: Edges) -> set[frozenset[int]]:
    """An edge is a bridge if its ends fall apart without it."""
    kept = []
    for edge in edges:
        part = parts([other for other in edges if other != edge])
        if part[edge[0]] == part[9 + edge[1]]:
            kept.append(edge)
    part = parts(kept)
    rows = {row for row, _ in edges}
    blocks = {frozenset(r for r in rows if part[r] == part[row]) for row in rows}
    return {block for block in blocks if len(block) > 1}


@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=20))
def test_blocks_are_what_remains_connected_without_bridges(found: set[tuple[int, int]]) -> None:
    edges = sorted(found)
    rows, cells = (np.array(ends) for ends in zip(*edges, strict=True))
    blocks = {frozenset(block.tolist()) for block in cyclic_blocks(rows, cells)}
    assert blocks == blocks_by_trying(edges)


def test_without_equations_there_is_no_block() -> None:
    nothing = np.array([], dtype=np.int64)
    assert cyclic_blocks(nothing, nothing) == ()
