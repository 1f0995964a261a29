"""The one formula that all estimators share: the covariance of linearised totals."""

from typing import Literal

import numpy as np

from analysis.arrays import Booleans, Floats, sums, tally
from analysis.errors import BadInput
from analysis.stages import Stage

Singleton = Literal["fail", "remove", "adjust", "average", "certainty"]


def covariance_of_totals(
    weighted: Floats, counts: Floats, stages: tuple[Stage, ...], singleton: Singleton
) -> Floats:
    """
    Covariance of the totals of the columns of ``weighted``.

    V = sum_h (1 - f_h) n_h / (n_h - 1) sum_c (z_hc - mean z_h)^2 at the first stage, plus the same
    within the units drawn, times their sampling fraction, at the later ones.

    Parameters
    ----------
    weighted : (rows, columns) weight times linearised value, of one respondent of each row
    counts : respondents of each row

    References
    ----------
    Cochran (1977), Sampling Techniques, sections 5.3 and 11.9; Lumley (2010), Complex Surveys.
    """
    covariance = np.zeros((weighted.shape[1], weighted.shape[1]))
    for stage in stages:
        covariance += _within(weighted, counts, stage, singleton)
    return covariance


def _within(weighted: Floats, counts: Floats, stage: Stage, singleton: Singleton) -> Floats:
    totals, multiplicity = weighted, counts
    if stage.units is not None:
        totals = sums(stage.units, weighted * counts[:, None], stage.strata.size)
        multiplicity = np.ones(stage.strata.size)
    present = tally(stage.strata, multiplicity, stage.sizes.size)
    centres = sums(stage.strata, totals * multiplicity[:, None], stage.sizes.size)
    centres /= np.maximum(stage.sizes, 1)[:, None]
    scale = stage.factors * (1 - stage.fractions) * stage.sizes / np.maximum(stage.sizes - 1, 1)
    lonely = (stage.sizes == 1) & (stage.fractions < 1) & (present > 0)
    if lonely.any():
        if singleton == "fail":
            raise BadInput(
                f"{int(lonely.sum())} strata have only one unit drawn and singleton is 'fail'; "
                "choose 'remove', 'adjust', 'average' or 'certainty', or merge strata"
            )
        if singleton == "adjust":
            # A linearised variable has mean zero over the sample: zero is its grand mean.
            centres[lonely] = 0.0
        if singleton == "average":
            scale = scale * _share_of_lonely(stage, present > 0, lonely)
    deviations = totals - centres[stage.strata]
    of_present = deviations.T @ (deviations * (multiplicity * scale[stage.strata])[:, None])
    # Units drawn but without a row in the domain have total zero, not no total.
    of_absent = centres.T @ (centres * (scale * (stage.sizes - present))[:, None])
    within: Floats = of_present + of_absent
    return within


def _share_of_lonely(stage: Stage, present: Booleans, lonely: Booleans) -> Floats:
    """
    Return, by stratum, the factor by which the others stand in for those with one unit.

    As R within each unit of the stage above. Units that have only such strata are stood in for by
    the other units; where there are none, nothing is estimable.
    """
    n_parents = int(stage.parents.max(initial=-1)) + 1
    strata = tally(stage.parents, present.astype(np.float64), n_parents)
    others = strata - tally(stage.parents, lonely.astype(np.float64), n_parents)
    known = np.count_nonzero(others)
    between = np.count_nonzero(strata) / known if known else np.nan
    within = strata / np.maximum(others, 1)
    return (within * between)[stage.parents]
