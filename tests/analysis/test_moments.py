import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.moments import components, mixed, moment_components

DEFAULTS = {"tr": 36.0, "ss": 100.0, "om": 64.0, "ta": 36.0, "tb": 100.0, "th": 64.0}


def double_centred(s: NDArray[np.float64], p: NDArray[np.float64], v: float) -> dict[str, float]:
    """The components of full arrays as section 2 of the method writes them."""
    units, items = s.shape
    s, p = s - s.mean(axis=0), p - p.mean(axis=0)
    s_unit, p_unit = s.mean(axis=1), p.mean(axis=1)
    s_in, p_in = s - s_unit[:, None], p - p_unit[:, None]
    free = (units - 1) * (items - 1)
    tr = (s_in * p_in).sum() / free
    ss = (s_in**2).sum() / free - tr
    om = (p_in**2).sum() / free - tr - v
    ta = s_unit @ p_unit / (units - 1) - tr / items
    tb = s_unit @ s_unit / (units - 1) - ta - (tr + ss) / items
    th = p_unit @ p_unit / (units - 1) - ta - (tr + om + v) / items
    return {"tr": tr, "ss": ss, "om": om, "ta": ta, "tb": tb, "th": th}


def drawn(
    units: int, items: int, variance: float, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    sd = {name: value**0.5 for name, value in DEFAULTS.items()}
    level = rng.normal(60, 10, items)
    truth = level + rng.normal(0, sd["ta"], (units, 1)) + rng.normal(0, sd["tr"], (units, items))
    s = truth + 10 + rng.normal(0, sd["tb"], (units, 1)) + rng.normal(0, sd["ss"], truth.shape)
    p = truth + rng.normal(0, sd["th"], (units, 1)) + rng.normal(0, sd["om"], truth.shape)
    p += rng.normal(0, variance**0.5, truth.shape)
    return s, p, np.repeat(variance * np.eye(items)[None], units, axis=0)


def test_on_full_arrays_the_pairwise_moments_are_the_double_centred_ones() -> None:
    s, p, covariances = drawn(60, 12, 30.0, seed=4)
    found, floors = moment_components(s, p, covariances)
    assert floors == ()
    for name, value in double_centred(s, p, 30.0).items():
        assert getattr(found, name) == pytest.approx(value, rel=1e-9)


def test_with_holes_and_correlated_errors_the_truth_is_found_again() -> None:
    rng = np.random.default_rng(9)
    s, p, covariances = drawn(1500, 12, 0.0, seed=5)
    common = 20.0
    p += rng.normal(0, common**0.5, (1500, 1)) + rng.normal(0, 10**0.5, p.shape)
    covariances += common + 10.0 * np.eye(12)
    s[rng.random(s.shape) < 0.3] = np.nan
    p[rng.random(p.shape) < 0.3] = np.nan
    found, _ = moment_components(s, p, covariances)
    for name, value in DEFAULTS.items():
        assert getattr(found, name) == pytest.approx(value, abs=10)


def test_a_floor_that_is_hit_is_reported() -> None:
    s = np.array([[60.0, 60, 60], [70, 70, 70], [80, 80, 80]])
    p = np.array([[50.0, 40, 60], [60, 50, 40], [40, 60, 50]])
    found, floors = moment_components(s, p, np.zeros((3, 3, 3)))
    assert found.tr >= 1
    assert found.ss == 1
    assert "ss" in floors


def test_one_unit_has_no_moments_and_the_defaults_stand_alone() -> None:
    found, floors = moment_components(np.ones((1, 6)), np.ones((1, 6)), np.zeros((1, 6, 6)))
    assert floors == ()
    assert np.isnan(found.tr)
    assert mixed(found, components(DEFAULTS), 0.0) == components(DEFAULTS)


def test_moments_and_defaults_are_mixed_by_weight() -> None:
    own = components(dict.fromkeys(DEFAULTS, 10.0))
    assert mixed(own, components(DEFAULTS), 0.25).tr == 0.25 * 10 + 0.75 * 36


def test_missing_or_negative_defaults_are_refused() -> None:
    with pytest.raises(ValueError, match="defaults must have"):
        components({"tr": 1.0})
    with pytest.raises(
        ValueError, match=r"defaults\['tr'\] must be a number of 0 or more, got -1"
    ):
        components(DEFAULTS | {"tr": -1.0})
