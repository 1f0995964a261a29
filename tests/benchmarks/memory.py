"""Peak memory of one run, measured in a process of its own: `python -m tests.benchmarks.memory`.

Prints, as JSON, the bytes that were resident before the input was there, and at the peak.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

from analysis import perception
from survey_app.engine.kernel import SCORES
from survey_app.engine.local import LOCAL
from survey_app.engine.source import Source
from survey_app.services.simulating import Simulation, simulate
from tests.benchmarks import means
from tests.benchmarks.nation import nation

ITEMS, UNITS, STRATA = 39, 3321, 4
KIBIBYTE = 1024
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
FORGET_THE_PEAK = "5"


def resident(of: str) -> int:
    """VmRSS (now) or VmHWM (at the peak) of this process, in bytes; Linux only."""
    lines = STATUS.read_text(encoding="ascii").splitlines()
    [line] = [line for line in lines if line.startswith(of)]
    return int(line.split()[1]) * KIBIBYTE


def of_means(rows: int) -> dict[str, float]:
    """Counting and estimating what already stands in memory."""
    small = nation(1_000, ITEMS, UNITS, STRATA)
    means.ours(small)  # what libraries take when first used is not the input's
    before = resident("VmRSS")
    whole = nation(rows, ITEMS, UNITS, STRATA)
    CLEAR.write_text(FORGET_THE_PEAK, encoding="ascii")
    found = means.ours(whole)
    return {
        "before": before,
        "peak": resident("VmHWM"),
        "input": whole.input_bytes,
        "cells": found[0].size,
    }


def of_nation(rows: int, path: Path) -> dict[str, float]:
    """From a Parquet file to means, errors and covariances of all units, weighted by cells."""
    items = tuple(f"{number // 10 + 1}.{number % 10 + 1}" for number in range(ITEMS))
    if not path.exists():
        simulate(path, Simulation(items, rows, UNITS, STRATA), lambda _share: None)
        CLEAR.write_text(FORGET_THE_PEAK, encoding="ascii")
    before, start = resident("VmRSS"), time.perf_counter()
    counted = LOCAL.count(
        Source(path, "residents"), items, ["unit", "stratum", "language", "helped"]
    )
    units, of_group = np.unique(counted.keys["unit"].astype(np.str_), return_inverse=True)
    weights = np.random.default_rng(1).uniform(0.5, 2, of_group.size)
    pairs = LOCAL.pairs(counted, of_group.astype(np.int64), weights)
    strata = np.char.add(counted.keys["unit"].astype(np.str_), counted.keys["stratum"].astype(str))
    found = perception(
        counted.cells,
        weights,
        of_group,
        SCORES,
        group_strata=strata,
        pairs=pairs,
        evidence=["A"] * units.size,
    )
    found.covariance(0)
    return {
        "before": before,
        "peak": resident("VmHWM"),
        "seconds": time.perf_counter() - start,
        "input": rows * ITEMS,
        "cells": found.low.size,
    }


def main(measure: str, rows: str, *path: str) -> None:
    found = of_means(int(rows)) if measure == "means" else of_nation(int(rows), Path(path[0]))
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
