"""What the covariance of one domain's means is made of when it is asked for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.arrays import Floats, Integers, sums, tally
from analysis.cell_design import CellDesign
from analysis.cells import CellCounts
from analysis.errors import BadInput
from analysis.pairs import PairMoments

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAME_SUMS = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """Moments of pairs whose weights are known to be those of the cells.

    Attributes
    ----------
    correlation : within units, pooled over all of them, shape (item, item)
    domain_of_unit : shape (unit of the pairs,)
    squares : squared weight per unit of the pairs, where the moments hold none
    """

    pairs: PairMoments
    correlation: Floats
    domain_of_unit: Integers
    squares: Floats | None

    def covariance(self, domain: int, variances: Floats) -> Floats:
        return sampling_covariance(self.correlation, self._shared(domain), variances)

    def correlations(self, domain: int) -> Floats:
        """Of the sampling errors of people's answers; 0 for items that nobody answered."""
        ones = np.ones(self.correlation.shape[0])
        found = sampling_covariance(self.correlation, self._shared(domain), ones)
        return np.where(np.isnan(found), 0.0, found)

    def _shared(self, domain: int) -> Floats:
        pairs = self.pairs
        members = np.flatnonzero(self.domain_of_unit == domain)
        if pairs.shared is not None:
            return np.asarray(pairs.shared[members].sum(axis=0))
        if self.squares is None:
            raise BadInput("pairs hold no weights")
        return np.asarray(np.einsum("u,uij->ij", self.squares[members], pairs.counts[members]))


def pairing_of(
    pairs: PairMoments | None, design: CellDesign, cells: CellCounts, scores: Floats
) -> Pairing | None:
    """Check that the pairs belong to the cells; ``scores`` of shape (item, code)."""
    if pairs is None:
        return None
    if not isinstance(pairs, PairMoments):
        raise BadInput(f"pairs must come from count_pairs, got {type(pairs).__name__}")
    if pairs.counts.shape[1] != scores.shape[0]:
        raise BadInput(f"pairs have {pairs.counts.shape[1]} items, the cells {scores.shape[0]}")
    squares = unit_squares(pairs, design.weights)
    domain_of_unit = _domain_of_unit(pairs, design)
    _check_sums(pairs, design.weights**2, cells, scores)
    return Pairing(pairs, within_correlation(pairs, domain_of_unit), domain_of_unit, squares)


def _check_sums(pairs: PairMoments, squares: Floats, cells: CellCounts, scores: Floats) -> None:
    """Refuse pairs whose answers, scores or weights are not those of the cells."""
    n_units, n_items, _ = pairs.counts.shape
    for item in range(n_items):
        has_score = ~np.isnan(scores[item])
        moments = np.stack([has_score, np.nan_to_num(scores[item])])
        # Item by item: the cells of a nation are too many for a second copy.
        answers, first = moments @ cells.counts[:, item].astype(np.float64).T
        expected: dict[str, tuple[Floats, NDArray[Any]]] = {
            "answers": (answers, pairs.counts[:, item, item]),
            "answers or other scores": (first, pairs.sums[:, item, item]),
        }
        if pairs.shared is not None:
            weighted = pairs.shared[:, item, item]
            expected["group_weights, or other answers"] = (squares * answers, weighted)
        for what, (of_group, counted) in expected.items():
            of_unit = tally(pairs.group_units, of_group, n_units)
            if not np.allclose(counted, of_unit, rtol=SAME_SUMS, atol=SAME_SUMS):
                unit = np.argmax(np.abs(counted - of_unit))
                raise BadInput(
                    f"pairs were counted with other {what}: for item {item} of unit {unit} they "
                    f"sum to {counted[unit]:g}, the cells to {of_unit[unit]:g}"
                )


def _domain_of_unit(pairs: PairMoments, design: CellDesign) -> Integers:
    n_units = pairs.counts.shape[0]
    domain_of_unit = np.zeros(n_units, dtype=np.int64)
    domain_of_unit[pairs.group_units] = design.domains
    if np.any(domain_of_unit[pairs.group_units] != design.domains):
        raise BadInput("a unit of the pairs lies in several domains: give count_pairs group_units")
    return domain_of_unit


