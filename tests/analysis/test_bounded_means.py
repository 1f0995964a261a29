"""The dispersion that the score test leans on where answers say nothing of it."""

import numpy as np
import pytest

from analysis.bounded_means import bounded_means


def test_single_answers_in_the_middle_leave_the_dispersion_to_the_default() -> None:
    """Two cells of one answer each, both 50: their spread is 0, which is no knowledge."""
    means = np.array([[50.0, 50.0]])
    tested = bounded_means(means, means**2, np.ones((1, 2)))
    # phi = .45 and n* = 1: the error at 50 is sqrt(.45 * 50 * 50 / 1).
    assert tested.standard_error(means) == pytest.approx(np.sqrt(0.45 * 2500))
