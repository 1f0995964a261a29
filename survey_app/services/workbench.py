"""Where files are made before they count: a folder that vanishes with whoever works in it."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from survey_app import clock

PREFIX = ".survey-desk-"
YOUNG = 60.0  # seconds in which a desk may not be held yet by its maker


@contextmanager
def desk(folder: Path) -> Iterator[Path]:
    """A folder of our own inside this one; what a killed process left there is cleared away."""
    _clear(folder)
    path = Path(mkdtemp(prefix=PREFIX, dir=folder))
    held = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)  # falls with the process, however it ends
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(held)


def settle(path: Path) -> None:
    """Make sure that a file or a folder's entries are on the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def place_new(path: Path, target: Path) -> bool:
    """Give a finished file its name, unless something has that name already."""
    try:
        os.link(path, target)
    except FileExistsError:
        return False
    except OSError:  # a file system without links; between the two steps lies a moment only
        if target.exists():
            return False
        path.rename(target)
    settle(target.parent)
    return True


def _clear(folder: Path) -> None:
    for left in folder.glob(f"{PREFIX}*"):
        try:
            held = os.open(left, os.O_RDONLY)
        except FileNotFoundError:  # somebody else was faster
            continue
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if clock.now().timestamp() - left.stat().st_mtime > YOUNG:
                shutil.rmtree(left, ignore_errors=True)
        except (BlockingIOError, FileNotFoundError):
            continue
        finally:
            os.close(held)
