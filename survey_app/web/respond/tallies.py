"""How often something came before today: counted in memory, under a key that nobody keeps.

What is counted (a network, a sheet, a text) is turned into a keyed hash at once. The key is random,
lives in this process alone and is new every day of Viet Nam; with it all counts are forgotten, as
they are at a restart. Nothing of this is written anywhere.
"""

import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import date, datetime
from threading import Lock

from survey_app.clock import VIET_NAM, now

MOST = 100_000  # counts kept, the latest; under 30 MB
KEY_BYTES = 32
HASH_BYTES = 16


class Tallies:
    def __init__(self, clock: Callable[[], datetime] = now, most: int = MOST) -> None:
        self._clock = clock
        self._most = most
        self._lock = Lock()
        self._day: date | None = None
        self._key = b""
        self._counts: OrderedDict[bytes, int] = OrderedDict()

    def before(self, *what: object) -> int:
        """How often this was counted today."""
        with self._lock:
            return self._counts.get(self._hashed(what), 0)

    def count(self, *what: object) -> int:
        """The same, and counted once more."""
        with self._lock:
            hashed = self._hashed(what)
            found = self._counts.pop(hashed, 0)
            self._counts[hashed] = found + 1
            if len(self._counts) > self._most:
                self._counts.popitem(last=False)
            return found

    def __len__(self) -> int:
        return len(self._counts)

    def _hashed(self, what: tuple[object, ...]) -> bytes:
        today = self._clock().astimezone(VIET_NAM).date()
        if today != self._day:
            self._day, self._key = today, secrets.token_bytes(KEY_BYTES)
            self._counts.clear()
        said = repr(what).encode("utf-8", "surrogatepass")
        return hmac.new(self._key, said, hashlib.sha256).digest()[:HASH_BYTES]
