"""What was published last time about one's own topics: for who has just answered them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import url_for

from survey_app.db import reading
from survey_app.instrument.definition import Questionnaire
from survey_app.services.disclosure import ReleasedRow
from survey_app.services.last_results import LastResults, last_results
from survey_app.web import words
from survey_app.web.current import instance
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language
from survey_app.web.respond.desk import Asked


@dataclass(frozen=True, slots=True)
class Bar:
    """A score in words and, where it is a figure, as a length from 0 to 100."""

    css: str
    label: str
    words: str
    length: float | None


@dataclass(frozen=True, slots=True)
class Topic:
    title: str
    bars: Sequence[Bar]
    finding: str


@dataclass(frozen=True, slots=True)
class LastTime:
    wave: str
    notes: Sequence[str]
    topics: Sequence[Topic]
    address: str


def shown(asked: Asked, indicators: Sequence[str]) -> LastTime | None:
    """None where nothing has been published about this place yet."""
    with reading(instance().engine) as session:
        found = last_results(
            session,
            asked.unit_id,
            indicators,
            audience=asked.place.audience,
            is_demonstration=asked.is_demonstration,
        )
        return None if found is None else _last_time(found, asked)


def _last_time(found: LastResults, asked: Asked) -> LastTime:
    return LastTime(
        wave=found.wave.title(language()),
        notes=list(_notes(found.rows, asked.place.audience)),
        topics=[_topic(row, asked.questionnaire) for row in found.rows],
        address=url_for("results.unit", wave=found.wave.key, unit=found.official_code),
    )


def _notes(rows: Sequence[ReleasedRow], audience: str) -> Iterator[str]:
    """What somebody who has just answered needs in order to read the figures, and no more."""
    figures = [row for row in rows if row.mean is not None]
    if figures:
        yield _(
            "Not everybody was asked, so the true figures can be higher or lower. The page of"
            " results says how the answers were collected."
        )
    if any(row.audience != audience for row in figures):
        others = {
            "residents": _("On topics without results from residents, businesses' are shown."),
            "businesses": _("On topics without results from businesses, residents' are shown."),
        }
        yield others[audience]


def _topic(row: ReleasedRow, questionnaire: Questionnaire) -> Topic:
    title = questionnaire.topic_by_indicator[row.indicator].title
    return Topic(
        title=title.in_(language()),
        bars=[
            _bar("people", words.audience(row.audience), row.mean, _("not shown")),
            _bar("self", _("Self-score"), _own(row), words.short_colour(row.self_colour) or "–"),
        ],
        finding=words.class_name(row.gap_class),
    )


def _own(row: ReleasedRow) -> float | None:
    """A colour stands for a range: it has a word and no length."""
    return None if row.is_colour else row.self_score


def _bar(css: str, label: str, score: float | None, otherwise: str) -> Bar:
    return Bar(css, label, otherwise if score is None else words.whole(score), score)
