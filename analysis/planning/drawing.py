"""Samples drawn from a frame, the same again from the same seed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import Booleans, Floats, Integers, coded, floats, not_negative, whole
from analysis.errors import BadInput
from analysis.planning.allocation import allocate
from analysis.planning.inclusion import inclusion_probabilities, pivotal_rows, systematic_rows
from analysis.scalars import generator, one_of
from analysis.whole_numbers import whole_number

Method = Literal["srs", "systematic", "pps", "pps_systematic", "stratified"]
Allocation = Literal["proportional", "neyman", "equal"]


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """
    What was drawn, in the order of the frame.

    Attributes
    ----------
    rows : places in the frame
    labels : of the frame
    inclusion_probabilities : exact, of those drawn; weights : their inverse
    is_certain : drawn without chance
    strata, population_sizes : of those drawn, as `Sample` takes them; one stratum without strata
    frame_probabilities : of the whole frame
    """

    rows: Integers
    labels: NDArray[Any]
    inclusion_probabilities: Floats
    weights: Floats
    is_certain: Booleans
    strata: NDArray[Any]
    population_sizes: Integers
    frame_probabilities: Floats


def draw_sample(
    frame: ArrayLike,
    size: int,
    rng: np.random.Generator,
    *,
    method: Method = "srs",
    sizes: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    allocation: Allocation | Mapping[Any, int] = "proportional",
    standard_deviations: Mapping[Any, float] | None = None,
    minimum: int = 2,
) -> Draw:
    """
    Draw without replacement.

    Parameters
    ----------
    frame : (N,) distinct labels; the order matters for the systematic methods and for the seed
    size : units to draw
    rng : ``numpy.random.default_rng(seed)``: log the seed and the hash of the frame before drawing
    method
        "srs" simple random; "systematic" every N/n-th from a random start; "pps" in proportion to
        ``sizes`` by the pivotal method; "pps_systematic" the same down the list as it is sorted;
        "stratified" simple random within ``strata``
    sizes : (N,) zero or more; zero is never drawn
    strata : (N,) labels
    allocation : rule, or the number to draw by stratum
    standard_deviations : by stratum, for "neyman"
    minimum : per stratum; two for a variance

    Notes
    -----
    Chapters 2 and 3 of Sarndal, Swensson & Wretman (1992). After "pps" take the variance with
    replacement (`Sample` without ``population_sizes``), which errs on the safe side.

    Examples
    --------
    >>> import numpy as np
    >>> drawn = draw_sample(["a", "b", "c", "d"], 2, np.random.default_rng(1),
    ...                     method="pps", sizes=[10, 1, 1, 2])
    >>> float(drawn.weights[0]), bool(drawn.is_certain[0])
    (1.0, True)
    """
    labels = np.asarray(frame)
    if labels.ndim != 1 or coded("frame", labels, labels.size)[0].size != labels.size:
        raise BadInput(f"frame must hold distinct labels, got shape {labels.shape} or repeats")
    one_of("method", method, get_args(Method))
    generator("rng", rng)
    whole_number("size", size, 1, labels.size, "the frame")
    _only_for(method, "sizes", sizes is not None, ("pps", "pps_systematic"))
    _only_for(method, "strata", strata is not None, ("stratified",))
    if strata is not None:
        names, stratum = coded("strata", strata, labels.size)
        quotas = _quotas(names, stratum, size, allocation, standard_deviations, minimum=minimum)
        return _stratified(labels, names, stratum, quotas, rng)
    mass = np.ones(labels.size) if sizes is None else not_negative("sizes", sizes, labels.size)
    if not mass.any():
        raise BadInput("sizes must be positive for a unit or more, all are zero")
    whole_number("size", size, 1, int((mass > 0).sum()), "units with a size")
    chances = inclusion_probabilities(mass, size)
    rows = METHODS[method](chances, rng)
    one = np.zeros(labels.size, dtype=np.int64)
    return _draw(labels, rows, chances, one, np.full(labels.size, labels.size))


def _simple(chances: Floats, rng: np.random.Generator) -> Integers:
    return _chosen(np.arange(chances.size), round(float(chances.sum())), rng)


def _systematic(chances: Floats, rng: np.random.Generator) -> Integers:
    return systematic_rows(chances, float(rng.random()))


METHODS: dict[str, Callable[[Floats, np.random.Generator], Integers]] = {
    "srs": _simple,
    "systematic": _systematic,
    "pps": pivotal_rows,
    "pps_systematic": _systematic,
}


def _chosen(rows: Integers, n: int, rng: np.random.Generator) -> Integers:
    return np.sort(rng.choice(rows, n, replace=False)).astype(np.int64)


def _stratified(
    labels: NDArray[Any],
    names: NDArray[Any],
    stratum: Integers,
    quotas: Integers,
    rng: np.random.Generator,
) -> Draw:
    members = np.bincount(stratum, minlength=names.size)
    drawn = [_chosen(np.flatnonzero(stratum == h), int(n), rng) for h, n in enumerate(quotas)]
    chances = (quotas / members)[stratum]
    rows = np.sort(np.concatenate(drawn))
    return _draw(labels, rows, chances, names[stratum], members[stratum])


def _quotas(
    names: NDArray[Any],
    stratum: Integers,
    size: int,
    allocation: Allocation | Mapping[Any, int],
    deviations: Mapping[Any, float] | None,
    *,
    minimum: int,
) -> Integers:
    members = np.bincount(stratum, minlength=names.size)
    if isinstance(allocation, Mapping):
        quotas = whole("allocation", _by_stratum("allocation", allocation, names)).astype(np.int64)
        if quotas.sum() != size or np.any((quotas < 1) | (quotas > members)):
            raise BadInput(
                f"allocation must add up to {size}, from 1 to all of each stratum, got {quotas}"
            )
        return quotas
    one_of("allocation", allocation, get_args(Allocation))
    if (allocation == "neyman") != (deviations is not None):
        raise BadInput("standard_deviations must be given for allocation 'neyman', and only then")
    shares = np.ones(names.size) if allocation == "equal" else members.astype(np.float64)
    if deviations is not None:
        shares = shares * not_negative(
            "standard_deviations", _by_stratum("standard_deviations", deviations, names)
        )
    return allocate(members, shares, size, minimum)


def _by_stratum(name: str, given: object, names: NDArray[Any]) -> Floats:
    if not isinstance(given, Mapping) or set(given) != set(names.tolist()):
        raise BadInput(f"{name} must hold exactly the strata {names.tolist()}, got {given}")
    return floats(name, [given[each] for each in names.tolist()])


def _only_for(method: str, name: str, is_given: bool, methods: tuple[str, ...]) -> None:
    if is_given != (method in methods):
        raise BadInput(f"{name} must be given for method {' or '.join(methods)}, and only then")


def _draw(
    labels: NDArray[Any],
    rows: Integers,
    chances: Floats,
    strata: NDArray[Any],
    members: Integers,
) -> Draw:
    drawn = chances[rows]
    return Draw(
        rows, labels[rows], drawn, 1 / drawn, drawn == 1, strata[rows], members[rows], chances
    )
