"""What a questionnaire is: frozen values, read from the files in `questionnaires/` by `loading`.

The shapes are strict (an unknown key is a typo); the rules that join shapes are in `faults`.
"""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

Audience = Literal["residents", "businesses"]
Kind = Literal["choice", "rating", "list_count", "text"]

PLACEHOLDERS = frozenset({"unit_kind", "unit", "organiser", "urgent_contact"})
_PLACEHOLDER = re.compile(r"(^|(?<=[.?!] ))?\{(\w+)\}")

Code = Annotated[str, Field(min_length=1)]
# Answers are kept as int8 (code - 1), so codes stay small.
OptionCode = Annotated[StrictInt, Field(ge=1, le=100)]


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        copy = super().model_copy(update=update, deep=deep)
        # What was worked out from the old fields (cached properties) must not outlive them.
        for name in set(vars(copy)) - set(type(self).model_fields):
            del vars(copy)[name]
        return copy


class Text(BaseModel):
    """One wording in every language; a further language is a further key, not code."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, str] = Field(init=False)

    vi: str = ""
    en: str = ""

    @cached_property
    def languages(self) -> Mapping[str, str]:
        return {"vi": self.vi, "en": self.en, **self.__pydantic_extra__}

    def in_(self, language: str) -> str:
        return self.languages[language]

    def filled(self, language: str, values: Mapping[str, str]) -> str:
        """The wording with its placeholders replaced, capitalised where one begins a sentence."""

        def value(found: re.Match[str]) -> str:
            word = values[found[2]]
            return word if found[1] is None else word[:1].upper() + word[1:]

        return _PLACEHOLDER.sub(value, self.in_(language))


class Option(Shape):
    code: OptionCode
    text: Text
    score: float | None = Field(default=None, ge=0, le=100)

    @property
    def answer(self) -> str:
        """The code as the form posts it."""
        return str(self.code)


class Scale(Shape):
    id: Code
    name: Text
    options: tuple[Option, ...] = Field(validation_alias="option")


class Line(Shape):
    text: Text


class Special(Shape):
    """An answer beside the scale, such as "Don't know"."""

    id: Code
    text: Text

    @property
    def answer(self) -> str:
        return self.id


class Statement(Shape):
    """What may be true of the person; of a list, only the number of true ones is asked."""

    text: Text
    sensitive: StrictBool = False


class Count(Shape):
    """How many statements of a list are true."""

    number: StrictInt
    text: Text
    score: None = None

    @property
    def answer(self) -> str:
        return str(self.number)


class Scales(Shape):
    """The file of everything that questionnaires share: scales, and the answers beside them."""

    scales: tuple[Scale, ...] = Field(validation_alias="scale")
    specials: Mapping[str, Line] = Field(default={}, validation_alias="special")
    sha256: str = ""


class Clause(Shape):
    item: Code
    answers: tuple[str, ...] = Field(validation_alias="in", min_length=1)


class Condition(Shape):
    """`all` or `any` of the clauses; a list, not a language, so that a browser reads it too."""

    all: tuple[Clause, ...] = ()
    any: tuple[Clause, ...] = ()

    @property
    def clauses(self) -> tuple[Clause, ...]:
        return self.all or self.any


class Item(Shape):
    id: Code
    kind: Kind
    text: Text
    hint: Text | None = None
    note: Text | None = None
    scale: str | None = None
    options: tuple[Option, ...] = Field(default=(), validation_alias="option")
    # Of a list: what is counted, and the indicator beside which the result is shown.
    statements: tuple[Statement, ...] = Field(default=(), validation_alias="statement")
    indicator: str | None = None
    special: tuple[str, ...] = ()
    special_text: Mapping[str, Text] = {}
    show_if: Condition | None = None
    max_length: Annotated[StrictInt, Field(ge=1, le=10_000)] | None = None
    wording_ok: tuple[str, ...] = ()

    @cached_property
    def counts(self) -> tuple[Count, ...]:
        """The answers of a list: none of its statements to all of them, in every language."""
        return tuple(
            Count(number=number, text=Text(**dict.fromkeys(self.text.languages, str(number))))
            for number in range(len(self.statements) + 1)
        )

    def without_sensitive(self) -> Self:
        kept = tuple(each for each in self.statements if not each.sensitive)
        return self.model_copy(update={"statements": kept})


class Topic(Shape):
    """What one person is asked about one indicator: facts first, then the rating."""

    indicator: Code
    title: Text
    items: tuple[Item, ...] = Field(validation_alias="item")

    @property
    def rating(self) -> Item:
        return next(item for item in self.items if item.id == self.indicator)


class Questionnaire(Shape):
    id: Code
    version: Code
    audience: Audience
    framework: Code
    title: Text
    topics_per_person: Annotated[StrictInt, Field(ge=1)]
    minutes: Annotated[StrictInt, Field(ge=1)]
    intro: tuple[Line, ...] = ()
    # What later questions depend on, such as the size of a business.
    opening: tuple[Item, ...] = ()
    topics: tuple[Topic, ...] = Field(validation_alias="topic")
    closing: tuple[Item, ...] = ()
    # Filled in by `loading`, so that an item can be asked for its options without a second book.
    scales: Mapping[str, Scale] = {}
    specials: Mapping[str, Line] = {}
    sha256: str = ""

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        return tuple(topic.indicator for topic in self.topics)

    @cached_property
    def topic_by_indicator(self) -> Mapping[str, Topic]:
        return {topic.indicator: topic for topic in self.topics}

    @cached_property
    def all_items(self) -> tuple[Item, ...]:
        """The opening items, topic items in order, then the closing ones."""
        topics = (item for topic in self.topics for item in topic.items)
        return (*self.opening, *topics, *self.closing)

    @cached_property
    def items(self) -> Mapping[str, Item]:
        return {item.id: item for item in self.all_items}

    @cached_property
    def indicator_of(self) -> Mapping[str, str]:
        """The indicator of every topic item; opening and closing items are absent."""
        return {item.id: topic.indicator for topic in self.topics for item in topic.items}

    def items_of(self, indicators: tuple[str, ...]) -> tuple[Item, ...]:
        """The items one person meets: these topics in this order between opening and closing."""
        topics = (self.topic_by_indicator[indicator] for indicator in indicators)
        asked = (item for topic in topics for item in topic.items)
        return (*self.opening, *asked, *self.closing)

    @cached_property
    def list_item(self) -> Item | None:
        """The list experiment, if there is one."""
        return next((item for item in self.closing if item.kind == "list_count"), None)

    @property
    def arms(self) -> tuple[Self, ...]:
        """The questionnaire as it is asked: with a list, first without its sensitive statement."""
        return (self,) if self.list_item is None else (self._without_sensitive, self)

    @cached_property
    def _without_sensitive(self) -> Self:
        closing = tuple(item.without_sensitive() for item in self.closing)
        return self.model_copy(update={"closing": closing})

    def options_of(self, item: Item) -> tuple[Option | Count, ...]:
        if item.kind == "list_count":
            return item.counts
        return item.options if item.scale is None else self.scales[item.scale].options

    def specials_of(self, item: Item) -> tuple[Special, ...]:
        """The answers set apart from the scale, in the item's own words where it has some."""
        return tuple(
            Special(id=name, text=item.special_text.get(name, self.specials[name].text))
            for name in item.special
        )

    def allowed_codes(self, item: Item) -> frozenset[str]:
        return self._allowed[item.id]

    def scores_of(self, item: Item) -> tuple[float | None, ...]:
        """The score 0-100 of each option; of a rating, the dataset's code - 1 is the index."""
        return tuple(option.score for option in self.options_of(item))

    @cached_property
    def _allowed(self) -> Mapping[str, frozenset[str]]:
        return {
            item.id: frozenset([option.answer for option in self.options_of(item)])
            | frozenset(item.special)
            for item in self.all_items
        }


