"""How a refusal is put into words."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """The words are made when they are needed: only then the language is known."""

    words: Callable[[], str]
    status: int
