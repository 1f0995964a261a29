"""Self-score against perception: which differences are real, which scores agree, which are open."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.absent import median_present
from analysis.arrays import Booleans, Floats
from analysis.bounded_means import BoundedMeans, bounded_means
from analysis.gap_cells import TOP_OF_SCALE, GapCells, gap_cells
from analysis.multiplicity import Dependence, benjamini_hochberg
from analysis.scalars import one_of, real_number, strictly_between

Family = Literal["unit", "all", "selected"]
MANY_DO_NOT_KNOW = 0.30


@dataclass(frozen=True, slots=True, eq=False)
class Gaps:
    """
    Arrays of shape (unit, indicator).

    Attributes
    ----------
    gap
        Self-score minus perception; against an interval, the distance to its nearer end (0 inside)
    standard_error, degrees_of_freedom : of the score test; NaN for evidence C
    p_gap : that the perception lies within the margin around the self-score
    p_aligned : that it lies outside; both NaN where the cell is not eligible
    classes
        self_higher, perception_higher, aligned, fits_colour, uncertain, no_data, not_asked; for
        evidence C signal_below (answers below the self-score), signal_above, no_signal
    relative_gap
        What remains after the medians over units, then over indicators: for priorities. Cells with
        too few respondents and those of an open link neither have one nor enter the medians
    explaining_correlation
        Evidence C: the link between answering and opinion that would explain the signal alone
        (NaN where `population` is not given, or not above those who answered)
    depends_on_dont_know
        More than 30 % do not know, or their answers could move the perception across the margin

    A score whose bounds with the margin cover the whole scale can be neither confirmed nor denied:
    "uncertain".
    """

    gap: Floats
    standard_error: Floats
    degrees_of_freedom: Floats
    p_gap: Floats
    p_aligned: Floats
    classes: NDArray[np.str_]
    relative_gap: Floats
    explaining_correlation: Floats
    eligible: Booleans
    depends_on_dont_know: Booleans

    @property
    def median_gap(self) -> float:
        """The difference of the two scales: to be said before any single gap."""
        present = self.gap[~np.isnan(self.gap)]
        return float(np.median(present)) if present.size else float("nan")


def gaps(
    self_low: ArrayLike,
    self_high: ArrayLike,
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
    asked: ArrayLike = True,
    population: ArrayLike | None = None,
    family: Family = "unit",
    dependence: Dependence = "BH",
) -> Gaps:
    """
    Classify every unit and indicator of one audience by two families of tests.

    At most a share q of the named gaps and, separately, of the aligned is wrong, per family.

    Parameters
    ----------
    self_low, self_high : 0-100, NaN absent; a point score has both equal, a colour its interval
    perception, mean_squares, effective_n : of `perception`, shape (unit, indicator), NaN absent
    margin : difference that does not matter, in points
    minimum_n : fewer respondents are "uncertain"
    evidence : "A", "B" or "C", shape (unit,) or (unit, indicator)
    dont_know_share : among those asked
    n : respondents, unweighted, for minimum_n; effective_n when left out
    asked : False where the question is put to nobody
    population : people the open link could have reached, shape (unit,) or (unit, indicator)
    family : "unit": each unit's report by itself; "all": one national list; "selected": the units'
        flags gathered into a list (Benjamini & Bogomolov 2014)
    dependence : "BY" where any dependence between the tests must be allowed for

    Raises
    ------
    BadInput
        Names the argument: shapes, scores outside 0-100, self_low above self_high, a mean square
        that no answers have, a share of don't know that is missing, an unknown evidence, family or
        dependence, q outside 0-0.5.

    References
    ----------
    The score test of a mean on a bounded scale: `docs/statistics`. Benjamini & Hochberg (1995),
    doi:10.1111/j.2517-6161.1995.tb02031.x; Benjamini & Bogomolov (2014), doi:10.1111/rssb.12028;
    Meng (2018), doi:10.1214/18-AOAS1161SF.

    Examples
    --------
    One unit scores itself 80; 100 people gave 50 on average, with a standard deviation of 25:

    >>> found = gaps(
    ...     [[80.0]], [[80.0]], [[50.0]], [[3125.0]], [[100.0]],
    ...     evidence=["A"], dont_know_share=[[0.0]],
    ... )
    >>> float(found.gap[0, 0]), str(found.classes[0, 0])
    (30.0, 'self_higher')
    """
    _check(q, margin, minimum_n, family, dependence)
    cells = gap_cells(
        (self_low, self_high),
        (perception, mean_squares, effective_n),
        margin=margin,
        minimum_n=minimum_n,
        evidence=evidence,
        dont_know_share=dont_know_share,
        n=n,
        asked=asked,
        population=population,
    )
    means = cells.means
    tested = bounded_means(
        np.where(cells.is_open, np.nan, means), cells.squares, cells.effective_n
    )
    p_gap, p_aligned, falls_short = _p_values(cells, tested)
    inferred = cells.has_both & ~cells.is_open
    return Gaps(
        gap=cells.gap,
        standard_error=np.where(inferred, tested.standard_error(means), np.nan),
        degrees_of_freedom=np.where(inferred, tested.degrees_of_freedom, np.nan),
        p_gap=p_gap,
        p_aligned=p_aligned,
        classes=_classes(
            cells,
            findings(p_gap, q, family, dependence),
            findings(p_aligned, q, family, dependence),
            falls_short,
        ),
        relative_gap=_relative(np.where(cells.enough & ~cells.is_open, cells.gap, np.nan)),
        explaining_correlation=_explaining_correlation(cells),
        eligible=cells.eligible,
        depends_on_dont_know=_depends_on_dont_know(cells),
    )


def findings(p_values: Floats, q: float, family: Family, dependence: Dependence) -> Booleans:
    """Which of the (unit, indicator) p-values are findings of their family."""
    if family == "all":
        flat = benjamini_hochberg(p_values.ravel(), dependence).reshape(p_values.shape)
        return np.asarray(flat <= q)
    adjusted = benjamini_hochberg(p_values, dependence)
    if family == "selected":
        # Whoever picks the reports with a flag has used up part of q by picking.
        tested = (~np.isnan(p_values)).any(axis=1).sum()
        q = q * float((adjusted <= q).any(axis=1).sum()) / max(int(tested), 1)
    return np.asarray(adjusted <= q)


def _p_values(cells: GapCells, tested: BoundedMeans) -> tuple[Floats, Floats, Booleans]:
    """P-values of a gap and of agreement, and whether the perception is on the lower side."""
    mean = tested.means
    low, high = cells.low - cells.margin, cells.high + cells.margin
    # A bound at or beyond the end of the scale cannot be crossed.
    p_low = np.where(low <= 0, 1.0, tested.tail(mean - low, low))
    p_high = np.where(high >= TOP_OF_SCALE, 1.0, tested.tail(high - mean, high))
    middle = (low + high) / 2
    nearer = np.where(mean < middle, low, high)
    other_side = tested.tail(-(np.abs(mean - middle) + (high - low) / 2), nearer)
    p_gap = np.minimum(1.0, np.minimum(p_low, p_high) + other_side)
    # A colour is an interval already: agreement asks for the colour itself, without the margin.
    inner_low = np.where(cells.is_colour, cells.low, low)
    inner_high = np.where(cells.is_colour, cells.high, high)
    not_below = np.where(inner_low <= 0, 0.0, tested.tail(inner_low - mean, inner_low))
    not_above = np.where(
        inner_high >= TOP_OF_SCALE, 0.0, tested.tail(mean - inner_high, inner_high)
    )
    whole_scale = (inner_low <= 0) & (inner_high >= TOP_OF_SCALE)
    p_aligned = np.where(whole_scale, 1.0, np.maximum(not_below, not_above))
    return (
        np.where(cells.eligible, p_gap, np.nan),
        np.where(cells.eligible, p_aligned, np.nan),
        p_low < p_high,
    )


def _classes(
    cells: GapCells, is_gap: Booleans, agrees: Booleans, falls_short: Booleans
) -> NDArray[np.str_]:
    signal = cells.is_open & cells.enough & (np.abs(cells.gap) > cells.margin)
    agrees = agrees & (cells.dont_know <= MANY_DO_NOT_KNOW)
    rules = {
        "not_asked": ~cells.asked,
        "no_data": ~cells.has_both,
        "signal_below": signal & (cells.gap > 0),
        "signal_above": signal,
        "uncertain": cells.is_open & ~cells.enough,
        "no_signal": cells.is_open,
        "self_higher": is_gap & falls_short,
        "perception_higher": is_gap,
        "fits_colour": agrees & cells.is_colour,
        "aligned": agrees,
    }
    return np.select(list(rules.values()), [np.array(name) for name in rules], "uncertain")


def _relative(gap: Floats) -> Floats:
    """Gap beyond the indicator's median and the unit's: Tukey's one step of median polish."""
    units = (~np.isnan(gap)).any(axis=1).sum()
    # With one unit its own gaps would be the medians, and nothing would remain.
    beyond = gap - median_present(gap, axis=0)[None, :] if units > 1 else gap
    return beyond - median_present(beyond, axis=1)[:, None]


