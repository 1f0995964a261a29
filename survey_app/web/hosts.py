"""Under which names we are reached, and how much of what proxies say is believed.

A request for a name that is not ours is refused before anything else looks at it, so no link, no
cookie and no cache ever holds a stranger's name. What a proxy forwards counts for exactly as many
proxies as there are; everything beyond, and all of it when there are none, is somebody's claim.
"""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from flask import Flask, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from survey_app.addresses import written_hosts
from survey_app.config import LANGUAGES, Settings
from survey_app.web.current import instance
from survey_app.web.headers import HEADERS
from survey_app.web.i18n import gettext as _

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOOPBACK = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?")


class OnlyOurNames:
    """Let a request through when its `Host` is the public one or this machine's own."""

    def __init__(self, app: Flask, public_url: str | None) -> None:
        self._application: WSGIApplication = app.wsgi_app
        self._app = app
        self._ours = written_hosts(public_url) if public_url else frozenset()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        host = environ.get("HTTP_HOST", "").lower()
        if host in self._ours or LOOPBACK.fullmatch(host):
            return self._application(environ, start_response)
        headers = [*HEADERS, ("Content-Type", "text/plain; charset=utf-8")]
        headers += [("Cache-Control", "no-store"), ("Content-Length", str(len(self._words)))]
        start_response("400 Bad Request", headers)
        return [self._words]

    @cached_property
    def _words(self) -> bytes:
        """In both languages; what was asked for is not repeated."""
        sentences = []
        for language in LANGUAGES:
            with self._app.app_context():
                g.language = language
                sentences.append(
                    _(
                        "This server is not reached under that name. Check the address, or scan the code on the poster again."
                    )
                )
        return "\n\n".join([*sentences, ""]).encode()


def install(app: Flask, settings: Settings) -> None:
    inner: WSGIApplication = OnlyOurNames(app, settings.public_url)
    if count := settings.behind_proxy:
        inner = ProxyFix(inner, x_for=count, x_proto=count, x_host=count)
    app.wsgi_app = inner  # type: ignore[method-assign, assignment]  # as Flask's documentation does


def is_loopback_name(host: str) -> bool:
    return LOOPBACK.fullmatch(host.lower()) is not None


def outside(path: str) -> str:
    """The whole address of a page of ours, as others reach it."""
    return (instance().settings.public_url or request.host_url.rstrip("/")) + path
