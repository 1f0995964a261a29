"""Expected numbers: R 4.2.2, survey 4.1-1 (its calls stand in the reference's README), or by hand."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtri

from analysis.cells import count_cells
from analysis.margin_fit import Margins
from analysis.pairs import count_pairs
from analysis.perception import PerceptionEstimates, perception

REFERENCE = Path(__file__).parents[3] / "shared" / "reference"
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="the reference numbers of R are not beside this checkout"
)
FIVE = [0.0, 25.0, 50.0, 75.0, 100.0]


def table(name: str) -> dict[str, NDArray[np.str_]]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {column: np.array([row[column] for row in rows]) for column in rows[0]}


def expected(case: str) -> dict[str, Any]:
    text = (REFERENCE / "expected.json").read_text(encoding="utf-8")
    answer: dict[str, Any] = json.loads(text)["cases"][case]["expected"]
    return answer


def rows_as_groups(
    codes: ArrayLike,
    scores: ArrayLike,
    *,
    weights: NDArray[np.float64] | None = None,
    domains: NDArray[np.int64] | None = None,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    population_sizes: ArrayLike | None = None,
    margins: Margins | None = None,
    evidence: str = "A",
) -> PerceptionEstimates:
    """Each respondent a group: how individual weights enter."""
    answers = np.atleast_2d(codes)
    n = answers.shape[1]
    of = np.zeros(n, dtype=np.int64) if domains is None else domains
    return perception(
        count_cells(np.arange(n), answers, n, np.shape(scores)[-1]),
        np.ones(n) if weights is None else weights,
        of,
        scores,
        group_strata=strata,
        group_clusters=clusters,
        population_sizes=population_sizes,
        margins=margins,
        evidence=[evidence] * (int(of.max(initial=0)) + 1),
    )


@needs_reference
def test_a_stratified_sample_with_population_sizes_gives_the_numbers_of_r() -> None:
    data = table("apistrat")
    levels, codes = np.unique(data["api00"].astype(float), return_inverse=True)
    result = rows_as_groups(
        codes,
        levels,
        weights=data["pw"].astype(float),
        strata=data["stype"],
        population_sizes=data["fpc"].astype(float),
    )
    r = expected("apistrat.mean.api00")
    assert result.values[0, 0] == pytest.approx(r["estimate"], rel=1e-9)
    assert result.standard_errors[0, 0] == pytest.approx(r["se"], rel=1e-9)
    assert result.degrees_of_freedom[0, 0] == 197
    assert result.sampling_variances[0, 0] > r["se"] ** 2


@needs_reference
def test_subgroups_keep_the_size_of_their_strata_as_in_r() -> None:
    data = table("apistrat")
    levels, codes = np.unique(data["api00"].astype(float), return_inverse=True)
    result = rows_as_groups(
        codes,
        levels,
        weights=data["pw"].astype(float),
        domains=(data["awards"] == "Yes").astype(np.int64),
        strata=data["stype"],
        population_sizes=data["fpc"].astype(float),
    )
    r = expected("apistrat.domain.api00.by.awards")
    assert result.values[:, 0] == pytest.approx(r["estimate"], rel=1e-9)
    assert result.standard_errors[:, 0] == pytest.approx(r["se"], rel=1e-9)


@needs_reference
def test_clusters_in_strata_give_the_numbers_of_r_by_subgroup_too() -> None:
    data = table("nhanes")
    answered = data["HI_CHOL"] != "NA"
    codes = np.full(answered.size, -4)
    codes[answered] = data["HI_CHOL"][answered].astype(float)
    weights = data["WTMEC2YR"].astype(float)
    strata, clusters = data["SDMVSTRA"], data["SDMVPSU"]
    whole = rows_as_groups(codes, [0.0, 100.0], weights=weights, strata=strata, clusters=clusters)
    r = expected("nhanes.mean.HI_CHOL")
    assert whole.values[0, 0] == pytest.approx(100 * r["estimate"], rel=1e-9)
    assert whole.standard_errors[0, 0] == pytest.approx(100 * r["se"], rel=1e-9)
    assert whole.degrees_of_freedom[0, 0] == r["degf"]
    ages, domains = np.unique(data["agecat"], return_inverse=True)
    by_age = rows_as_groups(
        codes, [0.0, 100.0], domains=domains, weights=weights, strata=strata, clusters=clusters
    )
    r = expected("nhanes.by.agecat")
    order = [ages.tolist().index(group["agecat"]) for group in r["groups"]]
    assert by_age.values[order, 0] == pytest.approx(100 * np.array(r["estimate"]), rel=1e-9)
    assert by_age.standard_errors[order, 0] == pytest.approx(100 * np.array(r["se"]), rel=1e-9)


@needs_reference
def test_shares_of_codes_and_their_errors_in_one_stratum_of_clusters_are_those_of_r() -> None:
    data = table("apiclus1")
    kinds, codes = np.unique(data["stype"], return_inverse=True)
    n = codes.size
    result = rows_as_groups(
        np.tile(codes, (3, 1)),
        100 * np.eye(3),
        weights=data["pw"].astype(float),
        strata=np.zeros(n),
        clusters=data["dnum"],
        population_sizes=data["fpc"].astype(float),
    )
    r = expected("apiclus1.prop.stype")
    assert [f"stype{kind}" for kind in kinds] == r["names"]
    assert result.values[0] == pytest.approx(100 * np.array(r["estimate"]), rel=1e-9)
    assert result.standard_errors[0] == pytest.approx(100 * np.array(r["se"]), rel=1e-9)
    assert result.distribution[0, 0] == pytest.approx(r["estimate"], rel=1e-9)


def test_weights_by_hand() -> None:
    # Scores 0, 50, 100, 100 with weights 1, 1, 2, 4: mean 650/8 = 81.25, Kish 64/22.
    # z = w (x - mean) / 8: -10.15625, -3.90625, 4.6875, 9.375; V = 4/3 * sum of z^2.
    result = rows_as_groups([0, 2, 4, 4], FIVE, weights=np.array([1.0, 1.0, 2.0, 4.0]))
    assert result.values[0, 0] == 81.25
    assert result.mean_squares[0, 0] == (2500 + 20_000 + 40_000) / 8
    assert result.effective_n[0, 0] == pytest.approx(64 / 22)
    z = np.array([-10.15625, -3.90625, 4.6875, 9.375])
    assert result.standard_errors[0, 0] == pytest.approx(np.sqrt(4 / 3 * (z @ z)))
    assert result.degrees_of_freedom[0, 0] == 3
    assert result.distribution[0, 0].tolist() == [1 / 8, 0, 1 / 8, 0, 6 / 8]
    assert result.top_two[0, 0] == 6 / 8
    assert result.dispersion[0, 0] == pytest.approx((7812.5 - 81.25**2) / (81.25 * 18.75))


def test_the_share_of_the_two_best_codes_has_exact_limits_and_the_error_of_a_proportion() -> None:
    # Nobody of ten: the limit of Clopper and Pearson, 1 - .025^(1/10).
    nobody = rows_as_groups([0] * 10, FIVE)
    assert nobody.top_two_low[0, 0] == 0
    assert nobody.top_two_high[0, 0] == pytest.approx(1 - 0.025**0.1)
    # Seven of ten; R: confint(svyciprop(~I(y == 1), design, method = "beta")).
    seven = rows_as_groups([4, 3, 4, 4, 3, 3, 4, 0, 1, 2], FIVE)
    assert seven.top_two[0, 0] == 0.7
    assert seven.top_two_low[0, 0] == pytest.approx(0.327980793905, rel=1e-9)
    assert seven.top_two_high[0, 0] == pytest.approx(0.940965888035, rel=1e-9)
    assert seven.top_two_standard_errors[0, 0] == pytest.approx(np.sqrt(0.7 * 0.3 / 9))
    everybody = rows_as_groups([4] * 10, FIVE)
    assert everybody.top_two_high[0, 0] == 1
    assert everybody.top_two_standard_errors[0, 0] > 0
    link = rows_as_groups([4, 3, 0], FIVE, evidence="C")
    assert link.top_two[0, 0] == pytest.approx(2 / 3)
    assert np.isnan([link.top_two_low, link.top_two_high, link.top_two_standard_errors]).all()


def test_kinds_of_missing_stay_apart() -> None:
    codes = [0, 4, 4, -1, -1, -2, -3, -4, -5]
    result = rows_as_groups(codes, FIVE, weights=np.array([1.0, 1, 1, 9, 9, 2, 5, 9, 9]))
    assert result.n[0, 0] == 3
    assert result.n_asked[0, 0] == 5
    assert result.dont_know_share[0, 0] == pytest.approx(2 / 10)
    assert result.refused_share[0, 0] == pytest.approx(5 / 10)
    # Five were asked, so the stratum has five sampling units: V = 5/4 * sum of z^2.
    z = (np.array([0, 100, 100]) - 200 / 3) / 3
    assert result.standard_errors[0, 0] == pytest.approx(np.sqrt(5 / 4 * (z @ z)))
    assert result.degrees_of_freedom[0, 0] == 2


def test_cells_and_single_rows_give_the_same_numbers() -> None:
    rng = np.random.default_rng(7)
    n = 400
    key = rng.integers(0, 12, n)
    weights = rng.uniform(0.5, 2, 12)
    codes = rng.integers(-4, 5, (3, n)).astype(np.int8)
    domain, stratum, cluster = np.arange(12) // 6, np.arange(12) // 3, np.arange(12)
    together = perception(
        count_cells(key, codes, 12, 5),
        weights,
        domain,
        FIVE,
        group_strata=stratum,
        group_clusters=cluster,
        evidence=["A", "B"],
    )
    apart = rows_as_groups(
        codes,
        FIVE,
        weights=weights[key],
        domains=domain[key],
        strata=stratum[key],
        clusters=cluster[key],
    )
    for name in ("values", "standard_errors", "effective_n", "low", "high", "distribution"):
        assert getattr(together, name) == pytest.approx(getattr(apart, name), rel=1e-10)
    assert together.degrees_of_freedom.tolist() == apart.degrees_of_freedom.tolist()


def test_after_raking_the_error_is_that_of_the_residuals_on_the_margins() -> None:
    rng = np.random.default_rng(11)
    n = 200
    sex, age = rng.integers(0, 2, n), rng.integers(0, 3, n)
    codes = np.clip(sex * 2 + age // 2 + rng.integers(0, 2, n), 0, 4)
    codes[rng.random(n) < 0.3] = -1
    weights = rng.uniform(0.5, 2, n)
    margins: Margins = {"sex": (sex, {}), "age": (np.array(["a", "b", "c"])[age], {})}
    result = rows_as_groups(codes, FIVE, weights=weights, margins=margins)
    answered = codes >= 0
    x = np.where(answered, 25.0 * codes, 0.0)
    total = weights[answered].sum()
    u = answered * (x - weights @ x / total) / total
    dummies = np.column_stack([sex == 0, sex == 1, age == 1, age == 2]).astype(float)
    root = np.sqrt(weights)[:, None]
    b = np.linalg.lstsq(dummies * root, u * root[:, 0], rcond=None)[0]
    e = weights * (u - dummies @ b)
    asked = answered.sum()
    variance = asked / (asked - 1) * (e @ e - e.sum() ** 2 / asked)
    assert result.standard_errors[0, 0] == pytest.approx(np.sqrt(variance), rel=1e-9)
    plain = rows_as_groups(codes, FIVE, weights=weights)
    assert result.standard_errors[0, 0] < 0.95 * plain.standard_errors[0, 0]
    constant = rows_as_groups(codes, FIVE, weights=weights, margins={"none": (np.zeros(n), {})})
    assert constant.standard_errors == pytest.approx(plain.standard_errors, rel=1e-9)


def test_few_clusters_have_the_assumed_design_effect_and_many_their_own() -> None:
    # Five clusters of eight: 1 + 7 * 0.06. Twenty of two, equal within: twice the variance.
    few = rows_as_groups(np.arange(40) % 5, FIVE, clusters=np.arange(40) // 8)
    assert few.effective_n[0, 0] == pytest.approx(40 / 1.42)
    many = rows_as_groups(np.arange(40) // 2 % 5, FIVE, clusters=np.arange(40) // 2)
    # V_cluster / V_independent = 2 * (20/19) / (40/39), over the median of a chi-squared of 19.
    typical = (1 - 2 / (9 * 19)) ** 3
    assert typical == pytest.approx(chdtri(19, 0.5) / 19, rel=1e-3)
    assert many.effective_n[0, 0] == pytest.approx(40 / (2 * (20 / 19) / (40 / 39) / typical))
    assert many.degrees_of_freedom[0, 0] == 19


def test_groups_without_a_cluster_are_respondents_of_their_own_beside_those_with_one() -> None:
    rng = np.random.default_rng(3)
    codes, domains = rng.integers(-2, 5, (2, 80)), np.repeat([0, 1], 40)
    names = np.array([f"collector {i % 5}" if i < 40 else "" for i in range(80)])
    mixed = rows_as_groups(codes, FIVE, domains=domains, clusters=names)
    clustered = rows_as_groups(codes[:, :40], FIVE, clusters=names[:40])
    alone = rows_as_groups(codes[:, 40:], FIVE)
    for name in ("standard_errors", "effective_n", "degrees_of_freedom", "low", "high"):
        assert getattr(mixed, name)[0] == pytest.approx(getattr(clustered, name)[0])
        assert getattr(mixed, name)[1] == pytest.approx(getattr(alone, name)[0])


@pytest.mark.parametrize("codes", [[4], [4, 4], [4] * 30, [0] * 12, [2] * 12])
def test_equal_answers_have_neither_a_zero_error_nor_a_zero_width(codes: list[int]) -> None:
    result = rows_as_groups(codes, FIVE)
    assert result.standard_errors[0, 0] > 0
    assert result.sampling_variances[0, 0] > 0
    assert result.high[0, 0] - result.low[0, 0] > 0
    assert result.low[0, 0] <= result.values[0, 0] <= result.high[0, 0]


def test_a_domain_without_answers_is_nan_and_counts_nobody() -> None:
    codes = np.array([[1, 2, -2, -1], [3, 3, 3, 3]])
    result = rows_as_groups(codes, FIVE, domains=np.array([0, 0, 1, 1]))
    assert np.isnan(result.values[1, 0])
    assert np.isnan(result.standard_errors[1, 0])
    assert np.isnan(result.low[1, 0])
    assert np.isnan(result.degrees_of_freedom[1, 0])
    assert np.isnan(result.distribution[1, 0]).all()
    assert result.n[1, 0] == 0
    assert result.effective_n[1, 0] == 0
    assert result.dont_know_share[1, 0] == 1
    assert not result.enough.any()


def test_an_open_link_has_numbers_but_no_inference() -> None:
    result = rows_as_groups(np.arange(40) % 5, FIVE, evidence="C")
    assert result.values[0, 0] == 50
    assert result.n[0, 0] == 40
    for name in ("standard_errors", "low", "high", "degrees_of_freedom", "sampling_variances"):
        assert np.isnan(getattr(result, name)).all()


def test_population_sizes_shorten_drawn_samples_only_and_never_the_variance_of_gaps() -> None:
    codes = np.arange(40) % 5
    plain = rows_as_groups(codes, FIVE)
    drawn = rows_as_groups(codes, FIVE, population_sizes=np.full(40, 160.0))
    assisted = rows_as_groups(codes, FIVE, population_sizes=np.full(40, 160.0), evidence="B")
    assert drawn.standard_errors == pytest.approx(plain.standard_errors * np.sqrt(0.75))
    assert assisted.standard_errors == pytest.approx(plain.standard_errors)
    assert drawn.sampling_variances == pytest.approx(plain.sampling_variances)
    with pytest.raises(ValueError, match="population_sizes are smaller"):
        rows_as_groups(codes, FIVE, population_sizes=np.full(40, 39.0))


def test_covariance_needs_pairs_and_equals_that_of_two_means_in_a_simple_sample() -> None:
    rng = np.random.default_rng(5)
    codes = rng.integers(0, 5, (2, 50))
    codes[1] = np.clip(codes[0] + codes[1] - 2, 0, 4)
    cells = count_cells(np.zeros(50, dtype=np.int64), codes, 1, 5)
    pairs = count_pairs(np.zeros(50, dtype=np.int64), codes, FIVE)
    result = perception(cells, [1.0], [0], FIVE, group_strata=None, pairs=pairs, evidence=["A"])
    assert result.covariance(0) == pytest.approx(np.cov(25.0 * codes) / 50, rel=1e-9)
    without = perception(cells, [1.0], [0], FIVE, group_strata=None, evidence=["A"])
    with pytest.raises(ValueError, match="needs the pairs"):
        without.covariance(0)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_the_order_of_the_groups_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    codes = rng.integers(-5, 5, (2, 40))
    weights = rng.uniform(0.2, 3, 40)
    domains, clusters = rng.integers(0, 3, 40), rng.integers(0, 9, 40)
    order = rng.permutation(40)
    one = rows_as_groups(
        codes, FIVE, weights=weights, domains=np.append(domains[:-1], 2), clusters=clusters
    )
    other = rows_as_groups(
        codes[:, order],
        FIVE,
        weights=weights[order],
        domains=np.append(domains[:-1], 2)[order],
        clusters=clusters[order],
    )
    for name in ("values", "standard_errors", "low", "high", "effective_n", "top_two"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), nan_ok=True, rel=1e-8)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 40))
def test_whatever_is_missing_there_is_no_warning_and_nothing_but_absent_is_nan(
    seed: int, n: int
) -> None:
    rng = np.random.default_rng(seed)
    codes = rng.integers(rng.integers(-5, 1), rng.integers(1, 6), (3, n))
    weights = rng.choice([0.0, 1.0, 7.5], n) * (rng.random() < 0.9)
    domains = np.append(rng.integers(0, 3, n - 1), 2)
    margins: Margins | None = {"sex": (rng.integers(0, 2, n), {})} if rng.random() < 0.5 else None
    pairs = count_pairs(np.arange(n), codes, FIVE)
    found = perception(
        count_cells(np.arange(n), codes, n, 5),
        weights,
        domains,
        FIVE,
        group_strata=rng.integers(0, 4, n) + 10 * domains,
        group_clusters=rng.integers(0, 6, n) if rng.random() < 0.5 else None,
        population_sizes=np.full(n, 500.0),
        margins=margins,
        pairs=pairs,
        evidence=rng.choice(["A", "B", "C"], 3),
    )
    mass = [(codes >= 0) @ np.where(domains == domain, weights, 0) for domain in range(3)]
    has_mean = np.array(mass) > 0
    spoken = has_mean & (found.evidence != "C")[:, None]
    for name in ("values", "mean_squares", "top_two"):
        assert (np.isfinite(getattr(found, name)) == has_mean).all(), name
    for name in ("standard_errors", "sampling_variances", "low", "high", "degrees_of_freedom"):
        assert (np.isfinite(getattr(found, name)) == spoken).all(), name
    for name in ("top_two_low", "top_two_high", "top_two_standard_errors"):
        assert (np.isfinite(getattr(found, name)) == spoken).all(), name
    assert (found.standard_errors[spoken] > 0).all()
    assert np.isfinite(found.effective_n).all()
    assert (np.isfinite(found.distribution.sum(axis=2)) == has_mean).all()
    for domain in range(3):
        both = np.outer(spoken[domain], spoken[domain])
        assert (np.isfinite(found.covariance(domain)) == both).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.001, 1000))
def test_the_scale_of_the_weights_does_not_matter(seed: int, factor: float) -> None:
    rng = np.random.default_rng(seed)
    codes, weights = rng.integers(-3, 5, (2, 30)), rng.uniform(0.2, 3, 30)
    one = rows_as_groups(codes, FIVE, weights=weights)
    other = rows_as_groups(codes, FIVE, weights=factor * weights)
    for name in ("values", "standard_errors", "effective_n", "low", "high", "top_two_low"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), nan_ok=True, rel=1e-7)


def test_what_does_not_fit_is_refused_by_name() -> None:
    cells = count_cells(np.array([0, 1]), np.zeros((1, 2), dtype=np.int8), 2, 5)
    with pytest.raises(ValueError, match=r"group_domains must lie in 0\.\.0"):
        perception(cells, [1, 1], [0, 1], FIVE, group_strata=None, evidence=["A"])
    with pytest.raises(ValueError, match="scores must have shape"):
        perception(cells, [1, 1], [0, 0], [0.0, 1.0], group_strata=None, evidence=["A"])
    with pytest.raises(ValueError, match="group_weights"):
        perception(cells, [1, -1], [0, 0], FIVE, group_strata=None, evidence=["A"])
    with pytest.raises(ValueError, match="evidence must be one of A, B, C, got 'D'"):
        perception(cells, [1, 1], [0, 0], FIVE, group_strata=None, evidence=["D"])
    with pytest.raises(ValueError, match="evidence must have one letter for each of 1 domains"):
        perception(cells, [1, 1], [0, 0], FIVE, group_strata=None, evidence=["A", "B"])
    with pytest.raises(ValueError, match="scores must be finite"):
        perception(cells, [1, 1], [0, 0], [0, 1, 2, 3, np.inf], group_strata=None, evidence=["A"])
    with pytest.raises(ValueError, match="population_sizes must be positive, got 0"):
        perception(
            cells,
            [1, 1],
            [0, 0],
            FIVE,
            group_strata=None,
            population_sizes=[0, 5],
            evidence=["A"],
        )
