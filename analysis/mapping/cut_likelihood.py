"""Likelihood of the score that parts two ordered categories, whatever slope and other cut."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import solve
from scipy.special import expit, log_expit

from analysis.arrays import Floats, Integers
from analysis.estimate import Interval
from analysis.solvers import brentq

MOST_STEPS = 100
MOST_HALVINGS = 40
AT_REST = 1e-13
FADED = 1e-12  # information where categories are parted fully fades with the likelihood's slope

_Reached = tuple[float, Floats, Floats]


@dataclass(frozen=True, eq=False)
class CutLikelihood:
    """Two or three ordered categories (0, 1, 2: all occur) with proportional odds on one score."""

    scores: Floats
    codes: Integers
    mass: Floats

    def interval(
        self, place: int, inside: float, *, limits: tuple[float, float], largest_deviance: float
    ) -> Interval:
        """Cuts within the limits whose deviance is at most the largest; ``inside`` is one."""
        top = self.maximum(place, inside)
        if 2 * (top - self.without_slope) <= largest_deviance:
            return Interval(*limits)  # without a slope any cut is as good

        def excess(cut: float) -> float:
            return 2 * (top - self.maximum(place, cut)) - largest_deviance

        low, high = (
            end
            if (end - inside) * direction <= 0 or excess(end) <= 0
            else float(brentq(excess, inside, end, xtol=1e-9))
            for end, direction in zip(limits, (-1, 1), strict=True)
        )
        return Interval(*np.clip([low, high], *limits).tolist())

    def gap_middle(self, place: int) -> float:
        """Middle between the categories below and above, which do not overlap."""
        below = self.scores[self.codes <= place].max()
        return float((below + self.scores[self.codes > place].min()) / 2)

    @cached_property
    def without_slope(self) -> float:
        totals = np.bincount(self.codes, self.mass)
        return float(totals @ np.log(totals / totals.sum()))

    def maximum(self, place: int, cut: float) -> float:
        """Return the highest log-likelihood with the boundary ``place`` at ``cut`` (Newton)."""
        z = (self.scores - cut) / self.scores.std()
        size = int(self.codes.max())  # two categories have a slope only, three a width as well
        point = np.ones(size)
        value, gradient, information = self._at(point, z, place)
        for _ in range(MOST_STEPS):
            step = solve(information + FADED * np.eye(size), gradient, assume_a="pos")
            point, reached = self._halved(point, step, z, place, value)
            gain, (value, gradient, information) = reached[0] - value, reached
            if gain <= AT_REST * max(1.0, abs(value)):
                break
        return value

    def _halved(
        self, point: Floats, step: Floats, z: Floats, place: int, value: float
    ) -> tuple[Floats, _Reached]:
        """Go the longest of step, step / 2, ... that keeps the width and loses no likelihood."""
        for halvings in range(MOST_HALVINGS):
            there = point + step / 2**halvings
            if there.size == 1 or there[1] > 0:
                reached = self._at(there, z, place)
                if reached[0] >= value:
                    return there, reached
        return point, self._at(point, z, place)

    def _at(self, point: Floats, z: Floats, place: int) -> _Reached:
        """Log-likelihood at (slope, width of the middle category), its slopes and information."""
        width = float(point[1]) if point.size > 1 else 0.0
        shift = -point[0] * z
        low, high = (shift, shift + width) if place == 0 else (shift - width, shift)
        first = self.mass * (self.codes == 0)
        last = self.mass * (self.codes == self.codes.max())
        middle = self.mass - first - last
        value = first @ log_expit(low) + last @ log_expit(-high)
        at_low = first * expit(-low) - middle * expit(low)
        at_high = middle * expit(-high) - last * expit(high)
        bend_low = (first + middle) * expit(low) * expit(-low)
        bend_high = (middle + last) * expit(high) * expit(-high)
        gradient = np.array([-z @ (at_low + at_high)])
        information = np.array([[z**2 @ (bend_low + bend_high)]])
        if point.size == 1:
            return float(value), gradient, information
        value += middle @ (log_expit(high) + log_expit(-low))
        value += middle.sum() * np.log(-np.expm1(-width))
        sign, bends = (1.0, bend_high) if place == 0 else (-1.0, bend_low)
        of_width = at_high.sum() if place == 0 else -at_low.sum()
        with np.errstate(over="ignore"):  # a width without end weighs nothing
            of_width += middle.sum() / np.expm1(width)
            own = bends.sum() + middle.sum() / (4 * np.sinh(width / 2) ** 2)
        mixed = -sign * (z @ bends)
        information = np.array([[information[0, 0], mixed], [mixed, own]])
        return float(value), np.array([gradient[0], of_width]), information
