"""Series that survive mergers: an earlier wave's estimates within the present boundaries."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from analysis.arrays import Booleans, Floats, Integers, floats, not_negative, sums, tally
from analysis.errors import BadInput
from analysis.intervals import Intervals
from analysis.scalars import real_number, strictly_between
from analysis.succession_links import ROUNDING, Links, Succession, read_links
from analysis.weighted_bounds import weighted_mean_bounds
from analysis.whole_numbers import whole_number

ASSUMED = "share not known: divided equally, see lowest and highest"
PARTLY = "part of its people lived where nobody was asked"
NOBODY = "no predecessor with an estimate"


@dataclass(frozen=True, slots=True, eq=False)
class CarriedOver:
    """
    An earlier wave in present boundaries; NaN where no predecessor has an estimate.

    Attributes
    ----------
    units : labels of the successors
    values, standard_errors : shape (successor, indicator)
    lowest, highest : the value under every division that the unknown shares allow
    coverage : share of the successor's people whose predecessor has an estimate
    sampling_variances, share_variances : what the squared standard error is made of
    notes : per successor, what must be said beside it
    """

    units: NDArray[Any]
    values: Floats
    standard_errors: Floats
    lowest: Floats
    highest: Floats
    coverage: Floats
    sampling_variances: Floats
    share_variances: Floats
    notes: tuple[tuple[str, ...], ...]
    pieces: "Pieces" = field(repr=False)

    def confidence_intervals(self, level: float = 0.95) -> Intervals:
        """Normal limits, widened to every division that the unknown shares allow."""
        z = float(ndtri((1 + strictly_between("level", level)) / 2))
        reach = z * np.sqrt(self.sampling_variances)
        whole = z * self.standard_errors
        return Intervals(
            np.minimum(self.values - whole, self.lowest - reach),
            np.maximum(self.values + whole, self.highest + reach),
        )

    def covariance(self, indicator: int) -> Floats:
        """
        Covariance between the successors, shape (successor, successor).

        Successors of one predecessor share its sampling error; what one has of its people the
        other has not; and where the people of one part think better than the whole, the others
        must think worse.
        """
        last = self.values.shape[1] - 1
        return self.pieces.covariance(whole_number("indicator", indicator, 0, last))

    def average(self, values: ArrayLike) -> Floats:
        """Carry other means over by the same weights, such as the mean squares of the answers."""
        pieces = self.pieces
        others = floats("values", values)
        others = others[:, None] if others.ndim == 1 else others
        if others.shape != pieces.values.shape:
            raise BadInput(f"values must have shape {pieces.values.shape}, got {others.shape}")
        wrong = np.argwhere(~np.isnan(pieces.values) & ~np.isfinite(others))
        if wrong.size:
            unit, indicator = wrong[0]
            raise BadInput(f"values cannot be {others[unit, indicator]} in row {unit}")
        carried = pieces.summed(pieces.weights * np.nan_to_num(others[pieces.predecessors]))
        return np.where(np.isnan(self.values), np.nan, carried)


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """
    One row per link: where the people of a successor come from.

    Attributes
    ----------
    weights : share of the successor's people with an estimate, shape (link, indicator)
    slopes : change of the successor's value per unit of the link's share, the same shape
    part_variances : of the distance between the part that moved and its predecessor's mean
    """

    predecessors: Integers
    successors: Integers
    shares: Floats
    share_errors: Floats
    weights: Floats
    slopes: Floats
    values: Floats
    variances: Floats
    part_variances: Floats
    population_errors: Floats
    n_successors: int

    def summed(self, rows: Floats) -> Floats:
        return sums(self.successors, rows, self.n_successors)

    @property
    def population_slopes(self) -> Floats:
        """Change of the value per relative change of the predecessor's population."""
        return self.slopes * self.shares[:, None]

    def covariance(self, indicator: int) -> Floats:
        """Sum over predecessors of what their successors have in common."""
        together = np.zeros((self.n_successors, self.n_successors))
        error = self.slopes[:, indicator] * self.share_errors
        for rows in np.split(*_runs(self.predecessors)):
            at = self.successors[rows]
            from_sampling = np.outer(self.weights[rows, indicator], self.weights[rows, indicator])
            old = self.predecessors[rows[0]]
            block = from_sampling * self.variances[old, indicator]
            strayed = np.sqrt(self.part_variances[rows]) * self.weights[rows, indicator]
            moved = self.population_slopes[rows, indicator] * self.population_errors[old]
            block += np.outer(moved, moved)
            # Deviations of parts average to 0 over the whole as deviations of shares add up to 0.
            apart = np.outer(error[rows], error[rows]) + np.outer(strayed, strayed)
            block += apart * _share_correlation(self.shares[rows])
            together[np.ix_(at, at)] += block
        return together


