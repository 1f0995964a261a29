import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import BadInput
from analysis.planning.inclusion import inclusion_probabilities, pivotal_rows, systematic_rows

R = json.loads(
    (Path(__file__).parents[2] / "reference/further/planning.json").read_text(encoding="utf-8")
)["inclusion"]


def test_chances_and_the_systematic_draw_are_those_of_r() -> None:
    chances = inclusion_probabilities(R["sizes"], R["n"])
    assert chances == pytest.approx(R["chances"], rel=1e-12)
    assert (systematic_rows(chances, R["start"]) + 1).tolist() == R["drawn"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=60), st.data())
def test_every_draw_has_its_size_and_holds_who_is_certain(
    sizes: list[int], data: st.DataObject
) -> None:
    positive = sum(size > 0 for size in sizes)
    if not positive:
        return
    n = data.draw(st.integers(1, positive))
    chances = inclusion_probabilities(sizes, n)
    assert chances.sum() == pytest.approx(n)
    assert chances.max() <= 1
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    for rows in (systematic_rows(chances, rng.random()), pivotal_rows(chances, rng)):
        assert rows.size == n == np.unique(rows).size
        assert set(np.flatnonzero(chances == 1)) <= set(rows.tolist())
        assert (chances[rows] > 0).all()


def test_the_pivotal_draw_has_exactly_the_chances() -> None:
    rng = np.random.default_rng(6)
    chances = inclusion_probabilities(R["sizes"], R["n"])
    times = np.zeros(chances.size)
    draws = 20_000
    for _ in range(draws):
        times[pivotal_rows(chances, rng)] += 1
    error = np.sqrt(np.maximum(chances * (1 - chances), 1e-12) / draws)
    assert np.abs((times / draws - chances) / error).max() < 3.5


def test_sizes_of_zero_and_numbers_out_of_reach_are_named() -> None:
    with pytest.raises(
        BadInput, match=r"n must be a whole number from 1 to 2 \(units with a size\), got 3"
    ):
        inclusion_probabilities([1, 0, 2], 3)
    with pytest.raises(BadInput, match=r"sizes must not be negative, got -1\.0 in row 1"):
        inclusion_probabilities([1, -1], 1)
    with pytest.raises(BadInput, match="sizes must be finite, got nan in row 0"):
        inclusion_probabilities([np.nan], 1)
