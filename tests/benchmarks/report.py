"""Run all benchmarks, minutes long, and write docs/benchmarks.md: `make bench`.

Sides that are compared take turns in one run; the page shows ratios of the best rounds, because
seconds of one machine say little about another.
"""

import json
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from os import cpu_count, environ, sysconf
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from analysis import Sample, blend, count_cells, count_pairs, gaps, perception
from analysis.bootstrap import bootstrap_means
from tests.benchmarks import means, raking
from tests.benchmarks.memory import ITEMS, STRATA, UNITS
from tests.benchmarks.nation import SCORES, Nation, nation
from tests.benchmarks.rounds import in_turn, once

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
ROWS, MANY_ROWS = 1_000_000, 10_000_000
ROUNDS, REPLICATES, UNITS_FOR_R = 7, 500, 12
MEBIBYTE = 1 << 20
NOT_KEPT = {"PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"}
DEFAULTS = {"tr": 36.0, "ss": 100.0, "om": 64.0, "ta": 36.0, "tb": 100.0, "th": 64.0}

INTRODUCTION = """# How fast, and with how much memory

Written by `make bench` (scripts in `tests/benchmarks/`; a short form, without any clock, runs with the tests and holds the
results of all sides equal). Both sides of a ratio took turns in one run; a ratio is that of the best rounds. Data: {rows:,}
respondents, {items} items, {units:,} units in {strata} strata each, 35 % not asked, unless a line says otherwise.

{machine}

| what | figure | compared with | ratio | goal | met |
| --- | --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the page; ``value`` and ``goal`` are what is compared."""

    what: str
    figure: str
    other: str
    value: float | None
    goal: float | None
    unit: str = "x"

    def __str__(self) -> str:
        ratio = "–" if self.value is None else f"{self.value:.3g} {self.unit}".replace(" x", " ×")
        goal = "–" if self.goal is None else f"≤ {self.goal:g} {self.unit}".replace(" x", " ×")
        met = "–" if self.goal is None or self.value is None else self._met()
        return f"| {self.what} | {self.figure} | {self.other} | {ratio} | {goal} | {met} |"

    def _met(self) -> str:
        return "yes" if (self.value or 0.0) <= (self.goal or 0.0) else "no"


def main() -> None:
    lines = []
    for line in _all():
        lines.append(line)
        sys.stderr.write(f"{line}\n")
    top = INTRODUCTION.format(
        rows=ROWS,
        items=ITEMS,
        units=UNITS,
        strata=STRATA,
        machine=machine("numpy", "scipy", "pyarrow"),
    )
    PAGE.write_text(top + "\n".join(map(str, lines)) + "\n", encoding="utf-8")


def _all() -> Iterator[Line]:
    whole = nation(ROWS, ITEMS, UNITS, STRATA)
    yield from _means(whole)
    yield from _r(whole)
    yield _memory_of_means()
    yield _raking()
    yield from _blend_and_gaps(whole)
    yield _bootstrap(whole)
    del whole
    yield from _many_rows()
    yield _start()


def _means(of: Nation) -> Iterator[Line]:
    sides = {"ours": lambda: means.ours(of), "numpy": lambda: means.numpy_histogram(of)}
    timed = in_turn(sides, ROUNDS)
    yield Line(
        "mean and standard error of all cells",
        f"{timed.best('ours'):.2f} s",
        f"numpy histogram, nothing checked, {timed.best('numpy'):.2f} s",
        timed.ratio("ours", "numpy"),
        1.2,
    )
    try:
        duckdb = import_module("duckdb")
    except ModuleNotFoundError:
        yield Line("the same", "–", "DuckDB is not on this machine", None, None)
        return
    with duckdb.connect() as connection:
        means.duckdb_table(of, connection)
        sides = {"ours": sides["ours"], "duckdb": lambda: means.duckdb_means(of, connection)}
        timed = in_turn(sides, ROUNDS)
    yield Line(
        "the same",
        f"{timed.best('ours'):.2f} s, one thread",
        f"DuckDB {duckdb.__version__} in memory, all cores, {timed.best('duckdb'):.2f} s",
        timed.ratio("ours", "duckdb"),
        0.6,
    )


def _r(of: Nation) -> Iterator[Line]:
    found = means.r_means(of, UNITS_FOR_R)
    if found is None:
        yield Line("the same", "–", "R with the survey package is not on this machine", None, None)
        return
    seconds = found[1] * UNITS / UNITS_FOR_R
    mine = in_turn({"ours": lambda: means.ours(of)}, ROUNDS).best("ours")
    yield Line(
        "the same",
        f"{mine:.2f} s",
        f"R survey, a design per unit: {UNITS_FOR_R} units in {found[1]:.1f} s, "
        f"extrapolated {seconds:,.0f} s",
        mine / seconds,
        None,
    )


def _memory_of_means() -> Line:
    said = _in_a_process_of_its_own("means", str(ROWS))
    return Line(
        "its peak memory, input and all",
        f"{(said['peak'] - said['before']) / MEBIBYTE:.0f} MiB",
        f"bytes of the input, {said['input'] / MEBIBYTE:.0f} MiB",
        (said["peak"] - said["before"]) / said["input"],
        3,
    )


