"""Composites, items whose clusters differ, and an open link beside a drawn sample."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis import (
    PerceptionEstimates,
    combine_audiences,
    composite_scores,
    count_cells,
    count_pairs,
    perception,
    pooled_open_sample,
)
from tests.simulations.sampling import SCORES, Floats

CUTS = np.array([-1.2, -0.5, 0.3, 1.1])  # of a standard normal opinion, between the five answers
LOADING = 0.6  # of the factor that all items of a person share
EQUAL = (0.05,) * 6
UNLIKE = (0.01, 0.01, 0.02, 0.02, 0.03, 0.04, 0.04, 0.15)  # intraclass correlations of the items


@dataclass(frozen=True)
class Composite:
    """Shares of 95 % intervals that hold the truth."""

    design: str
    overall: float  # the mean of all items
    both: float  # residents and businesses, half and half
    worst_mean: float  # of an item's average answer
    worst_top_two: float


def composites(repeats: int, clusters: tuple[tuple[int, int], ...]) -> Iterator[Composite]:
    """`clusters`: how many sampling units of how many people; units of one person are people."""
    for units, size in clusters:
        for name, correlations in (("alike", EQUAL), ("unlike", UNLIKE)):
            design = f"{units} units of {size}, items {name}" if size > 1 else f"{units} people"
            yield _composite(design, units, size, np.array(correlations), repeats)
            if size == 1:
                break


def _composite(
    design: str, units: int, size: int, correlations: Floats, repeats: int
) -> Composite:
    rng = np.random.default_rng([6, units, size, correlations.size])
    items = correlations.size
    found = _samples(rng, units, size, correlations if size > 1 else np.zeros(items), 2 * repeats)
    means, top_two = _truth()
    overall = composite_scores(found, np.ones(items))
    pairs = np.arange(repeats)
    both = combine_audiences(found, pairs, repeats + pairs, omega=0.5)
    return Composite(
        design,
        float(np.mean((overall.low <= means) & (means <= overall.high))),
        float(np.mean((both.low <= means) & (means <= both.high))),
        float(np.mean((found.low <= means) & (means <= found.high), axis=0).min()),
        float(
            np.mean((found.top_two_low <= top_two) & (top_two <= found.top_two_high), axis=0).min()
        ),
    )


def _samples(
    rng: np.random.Generator, units: int, size: int, correlations: Floats, samples: int
) -> PerceptionEstimates:
    """Opinions: a cluster's shift per item that moves all items together, a factor, the rest."""
    people = samples * units * size
    cluster = np.repeat(np.arange(samples * units), size)
    common = rng.standard_normal((samples * units, 1))
    own = rng.standard_normal((samples * units, correlations.size))
    shift = np.sqrt(correlations) * (0.8 * common + 0.6 * own)
    factor = rng.standard_normal((people, 1))
    rest = rng.standard_normal((people, correlations.size))
    person = LOADING * factor + np.sqrt(1 - LOADING**2) * rest
    opinion = shift[cluster] + np.sqrt(1 - correlations) * person
    codes = np.searchsorted(CUTS, opinion.ravel()).reshape(opinion.shape).T.astype(np.int8)
    groups = cluster if size > 1 else np.arange(people) // units
    n_groups = samples * (units if size > 1 else 1)
    domain = np.arange(n_groups) // (units if size > 1 else 1)
    return perception(
        count_cells(groups, codes, n_groups, 5),
        np.ones(n_groups),
        domain,
        SCORES,
        group_strata=None,
        group_clusters=np.arange(n_groups) if size > 1 else None,
        pairs=count_pairs(
            groups,
            codes,
            SCORES,
            n_groups=n_groups,
            group_units=domain,
            group_weights=np.ones(n_groups),
        ),
        evidence=["B"] * samples,
    )


def _truth() -> tuple[float, float]:
    """Mean and share of the two best answers: the cuts on a standard normal, by a fine grid."""
    grid = np.linspace(-8, 8, 160_001)
    density = np.exp(-(grid**2) / 2)
    answers = np.searchsorted(CUTS, grid)
    shares = np.bincount(answers, density, minlength=5) / density.sum()
    return float(shares @ SCORES), float(shares[3:].sum())


@dataclass(frozen=True)
class Pooled:
    """Root mean square errors of the drawn sample, of the open link, and of their mixture."""

    bias: float  # standard deviation over indicators of the open link's bias, around -5 points
    drawn: float
    open_link: float
    pooled: float
    stated: float  # what the mixture says of its own error


def open_and_drawn(repeats: int, biases: tuple[float, ...] = (0.0, 4.0, 10.0)) -> Iterator[Pooled]:
    """39 indicators, 20 drawn answers and 200 from an open link each."""
    for spread in biases:
        rng = np.random.default_rng([39, round(spread)])
        errors: list[Floats] = []
        stated: list[Floats] = []
        for _ in range(repeats):
            truth = rng.normal(58, 10, 39)
            bias = rng.normal(-5.0 if spread else 0.0, spread, 39)
            drawn_variance, open_variance = np.full(39, 28.0**2 / 20), np.full(39, 28.0**2 / 200)
            drawn = truth + rng.normal(0, np.sqrt(drawn_variance))
            opened = truth + bias + rng.normal(0, np.sqrt(open_variance))
            found = pooled_open_sample(opened, open_variance, drawn, drawn_variance)
            errors.append(np.stack([drawn - truth, opened - truth, found.values - truth], axis=1))
            stated.append(found.root_mean_square_errors)
        drawn_error, open_error, own = np.sqrt(np.mean(np.concatenate(errors) ** 2, axis=0))
        yield Pooled(
            spread,
            float(drawn_error),
            float(open_error),
            float(own),
            float(np.sqrt(np.mean(np.concatenate(stated) ** 2))),
        )
