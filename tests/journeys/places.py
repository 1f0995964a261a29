"""A demonstration for the tests to walk through: built once in a test run, copied for each use."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from survey_app import clock, demonstration
from survey_app.config import ROOT, Settings
from survey_app.instance import create_instance
from survey_app.services import instances
from tests import databases

# Enough people for every class to appear, few enough to be built in some ten seconds.
SCALE = 0.25
PASSWORD = "hoa-phuong-do-ben-cang"  # noqa: S105  as the demonstration prints it for everybody
PUBLISHED, OPEN = "hai-phong-2", "hai-phong-3"
HAI_AN, DONG_HAI = "11413", "11411"
LOOPBACK = "127.0.0.1"


def settings_in(folder: Path) -> Settings:
    return Settings(folder=folder, database_url=databases.address_in(folder))


def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demonstration that all workers of this run copy from; not to be changed."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = shared / "demonstration"
    with (shared / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _build(shared / "unfinished")
            (shared / "unfinished").rename(folder)
            databases.move(shared / "unfinished", folder)
    return folder


def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration of one's own, to change at will."""
    source = prepared(tmp_path_factory)
    target = Path(shutil.copytree(source, tmp_path_factory.mktemp("own") / "instance"))
    databases.copy(source, target)
    return target


def _build(folder: Path) -> None:
    databases.create(folder)
    instance = create_instance(settings_in(folder))
    try:
        instances.migrate(instance.engine)
        instances.load_units(instance.engine)
        demonstration.build(instance, clock.now(), lambda _line: None, scale=SCALE)
    finally:
        instance.engine.dispose()


@dataclass(frozen=True)
class Site:
    """The real server over an instance, in a process of its own."""

    address: str
    folder: Path
    pid: int = 0

    def to(self, path: str) -> str:
        return f"{self.address}{path}"


@contextmanager
def served(
    folder: Path, *options: str, scheme: str = "http", port: int | None = None
) -> Iterator[Site]:
    port = port or free_port()
    command = [sys.executable, "-c", "from survey_app.cli import main; main()"]
    server = subprocess.Popen(  # noqa: S603  our own command
        [*command, "serve", "--port", str(port), *options],
        cwd=ROOT,
        env={
            **os.environ,
            "SURVEY_INSTANCE": str(folder),
            "SURVEY_DATABASE": databases.address_in(folder),
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stderr is not None
        said = server.stderr.readline()
        while said and not said.startswith("Ready: "):
            said = server.stderr.readline()
        assert said == f"Ready: {scheme}://{LOOPBACK}:{port}\n"
        yield Site(f"{scheme}://{LOOPBACK}:{port}", folder, server.pid)
    finally:
        server.terminate()
        server.communicate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
