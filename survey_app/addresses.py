"""The address under which people reach an instance: one origin, checked before it is printed."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from survey_app.errors import Refusal

PORTS = {"http": 80, "https": 443}


def origin(text: str) -> str:
    """`https://khaosat.example.vn`, with a port where it is not the usual one.

    Answers travel in the open over http, so that is for this machine and private networks alone.
    """
    parts, port = _split(text)
    host = _host(parts, text)
    if parts.scheme == "http" and not _is_private(host):
        raise Refusal("public_url_insecure", address=text)
    usual = port in {None, PORTS[parts.scheme]}
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}" if usual else f"{parts.scheme}://{named}:{port}"


def host_of(address: str) -> str:
    """The name alone, as a certificate has it."""
    return urlsplit(address).hostname or ""


def written_hosts(address: str) -> frozenset[str]:
    """What a browser puts into `Host` for this origin: its usual port may stand there or not."""
    parts = urlsplit(address)
    named = parts.netloc
    return frozenset({named} if parts.port else {named, f"{named}:{PORTS[parts.scheme]}"})


def _split(text: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError as error:
        raise Refusal("public_url_unfit", address=text) from error
    beyond = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in PORTS or not parts.hostname or beyond:
        raise Refusal("public_url_unfit", address=text)
    return parts, port


def _host(parts: SplitResult, text: str) -> str:
    """The name as it travels: `khảosát.vn` has a spelling in plain letters."""
    try:
        return (parts.hostname or "").encode("idna").decode("ascii")
    except UnicodeError as error:
        raise Refusal("public_url_unfit", address=text) from error


def _is_private(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_private  # loopback is private, too
    except ValueError:
        return False
