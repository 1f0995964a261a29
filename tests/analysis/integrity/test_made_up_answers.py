"""How often honest answers raise an alarm, and made-up ones do not, in worlds that are known."""

import numpy as np
import pytest

from analysis import integrity
from analysis.arrays import Floats
from analysis.integrity.answers import Codes

THRESHOLDS = np.array([-1.4, -0.6, 0.1, 0.9])


def answers(loadings: Floats, factors: Floats, rng: np.random.Generator) -> Codes:
    """Five-point answers of people with one or more traits, (items, traits) by (traits, n)."""
    own = np.sqrt(1 - (loadings**2).sum(axis=1))[:, None]
    latent = loadings @ factors + own * rng.standard_normal((len(loadings), factors.shape[1]))
    shifted = THRESHOLDS + rng.normal(0, 0.3, (len(loadings), 1))
    codes = (latent[:, :, None] > shifted[:, None, :]).sum(axis=2)
    return np.asarray(codes, dtype=np.int8)


@pytest.mark.parametrize("items", [24, 40, 78])
@pytest.mark.parametrize("loading", [0.5, 0.8])
def test_honest_people_of_one_trait_stay_within_the_promised_share(
    items: int, loading: float
) -> None:
    rng = np.random.default_rng(31)
    flagged = []
    for _ in range(4):
        codes = answers(np.full((items, 1), loading), rng.standard_normal((1, 250)), rng)
        flagged.append(integrity.percent_match(codes, rng, simulated=2000).flagged)
    assert np.mean(flagged) <= 0.015


def test_three_traits_do_not_raise_more_alarms_than_one() -> None:
    rng = np.random.default_rng(32)
    loadings = np.zeros((39, 3))
    loadings[np.arange(39), np.arange(39) // 13] = 0.6
    loadings[:, 0] += 0.3 * (np.arange(39) >= 13)
    flagged = []
    for _ in range(4):
        codes = answers(loadings, rng.standard_normal((3, 250)), rng)
        flagged.append(integrity.percent_match(codes, rng, simulated=2000).flagged)
    assert np.mean(flagged) <= 0.015


def test_people_who_tick_one_column_raise_alarms_that_no_model_of_traits_foresees() -> None:
    rng = np.random.default_rng(33)
    codes = answers(np.full((40, 1), 0.5), rng.standard_normal((1, 300)), rng)
    codes[:, :15] = 4
    found = integrity.percent_match(codes, rng, simulated=2000).flagged
    # Honest or not, they are twins: this is why a flag is a reason to look and no more.
    assert found[:15].all()
    assert found[15:].mean() < 0.02


def area_under_curve(scores: Floats, is_made_up: Floats) -> float:
    """Chance that a made-up questionnaire scores above an honest one (Mann & Whitney)."""
    honest, made_up = scores[is_made_up == 0], scores[is_made_up == 1]
    above = (made_up[:, None] > honest).mean() + 0.5 * (made_up[:, None] == honest).mean()
    return float(above)


@pytest.mark.parametrize(("noise", "least"), [(0.10, 0.99), (0.25, 0.97)])
def test_an_interviewer_who_varies_one_sheet_stands_out_among_honest_ones(
    noise: float, least: float
) -> None:
    rng = np.random.default_rng(34)
    codes = answers(np.full((39, 1), 0.6), rng.standard_normal((1, 300)), rng)
    changed = rng.random((39, 20)) < noise
    codes[:, :20] = np.where(changed, rng.integers(0, 5, (39, 20)), codes[:, [0]])
    made_up = (np.arange(300) < 20).astype(np.float64)
    found = integrity.percent_match(codes, rng, simulated=2000)
    assert area_under_curve(found.shares, made_up) >= least


def test_an_official_who_stuffs_the_open_link_is_found_by_more_than_one_check() -> None:
    rng = np.random.default_rng(35)
    units = np.repeat(np.arange(20), 60)
    codes = answers(np.full((24, 1), 0.6), rng.standard_normal((1, 1200)), rng)
    codes[rng.random(codes.shape) < 0.06] = -2
    # In unit 0, fifteen sheets with the best answer to nearly everything, within ten minutes.
    codes[:, :15] = np.where(rng.random((24, 15)) < 0.02, 3, 4)
    times = rng.uniform(0, 14 * 1440.0, 1200)
    times[:15] = 5000 + rng.uniform(0, 10, 15)
    tops = np.bincount(units, (codes == 4).all(axis=0), minlength=20)
    assert np.flatnonzero(integrity.all_top_share(tops, np.full(20, 60)).flagged).tolist() == [0]
    burst = integrity.bursts(times, units, window=10, opened=0, closed=14 * 1440.0).flagged
    assert burst[:15].all()
    assert burst[15:].mean() < 0.005
    match = integrity.percent_match(codes, rng, groups=units, simulated=1000).flagged
    assert match[:15].all()
    assert match[15:].mean() < 0.02
