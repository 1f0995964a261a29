"""Expected numbers by hand from the formulas of the gap rule, and what must always hold."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from scipy.special import stdtr

from analysis.bounded_means import bounded_means
from analysis.errors import BadInput
from analysis.gaps import Gaps, findings, gaps

GAP_CLASSES = {"self_higher", "perception_higher"}
AGREEMENT = {"aligned", "fits_colour"}


def one_row(
    self_score: ArrayLike,
    perception: ArrayLike,
    *,
    self_high: ArrayLike | None = None,
    n: float = 100.0,
    spread: float = 784.0,
    evidence: str = "A",
    dont_know: ArrayLike = 0.0,
    asked: ArrayLike = True,
    population: float | None = None,
    minimum_n: int = 10,
) -> Gaps:
    """One unit; every indicator with the same number of answers and the same variance."""
    means = np.atleast_2d(np.asarray(perception, dtype=float))
    low = np.atleast_2d(np.asarray(self_score, dtype=float))
    high = low if self_high is None else np.atleast_2d(np.asarray(self_high, dtype=float))
    return gaps(
        low,
        high,
        means,
        means**2 + spread,
        np.full(means.shape, n),
        evidence=[evidence],
        dont_know_share=np.broadcast_to(np.asarray(dont_know, dtype=float), means.shape),
        asked=np.atleast_2d(asked),
        population=None if population is None else [population],
        minimum_n=minimum_n,
    )


def test_the_two_p_values_of_two_cells_by_hand() -> None:
    # Two items of one unit: prior dispersion pooled over them, (784 + 784) / (2400 + 2100).
    result = one_row([80.0, 30.0], [40.0, 30.0], n=20.0)
    prior = 1568 / 4500
    for item, (mean, low, high) in enumerate([(40.0, 67.5, 92.5), (30.0, 17.5, 42.5)]):
        own = 784 / (mean * (100 - mean))
        phi = (8 * prior + 19 * own) / 27

        def error(mu: float, phi: float = phi) -> float:
            return float(np.sqrt(phi * mu * (100 - mu) / 20))

        nearer = low if mean < (low + high) / 2 else high
        far = abs(mean - (low + high) / 2) + (high - low) / 2
        p_low = stdtr(27, (mean - low) / error(low))
        p_high = stdtr(27, (high - mean) / error(high))
        p_gap = min(1.0, min(p_low, p_high) + stdtr(27, -far / error(nearer)))
        p_aligned = max(
            stdtr(27, (low - mean) / error(low)), stdtr(27, (mean - high) / error(high))
        )
        assert result.p_gap[0, item] == pytest.approx(p_gap, rel=1e-12)
        assert result.p_aligned[0, item] == pytest.approx(p_aligned, rel=1e-12)
        assert result.standard_error[0, item] == pytest.approx(error(mean))
        assert result.degrees_of_freedom[0, item] == 27


def test_eight_units_share_the_dispersion_of_their_indicator_and_one_cell_uses_the_default() -> (
    None
):
    means = np.linspace(30, 70, 8)[:, None]
    tested = bounded_means(means, means**2 + 600, np.full((8, 1), 16.0))
    prior = 8 * 600 / (means * (100 - means)).sum()
    own = 600 / (means * (100 - means))
    assert tested.dispersion == pytest.approx((8 * prior + 15 * own) / 23)
    lonely = bounded_means(np.array([[50.0]]), np.array([[2500.0]]), np.array([[17.0]]))
    assert lonely.dispersion[0, 0] == pytest.approx(8 * 0.45 / 24)
    unanimous = bounded_means(np.array([[100.0]]), np.array([[10000.0]]), np.array([[17.0]]))
    assert unanimous.dispersion[0, 0] == 0.45


def test_each_class_appears_where_it_belongs() -> None:
    result = one_row(
        [90.0, 20.0, 50.0, 50.0, np.nan, 50.0],
        [40.0, 70.0, 50.0, 61.0, 50.0, np.nan],
        n=120.0,
    )
    assert result.classes[0].tolist() == [
        "self_higher",
        "perception_higher",
        "aligned",
        "uncertain",
        "no_data",
        "no_data",
    ]
    assert result.gap[0, :4].tolist() == [50.0, -50.0, 0.0, -11.0]
    assert np.isnan(result.gap[0, 4:]).all()
    assert result.eligible[0].tolist() == [True] * 4 + [False] * 2
    assert result.median_gap == -5.5


def test_few_answers_are_uncertain_however_large_the_gap_and_do_not_enter_the_family() -> None:
    result = one_row([95.0], [5.0], n=9.0, spread=300.0)
    assert result.classes[0, 0] == "uncertain"
    assert np.isnan(result.p_gap[0, 0])
    assert not result.eligible[0, 0]
    assert result.gap[0, 0] == 90


def test_who_was_not_asked_is_said_first() -> None:
    result = one_row([95.0, 50.0], [np.nan, 50.0], asked=[False, True], n=200.0)
    assert result.classes[0].tolist() == ["not_asked", "aligned"]


def test_colours_agree_only_inside_their_own_interval_and_are_never_called_aligned() -> None:
    # Red, yellow, green, green; the last lies 3 points below green: within the margin, not a fit.
    result = one_row(
        [0.0, 33.3, 66.7, 66.7],
        [15.0, 50.0, 30.0, 63.7],
        self_high=[33.3, 66.7, 100.0, 100.0],
        n=150.0,
        spread=500.0,
    )
    assert result.classes[0].tolist() == ["fits_colour", "fits_colour", "self_higher", "uncertain"]
    assert result.gap[0] == pytest.approx([0.0, 0.0, 36.7, 3.0])


def test_a_colour_at_the_end_of_the_scale_is_one_sided() -> None:
    # Everybody gives 100: green cannot be too low, and unanimity is on its good side.
    result = one_row([66.7], [100.0], self_high=[100.0], n=60.0, spread=0.0)
    assert result.classes[0, 0] == "fits_colour"
    assert (
        one_row([0.0], [0.0], self_high=[33.3], n=60.0, spread=0.0).classes[0, 0] == "fits_colour"
    )


def test_many_who_do_not_know_are_never_aligned_and_the_dependence_is_told() -> None:
    result = one_row(
        [50.0, 50.0, 50.0, 68.0], [50.0] * 4, n=200.0, dont_know=[0.31, 0.3, 0.0, 0.2]
    )
    assert result.classes[0, :3].tolist() == ["uncertain", "aligned", "aligned"]
    # Of three tenths who do not know, all at 0 would make 35: outside 50 +- 12.5.
    assert result.depends_on_dont_know[0].tolist() == [True, True, False, True]


def test_an_open_link_gives_signals_without_any_inference() -> None:
    result = one_row([80.0, 20.0, 55.0], [50.0] * 3, evidence="C", n=300.0, population=5000.0)
    assert result.classes[0].tolist() == ["signal_below", "signal_above", "no_signal"]
    for name in ("standard_error", "degrees_of_freedom", "p_gap", "p_aligned"):
        assert np.isnan(getattr(result, name)).all()
    # 300 of 5,000: a link of .05 shifts a mean with sd 28 by 28 * sqrt(.94 / .06) * .05 = 5.5.
    assert result.explaining_correlation[0, 0] == pytest.approx(17.5 / (28 * np.sqrt(0.94 / 0.06)))
    assert 5.54 / 28 / np.sqrt(0.94 / 0.06) == pytest.approx(0.05, abs=1e-4)
    few = one_row([80.0], [50.0], evidence="C", n=9.0)
    assert few.classes[0, 0] == "uncertain"
    assert np.isnan(few.explaining_correlation[0, 0])


def test_the_relative_gap_takes_out_the_indicator_and_then_the_unit() -> None:
    score = np.array([[80.0, 60.0, 70.0], [80.0, 60.0, 90.0], [90.0, 60.0, 70.0]])
    perception = np.full((3, 3), 50.0)
    result = gaps(
        score,
        score,
        perception,
        perception**2 + 700,
        np.full((3, 3), 40.0),
        evidence=["A", "A", "A"],
        dont_know_share=np.zeros((3, 3)),
    )
    # Medians of the indicators 30, 10, 20; what remains has the unit medians 0, 0, 0.
    assert result.relative_gap.tolist() == [[0, 0, 0], [0, 0, 20], [10, 0, 0]]
    alone = one_row([80.0, 60.0, 70.0], [50.0] * 3)
    assert alone.relative_gap[0].tolist() == [10.0, -10.0, 0.0]


def test_families_by_hand() -> None:
    p = np.array([[0.001, 0.5], [0.06, 0.9], [np.nan, np.nan]])
    assert findings(p, 0.1, "unit", "BH").tolist() == [[True, False], [False] * 2, [False] * 2]
    # .06 alone passes .1 / 2 nowhere; over all four tests .06 * 4 / 2 = .12.
    assert findings(p, 0.1, "all", "BH").sum() == 1
    # One of two tested units has a flag: its family is tested again at .05.
    assert findings(p, 0.1, "selected", "BH").tolist()[0] == [True, False]
    assert not findings(np.array([[0.04, 0.5], [0.3, 0.9]]), 0.1, "selected", "BH").any()
    # Yekutieli's price for two tests is 1 + 1/2.
    assert findings(np.array([[0.04, 0.5]]), 0.1, "unit", "BY").sum() == 0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.01, 0.49), st.floats(0, 60))
def test_nothing_is_both_a_gap_and_aligned_and_every_gap_has_its_sign(
    seed: int, q: float, margin: float
) -> None:
    rng = np.random.default_rng(seed)
    shape = (rng.integers(1, 12), rng.integers(1, 8))
    low = rng.integers(0, 101, shape).astype(float)
    high = np.where(rng.random(shape) < 0.5, low, np.minimum(low + 33, 100))
    perception = rng.choice([0.0, 100.0, 33.0, 50.0, 71.5, np.nan], shape)
    result = gaps(
        low,
        high,
        perception,
        perception**2 + rng.random(shape) * perception * (100 - perception),
        rng.uniform(1, 400, shape),
        margin=margin,
        q=q,
        evidence=rng.choice(["A", "B", "C"], shape[0]),
        dont_know_share=rng.random(shape),
    )
    flagged = findings(result.p_gap, q, "unit", "BH")
    agreeing = findings(result.p_aligned, q, "unit", "BH")
    assert not (flagged & agreeing).any()
    assert (result.gap[result.classes == "self_higher"] > margin).all()
    assert (result.gap[result.classes == "perception_higher"] < -margin).all()
    assert ((result.classes == "no_data") == np.isnan(perception)).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_the_order_of_units_and_indicators_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    score, perception = rng.uniform(0, 100, (2, 9, 6))
    squares = perception**2 + 0.3 * perception * (100 - perception)
    size = rng.uniform(5, 200, (9, 6))
    rows, columns = rng.permutation(9), rng.permutation(6)
    at = np.ix_(rows, columns)
    zero = np.zeros((9, 6))
    one = gaps(score, score, perception, squares, size, evidence=["A"] * 9, dont_know_share=zero)
    other = gaps(
        score[at],
        score[at],
        perception[at],
        squares[at],
        size[at],
        evidence=["A"] * 9,
        dont_know_share=zero,
    )
    assert one.classes[at].tolist() == other.classes.tolist()
    assert one.p_gap[at] == pytest.approx(other.p_gap, rel=1e-9, nan_ok=True)
    assert one.relative_gap[at] == pytest.approx(other.relative_gap, abs=1e-9, nan_ok=True)
    assert (np.isnan(one.relative_gap) == (size < 10)).all()


def test_what_does_not_fit_is_refused_by_name() -> None:
    one, square, none = np.array([[50.0]]), np.array([[3000.0]]), np.array([[0.0]])

    def refused(match: str, **more: Any) -> None:  # noqa: ANN401  any argument of the call under test
        given: dict[str, Any] = {
            "mean_squares": square,
            "evidence": ["A"],
            "dont_know_share": none,
        } | more
        with pytest.raises(BadInput, match=match):
            gaps(one, given.pop("self_high", one), given.pop("perception", one), **given)

    size = {"effective_n": one}
    refused("self_low must not exceed", self_high=one - 10, **size)
    refused("mean_squares must have shape", mean_squares=square[0], **size)
    refused("q must lie", q=0.5, **size)
    refused("margin must be a number of 0 or more, got -1", margin=-1, **size)
    refused(
        r"perception must lie in .*, got 101\.0 for unit 0, indicator 0",
        perception=one + 51,
        **size,
    )
    refused("effective_n must lie in 0..inf, got -1", effective_n=one - 51)
    refused("dont_know_share must lie in 0..1, got 50", dont_know_share=one, **size)
    refused("evidence must be A, B or C, got 'D'", evidence=["D"], **size)
    refused(r"family must be one of .*, got 'nation'", family="nation", **size)
    refused("dependence must be one of .*, got 3", dependence=3, **size)
    refused("minimum_n must be a number of 0 or more, got nan", minimum_n=np.nan, **size)
    refused("margin must be a number of 0 or more, got inf", margin=np.inf, **size)
    refused(r"evidence must have shape \(1,\) or \(1, 1\), got \(0,\)", evidence=[], **size)
    refused(r"asked must be truth values, got", asked=[[1.0]], **size)
    refused(r"asked must broadcast to \(1, 1\)", asked=[True, False], **size)
    refused("population must be above zero and finite, got 0", population=[0], **size)
    refused("population must be numbers", population=["many"], **size)
    refused("perception must be numbers", perception=[["a"]], **size)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"mean_squares": [[0.0]]}, "mean_squares cannot be 0.0 where the mean is 50.0: unit 0"),
        ({"mean_squares": [[9999.0]]}, "mean_squares cannot be 9999.0 where the mean is 50.0"),
        ({"mean_squares": [[np.nan]]}, "mean_squares must be there where perception is, got nan"),
        ({"effective_n": [[0.0]]}, "effective_n must be above zero where perception is, got 0"),
        ({"effective_n": [[np.nan]]}, "effective_n must be there where perception is, got nan"),
        ({"dont_know_share": [[np.nan]]}, "dont_know_share must be there where perception is"),
    ],
)
def test_figures_that_no_answers_have_are_refused_and_never_called_uncertain(
    wrong: dict[str, list[list[float]]], message: str
) -> None:
    right: dict[str, list[list[float]]] = {
        "mean_squares": [[3125.0]],
        "effective_n": [[60.0]],
        "dont_know_share": [[0.0]],
    }
    with pytest.raises(BadInput, match=message):
        gaps([[70.0]], [[70.0]], [[50.0]], evidence=["A"], **(right | wrong))  # type: ignore[arg-type]  # keywords from a dict have one type


def test_an_open_link_enters_no_relative_gap() -> None:
    score = np.array([[80.0, 60.0], [80.0, 60.0], [90.0, 20.0]])
    perception = np.full((3, 2), 50.0)
    found = gaps(
        score,
        score,
        perception,
        perception**2 + 700,
        np.full((3, 2), 40.0),
        evidence=["A", "A", "C"],
        dont_know_share=np.zeros((3, 2)),
    )
    assert found.relative_gap[:2].tolist() == [[0, 0], [0, 0]]
    assert np.isnan(found.relative_gap[2]).all()
