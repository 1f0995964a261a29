"""Polychoric and tetrachoric correlations against R and against simulation."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis import BadInput, polychoric_correlation
from analysis.items.bivariate_normal import normal_below, normal_density
from tests.analysis.items.bfi import EXPECTED, answers, complete

TABLES = EXPECTED["tables"]


def pairs_of(table: list[list[int]]) -> NDArray[np.int64]:
    counts = np.array(table)
    rows, columns = np.indices(counts.shape)
    return np.column_stack(
        [np.repeat(rows.ravel(), counts.ravel()), np.repeat(columns.ravel(), counts.ravel())]
    )


@pytest.mark.parametrize("name", sorted(TABLES))
def test_tables_of_all_shapes_equal_r(name: str) -> None:
    case = TABLES[name]
    found = polychoric_correlation(pairs_of(case["table"]))
    assert found.correlations[0, 1] == pytest.approx(case["rho"], abs=2e-7)
    assert found.correlations[0, 1] == pytest.approx(case["psych"], abs=1e-3)
    assert found.thresholds[0] == pytest.approx(np.atleast_1d(case["rows"]), abs=1e-12)
    assert found.thresholds[1] == pytest.approx(np.atleast_1d(case["columns"]), abs=1e-12)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_standard_errors_are_near_those_of_taking_answers_away(name: str) -> None:
    # R differentiates the estimate itself; the formula takes the curvature that is expected.
    case = TABLES[name]
    found = polychoric_correlation(pairs_of(case["table"]))
    assert found.standard_errors[0, 1] == pytest.approx(case["standard_error"], rel=0.1)


@pytest.mark.parametrize("name", sorted(EXPECTED["polychoric"]))
def test_matrices_of_a_scale_equal_r(name: str) -> None:
    case = EXPECTED["polychoric"][name]
    found = polychoric_correlation(complete(answers(case)))
    np.testing.assert_allclose(found.correlations, case["rho"], atol=2e-7)
    np.testing.assert_allclose(found.correlations, case["psych"], atol=1e-3)
    assert found.positive_definite
    assert not found.at_bound.any()


def test_a_tetrachoric_correlation_reproduces_the_cell_that_determines_it() -> None:
    table = np.array(TABLES["tetrachoric"]["table"])
    found = polychoric_correlation(pairs_of(table.tolist()))
    below = normal_below(
        found.thresholds[0], found.thresholds[1], found.correlations[0, 1].reshape(1)
    )
    assert below == pytest.approx(table[0, 0] / table.sum(), abs=1e-12)


@pytest.mark.parametrize("missing", [0.0, 0.4])
def test_standard_errors_are_right_on_average(missing: float) -> None:
    rng = np.random.default_rng(18091)
    found = []
    for _ in range(300):
        traits = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], size=400)
        codes = np.column_stack(
            [np.searchsorted([-1, 0.5], traits[:, 0]), np.searchsorted([-0.3, 1], traits[:, 1])]
        )
        codes[rng.random(codes.shape) < missing] = -1
        one = polychoric_correlation(codes)
        low, high = one.confidence_intervals()
        found.append(
            (one.correlations[0, 1], one.standard_errors[0, 1], low[0, 1] <= 0.6 <= high[0, 1])
        )
    values, errors, held = np.array(found).T
    assert 0.915 <= held.mean() <= 0.985
    assert values.mean() == pytest.approx(0.6, abs=0.012)
    assert errors.mean() == pytest.approx(values.std(), rel=0.12)


def test_rows_count_by_their_weight() -> None:
    table = TABLES["five_by_seven"]["table"]
    rows, columns = np.indices((5, 7))
    cells = np.column_stack([rows.ravel(), columns.ravel()])
    weighted = polychoric_correlation(cells, weights=np.ravel(table))
    plain = polychoric_correlation(pairs_of(table))
    assert weighted.correlations == pytest.approx(plain.correlations, abs=1e-10)


def test_numbering_of_the_codes_and_nan_or_negative_do_not_matter() -> None:
    codes = pairs_of(TABLES["five_by_seven"]["table"])
    gaps = np.where(np.arange(codes.size).reshape(codes.shape) % 7 == 0, -4, codes)
    floats = np.where(gaps < 0, np.nan, gaps * 10.0 + 3)
    found, same = polychoric_correlation(gaps), polychoric_correlation(floats)
    assert same.correlations.tolist() == found.correlations.tolist()
    assert found.pair_counts[0, 1] == ((gaps >= 0).all(axis=1)).sum()


def test_perfect_order_rests_on_the_bound_without_a_standard_error() -> None:
    found = polychoric_correlation(pairs_of([[20, 0], [0, 30]]))
    assert found.correlations[0, 1] == 0.9999
    assert found.at_bound[0, 1]
    assert np.isinf(found.standard_errors[0, 1])
    low, high = found.confidence_intervals()
    assert (low[0, 1], high[0, 1], low[0, 0]) == (-1, 1, 1)
    reverse = polychoric_correlation(pairs_of([[0, 20], [30, 0]]))
    assert reverse.correlations[0, 1] == -0.9999


def test_an_empty_cell_can_count_a_half_as_in_psych() -> None:
    # tetrachoric(matrix(c(20, 0, 0, 20), 2), correct = .5): sin(pi (2 p - 1/2)), p = 20/41:
    # the margins stay halves.
    found = polychoric_correlation(pairs_of([[20, 0], [0, 20]]), empty_cell=0.5)
    assert found.correlations[0, 1] == pytest.approx(np.sin(np.pi * (2 * 20 / 41 - 0.5)))


def test_a_flat_item_is_left_out_of_the_matrix_and_named() -> None:
    codes = np.insert(pairs_of(TABLES["negative"]["table"]), 1, 3, axis=1)
    found = polychoric_correlation(codes)
    assert found.items.tolist() == [0, 2]
    assert found.flat.tolist() == [1]
    assert found.correlations.shape == (2, 2)


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ([[1, 1], [1, 1]], "two items that vary, got 0"),
        ([[-1, -1], [-2, -1]], "two items that vary, got 0"),
        ([[1.5, 1], [2, 1]], "integers, got 1.5 in row 0, item 0"),
        ([[np.inf, 1], [2, 1]], "integers, got inf in row 0, item 0"),
        ([[i, i // 2] for i in range(40)], "30 categories at most, item 0 has 40"),
        ([[0, -1], [1, -1], [-1, 0], [-1, 1]], "nobody answered 0 and 1"),
    ],
)
def test_bad_answers_are_named(codes: list[list[float]], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        polychoric_correlation(codes)


@pytest.mark.parametrize("value", ["abc", None, [1, 2], np.nan, -0.5])
def test_an_empty_cell_counts_a_number_from_0(value: object) -> None:
    wrong: Any = value
    with pytest.raises(BadInput, match="empty_cell must be a number"):
        polychoric_correlation([[0, 1], [1, 0], [1, 1]], empty_cell=wrong)


def test_a_level_of_confidence_outside_0_to_1_is_refused() -> None:
    with pytest.raises(BadInput, match="level must lie between 0 and 1, got 95"):
        polychoric_correlation([[0, 0], [1, 1], [0, 1]]).confidence_intervals(95)


def test_a_negative_filling_is_refused() -> None:
    with pytest.raises(BadInput, match=r"empty_cell .* -0.5"):
        polychoric_correlation([[0, 0], [1, 1]], empty_cell=-0.5)


def test_the_bivariate_normal_keeps_its_known_values() -> None:
    zero, rho = np.zeros(3), np.array([-0.5, 0.0, 0.8])
    sheppard = 0.25 + np.arcsin(rho) / (2 * np.pi)
    assert normal_below(zero, zero, rho) == pytest.approx(sheppard, abs=1e-15)
    # Drezner and Wesolowsky (1990): independent, so the product of 0.8413447... and 0.0227501...
    one, two = np.array([1.0]), np.array([-2.0])
    assert normal_below(one, two, np.zeros(1)) == pytest.approx(
        0.8413447460685429 * 0.022750131948179195, abs=1e-15
    )
    edges = np.array([np.inf, -np.inf])
    assert normal_below(edges, np.array([1.0, 1.0]), np.array(0.3)) == pytest.approx(
        [0.8413447460685429, 0.0]
    )


def test_the_density_is_the_slope_of_the_distribution_in_rho() -> None:
    h, k, rho = np.array([0.4, -1.2, 2.0]), np.array([-0.7, 0.1, 1.9]), np.array([0.3, -0.8, 0.95])
    slope = (normal_below(h, k, rho + 1e-6) - normal_below(h, k, rho - 1e-6)) / 2e-6
    assert normal_density(h, k, rho) == pytest.approx(slope, rel=1e-6)
