"""Which source text each wording was made from, so that a changed source shows.

The Vietnamese of the questionnaires is written first; their other languages are made from it. For
each of these, `translations/<language>/sources.toml` keeps the Vietnamese of the day on which
somebody last confirmed the wording, and what was spoken on each recording. Messages of the pages
need no such record: their English is their key, so a changed one is a new one without words.
"""

import difflib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from survey_app import languages
from survey_app.config import LANGUAGES, QUESTIONNAIRES, TRANSLATIONS
from survey_app.instrument.definition import Item, Questionnaire
from survey_app.instrument.loading import SCALES_FILE, Library, load_all
from survey_app.instrument.wordings import texts_of

FIRST = LANGUAGES[0]  # what the others of a questionnaire are made from
RECORD = "sources.toml"
MESSAGES = "messages.po"
ALIKE = 0.6  # how much of an old message must be in a new one to be named beside it
HEAD = "# What each wording was made from: written by `survey-app confirm-translation`, not by hand.\n"

Sources = dict[str, dict[str, str]]  # file -> id -> the text that a wording is made from


@dataclass(frozen=True, slots=True)
class Stale:
    """A wording that nobody has confirmed since its source changed; `old` is empty for a new one."""

    language: str
    file: str
    id: str
    old: str
    new: str


def stale() -> list[Stale]:
    """Everything to be looked at again, in every language."""
    library = load_all(QUESTIONNAIRES)
    found = []
    for code in languages.declared():
        recorded, now = _recorded(code), sources_of(code, library)
        for file, texts in now.items():
            known = recorded.get(file, {})
            found += [
                Stale(code, file, name, known.get(name, ""), text)
                for name, text in texts.items()
                if known.get(name) != text
            ]
        found += _messages(code)
    return found


def confirm(code: str, file: str | None = None, name: str | None = None) -> int:
    """Record that the wordings (of a file, or one of them) are right for their sources of today.

    Returns how many were confirmed. What is no longer there leaves the record.
    """
    recorded, now = _recorded(code), sources_of(code, load_all(QUESTIONNAIRES))
    kept: Sources = {}
    confirmed = 0
    for each, texts in now.items():
        before = recorded.get(each, {})
        for key, text in texts.items():
            is_meant = file in {None, each} and name in {None, key, key.split(" ")[0]}
            confirmed += is_meant and before.get(key) != text
            if is_meant or key in before:
                kept.setdefault(each, {})[key] = text if is_meant else before[key]
    (TRANSLATIONS / code / RECORD).write_text(_as_toml(kept), encoding="utf-8")
    return confirmed


def sources_of(code: str, library: Library) -> Sources:
    """What every wording and every recording in a language is made from, as it is today."""
    found: Sources = {}
    if code != FIRST:
        for file, definition in _definitions(library):
            for owner, where, text in texts_of(definition):
                if code in text.languages:
                    found.setdefault(file, {})[f"{owner} {where}".strip()] = text.in_(FIRST)
    for questionnaire in library.questionnaires.values():
        file = f"audio/{questionnaire.id}/{questionnaire.version}"
        for item in _recordings(questionnaire, code):
            found.setdefault(file, {})[item.id] = spoken(questionnaire, item, code)
    return found


def spoken(questionnaire: Questionnaire, item: Item, code: str) -> str:
    """What a recording of an item says: the question, and the answers to choose from."""
    answers = (*questionnaire.options_of(item), *questionnaire.specials_of(item))
    texts = [item.text, item.hint, item.note, *(each.text for each in item.statements)]
    texts += [answer.text for answer in answers]
    return "\n".join(text.in_(code) for text in texts if text is not None)


def _definitions(library: Library) -> Iterator[tuple[str, BaseModel]]:
    yield SCALES_FILE, library.scales
    for framework in library.frameworks.values():
        yield framework.id, framework
    for questionnaire in library.questionnaires.values():
        # Its scales are those of the file above.
        own = questionnaire.model_copy(update={"scales": {}, "specials": {}})
        yield f"{questionnaire.id}/{questionnaire.version}", own


def _recordings(questionnaire: Questionnaire, code: str) -> Iterator[Item]:
    folder = QUESTIONNAIRES / "audio" / questionnaire.id / questionnaire.version / code
    there = {path.stem for path in folder.glob("*.*")}
    return (item for item in questionnaire.all_items if item.id in there)


def _messages(code: str) -> Iterator[Stale]:
    """Messages without words, each with the old one that it was probably made of."""
    held = languages.catalogue(code)
    if held is None:
        return
    known = set(languages.msgids())
    gone = [
        name for message in held if message.id and (name := languages.source(message)) not in known
    ]
    for message in languages.lacking(code):
        [old] = difflib.get_close_matches(message, gone, 1, ALIKE) or [""]
        yield Stale(code, MESSAGES, "", old, message)


def _recorded(code: str) -> Mapping[str, Mapping[str, str]]:
    path = TRANSLATIONS / code / RECORD
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _as_toml(sources: Sources) -> str:
    """Strings and keys as JSON writes them, which TOML reads too."""
    parts = [HEAD]
    for file, texts in sources.items():
        parts.append(f"\n[{_quoted(file)}]\n")
        parts += [f"{_quoted(name)} = {_quoted(text)}\n" for name, text in texts.items()]
    return "".join(parts)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
