"""Small places: direct estimates steadied by what comparable places and known facts say."""

from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from analysis.area_variance import (
    MINIMUM_AREAS,
    AreaModel,
    Method,
    Posterior,
    fit_between_variance,
    posterior,
)
from analysis.arrays import Booleans, Floats, finite_table, floats, not_negative, numbers
from analysis.errors import BadInput
from analysis.intervals import Intervals
from analysis.scalars import one_of, real_number, strictly_between

Benchmarking = Literal["difference", "ratio"]
ALL_SYNTHETIC = "no variance between areas found: every value is synthetic"
NOT_REPORTED = "areas without an estimate of their own are synthetic"
BENCHMARKED = "benchmarked"
LEAST_FREEDOM = 3  # with fewer the likelihood of the between variance has no end
LAST_DIGITS = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class SmallAreas:
    """
    Estimates of a Fay-Herriot model, one per area.

    Attributes
    ----------
    values : empirical best linear unbiased predictors, shape (area,)
    mean_squared_errors : their estimated mean squared error
    shrinkage
        Share of the area's own estimate in its value (gamma); the rest is the regression's
    synthetic : the value is the regression's alone
    coefficients, coefficient_covariance : of the columns of the regression, the constant first
        where it was added
    between_variance : variance between areas that the covariates do not explain
    method : how between_variance was estimated
    posterior : what the intervals are made of
    notes : what must be said beside the values, in plain words
    """

    values: Floats
    mean_squared_errors: Floats
    shrinkage: Floats
    synthetic: Booleans
    coefficients: Floats
    coefficient_covariance: Floats
    between_variance: float
    method: Method
    posterior: Posterior = field(repr=False)
    notes: tuple[str, ...] = field(default=())

    @property
    def standard_errors(self) -> Floats:
        return np.sqrt(self.mean_squared_errors)

    def confidence_intervals(self, level: float = 0.95) -> Intervals:
        """
        Limits that allow for the between variance being estimated.

        The root of the mean squared error is too short where that variance is small: covering .90
        at the boundary, where averaging over its likelihood covers .94 to 1.00 (Morris 1983, JASA
        78; Datta, Rao & Smith 2005, Biometrika 92, for its flat prior).
        """
        share = strictly_between("level", level)
        reach = float(ndtri((1 + share) / 2)) * np.sqrt(self.posterior.variances)
        return Intervals(
            np.minimum(self.posterior.means - reach, self.values),
            np.maximum(self.posterior.means + reach, self.values),
        )

    def benchmark(
        self, weights: ArrayLike, total: float, method: Benchmarking = "difference"
    ) -> "SmallAreas":
        """
        Let the values add up to what is known of all areas together.

        Parameters
        ----------
        weights : shape (area,), shares of the population for a mean, populations for a total
        total : what sum(weights * values) shall be
        method
            "difference" adds the same number to every value; "ratio" multiplies every value by the
            same factor and needs values of one sign

        Notes
        -----
        The square of each value's change is added to its mean squared error: the sample's own
        estimate of what the constraint costs (Pfeffermann 2013, Statistical Science 28, section 6;
        You & Rao 2002, Canadian Journal of Statistics 30, for why to benchmark at all).
        """
        w = not_negative("weights", weights, self.values.size)
        if not w.any():
            raise BadInput("weights must not all be zero")
        change = _change(self.values, w, real_number("total", total), method)
        return replace(
            self,
            values=self.values + change,
            mean_squared_errors=self.mean_squared_errors + change**2,
            posterior=Posterior(
                self.posterior.means + change, self.posterior.variances + change**2
            ),
            notes=(*self.notes, BENCHMARKED),
        )