class Pillar(Shape):
    code: Code
    name: Text


class Criteria(Shape):
    red: Text
    yellow: Text
    green: Text


class Indicator(Shape):
    code: Code
    pillar: Code
    name: Text
    short: Text
    criteria: Criteria
    sdg: tuple[StrictInt, ...] = ()
    ask_residents: StrictBool
    ask_businesses: StrictBool
    evidence: StrictBool = False

    def asked_of(self, audience: Audience) -> bool:
        return {"residents": self.ask_residents, "businesses": self.ask_businesses}[audience]


class Framework(Shape):
    id: Code
    title: Text
    pillars: tuple[Pillar, ...] = Field(validation_alias="pillar")
    indicators: tuple[Indicator, ...] = Field(validation_alias="indicator")
    sha256: str = ""

    @cached_property
    def indicator_by_code(self) -> Mapping[str, Indicator]:
        return {indicator.code: indicator for indicator in self.indicators}

    @cached_property
    def pillar_by_code(self) -> Mapping[str, Pillar]:
        return {pillar.code: pillar for pillar in self.pillars}

    def asked_of(self, audience: Audience) -> tuple[str, ...]:
        """The codes of the indicators that this audience may be asked about, in order."""
        return tuple(each.code for each in self.indicators if each.asked_of(audience))
