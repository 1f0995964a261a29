from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from analysis.arrays import Booleans, Floats
from analysis.disclosure import Attack, FeasibilityIntervals, Tables, bounds, possible
from analysis.errors import BadInput
from tests.analysis.disclosure.random_tables import cross_tables, hierarchies, masks_of


def known_by_itself(tables: Tables, hidden: Booleans, step: int) -> FeasibilityIntervals:
    low, high = possible(tables.counts, step=step, minimum_n=1)
    low, high = np.where(tables.counts < 1, 0, low), np.where(tables.counts < 1, 0, high)
    return FeasibilityIntervals(np.where(hidden, 0.0, low), np.where(hidden, np.inf, high))


def every_table(known: FeasibilityIntervals, shape: tuple[int, ...]) -> NDArray[np.int64]:
    """All cross-tables with their margins that fit: by counting through the inner cells."""
    places = np.arange(np.prod([n + 1 for n in shape])).reshape([n + 1 for n in shape])
    inner = places[tuple(slice(0, -1) for _ in shape)].ravel()
    top = known.most[-1]
    ranges = [
        np.arange(known.least[cell], min(known.most[cell], top) + 1, dtype=np.int64)
        for cell in inner
    ]
    tables = np.stack(np.meshgrid(*ranges, indexing="ij")).reshape(inner.size, -1).T
    full = tables.reshape(-1, *shape)
    for axis in range(1, full.ndim):
        full = np.concatenate([full, full.sum(axis=axis, keepdims=True)], axis=axis)
    full = full.reshape(full.shape[0], -1)
    fits = ((full >= known.least) & (full <= known.most)).all(axis=1)
    return full[fits]


@settings(max_examples=25, deadline=None)
@given(st.data(), st.sampled_from([1, 5]))
def test_the_program_agrees_with_counting_through_all_tables(
    data: st.DataObject, step: int
) -> None:
    inner = data.draw(st.tuples(*[st.integers(0, 7)] * 4))
    tables = Tables.crossed(np.array(inner).reshape(2, 2))
    hidden = data.draw(masks_of(tables.counts.size))
    hidden[-1] = False  # the total bounds what has to be counted through
    known = known_by_itself(tables, hidden, step)
    found = bounds(tables, known.least, known.most, hidden)
    tried = every_table(known, (2, 2))
    assert found.least[hidden].tolist() == tried.min(axis=0)[hidden].tolist()
    assert found.most[hidden].tolist() == tried.max(axis=0)[hidden].tolist()


def by_one_program(tables: Tables, known: FeasibilityIntervals, cell: int) -> tuple[float, float]:
    direction = np.zeros(tables.counts.size)
    direction[cell] = 1.0
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(  # type: ignore[call-overload]  # its stubs do not know this array
            sign * direction,
            A_eq=tables.matrix.toarray(),
            b_eq=np.zeros(len(tables.sums)),
            bounds=np.column_stack([known.least, np.minimum(known.most, 1e6)]),
        )
        ends.append(sign * found.fun)
    return ends[0], ends[1] if ends[1] < 1e5 else np.inf


def compare(tables: Tables, hidden: Booleans, step: int) -> None:
    known = known_by_itself(tables, hidden, step)
    found = bounds(tables, known.least, known.most, hidden)
    for cell in np.flatnonzero(hidden).tolist():
        alone = by_one_program(tables, known, cell)
        assert (found.least[cell], found.most[cell]) == pytest.approx(alone, abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.data(), st.sampled_from([1, 5]))
def test_passing_intervals_through_a_hierarchy_is_one_large_program(
    data: st.DataObject, step: int
) -> None:
    tables = data.draw(hierarchies())
    compare(tables, data.draw(masks_of(tables.counts.size)), step)


@settings(max_examples=8, deadline=None)
@given(st.data(), st.sampled_from([1, 5]))
def test_blocks_joined_by_a_total_are_one_large_program(data: st.DataObject, step: int) -> None:
    tables = data.draw(cross_tables(under_one_total=True))
    compare(tables, data.draw(masks_of(tables.counts.size)), step)


def test_whole_people_bound_a_linked_table_closer_than_fractions_do() -> None:
    """Three dimensions with margins of one each: half a person everywhere fits, people do not."""
    inner = np.zeros((2, 2, 2), dtype=np.int64)
    inner[0, 0, 0] = inner[0, 1, 1] = inner[1, 0, 1] = inner[1, 1, 0] = 1
    tables = Tables.crossed(inner)
    hidden = np.zeros((3, 3, 3), dtype=np.bool_)
    hidden[:2, :2, :2] = True
    known = np.where(hidden.ravel(), 0.0, tables.counts)
    most = np.where(hidden.ravel(), np.inf, tables.counts)
    program = bounds(tables, known, most, hidden.ravel())
    people = bounds(tables, known, most, hidden.ravel(), Attack(integral=True))
    by_hand = [t for t in product((0, 1), repeat=8) if same_margins(np.array(t), inner)]
    assert people.least[hidden.ravel()].tolist() == np.min(by_hand, axis=0).tolist()
    assert people.most[hidden.ravel()].tolist() == np.max(by_hand, axis=0).tolist()
    assert (program.least <= people.least + 1e-9).all()
    assert (program.most >= people.most - 1e-9).all()


def same_margins(cells: NDArray[np.int64], inner: NDArray[np.int64]) -> bool:
    table = cells.reshape(2, 2, 2)
    return all(np.array_equal(table.sum(axis=a), inner.sum(axis=a)) for a in range(3))


def test_a_cell_that_is_wide_enough_is_not_pursued_and_never_called_narrower() -> None:
    tables = Tables.crossed([[20, 50, 10], [8, 19, 22], [17, 32, 12]])
    hidden = np.isin(tables.counts, [8, 22, 17, 12])
    exact = tables.counts.astype(float)
    known: tuple[Floats, Floats] = np.where(hidden, 0.0, exact), np.where(hidden, np.inf, exact)
    whole, enough = (bounds(tables, *known, hidden, Attack(enough=e)) for e in (np.inf, 5.0))
    assert (enough.most - enough.least >= whole.most - whole.least).all()
    # By hand: 8 + 22 = 30, 17 + 12 = 29, 8 + 17 = 25, 22 + 12 = 34 leave one number free.
    assert whole.least[hidden].tolist() == [0, 5, 0, 4]
    assert whole.most[hidden].tolist() == [25, 30, 25, 29]


def test_limits_that_contradict_and_ways_to_try_that_are_none_are_refused() -> None:
    tables = Tables.nested([20, 20], [-1, 0])
    with pytest.raises(BadInput, match="low must be finite and at most high, got nan"):
        bounds(tables, [np.nan, 0], [1, 1], [True, True])
    with pytest.raises(BadInput, match="targets must hold 2 truth values"):
        bounds(tables, [0, 0], [1, 1], [1, 0])
    for wrong in (np.nan, 0.0, "wide"):
        with pytest.raises(BadInput, match="enough must be"):
            Attack(enough=wrong)  # type: ignore[arg-type]  # wrong on purpose
