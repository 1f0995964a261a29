"""Serving the pages, here or to everybody."""

from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import click

from survey_app.addresses import origin
from survey_app.cli.door import PORT, cli, opened, say
from survey_app.config import MOST_PROXIES, Settings
from survey_app.errors import Refusal
from survey_app.services import instances
from survey_app.serving import LOOPBACK, Door, serve_instance
from survey_app.serving.certificates import CertificateFiles

FILE = click.Path(path_type=Path, dir_okay=False)


@cli.command()
@click.option("--port", type=PORT, default=8000, show_default=True)
@click.option("--public-url", help="https://… as people reach it. / Địa chỉ người dân truy cập.")
@click.option(
    "--listen",
    default=LOOPBACK,
    show_default=True,
    help="0.0.0.0: everywhere. / 0.0.0.0: mọi nơi.",
)
@click.option("--certificate", type=FILE, help="The chain in PEM. / Chuỗi chứng thư, dạng PEM.")
@click.option("--private-key", type=FILE, help="Its key in PEM. / Khóa riêng, dạng PEM.")
@click.option(
    "--behind-proxy",
    type=click.IntRange(0, MOST_PROXIES),
    help="How many proxies are in front. / Số máy chủ trung gian phía trước.",
)
def serve(  # noqa: PLR0917  as many as there are options
    port: int,
    public_url: str | None,
    listen: str,
    certificate: Path | None,
    private_key: Path | None,
    behind_proxy: int | None,
) -> None:
    """Serve the pages until Ctrl-C. / Chạy trang web cho đến khi bấm Ctrl-C."""
    door = Door(port, _listening(listen), _files(certificate, private_key))
    with opened() as found:
        settings = found.settings
        if public_url:
            settings = replace(settings, public_url=origin(public_url))
        if behind_proxy is not None:
            settings = replace(settings, behind_proxy=behind_proxy)
        _demand_reachable(settings, door)
        instances.migrate(found.engine)
        serve_instance(replace(found, settings=settings), door, say)


def _listening(address: str) -> str:
    try:
        return str(ip_address(address.strip("[]")))
    except ValueError as error:
        raise Refusal("listen_address_unfit", address=address) from error


def _files(certificate: Path | None, private_key: Path | None) -> CertificateFiles | None:
    if certificate and private_key:
        return CertificateFiles(certificate, private_key)
    if certificate or private_key:
        raise Refusal("certificate_incomplete")
    return None


def _demand_reachable(settings: Settings, door: Door) -> None:
    """Whoever opens the door to others says how they reach it: links and cookies rest on it."""
    is_open = door.files is not None or not ip_address(door.address).is_loopback
    if is_open and not settings.public_url:
        raise Refusal("public_url_missing")
    speaks_https = (settings.public_url or "").startswith("https:")
    if door.files and not speaks_https:
        raise Refusal("public_url_insecure", address=settings.public_url)
    if speaks_https and not door.files and not settings.behind_proxy:
        say("! HTTPS: --behind-proxy 1, or / hoặc --certificate … --private-key …")
