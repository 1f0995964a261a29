"""How many answers a finding needs, and what a number of answers can find."""

from dataclasses import dataclass
from math import ceil, inf, sqrt

from scipy.special import ndtr, ndtri

from analysis.errors import BadInput
from analysis.scalars import positive, real_number, strictly_between

# Five-point answers on 0-100, collected by invitation: what the figures of the design rest on.
STANDARD_DEVIATION = 28.0
DESIGN_EFFECT = 1.25


@dataclass(frozen=True, slots=True)
class SampleSize:
    """
    Numbers rounded up.

    Attributes
    ----------
    answers : to the item, per unit (or whatever the finding is about)
    respondents : more than the answers where an item is put to a part of them only
    invited : more than the respondents where not everybody responds
    threshold : p-value that counts as a finding
    """

    answers: int
    respondents: int
    invited: int
    threshold: float


def gap_threshold(share_of_gaps: float, q: float = 0.10) -> float:
    """
    P-value that Benjamini & Hochberg reach when the gaps are found: q times their share.

    Examples
    --------
    >>> round(gap_threshold(0.20), 3)
    0.02
    """
    strictly_between("share_of_gaps", share_of_gaps, 0, 1)
    strictly_between("q", q, 0, 0.5)
    return q * share_of_gaps


def sample_size(
    difference: float = 12.5,
    *,
    threshold: float = 0.02,
    power: float = 0.80,
    standard_deviation: float = STANDARD_DEVIATION,
    design_effect: float = DESIGN_EFFECT,
    share_asked: float = 1.0,
    response_rate: float = 1.0,
    population: float = inf,
) -> SampleSize:
    """
    Answers needed to name a gap.

    Parameters
    ----------
    difference : how far the true gap lies beyond the margin, in points
    threshold : one-sided p-value that counts, see `gap_threshold`; 0.05 for one test alone
    power : chance of finding it
    design_effect : of weights and clusters
    share_asked : of the respondents, in a split questionnaire
    response_rate : of those invited, see `outcome_rates`
    population : people in the unit; only for a description of these very people, never for gaps
        and trends, which are about how people judge and not about who was there

    Notes
    -----
    n = deff (sd (z_(1-t) + z_power) / difference)^2, n / (1 + n / N) of N people (Cochran 1977,
    section 4.7).

    Examples
    --------
    >>> sample_size(12.5, threshold=0.05).answers, sample_size(12.5).answers
    (39, 53)
    >>> sample_size(12.5, share_asked=8 / 32, response_rate=0.5).invited
    424
    """
    positive("difference", difference)
    strictly_between("threshold", threshold, 0, 0.5)
    strictly_between("power", power, 0.5, 1)
    needed = ndtri(1 - threshold) + ndtri(power)
    spread = _spread(standard_deviation, design_effect)
    n = (spread * float(needed) / difference) ** 2
    return _rounded(n, threshold, share_asked, response_rate, population)


def agreement_sample_size(
    margin: float = 12.5,
    *,
    threshold: float = 0.05,
    power: float = 0.80,
    standard_deviation: float = STANDARD_DEVIATION,
    design_effect: float = DESIGN_EFFECT,
    share_asked: float = 1.0,
    response_rate: float = 1.0,
    population: float = inf,
) -> SampleSize:
    """
    Answers needed to call a score aligned that is exactly right.

    Notes
    -----
    Two one-sided tests, each missed with half of what the power leaves: z_((1 + power) / 2)
    (Schuirmann 1987, doi:10.1007/BF01068419). Other parameters as in `sample_size`.

    Examples
    --------
    >>> agreement_sample_size(12.5).answers
    54
    """
    positive("margin", margin)
    strictly_between("threshold", threshold, 0, 0.5)
    strictly_between("power", power, 0, 1)
    needed = ndtri(1 - threshold) + ndtri((1 + power) / 2)
    spread = _spread(standard_deviation, design_effect)
    n = (spread * float(needed) / margin) ** 2
    return _rounded(n, threshold, share_asked, response_rate, population)


def gap_power(
    answers: float,
    difference: float = 12.5,
    *,
    threshold: float = 0.02,
    standard_deviation: float = STANDARD_DEVIATION,
    design_effect: float = DESIGN_EFFECT,
    population: float = inf,
) -> float:
    """
    Chance of naming a gap that lies ``difference`` beyond the margin.

    Examples
    --------
    >>> round(gap_power(39, threshold=0.05), 2), round(gap_power(20), 2)
    (0.8, 0.39)
    """
    strictly_between("threshold", threshold, 0, 0.5)
    real_number("difference", difference, 0)
    error = _error(answers, standard_deviation, design_effect, population)
    # Everybody has answered: any difference is seen, and none is not.
    certain = inf if difference > 0 else 0.0
    reach = difference / error if error > 0 else certain
    return float(ndtr(reach - ndtri(1 - threshold)))


def agreement_power(
    answers: float,
    margin: float = 12.5,
    *,
    true_gap: float = 0.0,
    threshold: float = 0.05,
    standard_deviation: float = STANDARD_DEVIATION,
    design_effect: float = DESIGN_EFFECT,
    population: float = inf,
) -> float:
    """
    Chance of calling a score aligned whose true gap is ``true_gap``.

    Examples
    --------
    >>> round(agreement_power(54), 2)
    0.8
    """
    positive("margin", margin)
    strictly_between("threshold", threshold, 0, 0.5)
    real_number("true_gap", true_gap)
    error = _error(answers, standard_deviation, design_effect, population)
    if error == 0:
        return float(abs(true_gap) < margin)
    reach = float(ndtri(1 - threshold))
    above = ndtr((margin - true_gap) / error - reach)
    below = ndtr(reach - (margin + true_gap) / error)
    return max(float(above - below), 0.0)


def _rounded(
    n: float, threshold: float, share_asked: float, response_rate: float, population: float
) -> SampleSize:
    _share("share_asked", share_asked)
    _share("response_rate", response_rate)
    _population(population)
    # Less than a thousandth of an answer is rounding.
    answers = ceil(n / (1 + n / population) - 1e-3)
    respondents = ceil(answers / share_asked - 1e-9)
    invited = ceil(respondents / response_rate - 1e-9)
    if invited > population:
        raise BadInput(f"population must hold the {invited} to be invited, got {population}")
    return SampleSize(answers, respondents, invited, threshold)


def _error(answers: float, deviation: float, effect: float, population: float) -> float:
    positive("answers", answers)
    _population(population)
    if answers > population:
        raise BadInput(f"answers must not exceed population ({population}), got {answers}")
    return _spread(deviation, effect) * sqrt((1 - answers / population) / answers)


def _spread(standard_deviation: float, design_effect: float) -> float:
    positive("standard_deviation", standard_deviation)
    positive("design_effect", design_effect)
    return standard_deviation * sqrt(design_effect)


def _population(value: float) -> None:
    """Refuse all but a number above zero; infinitely many people need no correction."""
    if value != inf:
        positive("population", value)


def _share(name: str, value: float) -> None:
    if positive(name, value) > 1:
        raise BadInput(f"{name} must lie above 0 and be at most 1, got {value}")
