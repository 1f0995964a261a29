"""Somebody who sends an answer form over a real connection, without a browser in between."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from tests.journeys.places import Site

CODE = re.compile(r'id="receipt-code">([^<]+)<')
RATING = re.compile(r"\d\.\d+")
PATIENCE = 60


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def receipt(self) -> str | None:
        found = CODE.search(self.text)
        return found[1] if found else None


class Fields(HTMLParser):
    """What a browser would send of the one form of a page; `choices`: every radio button there."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.choices: dict[str, list[str]] = {}
        self._text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        self._text = name if tag == "textarea" else ""
        if tag != "input" or not name:
            return
        kind = given.get("type", "text")
        if kind == "radio":
            self.choices.setdefault(name, []).append(given["value"])
        if kind not in {"radio", "checkbox"} or "checked" in given:
            self.sent[name] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._text:
            self.sent[self._text] = self.sent.get(self._text, "") + data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text:
            self.sent.setdefault(self._text, "")
        self._text = ""


def ask(site: Site, path: str, sent: dict[str, str] | None = None) -> Reply:
    """Open a page, or send a form; each time over a connection of one's own, without a cookie."""
    connection = HTTPConnection(urlsplit(site.address).netloc, timeout=PATIENCE)
    body = None if sent is None else urlencode(sent)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
    connection.request("GET" if body is None else "POST", path, body, headers)
    answer = connection.getresponse()
    reply = Reply(answer.status, dict(answer.getheaders()), answer.read().decode())
    connection.close()
    return reply


def filled(site: Site, path: str, key: str) -> dict[str, str]:
    """A form of one's own, all worst answers on its topics, ready to be sent as the script does."""
    form = Fields(ask(site, path).text)
    rated = [name for name in form.choices if RATING.fullmatch(name)]
    return {**form.sent, **dict.fromkeys(rated, "1"), "key": key, "forward": "1"}
