"""Weights of indicators: what experts give, and how far ranks of units depend on them."""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats, Integers, floats, not_negative
from analysis.errors import BadInput
from analysis.scalars import generator, positive, strictly_between
from analysis.whole_numbers import whole_number

AS_GOOD_AS_EQUAL = 9  # decimals: scores that differ by less share a rank
MOST_DRAWS = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class ExpertBudget:
    """
    What experts' allocations of a budget say together.

    Attributes
    ----------
    weights : (k,) mean shares, which sum to 1
    standard_deviations, lowest, highest : (k,) of the experts' shares: publish beside the weights
    agreement
        Kendall's W of the experts' orders of the indicators, ties corrected: 1 the same order,
        about 1 / experts where they order at random; None where nobody prefers any indicator
    concentration
        Of the Dirichlet distribution with these means and this spread, for
        ``weight_sensitivity``; infinite where all experts say the same
    n_experts
    """

    weights: Floats
    standard_deviations: Floats
    lowest: Floats
    highest: Floats
    agreement: float | None
    concentration: float
    n_experts: int


@dataclass(frozen=True, slots=True, eq=False)
class WeightSensitivity:
    """
    Ranks of units (1 is the highest score) under many draws of weights.

    Attributes
    ----------
    scores, ranks : (units,) with the weights declared; equal scores share the better rank
    rank_low, rank_high : (units,) the middle ``level`` of the draws
    rank_best, rank_worst : (units,) over all draws
    rank_median : (units,)
    mean_shift : (draws,) how many places a unit moves on average, per draw
    """

    scores: Floats
    ranks: Integers
    rank_low: Integers
    rank_high: Integers
    rank_best: Integers
    rank_worst: Integers
    rank_median: Floats
    mean_shift: Floats


def expert_budget(allocations: ArrayLike) -> ExpertBudget:
    """
    Combine experts who each spread a budget (say 100 points) over the k indicators.

    Parameters
    ----------
    allocations : (experts, k) points of 0 or more; each row is divided by its own sum

    Raises
    ------
    BadInput
        Fewer than two experts or indicators; points that are negative; an expert who gives none.

    References
    ----------
    OECD & JRC (2008), Handbook on Constructing Composite Indicators, 6.2; Kendall & Babington Smith
    (1939), Ann. Math. Stat. 10 (R: ``friedman.test``, W = chi-squared / (experts (k - 1))).

    Examples
    --------
    >>> budget = expert_budget([[50, 30, 20], [40, 40, 20]])
    >>> budget.weights.round(2).tolist()
    [0.45, 0.35, 0.2]
    """
    points = _matrix("allocations", allocations)
    if min(points.shape) <= 1:
        raise BadInput(f"allocations must be of two experts and indicators, got {points.shape}")
    for row in points:
        not_negative("allocations", row)
    given = points.sum(axis=1)
    if not given.all():
        raise BadInput(f"allocations must not all be 0, those of expert {given.argmin()} are")
    shares = points / given[:, None]
    weights = shares.mean(axis=0)
    variances = shares.var(axis=0, ddof=1)
    spread = float(variances.sum())
    same = spread < 10.0 ** (-2 * AS_GOOD_AS_EQUAL)
    return ExpertBudget(
        weights=weights,
        standard_deviations=np.sqrt(variances),
        lowest=shares.min(axis=0),
        highest=shares.max(axis=0),
        agreement=_concordance(shares),
        concentration=inf if same else float(weights @ (1 - weights)) / spread - 1,
        n_experts=points.shape[0],
    )


