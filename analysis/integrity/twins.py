"""Questionnaires that agree more with another one than two honest people do."""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Booleans, Floats, Integers
from analysis.errors import BadInput
from analysis.integrity.answers import MOST, MOST_CODES, Codes, answer_codes, grouped
from analysis.integrity.graded import fit_graded
from analysis.integrity.likeness import ALLOWANCE, lending_groups, likeness
from analysis.scalars import generator, strictly_between
from analysis.whole_numbers import whole_number

ROWS_AT_ONCE = 256
NOBODY = -1


@dataclass(frozen=True, slots=True, eq=False)
class PercentMatch:
    """
    One value per respondent.

    Attributes
    ----------
    shares : largest share of identical answers with anybody; NaN if nobody shares enough items
    twins : the respondent with whom; -1 if nobody
    cutoffs : share that honest answers of the same group exceed with the false alarm rate; NaN
        where nothing can be compared
    beside_others : the cut-off was held against other groups of the form
    judged : False where no share could be flagged: nothing to compare, or a cut-off of one, as in
        a group without others that answers as one
    flagged : share above the cut-off
    """

    shares: Floats
    twins: Integers
    cutoffs: Floats
    beside_others: Booleans
    judged: Booleans
    flagged: Booleans


def percent_match(
    codes: ArrayLike,
    rng: np.random.Generator,
    *,
    groups: ArrayLike | None = None,
    forms: ArrayLike | None = None,
    false_alarms: float = 0.01,
    minimum_shared: int = 20,
    simulated: int = 4000,
) -> PercentMatch:
    """
    Find near duplicates, with a cut-off of its own for every group.

    Parameters
    ----------
    codes : (items, n); 0 and above an answer, negative none (a shared "don't know" is no match)
    groups : (n,) labels, form within unit; pairs are compared within a group. None: one group
    forms : (n,) labels, one per group; groups are held against the others of their form. None: all
        groups have one form
    false_alarms : share of honest respondents who may be flagged
    minimum_shared : items that both must have answered
    simulated : honest respondents to simulate per group, at least

    Notes
    -----
    Kuriakose & Robbins (2016), doi:10.3233/SJI-160964, flag above 85 %; Simmons et al. (2016),
    doi:10.3233/SJI-160976, show that a fixed limit depends on items, options and homogeneity. The
    cut-off here is simulated from a one-factor graded model of the answers at hand, with the same
    respondents and gaps. It holds for people who are alike in one trait; several traits that
    are shared by many (cliques of opinion) still raise false alarms. A signal among others.

    The own distribution of a stuffed group excuses it. Where the pairs of a group agree far more
    often than those of the OTHER groups of the form (the median by more than three standard
    deviations, estimated by the MAD and wider with few groups, plus .03), the cut-off is at most
    that of the same respondents with the distribution of the most alike other group that does
    not stand out, plus a tenth of what is left up to one. With fewer than four groups of a form
    nothing of the kind can be told: ``beside_others`` is False.
    """
    strictly_between("false_alarms", false_alarms)
    generator("rng", rng)
    whole_number("minimum_shared", minimum_shared, 1, MOST)
    whole_number("simulated", simulated, 1, MOST)
    given = answer_codes("codes", codes)
    n_codes = int(given.max()) + 1
    if not 0 < n_codes <= MOST_CODES:
        raise BadInput(f"codes must hold answers from 0 to {MOST_CODES - 1}, got {n_codes - 1}")
    group = grouped("groups", groups, given.shape[1])
    fit = fit_graded(given, group, n_codes)
    lenders = lending_groups(likeness(given, group, n_codes), _forms(forms, group))
    shares, twins = np.full(group.size, np.nan), np.full(group.size, NOBODY)
    cutoffs = np.full(group.size, np.nan)
    for each, rows in enumerate(_rows_of(group)):
        pattern = np.ascontiguousarray(given[:, rows])
        shares[rows], place = largest_matches(pattern, minimum_shared)
        twins[rows] = np.where(place == NOBODY, NOBODY, rows[place])
        if (place == NOBODY).all():
            continue
        limits = []
        for law in sorted({each, int(lenders.group[each])}):
            honest = [
                largest_matches(fit.simulate(pattern, law, rng), minimum_shared)[0]
                for _ in range(ceil(simulated / rows.size))
            ]
            limit = _cutoff(np.concatenate(honest), false_alarms)
            limits.append(limit if law == each else limit + ALLOWANCE * (1 - limit))
        cutoffs[rows] = min(limits)
    compared = ~np.isnan(cutoffs)
    return PercentMatch(
        shares,
        twins,
        cutoffs,
        compared & lenders.beside_others[group],
        compared & (cutoffs < 1),
        np.asarray(shares > cutoffs),
    )


def largest_matches(codes: Codes, minimum_shared: int) -> tuple[Floats, Integers]:
    """
    Largest share of identical answers with any other respondent, and with whom.

    Every pair is compared, a block of respondents at a time: n^2 x items comparisons of bytes.
    """
    items, n = codes.shape
    # Absent answers differ from each other on the two sides, so that they never match.
    others = np.where(codes >= 0, codes, np.int8(-2))
    own = np.where(codes >= 0, codes, np.int8(-1))
    answered = (codes >= 0).astype(np.float32)
    whole = np.uint8 if items <= np.iinfo(np.uint8).max else np.uint16
    shares, twins = np.full(n, np.nan), np.full(n, NOBODY)
    for start in range(0, n, ROWS_AT_ONCE):
        block = slice(start, min(start + ROWS_AT_ONCE, n))
        rows = np.arange(block.start, block.stop)
        matches = np.zeros((rows.size, n), dtype=whole)
        same = np.empty(matches.shape, dtype=np.bool_)
        for item in range(items):
            np.equal(own[item, block, None], others[item], out=same)
            matches += same
        shared = answered[:, block].T @ answered
        share = np.where(shared >= minimum_shared, matches / np.maximum(shared, 1), -1.0)
        share[np.arange(rows.size), rows] = -1.0
        best = share.argmax(axis=1)
        largest = share[np.arange(rows.size), best]
        shares[rows] = np.where(largest >= 0, largest, np.nan)
        twins[rows] = np.where(largest >= 0, best, NOBODY)
    return shares, twins


def _forms(forms: ArrayLike | None, group: Integers) -> Integers:
    """Return the form of each group, which is one."""
    form = grouped("forms", forms, group.size)
    first = np.unique(group, return_index=True)[1]
    wrong = np.flatnonzero(form != form[first][group])
    if wrong.size:
        raise BadInput(f"forms must be one per group, row {wrong[0]} has another than its group")
    return np.asarray(form[first])


def _cutoff(honest: Floats, false_alarms: float) -> float:
    """The smallest share that at most the false alarm rate exceeds."""
    ordered = np.sort(honest[~np.isnan(honest)])
    return float(ordered[ceil((1 - false_alarms) * ordered.size) - 1])


def _rows_of(group: Integers) -> list[Integers]:
    order = np.argsort(group, kind="stable")
    return np.split(order, np.cumsum(np.bincount(group))[:-1])
