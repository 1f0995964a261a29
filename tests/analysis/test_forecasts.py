import numpy as np
import pytest
from numpy.typing import ArrayLike

from analysis.errors import BadInput
from analysis.forecasts import ForecastSplit, forecast_split
from analysis.gaps import gaps


def split(
    own: ArrayLike, forecast: ArrayLike, perception: ArrayLike, n: float = 200.0, kind: str = "A"
) -> ForecastSplit:
    means = np.atleast_2d(np.asarray(perception, dtype=np.float64))
    return forecast_split(
        np.atleast_2d(own),
        np.atleast_2d(forecast),
        means,
        means**2 + 600,
        np.full(means.shape, n),
        evidence=[kind],
        dont_know_share=np.zeros(means.shape),
    )


def test_the_gap_is_what_was_announced_plus_what_was_not() -> None:
    found = split([80.0, 80.0, 80.0, 80.0], [50.0, 78.0, 30.0, 62.0], [50.0] * 4)
    assert found.gap[0].tolist() == [30.0] * 4
    assert found.known[0].tolist() == [30.0, 2.0, 50.0, 18.0]
    assert found.unknown[0].tolist() == [0.0, 28.0, -20.0, 12.0]
    # The last forecast is wrong by less than the margin, but not surely so.
    expected = ["knew", "expected_more", "expected_less", "uncertain"]
    assert found.classes[0].tolist() == expected
    assert found.did_not_know[0].tolist() == [False, True, True, False]


def test_the_forecast_is_tested_as_a_self_score_would_be() -> None:
    found = split([90.0, 70.0], [66.0, 41.0], [50.0, 40.0], n=40.0)
    means = np.array([[50.0, 40.0]])
    forecast = np.array([[66.0, 41.0]])
    tested = gaps(
        forecast,
        forecast,
        means,
        means**2 + 600,
        np.full((1, 2), 40.0),
        evidence=["A"],
        dont_know_share=np.zeros((1, 2)),
    )
    assert np.array_equal(found.p_wrong, tested.p_gap)
    assert np.array_equal(found.p_right, tested.p_aligned)
    assert np.array_equal(found.standard_error, tested.standard_error)


def test_few_answers_tell_nothing_absent_ones_are_absent_and_open_links_only_signal() -> None:
    assert split([80.0], [20.0], [60.0], n=9.0).classes[0, 0] == "uncertain"
    absent = split([80.0, np.nan], [np.nan, 50.0], [60.0, 50.0])
    assert absent.classes[0].tolist() == ["no_data", "knew"]
    assert np.isnan(absent.gap).all()
    link = split([80.0], [80.0], [50.0], kind="C")
    assert link.classes[0, 0] == "signal_below"
    assert np.isnan(link.p_wrong).all()


def test_a_forecast_outside_the_scale_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match=r"forecasts must lie in 0\.\.100, got 101"):
        split([80.0], [101.0], [50.0])
    with pytest.raises(BadInput, match="self_scores must have shape"):
        split([80.0, 70.0], [50.0], [50.0])