def fay_herriot(
    estimates: ArrayLike,
    variances: ArrayLike,
    covariates: ArrayLike,
    *,
    method: Method = "REML",
    intercept: bool = True,
) -> SmallAreas:
    """
    Predict the mean of every area from its own estimate and from a regression over areas.

    The model is y = x'b + v + e with V(e) the known sampling variance and V(v) estimated.

    Parameters
    ----------
    estimates : direct estimates, shape (area,); NaN: the area has none and its value is synthetic
    variances : of their sampling error, above zero; smooth them first where samples are small.
        Not read where the estimate is NaN
    covariates : known of every area, shape (area,) or (area, covariate)
    method
        "REML", "ML", or "adjusted": the adjusted maximum likelihood of Li & Lahiri, whose variance
        between areas is never zero, so that no area loses its own estimate altogether
    intercept
        Add a constant, as the first column, unless the covariates can be combined to one (a
        column of ones, an indicator of every kind of area). False: never, and the regression then
        goes through zero where they cannot

    Raises
    ------
    BadInput
        Fewer than 15 areas have an estimate; a variance is not above zero; a covariate is missing
        or follows from the others.

    Notes
    -----
    Mean squared error g1 + g2 + 2 g3, g3 with the asymptotic variance 2 / sum V^-2 (Prasad & Rao
    1990; Datta & Lahiri 2000); under "ML" and "adjusted" corrected by the bias of the estimated
    variance. A between variance of zero makes every value synthetic; that is said in ``notes``,
    and the mean squared errors are then too small: read the intervals, or use "adjusted".

    References
    ----------
    Fay & Herriot (1979), JASA 74, doi:10.1080/01621459.1979.10482505; Rao & Molina (2015), Small
    Area Estimation, chapter 6; Datta & Lahiri (2000), Statistica Sinica 10; Li & Lahiri (2010),
    Journal of Multivariate Analysis 101, doi:10.1016/j.jmva.2009.10.009. R: sae::mseFH.

    Examples
    --------
    Where areas differ as much as the samples err, each counts half:

    >>> import numpy as np
    >>> direct = np.tile([40.0, 60.0], 8)
    >>> areas = fay_herriot(direct, np.full(16, 50.0), np.ones(16), method="ML")
    >>> round(areas.between_variance, 6), areas.values[:2].round(6).tolist()
    (50.0, [45.0, 55.0])
    """
    y = numbers("estimates", estimates)
    x = _design(covariates, y.size, intercept=intercept)
    present: Booleans = ~np.isnan(y)
    _check(y, present, x, method)
    d = _sampling_variances(variances, present)
    model = AreaModel(y[present], d[present], x[present])
    fit = fit_between_variance(model, method)
    regression = x @ fit.coefficients
    shrinkage = np.zeros(y.size)
    shrinkage[present] = fit.between_variance / (fit.between_variance + d[present])
    own = np.where(present, y, 0.0)
    uncertain = np.einsum("ij,jk,ik->i", x, fit.covariance, x)
    errors = fit.between_variance + uncertain
    errors[present] = fit.mean_squared_errors
    synthetic = shrinkage == 0
    return SmallAreas(
        values=np.where(synthetic, regression, shrinkage * own + (1 - shrinkage) * regression),
        mean_squared_errors=errors,
        shrinkage=shrinkage,
        synthetic=synthetic,
        coefficients=fit.coefficients,
        coefficient_covariance=fit.covariance,
        between_variance=fit.between_variance,
        method=method,
        posterior=posterior(model, fit.between_variance, x, present),
        notes=_notes(fit.between_variance, present),
    )


def _notes(between: float, present: Booleans) -> tuple[str, ...]:
    said = {ALL_SYNTHETIC: between == 0, NOT_REPORTED: not present.all()}
    return tuple(note for note, holds in said.items() if holds)


def _design(covariates: ArrayLike, n: int, *, intercept: bool) -> Floats:
    given = floats("covariates", covariates)
    matrix = finite_table("covariates", given[:, None] if given.ndim == 1 else given, n)
    if intercept and not _spans_constant(matrix):
        return np.column_stack([np.ones(n), matrix])
    return matrix


def _spans_constant(matrix: Floats) -> bool:
    """Whether the columns add up to a constant, each with some weight: indicators of kinds do."""
    size = np.abs(matrix).max(axis=0, initial=0.0)
    scaled = matrix / np.where(size > 0, size, 1.0)
    ones = np.ones(matrix.shape[0])
    nearest = scaled @ np.linalg.lstsq(scaled, ones, rcond=None)[0]
    return bool(np.abs(nearest - ones).max(initial=0.0) < LAST_DIGITS)


def _sampling_variances(variances: ArrayLike, present: Booleans) -> NDArray[np.float64]:
    d = numbers("variances", variances, present.size)
    wrong = np.flatnonzero(present & ~((d > 0) & np.isfinite(d)))
    if wrong.size:
        raise BadInput(f"variances must be above zero, got {d[wrong[0]]} in row {wrong[0]}")
    return d


def _check(y: Floats, present: Booleans, x: Floats, method: Method) -> None:
    one_of("method", method, get_args(Method))
    infinite = np.flatnonzero(np.isinf(y))
    if infinite.size:
        at = infinite[0]
        raise BadInput(f"estimates must be finite or NaN, got {y[at]} in row {at}")
    areas = int(present.sum())
    if areas < MINIMUM_AREAS:
        raise BadInput(f"estimates must be of at least {MINIMUM_AREAS} areas, got {areas}")
    columns, rank = x.shape[1], int(np.linalg.matrix_rank(x[present]))
    if rank < columns or areas - columns < LEAST_FREEDOM:
        raise BadInput(
            f"covariates must be independent and fewer than {areas - LEAST_FREEDOM + 1} for {areas}"
            f" areas, got {columns} columns (the constant included) of rank {rank}"
        )


def _change(values: Floats, weights: Floats, total: float, method: Benchmarking) -> Floats:
    one_of("method", method, get_args(Benchmarking))
    current = float(weights @ values)
    if method == "difference":
        return np.full(values.size, (total - current) / weights.sum())
    same_sign = (values >= 0).all() or (values <= 0).all()
    if current == 0 or not same_sign:
        raise BadInput(f"method 'ratio' needs values of one sign, got {values.min()} and above")
    return values * (total / current - 1)
