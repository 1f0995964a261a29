"""Change between waves: by hand, against R (tests/reference/further/waves.R), by simulation."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import stdtr

from analysis import (
    BadInput,
    Bridge,
    Sample,
    WaveChange,
    WaveScores,
    by_domain,
    mean,
    panel_correlation,
    wave_change,
)

Floats = NDArray[np.float64]
REFERENCE = Path(__file__).parents[1] / "reference"
R = json.loads((REFERENCE / "further" / "waves.json").read_text("utf-8"))
SCORES = np.array([0.0, 25.0, 50.0, 75.0, 100.0])
SHAPES = {
    "flat": np.full(5, 0.2),
    "single peak": np.array([0.05, 0.2, 0.4, 0.25, 0.1]),
    "satisfied": np.array([0.02, 0.05, 0.13, 0.4, 0.4]),
    "two camps": np.array([0.4, 0.1, 0.0, 0.1, 0.4]),
}


def one(
    score: float, n: float, *, series: str = "drawn", version: str = "v1", evidence: str = "A"
) -> WaveScores:
    """One unit and one indicator whose answers are 0 or 100."""
    return WaveScores([[score]], [[100 * score]], [[n]], evidence, series, version)


def many(rng: np.random.Generator, shares: Floats, n: int, units: int = 200) -> WaveScores:
    given = rng.multinomial(n, shares, size=(units, 39)) / n
    size = np.full((units, 39), float(n))
    return WaveScores(given @ SCORES, given @ SCORES**2, size, ["A"] * units, "drawn", "v1")


def moved(shares: Floats, by: float) -> Floats:
    """The same shape tilted until its mean has moved."""

    def tilted(tilt: float) -> Floats:
        weights = shares * np.exp(tilt * np.arange(5))
        return np.asarray(weights / weights.sum())

    aim = float(shares @ SCORES) + by
    return tilted(brentq(lambda tilt: float(tilted(tilt) @ SCORES) - aim, -9.0, 9.0))


@pytest.mark.parametrize("row", range(len(R["squared"])))
def test_no_change_of_a_proportion_is_tested_as_r_does(row: int) -> None:
    x1, n1, x2, n2 = R["counts"][row]
    # Two equal indicators: a pool of its own dispersion, which is 1, instead of the assumed one.
    change = wave_change(
        *(
            WaveScores([[score] * 2], [[100 * score] * 2], [[n] * 2], "A", "drawn", "v1")
            for score, n in ((100 * x1 / n1, n1), (100 * x2 / n2, n2))
        )
    )
    p = (x1 + x2) / (n1 + n2)
    each = np.array([p * (1 - p) / n1, p * (1 - p) / n2])
    freedom = each.sum() ** 2 / (each**2 / np.array([n1 + 7, n2 + 7])).sum()
    # R's chi-squared is the square of our t.
    assert change.p_change[0, 0] == pytest.approx(
        2 * stdtr(freedom, -np.sqrt(R["squared"][row])), rel=1e-9
    )


def test_waves_in_the_same_clusters_have_the_covariance_of_r() -> None:
    rows = np.genfromtxt(
        REFERENCE / "apiclus1.csv", delimiter=",", names=True, dtype=None, encoding="utf-8"
    )
    both = Sample(np.tile(rows["pw"], 2), clusters=np.tile(rows["dnum"], 2))
    values = np.concatenate([rows["api99"], rows["api00"]]).astype(float)
    waves = by_domain(mean, both, values, np.repeat([1, 2], rows.size), covariance=True)
    assert waves.values == pytest.approx(np.array(R["clusters"]["values"]), rel=1e-9)
    assert waves.covariance == pytest.approx(np.array(R["clusters"]["covariance"]), rel=1e-9)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("sizes", [(10, 40), (20, 20), (60, 60), (200, 200)])
def test_without_a_change_one_test_in_twenty_is_wrong_and_intervals_cover(
    shape: str, sizes: tuple[int, int]
) -> None:
    rng = np.random.default_rng(sizes)
    change = wave_change(*(many(rng, SHAPES[shape], n) for n in sizes))
    assert 0.035 <= np.mean(change.p_change <= 0.05) <= 0.065
    assert np.mean((change.low <= 0) & (change.high >= 0)) >= 0.93


@pytest.mark.parametrize("shape", ["single peak", "satisfied"])
@pytest.mark.parametrize("by", [-5.0, 5.0])
def test_a_change_of_the_margin_itself_is_seldom_called_immaterial(shape: str, by: float) -> None:
    rng = np.random.default_rng(7)
    earlier, later = SHAPES[shape], moved(SHAPES[shape], by)
    change = wave_change(many(rng, earlier, 250), many(rng, later, 250))
    assert np.mean(change.p_equivalent <= 0.05) <= 0.06
    assert np.mean((change.low <= by) & (change.high >= by)) >= 0.93


@pytest.mark.parametrize("n", [20, 60, 600])
def test_of_the_rises_and_of_the_equivalences_at_most_a_tenth_is_wrong(n: int) -> None:
    rng = np.random.default_rng(n)
    shares = SHAPES["single peak"]
    risen = moved(shares, 15.0)
    earlier = many(rng, shares, n)
    stayed, rose = many(rng, shares, n), many(rng, risen, n)
    truly = rng.random((200, 39)) < 0.25
    later = WaveScores(
        np.where(truly, rose.means, stayed.means),
        np.where(truly, rose.mean_squares, stayed.mean_squares),
        rose.effective_n,
        "A",
        "drawn",
        "v1",
    )
    change = wave_change(earlier, later)
    named = np.isin(change.classes, ["rise", "fall", "slight_rise", "slight_fall"])
    equal = np.isin(change.classes, ["no_material_change", "slight_rise", "slight_fall"])
    # The promise is per unit: its expected share of wrong findings, none where nothing is found.
    for found, wrong in ((named, named & ~truly), (equal, equal & truly)):
        assert np.mean(wrong.sum(axis=1) / np.maximum(found.sum(axis=1), 1)) <= 0.10
    assert named[truly].mean() > {20: 0.2, 60: 0.85, 600: 0.99}[n]
    assert equal[~truly].mean() > {20: -1.0, 60: -1.0, 600: 0.7}[n]


def test_a_panel_sees_a_smaller_change_than_two_samples() -> None:
    apart = wave_change(one(50.0, 100.0), one(62.0, 100.0))
    panel = wave_change(one(50.0, 100.0), one(62.0, 100.0), correlation=0.6)
    assert panel.standard_error.item() < apart.standard_error.item()
    assert panel.p_change.item() < apart.p_change.item()
    assert panel.high.item() - panel.low.item() < apart.high.item() - apart.low.item()
    assert (apart.classes.item(), panel.classes.item()) == ("rise", "rise")


def test_a_panel_that_agrees_with_itself_leaves_no_error_to_test_by() -> None:
    first, second = one(40.0, 50.0), one(41.0, 50.0)
    with pytest.raises(BadInput, match=r"correlation must lie between -1 and 0\.95, got 1\.0"):
        wave_change(first, second, correlation=panel_correlation(1.0, 50, 50, 50))
    # At the limit one person in a hundred who changed is no change of all: sd 2.2, 1 away.
    change = wave_change(first, second, correlation=0.95)
    assert change.p_change.item() > 0.5
    assert change.low.item() < 0 < change.high.item()


@pytest.mark.parametrize("correlation", [0.5, 0.8, 0.95])
def test_a_panel_in_which_nothing_changed_seldom_shows_a_change(correlation: float) -> None:
    rng = np.random.default_rng(18091)
    before = rng.random((4000, 200)) < 0.3
    stayed = rng.random(before.shape) < correlation
    after = np.where(stayed, before, rng.random(before.shape) < 0.3)

    def wave(answers: NDArray[np.bool_]) -> WaveScores:
        means = 100 * answers.mean(axis=1, keepdims=True)
        labels = [["A"] * 4000, ["drawn"] * 4000, ["v1"] * 4000]
        return WaveScores(means, 100 * means, np.full(means.shape, 200.0), *labels)

    change = wave_change(wave(before), wave(after), correlation=correlation)
    assert np.mean(change.p_change < 0.05) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 4000)


def test_the_correlation_of_a_panel_is_kishs() -> None:
    # Covariance R S^2 n_c / (n_x n_y) over S^2 / sqrt(n_x n_y).
    assert panel_correlation(0.5, 100, 64, 40).item() == pytest.approx(0.5 * 40 / 80)
    assert panel_correlation(0.5, 0, 64, 0).item() == 0
    with pytest.raises(BadInput, match="n_both must lie between 0 and the smaller"):
        panel_correlation(0.5, 100, 30, 40)
    with pytest.raises(BadInput, match="stability must lie between -1 and 1, got 2"):
        panel_correlation(2, 100, 64, 40)
    with pytest.raises(BadInput, match="n_later must be finite, got inf"):
        panel_correlation(0.5, 100, np.inf, 40)
    with pytest.raises(BadInput, match="n_both must be numbers"):
        panel_correlation(0.5, 100, 64, "few")
    with pytest.raises(BadInput, match="n_both and the others must broadcast"):
        panel_correlation(0.5, [100, 100], [64, 64, 64], 40)


def names(change: WaveChange) -> str:
    return str(change.classes.item())


def test_every_class_can_be_reached() -> None:
    assert names(wave_change(one(40.0, 200.0), one(60.0, 200.0))) == "rise"
    assert names(wave_change(one(60.0, 200.0), one(40.0, 200.0))) == "fall"
    assert names(wave_change(one(50.0, 5000.0), one(50.2, 5000.0))) == "no_material_change"
    assert names(wave_change(one(50.0, 9000.0), one(52.0, 9000.0))) == "slight_rise"
    assert names(wave_change(one(52.0, 9000.0), one(50.0, 9000.0))) == "slight_fall"
    assert names(wave_change(one(50.0, 40.0), one(50.0, 40.0))) == "uncertain"
    assert names(wave_change(one(10.0, 9.0), one(90.0, 9.0))) == "uncertain"
    assert names(wave_change(one(np.nan, 40.0), one(50.0, 40.0))) == "no_data"


def test_a_declared_margin_asks_for_more_than_any_change() -> None:
    waves = one(50.0, 400.0), one(58.0, 400.0)
    assert names(wave_change(*waves)) == "rise"
    assert names(wave_change(*waves, margin=5.0)) == "uncertain"


@pytest.mark.parametrize("changed", [{"series": "assisted"}, {"version": "v2"}])
def test_no_trend_is_claimed_across_series_or_wordings_without_a_bridge(
    changed: dict[str, str],
) -> None:
    waves = one(40.0, 200.0), one(60.0, 200.0, **changed)
    apart = wave_change(*waves)
    assert names(apart) == "not_comparable"
    assert np.isnan([apart.change, apart.p_change, apart.low, apart.standard_error]).all()
    bridged = wave_change(*waves, bridge=Bridge(5.0, 2.0, 30.0))
    assert names(bridged) == "rise"
    assert bridged.change.item() == pytest.approx(15.0)
    same_way = wave_change(one(40.0, 200.0), one(60.0, 200.0), bridge=Bridge(5.0, 2.0, 30.0))
    assert same_way.change.item() == pytest.approx(20.0)
    # The bridge's own error counts: (2.0424 * 2)^2 more in the squared half-width.
    below = (bridged.change - bridged.low).item()
    assert below**2 == pytest.approx(
        (same_way.change - same_way.low).item() ** 2 + (2.042272 * 2) ** 2, rel=1e-6
    )


def test_a_bridge_of_one_indicator_does_not_carry_the_others() -> None:
    numbers = ([[40.0, 40.0]], [[4000.0, 4000.0]], [[200.0, 200.0]])
    earlier = WaveScores(*numbers, "A", "drawn", "v1")
    later = WaveScores(*numbers, "A", "drawn", "v2")
    change = wave_change(earlier, later, bridge=Bridge([0.0, np.nan], [1.0, np.nan]))
    assert change.classes.tolist() == [["uncertain", "not_comparable"]]


def test_an_open_link_has_no_trend_even_with_a_bridge() -> None:
    waves = (one(40.0, 200.0, evidence="C"), one(60.0, 200.0, evidence="C"))
    assert names(wave_change(*waves, bridge=Bridge(0.0, 0.0))) == "not_comparable"


def test_unanimous_answers_change_too() -> None:
    assert names(wave_change(one(0.0, 50.0), one(100.0, 50.0))) == "rise"
    change = wave_change(one(100.0, 50.0), one(100.0, 50.0))
    assert change.change.item() == 0
    assert change.low.item() < 0 < change.high.item()
    assert np.isfinite([change.p_change, change.p_equivalent, change.standard_error]).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"q": 0.5}, r"q must lie between 0 and 0\.5, got 0\.5"),
        ({"margin": -1.0}, r"^margin must be a number of 0 or more, got -1\.0"),
        ({"equivalence_margin": 0.0}, r"equivalence_margin must be above zero, got 0\.0"),
        ({"margin": "no"}, "^margin must be a number, got 'no'"),
        ({"equivalence_margin": np.nan}, "equivalence_margin must be above zero, got nan"),
        ({"equivalence_margin": None}, "equivalence_margin must be a number, got None"),
        ({"q": "0.1"}, "q must be a number, got '0.1'"),
        ({"minimum_n": np.nan}, "minimum_n must be a number of 0 or more, got nan"),
        ({"minimum_n": None}, "minimum_n must be a number, got None"),
        ({"family": "zz"}, "family must be one of .*, got 'zz'"),
        ({"dependence": "zz"}, "dependence must be one of .*, got 'zz'"),
        ({"correlation": 1.5}, r"correlation must lie between -1 and 0\.95, got 1\.5"),
        ({"correlation": np.nan}, r"correlation must lie between -1 and 0\.95, got nan"),
        ({"correlation": "all"}, "correlation must be numbers"),
        ({"bridge": 5.0}, r"bridge must be a Bridge, got 5\.0"),
        ({"correlation": [0.1, 0.2]}, r"correlation must broadcast to \(1, 1\)"),
    ],
)
def test_wrong_rules_are_named(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        wave_change(one(50.0, 40.0), one(50.0, 40.0), **arguments)
