"""Accounts that everybody knows work on this machine only, also when a proxy stands between."""

import re
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest

from tests.journeys.places import PASSWORD, Site


def signed_in(site: Site, headers: dict[str, str]) -> str:
    """Sign in as the demonstration's official; returns the address where that led."""
    browser: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))
    address = f"{site.address}/vi/office/sign-in"
    with browser.open(address) as page:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.read().decode())
    assert token is not None
    form = {"csrf_token": token[1], "user_name": "official", "password": PASSWORD}
    request = Request(address, urlencode(form).encode(), headers)  # noqa: S310  our own server
    with browser.open(request) as page:
        return str(page.url)


def test_the_account_opens_on_this_machine(site: Site) -> None:
    assert signed_in(site, {}).endswith("/vi/office/")


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"], ids=str.lower
)
def test_the_account_does_not_open_through_a_proxy(site: Site, header: str) -> None:
    value = {"Forwarded": "for=192.0.2.1", "Via": "1.1 proxy"}.get(header, "192.0.2.1")
    with pytest.raises(HTTPError) as refused:
        signed_in(site, {header: value})
    assert refused.value.code == 403
    refused.value.close()
