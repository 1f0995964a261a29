"""Tests of hypotheses that keep to the design: t, and Rao and Scott's for tables."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import lstsq, solve
from scipy.special import chdtrc, fdtrc, stdtr

from analysis.arrays import Floats, coded, has_label
from analysis.designs import Design, answered, checked_design
from analysis.differences import contrast
from analysis.domains import by_domain, one_label
from analysis.errors import BadInput
from analysis.estimate import Estimate, TestResult
from analysis.means import mean, total
from analysis.replication import ReplicateSample
from analysis.scalars import one_of, real_number

NO_VARIANCE = 1e-12
TableStatistic = Literal["F", "Chisq", "Wald", "adjWald"]


def t_test(
    sample: Design, values: ArrayLike, groups: ArrayLike | None = None, null: float = 0.0
) -> TestResult:
    """
    Test a mean, or the mean of the second group less that of the first, against ``null``.

    R's ``svyttest``. The degrees of freedom are those of the design less one, in both forms.

    Parameters
    ----------
    values : (n,) numbers; NaN leaves the row out
    groups : (n,) two labels; NaN and None leave the row out

    Raises
    ------
    BadInput
        where there is no standard error to test by: too few units, or values that do not vary
    """
    known = answered(sample, values=values)
    real_number("null", null)
    if groups is None:
        return _t(mean(sample, values), known.sample_degrees_of_freedom - 1, null)
    labels = one_label("groups", groups, sample.mass.size)
    rows = known.rows[has_label(labels[known.rows])]
    distinct, _ = coded("groups", labels[rows], rows.size)
    if distinct.shape != (2,):
        raise BadInput(f"groups must hold two labels, got {distinct.tolist()}")
    part = sample.domain(rows)
    means = by_domain(mean, part, np.asarray(values)[rows], labels[rows], covariance=True)
    # As R: a design with replicate weights keeps the degrees of freedom of all who were asked.
    counted = sample if isinstance(sample, ReplicateSample) else part
    return _t(contrast(means, [-1.0, 1.0]), counted.degrees_of_freedom - 1, null)


def chi_squared(
    sample: Design, rows: ArrayLike, columns: ArrayLike, statistic: TableStatistic = "F"
) -> TestResult:
    """
    Test independence of two categorical variables.

    Parameters
    ----------
    rows, columns : (n,) labels; NaN and None leave the row out
    statistic : "F" and "Chisq", Rao and Scott's second and first order; "Wald"; "adjWald"

    References
    ----------
    Rao and Scott (1984), doi:10.1214/aos/1176346391; Thomas and Rao (1987). Equal to R's
    ``svychisq``.
    """
    one_of("statistic", statistic, get_args(TableStatistic))
    n = checked_design(sample).mass.size
    of_rows, of_columns = one_label("rows", rows, n), one_label("columns", columns, n)
    labelled = has_label(of_rows) & has_label(of_columns) & (sample.mass != 0)
    kept = np.flatnonzero(labelled).astype(np.int64)
    shape, members = _members(of_rows[kept], of_columns[kept])
    part = sample.domain(kept)
    # As R: size and degrees of freedom are those of the whole design, labelled or not.
    size, degrees = sample.respondents, sample.degrees_of_freedom
    if statistic in ("Wald", "adjWald"):
        table = _Table(shape, *_cells(total, part, members), size, degrees)
        return _wald(table, adjusted=statistic == "adjWald")
    table = _Table(shape, *_cells(mean, part, members), size, degrees)
    return _rao_scott(table, second_order=statistic == "F")


def _members(rows: NDArray[Any], columns: NDArray[Any]) -> tuple[tuple[int, int], Floats]:
    """Return the shape of the table and, (rows, cells), who is in which cell."""
    row_labels, row_codes = coded("rows", rows, rows.size)
    column_labels, column_codes = coded("columns", columns, columns.size)
    for name, labels in (("rows", row_labels), ("columns", column_labels)):
        if labels.size <= 1:
            raise BadInput(f"{name} must have two categories or more, got {labels.tolist()}")
    shape = (row_labels.size, column_labels.size)
    return shape, np.eye(shape[0] * shape[1])[row_codes * shape[1] + column_codes]


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Estimated shares or totals of the cells, row by row, and how they vary together."""

    shape: tuple[int, int]
    values: Floats
    covariance: Floats
    n: float
    degrees_of_freedom: float

    @property
    def interactions(self) -> int:
        return (self.shape[0] - 1) * (self.shape[1] - 1)

    @property
    def margins(self) -> tuple[Floats, Floats]:
        """Membership of (cells, rows) and (cells, columns)."""
        rows, columns = self.shape
        return np.repeat(np.eye(rows), columns, axis=0), np.tile(np.eye(columns), (rows, 1))


