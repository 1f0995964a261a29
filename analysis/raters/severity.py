"""Raters who are not alike: how severe each one is, how sure, and what is true of the rated."""

from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from analysis.arrays import Floats, Integers, coded, finite
from analysis.errors import BadInput
from analysis.estimate import t_quantile
from analysis.intervals import Intervals
from analysis.raters.crossed_model import (
    SMALLEST,
    Method,
    Ratings,
    fit_components,
    predict,
)
from analysis.scalars import one_of, real_number


@dataclass(frozen=True, slots=True, eq=False)
class RaterModel:
    """
    What rated things and raters are like, in the units of the ratings.

    Attributes
    ----------
    items, truths, truth_standard_errors : (n,) what is rated; the mean plus its own part
    raters, severities, severity_standard_errors
        (r,) how far above the others a rater rates, shrunk towards 0; positive is lenient
    error_sds : (r,) standard deviation of a rater's errors: small where the rater is sure
    ratings_per_rater : (r,)
    group_of_rater
        (r,) raters with the same number are tied by things they share, directly or through others;
        severities of different groups compare only if each group's things are a random part of all
    mean, truth_sd, severity_sd : of the model; a standard deviation of 0 is at the boundary
    degrees_of_freedom
        Ratings minus things, raters and, unless confidence is equal, raters once more; 1 at least
    log_likelihood : restricted under "REML"; without the prior on the error variances
    notes
        "not_converged", "several_groups"; at the boundary "truths_do_not_differ",
        "severities_do_not_differ", "no_errors" (of one rater or more): few ratings, or copies
    """

    items: NDArray[Any]
    truths: Floats
    truth_standard_errors: Floats
    raters: NDArray[Any]
    severities: Floats
    severity_standard_errors: Floats
    error_sds: Floats
    ratings_per_rater: Integers
    group_of_rater: Integers
    mean: float
    truth_sd: float
    severity_sd: float
    degrees_of_freedom: int
    log_likelihood: float
    notes: tuple[str, ...]

    def truth_intervals(self, level: float = 0.95) -> Intervals:
        """Intervals of Student's t around the truths: the errors' variances are estimates too."""
        reach = t_quantile(level, self.degrees_of_freedom) * self.truth_standard_errors
        return Intervals(self.truths - reach, self.truths + reach)


def rater_model(
    ratings: ArrayLike,
    items: ArrayLike,
    raters: ArrayLike,
    *,
    method: Method = "REML",
    equal_confidence: bool = False,
    prior_ratings: float = 4.0,
) -> RaterModel:
    """
    Tell the truth of things from ratings by raters of unlike severity and confidence.

    rating = mean + truth of the thing + severity of the rater + error, all normal; the error's
    standard deviation is the rater's own. Who rates what may be sparse, as long as things are
    shared. Both truths and severities are predictions, shrunk the more the fewer ratings speak.

    Parameters
    ----------
    ratings, items, raters : (m,) one row per rating; labels may be numbers or text
    method : "REML", or "ML", whose standard deviations are a little too small
    equal_confidence : one standard deviation of errors for all raters, as R's ``lmer`` has it
    prior_ratings
        Each rater's error variance is held to the raters' common one as if that many more ratings
        had shown it. 0 trusts the ratings alone: a rater with few can then seem to make no errors.

    Raises
    ------
    BadInput
        Lengths; a rating that is not finite; fewer than two things or raters; nothing rated twice
        (truth and error cannot be told apart); ratings that are all the same.

    References
    ----------
    Henderson (1975), Biometrics 31; Patterson & Thompson (1971), Biometrika 58. With
    ``equal_confidence`` R: ``lme4::lmer(rating ~ 1 + (1 | item) + (1 | rater))``. Shrunken error
    variances: Smyth (2004), Stat. Appl. Genet. Mol. Biol. 3.

    Notes
    -----
    Standard errors take the variances as known; with few ratings they are a little short, which
    the intervals of ``truth_intervals`` mostly make up for.

    Examples
    --------
    Beta rates ten points above Alpha on the things they share:

    >>> model = rater_model(
    ...     [50, 60, 30, 41, 70, 79, 90, 20], list("aabbccde"), ["A", "B"] * 3 + ["A", "B"]
    ... )
    >>> bool(model.severities[1] > model.severities[0]), model.notes
    (True, ())
    """
    one_of("method", method, get_args(Method))
    held = real_number("prior_ratings", prior_ratings, 0)
    rows, item_labels, rater_labels = _rated(ratings, items, raters)
    components, at_rest = fit_components(rows, method, equal=equal_confidence, prior_ratings=held)
    found = predict(rows, components, method)
    group_of_rater = _groups(rows)
    nothing = 2 * SMALLEST * float(rows.values.var())
    facts = {
        "not_converged": not at_rest,
        "several_groups": bool(group_of_rater.max() > 0),
        "truths_do_not_differ": components.truth <= nothing,
        "severities_do_not_differ": components.severity <= nothing,
        "no_errors": bool((components.errors <= nothing).any()),
    }
    return RaterModel(
        items=item_labels,
        truths=found.truths,
        truth_standard_errors=np.sqrt(found.truth_variances),
        raters=rater_labels,
        severities=found.severities,
        severity_standard_errors=np.sqrt(found.severity_variances),
        error_sds=np.where(components.errors > nothing, np.sqrt(components.errors), 0.0),
        ratings_per_rater=rows.per_rater.astype(np.int64),
        group_of_rater=group_of_rater,
        mean=found.mean,
        truth_sd=_deviation(components.truth, nothing),
        severity_sd=_deviation(components.severity, nothing),
        degrees_of_freedom=_degrees_of_freedom(rows, equal_confidence),
        log_likelihood=found.log_likelihood,
        notes=tuple(name for name, holds in facts.items() if holds),
    )


def _rated(
    ratings: ArrayLike, items: ArrayLike, raters: ArrayLike
) -> tuple[Ratings, NDArray[Any], NDArray[Any]]:
    values = finite("ratings", ratings)
    item_labels, item_codes = coded("items", items, values.size)
    rater_labels, rater_codes = coded("raters", raters, values.size)
    for name, labels in (("items", item_labels), ("raters", rater_labels)):
        if labels.size <= 1:
            raise BadInput(f"{name} must be two or more, got {labels.tolist()}")
    if np.ptp(values) == 0:
        raise BadInput(f"ratings must differ, all are {values[0]}")
    pairs = np.unique(item_codes * rater_labels.size + rater_codes)
    if np.bincount(pairs // rater_labels.size).max() == 1:
        raise BadInput("items must hold one that two raters rated, got none")
    rows = Ratings(values, item_codes, rater_codes, item_labels.size, rater_labels.size)
    return rows, item_labels, rater_labels


def _groups(rows: Ratings) -> Integers:
    """Number the sets of raters that shared things tie together."""
    size = rows.n_items + rows.n_raters
    ties = coo_array(
        (np.ones(rows.values.size), (rows.items, rows.n_items + rows.raters)), shape=(size, size)
    )
    _, labels = connected_components(ties, directed=False)
    _, groups = np.unique(labels[rows.n_items :], return_inverse=True)
    return groups.astype(np.int64)


def _degrees_of_freedom(rows: Ratings, equal_confidence: bool) -> int:
    left = rows.values.size - rows.n_items - (rows.n_raters - 1)
    return max(1, left if equal_confidence else left - (rows.n_raters - 1))


def _deviation(variance: float, nothing: float) -> float:
    return float(np.sqrt(variance)) if variance > nothing else 0.0
