"""Which engine counts: this machine, or a cluster where Spark is installed."""

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import cast

from survey_app.engine import kernel
from survey_app.engine.kernel import Engine, Progress
from survey_app.engine.local import Local
from survey_app.errors import Refusal

ENGINES = ("local", "spark")
PATIENCE = 5.0  # seconds for a master to answer


@contextmanager
def opened(
    name: str, master: str | None = None, progress: Progress = kernel.silent
) -> Iterator[Engine]:
    """The engine of that name, ready to count.

    Raises
    ------
    Refusal
        `spark_master_missing`, `spark_missing`, `java_missing`, `spark_unreachable`,
        `spark_failed`.
    """
    if name == "local":
        yield Local(progress)
        return
    if not master:
        raise Refusal("spark_master_missing")
    if find_spec("pyspark") is None:
        raise Refusal("spark_missing")
    if not _has_java():
        raise Refusal("java_missing")
    _demand_reachable(master)
    # Only here: pyspark is an extra, and slow to import.
    spark = import_module("survey_app.engine.spark")
    with spark.connected(master, progress) as engine:
        yield cast("Engine", engine)


def _has_java() -> bool:
    home = os.environ.get("JAVA_HOME")
    places = os.pathsep.join([f"{home}/bin"] if home else []) or None
    return shutil.which("java", path=places) is not None


def _demand_reachable(master: str) -> None:
    """Spark itself asks a silent master for a minute. Other kinds of address are left to it."""
    scheme, _, places = master.partition("://")
    if scheme != "spark":
        return
    for place in places.split(","):
        host, _, port = place.rpartition(":")
        try:
            socket.create_connection((host, int(port)), PATIENCE).close()
        except (OSError, ValueError):
            continue
        return
    raise Refusal("spark_unreachable", master=master)
