"""Languages of the pages: which one, its words, its numbers, dates and order.

A page has one language, and the address says which: `/vi/...`, `/en/...`. English is the msgid.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from babel import Locale, dates, numbers
from flask import Flask, abort, g, request

from survey_app.clock import VIET_NAM
from survey_app.languages import Language, declared, translations
from survey_app.web.current import instance


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The same page in another language."""

    code: str
    name: str
    address: str


def elsewhere(
    address: Callable[[str], str], among: Iterable[str] | None = None
) -> list[Elsewhere]:
    """The other languages of a page, which are all unless it is said; `address` by language."""
    codes = instance().languages if among is None else among
    return [
        Elsewhere(code, declared()[code].name, address(code))
        for code in codes
        if code != language()
    ]


def language() -> str:
    """The language that the address names; where it names none, the browser's wish."""
    if "language" not in g:
        named = request.path.split("/", 2)[1]  # an address without a page has one too
        g.language = named if named in instance().languages else _wished()
    return cast("str", g.language)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Another language for a part of the page, which has to say so (`lang`)."""
    before = language()
    g.language = code
    try:
        yield
    finally:
        g.language = before


def _wished() -> str:
    """The first that the browser asks for, of whichever country: "vi-VN" is "vi"."""
    offered = instance().languages
    asked_for = (tag.replace("_", "-").split("-")[0].lower() for tag in _tags())
    return next((code for code in asked_for if code in offered), offered[0])


def _tags() -> list[str]:
    return [tag for tag, quality in request.accept_languages if quality > 0]


def spoken() -> Language:
    """What is known of the page's language."""
    return declared()[language()]


def locale() -> Locale:
    return spoken().locale


def gettext(message: str, **values: object) -> str:
    translated = translations(language()).ugettext(message)
    return translated % values if values else translated


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    return translations(language()).ungettext(singular, plural, num) % {"num": num, **values}


def number(value: float | None, decimals: int = 0) -> str:
    """1.234,5 in Vietnamese, 1,234.5 in English; a dash stands for what is absent."""
    if value is None or value != value:  # NaN is absent too
        return "–"
    rounded = round(value, decimals) + 0.0  # no minus zero
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return numbers.format_decimal(rounded, format=pattern, locale=locale()).replace("-", "−")


def signed(value: float | None, decimals: int = 0) -> str:
    """A difference: its sign is part of what it says."""
    text = number(value, decimals)
    return f"+{text}" if value is not None and round(value, decimals) > 0 else text


def percent(share: float | None, decimals: int = 0) -> str:
    if share is None or share != share:
        return "–"
    return f"{number(100 * share, decimals)}%"


def day(value: date | datetime) -> str:
    moment = value.astimezone(VIET_NAM) if isinstance(value, datetime) else value
    return dates.format_date(moment, format=spoken().date, locale=locale())


def moment(value: datetime) -> str:
    """Always Viet Nam's time, whatever the server's."""
    return dates.format_datetime(
        value.astimezone(VIET_NAM), format=spoken().moment, locale=locale()
    )


def install(app: Flask) -> None:
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # made by the extension
        lambda message: translations(language()).ugettext(message),
        lambda one, many, num: translations(language()).ungettext(one, many, num),
        newstyle=True,
    )
    for filter_ in (number, signed, percent, day, moment):
        app.jinja_env.filters[filter_.__name__] = filter_
    app.jinja_env.globals.update(language=language, spoken=spoken)
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_give_language)


def _take_language(_endpoint: str | None, values: dict[str, str] | None) -> None:
    if values and "lang" in values:
        wanted = values.pop("lang")
        if wanted not in instance().languages:
            abort(404)
        g.language = wanted


def _give_language(endpoint: str, values: dict[str, object]) -> None:
    if "lang" not in values and _names_language(endpoint):
        values["lang"] = language()


def _names_language(endpoint: str) -> bool:
    return endpoint.split(".")[0] not in {"static", "root", "health"}
