"""Of the named gaps and of the agreements, how many are wrong; and how many real gaps are named?"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis import gaps
from tests.simulations.sampling import SCORES, Floats, Setting, draw

UNITS, ITEMS, MARGIN = 200, 39, 12.5
SIZES = (10, 15, 20, 30, 60, 120, 400)
COLOURS = np.array([0.0, 100 / 3, 200 / 3, 100.0])


@dataclass(frozen=True)
class Outcome:
    """Shares among the named gaps, the agreements, and the real gaps; NaN where there are none."""

    setting: Setting
    kind: str
    false_gaps: float
    false_agreements: float
    power: float
    power_far: float  # of gaps at least 10 points beyond the margin
    agreements: float  # of all cells


def study(repeats: int, sizes: tuple[int, ...] = SIZES) -> Iterator[Outcome]:
    for n in sizes:
        for kind in ("points", "colours", "national list"):
            yield _outcome(Setting(n), kind, repeats)
        for setting in (Setting(n, 0, 2.0), Setting(n, 10), Setting(n, 20, 1.5)):
            if n >= 2 * setting.clusters:
                yield _outcome(setting, "points", repeats)


def _outcome(setting: Setting, kind: str, repeats: int) -> Outcome:
    rng = np.random.default_rng([39, setting.n, setting.clusters, len(kind)])
    seen = np.array([_counts(rng, setting, kind) for _ in range(repeats)]).sum(axis=0)
    named, wrong, agreed, disagreeing, real, found, far, far_found = seen
    return Outcome(
        setting,
        kind,
        *(
            float(part / whole) if whole else float("nan")
            for part, whole in (
                (wrong, named),
                (disagreeing, agreed),
                (found, real),
                (far_found, far),
                (agreed, repeats * UNITS * ITEMS),
            )
        ),
    )


def _counts(rng: np.random.Generator, setting: Setting, kind: str) -> list[int]:
    shares = _shares(rng)
    truth = shares @ SCORES
    score = np.clip(truth + rng.normal(6, 14, truth.shape), 0, 100)
    low = high = score
    if kind == "colours":
        place = np.clip(np.searchsorted(COLOURS, score, side="right") - 1, 0, 2)
        low, high = COLOURS[place], COLOURS[place + 1]
    estimated = draw(rng, shares, setting)
    result = gaps(
        low,
        high,
        estimated.values,
        estimated.mean_squares,
        estimated.effective_n,
        n=estimated.n,
        margin=MARGIN,
        evidence=estimated.evidence,
        dont_know_share=estimated.dont_know_share,
        family="all" if kind == "national list" else "unit",
    )
    beyond = np.maximum(low - truth, truth - high)
    return _tally(result.classes, beyond, agreement=0.0 if kind == "colours" else MARGIN)


def _tally(classes: NDArray[np.str_], beyond: Floats, agreement: float) -> list[int]:
    """Count: named, wrongly; agreed, wrongly; real gaps, named; far gaps, named."""
    named = np.isin(classes, ["self_higher", "perception_higher"])
    agreed = np.isin(classes, ["aligned", "fits_colour"])
    real, far = beyond > MARGIN, beyond > MARGIN + 10
    sets = (
        named,
        named & ~real,
        agreed,
        agreed & (beyond > agreement),
        real,
        real & named,
        far,
        far & named,
    )
    return [int(chosen.sum()) for chosen in sets]


def _shares(rng: np.random.Generator) -> Floats:
    """Populations between dissatisfied and satisfied, some narrow and some split."""
    centre = rng.normal(0.3, 0.9, (UNITS, ITEMS, 1))
    width = rng.uniform(1.2, 4.0, (UNITS, ITEMS, 1))
    logits = -((np.arange(5) - 2 - centre) ** 2) / width
    shares = np.exp(logits)
    return np.asarray(shares / shares.sum(axis=2, keepdims=True))
