"""From one wave to the next: what rose, what fell, what did not change, what nobody can tell."""

from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from analysis.arrays import Booleans, Floats, floats
from analysis.bounded_means import BoundedMeans, bounded_means
from analysis.errors import BadInput
from analysis.gaps import Family, findings
from analysis.intervals import bounded_interval
from analysis.multiplicity import Dependence
from analysis.scalars import one_of, positive, real_number, strictly_between
from analysis.two_means import TwoMeans
from analysis.wave_scores import (
    Bridge,
    WaveGrid,
    WaveScores,
    bridge_grid,
    spread_over,
    wave_grid,
)

MOST_ALIKE = 0.95  # beyond, one person who changed the answer would be a significant change


@dataclass(frozen=True, slots=True, eq=False)
class WaveChange:
    """
    Arrays of shape (unit, indicator); NaN where the waves cannot be compared.

    Attributes
    ----------
    change : later minus earlier, after the bridge
    low, high : its 95 % interval, from the intervals of the two scores
    p_change : that the change lies within the margin (of zero: that there is none)
    p_equivalent : that it lies outside the equivalence margin
    classes
        "rise", "fall"; "no_material_change": shown to be smaller than the equivalence margin;
        "slight_rise", "slight_fall": both, there is a change and it does not matter;
        "uncertain": not enough answers to tell, never "no change"; "no_data"; "not_comparable":
        another series or wording without a bridge, or an open link
    eligible : those tested
    """

    change: Floats
    standard_error: Floats
    degrees_of_freedom: Floats
    low: Floats
    high: Floats
    p_change: Floats
    p_equivalent: Floats
    classes: NDArray[np.str_]
    eligible: Booleans


@dataclass(frozen=True, slots=True)
class _Rule:
    margin: float
    equivalence_margin: float
    q: float
    family: Family
    dependence: Dependence


def wave_change(
    earlier: WaveScores,
    later: WaveScores,
    *,
    correlation: ArrayLike = 0.0,
    bridge: Bridge | None = None,
    margin: float = 0.0,
    equivalence_margin: float = 5.0,
    q: float = 0.10,
    minimum_n: int = 10,
    family: Family = "unit",
    dependence: Dependence = "BH",
) -> WaveChange:
    """
    Compare two waves by units and indicators, by two families of tests.

    At most a share q of the rises and falls and, separately, of the equivalences is wrong, per
    family. Both are score tests on the bounded scale with the dispersion of `gaps`, the second
    two one-sided tests (Schuirmann 1987, Journal of Pharmacokinetics and Biopharmaceutics 15).

    Parameters
    ----------
    correlation
        Of the sampling errors of the two means, broadcast to (unit, indicator): 0 for independent
        samples, `panel_correlation` for a panel. For shared sampling units it is the covariance of
        `by_domain` over both waves in one `Sample`, over the product of the standard errors.
        At most .95: of two waves that agree better so few people changed their answer that no test
        of the difference has an error to rest on
    bridge : needed where series or wording differ
    margin : change that does not matter for a rise or fall, in points; 0 asks for any change
    equivalence_margin : a change that is smaller is not material; declared before looking

    Returns
    -------
    WaveChange; its intervals combine those of the scores (Zou 2007, Psychological Methods 12,
    doi:10.1037/1082-989X.12.4.399) and may disagree with the tests by a hair.

    Examples
    --------
    One unit, one indicator, 200 answers of 0 or 100 each: 40 % and then 60 % satisfied.

    >>> def wave(mean: float) -> WaveScores:
    ...     return WaveScores([[mean]], [[100 * mean]], [[200.0]], ["A"], ["drawn"], ["v1"])
    >>> change = wave_change(wave(40.0), wave(60.0))
    >>> change.classes.item(), change.low.round(1).item(), change.high.round(1).item()
    ('rise', 10.3, 29.3)
    """
    rule = _rule(margin, equivalence_margin, q, family, dependence)
    real_number("minimum_n", minimum_n, 0)
    first, second = wave_grid("earlier", earlier), wave_grid("later", later)
    shape = first.means.shape
    if second.means.shape != shape:
        raise BadInput(f"later must have shape {shape} as earlier, got {second.means.shape}")
    bridging = bridge_grid(bridge, shape)
    other_way = first.way != second.way
    is_open = first.is_open | second.is_open
    comparable: Booleans = (~other_way | ~np.isnan(bridging.shifts)) & ~is_open
    has_both: Booleans = ~np.isnan(first.means + second.means)
    inferred = comparable & has_both
    two = TwoMeans(
        _tested(first.only(inferred)),
        _tested(second.only(inferred)),
        _correlation(correlation, shape),
        np.where(other_way, bridging.shifts, 0.0),
        np.where(other_way, bridging.variances, 0.0),
        np.where(other_way, bridging.freedom, np.inf),
    )
    eligible = inferred & (np.fmin(first.n, second.n) >= minimum_n)
    p_change, p_equivalent = (np.where(eligible, p, np.nan) for p in _p_values(two, rule))
    error, freedom = two.error_and_freedom()
    low, high = _interval((first.only(inferred), second.only(inferred)), two)
    return WaveChange(
        change=two.difference,
        standard_error=error,
        degrees_of_freedom=np.where(inferred, freedom, np.nan),
        low=low,
        high=high,
        p_change=p_change,
        p_equivalent=p_equivalent,
        classes=_classes(two.difference, (p_change, p_equivalent), (has_both, comparable), rule),
        eligible=eligible,
    )


