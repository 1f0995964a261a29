"""What is refused before a port opens, and how much a server takes."""

import errno
import resource
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey_app import serving
from survey_app.cli import cli
from survey_app.config import settings_from
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.serving import Door
from survey_app.serving.certificates import CertificateFiles
from survey_app.serving.channels import Channel
from survey_app.web.app import create_app
from tests.tls import made

PUBLIC = "https://khaosat.example.vn"


@pytest.fixture(autouse=True)
def _nothing_serves(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_INSTANCE", str(instance.settings.folder))
    monkeypatch.setenv("SURVEY_DATABASE", instance.settings.database_url)
    monkeypatch.setattr("survey_app.cli.serving.instances.migrate", lambda _engine: None)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Instance, Door]]:
    """What would be served, where."""
    found: list[tuple[Instance, Door]] = []
    monkeypatch.setattr(
        "survey_app.cli.serving.serve_instance",
        lambda instance, door, _say: found.append((instance, door)),
    )
    return found


@pytest.fixture
def files(tmp_path: Path) -> CertificateFiles:
    return made(("khaosat.example.vn",)).put(tmp_path / "tls")


def serve(*options: str) -> str:
    """Returns what is said; a refusal is raised as it is."""
    done = CliRunner().invoke(cli, ["serve", *options], catch_exceptions=False)
    if isinstance(done.exception, Refusal):
        raise done.exception
    return done.output


def refused(*options: str) -> str:
    with pytest.raises(Refusal) as refusal:
        CliRunner().invoke(cli, ["serve", *options], catch_exceptions=False)
    return refusal.value.code


def test_alone_it_listens_on_this_machine(served: list[tuple[Instance, Door]]) -> None:
    serve()
    [(instance, door)] = served
    assert (door, str(door)) == (Door(8000, "127.0.0.1", None), "http://127.0.0.1:8000")
    assert (instance.settings.public_url, instance.settings.behind_proxy) == (None, 0)


def test_the_options_come_before_the_settings(
    served: list[tuple[Instance, Door]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_PUBLIC_URL", "https://other.example.vn/")
    monkeypatch.setenv("SURVEY_BEHIND_PROXY", "2")
    serve()
    serve("--public-url", f"{PUBLIC}/", "--behind-proxy", "1")
    told = [(each.settings.public_url, each.settings.behind_proxy) for each, _door in served]
    assert told == [("https://other.example.vn", 2), (PUBLIC, 1)]


def test_with_a_certificate_it_speaks_https(
    served: list[tuple[Instance, Door]], files: CertificateFiles
) -> None:
    options = ["--certificate", str(files.chain), "--private-key", str(files.private_key)]
    serve("--public-url", PUBLIC, "--listen", "::", "--port", "443", *options)
    assert served[0][1] == Door(443, "::", files)
    assert str(served[0][1]) == "https://[::]:443"


def test_https_that_nobody_speaks_is_pointed_out(served: list[tuple[Instance, Door]]) -> None:
    assert "--behind-proxy 1" in serve("--public-url", PUBLIC)
    assert serve("--public-url", PUBLIC, "--behind-proxy", "1") == ""
    assert len(served) == 2


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--listen", "192.168.1.7"], "public_url_missing"),
        (["--listen", "khaosat.example.vn"], "listen_address_unfit"),
        (["--public-url", "khaosat.example.vn"], "public_url_unfit"),
        (["--public-url", "http://khaosat.example.vn"], "public_url_insecure"),
        (["--certificate", "a.pem"], "certificate_incomplete"),
        (["--private-key", "a.pem"], "certificate_incomplete"),
        (["--certificate", "a.pem", "--private-key", "b.pem"], "public_url_missing"),
        (
            ["--certificate", "a", "--private-key", "b", "--public-url", "http://localhost"],
            "public_url_insecure",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_right_is_refused(options: list[str], code: str) -> None:
    assert refused(*options) == code


def test_a_certificate_that_does_not_fit_opens_no_port(files: CertificateFiles) -> None:
    files.private_key.write_bytes(made().private_key)
    options = ["--certificate", str(files.chain), "--private-key", str(files.private_key)]
    assert refused("--public-url", PUBLIC, *options) == "private_key_of_another"
    other = ["--public-url", "https://other.example.vn"]
    assert refused(*other, *options) == "private_key_of_another"


@pytest.mark.parametrize("command", ["serve", "demo"])
@pytest.mark.parametrize("port", ["99999", "65536", "-1", "many"])
def test_a_port_that_no_machine_has_is_refused_before_anything_is_made(
    command: str, port: str
) -> None:
    done = CliRunner().invoke(cli, [command, "--port", port])
    assert done.exit_code == 2
    assert "--port" in done.output
    assert port in done.output


@pytest.mark.parametrize("given", ["many", "-1", "6", "1.5", "²"])
def test_a_number_of_proxies_is_a_small_number(given: str) -> None:
    with pytest.raises(Refusal, match="proxies_unfit"):
        settings_from({"SURVEY_BEHIND_PROXY": given})


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield int(holder.getsockname()[1])


def test_a_port_that_is_taken_is_refused_in_words(instance: Instance, taken: int) -> None:
    with pytest.raises(Refusal, match="port_taken"):
        serving._bound(create_app(instance), Door(taken), Channel)


def test_an_address_of_another_machine_is_refused_in_words(instance: Instance) -> None:
    # TEST-NET-1 (RFC 5737): nobody's.
    with pytest.raises(Refusal, match="listen_address_unfit"):
        serving._bound(create_app(instance), Door(0, "192.0.2.1"), Channel)


def test_a_port_without_the_right_to_it_is_refused_in_words(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Tests may run as the superuser, who has the right.
    def fail(*_arguments: object, **_named: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("survey_app.serving.socket.create_server", fail)
    with pytest.raises(Refusal, match="port_forbidden"):
        serving._bound(create_app(instance), Door(443), Channel)


def test_it_takes_as_many_connections_as_files_may_be_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[int, int]] = []
    limits = {"now": (1024, 4096)}
    monkeypatch.setattr(resource, "getrlimit", lambda _which: limits["now"])
    monkeypatch.setattr(resource, "setrlimit", lambda _which, wanted: asked.append(wanted))
    assert serving._most_connections() == 2000
    limits["now"] = (1024, 1024)
    assert serving._most_connections() == 1024 - 256
    limits["now"] = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    assert serving._most_connections() == 2000
    assert asked == [(2256, 4096)]


def test_the_command_says_what_was_refused(files: CertificateFiles) -> None:
    files.chain.unlink()
    options = ["--certificate", str(files.chain), "--private-key", str(files.private_key)]
    assert refused("--public-url", PUBLIC, *options) == "certificate_missing"
