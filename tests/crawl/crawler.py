"""Follows every link of the pages that somebody can open, and notes what is wrong on the way."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.journeys.places import PASSWORD
from tests.visit import OWN_HOSTS, Page, Visit

# Pages of one view that differ in their data alone teach little after the first few.
MOST_OF_A_KIND = 3
OUTWARD = ("mailto:", "tel:")


@dataclass
class Crawl:
    """Pages by address, and every fault met. `kinds`: the views that answered, with an address."""

    app: Flask
    visit: Visit
    language: str
    pages: dict[str, Page] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _count: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def follow(self, *starts: str) -> "Crawl":
        waiting = deque(starts)
        while waiting:
            address = waiting.popleft()
            kind = self._kind(address)
            if address in self._seen or kind is None:
                continue
            self._seen.add(address)
            if self._count[kind] < MOST_OF_A_KIND:
                self._count[kind] += 1
                waiting.extend(self._links_of(address, kind[0]))
        return self

    def _links_of(self, address: str, endpoint: str) -> Iterator[str]:
        response = self.visit.client.get(address, buffered=True)
        if response.status_code in {301, 302, 303, 307, 308}:
            yield urljoin(address, response.location)
        elif response.status_code != 200:
            self.faults.append(f"{response.status_code} at {address}")
        else:
            self.kinds.setdefault(endpoint, address)
            if response.mimetype == "text/html":
                yield from self._look_at(address, response)

    def _look_at(self, address: str, response: TestResponse) -> Iterator[str]:
        self.pages[address] = page = Page(self.visit, response, address)
        try:
            page.check()
        except AssertionError as fault:
            self.faults.append(f"{fault} at {address}")
        for name, selector in (("href", "a[href], link[href]"), ("src", "img[src], script[src]")):
            for element in page.all(selector):
                target = str(element[name])
                if self._is_ours(target):
                    yield self._resolved(address, target)

    def _is_ours(self, target: str) -> bool:
        if target.startswith(OUTWARD):
            return False
        return "://" not in target or target.startswith(OWN_HOSTS)

    def _resolved(self, page: str, target: str) -> str:
        parts = urlsplit(urldefrag(urljoin(f"http://localhost{page}", target)).url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def _kind(self, address: str) -> tuple[str, ...] | None:
        """The view and the names of its questions; None in the other language, or where no page is."""
        parts = urlsplit(address)
        try:
            endpoint, values = self.app.url_map.bind("localhost").match(parts.path)
        except HTTPException as missing:
            self.faults.append(f"a link to {address}: {missing}")
            return None
        if values.get("lang", self.language) != self.language:
            return None
        return (endpoint, *sorted({name for name, _value in parse_qsl(parts.query)}))


def sign_in(app: Flask, user_name: str) -> Visit:
    """Through the real door; the demonstration's members are named by their role."""
    visit = Visit(app.test_client())
    door = visit.get("/vi/office/sign-in")
    home = door.submit({"user_name": user_name, "password": PASSWORD})
    assert home.path == "/vi/office/", home.text
    return visit


def crawl_as(app: Flask, user_name: str | None, language: str) -> Crawl:
    """The office as a member sees it; without a member, the public pages."""
    visit = sign_in(app, user_name) if user_name else Visit(app.test_client())
    start = "office/" if user_name else ""
    return Crawl(app, visit, language).follow(f"/{language}/{start}")
