"""The question as it was put, and how the answers spread, residents beside businesses."""

from collections.abc import Iterator
from dataclasses import dataclass

from survey_app.instrument.definition import Item, Questionnaire
from survey_app.services import definitions
from survey_app.services.disclosure import ReleasedRow
from survey_app.web import words
from survey_app.web.charts.likert import (
    LikertChart,
    LikertGroup,
    LikertWords,
    Together,
    likert,
)
from survey_app.web.current import instance
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language
from survey_app.web.office.gaps import filters
from survey_app.web.office.gaps.filters import Filters
from survey_app.web.office.gaps.pages import View

WIDTHS = (640, 340)


@dataclass(frozen=True, slots=True)
class Asked:
    audience: str
    question: str
    answers: str
    language: str  # of the question


@dataclass(frozen=True, slots=True)
class Figures:
    """What stands behind one audience's answers, in words."""

    audience: str
    interval: str
    resting_on: str
    together: str  # which answers are counted as one, if any


@dataclass(frozen=True, slots=True)
class Spread:
    """Audiences that were given the same answers to choose from, in one chart, if any is shown."""

    charts: tuple[LikertChart, ...]
    figures: tuple[Figures, ...]


def asked(view: View, code: str) -> Iterator[Asked]:
    for audience, questionnaire, item in _ratings(view, code):
        said = definitions.spoken_in(questionnaire, language())
        options = [option.text.in_(said) for option in questionnaire.options_of(item)]
        yield Asked(
            words.audience(audience),
            item.text.filled(said, _values(view, said)),
            " – ".join(options),
            said,
        )


def spreads(view: View, code: str) -> Iterator[Spread]:
    by_answers: dict[tuple[str, ...], list[ReleasedRow]] = {}
    for audience, questionnaire, item in _ratings(view, code):
        row = _row(view, code, audience)
        if row is not None:
            options = questionnaire.options_of(item)
            texts = tuple(
                option.text.languages.get(language(), option.answer) for option in options
            )
            by_answers.setdefault(texts, []).append(row)
    for place, (texts, rows) in enumerate(by_answers.items()):
        widths = WIDTHS if any(row.distribution for row in rows) else ()
        yield Spread(
            charts=tuple(
                _chart(rows, texts, width, f"answers-{place}-{width}") for width in widths
            ),
            figures=tuple(_figures(row, texts) for row in rows),
        )


def _ratings(view: View, code: str) -> Iterator[tuple[str, Questionnaire, Item]]:
    found = definitions.questionnaires_of(instance().library, view.results.wave)
    for audience, questionnaire in found.items():
        topic = questionnaire.topic_by_indicator.get(code)
        if topic is not None:
            yield audience, questionnaire, topic.rating


def _row(view: View, code: str, audience: str) -> ReleasedRow | None:
    asked_for = Filters(audience=audience, series=view.filters.series)
    rows = filters.chosen(view.unit_rows, asked_for, view.framework)
    return next((row for row in rows if row.indicator == code), None)


def _chart(
    rows: list[ReleasedRow], texts: tuple[str, ...], width: int, chart_id: str
) -> LikertChart:
    return likert(
        [_group(row) for row in rows],
        words=LikertWords(
            title=_("How the answers spread"),
            description=_(
                "Bars from the worst answer to the best: the share of those with an opinion."
                " A bracket joins answers that are counted together."
                " Below, apart, the share who do not know, of all who were asked."
            ),
            answers=texts,
            dont_know=_("Do not know"),
        ),
        width=width,
        percent=words.share,
        chart_id=chart_id,
    )


def _group(row: ReleasedRow) -> LikertGroup:
    parts = row.distribution
    return LikertGroup(
        name=words.audience(row.audience),
        note=_note(row),
        shares=[row.share_of(place) for place in range(parts[-1].last + 1)] if parts else None,
        dont_know=row.dont_know_share if parts else None,
        together=[Together(part.first, part.last, part.share) for part in row.joined],
    )


def _note(row: ReleasedRow) -> str:
    if row.n is None:
        return _("under 10 answers: not shown")
    if row.distribution is None:
        return _("not shown: it would tell what single people answered")
    return _("about %(n)s answers", n=words.people(row.n))


def _figures(row: ReleasedRow, texts: tuple[str, ...]) -> Figures:
    return Figures(
        audience=words.audience(row.audience),
        interval=_interval(row),
        resting_on=_(
            "Answers with an opinion: %(n)s. Do not know: %(share)s of those asked.",
            n=words.people(row.n),
            share=words.share(row.dont_know_share or 0.0),
        )
        if row.n is not None
        else "",
        together=_together(row, texts),
    )


def _together(row: ReleasedRow, texts: tuple[str, ...]) -> str:
    joined = [" + ".join(texts[part.first : part.last + 1]) for part in row.joined]
    if not joined:
        return ""
    return _(
        "Counted together, so that no single answer shows: %(answers)s.",
        answers=words.listed(joined),
    )


def _interval(row: ReleasedRow) -> str:
    if row.mean is None:
        if row.n is None:
            return _("Too few answers to show an average.")
        return _("No average is shown: it would tell what single people answered.")
    mean = words.whole(row.mean)
    if row.low is None or row.high is None:
        return _(
            "On average %(mean)s of 100 points among those who chose to answer. Nothing follows"
            " for the others, so there is no interval.",
            mean=mean,
        )
    return _(
        "On average %(mean)s of 100 points. Had everybody been asked, the average would probably"
        " lie between %(low)s and %(high)s (95%% interval).",
        mean=mean,
        low=words.whole(row.low),
        high=words.whole(row.high),
    )


def _values(view: View, said: str) -> dict[str, str]:
    return definitions.values_of(view.place.unit, view.results.wave.campaign, said)
