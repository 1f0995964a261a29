"""The rules of a definition that no single shape can see; each broken one is a fault, all at once."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from survey_app.instrument.answers import SPECIAL_CODES
from survey_app.instrument.blocks import design_of
from survey_app.instrument.definition import (
    PLACEHOLDERS,
    Count,
    Framework,
    Item,
    Option,
    Questionnaire,
    Scales,
    Text,
    Topic,
)
from survey_app.instrument.list_faults import list_faults
from survey_app.instrument.routing import BLANK
from survey_app.instrument.wordings import texts_of

RATING_CODES = (1, 2, 3, 4, 5)
SHORT_NAME = 32  # characters beside a chart
SDGS = range(1, 18)

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_WORD = re.compile(r"[a-z][a-z0-9_]*")

Found = tuple[str, str]  # (item id or code, what is wrong)


@dataclass(frozen=True)
class Fault:
    file: str
    item: str
    what: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.item, self.what) if part)


class DefinitionFault(Exception):
    """A definition cannot be used; `faults` names everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def scales_faults(scales: Scales) -> Iterator[Found]:
    yield from _text_faults(scales, scales.scales[0].name.languages if scales.scales else ())
    yield from _repeated("scale", (scale.id for scale in scales.scales))
    for scale in scales.scales:
        yield from ((scale.id, what) for what in _option_faults(scale.options))
    for name in scales.specials:
        if name not in SPECIAL_CODES:
            yield name, f"no special answer; known are {', '.join(SPECIAL_CODES)}"


def framework_faults(framework: Framework) -> Iterator[Found]:
    yield from _text_faults(framework, framework.title.languages)
    yield from _repeated("pillar", (pillar.code for pillar in framework.pillars))
    yield from _repeated("indicator", (each.code for each in framework.indicators))
    for indicator in framework.indicators:
        code = indicator.code
        if indicator.pillar not in framework.pillar_by_code:
            yield code, f"pillar {indicator.pillar} is not in this framework"
        if not code.startswith(f"{indicator.pillar}."):
            yield code, f"code does not begin with its pillar's ({indicator.pillar}.)"
        for language, short in indicator.short.languages.items():
            if len(short) > SHORT_NAME:
                yield code, f"short {language}: longer than {SHORT_NAME} characters"
        if not set(indicator.sdg) <= set(SDGS):
            yield code, "sdg: goals are 1 to 17"


def wording_faults(questionnaire: Questionnaire) -> Iterator[Found]:
    own = questionnaire.model_copy(update={"scales": {}, "specials": {}})
    return _text_faults(own, questionnaire.title.languages)


def item_faults(questionnaire: Questionnaire) -> Iterator[Found]:
    """Faults that one item has by itself, once the scales are known to be sound."""
    for item in questionnaire.all_items:
        for rule in (_kind_faults, _special_faults, _language_faults):
            yield from ((item.id, what) for what in rule(questionnaire, item))


def whole_faults(questionnaire: Questionnaire, framework: Framework | None) -> Iterator[Found]:
    """Faults that show only when the whole questionnaire, and its framework, are known."""
    yield from _repeated("item", (item.id for item in questionnaire.all_items))
    yield from _repeated("topic", questionnaire.indicators)
    for topic in questionnaire.topics:
        yield from _topic_faults(topic)
    yield from _opening_faults(questionnaire.opening)
    yield from _closing_faults(questionnaire.closing)
    for group in (*(topic.items for topic in questionnaire.topics), questionnaire.closing):
        yield from _condition_faults(questionnaire, group)
    yield from list_faults(questionnaire)
    yield from _size_faults(questionnaire)
    if framework is None:
        yield "", f"framework {questionnaire.framework} is unknown"
    else:
        yield from _framework_link_faults(questionnaire, framework)


def _text_faults(
    model: Framework | Questionnaire | Scales, languages: Iterable[str]
) -> Iterator[Found]:
    for item, where, text in texts_of(model):
        yield from ((item, f"{where} {what}") for what in _wording_faults(text, languages))


def _wording_faults(text: Text, languages: Iterable[str]) -> Iterator[str]:
    wanted = {"vi", "en", *languages}
    for language in sorted(wanted | set(text.languages)):
        wording = text.languages.get(language, "")
        if language not in wanted:
            yield f"{language}: a language that the title does not have"
        elif not wording.strip():
            yield f"{language}: missing or empty"
        elif "{" in (rest := _PLACEHOLDER.sub("", wording)) or "}" in rest:
            yield f"{language}: a brace that belongs to no placeholder"
    names = {language: _placeholders(wording) for language, wording in text.languages.items()}
    if unknown := sorted(set().union(*names.values()) - PLACEHOLDERS):
        yield f"unknown placeholder {', '.join(unknown)}"
    written = [found for language, found in names.items() if text.languages[language].strip()]
    if any(found != written[0] for found in written):
        yield "placeholders differ between languages"


def _placeholders(wording: str) -> frozenset[str]:
    return frozenset(_PLACEHOLDER.findall(wording))


def _repeated(what: str, names: Iterable[str]) -> Iterator[Found]:
    for name, times in Counter(names).items():
        if times > 1:
            yield name, f"{what} appears {times} times"


def _option_faults(options: Sequence[Option]) -> Iterator[str]:
    for code, times in Counter(option.code for option in options).items():
        if times > 1:
            yield f"option code {code} appears {times} times"
    if len(options) == 1:
        yield "one option is no choice"


