"""How much of a distribution may be shown, with the mean and the interval that stand beside it.

A figure is attacked by its alternatives: other answers of the same people which would be published
just as these are. As long as one of them has nobody, or at least three, where one or two people
stand, nobody can say that somebody stands there; the same holds for unanimity.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise, product

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats, floats, not_negative
from analysis.disclosure.counts import MOST_PEOPLE, RELEASE_FROM, rounded
from analysis.errors import BadInput
from analysis.scalars import positive
from analysis.whole_numbers import whole_number

SMALLEST_GROUP = 3  # people: fewer who gave an answer are not shown by themselves
CUT = 0.05  # shares below it, or above 1 - it, are not told apart
FINE_FROM = 500  # respondents: from here on a hundredth is at least five people
_COARSE, _FINE = 0.05, 0.01
_REACH = 3  # people more or fewer per answer in the alternatives
_SPREAD_OVER = 60  # respondents: among more, the alternatives also move people by groups
_CODES = range(2, 6)
_HALF = 0.5  # a weighted count is no whole number
_LAST_DIGITS = 1e-6  # of a sum

Group = tuple[int, int]  # the first and the last code that are counted together


@dataclass(frozen=True, slots=True)
class Spread:
    """
    What is known inside of one cell.

    ``shares``: of each code, weighted, adding up to 1. ``n``: respondents with an answer.
    ``effective_n``: that of the published interval of the mean; None where none is published.
    """

    shares: tuple[float, ...]
    n: int
    effective_n: float | None = None

    def __post_init__(self) -> None:
        given = not_negative("shares", self.shares)
        if given.size not in _CODES:
            raise BadInput(
                f"shares must be of {_CODES[0]} to {_CODES[-1]} codes, got {given.size}"
            )
        if abs(given.sum() - 1) > _LAST_DIGITS:
            raise BadInput(f"shares must add up to 1, got {given.sum()}")
        whole_number("n", self.n, RELEASE_FROM, MOST_PEOPLE)
        if self.effective_n is not None:
            positive("effective_n", self.effective_n)


@dataclass(frozen=True, slots=True)
class SpreadRelease:
    """What is shown: ``groups`` of codes with their shares, or None; ``scores``: mean, interval."""

    groups: tuple[Group, ...] | None
    scores: bool


def released_share(share: ArrayLike, n: int) -> Floats:
    """
    Return shares in steps of 5 % (of 1 % from 500 respondents on), cut at 5 and 95 %.

    0 stands for "under 5 %" and 1 for "over 95 %".

    Examples
    --------
    >>> released_share([0.0, 0.049, 0.12, 0.13, 0.96], 80).tolist()
    [0.0, 0.0, 0.1, 0.15, 1.0]
    """
    exact = _checked(share)
    step = _step(n)
    steps = np.round(step * np.floor(exact / step + _HALF + 1e-9), 2)
    inside = np.clip(steps, CUT, 1 - CUT)
    return np.where(exact < CUT - 1e-9, 0.0, np.where(exact > 1 - CUT + 1e-9, 1.0, inside))


def released_parts(shares: ArrayLike, n: int) -> Floats:
    """
    Return the shares of a whole, as `released_share` has them, adding up to at most 1.

    Where rounding would make more, the shares that were rounded up furthest are rounded down.

    Parameters
    ----------
    shares : of each part in the last dimension, adding up to 1

    Examples
    --------
    >>> released_parts([0.075, 0.075, 0.35, 0.2, 0.3], 40).tolist()
    [0.05, 0.1, 0.35, 0.2, 0.3]
    """
    exact = _checked(shares)
    steps = released_share(exact, n)
    too_many = np.round((steps.sum(axis=-1, keepdims=True) - 1) / _step(n))
    upwards = np.round(exact - steps, 9)
    place = upwards.argsort(axis=-1, kind="stable").argsort(axis=-1, kind="stable")
    return np.asarray(np.round(steps - _step(n) * (place < too_many), 2))


def _checked(share: ArrayLike) -> Floats:
    exact = floats("share", share)
    if (wrong := exact[~((exact >= -_LAST_DIGITS) & (exact <= 1 + _LAST_DIGITS))]).size:
        raise BadInput(f"share must lie between 0 and 1, got {wrong[0]}")
    return exact


def _step(n: int) -> float:
    return _FINE if rounded(whole_number("n", n, 0, MOST_PEOPLE)) >= FINE_FROM else _COARSE


def release_spread(spread: Spread) -> SpreadRelease:
    """
    Return the finest distribution that exposes nobody; without one the mean; else nothing.

    Neighbouring codes are counted together where one or two people stand alone, and more of them
    where the mean would tell which of the two it was.

    Examples
    --------
    >>> release_spread(Spread((0.2, 0.2, 0.2, 0.2, 0.2), 40)).groups
    ((0, 0), (1, 1), (2, 2), (3, 3), (4, 4))
    >>> release_spread(Spread((0.05, 0.15, 0.4, 0.25, 0.15), 20)).groups
    ((0, 1), (2, 2), (3, 4))
    """
    _check_spread(spread)
    if not _is_delicate(spread):
        codes = range(len(spread.shares))
        return SpreadRelease(tuple((code, code) for code in codes), scores=True)
    known = _Known(spread)
    for groups in _coarsenings(spread.shares):
        release = SpreadRelease(groups, scores=True)
        if not known.is_exposed_by(release):
            return release
    means = SpreadRelease(None, scores=True)
    return SpreadRelease(None, scores=False) if known.is_exposed_by(means) else means


def exposes(spread: Spread, release: SpreadRelease) -> bool:
    """Tell whether what is shown of a cell singles out one or two people, or everybody."""
    _check_spread(spread)
    groups, codes = release.groups, [*range(len(spread.shares))]
    if groups is not None and [c for a, b in groups for c in range(a, b + 1)] != codes:
        raise BadInput(f"release.groups must hold the codes 0 to {codes[-1]} once, got {groups}")
    return _is_delicate(spread) and _Known(spread).is_exposed_by(release)


def _check_spread(spread: Spread) -> None:
    if not isinstance(spread, Spread):
        raise BadInput(f"spread must be a Spread, got {spread!r}")


def _is_delicate(spread: Spread) -> bool:
    """Whether one or two people stand alone, or nearly all together: else there is no secret."""
    few = any(_HALF <= share * spread.n < SMALLEST_GROUP - _HALF for share in spread.shares)
    return few or max(spread.shares) > 1 - CUT


def _coarsenings(shares: tuple[float, ...]) -> Iterator[tuple[Group, ...]]:
    """Yield the ways to count neighbours together, finest first, then the smallest shares first."""
    codes = len(shares)
    for n_groups in range(codes, 1, -1):
        ways = []
        for starts in combinations(range(1, codes), n_groups - 1):
            edges = (0, *starts, codes)
            ways.append(tuple((a, b - 1) for a, b in pairwise(edges)))
        yield from sorted(ways, key=lambda way: _together(shares, way))


def _together(shares: tuple[float, ...], groups: tuple[Group, ...]) -> float:
    return sum(sum(shares[a : b + 1]) for a, b in groups if a < b)


class _Known:
    """A cell beside its alternatives: the answers that give the same n, mean and interval."""

    def __init__(self, spread: Spread) -> None:
        self.n = spread.n
        self.counts = np.array(spread.shares) * spread.n
        self.others = _alternatives(spread, self.counts)
        self.sizes = self.others.sum(axis=1)

    def is_exposed_by(self, release: SpreadRelease) -> bool:
        others, sizes = self.others, self.sizes
        if release.groups is not None:
            if self._shows_few(release.groups):
                return True
            seen = released_parts(_grouped(self.counts[None], release.groups) / self.n, self.n)
            same = released_parts(_grouped(others, release.groups) / sizes[:, None], self.n)
            alike = (seen == same).all(axis=1)
            others, sizes = others[alike], sizes[alike]
        elif not release.scores:
            return False  # a rounded n alone says nothing of the answers
        return self._singles_out(others) or self._is_unanimous(others / sizes[:, None])

    def _shows_few(self, groups: tuple[Group, ...]) -> bool:
        """Whether a share is that of one or two people, or of nearly everybody."""
        counts = _grouped(self.counts[None], groups)[0]
        few = (counts >= CUT * self.n) & (counts < SMALLEST_GROUP - _HALF)
        return bool(few.any() or (counts > (1 - CUT) * self.n + 1e-9).any())

    def _singles_out(self, others: Floats) -> bool:
        few = (self.counts >= _HALF) & (self.counts < SMALLEST_GROUP - _HALF)
        deniable = (others < _HALF) | (others >= SMALLEST_GROUP - _HALF)
        return bool((few & ~deniable.any(axis=0)).any())

    def _is_unanimous(self, shares: Floats) -> bool:
        nearly_all = self.counts > (1 - CUT) * self.n + 1e-9
        deniable = shares <= 1 - CUT + 1e-9
        return bool((nearly_all & ~deniable.any(axis=0)).any())


@dataclass(frozen=True, slots=True)
class _Moves:
    """How many people more or fewer give each answer, and what that adds to n and to the scores."""

    people: Floats
    n: Floats
    points: Floats


@lru_cache(maxsize=64)
def _moves(codes: int, by: int) -> _Moves:
    """Return the moves one by one, and beside them in groups of ``by`` people."""
    steps = np.array(list(product(range(-_REACH, _REACH + 1), repeat=codes)), dtype=np.float64)
    people = steps if by == 1 else np.concatenate([steps, by * steps])
    return _Moves(people, people.sum(axis=1), people @ _scores(codes))


def _scores(codes: int) -> Floats:
    return np.linspace(0.0, 100.0, codes, dtype=np.float64)


def _grouped(counts: Floats, groups: tuple[Group, ...]) -> Floats:
    return np.stack([counts[:, a : b + 1].sum(axis=1) for a, b in groups], axis=1)


def _alternatives(spread: Spread, counts: Floats) -> Floats:
    """
    Return the answers that have the published n and mean, and could have the interval.

    The width of the interval is that of `bounded_interval`; its effective n is not published, and
    at most the number of respondents: whoever varies less than it allows is possible.
    """
    nearly_all = max(spread.shares) > 1 - CUT
    moves = _moves(counts.size, -(-spread.n // _SPREAD_OVER) if nearly_all else 1)
    scores = _scores(counts.size)
    points = float(counts @ scores)
    seen = int(rounded(spread.n))
    sizes = spread.n + moves.n
    fits = (sizes >= max(seen - 2, RELEASE_FROM)) & (sizes <= seen + 2)
    means = (points + moves.points) / np.maximum(sizes, 1)
    others = counts + moves.people[fits & (np.round(means, 1) == np.round(points / spread.n, 1))]
    others = others[(others > -1e-9).all(axis=1)]  # noqa: PLR2004  nobody, to the last digits
    if spread.effective_n is None:
        return np.asarray(others)
    allowed = _variance(counts[None] / spread.n, np.array([spread.effective_n]))
    sizes = others.sum(axis=1)
    return np.asarray(others[_variance(others / sizes[:, None], sizes) <= allowed * (1 + 1e-9)])


def _variance(shares: Floats, n: Floats) -> Floats:
    """Return the variance of the mean with half an answer at either end (`bounded_interval`)."""
    scores = _scores(shares.shape[1])
    level = (n * (shares @ scores) + 50.0) / (n + 1.0)
    square = (n * (shares @ scores**2) + 5000.0) / (n + 1.0)
    return np.asarray((square - level**2) / (n + 2.0))
