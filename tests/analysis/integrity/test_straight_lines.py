import json
from pathlib import Path

import numpy as np
import pytest

from analysis.errors import BadInput
from analysis.integrity import straight_lining
from analysis.integrity.graded import GradedFit

R = json.loads(
    (Path(__file__).parents[2] / "reference/further/integrity.json").read_text(encoding="utf-8")
)
HALF_REVERSED = [False] * 4 + [True] * 4


def test_spreads_are_those_of_r_and_runs_are_counted_by_hand() -> None:
    answers = np.array([[4, 3, 4, 4, 0, 1, 0, 0], [2, 2, 1, 3, 2, 2, 4, 0]]).T
    found = straight_lining(answers, HALF_REVERSED)
    assert found.spreads == pytest.approx(R["spreads"], rel=1e-12)
    assert found.longest_runs.tolist() == [2, 2]
    assert found.longest_shares.tolist() == [0.25, 0.25]
    assert found.judged.all()
    assert not found.flagged.any()


def test_a_line_is_evidence_only_with_reversed_items_and_off_the_middle() -> None:
    lines = np.tile([4, 2, 0], (8, 1))
    assert straight_lining(lines, HALF_REVERSED).flagged.tolist() == [True, False, True]
    assert not straight_lining(lines, [False] * 8).judged.any()
    assert not straight_lining(lines, [False] * 8).flagged.any()
    assert not straight_lining(lines, [True] * 8).flagged.any()
    # A scale of four has no middle.
    assert straight_lining(np.tile([2], (8, 1)), HALF_REVERSED, n_codes=4).flagged.all()


def test_runs_end_with_their_block_and_pass_over_what_was_not_asked() -> None:
    answers = np.array([[3, 3, -1, 3, 3, 1, -2, 1]]).T
    whole = straight_lining(answers, HALF_REVERSED, minimum_items=2)
    assert whole.longest_runs.tolist() == [4]
    assert whole.longest_shares.tolist() == [4 / 6]
    blocks = ["a", "a", "a", "a", "b", "b", "b", "b"]
    parts = straight_lining(answers, HALF_REVERSED, blocks=blocks, minimum_items=2)
    assert parts.longest_runs.tolist() == [3]
    assert parts.longest_shares.tolist() == [1.0]


def test_who_answered_nothing_or_too_little_is_not_judged() -> None:
    answers = np.full((8, 2), -1)
    answers[:7, 1] = 4
    found = straight_lining(answers, HALF_REVERSED)
    assert np.isnan(found.spreads[0])
    assert found.longest_runs.tolist() == [0, 7]
    assert not found.judged.any()
    assert not found.flagged.any()


def test_honest_answers_with_halo_are_not_flagged_and_lines_are() -> None:
    rng = np.random.default_rng(3)
    loadings = np.array([0.7] * 6 + [-0.7] * 6)
    model = GradedFit(loadings, np.tile([-1.2, -0.5, 0.2, 1.0], (1, 12, 1)))
    codes = model.simulate(np.zeros((12, 3000), dtype=np.int8), 0, rng)
    codes[:, :60] = 4
    found = straight_lining(codes, loadings < 0)
    assert found.flagged[:60].all()
    assert found.flagged[60:].mean() < 0.002


def test_bad_arguments_are_named_with_their_value() -> None:
    with pytest.raises(BadInput, match=r"codes must be whole numbers of shape \(items, n\)"):
        straight_lining([1, 2], [True])
    with pytest.raises(BadInput, match="is_reversed must hold 1 truth values"):
        straight_lining([[1, 2]], [True, False])
    with pytest.raises(BadInput, match=r"codes must lie below n_codes \(5\), got 7"):
        straight_lining([[7]], [True])
    with pytest.raises(BadInput, match="codes must fit int8, got 300 to 300"):
        straight_lining([[300]], [True])
    with pytest.raises(BadInput, match="codes must hold an item and a respondent"):
        straight_lining(np.zeros((0, 3), dtype=np.int8), [])
