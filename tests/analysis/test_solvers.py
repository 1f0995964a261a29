import subprocess
import sys

import pytest

from analysis import solvers


def test_a_solver_is_scipys_own() -> None:
    assert solvers.brentq(lambda x: x**2 - 2, 0, 2) == pytest.approx(2**0.5)
    assert solvers.isotonic_regression([1, 3, 2]).x.tolist() == [1, 2.5, 2.5]


def test_the_statistics_start_without_the_slow_half_of_scipy() -> None:
    slow = ("scipy.optimize", "scipy.stats", "scipy.integrate", "scipy.interpolate")
    code = f"import sys, analysis; print(*(set({slow}) & set(sys.modules)))"
    ran = subprocess.run(  # noqa: S603  (our own line)
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert ran.stdout == "\n"
