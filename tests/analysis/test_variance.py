import numpy as np
import pytest

from analysis.stages import stages_of
from analysis.variance import Singleton, covariance_of_totals


def test_the_formula_of_a_stratified_total_by_hand() -> None:
    # Stratum a: 2 and 4, n/(n-1) sum of squares about 3 = 2 * 2 = 4, times 1 - 2/8 = 3.
    # Stratum b: 1, 1 and 4, 3/2 * 6 = 9, times 1 - 3/6 = 4.5.
    z = np.array([[2.0], [4.0], [1.0], [1.0], [4.0]])
    stages = stages_of(np.ones(5), list("aabbb"), None, [8, 8, 6, 6, 6])
    assert covariance_of_totals(z, np.ones(5), stages, "fail")[0, 0] == pytest.approx(7.5)


def test_two_stages_by_hand() -> None:
    # Two of 4 clusters, two of 5 units in each. Cluster totals 30 and 50:
    # first stage (1 - 1/2) * 2/1 * 200 = 200. Within, (1 - 2/5) * 2/1 * sum of squares
    # (50 and 0) = 60, times the fraction 1/2 of clusters = 30.
    z = np.array([[10.0], [20.0], [25.0], [25.0]])
    stages = stages_of(np.ones(4), None, [[1, 1], [1, 2], [2, 1], [2, 2]], [[4, 5]] * 4)
    assert covariance_of_totals(z, np.ones(4), stages, "fail")[0, 0] == pytest.approx(230.0)


def test_absent_units_count_as_zero() -> None:
    z = np.array([[2.0], [4.0], [0.0]])
    (stage,) = stages_of(np.ones(3), None, None, None)
    part = (stage.rows(np.array([0, 1], dtype=np.int64)),)
    whole = covariance_of_totals(z, np.ones(3), (stage,), "fail")
    assert covariance_of_totals(z[:2], np.ones(2), part, "fail") == pytest.approx(whole)


def test_a_count_equals_so_many_rows() -> None:
    counted = covariance_of_totals(
        np.array([[2.0], [5.0]]),
        np.array([3.0, 1.0]),
        stages_of(np.array([3.0, 1.0]), None, None, None),
        "fail",
    )
    spelled_out = covariance_of_totals(
        np.array([[2.0], [2.0], [2.0], [5.0]]),
        np.ones(4),
        stages_of(np.ones(4), None, None, None),
        "fail",
    )
    assert counted == pytest.approx(spelled_out)


@pytest.mark.parametrize(
    ("singleton", "expected"),
    # Stratum a gives 2 * 2 = 4; the lone unit has z = 6.
    [("remove", 4.0), ("certainty", 4.0), ("adjust", 4.0 + 36.0), ("average", 4.0 * 2 / 1)],
)
def test_each_singleton_policy_by_hand(singleton: Singleton, expected: float) -> None:
    z = np.array([[2.0], [4.0], [6.0]])
    stages = stages_of(np.ones(3), list("aab"), None, None)
    assert covariance_of_totals(z, np.ones(3), stages, singleton)[0, 0] == pytest.approx(expected)


def test_at_the_second_stage_the_others_of_the_same_unit_stand_in_for_a_lone_one() -> None:
    # Clusters 1 and 2, both of 2: nothing at the first stage. Cluster 1 has stratum u (1, 3: sum of
    # squares 2, doubled) and lone v: 4 * 2/1 = 8. Cluster 2 has u (0, 4): 8 * 2 = 16, not raised.
    z = np.array([[1.0], [3.0], [7.0], [0.0], [4.0]])
    clusters = [[1, 1], [1, 2], [1, 3], [2, 1], [2, 2]]
    strata = [["a", "u"], ["a", "u"], ["a", "v"], ["a", "u"], ["a", "u"]]
    # As good as with replacement at the second stage: 1e12 units in the population.
    stages = stages_of(np.ones(5), strata, clusters, [[2, 1e12]] * 5)
    found = covariance_of_totals(z, np.ones(5), stages, "average")
    assert found[0, 0] == pytest.approx(8 + 16)
    # With cluster 2 lone, cluster 1 stands in for it: 4 * 2/1 raised by 2/1.
    stages = stages_of(np.ones(4), strata[:4], clusters[:4], [[2, 1e12]] * 4)
    found = covariance_of_totals(z[:4], np.ones(4), stages, "average")
    assert found[0, 0] == pytest.approx(16)


def test_a_singleton_that_is_its_whole_stratum_is_no_problem() -> None:
    z = np.array([[2.0], [4.0], [6.0]])
    stages = stages_of(np.ones(3), list("aab"), None, [4, 4, 1])
    assert covariance_of_totals(z, np.ones(3), stages, "fail")[0, 0] == pytest.approx(2.0)
