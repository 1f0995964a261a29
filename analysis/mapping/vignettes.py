"""Anchoring vignettes: answers placed among the answers to the same described cases."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Booleans, Floats, Integers, floats, not_negative
from analysis.errors import BadInput

MOST_VIOLATIONS = 0.20
FEWEST_VIGNETTES = 2
NOT_PLACED = -1
MOST_STEPS = 10_000
AT_REST = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class AnchoredAnswers:
    """
    Where each respondent's own answer lies among the usable vignettes, on 1..2J+1.

    1: below the lowest vignette; 2: equal to it; 3: between the lowest and the next; ...; 2J + 1:
    above the highest.

    Attributes
    ----------
    low, high
        (n,) the lowest and highest place that agrees with the answers; they differ where the
        respondent ties vignettes or has them out of order; -1: an answer is missing
    used : (vignettes,) which vignettes the places refer to; the others are out of order too often
    violation_shares
        (vignettes,) share of the respondents who put the vignette on the wrong side of another
        one, before any is set aside
    pair_violations : (vignettes, vignettes) the same for each pair
    tied_share : respondents who give two usable vignettes the same answer
    distribution : (2J + 1,) most likely shares of the places, intervals resolved by the others
    scores : (n,) 0-100, the mean place within low..high under ``distribution``; NaN where -1
    mean, mean_low, mean_high
        Weighted mean score, and what it were with every interval at its low or its high end
    n, n_not_placed : respondents placed, and with a missing answer
    reason : why the result must not be used: "" (it may), "fewer_than_two_usable_vignettes"
    """

    low: Integers
    high: Integers
    used: Booleans
    violation_shares: Floats
    pair_violations: Floats
    tied_share: float
    distribution: Floats
    scores: Floats
    mean: float
    mean_low: float
    mean_high: float
    n: int
    n_not_placed: int
    reason: str

    @property
    def is_usable(self) -> bool:
        return not self.reason


def anchoring_vignettes(
    answers: ArrayLike, vignettes: ArrayLike, *, weights: ArrayLike | None = None
) -> AnchoredAnswers:
    """
    Make answers comparable between respondents who use the scale differently.

    Every respondent rates own affairs and the same J described cases of one pillar. Only the place
    of the own answer among the own ratings of the cases is kept (the nonparametric C). A vignette
    that more than 20 % put on the wrong side of another is set aside, the worst one first; with
    fewer than two left the result says that it is not usable.

    Parameters
    ----------
    answers : (n,) integer codes of the own answer; negative: missing
    vignettes : (n, J) integer codes on the same scale, the case meant to be worst first
    weights : (n,) for the shares, the distribution and the means

    Raises
    ------
    BadInput
        Codes that are not integers, lengths, fewer than two vignettes, nobody with all answers.

    References
    ----------
    King, Murray, Salomon & Tandon (2004), Am. Polit. Sci. Rev. 98, doi 10.1017/S000305540400108X;
    intervals: King & Wand (2007), Polit. Anal. 15, doi 10.1093/pan/mpl011 (R: ``anchors``);
    their distribution: Turnbull (1976), J. R. Statist. Soc. B 38.

    Examples
    --------
    Below both, equal to the first, between, equal to both (which are tied):

    >>> places = anchoring_vignettes([0, 1, 2, 2], [[1, 3], [1, 3], [1, 3], [2, 2]])
    >>> places.low.tolist(), places.high.tolist()
    ([1, 2, 3, 2], [1, 2, 3, 4])
    """
    own, cases, mass = _checked(answers, vignettes, weights)
    complete = (own >= 0) & (cases >= 0).all(axis=1) & (mass > 0)
    if not complete.any():
        raise BadInput("answers and vignettes must hold one respondent with all of them, got none")
    wrong = _pair_violations(cases[complete], mass[complete])
    used = _usable(cases[complete], mass[complete])
    kept = cases[:, used]
    low, high = _places(own, kept)
    low[~complete], high[~complete] = NOT_PLACED, NOT_PLACED
    shares = _distribution(low[complete], high[complete], mass[complete], 2 * kept.shape[1] + 1)
    scores = np.full(own.size, np.nan)
    scores[complete] = _scores(low[complete], high[complete], shares)
    part = mass[complete] / mass[complete].sum()
    step = 100 / (shares.size - 1)
    sorted_cases = np.sort(kept[complete], axis=1)
    return AnchoredAnswers(
        low=low,
        high=high,
        used=used,
        violation_shares=_violation_shares(cases[complete], mass[complete]),
        pair_violations=wrong,
        tied_share=float(part @ (np.diff(sorted_cases, axis=1) == 0).any(axis=1)),
        distribution=shares,
        scores=scores,
        mean=float(part @ scores[complete]),
        mean_low=float(part @ (low[complete] - 1) * step),
        mean_high=float(part @ (high[complete] - 1) * step),
        n=int(complete.sum()),
        n_not_placed=int((~complete).sum()),
        reason="" if used.sum() >= FEWEST_VIGNETTES else "fewer_than_two_usable_vignettes",
    )


def _checked(
    answers: ArrayLike, vignettes: ArrayLike, weights: ArrayLike | None
) -> tuple[Integers, Integers, Floats]:
    for name, given in (("answers", answers), ("vignettes", vignettes)):
        floats(name, given)
    own, cases = np.asarray(answers), np.asarray(vignettes)
    for name, codes in (("answers", own), ("vignettes", cases)):
        if codes.dtype.kind not in "iu":
            raise BadInput(f"{name} must be integer codes, got {codes.dtype}")
    if own.ndim != 1 or own.size == 0:
        raise BadInput(f"answers must hold one respondent or more, got shape {own.shape}")
    if cases.ndim != 2 or cases.shape[0] != own.size:  # noqa: PLR2004 -- rows and columns
        raise BadInput(f"vignettes must have {own.size} rows, got shape {cases.shape}")
    if cases.shape[1] < FEWEST_VIGNETTES:
        raise BadInput(f"vignettes must have two columns or more, got {cases.shape[1]}")
    mass = np.ones(own.size) if weights is None else not_negative("weights", weights, own.size)
    return own.astype(np.int64), cases.astype(np.int64), mass


def _pair_violations(cases: Integers, mass: Floats) -> Floats:
    """Share of respondents who rate the case meant to be worse above the better one."""
    count = cases.shape[1]
    first, second = np.triu_indices(count, 1)
    shares = np.zeros((count, count))
    wrong = cases[:, first] > cases[:, second]
    shares[first, second] = shares[second, first] = mass @ wrong / mass.sum()
    return shares


def _violation_shares(cases: Integers, mass: Floats) -> Floats:
    """Share of respondents, per case, who have it on the wrong side of any other case."""
    shares = np.zeros(cases.shape[1])
    for at in range(cases.shape[1]):
        wrong = (cases[:, :at] > cases[:, [at]]).any(axis=1)
        wrong |= (cases[:, at + 1 :] < cases[:, [at]]).any(axis=1)
        shares[at] = mass @ wrong / mass.sum()
    return shares


def _usable(cases: Integers, mass: Floats) -> Booleans:
    """Set the worst case aside until none is out of order too often."""
    used = np.ones(cases.shape[1], dtype=np.bool_)
    while used.sum() > 1:
        shares = _violation_shares(cases[:, used], mass)
        if shares.max() <= MOST_VIOLATIONS:
            break
        used[np.flatnonzero(used)[shares.argmax()]] = False
    return used


def _places(own: Integers, cases: Integers) -> tuple[Integers, Integers]:
    """Return the lowest and highest place whose condition holds."""
    count = cases.shape[1]
    holds = np.zeros((own.size, 2 * count + 1), dtype=np.bool_)
    answer = own[:, None]
    holds[:, 0] = own < cases[:, 0]
    holds[:, 1::2] = answer == cases
    holds[:, 2:-1:2] = (cases[:, :-1] < answer) & (answer < cases[:, 1:])
    holds[:, -1] = own > cases[:, -1]
    return holds.argmax(axis=1) + 1, holds.shape[1] - holds[:, ::-1].argmax(axis=1)


def _distribution(low: Integers, high: Integers, mass: Floats, n_places: int) -> Floats:
    """Shares of the places of highest likelihood when only intervals are known (EM)."""
    intervals, at = np.unique(low * (n_places + 1) + high, return_inverse=True)
    total = np.bincount(at, mass)
    places = np.arange(1, n_places + 1)
    lowest, highest = intervals // (n_places + 1), intervals % (n_places + 1)
    inside = (places >= lowest[:, None]) & (places <= highest[:, None])
    shares = np.full(n_places, 1 / n_places)
    for _ in range(MOST_STEPS):
        given = inside * shares
        given = given / given.sum(axis=1, keepdims=True)
        update = total @ given / total.sum()
        moved = np.abs(update - shares).max()
        shares = update
        if moved < AT_REST:
            break
    return shares


def _scores(low: Integers, high: Integers, shares: Floats) -> Floats:
    """Mean place within each interval, on 0-100."""
    mass = np.concatenate([[0.0], np.cumsum(shares)])
    moment = np.concatenate([[0.0], np.cumsum(shares * np.arange(shares.size))])
    places = (moment[high] - moment[low - 1]) / (mass[high] - mass[low - 1])
    scores: Floats = 100 / (shares.size - 1) * places
    return scores
