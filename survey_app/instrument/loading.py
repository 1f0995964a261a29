"""Reads the definition files; every fault of every file is reported at once, by file and item.

This is the only place that sees raw data; from here on there are values with names.
"""

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from survey_app.instrument.definition import Framework, Questionnaire, Scales, Shape
from survey_app.instrument.faults import (
    DefinitionFault,
    Fault,
    Found,
    framework_faults,
    item_faults,
    scales_faults,
    whole_faults,
    wording_faults,
)

SCALES_FILE = "scales.toml"

_Shape = TypeVar("_Shape", bound=Shape)
_Raw = dict[str, Any]
_Location = tuple[int | str, ...]

# What can be set aside when its shape is wrong, so that the rest of the file is still judged.
_LISTS = frozenset(
    {"item", "opening", "closing", "topic", "intro", "scale", "pillar", "indicator"}
)


@dataclass(frozen=True)
class Library:
    """All definitions in a folder."""

    scales: Scales
    frameworks: Mapping[str, Framework]
    questionnaires: Mapping[tuple[str, str], Questionnaire]

    def framework_of(self, questionnaire: Questionnaire) -> Framework:
        return self.frameworks[questionnaire.framework]


@dataclass(frozen=True)
class _Read(Generic[_Shape]):
    """A file as far as it could be read, and what is wrong with it."""

    value: _Shape | None
    faults: tuple[Fault, ...]


def load_scales(path: Path) -> Scales:
    return _or_raise(_read_scales(path))


def load_framework(path: Path) -> Framework:
    return _or_raise(_read_framework(path))


def load_questionnaire(path: Path, scales: Scales, framework: Framework) -> Questionnaire:
    return _or_raise(_read_questionnaire(path, scales, {framework.id: framework}))


def load_all(folder: Path) -> Library:
    """Read `scales.toml`, the frameworks beside it, and the questionnaires one folder down."""
    scales = _read_scales(folder / SCALES_FILE)
    frameworks = [
        _read_framework(path) for path in sorted(folder.glob("*.toml")) if path.name != SCALES_FILE
    ]
    by_id = {read.value.id: read.value for read in frameworks if read.value is not None}
    sound = None if scales.faults else scales.value
    questionnaires = [
        _read_questionnaire(path, sound, by_id) for path in sorted(folder.glob("*/*.toml"))
    ]
    faults = [
        *scales.faults,
        *(fault for read in frameworks for fault in read.faults),
        *(fault for read in questionnaires for fault in read.faults),
    ]
    if faults or scales.value is None:
        raise DefinitionFault(faults)
    found = [read.value for read in questionnaires if read.value is not None]
    return Library(scales.value, by_id, {(each.id, each.version): each for each in found})


def _or_raise(read: _Read[_Shape]) -> _Shape:
    if read.faults or read.value is None:
        raise DefinitionFault(read.faults)
    return read.value


def _read_scales(path: Path) -> _Read[Scales]:
    return _read(path, Scales, {}, lambda scales, whole: scales_faults(scales))


def _read_framework(path: Path) -> _Read[Framework]:
    return _read(path, Framework, {}, lambda framework, whole: framework_faults(framework))


def _read_questionnaire(
    path: Path, scales: Scales | None, frameworks: Mapping[str, Framework]
) -> _Read[Questionnaire]:
    def faults(questionnaire: Questionnaire, whole: bool) -> Iterator[Found]:
        yield from wording_faults(questionnaire)
        # Without sound scales, or with items set aside, these rules would blame the innocent.
        if scales is not None:
            yield from item_faults(questionnaire)
        if scales is not None and whole:
            yield from whole_faults(questionnaire, frameworks.get(questionnaire.framework))
            if (questionnaire.id, questionnaire.version) != (path.parent.name, path.stem):
                yield "", "the file must stand at <id>/<version>.toml"

    shared: _Raw = (
        {}
        if scales is None
        else {
            "scales": {scale.id: scale for scale in scales.scales},
            "specials": dict(scales.specials),
        }
    )
    return _read(path, Questionnaire, shared, faults)


def _read(
    path: Path,
    shape: type[_Shape],
    shared: _Raw,
    rules: Callable[[_Shape, bool], Iterator[Found]],
) -> _Read[_Shape]:
    content = path.read_bytes()
    name = f"{path.parent.name}/{path.name}"
    try:
        raw = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return _Read(None, (Fault(name, "", f"not readable as TOML: {error}"),))
    raw |= {**shared, "sha256": hashlib.sha256(content).hexdigest()}
    value, found = _shaped(shape, raw)
    if value is not None:
        found += rules(value, not found)
    return _Read(value, tuple(Fault(name, item, what) for item, what in found))


def _shaped(shape: type[_Shape], raw: _Raw) -> tuple[_Shape | None, list[Found]]:
    """Build the value; where parts have a wrong shape, note them and build it without them."""
    try:
        return shape.model_validate(raw), []
    except ValidationError as error:
        errors = [(each["loc"], each["msg"]) for each in error.errors(include_url=False)]
    found = [_named(raw, location, message) for location, message in errors]
    try:
        return shape.model_validate(_without(raw, [location for location, _ in errors])), found
    except ValidationError:
        return None, found


def _named(raw: _Raw, location: _Location, message: str) -> Found:
    """Name the nearest item, scale or indicator around a location, and the way from there."""
    name, trail = "", list[str]()
    for step, node in _walk(raw, location):
        trail.append(str(step))
        if isinstance(node, dict) and (found := node.get("id") or node.get("indicator")):
            name, trail = str(found), []
        elif isinstance(node, dict) and "name" in node:
            name, trail = str(node.get("code", "")), []
    return name, f"{' '.join(trail)}: {message}"


def _without(raw: _Raw, locations: Iterable[_Location]) -> _Raw:
    smaller = deepcopy(raw)
    doomed: list[tuple[list[Any], Any]] = []
    for location in locations:
        parts = [node for step, node in _walk(smaller, location)]
        steps = list(location)
        for depth in range(len(parts) - 1, 0, -1):
            if isinstance(parts[depth - 1], list) and steps[depth - 1] in _LISTS:
                doomed.append((parts[depth - 1], parts[depth]))
                break
    for siblings, part in doomed:
        siblings[:] = [each for each in siblings if each is not part]
    return smaller


def _walk(raw: _Raw, location: _Location) -> Iterator[tuple[int | str, Any]]:
    """Follow a location of a fault as far as the data goes."""
    node: Any = raw
    for step in location:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            node = None
        yield step, node
