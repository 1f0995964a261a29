"""Somebody in a real browser, who notices what no page may do."""

from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Response

from tests.journeys.places import PASSWORD, Site

WAIT = 10_000  # milliseconds; a page that takes longer has failed


@dataclass
class Walker:
    site: Site
    page: Page
    faults: list[str] = field(default_factory=list)
    sent: list[Request] = field(default_factory=list)
    forgiven: tuple[str, ...] = ()  # console words that the journey itself provokes

    def __post_init__(self) -> None:
        self.page.set_default_timeout(WAIT)
        self.page.on("request", self._sent)
        self.page.on("response", self._answered)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))

    def go(self, path: str) -> Page:
        self.page.goto(self.site.to(path))
        return self.page

    def sign_in(self, role: str, language: str = "vi", password: str = PASSWORD) -> Page:
        self.go(f"/{language}/office/sign-in")
        self.page.locator("input[name=user_name]").fill(role)
        self.page.locator("input[name=password]").fill(password)
        self.page.locator("main form button").click()
        return self.page

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def is_as_wide_as_the_screen(self) -> bool:
        """Nothing sticks out at the side, so nobody has to scroll sideways."""
        return bool(
            self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        )

    def shown(self, selector: str) -> Locator:
        return self.page.locator(f"{selector}:visible")

    def _sent(self, request: Request) -> None:
        self.sent.append(request)
        if not request.url.startswith((f"{self.site.address}/", "data:")):
            self.faults.append(f"third party: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500 or response.status == 404:
            self.faults.append(f"{response.status}: {response.url}")

    def _said(self, message: ConsoleMessage) -> None:
        known = any(words in message.text for words in self.forgiven)
        if message.type in {"error", "warning"} and not known:
            self.faults.append(f"console: {message.text}")
