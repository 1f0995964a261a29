"""What no database takes does not come in: NUL in a text, a number beyond every key.

SQLite would look for it and PostgreSQL would fail; here both say the same.
"""

from typing import Any

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map

LARGEST_KEY = 2**31 - 1
FORMS = ("", "application/x-www-form-urlencoded", "multipart/form-data")
ANSWER_SHEETS = (
    "respond.residents",
    "respond.businesses",
    "respond.trial",
)  # they clean what they take


class KeyConverter(IntegerConverter):
    """`<int:...>` in an address: a row's number, so one that can be; otherwise there is no page."""

    def __init__(self, url_map: Map, **options: Any) -> None:  # noqa: ANN401  as Werkzeug has them
        super().__init__(url_map, **({"max": LARGEST_KEY} | options))


def install(app: Flask) -> None:
    """Before any address is added: an address keeps the converter that it was made with."""
    app.url_map.converters["int"] = KeyConverter
    app.before_request(_refuse_other_kinds)
    app.before_request(_refuse_nul)


def key(text: str) -> int:
    """A row's number in a query: `request.args.get("before", type=key)`."""
    number = int(text)
    if not 0 <= number <= LARGEST_KEY:
        raise ValueError(f"{number} is no key")
    return number


def _refuse_other_kinds() -> None:
    """Pages take forms alone, and nothing in a parcel that may be a bomb: no browser sends one."""
    if request.content_encoding or request.mimetype not in FORMS:
        abort(415)


def _refuse_nul() -> None:
    if "\0" in request.path or _any_nul(request.args.listvalues()):
        abort(404)
    if request.endpoint not in ANSWER_SHEETS and _any_nul(request.form.listvalues()):
        abort(415)


def _any_nul(values: Any) -> bool:  # noqa: ANN401  lists of texts, as Werkzeug hands them over
    return any("\0" in each for texts in values for each in texts)
