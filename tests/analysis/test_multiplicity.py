import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import BadInput
from analysis.multiplicity import benjamini_hochberg

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "expected.json"


@pytest.mark.skipif(not REFERENCE.is_file(), reason="R's numbers are not beside this checkout")
def test_adjusted_p_values_are_those_of_r() -> None:
    case = json.loads(REFERENCE.read_text(encoding="utf-8"))["cases"]["padjust.1"]
    p = np.array(case["design"]["p"])
    assert benjamini_hochberg(p) == pytest.approx(case["expected"]["BH"], rel=1e-9)
    assert benjamini_hochberg(p, "BY") == pytest.approx(case["expected"]["BY"], rel=1e-9)


def test_by_hand_and_what_is_not_in_the_family_does_not_count() -> None:
    # Three tests: .01 * 3/1, .02 * 3/2, .5 * 3/3.
    p = np.array([[0.5, np.nan, 0.01, 0.02], [np.nan] * 4])
    adjusted = benjamini_hochberg(p)
    assert adjusted[0].tolist() == pytest.approx([0.5, np.nan, 0.03, 0.03], nan_ok=True)
    assert np.isnan(adjusted[1]).all()
    assert benjamini_hochberg(np.empty((2, 0))).shape == (2, 0)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.floats(0.01, 0.3))
def test_findings_are_those_of_the_step_up_procedure(p: list[float], q: float) -> None:
    ordered = sorted(p)
    passing = [k for k, value in enumerate(ordered, 1) if value * len(p) / k <= q]
    threshold = ordered[max(passing) - 1] if passing else -1.0
    found = benjamini_hochberg(np.array(p)) <= q
    assert found.tolist() == [value <= threshold for value in p]


def test_what_is_no_p_value_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match=r"p_values must lie in 0\.\.1, got 1\.5"):
        benjamini_hochberg(np.array([0.2, 1.5]))
    with pytest.raises(BadInput, match="p_values must be numbers: could not convert"):
        benjamini_hochberg(["a", "b"])
    with pytest.raises(BadInput, match=r"dependence must be one of .*, got 'none'"):
        benjamini_hochberg(np.array([0.2]), "none")  # type: ignore[arg-type]  # wrong on purpose
