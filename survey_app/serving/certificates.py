"""The certificate that HTTPS is spoken with: looked at before a port opens, and again on renewal."""

import ssl
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from survey_app.clock import VIET_NAM
from survey_app.errors import Refusal

READABLE_BY_ALL = 0o007


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """A chain in PEM, the server's own certificate first, and the key of that one."""

    chain: Path
    private_key: Path


def context(files: CertificateFiles, host: str | None, at: datetime) -> ssl.SSLContext:
    """Return what a connection is wrapped in, TLS 1.2 or newer.

    Raises
    ------
    Refusal
        For what a browser would refuse later: files that are missing or no PEM, a key of another
        certificate, one that is over or not valid yet, one made for another name than `host`.
    """
    own = _certificate(files.chain)
    _demand_key(files.private_key, own)
    _demand_period(own, files.chain, at)
    if host is not None:
        _demand_name(own, files.chain, host)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.options |= ssl.OP_NO_RENEGOTIATION
    made.set_alpn_protocols(["http/1.1"])
    try:
        made.load_cert_chain(files.chain, files.private_key)
    except ssl.SSLError as error:  # an intermediate that is no certificate, a key too short
        raise Refusal("certificate_unfit", file=str(files.chain)) from error
    return made


def _certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificates(_content(path))[0]
    except ValueError as error:
        raise Refusal("certificate_unfit", file=str(path)) from error


def _demand_key(path: Path, own: x509.Certificate) -> None:
    content = _content(path)
    if path.stat().st_mode & READABLE_BY_ALL:
        raise Refusal("private_key_exposed", file=str(path))
    if _public(_key(path, content).public_key()) != _public(own.public_key()):
        raise Refusal("private_key_of_another", file=str(path))


def _key(path: Path, content: bytes) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(content, password=None)
    except TypeError as error:  # it asks for a password, and nobody is there to type it
        raise Refusal("private_key_locked", file=str(path)) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Refusal("private_key_unfit", file=str(path)) from error


def _public(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _demand_period(own: x509.Certificate, path: Path, at: datetime) -> None:
    if own.not_valid_after_utc < at:
        raise Refusal("certificate_over", file=str(path), since=_day(own.not_valid_after_utc))
    if own.not_valid_before_utc > at:
        raise Refusal("certificate_early", file=str(path), since=_day(own.not_valid_before_utc))


def _demand_name(own: x509.Certificate, path: Path, host: str) -> None:
    """As browsers compare (RFC 6125): the whole name, or one `*` for its first part."""
    try:
        names = own.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        said: set[str] = set()
    else:
        said = {name.lower() for name in names.get_values_for_type(x509.DNSName)}
        said |= {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    if not {host, "*." + host.partition(".")[2]} & said:
        raise Refusal("certificate_of_another", file=str(path), host=host)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise Refusal("certificate_missing", file=str(path)) from error
    except OSError as error:
        raise Refusal("certificate_unreadable", file=str(path)) from error


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(VIET_NAM):%d/%m/%Y}"
