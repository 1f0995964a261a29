"""What no database takes does not come in: NUL in a text, a number beyond every key.

SQLite would look for it and PostgreSQL would fail; here both say the same. Bytes that are no UTF-8
fall out of a form, whichever way it is packed; an answer sheet loses its NUL likewise.
"""

from collections.abc import Iterable
from typing import IO, Any
from urllib.parse import parse_qsl

from flask import Flask, Request, abort, request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser
from werkzeug.routing import IntegerConverter, Map

LARGEST_KEY = 2**31 - 1
UNREADABLE = "\ufffd"
FORMS = ("", "application/x-www-form-urlencoded", "multipart/form-data")
ANSWER_SHEETS = (
    "respond.residents",
    "respond.businesses",
    "respond.trial",
)  # they clean what they take


class TextParser(FormDataParser):
    """Werkzeug keeps such bytes as the escapes that were sent, or as a sign for each."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        if mimetype == "application/x-www-form-urlencoded":
            sent = stream.read().decode("utf-8", "replace")
            pairs = parse_qsl(sent, keep_blank_values=True, errors="replace")
            return stream, self.cls(_readable(pairs)), self.cls()
        stream, form, files = super().parse(stream, mimetype, content_length, options)
        return stream, self.cls(_readable(form.items(multi=True))), files


class TextRequest(Request):
    form_data_parser_class = TextParser


def _readable(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value.replace(UNREADABLE, "")) for name, value in pairs]


class KeyConverter(IntegerConverter):
    """`<int:...>` in an address: a row's number, so one that can be; otherwise there is no page."""

    def __init__(self, url_map: Map, **options: Any) -> None:  # noqa: ANN401  as Werkzeug has them
        super().__init__(url_map, **({"max": LARGEST_KEY} | options))


def install(app: Flask) -> None:
    """Before any address is added: an address keeps the converter that it was made with."""
    app.request_class = TextRequest
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
