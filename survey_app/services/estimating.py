"""From a frozen dataset to what people think: estimates per unit, indicator, audience, series.

Counting is the expensive step and depends on the dataset alone; weighing and estimating cost the
size of the cells, so a what-if never reads the answers again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis import PairMoments, PerceptionEstimates, perception
from survey_app.engine.kernel import SCORES, Engine, GroupedCells
from survey_app.engine.local import LOCAL
from survey_app.engine.source import Source
from survey_app.instrument.screening import Grounds
from survey_app.services import weighting
from survey_app.services.weighting import GroupWeights

AUDIENCES = ("residents", "businesses")
SERIES_OF_CHANNEL = {
    "drawn": "drawn",
    "assisted": "assisted",
    "paper": "assisted",
    "phone": "assisted",
    "open": "open",
    "counter": "open",
}
EVIDENCE_OF_SERIES = {"drawn": "A", "assisted": "B", "open": "C"}  # best first
SEX, AGE_BAND = "residents/sex", "residents/age_band"

Margins = Mapping[str, Mapping[weighting.Cell, float]]  # unit's code -> people per cell


@dataclass(frozen=True, slots=True)
class Domain:
    """Who an estimate speaks of, within an audience."""

    unit: str
    series: str

    @property
    def evidence(self) -> str:
        return EVIDENCE_OF_SERIES[self.series]


@dataclass(frozen=True, slots=True)
class Estimated:
    """What one audience thinks.

    `estimates` has a row per domain and a column per indicator of `indicators`.
    """

    audience: str
    domains: tuple[Domain, ...]
    indicators: tuple[str, ...]
    estimates: PerceptionEstimates
    raked: NDArray[np.bool_]


@lru_cache(maxsize=8)
def counted(
    path: Path,
    audience: str,
    indicators: tuple[str, ...],
    engine: Engine = LOCAL,
    set_apart: Grounds = (),
) -> GroupedCells:
    """Cells of a dataset; kept, because its name is its hash and its bytes never change."""
    keys = ["unit", "channel", "cluster", "stratum"]
    if audience == "residents":
        keys += [SEX, AGE_BAND]
    return engine.count(Source(path, audience, set_apart), indicators, keys)


def estimate(
    audience: str,
    grouped: GroupedCells,
    margins: Margins,
    *,
    minimum_n: int,
    engine: Engine = LOCAL,
) -> Estimated:
    """Weigh the groups and estimate every domain and indicator at once."""
    domains, of_group = domains_of(grouped)
    weights = _weights(grouped, domains, of_group, margins)
    estimates = perception(
        grouped.cells,
        weights.weights,
        of_group,
        SCORES,
        group_strata=_strata(of_group, grouped),
        group_clusters=grouped.keys["cluster"],  # in an open series nobody brought the answers in
        margins={name: (codes, None) for name, codes in weights.categories.items()},
        group_base_weights=np.ones(len(of_group)),  # everybody's chance was the same
        pairs=_paired(grouped, of_group.tobytes(), weights.weights.tobytes(), engine),
        evidence=[domain.evidence for domain in domains],
        minimum_n=minimum_n,
    )
    return Estimated(audience, domains, grouped.items, estimates, weights.raked)


def _strata(of_group: NDArray[np.int64], grouped: GroupedCells) -> NDArray[np.int64]:
    """Of the draw, within each domain; where nobody was drawn by strata a domain is one."""
    strata = [
        f"{domain}|{stratum}"
        for domain, stratum in zip(of_group, grouped.keys["stratum"], strict=True)
    ]
    return np.unique(strata, return_inverse=True)[1]


@lru_cache(maxsize=2)
def _paired(grouped: GroupedCells, domains: bytes, weights: bytes, engine: Engine) -> PairMoments:
    """Kept: what one tries out afterwards seldom changes the weights."""
    return engine.pairs(grouped, np.frombuffer(domains, np.int64), np.frombuffer(weights))


def _weights(
    grouped: GroupedCells,
    domains: tuple[Domain, ...],
    of_group: NDArray[np.int64],
    margins: Margins,
) -> GroupWeights:
    if SEX not in grouped.keys:  # people are known of residents alone
        return weighting.equal_weights(of_group)
    keys = (grouped.keys[SEX].astype(np.int64), grouped.keys[AGE_BAND].astype(np.int64))
    of_domains = {
        place: margins[domain.unit]
        for place, domain in enumerate(domains)
        if domain.series != "open" and domain.unit in margins
    }
    return weighting.weigh(grouped.respondents, of_group, keys, of_domains)


def domains_of(grouped: GroupedCells) -> tuple[tuple[Domain, ...], NDArray[np.int64]]:
    """The domains that occur, in a fixed order, and the place of each group among them."""
    of_group = [
        Domain(unit, SERIES_OF_CHANNEL[channel])
        for unit, channel in zip(grouped.keys["unit"], grouped.keys["channel"], strict=True)
    ]
    domains = sorted(set(of_group), key=lambda each: (each.unit, each.evidence))
    place = {domain: number for number, domain in enumerate(domains)}
    return tuple(domains), np.array([place[domain] for domain in of_group], dtype=np.int64)
