import json
from pathlib import Path

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
