"""Margins of the population: their totals, checked, and the cells that they cross to."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats, Integers, coded, ranked
from analysis.errors import BadInput

MARGINS_MAY_DIFFER = 1e-3
CODES_AND_TOTALS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Margin:
    """Known totals of the categories of one variable; ``of_rows`` points into them."""

    name: str
    categories: tuple[object, ...]
    totals: Floats
    of_rows: Integers


def margins_of(margins: object, n: int) -> list[Margin]:
    if not isinstance(margins, Mapping) or not margins:
        raise BadInput(f"margins must name at least one variable, got {margins!r}")
    for name, margin in margins.items():
        if not isinstance(margin, tuple | list) or len(margin) != CODES_AND_TOTALS:
            kind = type(margin).__name__
            raise BadInput(f"margin {name!r} must be the codes of the rows and totals, got {kind}")
    return [_margin(name, n, *margin) for name, margin in margins.items()]


def _margin(name: str, n: int, codes: ArrayLike, totals: object) -> Margin:
    if not isinstance(totals, Mapping) or not totals:
        raise BadInput(f"margin {name!r} must have totals by category, got {totals!r}")
    labels, of_rows = coded(name, codes, n)
    present = labels.tolist()
    unknown = [label for label in present if label not in totals]
    if unknown:
        raise BadInput(f"margin {name!r} has no total for category {unknown[0]!r}")
    there = set(present)
    for category, total in totals.items():
        single = np.ndim(total) == 0 and np.asarray(total).dtype.kind in "biuf"
        if not single or not 0 < total < np.inf:
            raise BadInput(f"margin {name!r} must have positive totals, {category!r} has {total}")
        if category not in there:
            raise _nobody(name, category)
    return Margin(name, tuple(present), np.array([float(totals[k]) for k in present]), of_rows)


def _nobody(margin: str, category: object) -> BadInput:
    return BadInput(
        f"margin {margin!r} has nobody with weight in category {category!r}; "
        "collapse it with its neighbour"
    )


def check_weighed(table: Margin, mass: Floats) -> None:
    empty = np.flatnonzero(~(mass > 0))
    if empty.size:
        raise _nobody(table.name, table.categories[empty[0]])


def agreeing(tables: list[Margin]) -> list[Floats]:
    """Scale the totals of all margins to the sum of the first."""
    first = tables[0].totals.sum()
    for table in tables[1:]:
        if abs(table.totals.sum() / first - 1) > MARGINS_MAY_DIFFER:
            raise BadInput(
                f"margin {table.name!r} must sum to {first}, as {tables[0].name!r}, "
                f"got {table.totals.sum()}"
            )
    return [table.totals * (first / table.totals.sum()) for table in tables]


def crossed(tables: list[Margin]) -> tuple[Integers, list[Integers]]:
    """Number the combinations of categories that occur; the cell of each row, and what cells are."""
    number, size = tables[0].of_rows, tables[0].totals.size
    categories = [np.arange(size)]
    for place, table in enumerate(tables[1:], start=2):
        width = table.totals.size
        number = number * width + table.of_rows
        size *= width
        found = np.arange(size)
        # Numbered anew only where most combinations could not occur.
        if size > number.size or place == len(tables):
            found, number = ranked(number)
            size = found.size
        categories = [*(each[found // width] for each in categories), found % width]
    return number, categories


def dummies(category_of_cell: list[Integers]) -> Floats:
    return np.hstack([np.eye(int(codes.max()) + 1)[codes] for codes in category_of_cell])
