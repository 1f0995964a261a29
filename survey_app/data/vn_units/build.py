"""Make units.csv.gz and successions.csv.gz from the published lists: build.py FOLDER.

FOLDER holds units_before_2025-07.csv, units_2025.csv, units_2026.csv, predecessors.csv,
district_successors.csv and province_predecessors.csv. What is decided here is told in README.md.
"""

import csv
import gzip
import io
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

BEFORE_OUR_LISTS = "1900-01-01"
REORGANISED = "2025-07-01"
KINDS_CHANGED = "2026-04-30"

OLD_LIST = "Quyết định 124/2004/QĐ-TTg (danh mục đến ngày 30/6/2025)"
NEW_PROVINCE = "Nghị quyết 202/2025/QH15; Quyết định 19/2025/QĐ-TTg"
NEW_COMMUNE = "Quyết định 19/2025/QĐ-TTg"
CHANGED_PROVINCE = "Nghị quyết 30/2026/QH16"
CHANGED_COMMUNE = "Nghị quyết 237/NQ-UBTVQH16"

KINDS = {
    ("province", "Tỉnh"): "province",
    ("province", "Thành phố"): "city",
    ("district", "Thành phố"): "city",
    ("district", "Huyện"): "rural_district",
    ("district", "Quận"): "urban_district",
    ("district", "Thị xã"): "town",
    ("commune", "Phường"): "ward",
    ("commune", "Xã"): "commune",
    ("commune", "Thị trấn"): "township",
    ("commune", "Đặc khu"): "special_zone",
}

Row = dict[str, str]


def read(folder: Path, name: str) -> list[Row]:
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: Iterable[Row]) -> None:
    """Write gzip without a time, so that the same lists give the same bytes."""
    ordered = list(rows)
    text = io.StringIO()
    table = csv.DictWriter(text, list(ordered[0]), lineterminator="\n")
    table.writeheader()
    table.writerows(ordered)
    path.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))


def unit(source: Row, valid_from: str, valid_to: str, legal_basis: str) -> Row:
    return {
        "code": source["code"],
        "valid_from": valid_from,
        "valid_to": valid_to,
        "level": source["level"],
        "kind": KINDS[source["level"], source["unit_type_vi"]],
        "short_name_vi": unicodedata.normalize("NFC", source["short_name_vi"]),
        "short_name_en": source["short_name_en"],
        "parent_code": source["parent_code"],
        "legal_basis": legal_basis,
    }


def current_units(first: list[Row], later: list[Row]) -> Iterable[Row]:
    """Give a second row to what changed its kind; take over what is only spelt anew."""
    respelt = {row["code"]: row for row in later}
    for row in first:
        now = respelt[row["code"]]
        # English respellings ("Ward 2 Bao Loc", "Haiphong") come and go between the lists.
        named = {**row, "short_name_vi": now["short_name_vi"]}
        is_province = row["level"] == "province"
        basis = NEW_PROVINCE if is_province else NEW_COMMUNE
        if now["unit_type_vi"] == row["unit_type_vi"]:
            yield unit(named, REORGANISED, "", basis)
            continue
        changed = {**named, "unit_type_vi": now["unit_type_vi"]}
        yield unit(named, REORGANISED, KINDS_CHANGED, basis)
        basis = CHANGED_PROVINCE if is_province else CHANGED_COMMUNE
        yield unit(changed, KINDS_CHANGED, "", basis)


def succession(old: str, new: str, on: str, *, whole: bool) -> Row:
    extent = "whole" if whole else "part"
    return {"predecessor_code": old, "successor_code": new, "happened_on": on, "extent": extent}


def successions(folder: Path, units: list[Row]) -> Iterable[Row]:
    pairs = {
        *((row["old_code"], row["new_code"]) for row in read(folder, "province_predecessors.csv")),
        *(
            (row["old_district_code"], row["new_commune_code"])
            for row in read(folder, "district_successors.csv")
        ),
        # Five districts without communes became special zones: they are in the districts' list.
        *(
            (row["old_code"], row["new_code"])
            for row in read(folder, "predecessors.csv")
            if row["old_code"]
        ),
    }
    parts = Counter(old for old, _ in pairs)
    for old, new in sorted(pairs):
        yield succession(old, new, REORGANISED, whole=parts[old] == 1)
    for row in units:
        if row["valid_from"] == KINDS_CHANGED:
            yield succession(row["code"], row["code"], KINDS_CHANGED, whole=True)


def build(folder: Path, target: Path) -> None:
    former = read(folder, "units_before_2025-07.csv")
    first, later = read(folder, "units_2025.csv"), read(folder, "units_2026.csv")
    units = [unit(row, BEFORE_OUR_LISTS, REORGANISED, OLD_LIST) for row in former]
    units += current_units(first, later)
    units.sort(key=lambda row: (row["valid_from"], len(row["code"]), row["code"]))
    write(target / "units.csv.gz", units)
    write(target / "successions.csv.gz", successions(folder, units))


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(__file__).parent)
