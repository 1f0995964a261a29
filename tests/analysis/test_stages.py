import numpy as np
import pytest

from analysis.stages import stages_of


def test_clusters_are_read_within_their_stratum() -> None:
    (stage,) = stages_of(np.ones(4), ["a", "a", "b", "b"], [1, 2, 1, 1], None)
    assert stage.sizes.tolist() == [2.0, 1.0]
    assert stage.units is not None
    assert stage.units.tolist() == [0, 1, 2, 2]


def test_the_second_stage_is_drawn_from_each_cluster() -> None:
    clusters = [[1, 1], [1, 2], [2, 1], [2, 2], [2, 3]]
    first, second = stages_of(np.ones(5), None, clusters, [[8, 4], [8, 4], [8, 6], [8, 6], [8, 6]])
    assert first.fractions.tolist() == [0.25]
    assert second.sizes.tolist() == [2.0, 3.0]
    assert second.fractions.tolist() == [0.5, 0.5]
    assert second.factors.tolist() == [0.25, 0.25]


def test_a_row_with_a_count_is_as_many_units() -> None:
    (stage,) = stages_of(np.array([3.0, 2.0, 4.0]), [0, 0, 1], None, None)
    assert stage.sizes.tolist() == [5.0, 4.0]


def test_choosing_rows_leaves_strata_their_size() -> None:
    (stage,) = stages_of(np.ones(4), [0, 0, 0, 1], [1, 2, 3, 1], None)
    part = stage.rows(np.array([2], dtype=np.int64))
    assert part.sizes.tolist() == [3.0]
    assert part.row_strata.tolist() == [0]


@pytest.mark.parametrize(
    ("population_sizes", "message"),
    [
        ([5, 5, 6], "the same number throughout a stratum"),
        ([2, 2, 2], "must not be below the units drawn, got 2.0 for 3 drawn"),
        ([np.nan, np.nan, np.nan], "must be positive, got nan in row 0"),
        ([[5, 5]] * 3, "a column per stage of clusters, which are 1, got 2"),
        ([5, 5], "population_sizes must have 3 rows"),
    ],
)
def test_impossible_population_sizes_are_refused(
    population_sizes: list[float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        stages_of(np.ones(3), None, None, population_sizes)
