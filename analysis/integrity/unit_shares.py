"""Units whose questionnaires are too good, too knowing or too unanimous, beside all others."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc

from analysis.arrays import Booleans, Floats, floats
from analysis.errors import BadInput
from analysis.integrity.answers import MOST, answer_codes, counts_of, grouped
from analysis.integrity.beta_binomial import fit_beta_binomial
from analysis.multiplicity import benjamini_hochberg
from analysis.scalars import strictly_between
from analysis.whole_numbers import whole_number

UNITS_LEFT_OUT_IN_TURN = 100
FEWEST_UNITS = 8
THREE_DIMENSIONS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """
    Arrays per unit, or per (unit, item); NaN where there is nothing to judge.

    Attributes
    ----------
    shares : what was observed
    expected : what the other units let expect
    p_values : one-sided; adjusted : over all cells (Benjamini & Hochberg)
    flagged : adjusted p-value at most q
    """

    shares: Floats
    expected: Floats
    p_values: Floats
    adjusted: Floats
    flagged: Booleans


def all_top_share(all_top: ArrayLike, n: ArrayLike, *, q: float = 0.05) -> Shares:
    """
    Find units where too many gave the best answer to everything.

    Serves for any count that should vary between honest units by a beta-binomial law, such as
    the answers of the fastest class of duration.

    Parameters
    ----------
    all_top : (units,) questionnaires with the top answer throughout
    n : (units,) questionnaires; units with none are not judged
    q : false discovery rate

    Notes
    -----
    Upper tail of the beta-binomial distribution fitted to the OTHER units, or a stuffed unit would
    excuse itself: each of the 100 most striking ones is left out in turn, the rest are held
    against the fit to all. Needs 8 units.
    """
    strictly_between("q", q)
    successes, trials = counts_of("all_top", all_top), counts_of("n", n)
    if successes.shape != trials.shape:
        raise BadInput(f"n must have {successes.size} rows, got {trials.size}")
    if np.any(successes > trials):
        at = int(np.flatnonzero(successes > trials)[0])
        raise BadInput(f"all_top must not exceed n, got {successes[at]} of {trials[at]}")
    judged = np.flatnonzero(trials > 0)
    if judged.size < FEWEST_UNITS:
        raise BadInput(f"n must be positive in {FEWEST_UNITS} units or more, got {judged.size}")
    p_values = np.full(trials.size, np.nan)
    expected = np.full(trials.size, np.nan)
    whole = fit_beta_binomial(successes[judged], trials[judged])
    for unit in judged:
        p_values[unit] = whole.tail(int(successes[unit]), int(trials[unit]))
        expected[unit] = whole.mean
    for unit in judged[np.argsort(p_values[judged], kind="stable")][:UNITS_LEFT_OUT_IN_TURN]:
        others = judged[judged != unit]
        fit = fit_beta_binomial(successes[others], trials[others], whole)
        expected[unit] = fit.mean
        if successes[unit]:
            p_values[unit] = fit.predictive_tail(int(successes[unit]), int(trials[unit]))
    observed = np.where(trials > 0, successes / np.maximum(trials, 1), np.nan)
    return _judged(observed, expected, p_values, q)


def no_dont_know(
    codes: ArrayLike, units: ArrayLike, *, dont_know: int = -2, q: float = 0.05
) -> Shares:
    """
    Find units (or interviewers) where nobody ever said "don't know".

    Parameters
    ----------
    codes : (items, n); ``dont_know`` is the code of that answer, 0 and above are answers, other
        negative codes are left out
    units : (n,) labels; the result is in their order
    q : false discovery rate

    Notes
    -----
    The chance of the unit's count or fewer, binomial with the rate of each item in the other
    units. People who do not know one thing often do not know the next: trials are divided by the
    design effect, the pooled squared deviation of the respondents' counts from what is expected
    over its binomial value. Only units without any "don't know" are flagged.
    """
    strictly_between("q", q)
    given = answer_codes("codes", codes)
    whole_number("dont_know", dont_know, np.iinfo(np.int8).min, -1)
    unit = grouped("units", units, given.shape[1])
    n_units = int(unit.max()) + 1
    unknown, asked = given == dont_know, (given >= 0) | (given == dont_know)
    k, n = _by_unit(unknown, unit, n_units), _by_unit(asked, unit, n_units)
    others = n.sum(axis=1, keepdims=True) - n
    rates = (k.sum(axis=1, keepdims=True) - k) / np.maximum(others, 1)
    trials = (n * (others > 0)).sum(axis=0)
    known, count = trials > 0, (k * (others > 0)).sum(axis=0)
    size = np.where(known, trials, 1.0)
    expected = np.where(known, (n * rates).sum(axis=0) / size, np.nan)
    effect = _design_effect(unknown, asked)
    tail = betainc(
        np.maximum(size - count, 1e-12) / effect,
        count / effect + 1,
        1 - np.nan_to_num(expected),
    )
    p_values = np.where(known, np.where(count >= size, 1.0, tail), np.nan)
    found = _judged(np.where(known, count / size, np.nan), expected, p_values, q)
    none = found.flagged & (count == 0)
    return Shares(found.shares, found.expected, found.p_values, found.adjusted, none)


def unanimity(counts: ArrayLike, *, minimum_n: int = 10, q: float = 0.05) -> Shares:
    """
    Find cells where everybody gave the same answer although people elsewhere do not.

    Parameters
    ----------
    counts : (unit, item, code) respondents
    minimum_n : smaller cells are not judged
    q : false discovery rate

    Returns
    -------
    Shares of shape (unit, item): the share of the commonest answer; p-value: the chance that n
    people agree on ANY one answer where answers are spread as in the other units, 1 if they do
    not agree. Units differ, so a cell whose people rightly agree is found too: look before asking.
    """
    strictly_between("q", q)
    whole_number("minimum_n", minimum_n, 1, MOST)
    table = floats("counts", counts)
    if table.ndim != THREE_DIMENSIONS or not table.size:
        raise BadInput(f"counts must have shape (unit, item, code), got {table.shape}")
    counts_of("counts", table.ravel())
    n = table.sum(axis=2)
    others = table.sum(axis=0, keepdims=True) - table
    size = others.sum(axis=2)
    judged = (n >= minimum_n) & (size > 0)
    spread = others / np.maximum(size, 1)[:, :, None]
    agreement = np.minimum((spread ** n[:, :, None]).sum(axis=2), 1.0)
    commonest = table.max(axis=2)
    observed = np.where(judged, commonest / np.maximum(n, 1), np.nan)
    p_values = np.where(judged, np.where(commonest == n, agreement, 1.0), np.nan)
    return _judged(observed, np.where(judged, spread.max(axis=2), np.nan), p_values, q)


def _judged(observed: Floats, expected: Floats, p_values: Floats, q: float) -> Shares:
    adjusted = benjamini_hochberg(p_values.ravel()).reshape(p_values.shape)
    return Shares(observed, expected, p_values, adjusted, np.asarray(adjusted <= q))


def _by_unit(cells: Booleans, unit: np.ndarray, n_units: int) -> Floats:
    rows = [np.bincount(unit, row, minlength=n_units) for row in cells]
    return np.asarray(rows, dtype=np.float64)


def _design_effect(unknown: Booleans, asked: Booleans) -> float:
    rates = unknown.sum(axis=1) / np.maximum(asked.sum(axis=1), 1)
    chance = np.where(asked, rates[:, None], 0.0)
    deviation = unknown.sum(axis=0) - chance.sum(axis=0)
    binomial = float((chance * (1 - chance)).sum())
    return max(float(deviation @ deviation) / binomial, 1.0) if binomial > 0 else 1.0
