"""How a file of somebody else's survey is read as answers to our indicators.

A mapping says which columns belong to which indicator and what their codes mean; every value that
may occur is named, so that nothing is guessed. `docs/examples/kansas_city.toml` is a real one.
"""

import hashlib
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, StrictBool, StrictInt, ValidationError

from survey_app.instrument.answers import NOT_ASKED, SKIPPED, SPECIAL_CODES
from survey_app.instrument.definition import Audience, Code, Framework, Shape
from survey_app.instrument.faults import RATING_CODES, DefinitionFault, Fault, Found
from survey_app.instrument.recoding import MOST_CODES, MOST_ITEMS, mean_scores

Channel = Literal["drawn", "open", "counter", "assisted", "paper", "phone"]
Missing = Literal["dont_know", "refused", "not_used", "skipped", "not_asked"]
MISSING_CODES: Final[Mapping[str, int]] = {
    **SPECIAL_CODES,
    "skipped": SKIPPED,
    "not_asked": NOT_ASKED,
}
TOP_SCORE: Final = 100.0
INDICATORS: Final = "indicator"
_Location = tuple[int | str, ...]


def composed(text: str) -> str:
    """Return the text as it is compared: composed (NFC), without blanks around it."""
    return unicodedata.normalize("NFC", text).strip()


def _composed(value: object) -> object:
    return composed(value) if isinstance(value, str) else value


def _composed_keys(value: object) -> object:
    return (
        {_composed(key): each for key, each in value.items()} if isinstance(value, dict) else value
    )


Name = Annotated[Code, BeforeValidator(_composed)]
Rating = Annotated[StrictInt, Field(ge=RATING_CODES[0], le=RATING_CODES[-1])]
Score = Annotated[float, Field(ge=0, le=TOP_SCORE)]


class SourceScale(Shape):
    """What the values of a column mean; "" is an empty cell.

    `codes`: value -> 1 (worst) to 5 (best). `scores`: value -> 0-100, for answers that are no
    five-point rating. `missing`: value -> why there is no answer.
    """

    codes: Annotated[Mapping[str, Rating], BeforeValidator(_composed_keys)] = {}
    scores: Annotated[Mapping[str, Score], BeforeValidator(_composed_keys)] = {}
    missing: Annotated[Mapping[str, Missing], BeforeValidator(_composed_keys)] = {}

    @cached_property
    def score_of_code(self) -> tuple[float, ...]:
        """Score of each dataset code 0, 1, ... of a column with this scale."""
        return tuple(sorted(set(self.scores.values()))) if self.scores else mean_scores(1)

    def code_of_value(self, *, reverse: bool) -> dict[str, int]:
        """Dataset code of every value that may occur."""
        worst, best = RATING_CODES[0], RATING_CODES[-1]
        return {
            **{value: self.score_of_code.index(score) for value, score in self.scores.items()},
            **{
                value: best - code if reverse else code - worst
                for value, code in self.codes.items()
            },
            **{value: MISSING_CODES[kind] for value, kind in self.missing.items()},
        }


class SourceItem(Shape):
    """A column; `reversed` where its highest code is the worst. `scale`: where it has its own."""

    column: Name
    scale: Code | None = None
    reversed: StrictBool = False


class MappedIndicator(Shape):
    code: Code
    scale: Code
    items: tuple[SourceItem, ...] = Field(min_length=1)

    def scale_of(self, item: SourceItem) -> str:
        return item.scale or self.scale


class LeftOut(Shape):
    """Ratings that belong to no indicator, and why: read by people and by tests."""

    columns: tuple[Name, ...] = Field(min_length=1)
    reason: Code