def weight_sensitivity(
    scores: ArrayLike,
    *,
    rng: np.random.Generator,
    weights: ArrayLike | None = None,
    concentration: float | None = None,
    draws: int = 1000,
    level: float = 0.95,
) -> WeightSensitivity:
    """
    Draw weights of indicators at random around those declared, and rank the units by each draw.

    Weights come from a Dirichlet distribution with the declared weights as means. What moves is
    the weighting alone: sampling errors of the scores are not in these ranges.

    Parameters
    ----------
    scores : (units, k) numbers, all present: ranks over unlike sets of indicators mean nothing
    weights : (k,) declared, in any unit; default: all equal. An indicator of weight 0 stays at 0
    concentration
        How close the draws stay to them: the standard deviation of a weight w is
        sqrt(w (1 - w) / (concentration + 1)). Default k: with equal weights, every set of weights
        is as likely as any other. From experts: ``expert_budget``
    draws : 1,000 as the handbook has it
    level : of the range rank_low..rank_high

    Raises
    ------
    BadInput
        A missing score, lengths, weights that are negative or all 0, a concentration that is not
        positive and finite.

    References
    ----------
    OECD & JRC (2008), Handbook on Constructing Composite Indicators, 7; Saisana, Saltelli &
    Tarantola (2005), J. R. Statist. Soc. A 168, doi 10.1111/j.1467-985X.2005.00350.x.

    Examples
    --------
    The first unit is best on every indicator; the others change places.

    >>> import numpy as np
    >>> table = [[90, 80], [60, 20], [20, 60]]
    >>> ranges = weight_sensitivity(table, rng=np.random.default_rng(1))
    >>> ranges.rank_low.tolist(), ranges.rank_high.tolist()
    ([1, 2, 2], [1, 3, 3])
    """
    table = _matrix("scores", scores)
    if table.size == 0:
        raise BadInput(f"scores must hold a unit and an indicator, got shape {table.shape}")
    whole_number("draws", draws, 1, MOST_DRAWS)
    strictly_between("level", level)
    generator("rng", rng)
    k = table.shape[1]
    means = np.ones(k) if weights is None else not_negative("weights", weights, k)
    if means.sum() == 0:
        raise BadInput("weights must not all be 0")
    means = means / means.sum()
    strength = positive("concentration", k if concentration is None else concentration)
    drawn = np.zeros((draws, k))
    drawn[:, means > 0] = rng.dirichlet(strength * means[means > 0], draws)
    declared = table @ means
    ranks = _ranks(declared)
    of_draws = np.stack([_ranks(table @ one) for one in drawn])
    low, median, high = np.quantile(
        of_draws, [0.5 - level / 2, 0.5, 0.5 + level / 2], axis=0, method="inverted_cdf"
    )
    return WeightSensitivity(
        scores=declared,
        ranks=ranks,
        rank_low=low.astype(np.int64),
        rank_high=high.astype(np.int64),
        rank_best=of_draws.min(axis=0),
        rank_worst=of_draws.max(axis=0),
        rank_median=median.astype(np.float64),
        mean_shift=np.abs(of_draws - ranks).mean(axis=1),
    )


def _matrix(name: str, values: ArrayLike) -> Floats:
    table = floats(name, values)
    if table.ndim != 2:  # noqa: PLR2004 -- rows and columns
        raise BadInput(f"{name} must have two dimensions, got shape {table.shape}")
    if not np.isfinite(table).all():
        row, column = np.argwhere(~np.isfinite(table))[0]
        raise BadInput(
            f"{name} must be finite, got {table[row, column]} in row {row}, column {column}"
        )
    return table


def _ranks(values: Floats) -> Integers:
    """1 + how many are higher."""
    rounded = values.round(AS_GOOD_AS_EQUAL)
    higher = values.size - np.searchsorted(np.sort(rounded), rounded, "right")
    return (higher + 1).astype(np.int64)


def _concordance(shares: Floats) -> float | None:
    """Kendall's W over the rows' mid-ranks."""
    experts, k = shares.shape
    rounded = shares.round(AS_GOOD_AS_EQUAL)
    below = (rounded[:, None, :] < rounded[:, :, None]).sum(axis=2)
    equal = (rounded[:, None, :] == rounded[:, :, None]).sum(axis=2)
    ranks = below + (equal + 1) / 2
    ties = float((equal**2 - 1).sum())  # sum of t^3 - t over the sets of ties
    rest = float(experts**2 * (k**3 - k)) - experts * ties
    if rest == 0:
        return None
    sums = ranks.sum(axis=0)
    concordance: float = 12 * float(np.square(sums - sums.mean()).sum()) / rest
    return concordance