def _depends_on_dont_know(cells: GapCells) -> Booleans:
    """Whether those who do not know could decide on which side of the margin people stand."""
    share = np.nan_to_num(cells.dont_know)
    worst = (1 - share) * cells.means
    best = worst + 100 * share

    def side(score: Floats) -> NDArray[np.int64]:
        above = (score > cells.high + cells.margin).astype(np.int64)
        return above - (score < cells.low - cells.margin)

    moved = (side(worst) != side(cells.means)) | (side(best) != side(cells.means))
    return np.asarray(cells.has_both & ((share > MANY_DO_NOT_KNOW) | moved))


def _explaining_correlation(cells: GapCells) -> Floats:
    """Meng (2018), Annals of Applied Statistics 12: error = link * sigma * sqrt((1 - f) / f)."""
    beyond = np.maximum(np.abs(cells.gap) - cells.margin, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        fraction = cells.respondents / cells.population
        reach = np.sqrt(
            np.maximum(cells.squares - cells.means**2, 0.0) * (1 - fraction) / fraction
        )
        link = beyond / reach
    return np.where(cells.is_open & cells.has_both & (reach > 0), link, np.nan)


def _check(
    q: float, margin: float, minimum_n: float, family: Family, dependence: Dependence
) -> None:
    strictly_between("q", q, 0, 0.5)  # from one half on, a cell could be a gap and aligned at once
    real_number("margin", margin, 0)
    real_number("minimum_n", minimum_n, 0)
    one_of("family", family, get_args(Family))
    one_of("dependence", dependence, get_args(Dependence))