def within_correlation(pairs: PairMoments, domain_of_unit: Integers) -> Floats:
    """Correlation of the items within domains, pooled over all of them, nearest valid matrix.

    Parameters
    ----------
    domain_of_unit : 0..D-1, shape (unit of the pairs,)
    """
    n_domains = int(domain_of_unit.max(initial=-1)) + 1
    n_items = pairs.counts.shape[1]
    covariance, freedom = np.zeros((2, n_items, n_items))
    for item in range(n_items):
        # Item by item: the moments of a nation are too many for a second copy.
        n = sums(domain_of_unit, pairs.counts[:, item].astype(np.float64), n_domains)
        first = sums(domain_of_unit, pairs.sums[:, item], n_domains)
        second = sums(domain_of_unit, pairs.sums[:, :, item], n_domains)
        products = sums(domain_of_unit, pairs.products[:, item], n_domains)
        freedom[item] = np.maximum(n - 1, 0).sum(axis=0)
        covariance[item] = (products - first * second / np.maximum(n, 1)).sum(axis=0)
    covariance /= np.maximum(freedom, 1)
    spread = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    scale = np.outer(spread, spread)
    # Items that nobody answered together are uncorrelated here; they also share no respondents.
    known = (scale > 0) & (freedom > 0)
    return nearest_correlation(np.where(known, covariance / np.where(known, scale, 1.0), 0.0))


def unit_squares(pairs: PairMoments, weights: Floats) -> Floats | None:
    """Squared weight of the respondents of each unit where the moments hold none.

    None where they do. Without it each unit's groups must have one weight, which is so where a
    unit is a group.
    """
    if weights.shape != pairs.group_units.shape:
        raise BadInput(
            f"pairs were counted over {pairs.group_units.size} groups, the cells over "
            f"{weights.size}"
        )
    if pairs.shared is not None:
        return None
    n_units = pairs.counts.shape[0]
    low, high = np.full(n_units, np.inf), np.zeros(n_units)
    np.minimum.at(low, pairs.group_units, weights)
    np.maximum.at(high, pairs.group_units, weights)
    if np.any(low < high):
        raise BadInput("pairs of groups that differ in weight need group_weights of count_pairs")
    return np.asarray(high**2)


def sampling_covariance(correlation: Floats, shared: Floats, variances: Floats) -> Floats:
    """Covariance of the sampling errors of one domain's means, shape (item, item).

    Cov(P_i, P_j) = rho_ij s_i s_j O_ij with O_ij = sum of w^2 over those who answered both, over
    W_i W_j. s_i is such that the diagonal is the variance that the design gave, so that W cancels.

    Parameters
    ----------
    shared : sum of w^2 over those who answered both, shape (item, item)
    variances : of the domain's means, shape (item,); NaN gives NaN
    """
    own = np.diag(shared)
    spread = np.sqrt(np.where(own > 0, variances / np.where(own > 0, own, 1.0), np.nan))
    covariance = correlation * np.outer(spread, spread) * shared
    np.fill_diagonal(covariance, variances)
    return np.asarray(covariance)


def nearest_correlation(matrix: Floats, tolerance: float = 1e-10, sweeps: int = 200) -> Floats:
    """Nearest matrix with unit diagonal and no negative eigenvalue (Higham 2002, algorithm 3.3).

    References
    ----------
    Higham (2002), IMA Journal of Numerical Analysis 22, 329-343, doi:10.1093/imanum/22.3.329.
    """
    current = np.array((matrix + matrix.T) / 2)
    np.fill_diagonal(current, 1.0)
    correction = np.zeros_like(current)
    for _ in range(sweeps):
        shifted = current - correction
        values, vectors = np.linalg.eigh(shifted)
        if values.min(initial=0.0) >= -tolerance and not correction.any():
            break
        positive = (vectors * np.maximum(values, 0.0)) @ vectors.T
        correction = positive - shifted
        following = positive.copy()
        np.fill_diagonal(following, 1.0)
        change = float(np.abs(following - current).max(initial=0.0))
        current = following
        if change < tolerance:
            break
    return current
