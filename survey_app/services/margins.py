"""Population margins: read them from CSV with every fault at once, store them whole or not at all."""

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey_app.models.margins import PopulationMargin
from survey_app.queries import margins as margin_queries

COLUMNS = ("unit", "sex", "age_band", "population")
# What a cell may hold; the ranges are also in models/margins.py.
FORMS = {
    "unit": re.compile("[0-9]{5}"),
    "sex": re.compile("[12]"),
    "age_band": re.compile("[1-5]"),
    "population": re.compile("[0-9]{1,9}"),
}
CELLS = [(sex, age_band) for sex in (1, 2) for age_band in range(1, 6)]

SEXES = {"male": 1, "female": 2}
BAND_BEGINS = {1: 18, 2: 30, 3: 45, 4: 60, 5: 70}
YOUNGEST_GROUP = 15


@dataclass(frozen=True, slots=True)
class MarginRow:
    """One cell of the table, and the row of the file where it stands."""

    row: int
    unit: str
    sex: int
    age_band: int
    population: int


@dataclass(frozen=True, slots=True)
class MarginFault:
    """What is wrong with which cell; `row` counts as a spreadsheet does, the heading is row 1.

    Codes: empty_file, unreadable_file, missing_column, extra_cell, bad_unit, bad_sex, bad_age_band,
    bad_population, repeated_cell, missing_cell (value "sex,age_band"), unit_not_in_wave.
    """

    code: str
    row: int
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class ParsedMargins:
    """All rows of a good file, or all faults of another: never some of both."""

    rows: tuple[MarginRow, ...]
    faults: tuple[MarginFault, ...]


def unit_codes(session: Session, wave_id: int) -> frozenset[str]:
    """The official codes that the figures of a wave may be about."""
    return frozenset(_units(session, wave_id))


def parse_margins(text: str, units: Collection[str]) -> ParsedMargins:
    """Read `unit,sex,age_band,population` of these units; commas, semicolons or tabs between."""
    table = text.removeprefix("\ufeff")
    heading, _, _ = table.lstrip().partition("\n")
    separator = max(",;\t", key=heading.count)
    try:
        lines = list(csv.reader(io.StringIO(table, newline=""), delimiter=separator))
    except csv.Error:
        return _refused(MarginFault("unreadable_file", 1, "", ""))
    rows = [(row, cells) for row, cells in enumerate(lines, start=1) if any(map(str.strip, cells))]
    if not rows:
        return _refused(MarginFault("empty_file", 1, "", ""))
    first, names = rows[0][0], [name.strip().casefold() for name in rows[0][1]]
    missing = [
        MarginFault("missing_column", first, name, "") for name in COLUMNS if name not in names
    ]
    if missing:
        return _refused(*missing)
    faults: list[MarginFault] = []
    good = [row for number, cells in rows[1:] if (row := _row(number, names, cells, faults))]
    faults += (
        MarginFault("unit_not_in_wave", row.row, "unit", row.unit)
        for row in good
        if row.unit not in units
    )
    faults += _table_faults(good, complete=not faults)
    if not good and not faults:
        faults.append(MarginFault("empty_file", first, "", ""))
    return _refused(*faults) if faults else ParsedMargins(tuple(good), ())


def store_margins(session: Session, wave_id: int, rows: Sequence[MarginRow]) -> None:
    """Replace the margins of the units in these rows, which take part in the wave."""
    units = _units(session, wave_id)
    margin_queries.remove(session, wave_id, {units[row.unit] for row in rows})
    session.add_all(
        PopulationMargin(
            wave_id=wave_id,
            unit_id=units[row.unit],
            sex=row.sex,
            age_band=row.age_band,
            population=row.population,
        )
        for row in rows
    )
    session.flush()


def adults_from_projection(groups: Mapping[tuple[str, str], int], population: int) -> int:
    """Return how many of a unit's people are adults, if they are as many as in its province."""
    everybody = sum(people for (sex, group), people in groups.items() if _counts(sex, group))
    return round(population * sum(_fifths(groups).values()) / (5 * everybody))


def bands_from_projection(
    groups: Mapping[tuple[str, str], int], adults: int
) -> dict[tuple[int, int], int]:
    """Spread a unit's adults over sex and age band as its province's projection has them.

    Parameters
    ----------
    groups
        People by sex ("male", "female") and five-year group ("15-19" to "80+"), as the General
        Statistics Office publishes them; totals among them are left out. Of 15-19 two fifths
        count, the ages 18 and 19.
    adults
        What the cells add up to: rounded down, the rest goes to the largest remainders.
    """
    fifths = _fifths(groups)
    total = sum(fifths.values())
    cells = {cell: adults * fifths[cell] // total for cell in CELLS}
    by_remainder = sorted(CELLS, key=lambda cell: -(adults * fifths[cell] % total))
    for cell in by_remainder[: adults - sum(cells.values())]:
        cells[cell] += 1
    return cells


def _units(session: Session, wave_id: int) -> dict[str, int]:
    places = margin_queries.units_of_wave(session, wave_id)
    return {place.official_code: place.unit_id for place in places}


def _refused(*faults: MarginFault) -> ParsedMargins:
    return ParsedMargins((), faults)


def _row(
    number: int, names: Sequence[str], cells: Sequence[str], faults: list[MarginFault]
) -> MarginRow | None:
    found = dict(zip(names, map(str.strip, cells), strict=False))
    wrong = [
        MarginFault(f"bad_{name}", number, name, found.get(name, ""))
        for name in COLUMNS
        if not FORMS[name].fullmatch(found.get(name, ""))
    ]
    # 1,234 in a file separated by commas is two cells: the first alone would pass.
    wrong += [
        MarginFault("extra_cell", number, "", cell.strip())
        for cell in cells[len(names) :]
        if cell.strip()
    ]
    faults += wrong
    if wrong:
        return None
    sex, age_band, population = (int(found[name]) for name in COLUMNS[1:])
    return MarginRow(number, found["unit"], sex, age_band, population)


def _table_faults(rows: Sequence[MarginRow], *, complete: bool) -> Iterator[MarginFault]:
    seen: dict[tuple[str, int, int], MarginRow] = {}
    begins: dict[str, int] = {}
    for row in rows:
        begins.setdefault(row.unit, row.row)
        cell = (row.unit, row.sex, row.age_band)
        if cell in seen:
            yield MarginFault("repeated_cell", row.row, "age_band", f"{row.sex},{row.age_band}")
        seen[cell] = row
    # A bad row above may hold the cell that would be missed here.
    for unit, number in begins.items() if complete else ():
        for sex, age_band in CELLS:
            if (unit, sex, age_band) not in seen:
                yield MarginFault("missing_cell", number, "age_band", f"{sex},{age_band}")


def _counts(sex: str, group: str) -> bool:
    return sex in SEXES and group[:1].isdigit()


def _fifths(groups: Mapping[tuple[str, str], int]) -> Counter[tuple[int, int]]:
    """Adults by sex and band, in fifths of a person: whole numbers leave nothing to rounding."""
    fifths: Counter[tuple[int, int]] = Counter()
    for (sex, group), people in groups.items():
        if not _counts(sex, group):
            continue
        begins = int(re.split(r"[-+]", group)[0])
        if begins == YOUNGEST_GROUP:
            fifths[SEXES[sex], 1] += 2 * people
        elif begins > YOUNGEST_GROUP:
            fifths[SEXES[sex], _band(begins)] += 5 * people
    return fifths


def _band(age: int) -> int:
    return max(band for band, begins in BAND_BEGINS.items() if begins <= age)
