"""How alike the answers of whole groups are, beside the other groups of the same form."""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import Booleans, Floats, Integers
from analysis.integrity.answers import Codes

# Groups differ honestly, also those that stand out: a tenth of what is left up to one.
ALLOWANCE = 0.1
FEWEST_OTHERS = 3
OUTLYING = 3.0
LEEWAY = 0.03
MAD_TO_STANDARD_DEVIATION = 1.4826


@dataclass(frozen=True, slots=True, eq=False)
class Lenders:
    """
    One value per group.

    Attributes
    ----------
    group : itself; the most alike other group that does not stand out, where it does
    beside_others : three others of its form or more could be compared
    """

    group: Integers
    beside_others: Booleans


def likeness(codes: Codes, groups: Integers, n_codes: int) -> Floats:
    """
    Share of pairs of respondents of a group who agree, over all items; NaN without a pair.

    Counted in pairs, not as the sum of squared shares, which is larger in smaller groups.
    """
    n_groups = int(groups.max()) + 1
    agree, pairs = np.zeros(n_groups), np.zeros(n_groups)
    for row in codes:
        has = row >= 0
        key = groups[has] * n_codes + row[has]
        counts = np.bincount(key, minlength=n_groups * n_codes).reshape(n_groups, n_codes)
        n = counts.sum(axis=1)
        agree += (counts * (counts - 1)).sum(axis=1)
        pairs += n * (n - 1)
    return np.where(pairs > 0, agree / np.maximum(pairs, 1), np.nan)


def lending_groups(alike: Floats, forms: Integers) -> Lenders:
    """Find which distribution bounds the cut-off of each group, by their ``likeness``."""
    lenders = np.arange(alike.size)
    beside_others = np.zeros(alike.size, dtype=np.bool_)
    for group in range(alike.size):
        others = np.flatnonzero((forms == forms[group]) & ~np.isnan(alike))
        others = others[others != group]
        beside_others[group] = others.size >= FEWEST_OTHERS
        if not beside_others[group]:
            continue
        middle = np.median(alike[others])
        spread = MAD_TO_STANDARD_DEVIATION * np.median(np.abs(alike[others] - middle))
        # The MAD of three is itself a guess: twice as wide there, hardly wider among twenty.
        limit = middle + OUTLYING * (1 + FEWEST_OTHERS / others.size) * spread + LEEWAY
        if alike[group] > limit:
            usual = others[alike[others] <= limit]
            lenders[group] = usual[np.argmax(alike[usual])]
    return Lenders(lenders, beside_others)
