"""Likelihood of the score that parts two ordered categories, whatever slope and other cut."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.special import expit, log_expit

from analysis.arrays import Floats, Integers
from analysis.estimate import Interval

BINARY = 2
STEEPEST = 1e6


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
        """Return the highest log-likelihood with the boundary ``place`` at ``cut``."""
        z = (self.scores - cut) / self.scores.std()
        start = np.array([1.0, 0.0]) if self.codes.max() == BINARY else np.array([1.0])

        def downhill(point: Floats) -> tuple[float, Floats]:
            if start.size == 1:
                return self._binary(point, z)
            return self._ternary(point, z, place)

        bounds = [(-STEEPEST, STEEPEST), (-30.0, 30.0)][: start.size]
        best = minimize(
            downhill,
            start,
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 1000},
        )
        return -float(best.fun)

    def _binary(self, point: Floats, z: Floats) -> tuple[float, Floats]:
        sign = np.where(self.codes == 1, 1.0, -1.0)
        reach = sign * point[0] * z
        slope = float((self.mass * sign * z) @ expit(-reach))
        return -float(self.mass @ log_expit(reach)), np.array([-slope])

    def _ternary(self, point: Floats, z: Floats, place: int) -> tuple[float, Floats]:
        """Minus the log-likelihood at (slope, log width of the middle category), and its slopes."""
        width = float(np.exp(point[1]))
        shift = -point[0] * z
        low, high = (shift, shift + width) if place == 0 else (shift - width, shift)
        first, middle, last = (self.mass * (self.codes == code) for code in range(3))
        value = first @ log_expit(low) + last @ log_expit(-high)
        value += middle @ (log_expit(high) + log_expit(-low)) + middle.sum() * np.log(
            -np.expm1(-width)
        )
        at_low = first * expit(-low) - middle * expit(low)
        at_high = middle * expit(-high) - last * expit(high)
        of_width = at_high.sum() if place == 0 else -at_low.sum()
        with np.errstate(over="ignore"):
            of_width += middle.sum() / np.expm1(width)
        return -float(value), np.array([z @ (at_low + at_high), -of_width * width])
