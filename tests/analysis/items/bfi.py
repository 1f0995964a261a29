"""The data and R's numbers of tests/reference/further/items.R."""

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parents[2] / "reference" / "further"
EXPECTED: dict[str, Any] = json.loads((FOLDER / "items.json").read_text("utf-8"))


@cache
def columns() -> dict[str, NDArray[np.float64]]:
    with (FOLDER / "items.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        name: np.array([np.nan if row[name] == "NA" else float(row[name]) for row in rows])
        for name in rows[0]
    }


def answers(case: dict[str, Any]) -> NDArray[np.float64]:
    """Return the items of a case, those that run the other way reversed, rows with gaps too."""
    return np.column_stack(
        [
            7 - columns()[item] if item in case["reversed"] else columns()[item]
            for item in case["items"]
        ]
    )


def complete(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    return scores[~np.isnan(scores).any(axis=1)]
