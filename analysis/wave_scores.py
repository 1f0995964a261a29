"""What the comparison of two waves reads: their scores, and a bridge where they were asked apart."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import Booleans, Floats, floats, has_label
from analysis.errors import BadInput

SHAPE = ("unit", "indicator")
SMALLEST, LARGEST = float(np.nextafter(0, 1)), float(np.finfo(np.float64).max)


@dataclass(frozen=True, slots=True, eq=False)
class WaveScores:
    """
    One wave's perception, as `perception` gives it.

    Attributes
    ----------
    means, mean_squares, effective_n : shape (unit, indicator), NaN absent
    evidence : "A", "B" or "C", shape (unit,) or (unit, indicator)
    series : "drawn", "assisted", ...: how people came to answer
    version : the wording that was asked; same shapes as evidence
    n : respondents, unweighted; effective_n when left out
    """

    means: ArrayLike
    mean_squares: ArrayLike
    effective_n: ArrayLike
    evidence: ArrayLike
    series: ArrayLike
    version: ArrayLike
    n: ArrayLike | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Bridge:
    """
    What changing the series or the wording alone does to a score, from a bridge sample.

    A bridge sample answers in both ways, or its halves in one way each, at the same time.

    Attributes
    ----------
    shifts : score in the later way minus the earlier way; NaN: not bridged
    standard_errors, degrees_of_freedom : of the shifts; all broadcast to (unit, indicator)
    """

    shifts: ArrayLike
    standard_errors: ArrayLike
    degrees_of_freedom: ArrayLike = np.inf


@dataclass(frozen=True, slots=True, eq=False)
class WaveGrid:
    """One wave with every field of shape (unit, indicator); way: series and version together."""

    means: Floats
    mean_squares: Floats
    effective_n: Floats
    n: Floats
    is_open: Booleans
    way: NDArray[Any]

    def only(self, where: Booleans) -> "WaveGrid":
        """Absent everywhere else."""
        return replace(self, means=np.where(where, self.means, np.nan))


@dataclass(frozen=True, slots=True, eq=False)
class BridgeGrid:
    """A bridge of shape (unit, indicator), NaN where there is none."""

    shifts: Floats
    variances: Floats
    freedom: Floats

    @property
    def bridged(self) -> Booleans:
        return ~np.isnan(self.shifts)


def wave_grid(name: str, wave: WaveScores) -> WaveGrid:
    if not isinstance(wave, WaveScores):
        raise BadInput(f"{name} must be WaveScores, got {type(wave).__name__}")
    means = floats(f"{name}.means", wave.means)
    if means.ndim != len(SHAPE):
        raise BadInput(f"{name}.means must have shape {SHAPE}, got {means.shape}")
    present = ~np.isnan(means)

    def checked(
        field: str, values: ArrayLike, low: float | Floats, high: float | Floats
    ) -> Floats:
        grid = floats(f"{name}.{field}", values)
        if grid.shape != means.shape:
            raise BadInput(f"{name}.{field} must have shape {means.shape}, got {grid.shape}")
        wrong = np.argwhere(present & ~((grid >= low) & (grid <= high)))
        if wrong.size:
            unit, indicator = wrong[0]
            least, most = (
                np.broadcast_to(end, grid.shape)[unit, indicator] for end in (low, high)
            )
            raise BadInput(
                f"{name}.{field} must lie between {least:g} and {most:g},"
                f" got {grid[unit, indicator]} in unit {unit}, indicator {indicator}"
            )
        return grid

    checked("means", means, 0.0, 100.0)
    # Scores of 0-100 with this mean cannot have another mean square, but for rounding.
    squares = checked("mean_squares", wave.mean_squares, means**2 - 1e-6, 100 * means + 1e-6)
    size = checked("effective_n", wave.effective_n, SMALLEST, LARGEST)
    return WaveGrid(
        means,
        squares,
        size,
        size if wave.n is None else checked("n", wave.n, 0.0, LARGEST),
        _is_open(f"{name}.evidence", _labels(f"{name}.evidence", wave.evidence, means.shape)),
        np.char.add(
            np.char.add(_labels(f"{name}.series", wave.series, means.shape), "\n"),
            _labels(f"{name}.version", wave.version, means.shape),
        ),
    )


def _is_open(name: str, evidence: NDArray[np.str_]) -> Booleans:
    unknown = evidence[~np.isin(evidence, ["A", "B", "C"])]
    if unknown.size:
        raise BadInput(f"{name} must be 'A', 'B' or 'C', got '{unknown[0]}'")
    return np.asarray(evidence == "C")


def _labels(name: str, values: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.str_]:
    given = np.asarray(values)
    if not has_label(given.ravel()).all():  # two of them would count as the same
        raise BadInput(f"{name} must be a label everywhere")
    labels = given.astype(np.str_)
    labels = labels[:, None] if labels.ndim == 1 else labels
    if labels.ndim and (labels.shape[0] != shape[0] or labels.shape[1] not in {1, shape[1]}):
        raise BadInput(f"{name} must be one per unit or have shape {shape}, got {labels.shape}")
    return np.broadcast_to(labels, shape)


def bridge_grid(bridge: Bridge | None, shape: tuple[int, ...]) -> BridgeGrid:
    if bridge is None:
        return BridgeGrid(np.full(shape, np.nan), np.zeros(shape), np.full(shape, np.inf))
    if not isinstance(bridge, Bridge):
        raise BadInput(f"bridge must be a Bridge, got {bridge!r}")
    shifts = spread_over("bridge.shifts", bridge.shifts, shape)
    bridged = ~np.isnan(shifts)
    errors = spread_over("bridge.standard_errors", bridge.standard_errors, shape)
    freedom = spread_over("bridge.degrees_of_freedom", bridge.degrees_of_freedom, shape)
    for name, values, right in (
        ("standard_errors", errors, (errors >= 0) & np.isfinite(errors)),
        ("degrees_of_freedom", freedom, freedom > 0),
        ("shifts", shifts, np.isfinite(shifts)),
    ):
        wrong = bridged & ~right
        if wrong.any():
            raise BadInput(f"bridge.{name} cannot be {values[wrong][0]}")
    return BridgeGrid(shifts, np.where(bridged, errors, 0.0) ** 2, freedom)


def spread_over(name: str, values: ArrayLike, shape: tuple[int, ...]) -> Floats:
    """Broadcast to (unit, indicator), or say which argument does not fit."""
    array = floats(name, values)
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        raise BadInput(f"{name} must broadcast to {shape}, got shape {array.shape}") from None
