"""Somebody who wants to know what each invited person answered, and has nearly everything.

What they hold: the database after the flush, with the places of its rows; its files byte by byte,
the write-ahead log among them; the logs; backups from before and after the flush; the instance's
secret; and of every stratum the list of those invited, with the code in each letter, and the
order and the moments in which they answered.

What they lack: an answer that somebody showed them, and any knowledge of a person that an answer
would repeat. Whoever knows that the only woman of 70 and more in a stratum has answered, and finds
one such form, has found hers: against that stand the coarse questions and the size of a stratum,
not what is tried here. Nor do they have the inbox of a moment before the flush: whoever controls
the server then can watch.

`attempts` tries every way that a leak of this kind has, without knowing whether there is one.
Whoever is not found by a way is guessed, so that each gives a full assignment and chance is what
it is.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from survey_app.keys import Keys
from survey_app.services import inviting
from survey_app.services.invitation_codes import grouped, token_of

Row = Mapping[str, object]
Guess = dict[str, str]  # person -> the answers taken for theirs

LEAST_MARK = 12  # characters that no chance makes alike
NEAR = 700  # bytes: a row of the inbox, or two lines of a log
ANSWERS = re.compile(rb'\{"\d+\.\d+": ?"\w+"(?:, ?"\d+\.\d+": ?"\w+")+\}')
MOMENT = re.compile(rb"20\d\d-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?")


@dataclass(frozen=True)
class Target:
    """A stratum: who was invited, in the order of their answers."""

    wave_id: int
    unit_id: int
    stratum: str
    people: Sequence[str]
    codes: Mapping[str, str]


@dataclass(frozen=True)
class Loot:
    """`tables`: rows in the order in which they lie, by where they were found and the table."""

    tables: Mapping[tuple[str, str], Sequence[Row]]
    files: Mapping[str, bytes]
    keys: Keys


def attempts(loot: Loot, targets: Sequence[Target], rng: Random) -> dict[str, Guess]:
    """An assignment of answers to everybody by each way, stratum by stratum."""
    marks = _Marks(loot, targets)
    answers = {
        target.stratum: sorted(
            _said(row) for row in loot.tables["database", "response"] if _is_of(row, target)
        )
        for target in targets
    }
    ways: dict[str, Guess] = defaultdict(dict)
    for target in targets:
        for way, order in _orders(loot, target, set(answers[target.stratum]), marks):
            ways[way] |= dict(zip(target.people, order, strict=False))
    ways["a mark in a row"] = _marked_rows(loot, marks)
    for name, content in loot.files.items():
        spots = _spots(content)
        ways[f"{name}: a mark near an answer"] = _near_marks(content, spots, marks)
        moments = _moments(content, spots)
        ways[f"{name}: a moment near an answer"] = _by_moments(moments, targets, answers)
    return {
        way: {
            person: said
            for target in targets
            for person, said in _completed(guess, target, answers[target.stratum], rng).items()
        }
        for way, guess in ways.items()
    }


class _Marks:
    """Everything that is known to be made of a letter, by its beginning."""

    def __init__(self, loot: Loot, targets: Sequence[Target]) -> None:
        self.macs: dict[str, str] = {}
        self._owner: dict[str, str] = {}
        for target in targets:
            for person, code in target.codes.items():
                token = token_of(code)
                self.macs[person] = inviting.mac(token, target.wave_id, loot.keys)
                made = (
                    code,
                    grouped(code),
                    token.hex(),
                    hashlib.sha256(token).hexdigest(),
                    hashlib.sha256(code.encode()).hexdigest(),
                    self.macs[person],
                )
                self._owner |= {mark[:LEAST_MARK]: person for mark in made}

    def owner(self, text: str) -> str | None:
        """Whose mark stands in a text."""
        starts = range(len(text) - LEAST_MARK + 1)
        pieces = (text[start : start + LEAST_MARK] for start in starts)
        return next((self._owner[piece] for piece in pieces if piece in self._owner), None)


def _orders(
    loot: Loot, target: Target, answers: set[str], marks: _Marks
) -> Iterator[tuple[str, Sequence[str]]]:
    """Orders of the answers that could be that of the people: of places, and of any column."""
    for (where, table), rows in loot.tables.items():
        ours = [row for row in rows if "answers" in row and _said(row) in answers]
        if not ours:
            continue
        yield f"{where}/{table}: places", [_said(row) for row in ours]
        for column in ours[0]:
            values = {str(row[column]) for row in ours}
            if column != "answers" and len(values) == len(ours):
                by_value = sorted(ours, key=lambda row: str(row[column]))
                yield f"{where}/{table}: {column}", [_said(row) for row in by_value]
    # The codes lie in some order, too, which might be that of the answers.
    letters = sorted(target.people, key=marks.macs.__getitem__)
    rows = [row for row in loot.tables["database", "response"] if _said(row) in answers]
    by_letters = dict(zip(letters, map(_said, rows), strict=True))
    yield "the order of the codes", [by_letters[person] for person in target.people]


def _marked_rows(loot: Loot, marks: _Marks) -> Guess:
    guess: Guess = {}
    for rows in loot.tables.values():
        for row in (row for row in rows if "answers" in row):
            for name, value in row.items():
                if name != "answers" and (person := marks.owner(str(value))):
                    guess[person] = _said(row)
    return guess


def _near_marks(content: bytes, spots: Sequence[tuple[int, str]], marks: _Marks) -> Guess:
    """A code, or what is made of it, in the same line or row as an answer."""
    guess: Guess = {}
    for place, said in spots:
        before = content[max(place - NEAR, 0) : place].decode("latin-1")
        # Of several the one next to the answer: lines and rows begin with what they are about.
        if person := marks.owner(before.rsplit("\n", 1)[-1]):
            guess[person] = said
    return guess


def _moments(content: bytes, spots: Sequence[tuple[int, str]]) -> dict[str, bytes]:
    """The moment that stands nearest before each answer."""
    found: dict[str, tuple[int, bytes]] = {}
    for place, said in spots:
        near = list(MOMENT.finditer(content, max(place - NEAR, 0), place))
        if near:
            distance = place - near[-1].start()
            found[said] = min(found.get(said, (NEAR + 1, b"")), (distance, near[-1][0]))
    return {said: moment for said, (_distance, moment) in found.items()}


def _by_moments(
    moments: Mapping[str, bytes], targets: Sequence[Target], answers: Mapping[str, Sequence[str]]
) -> Guess:
    guess: Guess = {}
    for target in targets:
        dated = [said for said in answers[target.stratum] if said in moments]
        guess |= dict(zip(target.people, sorted(dated, key=moments.__getitem__), strict=False))
    return guess


def _spots(content: bytes) -> list[tuple[int, str]]:
    """Where answers stand in a file."""
    return [(found.start(), _canonical(found[0].decode())) for found in ANSWERS.finditer(content)]


def _is_of(row: Row, target: Target) -> bool:
    return (row["unit_id"], row["stratum"]) == (target.unit_id, target.stratum)


def _said(row: Row) -> str:
    answers = row["answers"]
    return _canonical(answers) if isinstance(answers, str) else json.dumps(answers)


def _canonical(answers: str) -> str:
    return json.dumps(json.loads(answers))


def _completed(guess: Guess, target: Target, answers: Sequence[str], rng: Random) -> Guess:
    known = {person: guess[person] for person in target.people if person in guess}
    left = [said for said in answers if said not in known.values()]
    rng.shuffle(left)
    others = [person for person in target.people if person not in known]
    return {**known, **dict(zip(others, left, strict=False))}
