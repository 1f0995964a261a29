import json
from pathlib import Path

import numpy as np
import pytest

from analysis.errors import BadInput
from analysis.integrity import bursts

R = json.loads(
    (Path(__file__).parents[2] / "reference/further/integrity.json").read_text(encoding="utf-8")
)
# Minutes of three hours: five answers within ten minutes, seven elsewhere.
OWN = [60.0, 61, 62, 63, 64, 5, 20, 35, 100, 120, 140, 160]
OTHERS = [63.5, 64.5, 10, 15, 25, 40, 45, 50, 90, 95, 105, 110, 130, 135, 145, 150, 155, 165, 175]


def test_the_tail_is_the_binomial_one_of_r() -> None:
    found = bursts(OWN, ["a"] * 12, window=10, opened=0, closed=180)
    assert found.counts[0] == 5
    assert found.p_values[0] == pytest.approx(R["bursts"]["even"], rel=1e-9)
    assert found.p_values[5] == 1.0
    relative = bursts(
        OWN + OTHERS,
        ["a"] * 12 + ["b"] * 19,
        window=10,
        opened=0,
        closed=180,
        rhythm="others",
    )
    assert relative.p_values[0] == pytest.approx(R["bursts"]["others"], rel=1e-9)


def test_every_answer_in_a_found_window_is_flagged_and_no_other() -> None:
    rng = np.random.default_rng(2)
    honest = rng.uniform(0, 14_000, 60)
    stuffed = 7000 + rng.uniform(0, 20, 25)
    elsewhere = rng.uniform(0, 14_000, 200)
    times = np.concatenate([honest, stuffed, elsewhere])
    units = ["x"] * 85 + ["y"] * 200
    found = bursts(times, units, window=30, opened=0, closed=14_000)
    assert found.flagged[60:85].all()
    assert found.flagged[:60].sum() <= 2
    assert not found.flagged[85:].any()


def test_honest_arrivals_are_rarely_called_a_burst() -> None:
    rng = np.random.default_rng(7)
    alarms = 0
    for _ in range(40):
        times = rng.uniform(0, 1000, 500)
        units = rng.integers(0, 10, 500)
        alarms += int(bursts(times, units, window=10, opened=0, closed=1000).flagged.any())
    assert alarms <= 2


def test_a_rhythm_that_all_units_share_is_no_burst_beside_the_others() -> None:
    rng = np.random.default_rng(9)
    evenings = rng.choice(14, 1500) * 24 + rng.normal(20, 0.7, 1500)
    units = rng.integers(0, 12, 1500)
    even = bursts(evenings, units, window=2, opened=0, closed=340)
    others = bursts(evenings, units, window=2, opened=0, closed=340, rhythm="others")
    assert even.flagged.mean() > 0.3
    assert not others.flagged.any()


def test_bad_times_and_windows_are_named() -> None:
    with pytest.raises(BadInput, match=r"times must lie between opened and closed, got 9\.0"):
        bursts([1, 9], ["a", "a"], window=1, opened=0, closed=5)
    with pytest.raises(BadInput, match="window must be positive and shorter"):
        bursts([1], ["a"], window=5, opened=0, closed=5)
    with pytest.raises(BadInput, match="times must be finite, got nan in row 0"):
        bursts([np.nan], ["a"], window=1, opened=0, closed=5)
    with pytest.raises(BadInput, match="times must hold an answer"):
        bursts([], [], window=1, opened=0, closed=5)
    with pytest.raises(BadInput, match="needs two units or more"):
        bursts([1, 2], ["a", "a"], window=1, opened=0, closed=5, rhythm="others")
    with pytest.raises(BadInput, match="rhythm must be one of"):
        bursts([1], ["a"], window=1, opened=0, closed=5, rhythm="odd")  # type: ignore[arg-type]  # wrong on purpose