class RespondentColumns(Shape):
    """Where the file says who answered when, for how many they stand, and how they were drawn."""

    wave: Name | None = None
    unit: Name | None = None
    weight: Name | None = None
    stratum: Name | None = None
    cluster: Name | None = None

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Group column of the dataset -> column of the file."""
        named = {
            "wave": self.wave,
            "unit": self.unit,
            "stratum": self.stratum,
            "cluster": self.cluster,
        }
        return {name: column for name, column in named.items() if column is not None}


class SourceMapping(Shape):
    """A whole mapping file. `unit` and `wave` are constants where the file has no such column."""

    framework: Code
    audience: Audience
    channel: Channel
    language: str = ""
    unit: Name | None = None
    wave: Name | None = None
    columns: RespondentColumns = RespondentColumns()
    scales: Mapping[str, SourceScale] = Field(validation_alias="scale")
    indicators: tuple[MappedIndicator, ...] = Field(validation_alias=INDICATORS, min_length=1)
    left_out: tuple[LeftOut, ...] = ()
    sha256: str = ""

    def scale_of(self, indicator: MappedIndicator, item: SourceItem) -> SourceScale:
        return self.scales[indicator.scale_of(item)]

    def scores_of(self, indicator: MappedIndicator) -> tuple[float, ...]:
        """Score of each dataset code of the indicator."""
        if len(indicator.items) > 1:
            return mean_scores(len(indicator.items))
        return self.scale_of(indicator, indicator.items[0]).score_of_code


def load_mapping(path: Path, frameworks: Mapping[str, Framework]) -> SourceMapping:
    """Read a mapping file.

    Raises
    ------
    DefinitionFault
        naming everything that is wrong with it.
    """
    content = path.read_bytes()
    try:
        raw = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DefinitionFault([Fault(path.name, "", f"not readable as TOML: {error}")]) from error
    mapping, found = _shaped(raw | {"sha256": hashlib.sha256(content).hexdigest()})
    if mapping is not None:
        found += _faults(mapping, frameworks)
    if mapping is None or found:
        raise DefinitionFault([Fault(path.name, item, what) for item, what in found])
    return mapping


def _shaped(raw: dict[str, Any]) -> tuple[SourceMapping | None, list[Found]]:
    """Build the value; indicators of a wrong shape are noted and set aside, to judge the rest."""
    try:
        return SourceMapping.model_validate(raw), []
    except ValidationError as error:
        errors = _innermost([(each["loc"], each["msg"]) for each in error.errors()])
    found = [_named(raw, location, message) for location, message in errors]
    wrong = {
        location[1]
        for location, _ in errors
        if location[:1] == (INDICATORS,) and len(location) > 1
    }
    entries = raw.get(INDICATORS)
    if not isinstance(entries, list):
        return None, found
    sound = [entry for place, entry in enumerate(entries) if place not in wrong]
    try:
        return SourceMapping.model_validate(raw | {INDICATORS: sound}), found
    except ValidationError:
        return None, found


def _innermost(errors: list[tuple[_Location, str]]) -> list[tuple[_Location, str]]:
    """Without those that only say that something inside is wrong ("at least 1 item, not 0")."""
    return [
        (location, message)
        for location, message in errors
        if not any(other[: len(location)] == location != other for other, _ in errors)
    ]


def _named(raw: dict[str, Any], location: _Location, message: str) -> Found:
    """Name the indicator around a location, and the way there."""
    name, trail = "", location
    if location[:1] == (INDICATORS,) and len(location) > 1:
        entry = raw[INDICATORS][location[1]]
        name = str(entry.get("code", "")) if isinstance(entry, dict) else ""
        trail = location[2:] if name else location
    return name, ": ".join(filter(None, (" ".join(map(str, trail)), message)))


def _faults(mapping: SourceMapping, frameworks: Mapping[str, Framework]) -> Iterator[Found]:
    yield from _place_faults(mapping)
    for name, scale in mapping.scales.items():
        yield from ((name, what) for what in _scale_faults(scale))
    for indicator in mapping.indicators:
        yield from ((indicator.code, what) for what in _indicator_faults(mapping, indicator))
    yield from _framework_faults(mapping, frameworks.get(mapping.framework))
    yield from _repeated(mapping)


def _place_faults(mapping: SourceMapping) -> Iterator[Found]:
    if (mapping.unit is None) == (mapping.columns.unit is None):
        yield "", "unit: either a constant or a column, columns.unit"
    if mapping.wave is not None and mapping.columns.wave is not None:
        yield "", "wave: a constant or a column, columns.wave, not both"


def _scale_faults(scale: SourceScale) -> Iterator[str]:
    if bool(scale.codes) == bool(scale.scores):
        yield "a scale has either codes or scores"
    for value in sorted((set(scale.codes) | set(scale.scores)) & set(scale.missing)):
        yield f"{value!r} is both an answer and missing"
    if len(scale.score_of_code) > MOST_CODES:
        yield f"more than {MOST_CODES} different scores"


def _indicator_faults(mapping: SourceMapping, indicator: MappedIndicator) -> Iterator[str]:
    names = {indicator.scale_of(item) for item in indicator.items}
    yield from (f"scale {name} is unknown" for name in sorted(names - set(mapping.scales)))
    if len(indicator.items) > MOST_ITEMS:
        yield f"more than {MOST_ITEMS} columns"
    scored = sorted(name for name in names & set(mapping.scales) if mapping.scales[name].scores)
    if scored and len(indicator.items) > 1:
        # Several items become one code only when all of them have the same five scores.
        yield f"scale {scored[0]} has scores: they do for an indicator of one column only"
    if scored and any(item.reversed for item in indicator.items):
        yield f"scale {scored[0]} has scores: write them as they are meant, not reversed"


def _framework_faults(mapping: SourceMapping, framework: Framework | None) -> Iterator[Found]:
    if framework is None:
        yield "", f"framework {mapping.framework} is unknown"
        return
    for indicator in mapping.indicators:
        known = framework.indicator_by_code.get(indicator.code)
        if known is None:
            yield indicator.code, f"is no indicator of {framework.id}"
        elif not known.asked_of(mapping.audience):
            yield indicator.code, f"is not asked of {mapping.audience}"


def _repeated(mapping: SourceMapping) -> Iterator[Found]:
    for code, times in Counter(each.code for each in mapping.indicators).items():
        if times > 1:
            yield code, f"indicator appears {times} times"
    columns = [item.column for each in mapping.indicators for item in each.items]
    columns += [column for each in mapping.left_out for column in each.columns]
    for column, times in Counter(columns).items():
        if times > 1:
            yield "", f"column {column} appears {times} times"
