"""The tables of docs/statistics/mapping_and_raters.md can be made again."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from tests.simulations.experts import kappas, mappings, raters, thresholds, vignettes


@pytest.mark.parametrize(
    ("table", "rows"), [(raters, 9), (thresholds, 5), (mappings, 12), (vignettes, 3)]
)
def test_every_setting_has_a_line(table: Callable[[int], Iterator[str]], rows: int) -> None:
    heading, *lines = table(1)
    assert len(lines) == rows
    assert all(line.count("|") == heading.count("|") for line in lines)


def test_the_intervals_of_kappa_hold_the_truth_where_normal_ones_do_not() -> None:
    _, *lines = kappas(60)
    shares = np.array([line.split("|")[-1].split(";") for line in lines], dtype=np.float64)
    assert shares[:, 0].mean() > 0.92
    assert shares[:, 0].min() > shares[:, 1].min() + 0.05
