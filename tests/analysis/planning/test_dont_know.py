import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import Sample, mean
from analysis.errors import BadInput
from analysis.planning.dont_know import dont_know_bounds

R = json.loads(
    (Path(__file__).parents[2] / "reference/further/planning.json").read_text(encoding="utf-8")
)["dont_know"]


def test_bounds_errors_and_the_interval_are_those_of_r() -> None:
    unknown = [answer is None for answer in R["answers"]]
    answers = [np.nan if answer is None else answer for answer in R["answers"]]
    bounds = dont_know_bounds(Sample(R["weights"]), answers, unknown)
    assert bounds.low.value == pytest.approx(R["low"], rel=1e-12)
    assert bounds.high.value == pytest.approx(R["high"], rel=1e-12)
    assert bounds.low.standard_error == pytest.approx(R["low_error"], rel=1e-10)
    assert bounds.high.standard_error == pytest.approx(R["high_error"], rel=1e-10)
    assert bounds.share.value == pytest.approx(6 / 18)
    interval = bounds.interval()
    assert (interval.low, interval.high) == pytest.approx(R["interval"], rel=1e-8)


def test_who_was_not_asked_is_left_out_and_full_knowledge_gives_the_plain_interval() -> None:
    sample = Sample([1.0] * 6)
    values = [0, 25, 75, 100, np.nan, np.nan]
    nobody = dont_know_bounds(sample, values, [False] * 6)
    plain = mean(sample, values).confidence_interval()
    assert nobody.interval().low == pytest.approx(plain.low)
    assert nobody.interval().high == pytest.approx(plain.high)
    assert nobody.share.value == 0.0
    one = dont_know_bounds(sample, values, [False] * 5 + [True])
    assert (one.low.value, one.high.value, one.share.value) == (40.0, 60.0, 0.2)


def test_without_spread_the_interval_is_the_bounds_and_one_answer_has_none() -> None:
    sample = Sample([1.0] * 4)
    everybody = dont_know_bounds(sample, [np.nan] * 4, [True] * 4).interval()
    assert (everybody.low, everybody.high) == (0.0, 100.0)
    alone = dont_know_bounds(Sample([1.0], singleton="remove"), [50.0], [False]).interval()
    assert np.isnan(alone.low)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from([0.0, 25.0, 50.0, 100.0, None]), min_size=4, max_size=30))
def test_the_bounds_are_those_of_the_share_and_the_mean(answers: list[float | None]) -> None:
    known = [answer for answer in answers if answer is not None]
    if not known:
        return
    values = np.array(answers, dtype=np.float64)
    bounds = dont_know_bounds(Sample(np.ones(values.size)), values, np.isnan(values))
    share = 1 - len(known) / len(answers)
    low = (1 - share) * float(np.mean(known))
    assert bounds.low.value == pytest.approx(low)
    assert bounds.high.value == pytest.approx(low + 100 * share)


def test_the_interval_covers_a_truth_at_the_edge_of_the_bounds() -> None:
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(400):
        values = rng.choice([0.0, 25, 50, 75, 100], 80)
        unknown = rng.random(80) < 0.2
        bounds = dont_know_bounds(
            Sample(np.ones(80)), np.where(unknown, np.nan, values), unknown
        ).interval()
        # Those who do not know would all have said 0: the truth is .8 * 50.
        covered += bounds.low <= 40 <= bounds.high
    assert covered / 400 == pytest.approx(0.95, abs=0.025)


def test_bad_answers_of_those_who_do_not_know_are_named() -> None:
    sample = Sample([1.0, 1.0])
    with pytest.raises(BadInput, match=r"values must be NaN where dont_know, got 50\.0 in row 1"):
        dont_know_bounds(sample, [0, 50], [False, True])
    with pytest.raises(BadInput, match="dont_know must hold 2 truth values, got int64"):
        dont_know_bounds(sample, [0, 50], [0, 1])
    with pytest.raises(BadInput, match=r"values must lie on the scale .* got 120\.0 in row 1"):
        dont_know_bounds(sample, [0, 120], [False, False])
    with pytest.raises(BadInput, match="scale must rise"):
        dont_know_bounds(sample, [0, 0], [False, False], scale=(5, 5))
