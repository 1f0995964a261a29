"""Whether those who came by the open link tell another story than those who were drawn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, stdtr

from analysis.arrays import Booleans, Floats, floats
from analysis.bounded_means import BoundedMeans, bounded_means
from analysis.errors import BadInput
from analysis.multiplicity import benjamini_hochberg
from analysis.scalars import strictly_between
from analysis.two_means import TwoMeans

TWO_DIMENSIONS = 2
HIGHEST = 100


@dataclass(frozen=True, slots=True, eq=False)
class ChannelDifference:
    """
    Arrays of the shape given; NaN where one of the channels has no estimate.

    Attributes
    ----------
    differences : open minus drawn
    scores : difference in standard errors, those at equal means where ``effective_n`` are given
    p_values, adjusted : two-sided; adjusted over all cells together
    flagged : adjusted p-value at most q
    """

    differences: Floats
    scores: Floats
    p_values: Floats
    adjusted: Floats
    flagged: Booleans


@dataclass(frozen=True, slots=True, eq=False)
class _Channel:
    """Means and errors of one shape, with the answers that the errors rest on."""

    name: str
    means: Floats
    errors: Floats
    effective_n: Floats | None


def channel_difference(
    open_means: ArrayLike,
    open_errors: ArrayLike,
    drawn_means: ArrayLike,
    drawn_errors: ArrayLike,
    *,
    open_effective_n: ArrayLike | None = None,
    drawn_effective_n: ArrayLike | None = None,
    q: float = 0.10,
) -> ChannelDifference:
    """
    Compare the two channels.

    A difference is not proof: people who choose to answer differ from those drawn. It says that
    the open series must not be read as if it were drawn, and where to look.

    Parameters
    ----------
    open_means, drawn_means : of any one shape, for example (unit, indicator); NaN absent
    open_errors, drawn_errors : standard errors, positive where the mean is present
    open_effective_n, drawn_effective_n
        Answers that the errors rest on, one number or of the same shape (`Kish.effective_n`, n in
        a simple sample); the means are then on 0-100, and an error may be zero. Left out: the
        errors are known and not estimated, and only then does q hold
    q : false discovery rate (Benjamini & Hochberg 1995)

    Notes
    -----
    With ``effective_n`` the score test of a difference on a bounded scale, as between two waves
    (Farrington & Manning 1990, doi:10.1002/sim.4780091208; Student's t with Welch's degrees of
    freedom): errors estimated from few answers are steadied by the other cells. Without, the
    difference over its standard error under the normal distribution, which with the estimated
    errors of 10 answers finds something in three of ten honest sets of 40 cells, q = .10.

    Examples
    --------
    >>> result = channel_difference([80.0], [3.0], [60.0], [4.0])
    >>> result.scores.tolist(), round(float(result.p_values[0]), 6)
    ([4.0], 6.3e-05)
    """
    strictly_between("q", q)
    if (open_effective_n is None) != (drawn_effective_n is None):
        raise BadInput("open_effective_n and drawn_effective_n must be given both, or none")
    shape = floats("open_means", open_means).shape
    both = (
        _channel("open", open_means, open_errors, open_effective_n, shape),
        _channel("drawn", drawn_means, drawn_errors, drawn_effective_n, shape),
    )
    present = ~np.isnan(both[0].means + both[1].means)
    for channel in both:
        _check(channel, present)
    scores, tails = _known(*both) if open_effective_n is None else _estimated(*both, present)
    p_values = np.where(present, 2 * tails, np.nan)
    adjusted = benjamini_hochberg(p_values.ravel()).reshape(shape)
    return ChannelDifference(
        both[0].means - both[1].means,
        np.where(present, scores, np.nan),
        p_values,
        adjusted,
        np.asarray(adjusted <= q),
    )


def _known(opened: _Channel, drawn: _Channel) -> tuple[Floats, Floats]:
    errors = np.hypot(opened.errors, drawn.errors)
    scores = (opened.means - drawn.means) / np.where(errors > 0, errors, np.nan)
    return scores, ndtr(-np.abs(scores))


def _estimated(opened: _Channel, drawn: _Channel, present: Booleans) -> tuple[Floats, Floats]:
    """Score test of equal means; the steadying by indicator needs two dimensions."""
    zeros = np.zeros(_table(present).shape)
    two = TwoMeans(
        _steadied(drawn, present),
        _steadied(opened, present),
        correlation=zeros,
        correction=zeros,
        other_variance=zeros,
        other_freedom=np.full(zeros.shape, np.inf),
    )
    error, freedom = two.error_and_freedom(0.0)
    scores = (two.difference / error).reshape(present.shape)
    return scores, stdtr(freedom.reshape(present.shape), -np.abs(scores))


def _steadied(channel: _Channel, present: Booleans) -> BoundedMeans:
    means = np.where(present, channel.means, np.nan)
    effective_n = np.asarray(channel.effective_n, dtype=np.float64)
    squares = means**2 + channel.errors**2 * effective_n
    return bounded_means(_table(means), _table(squares), _table(effective_n))


def _table(cells: Floats | Booleans) -> Floats:
    """Return (unit, indicator); one dimension is one unit, further ones are further indicators."""
    rows = len(cells) if cells.ndim >= TWO_DIMENSIONS else 1
    return np.asarray(cells, dtype=np.float64).reshape(rows, -1)


def _channel(
    name: str,
    means: ArrayLike,
    errors: ArrayLike,
    effective_n: ArrayLike | None,
    shape: tuple[int, ...],
) -> _Channel:
    size = None
    if effective_n is not None:
        given = floats(f"{name}_effective_n", effective_n)
        size = np.broadcast_to(given, shape) if given.ndim == 0 else given
        size = _cells(f"{name}_effective_n", size, shape)
    return _Channel(
        name,
        _cells(f"{name}_means", means, shape),
        _cells(f"{name}_errors", errors, shape),
        size,
    )


def _check(channel: _Channel, present: Booleans) -> None:
    means, errors = channel.means[present], channel.errors[present]
    if channel.effective_n is None:
        _refuse(f"{channel.name}_errors must be positive", errors, errors > 0)
        return
    size = channel.effective_n[present]
    _refuse(f"{channel.name}_errors must not be negative", errors, errors >= 0)
    _refuse(f"{channel.name}_effective_n must be positive", size, size > 0)
    on_scale = (means >= 0) & (means <= HIGHEST)
    _refuse(f"{channel.name}_means must lie from 0 to 100", means, on_scale)


def _refuse(rule: str, values: Floats, fits: Booleans) -> None:
    if not fits.all():
        raise BadInput(f"{rule} where there are means, got {values[~fits][0]}")


def _cells(name: str, values: ArrayLike, shape: tuple[int, ...]) -> Floats:
    array = floats(name, values)
    if array.shape != shape or not shape:
        raise BadInput(f"{name} must be an array of shape {shape}, got {array.shape}")
    if np.isinf(array).any():
        raise BadInput(f"{name} must not be infinite")
    return array
