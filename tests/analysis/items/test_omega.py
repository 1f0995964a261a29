"""Omega: one factor against factanal, a general factor against psych::omega."""

from typing import Any

import numpy as np
import pytest

from analysis import (
    BadInput,
    hierarchical_omega,
    mcdonald_omega,
    one_factor_model,
    polychoric_correlation,
)
from analysis.items.factors import residual_factors
from analysis.items.rotation import oblimin, varimax
from tests.analysis.items.bfi import EXPECTED, answers, complete


@pytest.mark.parametrize("name", sorted(EXPECTED["omega"]))
def test_omega_total_equals_a_factanal_that_searches_to_the_end(name: str) -> None:
    case = EXPECTED["omega"][name]
    found = mcdonald_omega(answers(case))
    assert found.total == pytest.approx(case["omega"], rel=1e-7)
    assert found.model.loadings == pytest.approx(case["loadings"], abs=1e-6)
    assert found.model.uniquenesses == pytest.approx(case["uniquenesses"], abs=1e-6)
    assert not found.model.heywood.any()


@pytest.mark.parametrize("name", sorted(EXPECTED["hierarchical"]))
def test_hierarchical_omega_equals_psych(name: str) -> None:
    case = EXPECTED["hierarchical"][name]
    found = hierarchical_omega(case["correlation"], case["factors"])
    assert found.total == pytest.approx(case["total"], rel=1e-4)
    assert found.hierarchical == pytest.approx(case["hierarchical"], rel=1e-3)
    assert np.abs(found.general) == pytest.approx(np.abs(case["general"]), abs=1e-3)


def test_three_items_have_a_closed_solution() -> None:
    # l1 = sqrt(r12 r13 / r23), Spearman 1904.
    model = one_factor_model([[1, 0.5, 0.4], [0.5, 1, 0.3], [0.4, 0.3, 1]])
    expected = np.sqrt([0.5 * 0.4 / 0.3, 0.5 * 0.3 / 0.4, 0.4 * 0.3 / 0.5])
    assert model.loadings == pytest.approx(expected, abs=1e-8)
    assert model.misfit == pytest.approx(0, abs=1e-12)
    assert model.degrees_of_freedom == 0


def test_a_case_of_heywood_is_said_and_stays_on_the_bound() -> None:
    # The closed solution asks for a loading of sqrt(.9 .8 / .5) = 1.2.
    model = one_factor_model([[1, 0.9, 0.8], [0.9, 1, 0.5], [0.8, 0.5, 1]])
    assert model.heywood.tolist() == [True, False, False]
    assert model.uniquenesses[0] == pytest.approx(0.005)


def test_an_item_that_was_not_reversed_has_a_negative_loading() -> None:
    case = EXPECTED["omega"]["N"]
    turned = complete(answers(case))
    turned[:, 1] = 7 - turned[:, 1]
    assert mcdonald_omega(turned).probably_unreversed.tolist() == [1]


def test_omega_of_ordered_answers_goes_through_polychoric_correlations() -> None:
    scores = complete(answers(EXPECTED["omega"]["N"]))
    ordinal = one_factor_model(polychoric_correlation(scores).correlations).omega
    assert mcdonald_omega(scores).total < ordinal < 1


def test_minres_finds_again_what_made_the_correlations() -> None:
    loadings = np.array([[0.8, 0], [0.7, 0], [0.6, 0.2], [0, 0.7], [0.1, 0.6], [0, 0.5]])
    made = loadings @ loadings.T
    np.fill_diagonal(made, 1.0)
    axes, uniquenesses = residual_factors(made, 2)
    assert uniquenesses == pytest.approx(1 - (loadings**2).sum(axis=1), abs=1e-6)
    np.testing.assert_allclose(axes @ axes.T, loadings @ loadings.T, atol=1e-6)
    oblique, between = oblimin(varimax(axes))
    np.testing.assert_allclose(oblique @ between @ oblique.T, axes @ axes.T, atol=1e-9)


@pytest.mark.parametrize(
    ("correlation", "words"),
    [
        ([[1, 0.5], [0.5, 1]], "3 items or more, got 2"),
        ([[1, 0.5, 0.2]], r"square, got shape \(1, 3\)"),
        ([[1, 1.5, 0], [1.5, 1, 0], [0, 0, 1]], "between -1 and 1, got 1.5"),
        ([[1, np.nan, 0], [np.nan, 1, 0], [0, 0, 1]], "between -1 and 1, got nan"),
        ([[1, 0.5, 0], [0.4, 1, 0], [0, 0, 1]], "symmetric"),
        ([[2, 0.5, 0], [0.5, 1, 0], [0, 0, 1]], "between -1 and 1, got 2"),
        ([[1, 1, 0.2], [1, 1, 0.2], [0.2, 0.2, 1]], "positive definite"),
    ],
)
def test_bad_correlations_are_named(correlation: list[list[float]], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        one_factor_model(correlation)


def test_other_bad_arguments_of_omega_are_named() -> None:
    with pytest.raises(BadInput, match=r"factors must be a whole number from 2 to 5 .*, got 1"):
        hierarchical_omega(np.eye(6), 1)
    for factors in (np.nan, "abc", None, [2], 2.5):
        wrong: Any = factors
        with pytest.raises(BadInput, match="factors must be a whole number"):
            hierarchical_omega(np.eye(4), wrong)
    with pytest.raises(BadInput, match="correlation must be numbers: could not convert"):
        one_factor_model([["a", "b"], ["c", "d"]])
    with pytest.raises(BadInput, match="holds 0 common factors only, got factors=2"):
        hierarchical_omega(np.eye(6), 2)
    with pytest.raises(BadInput, match=r"fewer than the items.*, got 6"):
        hierarchical_omega(np.eye(6), 6)
    with pytest.raises(BadInput, match="3 items or more, got 2"):
        mcdonald_omega([[1, 2], [2, 4], [3, 1]])
