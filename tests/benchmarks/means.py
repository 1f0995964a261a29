"""Mean and standard error of every unit and item, by us and by what one could use instead.

All sides answer the same question: the weighted mean of five scores with the linearised standard
error of a stratified sample. Tests hold them equal on a small nation.
"""

import csv
import json
import subprocess
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis import count_cells, perception
from tests.benchmarks.nation import SCORES, Nation

Table = tuple[NDArray[np.float64], NDArray[np.float64]]  # means, standard errors: (unit, item)
QUERY = """
SELECT unit, {last} FROM (
  SELECT unit, {outer} FROM (
    SELECT unit, stratum, any_value(weight) w, {inner} FROM answers GROUP BY unit, stratum
  ) GROUP BY unit
) ORDER BY unit
"""
R_SCRIPT = Path(__file__).with_name("means.R")


def ours(of: Nation) -> Table:
    cells = count_cells(of.groups, of.codes, of.n_groups, len(SCORES))
    found = perception(
        cells,
        of.group_weights,
        of.domains,
        SCORES,
        group_strata=np.arange(of.n_groups),
        evidence=["A"] * of.units,
    )
    return found.values, found.standard_errors


def numpy_histogram(of: Nation) -> Table:
    """
    Count with numpy alone, the fastest way that it has.

    Nothing is checked and nothing else is given, and strata must be of equal number, in order.
    """
    base = of.groups * np.int64(6)
    shape = (of.units, of.strata)
    weight = of.group_weights.reshape(shape)
    means, errors = np.empty((2, len(of.codes), of.units))
    for item, column in enumerate(of.codes):
        bins = np.bincount(base + column + 1, minlength=of.n_groups * 6)
        counts = bins.reshape(of.n_groups, 6)[:, 1:].astype(np.float64)
        n = counts.sum(axis=1).reshape(shape)
        first, second = (counts @ SCORES**power for power in (1, 2))
        first, second = first.reshape(shape), second.reshape(shape)
        total = (weight * n).sum(axis=1)
        mean = (weight * first).sum(axis=1) / total
        z = weight * (first - mean[:, None] * n)
        squares = weight**2 * (second - 2 * mean[:, None] * first + mean[:, None] ** 2 * n)
        lonely = n <= 1
        more = np.where(lonely, 2, n)
        each = np.where(lonely, squares, more / (more - 1) * (squares - z**2 / more))
        means[item], errors[item] = mean, np.sqrt(each.sum(axis=1)) / total
    return means.T, errors.T


def duckdb_table(of: Nation, connection: Any) -> None:  # noqa: ANN401  (optional package)
    """Load the answers; absent ones are NULL, as one would store them there."""
    columns = {
        f"i{item}": pa.array(column, mask=column < 0) for item, column in enumerate(of.codes)
    }
    groups = pa.table(
        {
            "unit": pa.array(of.groups // of.strata),
            "stratum": pa.array(of.groups % of.strata),
            "weight": pa.array(of.group_weights[of.groups]),
            **columns,
        }
    )
    connection.register("arriving", groups)
    connection.execute("CREATE OR REPLACE TABLE answers AS SELECT * FROM arriving")
    connection.unregister("arriving")


def duckdb_means(of: Nation, connection: Any) -> Table:  # noqa: ANN401  (optional package)
    found = connection.execute(duckdb_query(len(of.codes))).fetchnumpy()
    items = range(len(of.codes))
    values, errors = (
        np.column_stack([np.ma.filled(found[f"{name}{item}"], np.nan) for item in items])
        for name in ("m", "e")
    )
    return values, errors


def duckdb_query(items: int) -> str:
    """Counts and sums by stratum, then the variance from them by unit."""
    inner, outer, last = [], [], []
    for i in range(items):
        inner.append(f"count(i{i}) n{i}, 25 * sum(i{i}) s{i}, 625 * sum(i{i} * i{i}) q{i}")
        f = f"CASE WHEN n{i} > 1 THEN n{i} / (n{i} - 1.0) WHEN n{i} = 1 THEN 1.0 END"
        t = f"CASE WHEN n{i} > 1 THEN 1.0 / (n{i} - 1.0) WHEN n{i} = 1 THEN 0.0 END"
        outer.append(
            f"sum(w * n{i}) a{i}, sum(w * s{i}) b{i}, "
            f"sum({f} * w * w * q{i} - {t} * w * w * s{i} * s{i}) c{i}, "
            f"sum({f} * w * w * s{i} - {t} * w * w * s{i} * n{i}) d{i}, "
            f"sum({f} * w * w * n{i} - {t} * w * w * n{i} * n{i}) g{i}"
        )
        m = f"b{i} / a{i}"
        last.append(
            f"{m} m{i}, sqrt(greatest(c{i} - 2 * {m} * d{i} + {m} * {m} * g{i}, 0)) / a{i} e{i}"
        )
    columns = {"inner": ", ".join(inner), "outer": ", ".join(outer), "last": ", ".join(last)}
    return QUERY.format(**columns)


def r_means(of: Nation, units: int) -> tuple[Table, float] | None:
    """Means of the first units by R's survey package, and its seconds; None where R is absent."""
    rscript = which("Rscript")
    if rscript is None:
        return None
    with TemporaryDirectory() as desk:
        data, answer = Path(desk) / "answers.csv", Path(desk) / "means.json"
        _write_csv(of, units, data)
        ran = subprocess.run(  # noqa: S603  (our own script)
            [rscript, str(R_SCRIPT), str(data), str(answer)], check=False, capture_output=True
        )
        if ran.returncode != 0:
            return None
        said = json.loads(answer.read_text(encoding="utf-8"))
    shape = (units, len(of.codes))
    means, errors = (np.array(said[name]).reshape(shape) for name in ("means", "errors"))
    return (means, errors), float(said["seconds"])


def _write_csv(of: Nation, units: int, path: Path) -> None:
    rows = np.flatnonzero(of.groups < units * of.strata)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["unit", "stratum", "weight", *(f"i{i}" for i in range(len(of.codes)))])
        for row in rows.tolist():
            group = int(of.groups[row])
            codes = [25 * code if code >= 0 else "" for code in of.codes[:, row].tolist()]
            weight = float(of.group_weights[group])
            writer.writerow([group // of.strata, group % of.strata, repr(weight), *codes])
