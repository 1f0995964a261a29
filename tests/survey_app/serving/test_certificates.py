import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from survey_app.errors import Refusal
from survey_app.serving.certificates import CertificateFiles, context
from tests.tls import made

AT = datetime(2026, 3, 1, tzinfo=UTC)
HOST = "khaosat.example.vn"


@pytest.fixture
def files(tmp_path: Path) -> CertificateFiles:
    return made((HOST,), begins=AT - timedelta(days=1)).put(tmp_path / "tls")


def refusal(files: CertificateFiles, host: str | None = HOST, at: datetime = AT) -> Refusal:
    with pytest.raises(Refusal) as refused:
        context(files, host, at)
    return refused.value


def test_a_certificate_in_order_speaks_tls_12_or_newer(files: CertificateFiles) -> None:
    opened = context(files, HOST, AT)
    assert opened.minimum_version == ssl.TLSVersion.TLSv1_2
    assert opened.verify_mode == ssl.CERT_NONE  # of visitors nothing is asked


@pytest.mark.parametrize("which", ["chain", "private_key"])
def test_a_missing_file_is_named(files: CertificateFiles, which: str) -> None:
    gone = getattr(files, which)
    gone.unlink()
    assert refusal(files).code == "certificate_missing"
    assert refusal(files).details == {"file": str(gone)}


def test_a_file_that_cannot_be_read_is_named(files: CertificateFiles, tmp_path: Path) -> None:
    # A folder cannot be read as a file by anybody, the superuser included.
    assert refusal(replace(files, chain=tmp_path)).code == "certificate_unreadable"


@pytest.mark.parametrize(
    "content",
    [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"],
)
def test_what_is_no_certificate_is_refused(files: CertificateFiles, content: bytes) -> None:
    files.chain.write_bytes(content)
    assert refusal(files).code == "certificate_unfit"


def test_a_chain_that_breaks_off_is_refused(files: CertificateFiles) -> None:
    with files.chain.open("ab") as file:
        file.write(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert refusal(files).code == "certificate_unfit"


def test_the_files_the_wrong_way_round_are_refused(files: CertificateFiles) -> None:
    turned = CertificateFiles(files.private_key, files.chain)
    assert refusal(turned).code == "certificate_unfit"


def test_what_is_no_key_is_refused(files: CertificateFiles) -> None:
    files.private_key.write_bytes(b"no key")
    assert refusal(files).code == "private_key_unfit"


def test_the_key_of_another_certificate_is_refused(files: CertificateFiles) -> None:
    files.private_key.write_bytes(made((HOST,)).private_key)
    assert refusal(files).code == "private_key_of_another"


def test_a_key_behind_a_password_is_refused(tmp_path: Path) -> None:
    locked = made((HOST,), begins=AT - timedelta(days=1), password=b"secret").put(tmp_path / "a")
    assert refusal(locked).code == "private_key_locked"


def test_a_key_that_everybody_can_read_is_refused(files: CertificateFiles) -> None:
    files.private_key.chmod(0o644)
    assert refusal(files).code == "private_key_exposed"
    files.private_key.chmod(0o640)  # a group, as Debian's ssl-cert, may
    context(files, HOST, AT)


def test_a_certificate_that_is_over_is_refused_with_its_last_day(files: CertificateFiles) -> None:
    late = refusal(files, at=AT + timedelta(days=30))
    assert (late.code, late.details["since"]) == ("certificate_over", "30/03/2026")


def test_a_certificate_that_is_not_valid_yet_is_refused(files: CertificateFiles) -> None:
    early = refusal(files, at=AT - timedelta(days=2))
    assert (early.code, early.details["since"]) == ("certificate_early", "28/02/2026")


@pytest.mark.parametrize(
    ("names", "host", "fits"),
    [
        ((HOST,), HOST, True),
        (("*.example.vn",), HOST, True),
        (("*.example.vn",), "example.vn", False),
        (("*.example.vn",), "a.khaosat.example.vn", False),
        (("other.example.vn",), HOST, False),
        (("192.168.1.7",), "192.168.1.7", True),
        ((HOST,), None, True),
    ],
)
def test_the_name_is_compared_as_browsers_do(
    tmp_path: Path, names: tuple[str, ...], host: str | None, *, fits: bool
) -> None:
    files = made(names, begins=AT - timedelta(days=1)).put(tmp_path / "tls")
    if fits:
        context(files, host, AT)
    else:
        assert refusal(files, host).details["host"] == host
