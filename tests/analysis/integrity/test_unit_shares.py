import json
from pathlib import Path

import numpy as np
import pytest

from analysis.errors import BadInput
from analysis.integrity import all_top_share, no_dont_know, unanimity
from analysis.integrity.answers import Codes

R = json.loads(
    (Path(__file__).parents[2] / "reference/further/integrity.json").read_text(encoding="utf-8")
)


def with_dont_know(rng: np.random.Generator, rate: float, units: int, n: int) -> Codes:
    """Answers in which some people are less sure of themselves than others."""
    own = rng.beta(2, 2 / rate - 2, units * n)
    unknown = rng.random((8, units * n)) < own
    return np.where(unknown, -2, rng.integers(0, 5, unknown.shape)).astype(np.int8)


def test_a_stuffed_unit_is_found_and_does_not_excuse_itself() -> None:
    found = all_top_share(R["shares"]["k"], R["shares"]["n"])
    assert np.flatnonzero(found.flagged).tolist() == [9]
    # Without the stuffed unit the others have 17 of 507.
    assert found.expected[9] == pytest.approx(17 / 507, rel=0.03)
    assert found.shares[9] == 0.25
    assert found.p_values[1] == pytest.approx(1.0)


def test_honest_units_of_different_mood_are_rarely_flagged() -> None:
    rng = np.random.default_rng(4)
    alarms = 0
    for _ in range(20):
        n = rng.integers(20, 120, 30)
        alarms += int(all_top_share(rng.binomial(n, rng.beta(2, 30, 30)), n).flagged.any())
    assert alarms <= 3


def test_units_without_questionnaires_are_not_judged() -> None:
    found = all_top_share([0, *R["shares"]["k"]], [0, *R["shares"]["n"]])
    assert np.isnan(found.p_values[0])
    assert not found.flagged[0]
    assert found.flagged[10]


def test_nobody_who_does_not_know_has_the_binomial_chance_by_hand() -> None:
    # Unit a: three people, ten items each, none unknown; the others: one in ten for each item,
    # spread so evenly over the people that there is no design effect.
    others = np.zeros((10, 10), dtype=np.int8)
    np.fill_diagonal(others, -2)
    codes = np.hstack([np.zeros((10, 3), dtype=np.int8), others])
    found = no_dont_know(codes, ["a"] * 3 + ["b"] * 10)
    assert found.p_values[0] == pytest.approx(R["no_dont_know"]["independent"], rel=1e-9)
    assert found.expected[0] == pytest.approx(0.1)
    assert found.shares.tolist() == [0.0, 0.1]
    assert found.p_values[1] == pytest.approx(1.0)


def test_people_who_invent_answers_know_everything_and_honest_ones_do_not() -> None:
    rng = np.random.default_rng(5)
    units = np.repeat(np.arange(25), 60)
    alarms = 0
    for _ in range(20):
        alarms += int(no_dont_know(with_dont_know(rng, 0.08, 25, 60), units).flagged.any())
    assert alarms <= 2
    codes = with_dont_know(rng, 0.08, 25, 60)
    codes[:, :60] = np.abs(codes[:, :60])
    assert np.flatnonzero(no_dont_know(codes, units).flagged).tolist() == [0]


def test_one_unit_alone_has_nobody_to_be_compared_with() -> None:
    found = no_dont_know(np.zeros((3, 5), dtype=np.int8), ["a"] * 5)
    assert np.isnan(found.p_values).all()
    assert not found.flagged.any()


def test_agreement_by_hand_and_small_cells_are_not_judged() -> None:
    counts = np.zeros((3, 1, 2))
    counts[0, 0] = [10, 0]
    counts[1, 0] = [10, 10]
    counts[2, 0] = [5, 0]
    found = unanimity(counts)
    # Elsewhere 15 and 10 of 25: .6^10 + .4^10.
    assert found.p_values[0, 0] == pytest.approx(0.6**10 + 0.4**10, rel=1e-12)
    assert found.p_values[1, 0] == 1.0
    assert np.isnan(found.p_values[2, 0])
    assert found.flagged.ravel().tolist() == [True, False, False]


def test_cells_that_answer_like_all_others_are_rarely_called_unanimous() -> None:
    rng = np.random.default_rng(6)
    counts = rng.multinomial(12, [0.02, 0.03, 0.05, 0.3, 0.6], size=(300, 39))
    assert unanimity(counts).flagged.mean() < 0.001
    counts[7] = 0
    counts[7, :, 4] = 40
    assert unanimity(counts).flagged[7].all()


def test_bad_counts_are_named_with_their_value() -> None:
    with pytest.raises(BadInput, match=r"all_top must not exceed n, got 5\.0 of 4\.0"):
        all_top_share([5] * 8, [4] * 8)
    with pytest.raises(
        BadInput, match=r"all_top must be whole and not negative, got 0\.5 in row 0"
    ):
        all_top_share([0.5] * 8, [4] * 8)
    with pytest.raises(BadInput, match="n must be positive in 8 units or more, got 2"):
        all_top_share([1, 1], [4, 4])
    with pytest.raises(BadInput, match="n must have 8 rows, got 1"):
        all_top_share([1] * 8, [4])
    with pytest.raises(BadInput, match=r"counts must have shape \(unit, item, code\)"):
        unanimity([[1, 2]])
    with pytest.raises(BadInput, match="dont_know must be a whole number from -128 to -1, got 3"):
        no_dont_know([[1, 2]], ["a", "b"], dont_know=3)