def _cells(
    estimator: Callable[[Design, Floats], Estimate], sample: Design, members: Floats
) -> tuple[Floats, Floats]:
    estimates = [estimator(sample, member) for member in members.T]
    deviations = [e.deviations for e in estimates if e.deviations is not None]
    values = np.array([estimate.value for estimate in estimates])
    return values, sample.covariance(np.column_stack(deviations))


def _rao_scott(table: _Table, *, second_order: bool) -> TestResult:
    shares = table.values
    in_row, in_column = table.margins
    expected = (in_row @ (in_row.T @ shares)) * (in_column @ (in_column.T @ shares))
    pearson = table.n * float(((shares - expected) ** 2 / expected).sum())
    effects = _design_effects(table)
    trace = float(np.trace(effects))
    if not trace > NO_VARIANCE * table.interactions or not table.degrees_of_freedom > 0:
        raise BadInput(
            "rows and columns must vary under the design to be tested, got design effects of sum "
            f"{trace:.3g} with {table.degrees_of_freedom:.0f} degrees of freedom"
        )
    if not second_order:
        p_value = float(chdtrc(table.interactions, pearson * table.interactions / trace))
        return TestResult(pearson, (float(table.interactions),), p_value)
    above = trace**2 / float(np.trace(effects @ effects))
    below = above * table.degrees_of_freedom
    return TestResult(pearson / trace, (above, below), float(fdtrc(above, below, pearson / trace)))


def _design_effects(table: _Table) -> Floats:
    """Return the generalised design effects of the interactions."""
    shares = table.values
    in_row, in_column = table.margins
    main = np.hstack([in_row, in_column])
    products = (in_row[:, 1:, None] * in_column[:, None, 1:]).reshape(shares.size, -1)
    interactions = products - main @ lstsq(main, products)[0]
    inverse = np.divide(1.0, shares, out=np.zeros_like(shares), where=shares > 0)
    simple = interactions.T @ (interactions * inverse[:, None]) / table.n
    scaled = interactions * inverse[:, None]
    effects: Floats = solve(simple, scaled.T @ table.covariance @ scaled)
    return effects


def _wald(table: _Table, *, adjusted: bool) -> TestResult:
    size = table.values.sum()
    in_row, in_column = table.margins
    of_row = in_row @ (in_row.T @ table.values)
    of_column = in_column @ (in_column.T @ table.values)
    expected = of_row * of_column / size
    slopes = (
        np.eye(expected.size)
        - (in_row @ in_row.T) * of_column[:, None] / size
        - (in_column @ in_column.T) * of_row[:, None] / size
        + expected[:, None] / size
    )
    free = (in_row[:, 0] == 0) & (in_column[:, 0] == 0)
    excess = (table.values - expected)[free]
    covariance = slopes[free] @ table.covariance @ slopes[free].T
    below = table.degrees_of_freedom - (table.interactions - 1 if adjusted else 0)
    if not below > 0 or np.linalg.matrix_rank(covariance) < table.interactions:
        raise BadInput(
            f"statistic {'adjWald' if adjusted else 'Wald'!r} needs more units than the "
            f"{table.degrees_of_freedom:.0f} degrees of freedom here; 'F' does not"
        )
    statistic = float(excess @ np.linalg.solve(covariance, excess)) / table.interactions
    if adjusted:
        statistic *= below / table.degrees_of_freedom
    p_value = float(fdtrc(table.interactions, below, statistic))
    return TestResult(statistic, (float(table.interactions), below), p_value)


def _t(estimate: Estimate, degrees_of_freedom: float, null: float) -> TestResult:
    tested = replace(estimate, degrees_of_freedom=degrees_of_freedom)
    if not tested.standard_error > 0 or not degrees_of_freedom > 0:
        raise BadInput(
            "values must have a standard error to be tested by, got "
            f"{tested.standard_error} with {degrees_of_freedom:.0f} degrees of freedom"
        )
    statistic = (tested.value - null) / tested.standard_error
    p_value = 2 * float(stdtr(degrees_of_freedom, -abs(statistic)))
    return TestResult(statistic, (degrees_of_freedom,), p_value, tested)