def _kind_faults(questionnaire: Questionnaire, item: Item) -> Iterator[str]:
    if (item.kind == "text") != (item.max_length is not None):
        yield "max_length: a text item has one, no other item does"
    if item.kind == "text" and (item.options or item.scale or item.special):
        yield "a text item has no options, scale or special answers"
    if item.kind == "choice" and bool(item.options) == bool(item.scale):
        yield "a choice item has either options or a scale"
    if item.kind == "rating" and (item.options or not item.scale):
        yield "a rating item has a scale and no options of its own"
    if item.kind == "list_count" and (item.options or item.scale):
        yield "a list has statements, no options or scale"
    if item.scale is not None and item.scale not in questionnaire.scales:
        yield f"scale {item.scale} is unknown"
    elif item.kind == "rating" and item.scale:
        yield from _rating_faults(questionnaire.options_of(item))
    yield from _option_faults(item.options)


def _language_faults(questionnaire: Questionnaire, item: Item) -> Iterator[str]:
    """The shared words must have every language that the questionnaire has."""
    used = [(f"scale {item.scale}", texts_of(questionnaire.scales.get(item.scale or "")))]
    used += [
        (f"special {name}", texts_of(questionnaire.specials.get(name))) for name in item.special
    ]
    for name, texts in used:
        lacking = {
            language
            for _, _, text in texts
            for language in set(questionnaire.title.languages) - set(text.languages)
        }
        yield from (f"{name} has no {language}" for language in sorted(lacking))


def _rating_faults(options: Sequence[Option | Count]) -> Iterator[str]:
    if tuple(option.answer for option in options) != tuple(map(str, RATING_CODES)):
        yield "a rating scale has the codes 1 to 5 in order"
    scores = [option.score for option in options if option.score is not None]
    if len(scores) != len(options) or scores != sorted(set(scores)):
        yield "a rating scale has a score for each option, rising from worst to best"


def _special_faults(questionnaire: Questionnaire, item: Item) -> Iterator[str]:
    for name in item.special:
        if name not in questionnaire.specials:
            yield f"special answer {name} is unknown"
    if len(set(item.special)) < len(item.special):
        yield "a special answer is named twice"
    for name in sorted(set(item.special_text) - set(item.special)):
        yield f"special_text: {name} is not a special answer of this item"


def _topic_faults(topic: Topic) -> Iterator[Found]:
    ratings = [item.id for item in topic.items if item.kind == "rating"]
    if ratings != [topic.indicator]:
        yield topic.indicator, "a topic has one rating item, and its id is the indicator's code"
    for item in topic.items:
        head, _, word = item.id.rpartition(".")
        if item.id != topic.indicator and (head != topic.indicator or not _WORD.fullmatch(word)):
            yield item.id, f"id must be {topic.indicator} or {topic.indicator}.word"
        if item.kind in {"text", "list_count"}:
            yield item.id, "open text and lists stand in the closing part only"


def _opening_faults(opening: Sequence[Item]) -> Iterator[Found]:
    for item in opening:
        if item.kind != "choice" or item.show_if is not None:
            yield item.id, "what opens the form is a choice that everybody meets"
        if not _WORD.fullmatch(item.id):
            yield item.id, "id of an opening item must be a plain word"


def _closing_faults(closing: Sequence[Item]) -> Iterator[Found]:
    for item in closing:
        if not _WORD.fullmatch(item.id):
            yield item.id, "id of a closing item must be a plain word"
    # It is stored apart from the coded answers, under one id of its own.
    if sum(item.kind == "text" for item in closing) > 1:
        yield "", "more than one open text"


def _condition_faults(questionnaire: Questionnaire, group: Sequence[Item]) -> Iterator[Found]:
    earlier: dict[str, Item] = {item.id: item for item in questionnaire.opening}
    for item in group:
        condition = item.show_if
        if condition is not None and bool(condition.all) == bool(condition.any):
            yield item.id, "show_if: either all or any"
        for clause in (*condition.all, *condition.any) if condition is not None else ():
            target = earlier.get(clause.item)
            if target is None:
                yield item.id, f"show_if: {clause.item} is not asked earlier in the same topic"
                continue
            for answer in sorted(set(clause.answers) - _answers_of(questionnaire, target)):
                yield item.id, f"show_if: {answer} is no answer of {clause.item}"
        earlier[item.id] = item


def _answers_of(questionnaire: Questionnaire, item: Item) -> frozenset[str]:
    scale = questionnaire.scales.get(item.scale or "")
    options = scale.options if scale is not None else item.options
    counts = item.counts if item.kind == "list_count" else ()
    known = {option.answer for option in options} | {count.answer for count in counts}
    return frozenset(known) | frozenset(item.special) | {BLANK}


def _size_faults(questionnaire: Questionnaire) -> Iterator[Found]:
    try:
        design_of(questionnaire).base  # noqa: B018  (found once and kept)
    except ValueError as fault:
        yield "", f"topics_per_person: {fault}"


def _framework_link_faults(questionnaire: Questionnaire, framework: Framework) -> Iterator[Found]:
    order = [indicator.code for indicator in framework.indicators]
    known = [code for code in questionnaire.indicators if code in framework.indicator_by_code]
    for code in questionnaire.indicators:
        indicator = framework.indicator_by_code.get(code)
        if indicator is None:
            yield code, f"is no indicator of {framework.id}"
        elif not indicator.asked_of(questionnaire.audience):
            yield code, f"is not asked of {questionnaire.audience}"
    if known != sorted(known, key=order.index):
        yield "", "topics do not stand in the framework's order"
