"""How many adults live in the units of a wave, as the page shows it and as a file to fill in."""

import csv
import io
from collections import Counter
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey_app.models.campaigns import Wave
from survey_app.queries import margins, runs
from survey_app.services.margins import CELLS, COLUMNS
from survey_app.web.i18n import language, spoken
from survey_app.web.office.waves.pages import units_of

AGE_BANDS = ("18–29", "30–44", "45–59", "60–69", "70+")


@dataclass(frozen=True, slots=True)
class UnitLine:
    code: str
    name: str
    by_sex: list[int | None]
    by_age: list[int | None]
    everybody: int | None


@dataclass(frozen=True, slots=True)
class MarginsPage:
    key: str
    title: str
    age_bands: tuple[str, ...]
    units: list[UnitLine]
    is_open: bool  # figures may still come


def margins_page(session: Session, wave: Wave) -> MarginsPage:
    by_sex: Counter[tuple[int, int]] = Counter()
    by_age: Counter[tuple[int, int]] = Counter()
    for cell in margins.in_wave(session, wave.id):
        by_sex[cell.unit_id, cell.sex] += cell.population
        by_age[cell.unit_id, cell.age_band] += cell.population
    ids = {place.official_code: place.unit_id for place in wave.units}
    return MarginsPage(
        key=wave.key,
        title=wave.title(language()),
        age_bands=AGE_BANDS,
        units=[_line(code, name, ids[code], by_sex, by_age) for code, name in units_of(wave)],
        is_open=not runs.runs_of_wave(session, wave.id),
    )


def template(wave: Wave) -> bytes:
    """A CSV with a row for each figure that is wanted; the mark in front tells Excel it is UTF-8."""
    written = io.StringIO()
    rows = csv.writer(written, delimiter=spoken().separator)
    rows.writerow(("name", *COLUMNS))
    for code, name in units_of(wave):
        rows.writerows((name, code, sex, age_band, "") for sex, age_band in CELLS)
    return written.getvalue().encode("utf-8-sig")


def _line(
    code: str,
    name: str,
    unit_id: int,
    by_sex: Counter[tuple[int, int]],
    by_age: Counter[tuple[int, int]],
) -> UnitLine:
    sexes = [by_sex.get((unit_id, sex)) for sex in (1, 2)]
    ages = [by_age.get((unit_id, band)) for band in range(1, len(AGE_BANDS) + 1)]
    known = [people for people in sexes if people is not None]
    return UnitLine(code, name, sexes, ages, sum(known) if known else None)
