"""Quantiles of the studentized range against R (tests/reference/further/ranks.R)."""

import json
from pathlib import Path

import pytest

from analysis.studentized_range import studentized_range_quantile

FILE = Path(__file__).parents[1] / "reference" / "further" / "ranks.json"
R = json.loads(FILE.read_text("utf-8"))


@pytest.mark.parametrize("row", range(len(R["quantiles"]["quantile"])))
def test_quantiles_equal_r(row: int) -> None:
    probability, groups, freedom, expected = (
        R["quantiles"][name][row] for name in ("probability", "groups", "freedom", "quantile")
    )
    assert studentized_range_quantile(probability, groups, freedom) == pytest.approx(
        expected, rel=5e-5
    )


@pytest.mark.parametrize("row", [0, 1])
def test_quantiles_of_thousands_of_groups_equal_r(row: int) -> None:
    groups, expected = R["many"]["groups"][row], R["many"]["quantile"][row]
    assert studentized_range_quantile(0.95, groups, 1e300) == pytest.approx(expected, rel=1e-6)
