"""A dataset of any size from a seed, to try engines and machines on: nobody ever gave its answers.

Its units are named S00001 and on, so that nobody takes them for real ones.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from survey_app.engine import dataset as files
from survey_app.engine.dataset import ROWS_PER_GROUP, DatasetLayout

# Shares of what is no answer, by code: not asked, don't know, refused, skipped, not used.
MISSING = {-1: 0.35, -2: 0.06, -3: 0.01, -4: 0.02, -5: 0.03}
LEVELS = 16  # from a place where nearly all are dissatisfied to one where nearly all are satisfied
STEPS = 65_536  # of the random numbers that answers are drawn by


@dataclass(frozen=True, slots=True)
class Simulation:
    """`indicators` are the rating items; everybody is a resident in the drawn series."""

    indicators: tuple[str, ...]
    responses: int
    units: int = 3321
    strata: int = 4
    seed: int = 18091

    def layout(self) -> DatasetLayout:
        asked = f"{self.responses} responses, {self.units} units, {self.strata} strata"
        return DatasetLayout(self.indicators, {"simulated": f"{asked}, seed {self.seed}"})


def simulate(
    path: Path, simulation: Simulation, progress: Callable[[float], None]
) -> tuple[str, int]:
    """Write the file, a row group at a time; returns (hash, rows). Same seed, same bytes."""
    return files.write_tables(path, simulation.layout(), _tables(simulation, progress))


def _tables(simulation: Simulation, progress: Callable[[float], None]) -> Iterator[pa.Table]:
    rng = np.random.default_rng(simulation.seed)
    shape = (simulation.units, len(simulation.indicators))
    # A level per unit and indicator: the unit's, the indicator's, and their own.
    drawn = rng.normal(8.5, 1.5, shape[:1])[:, None] + rng.normal(0, 2.0, shape[1:])
    levels = np.rint(drawn + rng.normal(0, 1.0, shape)).astype(np.int8)
    answers = answer_table()
    schema = simulation.layout().schema()
    for start in range(0, max(simulation.responses, 1), ROWS_PER_GROUP):
        rows = min(ROWS_PER_GROUP, simulation.responses - start)
        part = np.random.default_rng([simulation.seed, start])
        units = part.integers(0, simulation.units, rows)
        columns = _groups(simulation, units, part) + _codes(levels, units, answers, part)
        yield pa.Table.from_arrays(columns, schema=schema)
        progress((start + rows) / simulation.responses if simulation.responses else 1.0)


def answer_table() -> NDArray[np.int8]:
    """The code that each level and random number stands for, shape (LEVELS, STEPS)."""
    answered = 1 - sum(MISSING.values())
    quality = (np.arange(LEVELS) + 0.5) / LEVELS
    # Binomial shares of the five codes: the shape of most scales, from piled low to piled high.
    ways = np.array([1, 4, 6, 4, 1])
    codes = np.arange(5)
    shares = ways * quality[:, None] ** codes * (1 - quality[:, None]) ** (4 - codes)
    kinds = np.tile(list(MISSING.values()), (LEVELS, 1))
    edges = np.rint(STEPS * np.cumsum(np.hstack([kinds, answered * shares]), axis=1))
    numbers = np.arange(STEPS)
    names = np.array([*MISSING, *codes], dtype=np.int8)
    return np.stack([names[np.searchsorted(edge[:-1], numbers, side="right")] for edge in edges])


def _codes(
    levels: NDArray[np.int8],
    units: NDArray[np.int64],
    answers: NDArray[np.int8],
    rng: np.random.Generator,
) -> list[pa.Array]:
    # Whoever is satisfied with one thing tends to be with others.
    person = rng.integers(-2, 3, units.size).astype(np.int8)
    columns = []
    for item in range(levels.shape[1]):
        level = np.clip(levels[units, item] + person, 0, LEVELS - 1)
        columns.append(pa.array(answers[level, rng.integers(0, STEPS, units.size)]))
    return columns


def _groups(
    simulation: Simulation, units: NDArray[np.int64], rng: np.random.Generator
) -> list[pa.Array]:
    """The text columns, in the order of `GROUP_COLUMNS`."""
    rows = units.size

    def named(names: list[str], places: NDArray[np.int64]) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), pa.array(names))

    nothing = np.zeros(rows, dtype=np.int64)
    known = {
        "unit": named([f"S{number:05d}" for number in range(1, simulation.units + 1)], units),
        "audience": named(["residents"], nothing),
        "channel": named(["drawn"], nothing),
        "language": named(["vi", "en"], rng.binomial(1, 0.05, rows)),
        "stratum": named(
            [str(number) for number in range(1, simulation.strata + 1)],
            rng.integers(0, simulation.strata, rows),
        ),
        "helped": named(["0", "1"], rng.binomial(1, 0.1, rows)),
    }
    empty = named([""], nothing)
    return [known.get(column, empty) for column in files.GROUP_COLUMNS]
