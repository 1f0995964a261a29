"""The list of people that a sample is drawn from: read whole, or named row by row what is wrong.

It is read, used and forgotten; nothing of it is stored.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.planning.drawing import draw_sample
from survey_app.errors import Refusal
from survey_app.services import spreadsheets
from survey_app.services.spreadsheets import Cell, CellFault, Table

COLUMNS: dict[str, Sequence[str]] = {
    "name": ("Họ và tên", "Họ tên", "Name", "Full name"),
    "address": ("Địa chỉ", "Address"),
    "phone": ("Điện thoại", "Số điện thoại", "Phone"),
    "stratum": ("Tầng", "Tầng mẫu", "Stratum"),
}
NEEDED = ("name", "address")
MOST_PEOPLE = 100_000
LONGEST = {"name": 80, "address": 160, "phone": 20, "stratum": 40}
# What the fonts of the letters have, as tests/survey_app/services/test_frames.py makes sure.
UNPRINTABLE = re.compile(
    r"[^ -~\u00a0-\u00ff\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169"
    r"\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9\u2013\u2014\u2018\u2019\u201c\u201d\u2026]"
)
FORMULA = ("=", "@")  # a table program would calculate it, where the contacts are opened again
Method = Literal["simple", "systematic"]
DRAWS: dict[Method, Literal["srs", "systematic"]] = {"simple": "srs", "systematic": "systematic"}


@dataclass(frozen=True, slots=True)
class Person:
    """Who gets a letter."""

    name: str
    address: str
    phone: str = ""
    stratum: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """Everybody on the list, or every fault of it.

    Codes of faults: missing, too_long, unprintable, formula, uncalculated, repeated (value: the
    row of the first one), outside_columns.
    """

    people: tuple[Person, ...]
    faults: tuple[CellFault, ...]


def read_frame(content: bytes, file_name: str) -> Frame:
    """Read a .csv or .xlsx file.

    Raises
    ------
    Refusal
        as `spreadsheets.read_table` does; `frame_columns_missing`; `file_empty` without people.
    """
    table = spreadsheets.read_table(content, file_name, most_rows=MOST_PEOPLE)
    places = dict(spreadsheets.places(table, COLUMNS))
    missing = [COLUMNS[name][0] for name in NEEDED if places[name] is None]
    if missing:
        raise Refusal("frame_columns_missing", file=file_name, columns=", ".join(missing))
    if not table.rows:
        raise Refusal("file_empty", file=file_name)
    known = {name: place for name, place in places.items() if place is not None}
    people: list[Person] = []
    faults: list[CellFault] = []
    first_rows: dict[Person, int] = {}
    for row, cells in table.rows:
        faults += _faults(table, row, cells, known)
        person = Person(**{name: _cell(cells, place).text for name, place in known.items()})
        first = first_rows.setdefault(person, row)
        if first != row:
            faults.append(spreadsheets.fault(table, row, known["name"], "repeated", str(first)))
        people.append(person)
    return Frame(tuple(people), tuple(faults))


def draw(people: Sequence[Person], size: int, seed: int, method: Method) -> list[Person]:
    """As many of them, in their order, everybody with the same chance; the same again by the seed.

    A simple draw takes of each stratum its share; a systematic one every so-manieth down the list.
    """
    if not 1 <= size <= len(people):
        raise Refusal("draw_too_large", size=size, people=len(people))
    strata = [person.stratum for person in people]
    stratified = method == "simple" and 1 < len(set(strata)) <= size
    drawn = draw_sample(
        np.arange(len(people)),
        size,
        np.random.default_rng(seed),
        method="stratified" if stratified else DRAWS[method],
        strata=strata if stratified else None,
        minimum=1,
    )
    return [people[row] for row in sorted(drawn.rows.tolist())]


def _faults(
    table: Table, row: int, cells: Sequence[Cell], known: Mapping[str, int]
) -> Iterator[CellFault]:
    for name, place in known.items():
        cell = _cell(cells, place)
        needed = name in NEEDED or name == "stratum"
        if found := _wrong(cell, LONGEST[name], needed=needed):
            yield spreadsheets.fault(table, row, place, *found)
    beyond = [place for place in range(len(table.header), len(cells)) if cells[place].text]
    for place in beyond:
        yield spreadsheets.fault(table, row, place, "outside_columns", cells[place].text)


def _wrong(cell: Cell, longest: int, *, needed: bool) -> tuple[str, str] | None:
    """The first fault of a cell and what shows it."""
    if cell.is_uncalculated:
        return "uncalculated", cell.text
    if needed and not cell.text:
        return "missing", ""
    if len(cell.text) > longest:
        return "too_long", cell.text
    if strange := UNPRINTABLE.search(cell.text):
        return "unprintable", f"{strange[0]} (U+{ord(strange[0]):04X})"
    return ("formula", cell.text) if cell.text.startswith(FORMULA) else None


def _cell(cells: Sequence[Cell], place: int) -> Cell:
    return cells[place] if place < len(cells) else Cell("")
