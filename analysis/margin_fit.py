"""What raking explains: the variance after it is that of the residuals on the margins."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats, Integers, coded, combined, sums, tally
from analysis.errors import BadInput

Margins = Mapping[str, tuple[ArrayLike, Any]]


class MarginFit:
    """Weighted least squares on the dummies of all margins, within each domain.

    Over everybody in the domain: whoever was not asked has the value zero, so a split
    questionnaire gains only what it should.
    """

    def __init__(
        self, domains: Integers, weights: Floats, people: Floats, margins: Margins, n_domains: int
    ) -> None:
        """
        Prepare the projection.

        Parameters
        ----------
        weights : of each respondent of a group before raking, shape (group,)
        people : respondents, shape (group,)
        margins : as given to `rake`, codes of shape (group,)
        """
        mass = weights * people
        self._weights = weights
        columns = _columns(domains, margins, n_domains)
        width = max(int(column.max(initial=-1)) for column in columns) + 1
        cells = n_domains * width
        self._places = [domains * width + column for column in columns]
        gram = np.zeros(cells * width)
        for place in self._places:
            for column in columns:
                gram += tally(place * width + column, mass, cells * width)
        # The dummies of two margins add up to the same column: the pseudo-inverse does not mind.
        self._inverse = np.linalg.pinv(
            gram.reshape(n_domains, width, width), rcond=1e-10, hermitian=True
        )

    def fitted(self, totals: Floats) -> Floats:
        """Fitted linearised value per respondent of each group and item.

        Parameters
        ----------
        totals : the sum of linearised values, unweighted, shape (group, item)
        """
        weighted_totals = self._weights[:, None] * totals
        n_domains, width, _ = self._inverse.shape
        n_items = weighted_totals.shape[1]
        right = np.zeros((n_domains * width, n_items))
        for place in self._places:
            right += sums(place, weighted_totals, n_domains * width)
        coefficients = self._inverse @ right.reshape(n_domains, width, n_items)
        of_column = coefficients.reshape(n_domains * width, n_items)
        fit = np.zeros_like(weighted_totals)
        for place in self._places:
            fit += of_column[place]
        return fit


def _columns(domains: Integers, margins: Margins, n_domains: int) -> list[Integers]:
    """Number the categories of each margin within each domain, one margin after the other."""
    columns = []
    start = 0
    if not isinstance(margins, Mapping):
        raise BadInput(f"margins must be {{name: (codes, totals)}}, as for rake, got {margins!r}")
    for name, margin in margins.items():
        labels, _totals = _codes_and_totals(name, margin)
        codes = coded(f"codes of margin {name!r}", labels, domains.size)[1]
        place = combined(domains, codes)
        first = np.full(n_domains, place.max(initial=0))
        np.minimum.at(first, domains, place)
        column = place - first[domains] + start
        start = int(column.max(initial=start - 1)) + 1
        columns.append(column)
    return columns


def _codes_and_totals(name: str, margin: object) -> tuple[ArrayLike, Any]:
    if not isinstance(margin, Sequence) or len(margin) != len(("codes", "totals")):
        raise BadInput(f"margin {name!r} must be a pair of codes and totals, as for rake")
    codes, totals = margin
    return codes, totals
