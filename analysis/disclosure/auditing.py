"""The audit of a release: what an attacker learns of the hidden cells, and whether it is too much."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Booleans, Floats, Integers
from analysis.disclosure import attack as attacking
from analysis.disclosure.attack import LARGEST_BLOCK, Attack, FeasibilityIntervals, mask
from analysis.disclosure.counts import MOST_PEOPLE, RELEASE_FROM, STEP, possible
from analysis.disclosure.tables import Tables
from analysis.errors import BadInput
from analysis.scalars import positive
from analysis.whole_numbers import whole_number

LEAST_WIDTH = 5


@dataclass(frozen=True, slots=True)
class SuppressionRule:
    """What a release promises: the 10-5 rule, and how vague a hidden cell has to stay."""

    minimum_n: int = RELEASE_FROM
    step: int = STEP  # 1: counts are published as they are
    least_width: float = LEAST_WIDTH

    def __post_init__(self) -> None:
        whole_number("minimum_n", self.minimum_n, 1, MOST_PEOPLE)
        whole_number("step", self.step, 1, MOST_PEOPLE)
        positive("least_width", self.least_width)


TEN_FIVE = SuppressionRule()


@dataclass(frozen=True, slots=True)
class Audit:
    """
    What an attacker knows of each cell, (cells,).

    ``least`` and ``most`` bound the hidden cells (exactly where every interval was asked for, else
    safe ones may be narrower than given, but never than the rule allows); ``exposed`` are the
    hidden cells that are known, or known too closely.
    """

    least: Floats
    most: Floats
    exposed: Integers

    @property
    def passes(self) -> bool:
        return not self.exposed.size


def audit(
    tables: Tables,
    hidden: ArrayLike,
    *,
    rule: SuppressionRule = TEN_FIVE,
    known: ArrayLike | None = None,
    every_interval: bool = False,
    integral: bool = False,
    largest_block: int = LARGEST_BLOCK,
) -> Audit:
    """
    Attack a release by linear programming and tell which hidden cells do not stay hidden.

    The attacker knows the equations between the cells, every published count up to its rounding,
    that published cells hold at least ``rule.minimum_n`` people, and the ``known`` cells. Exact
    for hierarchies and two-way tables; elsewhere ``integral`` adds that people are whole. A hidden
    cell is exposed when its interval is narrower than ``rule.least_width`` (one that is known
    exactly has width 0).

    Parameters
    ----------
    hidden : (cells,) which cells are not published
    known : (cells,) which cells are no secret though they are small (nobody was asked there)
    every_interval : pursue each hidden cell to the end, also where it is safe
    largest_block : cross-tables of more cells are bounded one equation at a time (see `Attack`)

    Raises
    ------
    BadInput
        When a cell below ``rule.minimum_n`` is published, or the arguments do not belong together;
        ``hidden`` and ``known`` are truth values and nothing that could be read as some.

    Notes
    -----
    Fischetti and Salazar-Gonzalez (2000), JASA 95, doi:10.1198/016214500388282; the requirement of
    at least 5 and the 10-5 rule are those of the platform's disclosure control.

    Examples
    --------
    One hidden cell of a table with exact margins is the difference of the others.

    >>> table = Tables.crossed([[20, 50, 10], [8, 19, 22], [17, 32, 12]])
    >>> found = audit(table, table.counts == 8, rule=SuppressionRule(step=1))
    >>> found.least[found.exposed], found.most[found.exposed]
    (array([8.]), array([8.]))
    """
    check_task(tables, rule)
    open_to_all = mask("known", tables, known)
    secret = mask("hidden", tables, hidden) & ~open_to_all
    published = ~secret & ~open_to_all
    if (small := np.flatnonzero(published & (tables.counts < rule.minimum_n))).size:
        raise BadInput(
            f"hidden must hold cell {small[0]}: it counts {tables.counts[small[0]]}, "
            f"fewer than {rule.minimum_n}"
        )
    known_range = knowledge(tables, secret, open_to_all, rule)
    how = Attack(np.inf if every_interval else rule.least_width, integral, largest_block)
    found = attacking.bounds(tables, known_range.least, known_range.most, secret, how)
    narrow = secret & (found.most - found.least < rule.least_width)
    return Audit(found.least, found.most, np.flatnonzero(narrow).astype(np.int64))


def check_task(tables: Tables, rule: SuppressionRule) -> None:
    if not isinstance(tables, Tables):
        raise BadInput(f"tables must be Tables, got {type(tables).__name__}")
    if not isinstance(rule, SuppressionRule):
        raise BadInput(f"rule must be a SuppressionRule, got {rule!r}")


def knowledge(
    tables: Tables, secret: Booleans, known: Booleans, rule: SuppressionRule
) -> FeasibilityIntervals:
    """Return what each cell says by itself: its rounding, nothing if it is hidden, or all."""
    low, high = possible(tables.counts, step=rule.step, minimum_n=rule.minimum_n)
    exact = tables.counts.astype(np.float64)
    least = np.where(secret, 0.0, np.where(known, exact, low))
    return FeasibilityIntervals(least, np.where(secret, np.inf, np.where(known, exact, high)))
