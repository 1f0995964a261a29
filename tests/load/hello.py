"""The least that this server software can do: a bare Flask page, served with our settings.

`python -m tests.load.hello PORT THREADS`
"""

import sys

from flask import Flask
from waitress.server import create_server

LOOPBACK = "127.0.0.1"


def bare() -> Flask:
    app = Flask("hello")
    app.add_url_rule("/", "hello", lambda: "Hello, world!")
    return app


if __name__ == "__main__":
    port, threads = map(int, sys.argv[1:])
    create_server(
        bare(),
        host=LOOPBACK,
        port=port,
        threads=threads,
        ident=None,
        clear_untrusted_proxy_headers=False,
        asyncore_use_poll=True,
    ).run()
