"""A visitor who checks each page against the house rules while passing through.

Every page fetched or posted in any test has: the status one expects, the language its address
says, one `h1` that the title starts with, ids that are unique, a label for each input, a method
and a token for each form that needs one, no inline style or script, and no third-party address.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

OWN_HOSTS = ("http://localhost", "http://127.0.0.1")
HANDLER = re.compile(r"on[a-z]+")
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}


@dataclass
class Page:
    """One answer of the server, as a person meets it."""

    visit: "Visit"
    response: TestResponse
    path: str
    soup: BeautifulSoup = field(init=False)

    def __post_init__(self) -> None:
        self.soup = BeautifulSoup(self.response.text, "html.parser")

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        return " ".join(self.soup.get_text(" ").split())

    @property
    def language(self) -> str:
        return str(self.one("html")["lang"])

    def one(self, selector: str) -> Tag:
        found = self.soup.select_one(selector)
        assert found is not None, f"{selector} is not on {self.path}: {self.text[:300]}"
        return found

    def all(self, selector: str) -> list[Tag]:
        return list(self.soup.select(selector))

    @property
    def form(self) -> Tag:
        return self.one("main form[method=post]")

    def filled(self) -> MultiDict[str, str]:
        """What the browser would send of the form as it stands, without a button."""
        sent: MultiDict[str, str] = MultiDict()
        for control in self.form.select("input[name], textarea[name], select[name]"):
            sent_as = _sent(control)
            if sent_as is not None:
                sent.add(str(control["name"]), sent_as)
        return sent

    def buttons(self) -> list[Tag]:
        return [each for each in self.form.select("button") if each.get("type") != "button"]

    def submit(
        self,
        changes: dict[str, Any] | None = None,
        *,
        button: str | None = None,
        status: int | None = 200,
    ) -> "Page":
        """Fill in the named fields and press a button: the last one, or the first one so named."""
        sent = self.filled()
        for name, value in (changes or {}).items():
            sent.setlist(
                name, [] if value is None else value if isinstance(value, list) else [value]
            )
        named = [
            each for each in self.buttons() if button in {each.get("name"), each.get("value")}
        ]
        pressed = named[0] if button else self.buttons()[-1]
        if pressed.get("name"):
            sent.add(str(pressed["name"]), str(pressed.get("value", "")))
        action = pressed.get("formaction") or self.form.get("action") or self.path
        return self.visit.post(str(action), sent, status=status)

    def check(self) -> None:
        html = self.one("html")
        assert html.get("lang") == (self.path.split("/")[1] or None), f"language of {self.path}"
        headings = self.all("h1")
        assert len(headings) == 1, f"{len(headings)} h1 on {self.path}"
        title = " ".join(self.one("title").get_text().split())
        assert title.startswith(" ".join(headings[0].get_text().split())), f"title {title!r}"
        self._check_ids()
        self._check_labels()
        self._check_forms()
        self._check_purity()
        for table in self.all("table"):
            assert table.find("caption"), f"a table without caption on {self.path}"
            assert all(head.get("scope") for head in table.find_all("th")), "th without scope"

    def _check_ids(self) -> None:
        ids = [str(each["id"]) for each in self.all("[id]")]
        assert len(ids) == len(set(ids)), (
            f"ids twice: {sorted({i for i in ids if ids.count(i) > 1})}"
        )
        for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            for element in self.all(f"[{attribute}]"):
                missing = set(str(element[attribute]).split()) - set(ids)
                assert not missing, f"{attribute} names no element: {missing}"
        for link in self.all("a[href^='#']"):
            assert str(link["href"])[1:] in ids, f"a link to nothing: {link['href']}"

    def _check_labels(self) -> None:
        labelled = {str(label["for"]) for label in self.all("label[for]")}
        for control in self.all("input, textarea, select"):
            if control.get("type") in UNLABELLED:
                continue
            named = control.get("aria-label") or control.get("aria-labelledby")
            inside = control.find_parent("label") is not None
            assert named or inside or control.get("id") in labelled, f"no label for {control}"

    def _check_forms(self) -> None:
        for form in self.all("form"):
            assert form.get("method"), f"a form without method on {self.path}"
            assert form.find("button"), f"a form without button on {self.path}"

    def _check_purity(self) -> None:
        assert not self.all("[style], style"), f"inline style on {self.path}"
        for script in self.all("script"):
            assert script.get("src") or script.get("type") == "application/json", "inline script"
        for element in self.soup.find_all(True):
            inline = [name for name in element.attrs if HANDLER.fullmatch(name)]
            assert not inline, f"inline handler {inline} on {self.path}"
            for name in ("src", "action", "formaction"):
                assert _is_own(str(element.get(name, ""))), f"third party: {element}"
            if element.name == "link":
                assert _is_own(str(element.get("href", ""))), f"third party: {element}"


@dataclass
class Visit:
    client: FlaskClient

    def get(self, path: str, *, status: int | None = 200) -> Page:
        return self._page(self.client.get(path), path, status)

    def post(self, path: str, data: Any, *, status: int | None = 200) -> Page:  # noqa: ANN401  a dict or pairs
        return self._page(self.client.post(path, data=data), path, status)

    def _page(self, response: TestResponse, path: str, status: int | None) -> Page:
        for _ in range(5):
            if response.status_code not in {301, 302, 303, 307, 308}:
                break
            path = response.location
            response = self.client.get(path)
        page = Page(self, response, path)
        wrong = f"{response.status_code} instead of {status} at {path}: {page.text[:600]}"
        assert status in {None, response.status_code}, wrong
        if response.mimetype == "text/html":
            page.check()
        return page


def _sent(control: Tag) -> str | None:
    """What a control contributes to its form, or None."""
    if control.has_attr("disabled"):
        return None
    if control.name == "textarea":
        return control.get_text().removeprefix("\n")
    if control.name == "select":
        chosen = control.select_one("option[selected]") or control.find("option")
        return str(chosen.get("value", chosen.get_text())) if isinstance(chosen, Tag) else None
    if control.get("type") in {"submit", "button", "file"}:
        return None
    if control.get("type") in {"radio", "checkbox"}:
        return str(control.get("value", "on")) if control.has_attr("checked") else None
    return str(control.get("value", ""))


def _is_own(address: str) -> bool:
    outside = address.startswith("//") or "://" in address
    return not outside or address.startswith(OWN_HOSTS)
