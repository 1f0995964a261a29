"""What the list of questionnaires and the preview of one show."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from survey_app.instrument.definition import Count, Item, Option, Questionnaire, Special, Text
from survey_app.instrument.wording_checks import Finding, findings
from survey_app.languages import declared
from survey_app.models.campaigns import Wave
from survey_app.web.current import instance
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language, speaking
from survey_app.web.office.questionnaires.words import STATES, rule
from survey_app.web.office.waves.words import AUDIENCES

Values = Mapping[str, Mapping[str, str]]  # by language: what stands for the placeholders


@dataclass(frozen=True, slots=True)
class Fielding:
    title: str
    address: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A version as the list shows it."""

    id: str
    version: str
    title: str
    audience: str
    languages: Sequence[tuple[str, str]]
    topics: int
    items: int
    state: str
    state_name: str
    sha256: str
    waves: Sequence[Fielding]
    findings: int


@dataclass(frozen=True, slots=True)
class Cell:
    """An item, or a line above one, in one language."""

    language: str
    direction: str
    words: str
    hint: str = ""
    note: str = ""
    only_if: str = ""
    statements: Sequence[str] = ()
    options: Sequence[str] = ()
    specials: Sequence[str] = ()
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """The same in every language, side by side. `about`: what a first reader would ask about."""

    id: str
    cells: Sequence[Cell]
    about: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Part:
    id: str
    heading: Sequence[Cell]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Preview:
    line: Line
    title: Sequence[Cell]
    parts: Sequence[Part]
    languages: Sequence[tuple[str, str]]
    only: str
    missing: Sequence[tuple[str, str]]  # languages of the pages that it does not have
    places: str


def line(questionnaire: Questionnaire, waves: Iterable[Wave]) -> Line:
    used = [
        (wave, each)
        for wave in waves
        for each in wave.questionnaires
        if (each.questionnaire, each.version) == (questionnaire.id, questionnaire.version)
    ]
    hashes = {each.sha256 for _wave, each in used}
    return Line(
        id=questionnaire.id,
        version=questionnaire.version,
        title=questionnaire.title.languages.get(language(), questionnaire.id),
        audience=AUDIENCES[questionnaire.audience](),
        languages=_spoken(questionnaire),
        topics=len(questionnaire.topics),
        items=len(questionnaire.all_items),
        state=(state := _state(hashes, questionnaire.sha256)),
        state_name=STATES[state](),
        sha256=questionnaire.sha256,
        waves=[
            Fielding(wave.title(language()), url_for("office.wave", wave=wave.key), each.sha256)
            for wave, each in used
        ],
        findings=len(findings(questionnaire)),
    )


def preview(
    questionnaire: Questionnaire, about: Line, values: Values, *, only: str, places: str
) -> Preview:
    shown = [each for each in about.languages if only in {"", each[0]}]
    writer = _Writer(questionnaire, [code for code, _name in shown], values)
    return Preview(
        line=about,
        title=writer.cells(questionnaire.title),
        parts=list(writer.parts()),
        languages=about.languages,
        only=only,
        missing=[
            (code, declared()[code].name)
            for code in instance().languages
            if code not in dict(about.languages)
        ],
        places=places,
    )


def _spoken(questionnaire: Questionnaire) -> list[tuple[str, str]]:
    return [
        (code, declared()[code].name)
        for code in instance().languages
        if code in questionnaire.title.languages
    ]


def _state(hashes: set[str | None], now: str) -> str:
    """A draft has no hash yet; a registered wave has that of the file as it was then."""
    if not hashes:
        return "unused"
    if hashes == {None}:
        return "draft"
    return "fielded" if hashes <= {None, now} else "changed"


@dataclass(frozen=True, slots=True)
class _Writer:
    questionnaire: Questionnaire
    languages: Sequence[str]
    values: Values

    def parts(self) -> Iterator[Part]:
        asked, found = self.questionnaire, self._findings()
        yield Part(
            "intro", self._named("intro"), [Row("", self.cells(each.text)) for each in asked.intro]
        )
        if asked.opening:
            yield Part("opening", self._named("opening"), self._rows(asked.opening, found))
        for topic in asked.topics:
            heading = self.cells(topic.title)
            yield Part(topic.indicator, heading, self._rows(topic.items, found))
        yield Part("closing", self._named("closing"), self._rows(asked.closing, found))

    def cells(self, text: Text) -> list[Cell]:
        return [self._cell(code, text) for code in self.languages]

    def _named(self, part: str) -> list[Cell]:
        """A heading of ours, in the language of each column."""
        names = {
            "intro": lambda: _("Before you begin"),
            "opening": lambda: _("First of all"),
            "closing": lambda: _("All in all"),
        }
        cells = []
        for code in self.languages:
            with speaking(code):
                cells.append(Cell(code, declared()[code].direction, names[part]()))
        return cells

    def _rows(self, items: Sequence[Item], found: Mapping[str, list[str]]) -> list[Row]:
        return [
            Row(
                item.id,
                [self._asked(code, item) for code in self.languages],
                found.get(item.id, ()),
            )
            for item in items
        ]

    def _asked(self, code: str, item: Item) -> Cell:
        def say(text: Text | None) -> str:
            return text.filled(code, self.values[code]) if text else ""

        with speaking(code):
            return Cell(
                language=code,
                direction=declared()[code].direction,
                words=say(item.text),
                hint=say(item.hint),
                note=say(item.note),
                only_if=self._only_if(code, item),
                statements=[
                    _("%(statement)s (in half of the forms)", statement=say(each.text))
                    if each.sensitive
                    else say(each.text)
                    for each in item.statements
                ],
                options=[say(each.text) for each in self.questionnaire.options_of(item)],
                specials=[say(each.text) for each in self.questionnaire.specials_of(item)],
                is_text=item.kind == "text",
            )

    def _cell(self, code: str, text: Text) -> Cell:
        words = text.filled(code, self.values[code])
        return Cell(code, declared()[code].direction, words)

    def _only_if(self, code: str, item: Item) -> str:
        """The condition in words, in the language of the column."""
        if item.show_if is None:
            return ""
        joined = _(" and ") if item.show_if.all else _(" or ")
        return joined.join(
            _(
                "Only if “%(question)s” is answered: %(answers)s",
                question=self.questionnaire.items[clause.item].text.filled(
                    code, self.values[code]
                ),
                answers=" / ".join(self._answers(code, clause.item, clause.answers)),
            )
            for clause in item.show_if.clauses
        )

    def _answers(self, code: str, item_id: str, answers: Sequence[str]) -> Iterator[str]:
        item = self.questionnaire.items[item_id]
        known: list[Option | Count | Special] = [*self.questionnaire.options_of(item)]
        known += self.questionnaire.specials_of(item)
        return (each.text.in_(code) for each in known if each.answer in answers)

    def _findings(self) -> dict[str, list[str]]:
        by_item: dict[str, list[str]] = {}
        for each in findings(self.questionnaire):
            by_item.setdefault(each.item_id, []).append(_finding(each))
        return by_item


def _finding(found: Finding) -> str:
    name = declared()[found.language].name if found.language in declared() else found.language
    return f"{name}: {rule(found)} (“{found.detail}”)"
