"""Perception beside self-scores: per audience and series, over all units at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis import Blend, Gaps, blend, gaps, sensitivity
from survey_app.services.assessing import Score
from survey_app.services.calibrating import Parameters
from survey_app.services.estimating import Estimated, Margins

Matrix = NDArray[np.float64]  # (unit, indicator), NaN is absent

# Components of the blend until enough units exist to estimate them: docs/statistics, "blend".
ASSUMED_COMPONENTS = {"tr": 36.0, "ss": 100.0, "om": 64.0, "ta": 36.0, "tb": 100.0, "th": 64.0}
PERCEPTION_RANGE = (0.2, 0.6)  # the range that is shown while the components are assumed


@dataclass(frozen=True, slots=True)
class SelfScores:
    """What units say of themselves, (unit, indicator): points have low = high = score."""

    score: Matrix
    low: Matrix
    high: Matrix
    colour: NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Panel:
    """One audience and series over all units. `domain`: the row of its estimates, or -1."""

    estimated: Estimated
    series: str
    evidence: str
    domain: NDArray[np.int64]

    def matrix(self, values: Matrix) -> Matrix:
        """Rows of domains become rows of units; units without answers are NaN."""
        return np.where(self.domain[:, None] >= 0, values[self.domain], np.nan)


@dataclass(frozen=True, slots=True)
class Compared:
    """`blend` and the range of plain mixtures are None in an open series."""

    panel: Panel
    self_scores: SelfScores
    gaps: Gaps
    blend: Blend | None
    mixtures: NDArray[np.float64] | None  # (share of perception, unit, indicator)


def panels(estimated: Estimated, units: Sequence[str]) -> list[Panel]:
    """One per series that occurs, best evidence first."""
    place = {(domain.unit, domain.series): row for row, domain in enumerate(estimated.domains)}
    found = {domain.series: domain.evidence for domain in estimated.domains}
    return [
        Panel(
            estimated,
            series,
            evidence,
            np.array([place.get((unit, series), -1) for unit in units], dtype=np.int64),
        )
        for series, evidence in sorted(found.items(), key=lambda each: each[1])
    ]


def self_scores(
    scores: Mapping[tuple[str, str], Score],
    units: Sequence[str],
    indicators: Sequence[str],
    parameters: Parameters,
) -> SelfScores:
    shape = (len(units), len(indicators))
    low, high = np.full(shape, np.nan), np.full(shape, np.nan)
    colour = np.full(shape, None, dtype=object)
    for row, unit in enumerate(units):
        for column, indicator in enumerate(indicators):
            score = scores.get((unit, indicator))
            if score is None:
                continue
            low[row, column], high[row, column] = _interval(score, parameters)
            colour[row, column] = score.colour
    return SelfScores((low + high) / 2, low, high, colour)


def _interval(score: Score, parameters: Parameters) -> tuple[float, float]:
    if score.points is not None:
        return score.points, score.points
    return parameters.colour_interval(score.colour or "")


def people_of(margins: Margins, units: Sequence[str]) -> NDArray[np.float64]:
    """How many people an open link could have reached in each unit; NaN where nobody said."""
    return np.array([sum(margins[unit].values()) if unit in margins else np.nan for unit in units])


def compare(
    panel: Panel, scores: SelfScores, parameters: Parameters, people: NDArray[np.float64]
) -> Compared:
    """Gaps, and where the evidence bears it the blended score. `people`: as of `people_of`."""
    estimates = panel.estimated.estimates
    perceived = panel.matrix(estimates.values)
    found = gaps(
        scores.low,
        scores.high,
        perceived,
        panel.matrix(estimates.mean_squares),
        panel.matrix(estimates.effective_n),
        margin=parameters.margin,
        q=parameters.q,
        minimum_n=parameters.minimum_n,
        evidence=np.full(len(panel.domain), panel.evidence),
        dont_know_share=panel.matrix(estimates.dont_know_share),
        n=panel.matrix(estimates.n.astype(np.float64)),
        population=people,
        family=parameters.family,
        dependence=parameters.dependence,
    )
    if panel.evidence == "C":
        return Compared(panel, scores, found, None, None)
    # A figure of too few answers is shown to nobody, so nothing that is shown may rest on it.
    enough = panel.matrix(estimates.n.astype(np.float64)) >= parameters.minimum_n
    shown = np.where(enough, perceived, np.nan)
    blended = _blend(panel, scores, shown, parameters)
    return Compared(panel, scores, found, blended, _mixtures(scores, shown, blended))


def _mixtures(scores: SelfScores, perceived: Matrix, blended: Blend) -> NDArray[np.float64]:
    """Plain means at both ends of the range, on the level of the blend they stand beside."""
    return np.clip(
        sensitivity(
            scores.score - blended.self_bias,
            perceived - blended.perception_bias,
            PERCEPTION_RANGE,
        ),
        0.0,
        100.0,
    )


def _blend(panel: Panel, scores: SelfScores, perceived: Matrix, parameters: Parameters) -> Blend:
    estimates = panel.estimated.estimates
    n_indicators = len(panel.estimated.indicators)
    nothing = np.full((n_indicators, n_indicators), np.nan)
    return blend(
        scores.score,
        perceived,
        np.stack(
            [estimates.covariance(row) if row >= 0 else nothing for row in panel.domain.tolist()]
        ),
        effective_n=panel.matrix(estimates.effective_n),
        defaults=ASSUMED_COMPONENTS,
        prior_units=parameters.prior_units,
        perception_cap=np.array(
            [parameters.perception_caps.get(code, 1.0) for code in panel.estimated.indicators]
        ),
    )
