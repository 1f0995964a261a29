"""What a dataset says by itself, without a wave: exact counts and estimates of every cell.

For what no wave stands behind: simulated input, a copy of a frozen file, a folder of several.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from analysis import PerceptionEstimates, perception
from survey_app.engine.dataset import file_sha256
from survey_app.engine.kernel import SCORES, Engine, GroupedCells
from survey_app.engine.source import Source
from survey_app.services.estimating import AUDIENCES, Domain, domains_of

KEYS = ("unit", "channel", "stratum", "cluster")
MISSING = ("not_asked", "dont_know", "refused", "skipped", "not_used")


def document(path: Path, engine: Engine) -> dict[str, object]:
    """What `survey-app analyse --dataset --json` prints; `files`: name -> hash."""
    counted = {file.name: file_sha256(file) for file in Source(path, "").files}
    return {"files": counted, "rows": tabulate(path, engine)}


def tabulate(path: Path, engine: Engine) -> list[dict[str, object]]:
    """A row per audience, unit, series and indicator; everybody counts for one."""
    items = indicators_in(path)
    found: list[dict[str, object]] = []
    for audience in AUDIENCES:
        grouped = engine.count(Source(path, audience), items, KEYS)
        if grouped.respondents.size:
            found += _rows(audience, grouped)
    return found


def indicators_in(path: Path) -> tuple[str, ...]:
    """The rating items of all files, in the framework's order."""
    names = {name for file in Source(path, "").files for name in pq.read_schema(file).names}
    ratings = (name for name in names if name[0].isdigit())
    return tuple(sorted(ratings, key=lambda name: [int(part) for part in name.split(".")]))


def _rows(audience: str, grouped: GroupedCells) -> Iterator[dict[str, object]]:
    domains, of_group = domains_of(grouped)
    strata = [
        f"{place}|{name}" for place, name in zip(of_group, grouped.keys["stratum"], strict=True)
    ]
    estimates = perception(
        grouped.cells,
        np.ones(len(of_group)),
        of_group,
        SCORES,
        group_strata=np.unique(strata, return_inverse=True)[1],
        group_clusters=grouped.keys["cluster"],
        evidence=[domain.evidence for domain in domains],
    )
    shape = (len(domains), len(grouped.items))
    counts = np.zeros((*shape, grouped.cells.counts.shape[2]), dtype=np.int64)
    missing = np.zeros((*shape, len(MISSING)), dtype=np.int64)
    np.add.at(counts, of_group, grouped.cells.counts)
    np.add.at(missing, of_group, grouped.cells.missing)
    for place, domain in enumerate(domains):
        for column, indicator in enumerate(grouped.items):
            yield {
                "unit": domain.unit,
                "indicator": indicator,
                "audience": audience,
                "series": domain.series,
                "counts": counts[place, column].tolist(),
                **dict(zip(MISSING, missing[place, column].tolist(), strict=True)),
                **_figures(estimates, domain, (place, column)),
            }


def _figures(
    estimates: PerceptionEstimates, domain: Domain, cell: tuple[int, int]
) -> dict[str, object]:
    figures = {
        "mean": estimates.values,
        "se": estimates.standard_errors,
        "df": estimates.degrees_of_freedom,
        "low": estimates.low,
        "high": estimates.high,
    }
    said = {name: float(values[cell]) for name, values in figures.items()}
    return {
        "evidence": domain.evidence,
        "n": int(estimates.n[cell]),
        **{name: None if np.isnan(value) else value for name, value in said.items()},
    }
