"""Samejima's graded response model by marginal maximum likelihood."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logit

from analysis.arrays import Floats, Integers, finite
from analysis.errors import BadInput
from analysis.items.answers import NO_ANSWER, code_matrix, effective_rows, row_weights
from analysis.items.graded_answers import FEWEST_ANSWERS, Categories, Merge, Patterns
from analysis.items.graded_fit import squared_em, standard_errors, trait
from analysis.items.graded_items import (
    HIGHEST_DISCRIMINATION,
    LOWEST_DISCRIMINATION,
    GradedItem,
)
from analysis.whole_numbers import whole_number

FEWEST_ROWS = 500
MOST_ROWS = 10**9
FEWEST_POINTS, MOST_POINTS = 15, 201
FEWEST_ITEMS = 3


@dataclass(frozen=True, slots=True, eq=False)
class TraitScores:
    """Expected a posteriori scores (mean 0, sd 1 in the population) and posterior sds, per row."""

    values: Floats
    standard_errors: Floats


@dataclass(frozen=True, slots=True, eq=False)
class GradedResponses:
    """
    A fit of P(answer >= category k) = logistic(a (theta - b_k)), theta standard normal.

    Attributes
    ----------
    discriminations : (items,) a, between .2 and 4
    difficulties : per item, (categories - 1,) b_k, increasing
    discrimination_errors, difficulty_errors : their standard errors, from the cross-products of
        the rows' scores, what unequal weights cost included; infinite for a discrimination at its
        bound
    items, flat : places of the items in the model, and of those that do not vary
    at_bound : places of the items with a at .2 or 4; at .2 an item measures something else or was
        not reversed
    merged : codes that count as one category, because fewer than ten rows chose one of them
    log_likelihood, converged, n : of the fit; n rows have an answer and a weight
    effective_n : n less what unequal weights cost (Kish)
    """

    discriminations: Floats
    difficulties: tuple[Floats, ...]
    discrimination_errors: Floats
    difficulty_errors: tuple[Floats, ...]
    items: Integers
    flat: Integers
    at_bound: Integers
    merged: tuple[Merge, ...]
    log_likelihood: float
    converged: bool
    n: int
    effective_n: float
    categories: tuple[Categories, ...]
    points: int

    def probabilities(self, place: int, theta: ArrayLike) -> Floats:
        """Return P(category | theta) of the item at ``place`` in ``items``: (points, categories)."""
        whole_number("place", place, 0, self.items.size - 1)
        return self._graded()[place].probabilities(finite("theta", theta)).T

    def information(self, theta: ArrayLike) -> Floats:
        """Return the information of each item about theta: (points, items); sums are the test's."""
        at = finite("theta", theta)
        return np.column_stack([item.information(at) for item in self._graded()])

    def scores(self, answers: ArrayLike) -> TraitScores:
        """Return the score of each row; a row without an answer gets 0 with error 1."""
        given = code_matrix(answers)
        last = int(self.items.max())
        if given.shape[1] <= last:
            raise BadInput(
                f"answers must have the {last + 1} items of the fit, got {given.shape[1]}"
            )
        ranks = np.column_stack([held.ranks(given[:, held.item]) for held in self.categories])
        sizes = np.array([len(held.codes) for held in self.categories])
        patterns = Patterns.of(ranks, sizes, np.ones(given.shape[0]))
        values, errors = trait(patterns, self._graded(), *_normal_points(self.points))
        return TraitScores(values[patterns.of_row], errors[patterns.of_row])

    def _graded(self) -> list[GradedItem]:
        return [
            GradedItem(float(a), a * b)
            for a, b in zip(self.discriminations, self.difficulties, strict=True)
        ]


