import numpy as np
import pytest

from analysis.disclosure import Sum, Tables
from analysis.errors import BadInput


def test_a_hierarchy_adds_up_by_parent_and_breakdown() -> None:
    # A province of two units; the first unit by sex and by age.
    tables = Tables.nested(
        [50, 30, 20, 18, 12, 9, 21],
        [-1, 0, 0, 1, 1, 1, 1],
        [None, "unit", "unit", "sex", "sex", "age", "age"],
    )
    assert tables.sums == (Sum(0, (1, 2)), Sum(1, (3, 4)), Sum(1, (5, 6)))
    assert not (tables.matrix @ tables.counts).any()
    assert tables.sums_of_cell[1] == (0, 1, 2)
    assert tables.blocks == ()


def test_a_cross_table_carries_its_margins_and_is_one_block() -> None:
    tables = Tables.crossed([[20, 50, 10], [8, 19, 22], [17, 32, 12]])
    assert tables.counts.reshape(4, 4)[-1].tolist() == [45, 101, 44, 190]
    assert len(tables.sums) == 8
    assert [sorted(block.tolist()) for block in tables.blocks] == [[*range(8)]]


def test_a_table_of_three_dimensions_has_every_margin() -> None:
    tables = Tables.crossed(np.arange(8).reshape(2, 2, 2))
    assert tables.counts.size == 27
    assert len(tables.sums) == 27  # nine lines along each axis
    assert not (tables.matrix @ tables.counts).any()


@pytest.mark.parametrize(
    ("counts", "sums", "told"),
    [
        ([3, 1, 1], [Sum(0, (1, 2))], "add up to 2, not to the 3 of cell 0"),
        ([2, 1, -1], [], "must not be negative, got -1"),
        ([2, 1, 1], [Sum(0, (1, 3))], "outside of 3 counts"),
        ([2, 1, 1], [Sum(0, (0, 1))], "name each cell once"),
        ([2, 1, 1], [Sum(0, ())], "some parts"),
    ],
)
def test_tables_that_cannot_be_meant_are_refused(
    counts: list[int], sums: list[Sum], told: str
) -> None:
    with pytest.raises(BadInput, match=told):
        Tables(np.array(counts), tuple(sums))


def test_a_hierarchy_needs_a_parent_per_cell_and_whole_people() -> None:
    with pytest.raises(BadInput, match="parents must have 2 cells"):
        Tables.nested([1, 1], [-1])
    with pytest.raises(BadInput, match="breakdowns must have 1 cells, got 2"):
        Tables.nested([1], [-1], ["a", "b"])
    for parents in ([np.nan, 0], [-1, 0.5], [-1, "0"]):  # a part without a whole is no secret
        with pytest.raises(BadInput, match="parents must be cells or -1"):
            Tables.nested([1, 1], parents)  # type: ignore[arg-type]  # wrong on purpose
    for outside in (-2, 2):
        with pytest.raises(BadInput, match=f"parents must be cells or -1, got {outside} in row 1"):
            Tables.nested([1, 1], [-1, outside])


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([[1.7, 2], [3, 4]], r"must be whole numbers, got 1\.7 in row 0"),
        ([[np.nan, 2], [3, 4]], "must be finite, got nan in row 0"),
        ([["a", 2], [3, 4]], "must be numbers:"),
        ([[-1, 2], [3, 4]], r"must not be negative, got -1\.0 in row 0"),
    ],
)
def test_counts_that_are_no_whole_people_are_refused(counts: list[list[float]], told: str) -> None:
    with pytest.raises(BadInput, match=f"inner {told}"):
        Tables.crossed(counts)
    if "numbers:" not in told:
        with pytest.raises(BadInput, match=f"counts {told}"):
            Tables(np.array(counts[0]), ())


def test_a_table_without_a_dimension_is_refused() -> None:
    with pytest.raises(BadInput, match="inner must have a dimension or more, got 3"):
        Tables.crossed(3)
    with pytest.raises(BadInput, match="counts must have one dimension"):
        Tables.nested([[1]], [-1])
