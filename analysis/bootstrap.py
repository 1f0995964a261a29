"""Rao and Wu's bootstrap: replicates of a sample, and the errors of very many means at once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import COLUMNS_AND_ROWS, Floats, Integers, coded, finite, floats
from analysis.errors import BadInput
from analysis.replication import ReplicateSample
from analysis.sample import Sample, checked_sample
from analysis.scalars import generator
from analysis.whole_numbers import whole_number

DRAWS_AT_ONCE = 1 << 16  # stays in the cache
FINE_ENOUGH = 1 << 16  # units that 24 random bits choose among evenly
PRODUCTS_AT_ONCE = 1 << 18  # from here on OpenBLAS shares a product among threads
ENOUGH_REPLICATES = 2
MOST_REPLICATES = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class BootstrapMeans:
    """
    Means with bootstrap standard errors.

    Attributes
    ----------
    labels : (domains,)
    values, standard_errors : (domains, items); NaN where nobody of the domain has a value, the
        error also where less than two replicates have one
    replicates : how many were drawn
    """

    labels: NDArray[Any]
    values: Floats
    standard_errors: Floats
    replicates: int


@dataclass(frozen=True, slots=True, eq=False)
class _Units:
    """First-stage units in the order of their strata."""

    of_rows: Integers
    sizes: Integers
    starts: Integers
    strata: Integers

    @classmethod
    def of(cls, of_rows: Integers, sizes: Integers) -> "_Units":
        starts = np.cumsum(sizes) - sizes
        return cls(of_rows, sizes, starts, np.repeat(np.arange(sizes.size), sizes))

    @property
    def scale(self) -> Floats:
        """Factor of the weight of each unit, by how often it is drawn: n / (n - 1)."""
        return np.repeat(self.sizes / np.maximum(self.sizes - 1, 1), self.sizes)

    def times(self, replicates: int, rng: np.random.Generator) -> Floats:
        """
        Draw (replicates, units) how often each unit comes.

        Of the n units of a stratum n - 1 are drawn with replacement. The unit of a stratum of one
        comes once.
        """
        n = self.strata.size
        drawn = self.sizes - 1
        first, width = np.repeat(self.starts, drawn), np.repeat(self.sizes, drawn)
        small = self.sizes.max(initial=0) < FINE_ENOUGH
        uniform = rng.random((replicates, first.size), np.float32 if small else np.float64)
        uniform *= width.astype(uniform.dtype)
        picks = uniform.astype(np.int64)
        picks += first
        picks += (np.arange(replicates) * n)[:, None]
        times = np.bincount(picks.ravel(), minlength=replicates * n).astype(np.float64)
        times = times.reshape(replicates, n)
        times[:, self.starts[self.sizes == 1]] = 1.0
        return times


def rao_wu_bootstrap(
    sample: Sample, replicates: int, rng: np.random.Generator, *, mse: bool = False
) -> ReplicateSample:
    """
    Make replicates that draw n - 1 of the n first-stage units of every stratum anew.

    R's ``as.svrepdesign(type="subbootstrap")``. There is no finite population correction. Needs
    memory for rows times replicates; ``bootstrap_means`` does not.

    Parameters
    ----------
    replicates : 2 or more; 200 and more for standard errors
    mse : deviations are from the full estimate, not from the mean of the replicates

    Raises
    ------
    BadInput
        for a stratum with one unit unless ``singleton`` is "remove" or "certainty", where the
        unit keeps its weight; for counts other than 1

    References
    ----------
    Rao and Wu (1988), doi:10.1080/01621459.1988.10478591; Rao, Wu and Yue (1992), Survey
    Methodology 18.
    """
    _check(sample, replicates, rng)
    units = _units(sample)
    factors = units.times(replicates, rng) * units.scale
    weights = sample.mass[:, None] * factors.T[units.of_rows]
    return ReplicateSample(sample.mass, weights, scale=1 / (replicates - 1), mse=mse)


def bootstrap_means(
    sample: Sample,
    values: ArrayLike,
    domains: ArrayLike,
    replicates: int,
    rng: np.random.Generator,
    *,
    scores: ArrayLike | None = None,
) -> BootstrapMeans:
    """
    Bootstrap the mean of every item in every domain, in the memory of one domain.

    The same replicates as ``rao_wu_bootstrap`` makes, drawn stratum by stratum: as soon as all
    strata of a domain are drawn, one product of matrices gives all its means, and the weights are
    forgotten. Domains that share strata or units are drawn together.

    Parameters
    ----------
    values : (items, n) numbers, NaN where there is none; with ``scores`` integer codes, of which
        the negative have no score
    domains : (n,) labels
    scores : (codes,) score of each code
    """
    _check(sample, replicates, rng)
    answers = _answers(values, sample.mass.size)
    table = None if scores is None else _score_table(answers, finite("scores", scores))
    labels, codes = coded("domains", domains, sample.mass.size)
    units = _units(sample)
    means = np.full((labels.size, answers.shape[0]), np.nan)
    errors = means.copy()
    for rows in _components(codes, units.strata[units.of_rows]):
        part = _part(units, rows)
        inside, local = np.unique(codes[rows], return_inverse=True)
        known, numbers = _numbers(answers[:, rows], table)
        totals = _unit_totals(part, local, sample.mass[rows], known, numbers)
        means[inside], errors[inside] = _means(part, totals, replicates, rng)
    return BootstrapMeans(labels, means, errors, replicates)


def _answers(values: ArrayLike, n: int) -> NDArray[Any]:
    """Return (items, n) numbers; integers as they are, for they may be many."""
    if not isinstance(values, np.ndarray):
        floats("values", values)  # ragged rows, too, are refused by name
    answers = np.asarray(values)
    if answers.dtype.kind not in "iuf":
        answers = floats("values", answers)
    if answers.ndim != COLUMNS_AND_ROWS or answers.shape[1] != n or not answers.shape[0]:
        raise BadInput(f"values must have {n} columns, one row or more, got shape {answers.shape}")
    if answers.dtype.kind == "f" and np.isinf(answers).any():
        item, row = np.argwhere(np.isinf(answers))[0]
        raise BadInput(
            f"values must be finite or NaN, got {answers[item, row]} of item {item} in row {row}"
        )
    return answers


def _check(sample: Sample, replicates: int, rng: np.random.Generator) -> None:
    whole_number("replicates", replicates, ENOUGH_REPLICATES, MOST_REPLICATES)
    generator("rng", rng)
    if not checked_sample(sample).mass.size:
        raise BadInput("sample must have one row or more, got 0")
    if sample.calibration is not None:
        raise BadInput("sample must not be calibrated: replicates would need fitting, each")
    lonely = int(np.count_nonzero(sample.stages[0].sizes == 1))
    if lonely and sample.singleton not in ("remove", "certainty"):
        raise BadInput(
            f"sample has {lonely} strata with one unit drawn and singleton "
            f"{sample.singleton!r}; choose 'remove' or 'certainty', or merge strata"
        )


def _units(sample: Sample) -> _Units:
    """Number the units stratum by stratum, respondents that a row stands for one by one."""
    stage = sample.stages[0]
    if stage.units is None and not np.all(sample.counts == 1):
        raise BadInput("sample must not have counts: a row would stand for several units")
    order = np.argsort(stage.strata, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    of_rows = place if stage.units is None else place[stage.units]
    return _Units.of(of_rows, np.bincount(stage.strata, minlength=stage.sizes.size))


def _components(domains: Integers, strata: Integers) -> Iterator[Integers]:
    """Rows of the domains that hang together by shared strata, set after set."""
    component = np.arange(int(domains.max(initial=-1)) + 1)
    before = component - 1
    while not np.array_equal(component, before):
        before = component.copy()
        of_stratum = np.full(int(strata.max(initial=-1)) + 1, component.size)
        np.minimum.at(of_stratum, strata, component[domains])
        np.minimum.at(component, domains, of_stratum[strata])
    of_rows = component[domains]
    order = np.argsort(of_rows, kind="stable").astype(np.int64)
    ends = np.flatnonzero(np.diff(of_rows[order])) + 1
    yield from np.split(order, ends)


def _part(units: _Units, rows: Integers) -> _Units:
    """Keep the strata of these rows: all their units are here."""
    strata = units.strata[units.of_rows[rows]]
    present, codes = np.unique(strata, return_inverse=True)
    part = _Units.of(units.of_rows[rows] - units.starts[strata], units.sizes[present])
    return replace(part, of_rows=part.of_rows + part.starts[codes])


def _score_table(codes: NDArray[Any], scores: Floats) -> Floats:
    if codes.dtype.kind not in "iu":
        raise BadInput(f"values must be integer codes where scores are given, got {codes.dtype}")
    highest = int(codes.max(initial=-1))
    if highest >= scores.size:
        raise BadInput(f"values must be codes below {scores.size}, got {highest}")
    return scores


def _numbers(answers: NDArray[Any], scores: Floats | None) -> tuple[Floats, Floats]:
    """Return (rows, items) whether there is a value, and the value, zero where there is none."""
    if scores is None:
        numbers = answers.T.astype(np.float64)
        missing = np.isnan(numbers)
        numbers[missing] = 0.0
        return (~missing).astype(np.float64), numbers
    known = answers.T >= 0
    return known.astype(np.float64), np.where(known, scores[np.maximum(answers.T, 0)], 0.0)


def _unit_totals(
    units: _Units, domains: Integers, mass: Floats, known: Floats, numbers: Floats
) -> Floats:
    """Weighted sums of (domains, units, items twice): of the values, and of having one."""
    weighted = np.hstack([numbers, known]) * mass[:, None]
    n_units, n_domains = units.strata.size, int(domains.max(initial=0)) + 1
    totals = np.zeros((n_domains * n_units, weighted.shape[1]))
    place = domains * n_units + units.of_rows
    if np.unique(place).size == place.size:
        totals[place] = weighted
    else:
        np.add.at(totals, place, weighted)
    return totals.reshape(n_domains, n_units, -1)


def _multiply(times: Floats, totals: Floats, product: Floats) -> None:
    """Multiply in pieces that stay on one thread: many small products wait more than they work."""
    rows = max(1, PRODUCTS_AT_ONCE // totals.size)
    for start in range(0, times.shape[0], rows):
        np.matmul(times[start : start + rows], totals, out=product[start : start + rows])


def _means(
    units: _Units, totals: Floats, replicates: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    n_domains, n_units, width = totals.shape
    items = width // 2
    block = max(1, DRAWS_AT_ONCE // n_units)
    replicated = np.empty((n_domains, replicates, width))
    scaled = totals * units.scale[:, None]
    for start in range(0, replicates, block):
        times = units.times(min(block, replicates - start), rng)
        for domain, sums in zip(replicated, scaled, strict=True):
            _multiply(times, sums, domain[start : start + block])
    full = totals.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = full[:, :items] / full[:, items:]
        each = replicated[..., :items] / replicated[..., items:]
    there = np.isfinite(each)
    number = there.sum(axis=1)
    centre = np.where(there, each, 0.0).sum(axis=1) / np.maximum(number, 1)
    squares = np.where(there, each - centre[:, None], 0.0) ** 2
    errors = np.sqrt(squares.sum(axis=1) / np.maximum(number - 1, 1))
    return means, np.where(number >= ENOUGH_REPLICATES, errors, np.nan)
