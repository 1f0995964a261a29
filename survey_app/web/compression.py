"""Styles and scripts as they go out: compressed once, for phones that pay by the kilobyte."""

import gzip
from functools import lru_cache
from http import HTTPStatus

from flask import Response, request

COMPRESSED = {"text/css", "text/javascript", "image/svg+xml"}


def pack_static(response: Response) -> Response:
    """Compress what Flask serves from the static folder, where the browser takes it."""
    if request.endpoint != "static" or response.mimetype not in COMPRESSED:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code == HTTPStatus.OK and request.accept_encodings["gzip"] > 0:
        response.direct_passthrough = False
        response.set_data(_packed(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=32)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
