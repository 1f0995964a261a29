"""List experiments: how many hold a sensitive statement true, from counts of two lists."""

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Booleans, Floats, finite_or_none, numbers
from analysis.errors import BadInput
from analysis.estimate import Estimate, Interval, standard_error_of
from analysis.sample import Sample, checked_sample
from analysis.scalars import real_number

FEWEST_CONTROLS = 2


@dataclass(frozen=True, slots=True, eq=False)
class ListEstimate:
    """
    What a list experiment says.

    Attributes
    ----------
    difference : average count of the treated minus that of the controls, unbounded
    n_control, n_treated : respondents who gave a count
    control, treated : weighted share of each count, 0 to J and 0 to J + 1
    """

    difference: Estimate
    n_control: int
    n_treated: int
    control: Floats
    treated: Floats

    @property
    def share(self) -> float:
        """The difference, moved to the nearer end where it is no share."""
        return min(max(self.difference.value, 0.0), 1.0)

    def interval(self, level: float = 0.95) -> Interval:
        """
        Student's interval around the share, cut at 0 and 1; never empty.

        Moving the estimate to the nearer end brings it nearer to every possible truth, so that it
        holds the truth at least as often as the interval of the difference.
        """
        found = self.difference.confidence_interval(level)
        half = (found.high - found.low) / 2
        return Interval(max(self.share - half, 0.0), min(self.share + half, 1.0))

    @property
    def floor(self) -> tuple[float, float]:
        """Share that counted nothing, of the controls and of the treated (who so deny it)."""
        return float(self.control[0]), float(self.treated[0])

    @property
    def ceiling(self) -> tuple[float, float]:
        """Share that counted everything, of the controls and of the treated (who so admit it)."""
        return float(self.control[-1]), float(self.treated[-1])


@dataclass(frozen=True, slots=True, eq=False)
class Arms:
    """The answers of both lists, checked: rows with a count, whose arm is known."""

    sample: Sample
    counts: Floats
    treated: Booleans
    controls: int

    def deviations(self, columns: Floats, *, treated: bool) -> tuple[Floats, Floats]:
        """Means of columns (rows, columns) in one arm, and their linearised values in all rows."""
        here = self.treated if treated else ~self.treated
        mass = np.where(here, self.sample.mass, 0.0)
        means = mass @ columns / mass.sum()
        return means, np.where(here[:, None], (columns - means) / mass.sum(), 0.0)

    def at_most(self, counts: ArrayLike) -> Floats:
        """Per row and number: whether at most so many were counted."""
        return (self.counts[:, None] <= np.asarray(counts)).astype(np.float64)


def list_prevalence(
    sample: Sample, counts: ArrayLike, treated: ArrayLike, *, controls: int
) -> ListEstimate:
    """
    Share for whom the sensitive statement of a list experiment is true.

    Parameters
    ----------
    sample : with the arm as (part of the) stratum where respondents answered on their own; with
        clusters where collectors brought answers of both arms
    counts : (n,) statements counted, 0 to ``controls`` (of the treated: + 1); NaN: no answer
    treated : (n,) 1 where the list has the sensitive statement, else 0
    controls : statements without the sensitive one (J)

    Notes
    -----
    Difference of weighted means; R: ``svycontrast(svyby(~count, ~treated, design, svymean,
    covmat=TRUE), c(-1, 1))``, or the slope of ``svyglm(count ~ treated)``.

    References
    ----------
    Miller (1984), A new survey technique for studying deviant behavior; Blair & Imai (2012),
    Political Analysis 20, doi:10.1093/pan/mpr048.

    Examples
    --------
    The National Race and Politics Survey of 1991 (Blair & Imai 2012): being angry about a
    black family next door, 6.8 %.

    >>> counts = [0, 1, 2, 3, 0, 1, 2, 3, 4]
    >>> people = [8, 132, 222, 227, 19, 123, 229, 219, 34]
    >>> arm = [0] * 4 + [1] * 5
    >>> sample = Sample([1] * 9, strata=arm, counts=people)
    >>> found = list_prevalence(sample, counts, arm, controls=3)
    >>> round(found.share, 3), round(found.difference.standard_error, 3)
    (0.068, 0.05)
    """
    arms = arms_of(sample, counts, treated, controls)
    column = arms.counts[:, None]
    low, of_controls = arms.deviations(column, treated=False)
    high, of_treated = arms.deviations(column, treated=True)
    people = [round(float(arms.sample.counts[arms.treated == arm].sum())) for arm in (0, 1)]
    variance = float(arms.sample.covariance(of_treated - of_controls)[0, 0])
    degrees = arms.sample.degrees_of_freedom
    return ListEstimate(
        difference=Estimate(
            value=float(high[0] - low[0]),
            standard_error=standard_error_of(variance) if degrees > 0 else nan,
            degrees_of_freedom=degrees,
            n=sum(people),
        ),
        n_control=people[0],
        n_treated=people[1],
        control=_shares(arms, treated=False),
        treated=_shares(arms, treated=True),
    )


def arms_of(sample: Sample, counts: ArrayLike, treated: ArrayLike, controls: int) -> Arms:
    """Check both lists and keep the rows with a count.

    Raises
    ------
    BadInput
        A count that its list does not have, an arm other than 0 and 1, an arm without answers.
    """
    n = checked_sample(sample).mass.size
    most = real_number("controls", controls, FEWEST_CONTROLS)
    if most != int(most):
        raise BadInput(f"controls must be a whole number, got {controls}")
    given = finite_or_none("counts", counts, n)
    arm = numbers("treated", treated, n)
    wrong = np.flatnonzero(~np.isin(arm, (0, 1)))
    if wrong.size:
        raise BadInput(f"treated must be 0 or 1, got {arm[wrong[0]]} in row {wrong[0]}")
    top = most + arm
    wrong = np.flatnonzero(~np.isnan(given) & ~((given >= 0) & (given <= top) & (given % 1 == 0)))
    if wrong.size:
        row = wrong[0]
        raise BadInput(f"counts must be 0 to {top[row]:g}, got {given[row]} in row {row}")
    kept = np.flatnonzero(~np.isnan(given) & (sample.mass > 0)).astype(np.int64)
    for each in (0, 1):
        if not (arm[kept] == each).any():
            raise BadInput(f"treated must be {each} in some row that has a count")
    return Arms(sample.domain(kept), given[kept], arm[kept] == 1, int(most))


def _shares(arms: Arms, *, treated: bool) -> Floats:
    most = arms.controls + treated
    reached = arms.deviations(arms.at_most(np.arange(most + 1)), treated=treated)[0]
    return np.diff(reached, prepend=0.0)
