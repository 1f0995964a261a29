"""Units that differ from the others of their wave as stuffed ones do: a reason to look, no proof."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis.integrity import all_top_share, no_dont_know
from analysis.integrity.unit_shares import FEWEST_UNITS
from survey_app.engine.source import plain

FASTEST = "under_2"  # the class of duration in which nobody reads a form
BEST = 4
CHECKS = ("fastest", "all_best", "no_dont_know")


@dataclass(frozen=True, slots=True)
class Striking:
    """`check`: more of the fastest class, or of the best answer throughout, or nobody unsure."""

    unit: str
    check: str


def striking_units(path: Path, audience: str, indicators: tuple[str, ...]) -> list[Striking]:
    """What `analysis.integrity` finds over the units of a dataset; nothing with too few of them.

    All answers are looked at, those that are set apart as well.
    """
    table = pq.read_table(path, columns=["unit", "audience", "duration_class", *indicators])
    table = table.filter(pc.equal(plain(table.column("audience")), audience))
    units, place = np.unique(plain(table.column("unit")).to_pylist(), return_inverse=True)
    if units.size < FEWEST_UNITS:
        return []  # nobody to be held against
    codes = np.stack([table.column(each).to_numpy() for each in indicators])
    answered = codes >= 0
    all_best = np.where(answered, codes == BEST, True).all(axis=0) & answered.any(axis=0)
    fastest = np.array(plain(table.column("duration_class")).to_pylist()) == FASTEST
    people = np.bincount(place)
    found = {
        "fastest": all_top_share(np.bincount(place, fastest), people).flagged,
        "all_best": all_top_share(np.bincount(place, all_best), people).flagged,
        "no_dont_know": no_dont_know(codes, place).flagged,
    }
    return [Striking(str(unit), check) for check in CHECKS for unit in units[found[check]]]
