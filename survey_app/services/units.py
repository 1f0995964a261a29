"""Administrative units: load the packaged lists, find a place, name it in a sentence."""

import csv
import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from sqlalchemy.orm import Session

from survey_app import clock
from survey_app.languages import declared
from survey_app.models.units import Unit, UnitSuccession
from survey_app.queries import units as unit_queries
from survey_app.vietnamese import search_key, sort_key

# Folded, as people shorten them when they type: "P. Hải An, TP. Hải Phòng".
ABBREVIATIONS = {
    "p": "phuong",
    "x": "xa",
    "tt": "thi tran",
    "tx": "thi xa",
    "tp": "thanh pho",
    "hcm": "ho chi minh",
}
# Names are searched in Vietnamese, which folds to English letters: "hai an ward" is "hai an".
ENGLISH_KIND = re.compile(
    r" (?:ward|commune|special zone|district|town|township|city|province)(?= |$)"
)
LEVELS = ("province", "district", "commune")  # parents before children


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit on a day, with its province on that day (none for a province)."""

    id: int
    official_code: str
    level: str
    kind: str
    name_vi: str
    name_en: str
    short_name_vi: str
    short_name_en: str
    valid_from: date
    valid_to: date | None
    province: "UnitRow | None"


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """What the packaged lists hold, and how many of these units and successions were new here."""

    provinces: int
    districts: int
    communes: int
    successions: int
    added: int


def find_units(
    session: Session,
    text: str,
    on: date | None = None,
    limit: int = 20,
    *,
    level: str | None = None,
) -> list[UnitRow]:
    """Find by name as people type it, with or without tones, kind and province, best match first.

    `on` is the day on which the units exist; today in Viet Nam when not given.
    """
    words = ENGLISH_KIND.sub("", search_key(text)).split()
    if len(words) > 1:
        words = [ABBREVIATIONS.get(word, word) for word in words]
    if not words:
        return []
    found = unit_queries.named(
        session, " ".join(words), on=on or _today(), level=level, limit=limit
    )
    return [_row(unit, province) for unit, province in found]


def unit_by_code(session: Session, code: str, on: date | None = None) -> UnitRow | None:
    """Return the unit that has this code on that day: codes were reused in 2025."""
    found = unit_queries.by_code(session, code, on=on or _today())
    return _row(*found) if found else None


def children_of(session: Session, code: str, on: date | None = None) -> list[UnitRow]:
    """Return the units directly under the one with this code on that day, in Vietnamese order."""
    found = unit_queries.children(session, code, on=on or _today())
    return [_row(unit, province) for unit, province in found]


def kind_word(unit: Unit | UnitRow, language: str) -> str:
    """Return the kind inside a sentence: "phường", "ward"."""
    return declared()[language].unit.kinds[unit.kind]


def name_in_sentence(unit: Unit | UnitRow, language: str) -> str:
    """Return the name with its kind: "phường Hải An", "Hai An Ward"."""
    names = declared()[language].unit
    return names.say(unit.kind, getattr(unit, f"short_name_{names.spelling}"))


def name_alone(unit: Unit | UnitRow, language: str) -> str:
    """Return the name as it begins a line: "Phường Hải An", "Hai An Ward"."""
    name = name_in_sentence(unit, language)
    return name[:1].upper() + name[1:]


def label(unit: Unit | UnitRow, language: str) -> str:
    """Return the name and the province: "phường Hải An, thành phố Hải Phòng"."""
    province = unit.province if isinstance(unit, UnitRow) else _province(unit)
    if province is None:
        return name_in_sentence(unit, language)
    return f"{name_in_sentence(unit, language)}, {name_in_sentence(province, language)}"


def load_units(session: Session) -> UnitCounts:
    """Bring the packaged lists into the database; a second time it only brings what is new."""
    listed = _packaged("units.csv.gz")
    known = {(unit.official_code, unit.valid_from): unit for unit in unit_queries.every(session)}
    before = len(known)
    periods: defaultdict[str, list[Unit]] = defaultdict(list)
    for level in LEVELS:
        for row in (row for row in listed if row["level"] == level):
            key = (row["code"], date.fromisoformat(row["valid_from"]))
            unit = known.setdefault(key, Unit(official_code=key[0], valid_from=key[1]))
            _describe(unit, row, periods[row["parent_code"]])
            periods[row["code"]].append(unit)
        session.add_all(known.values())
        session.flush()
    successions = _packaged("successions.csv.gz")
    added = _load_successions(session, successions, periods)
    levels = Counter(row["level"] for row in listed)
    return UnitCounts(
        provinces=levels["province"],
        districts=levels["district"],
        communes=levels["commune"],
        successions=len(successions),
        added=len(known) - before + added,
    )


def _describe(unit: Unit, row: dict[str, str], parents: Sequence[Unit]) -> None:
    short_vi, short_en = row["short_name_vi"], row["short_name_en"]
    unit.level, unit.kind = row["level"], row["kind"]
    unit.short_name_vi, unit.short_name_en = short_vi, short_en
    unit.name_vi, unit.name_en = name_alone(unit, "vi"), name_alone(unit, "en")
    unit.search_key, unit.search_name = search_key(short_vi), search_key(unit.name_vi)
    unit.sort_key = sort_key(short_vi)
    unit.valid_to = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
    unit.legal_basis = row["legal_basis"]
    # The latest that the unit lived under: only the newest kind of its parent shows elsewhere.
    overlapping = [
        parent
        for parent in parents
        if (unit.valid_to is None or parent.valid_from < unit.valid_to)
        and (parent.valid_to is None or parent.valid_to > unit.valid_from)
    ]
    unit.parent_id = max(overlapping, key=_begin).id if overlapping else None


def _load_successions(
    session: Session, listed: Iterable[dict[str, str]], periods: dict[str, list[Unit]]
) -> int:
    ended = {
        (unit.official_code, unit.valid_to): unit for code in periods.values() for unit in code
    }
    begun = {
        (unit.official_code, unit.valid_from): unit for code in periods.values() for unit in code
    }
    known = {
        (link.predecessor_id, link.successor_id) for link in unit_queries.every_succession(session)
    }
    links = []
    for row in listed:
        day = date.fromisoformat(row["happened_on"])
        predecessor = ended[row["predecessor_code"], day]
        successor = begun[row["successor_code"], day]
        if (predecessor.id, successor.id) in known:
            continue
        link = UnitSuccession(predecessor_id=predecessor.id, successor_id=successor.id)
        link.happened_on, link.extent = day, row["extent"]
        link.share_population = 1.0 if row["extent"] == "whole" else None
        links.append(link)
    session.add_all(links)
    session.flush()
    return len(links)


def _packaged(name: str) -> list[dict[str, str]]:
    packed = (files("survey_app") / "data" / "vn_units" / name).read_bytes()
    return list(csv.DictReader(gzip.decompress(packed).decode().splitlines()))


def _today() -> date:
    return clock.now().astimezone(clock.VIET_NAM).date()


def _begin(unit: Unit) -> date:
    return unit.valid_from


def _province(unit: Unit) -> Unit | None:
    above = unit.parent
    while above is not None and above.parent is not None:
        above = above.parent
    return above


def _row(unit: Unit, province: Unit | None) -> UnitRow:
    return UnitRow(
        id=unit.id,
        official_code=unit.official_code,
        level=unit.level,
        kind=unit.kind,
        name_vi=unit.name_vi,
        name_en=unit.name_en,
        short_name_vi=unit.short_name_vi,
        short_name_en=unit.short_name_en,
        valid_from=unit.valid_from,
        valid_to=unit.valid_to,
        province=_row(province, None) if province else None,
    )
