"""What a browser sent of an answer form, told apart: the form's own fields and the answers."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from werkzeug.datastructures import FileStorage, MultiDict

from survey_app.instrument.answers import MOST_READ, Checked, check, clean
from survey_app.instrument.blocks import indicators_of
from survey_app.instrument.definition import Item, Questionnaire

# Fields of the form that are not items. `earlier` is a key that a page without script carries
# back to the questions; the check page makes it the `key` again.
OWN_FIELDS = frozenset(
    {
        "stamp",
        "key",
        "earlier",
        "helped",
        "lang",
        "back",
        "forward",
        "invitation",
        "at_check",
        "anything_else",
    }
)
# No person meets this one (see answers.html), and no browser's autofill has a value for its name.
HIDDEN_FIELD = "anything_else"
KEY = re.compile(r"[A-Za-z0-9_-]{32,64}")
KEY_BYTES = 24
LONGEST_INVITATION = 80  # 27 characters and whatever stands between them


@dataclass(frozen=True, slots=True)
class Posted:
    stamp: str
    key: str | None
    earlier: str | None
    wrong_key: bool
    helped: bool
    pressed: str  # forward | back | lang
    at_check: bool
    raw: dict[str, list[str]]
    invitation: str = ""  # its code, carried from page to page
    filled_hidden: bool = False  # what only a program fills in

    @property
    def known_key(self) -> str | None:
        return self.key or self.earlier


def read(form: MultiDict[str, str], files: MultiDict[str, FileStorage] | None = None) -> Posted:
    """A file answers no question, whatever its field is called."""
    key, earlier = form.get("key", ""), form.get("earlier", "")
    return Posted(
        stamp=form.get("stamp", ""),
        key=key if KEY.fullmatch(key) else None,
        earlier=earlier if KEY.fullmatch(earlier) else None,
        wrong_key=bool(key) and KEY.fullmatch(key) is None,
        helped=bool(form.get("helped")),
        pressed=next((name for name in ("lang", "back") if name in form), "forward"),
        at_check="at_check" in form,
        raw={name: form.getlist(name) for name in form if name not in OWN_FIELDS}
        | {f"{name} (file)": [""] for name in files or ()},
        invitation=form.get("invitation", "")[:LONGEST_INVITATION],
        filled_hidden=any(form.getlist(HIDDEN_FIELD)),
    )


def new_key() -> str:
    return secrets.token_urlsafe(KEY_BYTES)


@dataclass(frozen=True, slots=True)
class Filled:
    """A sheet as far as it is filled in. `given` also holds what the path does not meet now."""

    indicators: tuple[str, ...]
    given: dict[str, str]
    checked: Checked


def fill(questionnaire: Questionnaire, block: int, raw: dict[str, list[str]]) -> Filled:
    indicators = indicators_of(questionnaire, block)
    given = understood(questionnaire, questionnaire.items_of(indicators), raw)
    return Filled(indicators, given, check(questionnaire, indicators, raw))


def understood(
    questionnaire: Questionnaire, items: Iterable[Item], raw: dict[str, list[str]]
) -> dict[str, str]:
    """What was answered to these questions, right or wrong, on the path or not."""
    return {
        item.id: value
        for item in items
        if (value := _kept(questionnaire, item, raw.get(item.id, [])))
    }


def _kept(questionnaire: Questionnaire, item: Item, values: list[str]) -> str:
    """What of a field is shown again, right or wrong."""
    value = values[0] if values else ""
    if item.kind == "text":
        return clean(value[:MOST_READ])
    return value if value in questionnaire.allowed_codes(item) else ""
