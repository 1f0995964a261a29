"""What every answer tells the browser not to do, whatever kind of answer it is."""

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# Those that browsers know: of any other they complain on every page.
UNUSED = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)
HEADERS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),  # for browsers that do not know frame-ancestors
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", ", ".join(f"{each}=()" for each in UNUSED)),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
# A year, this name alone: what other names of the same office do is not ours to say.
ONLY_HTTPS = ("Strict-Transport-Security", "max-age=31536000")


def install(app: Flask) -> None:
    app.after_request(_add)


def _add(response: Response) -> Response:
    for name, value in HEADERS:
        response.headers[name] = value
    if request.is_secure:
        response.headers[ONLY_HTTPS[0]] = ONLY_HTTPS[1]
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
