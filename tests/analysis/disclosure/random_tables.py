"""Tables for property tests."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from analysis.arrays import Booleans
from analysis.disclosure import Sum, Tables

SMALL_AND_LARGE = st.one_of(st.integers(0, 12), st.integers(0, 60))


def masks_of(n: int) -> st.SearchStrategy[Booleans]:
    return st.lists(st.booleans(), min_size=n, max_size=n).map(lambda m: np.array(m, dtype=bool))


@st.composite
def hierarchies(draw: Any) -> Tables:  # noqa: ANN401  hypothesis passes its own function
    """A province, its units, and each unit by up to two breakdowns."""
    counts, parents, breakdowns = [0], [-1], ["top"]
    for _ in range(draw(st.integers(1, 4))):
        first = draw(st.lists(SMALL_AND_LARGE, min_size=1, max_size=4))
        unit = len(counts)
        counts.append(sum(first))
        parents.append(0)
        breakdowns.append("unit")
        counts[0] += sum(first)
        for name, parts in (("sex", first), ("age", [sum(first) // 2, -(-sum(first) // 2)])):
            if name == "sex" or draw(st.booleans()):
                counts += parts
                parents += [unit] * len(parts)
                breakdowns += [name] * len(parts)
    return Tables.nested(counts, parents, breakdowns)


@st.composite
def cross_tables(draw: Any, *, under_one_total: bool = False) -> Tables:  # noqa: ANN401  any argument of the call under test
    """One two-way table, or two of them whose totals add up to one more cell."""
    found = []
    for _ in range(2 if under_one_total else 1):
        rows, columns = draw(st.integers(2, 3)), draw(st.integers(2, 3))
        n = rows * columns
        inner = draw(st.lists(SMALL_AND_LARGE, min_size=n, max_size=n))
        found.append(Tables.crossed(np.array(inner).reshape(rows, columns)))
    if not under_one_total:
        return found[0]
    first, second = found
    shift = first.counts.size
    moved = [Sum(s.whole + shift, tuple(p + shift for p in s.parts)) for s in second.sums]
    top = shift + second.counts.size
    counts = np.concatenate([first.counts, second.counts])
    total = counts[shift - 1] + counts[-1]
    sums = (*first.sums, *moved, Sum(top, (shift - 1, top - 1)))
    return Tables(np.append(counts, total), sums)
