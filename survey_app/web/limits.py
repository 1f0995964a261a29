"""Slowing down those who guess: failures are counted per account, source and both, in memory."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import cast

from flask import current_app

from survey_app.errors import Refusal

WINDOW = 15 * 60.0
# Five slips from one place, then a wait. A whole office may sit behind one address, and nobody
# should be able to lock another person out from elsewhere: these two are wider.
MOST_FROM_ONE_PLACE = 5
MOST_PER_SOURCE = 60
MOST_PER_ACCOUNT = 100
MOST_KEYS = 20_000


class Attempts:
    """Attempts of the last quarter of an hour.

    Each is counted before its password is looked at, so that a hundred at once are a hundred; a
    success takes its own place's count back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._moments: dict[tuple[str, str], deque[float]] = {}

    def begin(self, account: str, source: str) -> None:
        """Count an attempt, or refuse it with the minutes to wait."""
        keys = _keys(account, source)
        with self._lock:
            now = self._clock()
            wait = max(self._wait(key, most, now) for key, most in keys)
            if wait > 0:
                raise Refusal("too_many_attempts", minutes=int(wait // 60) + 1)
            for key, _most in keys:
                self._moments.setdefault(key, deque()).append(now)
            self._drop_old(now)

    def succeeded(self, account: str, source: str) -> None:
        with self._lock:
            self._moments.pop((account, source), None)
            for key in ((account, ""), ("", source)):
                if self._moments.get(key):
                    self._moments[key].pop()

    def _wait(self, key: tuple[str, str], most: int, now: float) -> float:
        moments = self._moments.get(key, deque())
        while moments and moments[0] <= now - WINDOW:
            moments.popleft()
        return moments[-most] + WINDOW - now if len(moments) >= most else 0.0

    def _drop_old(self, now: float) -> None:
        if len(self._moments) <= MOST_KEYS:
            return
        self._moments = {
            key: moments
            for key, moments in self._moments.items()
            if moments and moments[-1] > now - WINDOW
        }


def _keys(account: str, source: str) -> Iterable[tuple[tuple[str, str], int]]:
    return (
        ((account, source), MOST_FROM_ONE_PLACE),
        (("", source), MOST_PER_SOURCE),
        ((account, ""), MOST_PER_ACCOUNT),
    )


def attempts() -> Attempts:
    """Return the application's own count."""
    return cast("Attempts", current_app.extensions.setdefault("attempts", Attempts()))