def carry_over(
    succession: Succession,
    units: ArrayLike,
    values: ArrayLike,
    variances: ArrayLike,
    populations: ArrayLike,
    *,
    population_standard_errors: ArrayLike | None = None,
    part_standard_deviation: float = 0.0,
) -> CarriedOver:
    """
    Average an earlier wave's estimates over the people who live in today's units.

    Parameters
    ----------
    units : labels of the earlier units, every predecessor among them
    values, variances
        Their estimates and sampling variances, shape (unit,) or (unit, indicator); NaN absent.
        Units were sampled apart: their errors are independent
    populations : people of each earlier unit whom the estimate speaks for, above zero
    population_standard_errors : of the populations, 0 when left out
    part_standard_deviation
        How far the mean of a part of a unit lies from the mean of the whole, in points: of every
        part, though that of the largest cannot lie so far. At 0 the people of a divided unit are
        taken to think alike wherever their part went

    Notes
    -----
    A successor's value is sum(share * population * value) / sum(share * population); the variance
    is the delta method's for values, shares and populations (Sarndal, Swensson & Wretman 1992,
    5.5). Shares of one predecessor vary as those of a Dirichlet distribution do: with two of them
    what one gains the other loses.

    Examples
    --------
    All of A (3,000 people) and half of B (2,000) became one ward:

    >>> carried = carry_over(
    ...     Succession(["A", "B", "B"], ["X", "X", "Y"], [1.0, 0.5, 0.5]),
    ...     ["A", "B"], [60.0, 40.0], [4.0, 4.0], [3000, 2000],
    ... )
    >>> carried.units.tolist(), carried.values.ravel().tolist()
    (['X', 'Y'], [55.0, 40.0])
    """
    y, v = _estimates(values, variances)
    links = read_links(succession, units, y.shape[0])
    people = not_negative("populations", populations, y.shape[0])
    empty = np.flatnonzero(people == 0)
    if empty.size:
        raise BadInput(f"populations must be above zero, got 0 in row {empty[0]}")
    relative = np.zeros(people.size)
    if population_standard_errors is not None:
        errors = population_standard_errors
        relative = not_negative("population_standard_errors", errors, people.size) / people
    apart = real_number("part_standard_deviation", part_standard_deviation, 0)
    return _carried(links, y, v, people, Uncertain(relative, apart))


@dataclass(frozen=True, slots=True, eq=False)
class Uncertain:
    population_errors: Floats
    part_standard_deviation: float


def _carried(
    links: Links, y: Floats, v: Floats, people: Floats, uncertain: Uncertain
) -> CarriedOver:
    old, new, n_new = links.predecessors, links.successors, links.labels.size
    present: Booleans = ~np.isnan(y)[old]
    amounts = np.where(present, (links.shares * people[old])[:, None], 0.0)
    totals = sums(new, amounts, n_new)
    known = totals > 0
    divisor = np.where(known, totals, np.inf)
    weights = amounts / divisor[new]
    centre = np.nan_to_num(y)[old]
    carried = sums(new, weights * centre, n_new)
    slopes = np.where(present, (centre - carried[new]) * people[old][:, None] / divisor[new], 0.0)
    variances = np.nan_to_num(v)
    # Who came whole came with the mean of the whole.
    part = np.where(links.shares >= 1 - ROUNDING, 0.0, uncertain.part_standard_deviation**2)
    pieces = Pieces(
        predecessors=old,
        successors=new,
        shares=links.shares,
        share_errors=links.errors,
        weights=weights,
        slopes=slopes,
        values=y,
        variances=variances,
        part_variances=part,
        population_errors=uncertain.population_errors,
        n_successors=n_new,
    )
    sampling = pieces.summed(weights**2 * (variances[old] + part[:, None]))
    moved = pieces.population_slopes * uncertain.population_errors[old][:, None]
    of_shares = pieces.summed((slopes * links.errors[:, None]) ** 2 + moved**2)
    low, high = weighted_mean_bounds(
        new,
        centre,
        amounts,
        np.where(present, (links.most * people[old])[:, None], 0.0),
        links.free,
    )
    everybody = tally(new, links.shares * people[old], n_new)[:, None]
    coverage = totals / np.where(everybody > 0, everybody, 1.0)

    def shown(grid: Floats) -> Floats:
        return np.where(known, grid, np.nan)

    return CarriedOver(
        units=links.labels,
        values=shown(carried),
        standard_errors=shown(np.sqrt(sampling + of_shares)),
        lowest=shown(low),
        highest=shown(high),
        coverage=coverage,
        sampling_variances=shown(sampling),
        share_variances=shown(of_shares),
        notes=_notes(links, coverage),
        pieces=pieces,
    )


def _notes(links: Links, coverage: Floats) -> tuple[tuple[str, ...], ...]:
    assumed: Booleans = np.bincount(links.successors[links.free], minlength=links.labels.size) > 0
    covered: Booleans = coverage > 0
    rules: tuple[tuple[str, Booleans], ...] = (
        (ASSUMED, assumed),
        (PARTLY, np.asarray((covered & (coverage < 1 - ROUNDING)).any(axis=1))),
        (NOBODY, np.asarray(~covered.all(axis=1))),
    )
    return tuple(
        tuple(note for note, holds in rules if bool(holds[at])) for at in range(links.labels.size)
    )


def _runs(codes: Integers) -> tuple[Integers, Integers]:
    order = np.argsort(codes, kind="stable")
    return order, np.flatnonzero(np.diff(codes[order])) + 1


def _share_correlation(shares: Floats) -> Floats:
    """Correlation of the shares of one whole under a Dirichlet distribution."""
    odds = np.sqrt(shares / np.maximum(1 - shares, ROUNDING))
    correlation = -np.outer(odds, odds)
    np.fill_diagonal(correlation, 1.0)
    return np.asarray(np.clip(correlation, -1.0, 1.0))


def _estimates(values: ArrayLike, variances: ArrayLike) -> tuple[Floats, Floats]:
    y, v = floats("values", values), floats("variances", variances)
    y, v = (each[:, None] if each.ndim == 1 else each for each in (y, v))
    if y.ndim != len(("unit", "indicator")):
        raise BadInput(f"values must have shape (unit,) or (unit, indicator), got {y.shape}")
    if v.shape != y.shape:
        raise BadInput(f"variances must have the shape of values, {y.shape}, got {v.shape}")
    for name, grid, right in (
        ("values", y, ~np.isinf(y)),
        ("variances", v, (v >= 0) & ~np.isinf(v)),
    ):
        wrong = np.argwhere(~np.isnan(y) & ~right)
        if wrong.size:
            unit, indicator = wrong[0]
            raise BadInput(f"{name} cannot be {grid[unit, indicator]} in row {unit}")
    return y, v
