"""The linear programs behind the attack and the suppression, solved by HiGHS."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from analysis.arrays import Booleans, Floats
from analysis.solvers import Bounds, LinearConstraint, linprog, milp

_NONE = 1e-7


@dataclass(frozen=True, slots=True)
class Extreme:
    """The point furthest along a direction, and which variables' limits hold it there."""

    point: Floats
    held_by: Booleans


def furthest(matrix: csr_array, least: Floats, most: Floats, direction: Floats) -> Extreme | None:
    """Return the point with matrix @ x = 0 within the limits that maximises direction @ x.

    None if nothing bounds it.
    """
    found = linprog(  # type: ignore[call-overload]  # its stubs know no sparse matrix
        -direction,
        A_eq=matrix,
        b_eq=np.zeros(matrix.shape[0]),
        bounds=np.column_stack([least, most]),
        method="highs",
    )
    if found.x is None:
        return None
    duals = np.abs(found.lower.marginals) + np.abs(found.upper.marginals)
    return Extreme(np.asarray(found.x, dtype=np.float64), np.asarray(duals > _NONE))


def furthest_whole(
    matrix: csr_array, least: Floats, most: Floats, direction: Floats
) -> Extreme | None:
    """Return as `furthest`, but of the points whose coordinates are integers."""
    zeros = np.zeros(matrix.shape[0])
    found = milp(
        -direction,
        integrality=np.ones(direction.size, dtype=np.int64),
        bounds=Bounds(least, most),
        constraints=LinearConstraint(matrix, zeros, zeros),
    )
    if found.x is None:
        return None
    return Extreme(np.asarray(found.x, dtype=np.float64), np.ones(direction.size, dtype=np.bool_))


def cheapest_choice(costs: Floats, demands: Floats, least: Booleans, most: Booleans) -> Booleans:
    """Choose 0 or 1 per variable, between ``least`` and ``most``, with demands @ x >= 0.

    Raises
    ------
    ArithmeticError
        When no choice meets the demands.
    """
    found = milp(
        costs,
        integrality=np.ones(costs.size, dtype=np.int64),
        bounds=Bounds(least.astype(float), most.astype(float)),
        constraints=LinearConstraint(demands, lb=0.0),
    )
    if found.x is None:
        raise ArithmeticError(found.message)
    return np.round(found.x).astype(np.bool_)
