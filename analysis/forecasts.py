"""What officials expected residents to say: gaps that they knew of, and gaps that surprise them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import Floats
from analysis.gaps import gaps
from analysis.grids import grid
from analysis.multiplicity import Dependence

NAMES = {
    "aligned": "knew",
    "self_higher": "expected_more",
    "perception_higher": "expected_less",
}


@dataclass(frozen=True, slots=True, eq=False)
class ForecastSplit:
    """
    The gap between self-score S and perception P in two parts, shape (unit, indicator).

    Attributes
    ----------
    gap : S - P = known + unknown
    known : S - F, the distance to residents that officials themselves announced
    unknown : F - P, the error of their forecast F
    standard_error : of `unknown`, and of `gap`: S and F are given, P alone is estimated
    p_wrong : that P lies within the margin around F; p_right : that it lies outside
    classes
        knew (F and P are equivalent: within the margin), expected_more (F above P by more than the
        margin), expected_less, uncertain (not enough answers to tell), no_data. For evidence C
        signal_below, signal_above, no_signal as of `gaps`: nothing is concluded
    """

    gap: Floats
    known: Floats
    unknown: Floats
    standard_error: Floats
    p_wrong: Floats
    p_right: Floats
    classes: NDArray[np.str_]

    @property
    def did_not_know(self) -> NDArray[np.bool_]:
        return np.isin(self.classes, ["expected_more", "expected_less"])


def forecast_split(
    self_scores: ArrayLike,
    forecasts: ArrayLike,
    perception: ArrayLike,
    mean_squares: ArrayLike,
    effective_n: ArrayLike,
    *,
    margin: float = 12.5,
    q: float = 0.10,
    minimum_n: int = 10,
    evidence: ArrayLike,
    dont_know_share: ArrayLike,
    n: ArrayLike | None = None,
    dependence: Dependence = "BH",
) -> ForecastSplit:
    """
    Split each gap into what officials had forecast and what they had not.

    S - P = (S - F) + (F - P). Whether they knew is a question about F - P alone, and it is asked
    twice: a test of difference (is P outside F +- margin?) and a test of equivalence (is it
    inside?), the score tests of `gaps` with F in the place of the self-score. Per unit, at most a
    share q of those called wrong and, separately, of those called right is wrong.

    Parameters
    ----------
    self_scores, forecasts : 0-100, shape (unit, indicator), NaN absent; F is what the officials
        said residents would answer, fixed before the field work (a mean over officials, if many)
    perception, mean_squares, effective_n, n, evidence, dont_know_share : as of `gaps`
    margin : error of a forecast that does not matter, in points

    Raises
    ------
    BadInput
        As `gaps`, naming the argument and the value.

    Examples
    --------
    Officials gave 80, expected residents to give 50, and residents gave 50: they knew.

    >>> split = forecast_split(
    ...     [[80.0]], [[50.0]], [[50.0]], [[3125.0]], [[200.0]],
    ...     evidence=["A"], dont_know_share=[[0.0]],
    ... )
    >>> float(split.known[0, 0]), float(split.unknown[0, 0]), str(split.classes[0, 0])
    (30.0, 0.0, 'knew')
    """
    foreseen = grid("forecasts", forecasts, low=0, high=100)
    own = grid("self_scores", self_scores, foreseen.shape, low=0, high=100)
    found = gaps(
        foreseen,
        foreseen,
        perception,
        mean_squares,
        effective_n,
        margin=margin,
        q=q,
        minimum_n=minimum_n,
        evidence=evidence,
        dont_know_share=dont_know_share,
        n=n,
        dependence=dependence,
    )
    names = np.array([NAMES.get(str(each), str(each)) for each in found.classes.flat])
    known = own - foreseen
    return ForecastSplit(
        known + found.gap,
        known,
        found.gap,
        found.standard_error,
        found.p_gap,
        found.p_aligned,
        names.reshape(found.classes.shape),
    )
