"""What the list experiments of a run say: per unit and over all units, each series apart.

The arm lies in the block and the count in its column, so that the frozen dataset alone gives every
figure again. Businesses are not weighted: nobody knows how many there are of each kind in a unit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis import BadInput, ListEstimate, Sample, list_design_effect, list_prevalence
from survey_app.engine import dataset as files
from survey_app.engine.kernel import PEOPLE, Engine
from survey_app.engine.local import LOCAL
from survey_app.engine.source import Source, plain
from survey_app.instrument import blocks
from survey_app.instrument.answers import SPECIAL_CODES
from survey_app.instrument.definition import Questionnaire
from survey_app.models.indirect import EVERYWHERE, IndirectRow
from survey_app.services.estimating import EVIDENCE_OF_SERIES, SERIES_OF_CHANNEL
from survey_app.services.run_inputs import RunInputs

# With fewer collectors their likeness is not known; both lists are in the hands of each of them, so
# that what they all do alike falls out of the difference.
FEWEST_COLLECTORS = 10


@dataclass(frozen=True, slots=True)
class AskedList:
    """A list experiment as its questionnaire asks it."""

    audience: str
    item: str
    indicator: str
    controls: int
    topic_blocks: int  # from that block number on, the list has its sensitive statement

    @property
    def column(self) -> str:
        return files.column_of(self.audience, self.item, is_rating=False)


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    """People who answered alike, in parallel arrays; `count` is negative without one."""

    unit: NDArray[np.str_]
    series: NDArray[np.str_]
    collector: NDArray[np.str_]
    treated: NDArray[np.bool_]
    count: NDArray[np.int64]
    people: NDArray[np.int64]

    def where(self, chosen: NDArray[np.bool_]) -> "_Answers":
        return _Answers(*(getattr(self, name)[chosen] for name in self.__slots__))


def asked_list(questionnaire: Questionnaire) -> AskedList | None:
    item = questionnaire.list_item
    if item is None or item.indicator is None:
        return None
    return AskedList(
        audience=questionnaire.audience,
        item=item.id,
        indicator=item.indicator,
        controls=len(item.statements) - 1,
        topic_blocks=blocks.design_of(questionnaire).count,
    )


def compute(inputs: RunInputs, engine: Engine = LOCAL) -> list[IndirectRow]:
    """All rows of all lists that were asked. Nothing is stored."""
    found = (asked_list(questionnaire) for questionnaire in inputs.lists)
    return [row for asked in found if asked for row in _rows(inputs, asked, engine)]


def _rows(inputs: RunInputs, asked: AskedList, engine: Engine) -> Iterator[IndirectRow]:
    answers = _answers(inputs, asked, engine)
    for series in sorted(set(answers.series.tolist())):
        of_series = answers.where(answers.series == series)
        yield _row(asked, series, EVERYWHERE, of_series)
        for unit in sorted(set(of_series.unit.tolist())):
            yield _row(asked, series, unit, of_series.where(of_series.unit == unit))


def _answers(inputs: RunInputs, asked: AskedList, engine: Engine) -> _Answers:
    source = Source(inputs.dataset, asked.audience, inputs.set_apart)
    keys = ("unit", "channel", "cluster", "block", asked.column)
    source.check(keys, ())
    found = engine.combinations(source, keys)
    unit, channel, cluster, block = (_texts(found, key) for key in keys[:4])
    return _Answers(
        unit=unit,
        series=np.array([SERIES_OF_CHANNEL[each] for each in channel.tolist()], dtype=np.str_),
        collector=np.char.add(np.char.add(unit, "/"), cluster),
        treated=block.astype(np.int64) >= asked.topic_blocks,
        count=_numbers(found, asked.column),
        people=_numbers(found, PEOPLE),
    )


def _texts(table: pa.Table, column: str) -> NDArray[np.str_]:
    return np.array(plain(table.column(column)).to_pylist(), dtype=np.str_)


def _numbers(table: pa.Table, column: str) -> NDArray[np.int64]:
    found: NDArray[np.int64] = table.column(column).to_numpy().astype(np.int64)
    return found


def _row(asked: AskedList, series: str, place: str, answers: _Answers) -> IndirectRow:
    given = answers.where(answers.count >= 0)
    in_arm = [int(given.people[given.treated == arm].sum()) for arm in (False, True)]
    row = IndirectRow(
        audience=asked.audience,
        item=asked.item,
        place=place,
        series=series,
        indicator=asked.indicator,
        evidence=EVIDENCE_OF_SERIES[series],
        n_control=in_arm[0],
        n_treated=in_arm[1],
        n_refused=int(answers.people[answers.count == SPECIAL_CODES["refused"]].sum()),
        collectors=0,
        control=[],
        treated=[],
    )
    return _with_figures(row, asked, given) if min(in_arm) > 1 else row


def _with_figures(row: IndirectRow, asked: AskedList, given: _Answers) -> IndirectRow:
    collectors = len(set(given.collector.tolist())) if row.series != "open" else 0
    row.collectors = collectors if collectors >= FEWEST_COLLECTORS else 0
    sample = _sample(given, by_collector=row.collectors > 0)
    arms = (given.count, given.treated.astype(np.int64))
    try:
        found = list_prevalence(sample, *arms, controls=asked.controls)
        if row.place == EVERYWHERE:
            row.p_design = list_design_effect(sample, *arms, controls=asked.controls).p_value
    except BadInput:  # a count beyond the list of its arm: a file that no form of ours filled
        return row
    return _filled(row, found)


def _sample(given: _Answers, *, by_collector: bool) -> Sample:
    """Collectors are drawn within their unit; without them each list is a sample of its own."""
    return Sample(
        np.ones(len(given.people)),
        strata=given.unit if by_collector else given.treated.astype(np.int64),
        clusters=given.collector if by_collector else None,
        counts=given.people,
        singleton="adjust",
    )


def _filled(row: IndirectRow, found: ListEstimate) -> IndirectRow:
    interval = found.interval()
    figures = {
        "difference": found.difference.value,
        "se": found.difference.standard_error,
        "df": found.difference.degrees_of_freedom,
        "share": found.share,
        "low": interval.low,
        "high": interval.high,
    }
    if all(isfinite(each) for each in figures.values()):
        for name, value in figures.items():
            setattr(row, name, value + 0.0)
        row.control, row.treated = found.control.tolist(), found.treated.tolist()
    return row