def panel_correlation(
    stability: ArrayLike, n_earlier: ArrayLike, n_later: ArrayLike, n_both: ArrayLike
) -> Floats:
    """
    Correlation of two waves' means when some people answered both.

    Parameters
    ----------
    stability : correlation of one person's two answers, -1 to 1
    n_earlier, n_later, n_both : respondents of each wave and of both

    References
    ----------
    Kish (1965), Survey Sampling, 12.4: covariance = R S_x S_y n_c / (n_x n_y).

    Examples
    --------
    A third of 90 stayed, whose answers correlate by .6:

    >>> panel_correlation(0.6, 90, 90, 30).round(2).item()
    0.2
    """
    r, first, second, both = (
        _all_finite(name, values)
        for name, values in (
            ("stability", stability),
            ("n_earlier", n_earlier),
            ("n_later", n_later),
            ("n_both", n_both),
        )
    )
    try:
        np.broadcast_shapes(r.shape, first.shape, second.shape, both.shape)
    except ValueError as error:
        raise BadInput(f"n_both and the others must broadcast to one shape: {error}") from error
    if not np.all(np.abs(r) <= 1):
        raise BadInput(f"stability must lie between -1 and 1, got {r[~(np.abs(r) <= 1)][0]}")
    if not (np.all(both >= 0) and np.all(both <= first) and np.all(both <= second)):
        raise BadInput("n_both must lie between 0 and the smaller of n_earlier and n_later")
    largest = np.sqrt(first * second)
    return np.asarray(np.where(largest > 0, r * both / np.where(largest > 0, largest, 1.0), 0.0))


def _rule(
    margin: float, equivalence_margin: float, q: float, family: Family, dependence: Dependence
) -> _Rule:
    half = 0.5  # from there on, a finding could be wrong more often than right
    return _Rule(
        real_number("margin", margin, 0),
        positive("equivalence_margin", equivalence_margin),
        strictly_between("q", q, 0, half),
        one_of("family", family, get_args(Family)),
        one_of("dependence", dependence, get_args(Dependence)),
    )


def _all_finite(name: str, values: ArrayLike) -> Floats:
    array = floats(name, values)
    if (wrong := array[~np.isfinite(array)]).size:
        raise BadInput(f"{name} must be finite, got {wrong[0]}")
    return array


def _correlation(values: ArrayLike, shape: tuple[int, ...]) -> Floats:
    related = spread_over("correlation", values, shape)
    wrong = related[~((related >= -1) & (related <= MOST_ALIKE))]
    if wrong.size:
        raise BadInput(f"correlation must lie between -1 and {MOST_ALIKE}, got {wrong[0]}")
    return related


def _tested(wave: WaveGrid) -> BoundedMeans:
    return bounded_means(wave.means, wave.mean_squares, wave.effective_n)


def _p_values(two: TwoMeans, rule: _Rule) -> tuple[Floats, Floats]:
    nearer = np.where(two.difference < 0, -rule.margin, rule.margin)
    error, freedom = two.error_and_freedom(nearer)
    size = np.abs(two.difference)
    beyond, other_side = (
        stdtr(freedom, -distance / error) for distance in (size - rule.margin, size + rule.margin)
    )
    lower, upper = two.above(-rule.equivalence_margin), two.below(rule.equivalence_margin)
    return np.minimum(1.0, beyond + other_side), np.maximum(lower, upper)


def _interval(waves: tuple[WaveGrid, WaveGrid], two: TwoMeans) -> tuple[Floats, Floats]:
    """Zou's combination of the scores' own intervals, the bridge's beside them."""
    first, second = (
        bounded_interval(wave.means, wave.mean_squares, wave.effective_n) for wave in waves
    )
    below = (two.second.means - second.low, first.high - two.first.means)
    above = (second.high - two.second.means, two.first.means - first.low)
    bridge = stdtrit(two.other_freedom, 0.975) ** 2 * two.other_variance
    down, up = (
        np.sqrt(np.maximum(a**2 + b**2 - 2 * two.correlation * a * b, 0.0) + bridge)
        for a, b in (below, above)
    )
    return two.difference - down, two.difference + up


def _classes(
    change: Floats,
    p_values: tuple[Floats, Floats],
    known: tuple[Booleans, Booleans],
    rule: _Rule,
) -> NDArray[np.str_]:
    changed, equivalent = (findings(p, rule.q, rule.family, rule.dependence) for p in p_values)
    has_both, comparable = known
    rules = {
        "no_data": ~has_both,
        "not_comparable": ~comparable,
        "slight_rise": changed & equivalent & (change > 0),
        "slight_fall": changed & equivalent,
        "rise": changed & (change > 0),
        "fall": changed,
        "no_material_change": equivalent,
    }
    return np.select(list(rules.values()), [np.array(name) for name in rules], "uncertain")
