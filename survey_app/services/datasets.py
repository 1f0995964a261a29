"""Freezing a closed wave: its answers become a file that is known by its hash."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from survey_app.engine import dataset as files
from survey_app.engine.dataset import DatasetLayout, DatasetRow
from survey_app.errors import Refusal
from survey_app.instrument import answers, blocks
from survey_app.instrument.definition import Questionnaire
from survey_app.instrument.loading import Library
from survey_app.models.campaigns import Wave
from survey_app.models.runs import Dataset
from survey_app.queries import responses, runs
from survey_app.services import definitions


@dataclass(frozen=True, slots=True)
class Coding:
    """How the items of one questionnaire become columns."""

    questionnaire: Questionnaire
    columns: dict[str, str]  # item id -> column
    blocks: tuple[tuple[str, ...], ...]  # block number -> its indicators; tells a list's arm, too
    codes: tuple[answers.Codes, ...]  # block number -> the codes of its answers


def freeze(session: Session, wave: Wave, library: Library, folder: Path, at: datetime) -> Dataset:
    """The wave's dataset: written now, or the one that was frozen before.

    Raises
    ------
    Refusal
        `wave_still_open`; `inbox_not_empty` when answers wait that a close would have flushed;
        `questionnaire_changed` when a file is not the one whose questions were answered.
    """
    if wave.state not in ("closed", "published"):
        raise Refusal("wave_still_open", wave=wave.key)
    if responses.inbox_of_wave(session, wave.id):
        raise Refusal("inbox_not_empty", wave=wave.key)
    frozen = runs.dataset_of_wave(session, wave.id)
    if frozen is not None:
        files.checked_path(folder, frozen.sha256)
        return frozen
    _demand_registered(library, wave)
    codings = codings_of(library, wave)
    layout = DatasetLayout(
        items=columns_of(codings),
        about={
            "wave": wave.key,
            "questionnaires": " ".join(
                sorted(each.questionnaire.sha256 for each in codings.values())
            ),
        },
    )
    codes = {place.unit_id: place.official_code for place in wave.units}
    rows = _rows(responses.responses_of_wave(session, wave.id), codings, codes)
    sha256, written = files.write(folder, layout, rows, answers.NOT_ASKED)
    dataset = Dataset(
        sha256=sha256, wave_id=wave.id, source="wave", responses=written, created_at=at
    )
    session.add(dataset)
    session.flush()
    return dataset


def _demand_registered(library: Library, wave: Wave) -> None:
    registered = {asked.audience: asked.sha256 for asked in wave.questionnaires}
    for audience, found in definitions.questionnaires_of(library, wave).items():
        if registered[audience] not in (None, found.sha256):
            raise Refusal("questionnaire_changed", questionnaire=f"{found.id}/{found.version}")


def codings_of(library: Library, wave: Wave) -> dict[str, Coding]:
    """Audience -> coding."""
    return {
        audience: coding_of(questionnaire)
        for audience, questionnaire in definitions.questionnaires_of(library, wave).items()
    }


def coding_of(questionnaire: Questionnaire) -> Coding:
    asked = tuple(
        blocks.indicators_of(questionnaire, number)
        for number in range(blocks.count_of(questionnaire))
    )
    return Coding(
        questionnaire=questionnaire,
        columns={
            item.id: files.column_of(
                questionnaire.audience, item.id, is_rating=item.kind == "rating"
            )
            for item in questionnaire.all_items
            if item.kind != "text"
        },
        blocks=asked,
        codes=tuple(answers.Codes(questionnaire, each) for each in asked),
    )


def columns_of(codings: dict[str, Coding]) -> tuple[str, ...]:
    """All columns, each once, in the order of the questionnaires."""
    return tuple(
        dict.fromkeys(column for each in codings.values() for column in each.columns.values())
    )


def _rows(
    stored: Iterable[Row[Any]], codings: dict[str, Coding], units: dict[int, str]
) -> Iterator[DatasetRow]:
    for response in stored:
        coding = codings[response.audience]
        coded = coding.codes[response.block].of(response.answers)
        yield DatasetRow(
            groups=(
                units[response.unit_id],
                response.audience,
                response.channel,
                response.language,
                str(response.block),
                response.stratum,
                response.cluster,
                response.weighting_class,
                response.duration_class,
                "1" if response.helped else "0",
                response.flags,
            ),
            codes={coding.columns[item]: code for item, code in coded.items()},
        )
