"""The embedded server: one process that answers pages and does what is due."""

from collections.abc import Callable
from dataclasses import replace
from errno import EADDRINUSE

from flask import Flask
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server

from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.jobs import clockwork
from survey_app.web.app import create_app

THREADS = 8


def serve_instance(
    instance: Instance, port: int, public_url: str | None, say: Callable[[str], None]
) -> None:
    """Serve on loopback until interrupted; says `Ready: ADDRESS` once it answers."""
    settings = replace(instance.settings, public_url=public_url or instance.settings.public_url)
    app = create_app(replace(instance, settings=settings))
    server = _bound(app, port)
    consumer = clockwork.consumer(instance)
    consumer.start()
    say(f"Ready: http://127.0.0.1:{port}")
    try:
        server.run()
    finally:
        consumer.stop(graceful=True)
        server.close()


def _bound(app: Flask, port: int) -> BaseWSGIServer | MultiSocketServer:
    """A server whose socket is open: whoever reads "Ready" gets an answer."""
    try:
        return create_server(
            app,
            host="127.0.0.1",
            port=port,
            threads=THREADS,
            ident=None,
            # They must reach `web.access`: whoever came through a proxy is not on this machine.
            clear_untrusted_proxy_headers=False,
        )
    except OSError as error:
        if error.errno == EADDRINUSE:
            raise Refusal("port_taken", port=port) from error
        raise
