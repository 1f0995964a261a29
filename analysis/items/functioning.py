"""Does an item mean the same to two groups? Differential item functioning."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from analysis.arrays import Booleans, Floats, Integers, coded, has_label
from analysis.errors import BadInput
from analysis.items.answers import NO_ANSWER, code_matrix
from analysis.multiplicity import benjamini_hochberg
from analysis.ordinal_regression import ordinal_regression
from analysis.scalars import strictly_between

SizeClass = Literal["A", "B", "C"]

FEWEST_IN_GROUP = 30
FEWEST_OTHER_ITEMS = 3
MODERATE, LARGE = 0.035, 0.07  # of Nagelkerke's R2: Jodoin and Gierl (2001)
TWO = 2


@dataclass(frozen=True, slots=True, eq=False)
class ItemFunctioning:
    """
    Differential item functioning of each item, by group.

    Attributes
    ----------
    items : places in ``answers`` of the items that could be judged, in the order of what follows
    not_judged : place of an item -> why it could not be judged
    groups : labels; the first is what the others are compared with
    chi_squared, degrees_of_freedom, p_values : likelihood ratio of rest score + group + rest score
        x group against the rest score alone; 2 (groups - 1) degrees of freedom
    adjusted_p_values : by Benjamini and Hochberg over the items judged
    r2_change, uniform_r2_change : what group and interaction, or group alone, add to Nagelkerke's R2
    group_log_odds : (items, groups) log odds of a higher answer at the same rest score, first 0
    classes : "A" negligible, "B" moderate (R2 change .035 to .07), "C" large; "A" as well where the
        adjusted p-value is above q
    n : rows per item
    """

    items: Integers
    not_judged: dict[int, str]
    groups: tuple[Any, ...]
    chi_squared: Floats
    degrees_of_freedom: int
    p_values: Floats
    adjusted_p_values: Floats
    r2_change: Floats
    uniform_r2_change: Floats
    group_log_odds: Floats
    classes: tuple[SizeClass, ...]
    n: Integers

    @property
    def flagged(self) -> Integers:
        """Places of the items of class B or C."""
        return self.items[[size != "A" for size in self.classes]]


def differential_item_functioning(
    answers: ArrayLike, groups: ArrayLike, *, q: float = 0.05
) -> ItemFunctioning:
    """
    Test each item for functioning differently by language, sex, mode, audience, ...

    Ordinal logistic regression of the item on the rest score (mean of the other items' codes), the
    group and their product. The rest score is not purified of items that function differently:
    where many do and all one way, none may show.

    Parameters
    ----------
    answers : (n, items) integer codes; negative or NaN: no answer. A row counts for an item with
        three other answers or more (all others in a scale of fewer than four items)
    groups : (n,) labels, two or more; NaN or None leaves the row out
    q : false discovery rate over the items

    Raises
    ------
    BadInput
        One group only; fewer than three items; q outside (0, 1).

    References
    ----------
    Zumbo (1999), A Handbook on the Theory and Methods of Differential Item Functioning; sizes:
    Jodoin and Gierl (2001), doi:10.1207/S15324818AME1404_2; Nagelkerke (1991),
    doi:10.1093/biomet/78.3.691. R: ``MASS::polr``, package lordif.
    """
    strictly_between("q", q)
    codes = code_matrix(answers)
    if codes.shape[1] <= TWO:
        raise BadInput(f"answers must hold three items or more, got {codes.shape[1]}")
    labels, members = _labelled(groups, codes.shape[0])
    codes, members = codes[members >= 0], members[members >= 0]
    judged: dict[int, _Judged] = {}
    not_judged: dict[int, str] = {}
    for item in range(codes.shape[1]):
        found = _judge(codes, item, members, labels)
        if isinstance(found, str):
            not_judged[item] = found
        else:
            judged[item] = found
    return _collected(judged, not_judged, labels, q)


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    chi_squared: float
    r2_change: float
    uniform_r2_change: float
    group_log_odds: Floats
    n: int


def _labelled(groups: ArrayLike, n: int) -> tuple[tuple[Any, ...], Integers]:
    """Return the labels, and per row the place of its own; -1: none."""
    given: NDArray[Any] = np.asarray(groups)
    if given.shape != (n,):
        raise BadInput(f"groups must have {n} rows, got shape {given.shape}")
    labelled = has_label(given)
    distinct, codes = coded("groups", given[labelled], int(labelled.sum()))
    if distinct.size < TWO:
        raise BadInput(f"groups must hold two labels or more, got {distinct.tolist()}")
    members = np.full(n, NO_ANSWER, dtype=np.int64)
    members[labelled] = codes
    return tuple(distinct.tolist()), members


def _judge(
    codes: Integers, item: int, members: Integers, labels: tuple[Any, ...]
) -> _Judged | str:
    rest, usable = _rest_scores(codes, item)
    outcome, rest, members = codes[usable, item], rest[usable], members[usable]
    obstacle = _obstacle(outcome, rest, members, labels)
    if obstacle:
        return obstacle
    dummies = (members[:, None] == np.arange(1, len(labels))).astype(np.float64)
    # The product is taken with the centred rest score: the same model, better conditioned.
    product = dummies * (rest - rest.mean())[:, None]
    base = ordinal_regression(outcome, rest[:, None])
    uniform = ordinal_regression(outcome, np.column_stack([rest, dummies]))
    full = ordinal_regression(outcome, np.column_stack([rest, dummies, product]))
    if not (base.converged and uniform.converged and full.converged):
        return "the rest score or a group predicts the answer perfectly"
    r2 = [_nagelkerke(fit.log_likelihood, outcome) for fit in (base, uniform, full)]
    return _Judged(
        chi_squared=max(2 * (full.log_likelihood - base.log_likelihood), 0.0),
        r2_change=max(r2[2] - r2[0], 0.0),
        uniform_r2_change=max(r2[1] - r2[0], 0.0),
        group_log_odds=np.concatenate([[0.0], uniform.slopes[1:]]),
        n=outcome.size,
    )


def _rest_scores(codes: Integers, item: int) -> tuple[Floats, Booleans]:
    others = np.delete(codes, item, axis=1)
    answered = others != NO_ANSWER
    counts = answered.sum(axis=1)
    rest = np.where(answered, others, 0).sum(axis=1) / np.maximum(counts, 1)
    enough = counts >= min(FEWEST_OTHER_ITEMS, others.shape[1])
    return rest, (codes[:, item] != NO_ANSWER) & enough


def _obstacle(outcome: Integers, rest: Floats, members: Integers, labels: tuple[Any, ...]) -> str:
    """Say why an item cannot be judged; "" where it can."""
    sizes = np.bincount(members, minlength=len(labels))
    small = int(np.argmin(sizes))
    if sizes[small] < FEWEST_IN_GROUP:
        return f"{sizes[small]} answers in group {labels[small]!r}, {FEWEST_IN_GROUP} are needed"
    if outcome.min() == outcome.max():
        return "all answers are the same"
    for group, label in enumerate(labels):
        if np.ptp(rest[members == group]) == 0:
            return f"the other items do not vary in group {label!r}"
    return ""


def _nagelkerke(log_likelihood: float, outcome: Integers) -> float:
    n = outcome.size
    counts = np.unique(outcome, return_counts=True)[1]
    null = float((counts * np.log(counts / n)).sum())
    return float(np.expm1(2 * (null - log_likelihood) / n) / np.expm1(2 * null / n))


def _collected(
    judged: dict[int, _Judged], not_judged: dict[int, str], labels: tuple[Any, ...], q: float
) -> ItemFunctioning:
    found = list(judged.values())
    freedom = 2 * (len(labels) - 1)
    chi_squared = np.array([each.chi_squared for each in found])
    p_values = np.asarray(chdtrc(freedom, chi_squared), dtype=np.float64)
    adjusted = benjamini_hochberg(p_values)
    change = np.array([each.r2_change for each in found])
    return ItemFunctioning(
        items=np.array(list(judged), dtype=np.int64),
        not_judged=not_judged,
        groups=labels,
        chi_squared=chi_squared,
        degrees_of_freedom=freedom,
        p_values=p_values,
        adjusted_p_values=adjusted,
        r2_change=change,
        uniform_r2_change=np.array([each.uniform_r2_change for each in found]),
        group_log_odds=np.array([each.group_log_odds for each in found]).reshape(-1, len(labels)),
        classes=tuple(
            _size(float(r2), significant=bool(p <= q))
            for r2, p in zip(change, adjusted, strict=True)
        ),
        n=np.array([each.n for each in found], dtype=np.int64),
    )


def _size(r2_change: float, *, significant: bool) -> SizeClass:
    if not significant or r2_change < MODERATE:
        return "A"
    return "B" if r2_change <= LARGE else "C"
