"""Who is asked: groups of invented people, and what each of them is like before any question."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from survey_app.demonstration.model import AUDIENCES, Model, Shares

Floats = NDArray[np.float64]
Words = NDArray[np.str_]

FEWEST = 12  # what a group keeps when it is scaled down, if it has as many


@dataclass(frozen=True, slots=True)
class Group:
    """Those who answer in one wave and unit, through one channel; places count from 0."""

    wave: int
    unit: int
    audience: str
    channel: str
    size: int

    def generator(self, model: Model) -> np.random.Generator:
        """One of its own, so that no group's answers depend on another's."""
        audience = AUDIENCES.index(self.audience)
        return np.random.default_rng(
            [model.seed, self.wave, self.unit, audience, self.channel == "open"]
        )


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """An entry per person.

    `mood`: how many points they rate everything above the average of their place. `women`: a half
    for a woman, minus a half for a man, 0 where nobody asks. `opening` and `closing`: places of the
    options chosen, counted from 1.
    """

    mood: Floats
    women: Floats
    opening: Mapping[str, Words]
    closing: Mapping[str, Words]
    collector: Words
    language: Words
    helped: NDArray[np.bool_]
    duration: Words


def groups_of(model: Model, scale: float) -> list[Group]:
    """All groups of all waves, in order; `scale` makes them smaller."""
    last = len(model.waves) - 1
    sizes = [
        (Group(wave, number, audience, channel, 0), counts[place])
        for wave in range(len(model.waves))
        for number, unit in enumerate(model.units)
        for channel, counts in (
            {"open": unit.last} if wave == last else {"assisted": unit.assisted, "open": unit.open}
        ).items()
        for place, audience in enumerate(AUDIENCES)
    ]
    return [replace(group, size=_scaled(size, scale)) for group, size in sizes if size]


def _scaled(size: int, scale: float) -> int:
    return min(size, max(FEWEST, round(scale * size)))


def people_of(model: Model, group: Group, rng: np.random.Generator) -> People:
    size, spread = group.size, model.spread
    mood = rng.normal(0, spread.answers * np.sqrt(spread.person_share), size)
    collector = np.full(size, "")
    if group.channel == "open":
        mood += model.chose_to_answer.shift
    else:
        collectors = model.units[group.unit].collectors
        theirs = rng.permutation(np.arange(size) % collectors)
        ways = rng.normal(0, spread.answers * np.sqrt(spread.collector_share), collectors)
        mood += ways[theirs]
        collector = np.array([f"K{number + 1:02}" for number in theirs])
    is_resident = group.audience == "residents"
    about = model.residents if is_resident else model.businesses
    sex, age = _sexes_and_ages(model, group, rng)
    if is_resident:
        mood += np.take(model.residents.by_sex, sex) + np.take(model.residents.by_age, age)
    closing = {
        name: drawn(rng, shares, size).astype(str) for name, shares in about.closing.items()
    }
    demographic = {"sex": (sex + 1).astype(str), "age_band": (age + 1).astype(str)}
    helped = rng.random(size) < np.take(model.residents.helped, age)
    opening = {} if is_resident else model.businesses.opening
    (apart,) = rng.spawn(1)  # so that nothing else is drawn otherwise
    return People(
        mood=mood,
        women=np.where(sex == 1, 0.5, -0.5) * is_resident,
        opening={name: drawn(apart, each, size).astype(str) for name, each in opening.items()},
        closing=(demographic if is_resident else {}) | closing,
        collector=collector,
        language=np.where(rng.random(size) < about.english, "en", "vi"),
        helped=helped & is_resident,
        duration=_durations(model, rng, size),
    )


def drawn(rng: np.random.Generator, shares: Shares, size: int) -> NDArray[np.int64]:
    """Options, counted from 1, in these shares."""
    return rng.choice(len(shares), size, p=np.array(shares) / sum(shares)) + 1


def _sexes_and_ages(
    model: Model, group: Group, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    chosen = model.chose_to_answer if group.channel == "open" else model.residents
    men, women = chosen.shares
    cells = drawn(rng, (*men, *women), group.size) - 1
    return cells // len(men), cells % len(men)


def _durations(model: Model, rng: np.random.Generator, size: int) -> Words:
    names = np.array(list(model.habits.duration))
    return names[drawn(rng, tuple(model.habits.duration.values()), size) - 1]