def _raking() -> Line:
    of = raking.people(ROWS)
    sides = {"ours": lambda: raking.ours(of), "numpy": lambda: raking.collapsed_numpy(of)}
    timed = in_turn(sides, 3 * ROUNDS)
    return Line(
        "raking to four margins",
        f"{timed.best('ours'):.3f} s",
        f"numpy on the table of cells, nothing checked, {timed.best('numpy'):.3f} s",
        timed.ratio("ours", "numpy"),
        2,
    )


def _blend_and_gaps(of: Nation) -> Iterator[Line]:
    people = perception(
        count_cells(of.groups, of.codes, of.n_groups, len(SCORES)),
        of.group_weights,
        of.domains,
        SCORES,
        group_strata=np.arange(of.n_groups),
        pairs=count_pairs(
            of.groups, of.codes, SCORES, group_units=of.domains, group_weights=of.group_weights
        ),
        evidence=["A"] * of.units,
    )
    rng = np.random.default_rng(5)
    shape = people.values.shape
    scores = people.values + 8 + rng.normal(0, 8, (shape[0], 1)) + rng.normal(0, 10, shape)
    scores = np.clip(scores, 0, 100)

    def both() -> None:
        covariances = np.stack([people.covariance(unit) for unit in range(of.units)])
        blend(
            scores, people.values, covariances, effective_n=people.effective_n, defaults=DEFAULTS
        )
        gaps(
            scores,
            scores,
            people.values,
            people.mean_squares,
            people.effective_n,
            evidence=people.evidence,
            dont_know_share=people.dont_know_share,
        )

    yield Line(
        f"covariances, blend and gaps of {UNITS:,} units × {ITEMS}",
        "",
        "–",
        in_turn({"both": both}, 3).best("both"),
        5,
        "s",
    )


def _bootstrap(of: Nation) -> Line:
    sample = Sample(of.group_weights[of.groups], strata=of.groups, singleton="certainty")
    units = of.groups // of.strata
    seconds = once(
        lambda: bootstrap_means(
            sample, of.codes, units, REPLICATES, np.random.default_rng(1), scores=SCORES
        )
    )
    mine = in_turn({"ours": lambda: means.ours(of)}, ROUNDS).best("ours")
    return Line(
        f"{REPLICATES} Rao-Wu replicates of all cells",
        f"{seconds:.0f} s",
        f"one pass, {mine:.2f} s",
        seconds / mine,
        100,
    )


def _many_rows() -> Iterator[Line]:
    with TemporaryDirectory() as desk:
        few = _in_a_process_of_its_own("nation", str(ROWS), str(Path(desk) / "few.parquet"))
        many = _in_a_process_of_its_own("nation", str(MANY_ROWS), str(Path(desk) / "many.parquet"))
    yield Line(
        f"{MANY_ROWS:,} rows from Parquet: cells, pairs, estimates",
        f"{many['seconds']:.0f} s",
        f"{MANY_ROWS // ROWS} × the time of {ROWS:,} rows, {few['seconds']:.1f} s",
        many["seconds"] / few["seconds"] / (MANY_ROWS / ROWS),
        1.1,
    )
    yield Line(
        "their peak memory, the whole process",
        "",
        f"at {ROWS:,} rows {few['peak'] / MEBIBYTE:.0f} MiB",
        many["peak"] / MEBIBYTE,
        1024,
        "MiB",
    )


def _start() -> Line:
    with TemporaryDirectory() as compiled:
        # Compiled modules are kept, as they are wherever the package is installed.
        kept = {name: value for name, value in environ.items() if name not in NOT_KEPT}
        kept["PYTHONPYCACHEPREFIX"] = compiled

        def importing(what: str) -> None:
            subprocess.run([sys.executable, "-c", f"import {what}"], check=True, env=kept)  # noqa: S603  our own interpreter and words

        sides = {
            "ours": lambda: importing("analysis"),
            "libraries": lambda: importing("numpy, scipy.special, scipy.linalg"),
        }
        timed = in_turn(sides, 2 * ROUNDS)
    return Line(
        "`import analysis`, the interpreter included",
        "",
        f"numpy and what it needs of scipy alone, {timed.best('libraries'):.2f} s",
        timed.best("ours"),
        0.6,
        "s",
    )


def _in_a_process_of_its_own(*arguments: str) -> dict[str, float]:
    ran = subprocess.run(  # noqa: S603  (our own module)
        [sys.executable, "-m", "tests.benchmarks.memory", *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def machine(*packages: str) -> str:
    """What the figures were measured on, in a sentence."""
    memory = sysconf("SC_PAGE_SIZE") * sysconf("SC_PHYS_PAGES") / (1 << 30)
    versions = ", ".join(f"{name} {_version(name)}" for name in packages)
    return (
        f"Machine: {cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}, {versions}; {datetime.now(UTC):%Y-%m-%d}."
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


if __name__ == "__main__":
    main()
