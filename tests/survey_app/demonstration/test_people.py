"""Those whom collectors meet are not the population: that is what weighting is for."""

import numpy as np

from survey_app.demonstration.model import load_model
from survey_app.demonstration.people import Group, people_of

MODEL = load_model()
GROUP = Group(wave=0, unit=0, audience="residents", channel="assisted", size=20_000)


def test_every_collector_asks_as_many_people_as_the_others() -> None:
    people = people_of(MODEL, GROUP, GROUP.generator(MODEL))
    _names, counts = np.unique(people.collector, return_counts=True)
    assert len(counts) == 12
    assert counts.max() - counts.min() <= 1


def test_women_and_older_people_are_met_more_often() -> None:
    people = people_of(MODEL, GROUP, GROUP.generator(MODEL))
    assert abs(np.mean(people.closing["sex"] == "2") - 0.64) < 0.02
    assert abs(np.mean(people.closing["age_band"] == "5") - 0.14) < 0.02


def test_older_people_rate_higher_and_women_lower() -> None:
    people = people_of(MODEL, GROUP, GROUP.generator(MODEL))
    age, sex = people.closing["age_band"], people.closing["sex"]
    assert people.mood[age == "5"].mean() - people.mood[age == "1"].mean() > 12
    assert people.mood[sex == "1"].mean() - people.mood[sex == "2"].mean() > 2


def test_nobody_brings_in_the_answers_of_an_open_link() -> None:
    group = Group(wave=2, unit=0, audience="residents", channel="open", size=50)
    people = people_of(MODEL, group, group.generator(MODEL))
    assert set(people.collector) == {""}


def test_businesses_have_no_age_and_no_sex() -> None:
    group = Group(wave=0, unit=0, audience="businesses", channel="assisted", size=50)
    people = people_of(MODEL, group, group.generator(MODEL))
    assert set(people.closing) == {"size", "sector"}
    assert not people.women.any()
    assert not people.helped.any()
