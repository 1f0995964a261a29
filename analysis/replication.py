"""Samples that carry replicate weights instead of a design."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import hadamard

from analysis.arrays import Floats, Integers, finite_table, not_negative
from analysis.errors import BadInput
from analysis.estimate import Replicates
from analysis.sample import Sample, checked_sample
from analysis.scalars import positive, real_number

RANK_TOLERANCE = 1e-5
PAIR = 2
ENOUGH_REPLICATES = 2  # one does not vary


@dataclass(frozen=True, slots=True, eq=False, init=False)
class ReplicateSample:
    """
    Respondents with replicate weights; every estimator answers it as it answers ``Sample``.

    V = scale * sum_r rscales_r (theta_r - centre)^2, the centre being the mean of the replicates.

    Parameters
    ----------
    weights : (n,)
    replicate_weights : (n, replicates), two or more, analysis weights: base weight times replicate factor
    scale : 1/R for balanced half-samples, (R - 1)/R for the jackknife, 1/(R - 1) for Rao and Wu's
        bootstrap with n_h - 1 units
    rscales : (replicates,) ones when left out
    mse : take the full estimate as the centre

    References
    ----------
    Wolter (2007), Introduction to Variance Estimation; R's ``svrepdesign``.
    """

    weights: Floats
    replicate_weights: Floats
    scale: float
    rscales: Floats
    mse: bool
    counts: Floats = field(repr=False)

    def __init__(
        self,
        weights: ArrayLike,
        replicate_weights: ArrayLike,
        scale: float,
        rscales: ArrayLike | None = None,
        mse: bool = False,
    ) -> None:
        checked = not_negative("weights", weights)
        replicates = finite_table("replicate_weights", replicate_weights, checked.size)
        wrong = np.argwhere(replicates < 0)
        if wrong.size:
            row, column = wrong[0]
            raise BadInput(
                f"replicate_weights must not be negative, got {replicates[row, column]} "
                f"in row {row}, column {column}"
            )
        n_replicates = replicates.shape[1]
        if n_replicates < ENOUGH_REPLICATES:
            raise BadInput("replicate_weights must have two replicates or more, got 1")
        each = np.ones(n_replicates)
        if rscales is not None:
            each = not_negative("rscales", rscales, n_replicates)
        self._put(checked, replicates, positive("scale", scale), each, _flag("mse", mse))

    def _put(
        self, weights: Floats, replicates: Floats, scale: float, rscales: Floats, mse: bool
    ) -> Self:
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "replicate_weights", replicates)
        object.__setattr__(self, "scale", scale)
        object.__setattr__(self, "rscales", rscales)
        object.__setattr__(self, "mse", mse)
        object.__setattr__(self, "counts", np.ones(weights.size))
        return self

    @property
    def mass(self) -> Floats:
        return self.weights

    @property
    def respondents(self) -> float:
        return float(self.weights.size)

    @property
    def first_stage_units(self) -> float:
        return float(self.weights.size)

    @property
    def degrees_of_freedom(self) -> float:
        """Rank of the replicate weights less one, as R takes it."""
        return float(max(_rank(self.replicate_weights) - 1, 0))

    def domain(self, rows: Integers) -> Self:
        return object.__new__(type(self))._put(
            self.weights[rows], self.replicate_weights[rows], self.scale, self.rscales, self.mse
        )

    def replicated(self, value_at: Callable[[Floats], float]) -> Replicates:
        with np.errstate(invalid="ignore", divide="ignore"):
            values = np.array([value_at(column) for column in self.replicate_weights.T])
        return Replicates(values, value_at(self.weights), self.rscales, self.mse)

    def covariance(self, deviations: Floats) -> Floats:
        # A replicate that gives nobody of the domain a weight says nothing of it: left out, as R.
        known = np.isfinite(deviations).all(axis=1)
        if not known.any():
            return np.full((deviations.shape[1],) * 2, np.nan)
        among = deviations[known]
        covariance: Floats = self.scale * (among.T @ (among * self.rscales[known, None]))
        return covariance

    def spread(self, deviations: Floats, _rows: Integers, _n: int) -> Floats:
        return deviations if deviations.size else np.full(self.rscales.size, np.nan)


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise BadInput(f"{name} must be True or False, got {value!r}")
    return bool(value)


def _rank(matrix: Floats) -> int:
    """
    Count the columns that are not combinations of those before them, as R's ``qr`` does.

    A column counts when more than 1e-5 of its length stands off the columns counted before.
    """
    triangle = np.asarray(np.linalg.qr(matrix, mode="r"))
    rank = 0
    basis = np.zeros((triangle.shape[0], 0))
    for column in triangle.T:
        rest = column - basis @ (basis.T @ column)
        rest -= basis @ (basis.T @ rest)
        length = float(np.linalg.norm(rest))
        if length > RANK_TOLERANCE * float(np.linalg.norm(column)):
            basis = np.column_stack([basis, rest / length])
            rank += 1
    return rank


def jackknife(sample: Sample, *, mse: bool = False) -> ReplicateSample:
    """
    Make the replicates that leave out one first-stage unit each (JK1 and JKn).

    The finite population correction of a stratum enters its replicates' scales. R's
    ``as.svrepdesign(type="JK1")`` and ``"JKn"`` (Wolter 2007, chapter 4).

    Parameters
    ----------
    mse : deviations are from the full estimate, not from the mean of the replicates
    """
    units, stage = _units_of(sample), sample.stages[0]
    lonely = int(np.count_nonzero(stage.sizes == 1))
    if lonely:
        raise BadInput(
            f"sample must have two first-stage units or more in every stratum, {lonely} have one"
        )
    strata = stage.strata
    drawn = stage.sizes[strata]
    same_stratum = strata[units][:, None] == strata[None, :]
    factors = np.where(same_stratum, (drawn / (drawn - 1))[None, :], 1.0)
    factors[units[:, None] == np.arange(strata.size)[None, :]] = 0.0
    return ReplicateSample(
        sample.mass,
        sample.mass[:, None] * factors,
        scale=1.0,
        rscales=(drawn - 1) / drawn * (1 - stage.fractions[strata]),
        mse=mse,
    )


def balanced_half_samples(
    sample: Sample, *, fay: float = 0.0, mse: bool = False
) -> ReplicateSample:
    """
    Make balanced repeated replicates (BRR): one unit of each of many pairs counts double.

    A Hadamard matrix balances the halves, so that the variance of a total is the linearised one
    without finite population correction. R's ``as.svrepdesign(type="BRR")`` and ``"Fay"``.

    Parameters
    ----------
    fay : rho of Fay, from 0 (a unit counts double or not at all) to below 1 (all units count)
    mse : deviations are from the full estimate, not from the mean of the replicates

    Raises
    ------
    BadInput
        unless every stratum has two first-stage units

    References
    ----------
    McCarthy (1969), doi:10.2307/1402116; Judkins (1990), Journal of Official Statistics 6.
    """
    if not 0 <= real_number("fay", fay) < 1:
        raise BadInput(f"fay must be from 0 to below 1, got {fay}")
    units, stage = _units_of(sample), sample.stages[0]
    unpaired = np.flatnonzero(stage.sizes != PAIR)
    if unpaired.size:
        raise BadInput(
            "sample must have two first-stage units in every stratum, "
            f"got {stage.sizes[unpaired[0]]:.0f}"
        )
    n_replicates = 1 << int(stage.sizes.size).bit_length()
    signs = hadamard(n_replicates)[1 : stage.sizes.size + 1].astype(np.float64)
    order = np.argsort(stage.strata, kind="stable")
    signs_of_units = np.empty((stage.strata.size, n_replicates))
    signs_of_units[order[::2]], signs_of_units[order[1::2]] = signs, -signs
    factors = 1 + (1 - fay) * signs_of_units
    return ReplicateSample(
        sample.mass,
        sample.mass[:, None] * factors[units],
        scale=1 / (n_replicates * (1 - fay) ** 2),
        mse=mse,
    )


def _units_of(sample: Sample) -> Integers:
    """First-stage unit of each row."""
    stage = checked_sample(sample).stages[0]
    if sample.calibration is not None:
        raise BadInput("sample must not be calibrated: replicates would need fitting, each")
    if stage.units is not None:
        return stage.units
    if not np.all(sample.counts == 1):
        raise BadInput("sample must not have counts: a row would stand for several units")
    return np.arange(stage.strata.size, dtype=np.int64)
