"""The rows of a run: every unit has every indicator, one row of it the headline."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from survey_app.engine.kernel import Engine
from survey_app.engine.local import LOCAL
from survey_app.instrument.definition import Indicator
from survey_app.models.runs import RunRow
from survey_app.services import comparing, estimating
from survey_app.services.comparing import Compared
from survey_app.services.estimating import AUDIENCES, EVIDENCE_OF_SERIES
from survey_app.services.run_inputs import RunInputs

CONCLUSIONS = frozenset({"self_higher", "perception_higher", "aligned", "fits_colour"})


def compute(inputs: RunInputs, engine: Engine = LOCAL) -> list[RunRow]:
    """All rows, in the order of units, indicators, and the headline first. Nothing is stored."""
    units = tuple(inputs.units)
    compared: list[Compared] = []
    for audience in AUDIENCES:
        if audience not in inputs.asked:
            continue
        grouped = estimating.counted(
            inputs.dataset, audience, inputs.asked[audience], engine, inputs.set_apart
        )
        if not grouped.respondents.size:
            continue
        margins = inputs.margins if audience == "residents" else {}
        estimated = estimating.estimate(
            audience,
            grouped,
            margins,
            minimum_n=inputs.parameters.minimum_n,
            engine=engine,
        )
        scores = comparing.self_scores(
            inputs.scores, units, estimated.indicators, inputs.parameters
        )
        compared += [
            comparing.compare(
                panel, scores, inputs.parameters, comparing.people_of(margins, units)
            )
            for panel in comparing.panels(estimated, units)
        ]
    return [
        row
        for place, unit in enumerate(units)
        for indicator in inputs.framework.indicators
        for row in _rows(inputs, compared, indicator, (place, unit))
    ]


def _rows(
    inputs: RunInputs, compared: list[Compared], indicator: Indicator, unit: tuple[int, str]
) -> Iterator[RunRow]:
    place, code = unit
    audiences = [each for each in AUDIENCES if indicator.code in inputs.asked.get(each, ())]
    found = [
        _Cell(each, place, each.panel.estimated.indicators.index(indicator.code))
        for each in compared
        if each.panel.estimated.audience in audiences and each.panel.domain[place] >= 0
    ]
    # Residents where they are asked, else businesses; of these the series of the best evidence.
    found.sort(key=lambda cell: (audiences.index(cell.audience), cell.evidence))
    if not found or found[0].audience != audiences[0]:
        yield _without_answers(inputs, code, indicator.code, audiences)
    for position, cell in enumerate(found):
        leads = position == 0 and cell.audience == audiences[0]
        yield cell.row(inputs, code, indicator.code, headline=leads)


def _without_answers(inputs: RunInputs, unit: str, indicator: str, audiences: list[str]) -> RunRow:
    """Nobody is asked, or nobody in this unit answered: a result too, said plainly."""
    scores = comparing.self_scores(inputs.scores, [unit], [indicator], inputs.parameters)
    return RunRow(
        unit_id=inputs.units[unit],
        indicator=indicator,
        audience=audiences[0] if audiences else AUDIENCES[0],
        series=inputs.best_series,
        evidence=EVIDENCE_OF_SERIES[inputs.best_series],
        headline=True,
        gap_class="no_data" if audiences else "not_asked",
        provisional=False,
        n=0,
        n_asked=0,
        distribution=[],
        self_score=_number(scores.score[0, 0]),
        self_low=_number(scores.low[0, 0]),
        self_high=_number(scores.high[0, 0]),
        self_colour=scores.colour[0, 0],
        blend_assumed=False,
        calibrated=False,
    )


@dataclass(frozen=True, slots=True)
class _Cell:
    """One unit and indicator of a comparison."""

    compared: Compared
    unit: int
    column: int

    @property
    def audience(self) -> str:
        return self.compared.panel.estimated.audience

    @property
    def evidence(self) -> str:
        return self.compared.panel.evidence

    @property
    def _estimate(self) -> dict[str, float | None]:
        """What the answers say; figures of inference are absent in an open series."""
        domain = int(self.compared.panel.domain[self.unit])
        estimates = self.compared.panel.estimated.estimates
        return {
            name: _number(values[domain, self.column])
            for name, values in {
                "dont_know_share": estimates.dont_know_share,
                "refused_share": estimates.refused_share,
                "mean": estimates.values,
                "se": estimates.standard_errors,
                "df": estimates.degrees_of_freedom,
                "low": estimates.low,
                "high": estimates.high,
                "top_two": estimates.top_two,
                "effective_n": estimates.effective_n,
            }.items()
        }

    @property
    def _gap(self) -> dict[str, float | None]:
        found = self.compared.gaps
        return {
            name: _number(values[self.unit, self.column])
            for name, values in {
                "gap": found.gap,
                "gap_se": found.standard_error,
                "p_gap": found.p_gap,
                "p_aligned": found.p_aligned,
                "relative_gap": found.relative_gap,
                "explaining_correlation": found.explaining_correlation,
                "self_score": self.compared.self_scores.score,
                "self_low": self.compared.self_scores.low,
                "self_high": self.compared.self_scores.high,
            }.items()
        }

    @property
    def _blended(self) -> dict[str, object]:
        found, mixtures = self.compared.blend, self.compared.mixtures
        if found is None or mixtures is None:
            return {"blend_assumed": False, "calibrated": False}
        here = (self.unit, self.column)
        mixed = [_number(mixture[here]) for mixture in mixtures]
        variance = _number(found.variances[here])
        return {
            "blended": _number(found.values[here]),
            "blended_se": None if variance is None else variance**0.5,
            "blended_low": min((each for each in mixed if each is not None), default=None),
            "blended_high": max((each for each in mixed if each is not None), default=None),
            "share_self": _number(found.shares.self[here]),
            "share_residents": _number(found.shares.residents[here]),
            "share_reference": _number(found.shares.reference[here]),
            "share_pattern": _number(found.shares.pattern[here]),
            "blend_assumed": found.assumed,
            "calibrated": found.calibrated,
        }

    def row(self, inputs: RunInputs, unit: str, indicator: str, *, headline: bool) -> RunRow:
        panel = self.compared.panel
        estimates = panel.estimated.estimates
        domain = int(panel.domain[self.unit])
        distribution = estimates.distribution[domain, self.column]
        gap_class = str(self.compared.gaps.classes[self.unit, self.column])
        return RunRow(
            unit_id=inputs.units[unit],
            indicator=indicator,
            audience=self.audience,
            series=panel.series,
            evidence=panel.evidence,
            headline=headline,
            gap_class=gap_class,
            provisional=not inputs.parameters.mapping_declared and gap_class in CONCLUSIONS,
            n=int(estimates.n[domain, self.column]),
            n_asked=int(estimates.n_asked[domain, self.column]),
            distribution=[float(share) for share in distribution if not np.isnan(share)],
            self_colour=self.compared.self_scores.colour[self.unit, self.column],
            **self._estimate,
            **self._gap,
            **self._blended,
        )


def _number(value: float) -> float | None:
    """JSON and SQL know no NaN (absent is null), and SQLite no negative zero."""
    return None if np.isnan(value) else float(value) + 0.0
