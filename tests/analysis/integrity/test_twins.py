import numpy as np
import pytest

from analysis.arrays import Integers
from analysis.errors import BadInput
from analysis.integrity import percent_match
from analysis.integrity.answers import Codes
from analysis.integrity.graded import GradedFit
from analysis.integrity.twins import largest_matches


def honest(n: int, items: int, loading: float, rng: np.random.Generator) -> Codes:
    thresholds = np.array([-1.4, -0.6, 0.1, 0.9]) + rng.normal(0, 0.3, (1, items, 1))
    model = GradedFit(np.full(items, loading), thresholds)
    return model.simulate(np.zeros((items, n), dtype=np.int8), 0, rng)


def test_shares_and_twins_are_counted_by_hand() -> None:
    codes = np.array([[1, 2, 3, 4], [1, 2, 3, 0], [1, 2, -1, -1], [-2, -2, 3, -2]], dtype=np.int8)
    shares, twins = largest_matches(np.ascontiguousarray(codes.T), 2)
    assert shares[:3].tolist() == [1.0, 1.0, 1.0]
    assert twins.tolist() == [2, 2, 0, -1]
    assert np.isnan(shares[3])
    three, _ = largest_matches(np.ascontiguousarray(codes.T), 3)
    assert three[:2].tolist() == [0.75, 0.75]
    assert np.isnan(three[2])


def test_blocks_of_rows_give_what_a_comparison_of_every_pair_gives() -> None:
    rng = np.random.default_rng(6)
    codes = rng.integers(-2, 4, (30, 600)).astype(np.int8)
    shares, _ = largest_matches(codes, 5)
    for one in (0, 255, 256, 599):
        both = (codes[:, [one]] >= 0) & (codes >= 0)
        same = (codes[:, [one]] == codes) & both
        share = np.where(both.sum(0) >= 5, same.sum(0) / np.maximum(both.sum(0), 1), -1)
        share[one] = -1
        assert shares[one] == pytest.approx(share.max(), rel=1e-6)


@pytest.mark.parametrize(("items", "loading"), [(24, 0.8), (40, 0.5)])
def test_honest_people_with_halo_raise_hardly_more_than_the_promised_alarms(
    items: int, loading: float
) -> None:
    rng = np.random.default_rng(12)
    shares = [percent_match(honest(300, items, loading, rng), rng).flagged for _ in range(5)]
    assert np.mean(shares) <= 0.015


def test_copies_with_noise_are_found() -> None:
    rng = np.random.default_rng(21)
    codes = honest(400, 78, 0.6, rng)
    template = codes[:, [399]]
    noise = rng.random((78, 40)) < 0.05
    codes[:, :40] = np.where(noise, rng.integers(0, 5, (78, 40)), template)
    found = percent_match(codes, rng)
    assert found.flagged[:40].mean() > 0.95
    assert found.flagged[40:399].mean() < 0.02
    assert np.isin(found.twins[:40], [*range(40), 399]).all()


def test_pairs_are_compared_within_groups_only() -> None:
    rng = np.random.default_rng(1)
    codes = honest(60, 30, 0.4, rng)
    codes[:, 30:] = codes[:, :30]
    apart = percent_match(codes, rng, groups=["a"] * 30 + ["b"] * 30, simulated=300)
    together = percent_match(codes, rng, simulated=300)
    assert together.flagged.all()
    assert together.twins[:30].tolist() == list(range(30, 60))
    assert not np.isin(apart.twins[:30], np.arange(30, 60)).any()
    assert apart.flagged.mean() < 0.1


def test_too_few_shared_items_and_lone_respondents_are_not_judged() -> None:
    rng = np.random.default_rng(1)
    few = percent_match(honest(30, 19, 0.5, rng), rng)
    assert np.isnan(few.shares).all()
    assert np.isnan(few.cutoffs).all()
    assert not few.flagged.any()
    alone = percent_match(honest(1, 40, 0.5, rng), rng)
    assert alone.twins.tolist() == [-1]


def test_the_same_seed_gives_the_same_cut_off() -> None:
    codes = honest(80, 25, 0.5, np.random.default_rng(1))
    one = percent_match(codes, np.random.default_rng(9), simulated=400)
    two = percent_match(codes, np.random.default_rng(9), simulated=400)
    assert one.cutoffs.tolist() == two.cutoffs.tolist()


