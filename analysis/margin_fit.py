"""What raking explains: the variance after it is that of the residuals on the margins."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats, Integers, coded, combined, sums

Margins = Mapping[str, tuple[ArrayLike, Any]]


def margin_fit(
    domains: Integers, mass: Floats, weighted_totals: Floats, margins: Margins, n_domains: int
) -> Floats:
    """Fitted linearised value per respondent of each group and item.

    Weighted least squares on the dummies of all margins, within each domain, over everybody in it:
    whoever was not asked has the value zero, so a split questionnaire gains only what it should.

    Parameters
    ----------
    mass : weight times respondents, shape (group,)
    weighted_totals : weight times the sum of linearised values, shape (group, item)
    margins : as given to `rake`, codes of shape (group,)
    """
    columns = _columns(domains, margins, n_domains)
    width = max(int(column.max(initial=-1)) for column in columns) + 1
    dummies = np.zeros((domains.size, width))
    for column in columns:
        dummies[np.arange(domains.size), column] = 1.0
    products = (dummies[:, :, None] * dummies[:, None, :] * mass[:, None, None]).reshape(
        domains.size, width * width
    )
    gram = sums(domains, products, n_domains).reshape(n_domains, width, width)
    right = np.stack(
        [
            sums(domains, weighted_totals * dummies[:, [column]], n_domains)
            for column in range(width)
        ],
        axis=1,
    )
    # The dummies of two margins add up to the same column: the pseudo-inverse does not mind.
    coefficients = np.linalg.pinv(gram, rcond=1e-10, hermitian=True) @ right
    fit = np.zeros_like(weighted_totals)
    for column in columns:
        fit += coefficients[domains, column]
    return fit


def _columns(domains: Integers, margins: Margins, n_domains: int) -> list[Integers]:
    """Number the categories of each margin within each domain, one margin after the other."""
    columns = []
    start = 0
    for name, (labels, _totals) in margins.items():
        codes = coded(f"codes of margin {name!r}", labels, domains.size)[1]
        place = combined(domains, codes)
        first = np.full(n_domains, place.max(initial=0))
        np.minimum.at(first, domains, place)
        column = place - first[domains] + start
        start = int(column.max(initial=start - 1)) + 1
        columns.append(column)
    return columns
