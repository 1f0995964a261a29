from typing import get_args

import numpy as np
import pytest

from analysis import Sample, total
from analysis.errors import BadInput
from analysis.planning.drawing import Method, draw_sample

FRAME = np.array([f"hamlet {i:02d}" for i in range(40)])
SIZES = np.arange(1.0, 41.0)
STRATA = np.repeat(["north", "south", "west"], [24, 12, 4])


def rng(seed: int = 7) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_the_same_seed_gives_the_same_sample() -> None:
    first = draw_sample(FRAME, 8, rng(), method="pps", sizes=SIZES)
    again = draw_sample(FRAME, 8, rng(), method="pps", sizes=SIZES)
    other = draw_sample(FRAME, 8, rng(8), method="pps", sizes=SIZES)
    assert first.labels.tolist() == again.labels.tolist()
    assert first.labels.tolist() != other.labels.tolist()
    assert first.inclusion_probabilities == pytest.approx(8 * SIZES[first.rows] / SIZES.sum())
    assert first.weights == pytest.approx(1 / first.inclusion_probabilities)


def test_simple_and_systematic_samples_weigh_everybody_alike() -> None:
    simple = draw_sample(FRAME, 10, rng())
    assert simple.weights.tolist() == [4.0] * 10
    assert simple.population_sizes.tolist() == [40] * 10
    every_fourth = draw_sample(FRAME, 10, rng(), method="systematic")
    assert set(np.diff(every_fourth.rows).tolist()) == {4}
    assert draw_sample(FRAME, 40, rng()).is_certain.all()
    # Every third of ten, n = 4: steps of 2.5 are two or three.
    uneven = draw_sample(FRAME[:10], 4, rng(), method="systematic")
    assert set(np.diff(uneven.rows).tolist()) <= {2, 3}


@pytest.mark.parametrize("method", get_args(Method))
def test_every_method_estimates_the_total_without_bias(method: Method) -> None:
    values = SIZES * 3 + 5
    generator = rng(1)
    sizes = SIZES if method.startswith("pps") else None
    strata = STRATA if method == "stratified" else None
    totals = []
    for _ in range(600):
        drawn = draw_sample(FRAME, 9, generator, method=method, sizes=sizes, strata=strata)
        totals.append(float(drawn.weights @ values[drawn.rows]))
    error = np.std(totals) / np.sqrt(600)
    assert abs(np.mean(totals) - values.sum()) < 3.5 * error


def test_strata_keep_their_quota_and_go_into_a_sample_with_its_correction() -> None:
    drawn = draw_sample(FRAME, 10, rng(), method="stratified", strata=STRATA)
    assert np.unique(drawn.strata, return_counts=True)[1].tolist() == [5, 3, 2]
    assert drawn.weights == pytest.approx([24 / 5] * 5 + [12 / 3] * 3 + [4 / 2] * 2)
    sample = Sample(drawn.weights, drawn.strata, population_sizes=drawn.population_sizes)
    assert total(sample, np.ones(10)).value == pytest.approx(40)
    assert total(sample, np.ones(10)).standard_error == pytest.approx(0)


def test_allocation_follows_the_rule_or_the_numbers_given() -> None:
    equal = draw_sample(FRAME, 12, rng(), method="stratified", strata=STRATA, allocation="equal")
    assert np.unique(equal.strata, return_counts=True)[1].tolist() == [4, 4, 4]
    assert equal.is_certain.sum() == 4
    spread = {"north": 1.0, "south": 10.0, "west": 1.0}
    neyman = draw_sample(
        FRAME,
        14,
        rng(),
        method="stratified",
        strata=STRATA,
        allocation="neyman",
        standard_deviations=spread,
    )
    # N S = 24, 120, 4, at least two each, at most all twelve of the south.
    assert np.unique(neyman.strata, return_counts=True)[1].tolist() == [2, 10, 2]
    own = draw_sample(
        FRAME,
        6,
        rng(),
        method="stratified",
        strata=STRATA,
        allocation={"north": 3, "south": 2, "west": 1},
    )
    assert np.unique(own.strata, return_counts=True)[1].tolist() == [3, 2, 1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"size": 41}, r"size must be a whole number from 1 to 40 \(the frame\), got 41"),
        ({"size": 0}, "size must be a whole number from 1 to 40"),
        ({"size": 2.5}, "size must be a whole number from 1 to 40"),
        ({"method": "quota"}, "method must be one of"),
        ({"method": "pps"}, "sizes must be given for method pps or pps_systematic, and only then"),
        ({"sizes": SIZES}, "sizes must be given for method"),
        ({"method": "stratified"}, "strata must be given for method stratified, and only then"),
        ({"strata": STRATA}, "strata must be given for method stratified, and only then"),
        ({"method": "pps", "sizes": SIZES[:3]}, "sizes must have 40 rows, got 3"),
        ({"frame": ["a", "a"]}, "frame must hold distinct labels"),
        ({"method": "stratified", "strata": STRATA, "allocation": "best"}, "allocation must be"),
        (
            {"method": "stratified", "strata": STRATA, "allocation": "neyman"},
            "standard_deviations must be given for allocation 'neyman', and only then",
        ),
        (
            {"method": "stratified", "strata": STRATA, "allocation": {"north": 5}},
            "allocation must hold exactly the strata",
        ),
        (
            {
                "method": "stratified",
                "strata": STRATA,
                "allocation": {"north": 3, "south": 1, "west": 0},
            },
            "allocation must add up to 4, from 1 to all of each stratum",
        ),
    ],
)
def test_bad_draws_are_named_with_their_value(arguments: dict[str, object], message: str) -> None:
    plan: dict[str, object] = {"frame": FRAME, "size": 4, "rng": rng(), **arguments}
    with pytest.raises(BadInput, match=message):
        draw_sample(**plan)  # type: ignore[arg-type]  # keywords from a dict have one type