def graded_response_model(
    answers: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    points: int = 61,
    minimum_n: int = FEWEST_ROWS,
) -> GradedResponses:
    """
    Fit the graded response model by EM over Gauss-Hermite points.

    Items left blank or not asked (planned missing) leave a row's other answers in the likelihood.

    Parameters
    ----------
    answers : (n, items) integer codes; negative or NaN: no answer; all items run the same way
    weights : (n,) of the rows
    points : of the quadrature, 15 to 201
    minimum_n : rows with an answer below which the model is refused

    Raises
    ------
    BadInput
        Fewer rows than ``minimum_n``; fewer than three items that vary after small categories are
        merged; an item that nobody answered together with another.

    References
    ----------
    Samejima (1969), Psychometrika Monograph 17; Bock and Aitkin (1981), doi:10.1007/BF02293801;
    the EM steps are sped up by SQUAREM: Varadhan and Roland (2008),
    doi:10.1111/j.1467-9469.2007.00585.x. R: ``ltm::grm``, ``mirt(itemtype = "graded")``.
    """
    whole_number("points", points, FEWEST_POINTS, MOST_POINTS)
    whole_number("minimum_n", minimum_n, 0, MOST_ROWS)
    given = code_matrix(answers)
    mass = row_weights(weights, given.shape[0])
    some = (given != NO_ANSWER).any(axis=1) & (mass > 0)
    given, mass = given[some], mass[some]
    if given.shape[0] < max(minimum_n, 1):
        raise BadInput(f"answers must hold {minimum_n} rows with an answer, got {given.shape[0]}")
    kept = _categories(given)
    ranks = np.column_stack([held.ranks(given[:, held.item]) for held in kept])
    _refuse_lonely(ranks, kept)
    sizes = np.array([len(held.codes) for held in kept])
    patterns = Patterns.of(ranks, sizes, mass)
    theta, share = _normal_points(points)
    start = [_start(ranks[:, at], mass, int(size)) for at, size in enumerate(sizes)]
    items, log_likelihood, converged = squared_em(patterns, start, theta, share)
    errors = standard_errors(patterns, items, theta, share)
    slopes = np.array([item.slope for item in items])
    places = np.array([held.item for held in kept])
    bound = (slopes <= LOWEST_DISCRIMINATION) | (slopes >= HIGHEST_DISCRIMINATION)
    return GradedResponses(
        discriminations=slopes,
        difficulties=tuple(item.limits / item.slope for item in items),
        discrimination_errors=np.array([each[0] for each in errors]),
        difficulty_errors=tuple(each[1:] for each in errors),
        items=places,
        flat=np.setdiff1d(np.arange(given.shape[1]), places),
        at_bound=places[bound],
        merged=tuple(merge for held in kept for merge in held.merges),
        log_likelihood=log_likelihood,
        converged=converged,
        n=given.shape[0],
        effective_n=effective_rows(mass),
        categories=kept,
        points=points,
    )


def _categories(given: Integers) -> tuple[Categories, ...]:
    all_items = (Categories.of(item, column) for item, column in enumerate(given.T))
    kept = tuple(held for held in all_items if len(held.codes) > 1)
    if len(kept) < FEWEST_ITEMS:
        raise BadInput(
            f"answers must hold {FEWEST_ITEMS} items with two categories of {FEWEST_ANSWERS} "
            f"answers or more, got {len(kept)}"
        )
    return kept


def _refuse_lonely(ranks: Integers, kept: tuple[Categories, ...]) -> None:
    answered = ranks != NO_ANSWER
    with_another = (answered & (answered.sum(axis=1, keepdims=True) > 1)).sum(axis=0)
    lonely = int(np.argmin(with_another))
    if with_another[lonely] < FEWEST_ANSWERS:
        raise BadInput(
            f"answers must meet: item {kept[lonely].item} was answered with another by "
            f"{with_another[lonely]} rows only"
        )


def _normal_points(points: int) -> tuple[Floats, Floats]:
    theta, weight = np.polynomial.hermite_e.hermegauss(points)
    return theta, weight / weight.sum()


def _start(column: Integers, mass: Floats, size: int) -> GradedItem:
    answered = column != NO_ANSWER
    shares = np.bincount(column[answered], mass[answered], minlength=size)
    return GradedItem(1.0, np.asarray(logit(np.cumsum(shares / shares.sum())[:-1])))
