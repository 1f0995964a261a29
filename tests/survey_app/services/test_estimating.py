from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from analysis import Sample, mean, rake, weighted_sample
from survey_app.engine import dataset as files
from survey_app.engine.dataset import DatasetLayout, DatasetRow
from survey_app.services import estimating
from survey_app.services.estimating import Estimated, Margins

ITEMS = ("1.3", "1.5")
COLUMNS = (*ITEMS, "residents/sex", "residents/age_band")
# 40 % men, half of everybody of the youngest band.
MARGINS: Margins = {
    "11413": {
        (sex, band): share * people
        for sex, share in ((1, 0.4), (2, 0.6))
        for band, people in ((1, 500.0), (2, 300.0), (3, 100.0), (4, 60.0), (5, 40.0))
    }
}


def person(
    rating: int,
    *,
    sex: int = 0,
    band: int = 0,
    unit: str = "11413",
    channel: str = "assisted",
    cluster: str = "c0",
    stratum: str = "",
    audience: str = "residents",
    second: int = -1,
) -> DatasetRow:
    groups = dict.fromkeys(files.GROUP_COLUMNS, "") | {
        "unit": unit,
        "audience": audience,
        "channel": channel,
        "cluster": cluster,
        "stratum": stratum,
    }
    codes = (rating, second, sex, band)
    return DatasetRow(tuple(groups.values()), dict(zip(COLUMNS, codes, strict=True)))


def estimate(
    folder: Path, people: list[DatasetRow], margins: Margins, audience: str = "residents"
) -> Estimated:
    name, _ = files.write(folder, DatasetLayout(COLUMNS, {}), people, -1)
    grouped = estimating.counted(files.path_of(folder, name), audience, ITEMS)
    return estimating.estimate(audience, grouped, margins, minimum_n=10)


def unequal() -> list[DatasetRow]:
    """60 people: young men 100, other men 0, young women 50, other women 75 points."""
    groups = [(0, 0, 10, 4), (0, 1, 20, 0), (1, 0, 10, 2), (1, 1, 20, 3)]
    return [
        person(rating, sex=sex, band=band, cluster=f"c{number % 6}")
        for sex, band, people, rating in groups
        for number in range(people)
    ]


def test_a_raked_mean_is_that_of_a_hand_calculation(tmp_path: Path) -> None:
    found = estimate(tmp_path, unequal(), MARGINS)
    # Weights 1.2, .6, 1.8, .9: (10 x 1.2 x 100 + 0 + 10 x 1.8 x 50 + 20 x .9 x 75) / 60
    assert found.raked.tolist() == [True]
    assert found.estimates.values[0, 0] == pytest.approx(57.5, abs=1e-6)
    assert found.estimates.n[0].tolist() == [60, 0]


def test_without_margins_every_answer_counts_alike(tmp_path: Path) -> None:
    found = estimate(tmp_path, unequal(), {})
    assert found.estimates.values[0, 0] == pytest.approx((10 * 100 + 10 * 50 + 20 * 75) / 60)
    assert found.raked.tolist() == [False]


def test_the_standard_error_is_that_of_collectors_by_hand(tmp_path: Path) -> None:
    answers = {"a": [4, 4, 3], "b": [0, 1, 2, 2], "c": [2, 3], "d": [1, 1, 0]}
    people = [
        person(code, cluster=name, sex=number % 2)
        for name, codes in answers.items()
        for number, code in enumerate(codes)
    ]
    found = estimate(tmp_path, people, {})
    scores = {name: [25 * code for code in codes] for name, codes in answers.items()}
    n = sum(map(len, scores.values()))
    average = sum(map(sum, scores.values())) / n
    totals = [sum(x - average for x in each) / n for each in scores.values()]
    variance = 4 / 3 * sum(total**2 for total in totals)
    assert found.estimates.standard_errors[0, 0] == pytest.approx(variance**0.5)
    assert found.estimates.degrees_of_freedom[0, 0] == 3


def test_the_standard_error_after_raking_is_that_of_the_residuals(tmp_path: Path) -> None:
    """As `weighted_sample(variance="regression")`, which is checked against R, from the rows."""
    rng = np.random.default_rng(18091)
    people = [
        person(
            int(rng.integers(0, 5)),
            sex=int(rng.integers(0, 2)),
            band=int(rng.integers(0, 2)),
            cluster=f"c{number % 12}",
        )
        for number in range(120)
    ]
    found = estimate(tmp_path, people, MARGINS)
    x = np.array([25.0 * row.codes["1.3"] for row in people])
    sex, band = (np.array([row.codes[name] for row in people]) for name in COLUMNS[2:])
    weighting = rake(
        np.ones(120), {"sex": (sex, {0: 0.4, 1: 0.6}), "age_band": (band, {0: 0.5, 1: 0.5})}
    )
    rows = Sample(np.ones(120), clusters=np.array([row.groups[6] for row in people]))
    expected = mean(weighted_sample(rows, weighting), x)
    assert found.estimates.values[0, 0] == pytest.approx(expected.value, abs=1e-6)
    # The rows are regressed with the weights before raking, the cells with those after it.
    assert found.estimates.standard_errors[0, 0] == pytest.approx(
        expected.standard_error, rel=5e-3
    )
    ignoring = estimate(tmp_path, people, {}).estimates.standard_errors[0, 0]
    assert abs(ignoring / expected.standard_error - 1) > 5e-3


