import numpy as np
import pyarrow as pa
import pytest

from analysis import CellCounter, PairCounter
from survey_app.engine import kernel
from survey_app.engine.kernel import Groups

# Groups (a, 1), (b, 0), (b, 1) of the six that two units and two codes could make.
GROUPS = Groups((pa.array(["a", "b"]), pa.array([0, 1], pa.int8())), np.array([1, 2, 3]))


def table(units: list[str], keys: list[int], answers: list[int]) -> pa.Table:
    return pa.table(
        [units, pa.array(keys, pa.int8()), pa.array(answers, pa.int8())], ["u", "k", "q"]
    )


def test_a_partition_is_counted_by_group_and_code() -> None:
    counter = CellCounter(3, 1, 5)
    tables = [table(["b", "a"], [1, 1], [4, -2]), table([], [], []), table(["b"], [0], [0])]
    kernel.count_partition(GROUPS, tables, counter)
    assert counter.cells().counts[:, 0].tolist() == [
        [0, 0, 0, 0, 0],
        [1, 0, 0, 0, 0],
        [0, 0, 0, 0, 1],
    ]
    assert counter.cells().missing[:, 0].tolist() == [[0, 1, 0, 0, 0], [0] * 5, [0] * 5]


def test_dictionaries_of_different_parts_name_the_same_groups() -> None:
    one = pa.chunked_array([pa.array(["b", "a"]).dictionary_encode()])
    other = pa.chunked_array(
        [pa.array(["a", "b"]).dictionary_encode(), pa.array(["b"]).dictionary_encode()]
    )
    keys = pa.array([1, 1, 0], pa.int8())
    assert GROUPS.of(pa.table([one, keys[:2]], ["u", "k"])).tolist() == [2, 0]
    assert GROUPS.of(pa.table([other, keys], ["u", "k"])).tolist() == [0, 2, 1]


def test_every_group_says_what_it_is() -> None:
    keys = GROUPS.keys(("unit", "sex"))
    assert keys["unit"].tolist() == ["a", "b", "b"]
    assert keys["sex"].tolist() == [1, 0, 1]


def test_combinations_of_parts_are_merged_with_their_people() -> None:
    part = pa.table({"u": ["a", "b"], kernel.PEOPLE: [1, 2]})
    whole = kernel.merged([part, part], ["u"])
    assert dict(zip(whole["u"].to_pylist(), whole[kernel.PEOPLE].to_pylist(), strict=True)) == {
        "a": 2,
        "b": 4,
    }


@pytest.mark.parametrize("weighted", [True, False])
def test_sums_are_views_so_that_adding_to_them_adds_to_the_counter(*, weighted: bool) -> None:
    weights = np.ones(3) if weighted else None
    pairs = PairCounter(
        kernel.SCORES, 1, group_units=np.zeros(3, dtype=int), group_weights=weights
    )
    sums = kernel.sums_of(pairs)
    assert len(sums) == (4 if weighted else 3)
    sums[0][0] += 7
    assert pairs.pairs().counts.tolist() == [[[7]]]
    cells = CellCounter(3, 1, 5)
    kernel.sums_of(cells)[1][2, 0, 1] += 3
    assert cells.cells().missing_of(-2).tolist() == [[0], [0], [3]]
