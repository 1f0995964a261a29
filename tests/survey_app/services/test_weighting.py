import numpy as np
import pytest
from numpy.typing import NDArray

from survey_app.services import weighting
from survey_app.services.weighting import Cell, GroupWeights

# Men and women of the two youngest bands, as dataset codes; 60 people, independent of each other.
SEX = np.array([0, 0, 1, 1])
BAND = np.array([0, 1, 0, 1])
PEOPLE = np.array([10, 20, 10, 20])
# 40 % men; half of the people are of the youngest band, the others of the four above it.
MARGINS: dict[Cell, float] = {
    (sex, band): share * people
    for sex, share in ((1, 0.4), (2, 0.6))
    for band, people in ((1, 500.0), (2, 300.0), (3, 100.0), (4, 60.0), (5, 40.0))
}


def weigh(
    margins: dict[Cell, float] | None = None,
    *,
    people: NDArray[np.int64] = PEOPLE,
    sex: NDArray[np.int64] = SEX,
    band: NDArray[np.int64] = BAND,
) -> GroupWeights:
    """One domain, raked to the margins."""
    margins = MARGINS if margins is None else margins
    return weighting.weigh(people, np.zeros(len(people), np.int64), (sex, band), {0: margins})


def shares(
    found: GroupWeights, codes: NDArray[np.int64], people: NDArray[np.int64]
) -> list[float]:
    mass = found.weights * people
    return [float(mass[codes == code].sum() / mass.sum()) for code in np.unique(codes)]


def test_raking_two_margins_gives_the_weights_of_a_hand_calculation() -> None:
    found = weigh()
    # The sample is half men, a third young: .4/.5 x .5/(1/3), .4/.5 x .5/(2/3), and so on.
    assert found.weights == pytest.approx([1.2, 0.6, 1.8, 0.9], abs=1e-7)
    assert found.raked.tolist() == [True]


def test_bands_without_respondents_join_their_neighbour() -> None:
    found = weigh()
    assert shares(found, BAND, PEOPLE) == pytest.approx([0.5, 0.5], abs=1e-7)
    assert found.categories["age_band"].tolist() == [0, 1, 0, 1]


def test_a_band_without_people_joins_its_neighbour_too() -> None:
    nobody_young: dict[Cell, float] = {
        (sex, band): 0.0 if band == 1 else people for (sex, band), people in MARGINS.items()
    }
    found = weigh(nobody_young)
    assert found.raked.tolist() == [True]
    assert found.categories["age_band"].tolist() == [1, 1, 1, 1]
    assert shares(found, SEX, PEOPLE) == pytest.approx([0.4, 0.6], abs=1e-7)


def test_whoever_did_not_say_keeps_their_share() -> None:
    sex = np.array([0, 0, 1, 1, -3, 2])  # the last two: refused, and "other"
    band = np.array([0, 1, 0, 1, 0, 1])
    people = np.array([10, 20, 10, 20, 6, 4])
    found = weigh(people=people, sex=sex, band=band)
    known = np.where(np.isin(sex, (0, 1)), sex, -1)
    unsaid = 10 / 70
    assert shares(found, known, people) == pytest.approx(
        [unsaid, 0.4 * (1 - unsaid), 0.6 * (1 - unsaid)], abs=1e-6
    )


def test_weights_have_the_mean_of_one_among_respondents() -> None:
    found = weigh(people=np.array([40, 3, 11, 6]))
    assert np.average(found.weights, weights=[40, 3, 11, 6]) == pytest.approx(1)


def test_fewer_than_fifty_answers_are_not_raked() -> None:
    found = weigh(people=np.array([9, 20, 10, 10]))
    assert found.weights.tolist() == [1.0] * 4
    assert found.raked.tolist() == [False]
    assert weigh(people=np.array([10, 20, 10, 10])).raked.tolist() == [True]


def test_a_domain_without_margins_keeps_equal_weights() -> None:
    people = np.tile(PEOPLE, 2)
    domains = np.repeat([0, 1], 4)
    keys = (np.tile(SEX, 2), np.tile(BAND, 2))
    found = weighting.weigh(people, domains, keys, {1: MARGINS})
    assert found.weights[:4].tolist() == [1.0] * 4
    assert found.weights[4:] == pytest.approx([1.2, 0.6, 1.8, 0.9], abs=1e-7)
    assert found.raked.tolist() == [False, True]
    assert found.categories["sex"].tolist() == [0, 0, 0, 0, 0, 0, 1, 1]


def test_the_margins_hold_after_trimming_however_few_stand_for_many() -> None:
    """The standard error rests on the margins, so weights that miss them would belie it."""
    people = np.array([1, 49, 1, 49])
    found = weigh(people=people)
    assert shares(found, SEX, people) == pytest.approx([0.4, 0.6], abs=1e-7)
    assert shares(found, BAND, people) == pytest.approx([0.5, 0.5], abs=1e-7)


def test_nobody_said_anything_and_nothing_is_raked_away() -> None:
    silent = np.full(4, -4)
    found = weigh(sex=silent, band=silent)
    assert found.weights == pytest.approx([1.0] * 4)


def test_no_groups_have_no_weights() -> None:
    found = weighting.equal_weights(np.zeros(0, np.int64))
    assert (found.weights.size, found.raked.size) == (0, 0)
