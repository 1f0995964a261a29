"""Certificates for tests: made in a moment, signed by themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from survey_app.clock import now
from survey_app.serving.certificates import CertificateFiles

NAMES = ("localhost", "127.0.0.1")


@dataclass(frozen=True)
class Made:
    chain: bytes
    private_key: bytes

    def put(self, folder: Path) -> CertificateFiles:
        folder.mkdir(exist_ok=True)
        files = CertificateFiles(folder / "chain.pem", folder / "key.pem")
        files.chain.write_bytes(self.chain)
        files.private_key.touch(mode=0o600)
        files.private_key.write_bytes(self.private_key)
        return files


def made(
    names: tuple[str, ...] = NAMES,
    *,
    begins: datetime | None = None,
    days: int = 30,
    password: bytes | None = None,
) -> Made:
    """A certificate for these names, of yesterday unless it is said, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    begun = begins or now() - timedelta(days=1)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begun)
        .not_valid_after(begun + timedelta(days=days))
        .add_extension(
            x509.SubjectAlternativeName([_name(each) for each in names]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    locked: KeySerializationEncryption = (
        BestAvailableEncryption(password) if password else NoEncryption()
    )
    return Made(
        signed.public_bytes(Encoding.PEM),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked),
    )


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)
