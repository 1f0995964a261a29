"""What the covariance of one domain's means is made of when it is asked for."""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import Floats, Integers, sums
from analysis.cell_variance import CellDesign
from analysis.errors import BadInput
from analysis.pairs import PairMoments, sampling_covariance, unit_squares, within_correlation

SAME_WEIGHTS = 1e-6


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
        members = np.flatnonzero(self.domain_of_unit == domain)
        return sampling_covariance(self.correlation, self._shared(members), variances)

    def _shared(self, members: Integers) -> Floats:
        pairs = self.pairs
        if pairs.shared is not None:
            return np.asarray(pairs.shared[members].sum(axis=0))
        if self.squares is None:
            raise BadInput("pairs hold no weights")
        return np.einsum("u,uij->ij", self.squares[members], pairs.counts[members])


def pairing_of(
    pairs: PairMoments | None, design: CellDesign, square_sums: Floats
) -> Pairing | None:
    """Check that the pairs belong to the cells; ``square_sums`` of w^2, shape (domain, item)."""
    if pairs is None:
        return None
    if pairs.counts.shape[1] != square_sums.shape[1]:
        raise BadInput(
            f"pairs have {pairs.counts.shape[1]} items, the cells {square_sums.shape[1]}"
        )
    squares = unit_squares(pairs, design.weights)
    domain_of_unit = _domain_of_unit(pairs, design)
    if pairs.shared is not None:
        own = sums(domain_of_unit, np.diagonal(pairs.shared, axis1=1, axis2=2), design.n_domains)
        if not np.allclose(own, square_sums, rtol=SAME_WEIGHTS, atol=SAME_WEIGHTS):
            raise BadInput("pairs were counted with other group_weights, or other answers")
    return Pairing(pairs, within_correlation(pairs, domain_of_unit), domain_of_unit, squares)


def _domain_of_unit(pairs: PairMoments, design: CellDesign) -> Integers:
    n_units = pairs.counts.shape[0]
    domain_of_unit = np.zeros(n_units, dtype=np.int64)
    domain_of_unit[pairs.group_units] = design.domains
    if np.any(domain_of_unit[pairs.group_units] != design.domains):
        raise BadInput("a unit of the pairs lies in several domains: give count_pairs group_units")
    return domain_of_unit
