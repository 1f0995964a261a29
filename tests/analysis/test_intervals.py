import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betaincinv

from analysis.errors import BadInput
from analysis.intervals import bounded_interval, exact_limits

SCORES = np.array([0.0, 25.0, 50.0, 75.0, 100.0])


@pytest.mark.parametrize(("successes", "n"), [(0, 10), (3, 10), (15, 40), (120, 120)])
def test_with_two_codes_it_is_the_interval_of_jeffreys(successes: int, n: int) -> None:
    share = 100 * successes / n
    interval = bounded_interval(share, 100 * share, float(n))
    a, b = successes + 0.5, n - successes + 0.5
    low = 100 * betaincinv(a, b, 0.025) if successes else 0.0
    high = 100 * betaincinv(a, b, 0.975) if successes < n else 100.0
    assert interval.low == pytest.approx(low, rel=1e-12)
    assert interval.high == pytest.approx(high, rel=1e-12)


def test_ten_answers_of_fifty_by_hand() -> None:
    # T = 11, centre 50, square (10 * 2500 + 5000) / 11, v = 2500 / (11 * 12), s = 131: beta(65.5, 65.5)
    interval = bounded_interval(50.0, 2500.0, 10.0)
    assert interval.low == pytest.approx(100 * betaincinv(65.5, 65.5, 0.025), rel=1e-9)
    assert interval.low + interval.high == pytest.approx(100)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(SCORES.tolist()), st.floats(1, 500), st.floats(0.5, 0.999))
def test_unanimous_answers_have_an_interval_with_width_inside_the_scale(
    score: float, n: float, level: float
) -> None:
    interval = bounded_interval(score, score**2, n, level)
    assert 0 <= interval.low <= score <= interval.high <= 100
    assert interval.high - interval.low > 0


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=5, max_size=5).filter(any))
def test_turning_the_scale_round_turns_the_interval_round(counts: list[int]) -> None:
    shares = np.array(counts) / sum(counts)
    n = float(sum(counts))
    up = bounded_interval(float(shares @ SCORES), float(shares @ SCORES**2), n)
    down = bounded_interval(float(shares[::-1] @ SCORES), float(shares[::-1] @ SCORES**2), n)
    assert up.low == pytest.approx(100 - down.high, abs=1e-6)
    assert up.high == pytest.approx(100 - down.low, abs=1e-6)


def test_arrays_give_arrays_and_no_answers_give_nan() -> None:
    intervals = bounded_interval(
        np.array([50.0, np.nan]), np.array([2500.0, np.nan]), np.array([10.0, 0.0])
    )
    single = bounded_interval(50.0, 2500.0, 10.0)
    assert intervals.low[0] == single.low
    assert intervals.high[0] == single.high
    assert np.isnan(intervals.low[1])
    assert np.isnan(intervals.high[1])


def test_more_answers_make_it_shorter_and_a_level_outside_0_to_1_is_refused() -> None:
    few, many = bounded_interval(60.0, 4200.0, 20.0), bounded_interval(60.0, 4200.0, 200.0)
    assert many.high - many.low < (few.high - few.low) / 2
    with pytest.raises(ValueError, match="level must lie between 0 and 1"):
        bounded_interval(60.0, 4200.0, 20.0, 95)


def test_what_no_scores_can_have_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match=r"mean must lie in 0\.\.100, got 101"):
        bounded_interval(101.0, 10_201.0, 10.0)
    with pytest.raises(BadInput, match=r"mean_square 2400\.0 is not that of scores"):
        bounded_interval(50.0, 2400.0, 10.0)
    with pytest.raises(BadInput, match="effective_n must be finite"):
        bounded_interval(50.0, 2600.0, np.inf)
    with pytest.raises(BadInput, match="level must lie between 0 and 1, got 95"):
        bounded_interval(50.0, 2600.0, 10.0, 95)
    # A sum in floating point may end a hair above the scale.
    assert bounded_interval(100.00000000000001, 10_000.0, 10.0).high >= 100


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((50.0, 3000.0, -1.0), "effective_n must be finite and above zero, got -1.0"),
        ((50.0, 3000.0, 0.0), "effective_n must be finite and above zero, got 0.0"),
        ((50.0, 3000.0, np.nan), "effective_n must be finite and above zero, got nan"),
        ((50.0, np.nan, 10.0), "mean_square must be there where mean is, got nan"),
        (("much", 3000.0, 10.0), "mean must be numbers"),
        (
            (np.full(3, 50.0), np.full(2, 3000.0), 10.0),
            "mean_square must have shape (3,), got (2,)",
        ),
        ((50.0, 3000.0, np.full(2, 10.0)), "effective_n must have shape (), got (2,)"),
        ((50.0, 3000.0, 10.0, np.nan), "level must lie between 0 and 1, got nan"),
    ],
)
def test_an_interval_without_a_sense_is_refused_by_name(
    arguments: tuple[float, ...], message: str
) -> None:
    with pytest.raises(BadInput) as refused:
        bounded_interval(*arguments)
    assert str(refused.value).startswith(message)


def test_exact_limits_are_those_of_r_and_nobody_has_none() -> None:
    # R: binom.test(7, 10)$conf.int, binom.test(0, 20)$conf.int
    found = exact_limits(np.array([0.7, 0.0, 1.0, 0.5]), np.array([10.0, 20.0, 20.0, 0.0]))
    assert found.low[:3] == pytest.approx([0.347547149940, 0.0, 0.831566529017], rel=1e-9)
    assert found.high[:3] == pytest.approx([0.933260488822, 0.168433470983, 1.0], rel=1e-9)
    assert np.isnan([found.low[3], found.high[3]]).all()
