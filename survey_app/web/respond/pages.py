"""What the pages of an answer form show: plain values in the person's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from survey_app.instrument.answers import AnswerFault
from survey_app.instrument.definition import Count, Item, Option, Questionnaire, Special, Text
from survey_app.instrument.routing import conditions_json, path
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language, ngettext
from survey_app.web.respond import recordings
from survey_app.web.respond.desk import Asked
from survey_app.web.respond.posted import Filled, understood
from survey_app.web.respond.words import fault_sentence, fault_summary

FAULTS_SHOWN = 10
Kind = Literal["topic", "closing"]


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    value: str
    words: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Question:
    id: str  # of the element
    name: str
    kind: str
    words: str
    hint: str
    note: str
    statements: Sequence[str]  # of which only the number of true ones is asked
    options: Sequence[Choice]
    specials: Sequence[Choice]  # set apart from the scale
    text: str
    max_length: int | None
    is_conditional: bool
    recording: str  # its address, or nothing
    fault: str


@dataclass(frozen=True, slots=True)
class Screen:
    """What stands together: a topic, or a part of what closes the form."""

    kind: Kind
    title: str
    number: int
    questions: Sequence[Question]


@dataclass(frozen=True, slots=True)
class Given:
    """A question and its answer, for reading again before it is sent."""

    words: str
    answer: str
    place: str  # the id of its element in the form


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    unit: str
    intro: Sequence[str]
    screens: Sequence[Screen]
    topics: int
    minutes_left: Sequence[str]
    conditions: str
    faults: Sequence[tuple[str, str]]


def sheet(asked: Asked, filled: Filled, *, faults: Iterable[AnswerFault] = ()) -> Sheet:
    questionnaire = asked.questionnaire
    writer = _Writer(asked, filled, {fault.item_id: fault for fault in faults})
    minutes = range(1, questionnaire.minutes + 1)
    return Sheet(
        title=questionnaire.title.in_(language()),
        unit=asked.names[language()]["unit"],
        intro=[writer.say(line.text) for line in questionnaire.intro],
        screens=[*writer.topics(), *writer.closing()],
        topics=len(filled.indicators) + bool(questionnaire.opening),
        minutes_left=[
            ngettext("About %(num)s minute left", "About %(num)s minutes left", each)
            for each in minutes
        ],
        conditions=conditions_json(questionnaire.items_of(filled.indicators)),
        faults=writer.summary(),
    )


def given(asked: Asked, filled: Filled) -> list[Given]:
    """Every question on the person's path with its answer in words, blank where there is none."""
    questionnaire, writer = asked.questionnaire, _Writer(asked, filled, {})
    items = questionnaire.items_of(filled.indicators)
    met = set(path(items, filled.given))
    return [
        Given(
            writer.say(item.text),
            _answer_words(questionnaire, item, filled.given.get(item.id)),
            f"q{item.id}",
        )
        for item in items
        if item.id in met
    ]


def unplaced(asked: Asked, raw: dict[str, list[str]]) -> list[Given]:
    """What was answered in a form that nobody can place: for reading again, and no more."""
    questionnaire, names = asked.questionnaire, asked.names[language()]
    items = questionnaire.all_items
    said = understood(questionnaire, items, raw)
    return [
        Given(
            item.text.filled(language(), names),
            _answer_words(questionnaire, item, said[item.id]),
            f"q{item.id}",
        )
        for item in items
        if item.id in said
    ]


def _answer_words(questionnaire: Questionnaire, item: Item, value: str | None) -> str:
    if value is None or item.kind == "text":
        return value or ""
    known: list[Option | Count | Special] = [*questionnaire.options_of(item)]
    known += questionnaire.specials_of(item)
    return next(each.text.in_(language()) for each in known if each.answer == value)


@dataclass(frozen=True, slots=True)
class _Writer:
    asked: Asked
    filled: Filled
    faults: Mapping[str, AnswerFault]

    def say(self, text: Text | None) -> str:
        return "" if text is None else text.filled(language(), self.asked.names[language()])

    def topics(self) -> list[Screen]:
        """What opens the form counts as the first topic."""
        questionnaire = self.asked.questionnaire
        topics = [questionnaire.topic_by_indicator[code] for code in self.filled.indicators]
        parts = [(self.say(topic.title), topic.items) for topic in topics]
        if questionnaire.opening:
            parts.insert(0, (self._about_them(), questionnaire.opening))
        return [
            Screen("topic", title, number, self._questions(items))
            for number, (title, items) in enumerate(parts, start=1)
        ]

    def closing(self) -> list[Screen]:
        """The overall rating, then the facts about the person, then their own words."""
        parts = {
            "rating": _("All in all"),
            "list_count": _("How many, not which"),
            "choice": self._about_them(),
            "text": _("In your own words"),
        }
        screens = []
        for kind, title in parts.items():
            items = [item for item in self.asked.questionnaire.closing if item.kind == kind]
            if items:
                screens.append(Screen("closing", title, 0, self._questions(items)))
        return screens

    def _about_them(self) -> str:
        titles = {"residents": _("About you"), "businesses": _("About your business")}
        return titles[self.asked.place.audience]

    def summary(self) -> list[tuple[str, str]]:
        """(where, what) of each fault; a form of a thousand wrong fields is not a page of faults."""
        lines: dict[tuple[str, str], None] = {}  # what is no question of ours is said once
        for fault in self.faults.values():
            item = self.asked.questionnaire.items.get(fault.item_id)
            on_page = item is not None and fault.code != "not_in_block"
            words = self.say(item.text) if item is not None else ""
            anchor = f"q{fault.item_id}" if on_page else ""
            lines[anchor, fault_summary(fault, words)] = None
        return list(lines)[:FAULTS_SHOWN]

    def _questions(self, items: Iterable[Item]) -> list[Question]:
        return [self._question(item) for item in items]

    def _question(self, item: Item) -> Question:
        questionnaire = self.asked.questionnaire
        fault = self.faults.get(item.id)
        value = self.filled.given.get(item.id, "")

        def choices(known: Iterable[Option | Count | Special]) -> list[Choice]:
            return [
                Choice(
                    id=f"q{item.id}-{each.answer}",
                    value=each.answer,
                    words=self.say(each.text),
                    checked=each.answer == value,
                )
                for each in known
            ]

        return Question(
            id=f"q{item.id}",
            name=item.id,
            kind=item.kind,
            words=self.say(item.text),
            hint=self.say(item.hint),
            note=self.say(item.note),
            statements=[self.say(each.text) for each in item.statements],
            options=choices(questionnaire.options_of(item)),
            specials=choices(questionnaire.specials_of(item)),
            text=value if item.kind == "text" else "",
            max_length=item.max_length,
            is_conditional=item.show_if is not None,
            recording=recordings.address(questionnaire, item.id),
            fault=fault_sentence(fault) if fault else "",
        )