def test_bad_arguments_of_the_comparison_are_named() -> None:
    rng = np.random.default_rng(1)
    codes = np.zeros((2, 3), dtype=np.int8)
    with pytest.raises(BadInput, match="codes must hold answers from 0 to 19, got 99"):
        percent_match(codes + np.int8(99), rng)
    with pytest.raises(BadInput, match="codes must hold answers"):
        percent_match(codes - np.int8(1), rng)
    with pytest.raises(BadInput, match="false_alarms must lie between 0 and 1, got 1"):
        percent_match(codes, rng, false_alarms=1)
    with pytest.raises(
        BadInput, match="minimum_shared must be a whole number from 1 to 1000000, got 0"
    ):
        percent_match(codes, rng, minimum_shared=0)
    with pytest.raises(BadInput, match="groups must have 3 rows"):
        percent_match(codes, rng, groups=["a"])


def units(
    sizes: list[int], items: int, rng: np.random.Generator, differ: float = 0.3
) -> tuple[Codes, Integers]:
    """Units whose people judge at different levels, in all and by item; a shared halo of .5."""
    levels = rng.normal(0, differ, (len(sizes), 1, 1))
    by_item = rng.normal(0, differ / 2, (len(sizes), items, 1))
    thresholds = np.array([-1.4, -0.6, 0.1, 0.9]) + rng.normal(0, 0.3, (1, items, 1))
    model = GradedFit(np.full(items, 0.5), thresholds + levels + by_item)
    people = [
        model.simulate(np.zeros((items, n), dtype=np.int8), unit, rng)
        for unit, n in enumerate(sizes)
    ]
    return np.hstack(people), np.repeat(np.arange(len(sizes)), sizes)


@pytest.mark.parametrize("n", [30, 100])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_a_unit_stuffed_in_part_or_wholly_does_not_excuse_itself(
    n: int, share: float, noise: float
) -> None:
    rng = np.random.default_rng(41)
    codes, unit = units([n] + [50] * 9, 40, rng)
    copies = round(share * n)
    changed = rng.random((40, copies)) < noise
    codes[:, :copies] = np.where(changed, rng.integers(0, 5, (40, copies)), codes[:, [0]])
    found = percent_match(codes, rng, groups=unit, simulated=500)
    assert found.flagged[:copies].mean() > 0.95
    assert found.flagged[copies:].mean() < 0.03
    assert found.beside_others.all()


def test_two_stuffed_units_do_not_excuse_each_other() -> None:
    rng = np.random.default_rng(42)
    codes, unit = units([40] * 10, 40, rng)
    codes[:, :40], codes[:, 40:80] = codes[:, [0]], codes[:, [40]]
    found = percent_match(codes, rng, groups=unit, simulated=500)
    assert found.flagged[:80].all()
    assert found.flagged[80:].mean() < 0.03


def test_honest_units_of_different_level_keep_the_promised_share() -> None:
    rng = np.random.default_rng(43)
    shares = []
    for _ in range(6):
        codes, unit = units([30, 60, 100, 40, 80, 50, 30, 60], 40, rng)
        shares.append(percent_match(codes, rng, groups=unit, simulated=800).flagged.mean())
    assert np.mean(shares) <= 0.012


def test_a_lone_unit_that_answers_as_one_cannot_be_judged_and_says_so() -> None:
    rng = np.random.default_rng(44)
    sheet = honest(1, 40, 0.5, rng)
    found = percent_match(np.repeat(sheet, 30, axis=1), rng, simulated=300)
    assert found.cutoffs.tolist() == [1.0] * 30
    assert not found.flagged.any()
    assert not found.judged.any()
    assert not found.beside_others.any()


def test_units_are_held_against_those_of_their_form_only() -> None:
    rng = np.random.default_rng(45)
    codes, unit = units([30] * 8, 40, rng)
    codes[:, :30] = codes[:, [0]]
    forms = np.where(unit < 3, "short", "long")
    found = percent_match(codes, rng, groups=unit, forms=forms, simulated=300)
    assert not found.judged[:30].any()
    assert found.beside_others.tolist() == (unit >= 3).tolist()
    assert found.judged[30:].all()
