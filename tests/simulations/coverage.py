"""How often do the published intervals hold the truth, and how wide are they?"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tests.simulations.sampling import SCORES, SHAPES, Setting, draw

ITEMS = 12
SIZES = (10, 15, 20, 30, 60, 120, 400)
CLUSTERS = (0, 5, 10, 20)
WEIGHT_EFFECTS = (1.0, 1.5, 2.0)


@dataclass(frozen=True)
class Point:
    """One point of the grid: shares of intervals that hold the truth, and mean widths."""

    shape: str
    setting: Setting
    mean_coverage: float
    mean_width: float
    top_two_coverage: float
    top_two_width: float


def study(
    samples: int, sizes: tuple[int, ...] = SIZES, clusters: tuple[int, ...] = CLUSTERS
) -> Iterator[Point]:
    for n in sizes:
        for of_each in clusters:
            for effect in WEIGHT_EFFECTS:
                setting = Setting(n, of_each, effect)
                if n >= 2 * of_each:
                    yield from (_point(name, setting, samples) for name in SHAPES)


def _point(name: str, setting: Setting, samples: int) -> Point:
    rng = np.random.default_rng(
        [18091, setting.n, setting.clusters, round(10 * setting.weight_effect), len(name)]
    )
    shares = np.array(SHAPES[name])
    found = draw(rng, np.broadcast_to(shares, (samples, ITEMS, 5)), setting)
    mean, top_two = shares @ SCORES, shares[3:].sum()
    return Point(
        name,
        setting,
        float(np.mean((found.low <= mean) & (mean <= found.high))),
        float(np.mean(found.high - found.low)),
        float(np.mean((found.top_two_low <= top_two) & (top_two <= found.top_two_high))),
        float(np.mean(found.top_two_high - found.top_two_low)),
    )
