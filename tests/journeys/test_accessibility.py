"""axe finds nothing on any main page, in both languages, on a phone and at a desk."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from survey_app.config import LANGUAGES
from tests.journeys.places import HAI_AN, OPEN, PUBLISHED, Site
from tests.journeys.walker import Walker

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
SCREENS = ((360, 740), (1280, 900))
PUBLIC = (
    "",
    "?q=hai+an",
    f"s/{OPEN}/{HAI_AN}",
    f"s/{OPEN}/{HAI_AN}/business",
    "receipt",
    "privacy",
    "i",
    "method",
    "help",
    "accessibility",
    f"results/{PUBLISHED}/{HAI_AN}",
    "office/sign-in",
)
OFFICE = {
    "official": (
        "office/",
        "office/password",
        "office/waves",
        f"office/waves/{OPEN}",
        f"office/waves/{OPEN}/close",
        f"office/waves/{OPEN}/links",
        f"office/waves/{OPEN}/margins",
        f"office/waves/{OPEN}/signs",
        f"office/waves/{PUBLISHED}/signs",
        "office/campaigns/add",
        f"office/campaigns/hai-phong-demo/waves/add?after={OPEN}",
        "office/gaps",
        f"office/gaps/{PUBLISHED}",
        f"office/gaps/{PUBLISHED}/{HAI_AN}",
        f"office/gaps/{PUBLISHED}/{HAI_AN}/4.2",
        "office/actions",
        "office/actions/1",
        "office/actions/6/change",
        f"office/actions/{PUBLISHED}/{HAI_AN}/1.8",
        f"office/actions/{PUBLISHED}/{HAI_AN}/1.8/add",
    ),
    "assessor": (
        "office/self-assessment",
        f"office/self-assessment/{OPEN}/{HAI_AN}",
        f"office/self-assessment/{OPEN}/{HAI_AN}/seal",
    ),
    "expert": ("office/calibration/hai-phong-demo",),
    "administrator": ("office/people", "office/people/add", "office/people/1", "office/audit"),
}


@pytest.fixture(scope="module")
def walkers(browser: Browser, site: Site) -> Iterator[dict[str, Walker]]:
    """Everybody signed in once; "" is a visitor."""
    found = {role: Walker(site, browser.new_context().new_page()) for role in ("", *OFFICE)}
    for role in OFFICE:
        found[role].sign_in(role)
    yield found
    for each in found.values():
        each.page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("role", "path"),
    [("", path) for path in PUBLIC]
    + [(role, path) for role, paths in OFFICE.items() for path in paths],
)
def test_axe_finds_nothing_and_nothing_sticks_out(
    walkers: dict[str, Walker], role: str, path: str, language: str
) -> None:
    walker = walkers[role]
    walker.faults.clear()
    walker.go(f"/{language}/{path}")
    for width, height in SCREENS:
        walker.page.set_viewport_size({"width": width, "height": height})
        found = Axe().run(walker.page, options=RULES)
        assert found.violations_count == 0, f"at {width}: {found.generate_report()}"
        assert walker.is_as_wide_as_the_screen(), f"{path} sticks out at {width}"
    assert walker.faults == []
