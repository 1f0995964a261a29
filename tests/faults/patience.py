"""People who do not give up: each sends the same letter until its receipt has come."""

import asyncio
from pathlib import Path
from random import Random

from tests.load.generator import Crowd
from tests.load.person import answered

PAUSE = 0.05


class Register:
    """A person's own notes: a line per answer for which they hold a receipt."""

    def __init__(self, path: Path) -> None:
        self.path, self.lines = path, 0

    def note(self, key: str, receipt: str) -> None:
        with self.path.open("a", encoding="ascii") as file:
            file.write(f"{key} {receipt}\n")
        self.lines += 1

    @property
    def held(self) -> dict[str, str]:
        """Receipt by key."""
        return dict(line.split() for line in self.path.read_text(encoding="ascii").splitlines())


async def answer_whatever_happens(crowd: Crowd, register: Register, rng: Random) -> None:
    """One answer, sent again with the same key until its receipt has come."""
    path, html = rng.choice(crowd.paths), ""
    while not html:
        html = await crowd.look(path) or await asyncio.sleep(PAUSE, "")
    letter = answered(html, rng, text="Đường ngập" if rng.random() < 0.3 else "")
    crowd.letters.append(letter)
    while letter.key not in crowd.seen.receipts:
        await crowd.send(path, letter)
        if letter.key not in crowd.seen.receipts:
            await asyncio.sleep(PAUSE)
    register.note(letter.key, crowd.seen.receipts[letter.key])
