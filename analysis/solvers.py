"""Solvers of `scipy.optimize`, which is loaded when one is first called: it is slow to start."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scipy.optimize import (
        Bounds,
        LinearConstraint,
        brentq,
        isotonic_regression,
        linprog,
        milp,
        minimize,
    )
else:

    class _Later:
        """A function or class of `scipy.optimize`, by its name."""

        def __init__(self, name: str) -> None:
            self._name = name

        def __call__(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401  (passed through)
            return getattr(import_module("scipy.optimize"), self._name)(*args, **options)

    Bounds = _Later("Bounds")
    LinearConstraint = _Later("LinearConstraint")
    brentq = _Later("brentq")
    isotonic_regression = _Later("isotonic_regression")
    linprog = _Later("linprog")
    milp = _Later("milp")
    minimize = _Later("minimize")

__all__ = [
    "Bounds",
    "LinearConstraint",
    "brentq",
    "isotonic_regression",
    "linprog",
    "milp",
    "minimize",
]
