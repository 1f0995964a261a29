import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.errors import BadInput
from analysis.integrity import channel_difference

R = json.loads(
    (Path(__file__).parents[2] / "reference/further/integrity.json").read_text(encoding="utf-8")
)


def test_scores_and_p_values_are_those_of_r_and_absent_cells_do_not_count() -> None:
    found = channel_difference(
        [80, 52, np.nan, 71], [3, 2, np.nan, 4], [60, 55, 50, 66], [4, 2, 1, 3]
    )
    case = R["channels"]
    there = [0, 1, 3]
    assert found.scores[there] == pytest.approx(case["scores"], rel=1e-12)
    assert found.p_values[there] == pytest.approx(case["p"], rel=1e-9)
    assert found.adjusted[there] == pytest.approx(case["adjusted"], rel=1e-9)
    assert np.isnan(found.scores[2])
    assert found.flagged.tolist() == [True, False, False, False]


def test_equal_channels_rarely_differ_and_a_stuffed_one_is_found() -> None:
    rng = np.random.default_rng(3)
    drawn, open_ = rng.normal(60, 3, (200, 39)), rng.normal(60, 4, (200, 39))
    errors = np.full((200, 39), 4.0), np.full((200, 39), 3.0)
    assert channel_difference(open_, errors[0], drawn, errors[1]).flagged.mean() < 0.001
    open_[0] += 30
    found = channel_difference(open_, errors[0], drawn, errors[1])
    assert found.flagged[0].mean() > 0.95
    assert found.flagged[1:].mean() < 0.002


def test_bad_channels_are_named_with_their_value() -> None:
    with pytest.raises(BadInput, match="open_errors must be positive where there are means"):
        channel_difference([80.0], [0.0], [60.0], [4.0])
    with pytest.raises(BadInput, match="drawn_errors must be positive where there are means"):
        channel_difference([80.0], [1.0], [60.0], [np.nan])
    with pytest.raises(BadInput, match=r"drawn_means must be an array of shape \(1,\)"):
        channel_difference([80.0], [1.0], [60.0, 2.0], [4.0])
    with pytest.raises(BadInput, match="open_means must not be infinite"):
        channel_difference([np.inf], [1.0], [60.0], [4.0])
    with pytest.raises(BadInput, match="open_means must be numbers"):
        channel_difference(["high"], [1.0], [60.0], [4.0])
    with pytest.raises(BadInput, match="q must be a number, got None"):
        channel_difference([80.0], [1.0], [60.0], [4.0], q=None)  # type: ignore[arg-type]  # wrong on purpose


SIZES = {"open_effective_n": [10.0], "drawn_effective_n": 20.0}


@pytest.mark.parametrize(
    ("cells", "sizes", "message"),
    [
        (([80.0], [3.0]), {"open_effective_n": 10}, "must be given both, or none"),
        (([80.0], [3.0]), SIZES | {"open_effective_n": 0}, "open_effective_n must be positive"),
        (([80.0], [3.0]), SIZES | {"open_effective_n": "ten"}, "open_effective_n must be numbers"),
        (
            ([80.0], [3.0]),
            SIZES | {"drawn_effective_n": [[5.0]]},
            r"of shape \(1,\), got \(1, 1\)",
        ),
        (([180.0], [3.0]), SIZES, "open_means must lie from 0 to 100 .*, got 180"),
        (([80.0], [-3.0]), SIZES, "open_errors must not be negative"),
    ],
)
def test_bad_numbers_of_answers_are_named(
    cells: tuple[list[float], list[float]], sizes: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        channel_difference(*cells, [60.0], [4.0], **sizes)


ODDS = [0.08, 0.14, 0.26, 0.34, 0.18]


@pytest.mark.parametrize(("n_open", "n_drawn"), [(10, 10), (10, 40), (20, 20)])
def test_honest_channels_of_few_answers_keep_the_promised_rate(n_open: int, n_drawn: int) -> None:
    rng = np.random.default_rng(17)
    found = {"estimated": 0, "as if known": 0}
    for _ in range(300):
        opened = 25.0 * rng.choice(5, p=ODDS, size=(1, 40, n_open))
        drawn = 25.0 * rng.choice(5, p=ODDS, size=(1, 40, n_drawn))
        cells = (
            opened.mean(axis=2),
            np.maximum(opened.std(axis=2, ddof=1), 1) / np.sqrt(n_open),
            drawn.mean(axis=2),
            np.maximum(drawn.std(axis=2, ddof=1), 1) / np.sqrt(n_drawn),
        )
        tested = channel_difference(*cells, open_effective_n=n_open, drawn_effective_n=n_drawn)
        found["estimated"] += bool(tested.flagged.any())
        found["as if known"] += bool(channel_difference(*cells).flagged.any())
    # A rate of .10 in 300 runs has a standard error of .017.
    assert found["estimated"] / 300 <= 0.10 + 2 * 0.017
    assert found["as if known"] / 300 > 0.15


def test_unanimous_channels_of_few_answers_are_compared_and_large_differences_found() -> None:
    means = np.array([[100.0, 60.0, np.nan], [95.0, 55.0, 40.0]])
    errors = np.array([[0.0, 5.0, np.nan], [2.0, 5.0, 5.0]])
    drawn = np.array([[45.0, 62.0, 50.0], [60.0, 52.0, 45.0]])
    found = channel_difference(
        means, errors, drawn, np.full((2, 3), 5.0), open_effective_n=30, drawn_effective_n=30
    )
    assert found.flagged.tolist() == [[True, False, False], [True, False, False]]
    assert np.isfinite(found.scores).tolist() == [[True, True, False], [True, True, True]]
    assert np.isnan(found.p_values[0, 2])
