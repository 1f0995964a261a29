"""A real server, a real Chromium, and people who walk through with or without JavaScript."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.places import Site, copied, served
from tests.journeys.walker import Walker

Welcome = Callable[..., Walker]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/journeys" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def site(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(copied(tmp_path_factory)) as site:
        yield site


@pytest.fixture
def walker(browser: Browser, site: Site) -> Iterator[Welcome]:
    """`walker()`: somebody new, with a phone; `walker(width=1280)`, `walker(javascript=False)`.

    At the end everybody has had no third party, no script error and no failing page on the way.
    """
    welcomed: list[Walker] = []

    def welcome(*, javascript: bool = True, width: int = 360, height: int = 740) -> Walker:
        context = browser.new_context(
            java_script_enabled=javascript,
            viewport={"width": width, "height": height},
            locale="vi-VN",
        )
        welcomed.append(Walker(site, context.new_page()))
        return welcomed[-1]

    yield welcome
    for each in welcomed:
        each.page.context.close()
    assert [fault for each in welcomed for fault in each.faults] == []
