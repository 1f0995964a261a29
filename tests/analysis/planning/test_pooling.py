import numpy as np
import pytest

from analysis.errors import BadInput
from analysis.planning.pooling import pooled_open_sample


def test_the_mixture_by_hand() -> None:
    # b^2 = 100 - 4 - 16 = 80; lambda = 16 / 100; error^2 = .16^2 84 + .84^2 16 = 13.44.
    pooled = pooled_open_sample([70] * 5, [4] * 5, [60] * 5, [16] * 5)
    assert pooled.squared_bias == pytest.approx(80)
    assert pooled.values == pytest.approx([61.6] * 5)
    assert pooled.root_mean_square_errors == pytest.approx([np.sqrt(13.44)] * 5)
    assert pooled.label == "model estimate"


def test_the_open_series_never_weighs_more_than_half() -> None:
    pooled = pooled_open_sample([60] * 5, [0.1] * 5, [60] * 5, [40] * 5)
    assert pooled.squared_bias == 0
    assert pooled.weights.tolist() == [0.5] * 5
    assert pooled_open_sample([60] * 5, [0] * 5, [60] * 5, [0] * 5).values.tolist() == [60.0] * 5


def test_where_one_series_is_absent_the_drawn_one_stands_alone() -> None:
    open_means = [70.0] * 5 + [np.nan, 50.0]
    drawn_means = [60.0] * 5 + [40.0, np.nan]
    pooled = pooled_open_sample(open_means, [4] * 7, drawn_means, [16] * 7)
    assert pooled.values[5] == 40.0
    assert pooled.root_mean_square_errors[5] == 4.0
    assert np.isnan(pooled.values[6])


def test_the_mixture_is_nearer_to_the_truth_than_the_drawn_series_alone() -> None:
    rng = np.random.default_rng(3)
    mixed, drawn_alone, promised = [], [], []
    for _ in range(300):
        truth = rng.uniform(30, 70, 30)
        drawn = truth + rng.normal(0, 6, 30)
        open_ = truth + rng.normal(0, 5, 30) + rng.normal(0, 2, 30)
        pooled = pooled_open_sample(open_, [4] * 30, drawn, [36] * 30)
        mixed.append(np.mean((pooled.values - truth) ** 2))
        drawn_alone.append(np.mean((drawn - truth) ** 2))
        promised.append(np.mean(pooled.root_mean_square_errors**2))
    assert np.mean(mixed) < 0.7 * np.mean(drawn_alone)
    assert np.mean(mixed) == pytest.approx(np.mean(promised), rel=0.1)


def test_bad_series_are_named_with_their_value() -> None:
    with pytest.raises(BadInput, match="must share 5 indicators, got 4"):
        pooled_open_sample([1] * 4, [1] * 4, [1] * 4, [1] * 4)
    with pytest.raises(
        BadInput, match="open_variances must not be negative where there is a mean"
    ):
        pooled_open_sample([1] * 5, [-1] * 5, [1] * 5, [1] * 5)
    with pytest.raises(BadInput, match="open_means must"):
        pooled_open_sample([np.inf] * 5, [1] * 5, [1] * 5, [1] * 5)
    with pytest.raises(BadInput, match="drawn_means must have 5 rows, got 1"):
        pooled_open_sample([1] * 5, [1] * 5, [1], [1])
