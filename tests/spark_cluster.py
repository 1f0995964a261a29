"""A real standalone cluster on loopback: a master and workers, each a process of its own."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pyspark

HOME = Path(pyspark.__file__).parent
QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # for processes that live a minute
PATIENCE = 60.0  # seconds for a process to come up
Found = TypeVar("Found")
CORES = 2  # of each worker: one for the session of the tests, one for a command beside it


@dataclass
class Daemon:
    """A master or a worker. It leads its own process group, in which its executors are too."""

    process: subprocess.Popen[bytes]
    log: Path

    def said(self, pattern: str) -> list[str]:
        return re.findall(pattern, self.log.read_text(encoding="utf-8", errors="replace"))

    def signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.process.wait(PATIENCE)

    def executor_ids(self) -> set[str]:
        """Of the executors that run in this worker's group."""
        found = set()
        for place in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (place / "cmdline").read_bytes().decode().split("\0")
                if os.getpgid(int(place.name)) == self.process.pid and "--executor-id" in words:
                    found.add(words[words.index("--executor-id") + 1])
        return found


@dataclass
class Cluster:
    folder: Path
    started: list[Daemon] = field(default_factory=list)
    address: str = ""

    def start_master(self) -> None:
        master = self._start("master.Master", "--port", "0", "--webui-port", "0")
        [self.address] = awaited(lambda: master.said(r"Starting Spark master at (spark://\S+)"))

    def start_worker(self) -> Daemon:
        work = self.folder / f"work{len(self.started)}"
        offer = ("--port", "0", "--webui-port", "0", "-c", str(CORES), "-m", "2g", "-d", str(work))
        worker = self._start("worker.Worker", *offer, self.address)
        awaited(lambda: worker.said("Successfully registered with master"))
        return worker

    def _start(self, name: str, *arguments: str) -> Daemon:
        log = self.folder / f"{len(self.started)}.log"
        environment = os.environ | {
            "SPARK_HOME": str(HOME),
            "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_DAEMON_JAVA_OPTS": QUICK_START,
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_DIRS": str(self.folder),
        }
        with log.open("wb") as file:
            process = subprocess.Popen(  # noqa: S603  our own words
                [
                    str(HOME / "bin/spark-class"),
                    f"org.apache.spark.deploy.{name}",
                    "--host",
                    "127.0.0.1",
                    *arguments,
                ],
                stdout=file,
                stderr=file,
                env=environment,
                start_new_session=True,
            )
        self.started.append(Daemon(process, log))
        return self.started[-1]


@contextmanager
def cluster_of(folder: Path, workers: int) -> Iterator[Cluster]:
    """Up and with its workers; every process that it started is gone afterwards."""
    cluster = Cluster(folder)
    try:
        cluster.start_master()
        for _ in range(workers):
            cluster.start_worker()
        yield cluster
    finally:
        for daemon in reversed(cluster.started):
            daemon.kill()


def awaited(look: Callable[[], Found], patience: float = PATIENCE) -> Found:
    """What `look` finds, as soon as it finds anything."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.05)
    raise TimeoutError("nothing came up")