def test_series_are_never_pooled_and_come_best_evidence_first(tmp_path: Path) -> None:
    people = [person(4, channel="open", cluster="")] * 12
    people += [person(0, channel=channel) for channel in ("assisted", "paper", "phone")] * 4
    people += [person(2, channel="drawn", unit="11411")] * 3
    found = estimate(tmp_path, people, {})
    assert [(each.unit, each.series, each.evidence) for each in found.domains] == [
        ("11411", "drawn", "A"),
        ("11413", "assisted", "B"),
        ("11413", "open", "C"),
    ]
    assert found.estimates.values[:, 0].tolist() == [50.0, 0.0, 100.0]
    assert found.estimates.n[:, 0].tolist() == [3, 12, 12]


def test_an_open_series_is_neither_weighted_nor_inferred_from(tmp_path: Path) -> None:
    people = [person(row.codes["1.3"], sex=row.codes["residents/sex"], channel="open", cluster="")
              for row in unequal()]  # fmt: skip
    found = estimate(tmp_path, people, MARGINS)
    assert found.raked.tolist() == [False]
    assert found.estimates.values[0, 0] == pytest.approx(50.0)
    for figures in (
        found.estimates.standard_errors,
        found.estimates.low,
        found.estimates.high,
        found.estimates.degrees_of_freedom,
    ):
        assert np.isnan(figures).all()


def test_respondents_that_nobody_collected_are_sampling_units_of_their_own(
    tmp_path: Path,
) -> None:
    answers = [0, 1, 1, 2, 3, 4, 4, 4]
    found = estimate(tmp_path, [person(code, cluster="") for code in answers], {})
    scores = np.array([25.0 * code for code in answers])
    assert found.estimates.standard_errors[0, 0] == pytest.approx(
        scores.std(ddof=1) / len(scores) ** 0.5
    )


def test_drawn_people_are_sampled_apart_in_each_stratum(tmp_path: Path) -> None:
    answers = {"river": [4, 4, 3, 3, 4], "town": [0, 1, 0, 1, 1, 0, 2]}
    people = [
        person(rating, channel="drawn", cluster="", stratum=stratum)
        for stratum, ratings in answers.items()
        for rating in ratings
    ]
    found = estimate(tmp_path, people, {})
    assert found.domains[0].evidence == "A"
    points = {stratum: 25.0 * np.array(ratings) for stratum, ratings in answers.items()}
    shares = {stratum: each.size / 12 for stratum, each in points.items()}
    variance = sum(
        shares[stratum] ** 2 * each.var(ddof=1) / each.size for stratum, each in points.items()
    )
    assert found.estimates.standard_errors[0, 0] == pytest.approx(np.sqrt(variance))
    assert found.estimates.degrees_of_freedom[0, 0] == 12 - 2
    everybody = np.concatenate(list(points.values()))
    assert found.estimates.values[0, 0] == pytest.approx(everybody.mean())


def test_collectors_of_two_units_who_share_a_name_are_two(tmp_path: Path) -> None:
    people = [
        person(code, unit=unit, cluster=f"c{code}")
        for unit in ("11411", "11413")
        for code in (0, 2, 4)
    ]
    found = estimate(tmp_path, people, {})
    assert found.estimates.degrees_of_freedom[:, 0].tolist() == [2, 2]


def test_dont_know_is_a_share_of_those_asked_and_not_of_the_mean(tmp_path: Path) -> None:
    people = [person(4)] * 6 + [person(-2)] * 3 + [person(-3)] + [person(-4)] * 5
    found = estimate(tmp_path, people, {})
    assert found.estimates.values[0, 0] == 100.0
    assert found.estimates.n_asked[0, 0] == 10
    assert found.estimates.dont_know_share[0, 0] == pytest.approx(0.3)
    assert found.estimates.refused_share[0, 0] == pytest.approx(0.1)


def test_businesses_are_not_weighted_to_the_people(tmp_path: Path) -> None:
    people = [
        person(row.codes["1.3"], sex=row.codes["residents/sex"], audience="businesses")
        for row in unequal()
    ]
    found = estimate(tmp_path, people, MARGINS, "businesses")
    assert found.raked.tolist() == [False]
    assert found.estimates.values[0, 0] == pytest.approx(50.0)


def test_evidence_goes_from_best_to_least() -> None:
    assert all(one < other for one, other in pairwise(estimating.EVIDENCE_OF_SERIES.values()))
    assert set(estimating.SERIES_OF_CHANNEL.values()) == set(estimating.EVIDENCE_OF_SERIES)
