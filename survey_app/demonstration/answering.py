"""What invented people answer: an opinion first, then facts that go with it.

Everybody is given an answer to every item and then asked a block of topics only, as people have
their views before anybody asks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from survey_app.demonstration.model import Fact, IndicatorModel, Model
from survey_app.demonstration.people import Group, People, people_of
from survey_app.instrument.blocks import Deck, arm_of, count_of, indicators_of
from survey_app.instrument.definition import Item, Questionnaire

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Words = NDArray[np.str_]

THRESHOLDS = (12.5, 37.5, 62.5, 87.5)  # between the five answers
MIDDLE, STEP = 55.0, 25.0  # facts are described for those who rate in the middle
BLANK = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """One sheet as a form would post it; nothing of it has been checked yet."""

    block: int
    raw: Mapping[str, str]
    language: str
    helped: bool
    duration: str
    collector: str


def sheets_of(
    model: Model, group: Group, questionnaire: Questionnaire, levels: Mapping[str, float]
) -> Iterator[Filled]:
    """The sheets of a group.

    Parameters
    ----------
    levels
        Indicator -> what these people think of it on average, 0-100.
    """
    rng = group.generator(model)
    people = people_of(model, group, rng)
    drawn = _Answers(model, group, questionnaire, people, rng)
    answers = drawn.all(levels)
    counts = drawn.counts() if questionnaire.list_item is not None else ()
    deck = Deck(count_of(questionnaire), Random(int(rng.integers(2**32))))  # noqa: S311  a shuffle to be repeated, not a secret
    for person in range(group.size):
        block = deck.deal()
        items = questionnaire.items_of(indicators_of(questionnaire, block))
        raw = {item.id: str(answers[item.id][person]) for item in items if item.id in answers}
        if questionnaire.list_item is not None:
            raw[questionnaire.list_item.id] = str(counts[arm_of(questionnaire, block)][person])
        yield Filled(
            block=block,
            raw=raw,
            language=str(people.language[person]),
            helped=bool(people.helped[person]),
            duration=str(people.duration[person]),
            collector=str(people.collector[person]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    """Item id -> an answer per person, drawn item by item from one generator."""

    model: Model
    group: Group
    questionnaire: Questionnaire
    people: People
    rng: np.random.Generator

    def all(self, levels: Mapping[str, float]) -> dict[str, Words]:
        indicators = {each.code: each for each in self.model.indicators}
        answers: dict[str, Words] = {}
        for topic in self.questionnaire.topics:
            about, level = indicators[topic.indicator], levels[topic.indicator]
            points = self._points(level + self.people.women * about.women)
            unused = self.rng.random(self.group.size) < self._not_used(about)
            for item in topic.items:
                if item.id == topic.indicator:
                    answers[item.id] = self._rating(item, about, points, unused)
                else:
                    fact = self.model.facts[self.group.audience][item.id]
                    may_be_unused = unused & ("not_used" in topic.rating.special)
                    answers[item.id] = self._fact(item, fact, points, may_be_unused)
        average = float(np.mean(list(levels.values())))
        return answers | {
            item.id: self._closing(item, average)
            for item in (*self.questionnaire.opening, *self.questionnaire.closing)
            if item.kind != "list_count"
        }

    def counts(self) -> tuple[Words, Words]:
        """What everybody would say to each of the two lists."""
        about, size = self.model.businesses.unofficial, self.group.size
        (apart,) = self.rng.spawn(1)
        first, second = about.exclusive
        true = apart.random((size, len(about.controls))) < about.controls
        pair = apart.random(size)
        true[:, first] = pair < about.controls[first]
        true[:, second] = pair >= 1 - about.controls[second]
        usual = about.sensitive / (1 - about.sensitive)
        odds = usual * np.exp(about.tilt * self.people.mood / STEP)
        paid = apart.random(size) < odds / (1 + odds)
        refused = apart.random(size) < about.refused
        counted = true.sum(axis=1)
        return (
            np.where(refused, "refused", counted.astype(str)),
            np.where(refused, "refused", (counted + paid).astype(str)),
        )

    def _points(self, level: Floats | float) -> Floats:
        """Each person's own opinion; it may leave 0-100, the answer will not."""
        spread = self.model.spread
        rest = spread.answers * np.sqrt(1 - spread.person_share - spread.collector_share)
        return level + self.people.mood + self.rng.normal(0, rest, self.group.size)

    def _not_used(self, about: IndicatorModel) -> float:
        return self.model.units[self.group.unit].not_used.get(about.code, about.not_used)

    def _rating(
        self, item: Item, about: IndicatorModel, points: Floats, unused: Booleans
    ) -> Words:
        answers = _codes(np.digitize(points, THRESHOLDS))
        answers = self._some(answers, about.dont_know, "dont_know")
        if "not_used" in item.special:
            answers = np.where(unused, "not_used", answers)
        return self._some(answers, self.model.habits.blank, BLANK)

    def _fact(self, item: Item, fact: Fact, points: Floats, unused: Booleans) -> Words:
        habits = self.model.habits
        answers = self._some(self._options(fact, points), habits.fact_not_remembered, "dont_know")
        if "refused" in item.special:
            answers = self._some(answers, habits.refused, "refused")
        if "not_used" in item.special:
            answers = np.where(unused, "not_used", answers)
            answers = self._some(answers, fact.not_used, "not_used")
        if fact.unused is not None:
            answers = np.where(unused, str(fact.unused), answers)
        return self._some(answers, habits.blank, BLANK)

    def _options(self, fact: Fact, points: Floats) -> Words:
        better = (points - MIDDLE)[:, np.newaxis] / STEP
        steps = np.arange(len(fact.shares))
        chances = np.array(fact.shares) * np.exp(fact.tilt * better * steps)
        reached = np.cumsum(chances, axis=1) / chances.sum(axis=1, keepdims=True)
        return _codes((self.rng.random((self.group.size, 1)) > reached[:, :-1]).sum(axis=1))

    def _closing(self, item: Item, average: float) -> Words:
        habits = self.model.habits
        if item.kind == "text":
            return self._texts()
        if item.kind == "rating":
            return self._some(_codes(np.digitize(self._points(average), THRESHOLDS)), habits.blank)
        told = self.people.opening if item in self.questionnaire.opening else self.people.closing
        options = np.array([option.answer for option in item.options])
        chosen = options[told[item.id].astype(np.int64) - 1]
        return self._some(chosen, habits.refused, "refused")

    def _texts(self) -> Words:
        about = (
            self.model.residents if self.group.audience == "residents" else self.model.businesses
        )
        texts = np.full(self.group.size, BLANK, dtype=object)
        for language, sentences in self.model.comments[self.group.audience].items():
            chosen = self.rng.choice(np.array(sentences, dtype=object), self.group.size)
            texts = np.where(self.people.language == language, chosen, texts)
        return self._some(texts.astype(str), 1 - about.writes)

    def _some(self, answers: Words, share: float, instead: str = BLANK) -> Words:
        """Give another answer in the place of some."""
        return np.where(self.rng.random(self.group.size) < share, instead, answers)


def _codes(places: NDArray[np.int64]) -> Words:
    return (places + 1).astype(str)
