"""Answers of a nation that nobody gave: the input of every benchmark, from a seed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SCORES = np.array([0.0, 25.0, 50.0, 75.0, 100.0])
NOT_ASKED_SHARE = 0.35


@dataclass(frozen=True, slots=True, eq=False)
class Nation:
    """
    Respondents in units and strata.

    Attributes
    ----------
    groups : unit * strata + stratum of each row, shape (rows,)
    codes : int8, shape (items, rows), -1 not asked
    group_weights : of each respondent of a group
    """

    units: int
    strata: int
    groups: NDArray[np.int32]
    codes: NDArray[np.int8]
    group_weights: NDArray[np.float64]

    @property
    def n_groups(self) -> int:
        return self.units * self.strata

    @property
    def domains(self) -> NDArray[np.int64]:
        return np.repeat(np.arange(self.units), self.strata)

    @property
    def input_bytes(self) -> int:
        return self.groups.nbytes + self.codes.nbytes


def nation(rows: int, items: int, units: int, strata: int, seed: int = 18091) -> Nation:
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, units * strata, rows, dtype=np.int32)
    level = rng.normal(2.2, 0.5, (items, units)).astype(np.float32)
    person = rng.normal(0, 0.6, rows).astype(np.float32)
    codes = np.empty((items, rows), dtype=np.int8)
    for item in range(items):
        felt = level[item, groups // strata] + person + rng.normal(0, 0.8, rows)
        codes[item] = np.clip(np.rint(felt), 0, 4)
        codes[item, rng.random(rows) < NOT_ASKED_SHARE] = -1
    return Nation(units, strata, groups, codes, rng.uniform(0.5, 2.0, units * strata))
