"""The invented people and places as read from `model.toml` and `comments.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

AUDIENCES = ("residents", "businesses")

Shares = tuple[float, ...]
BySexAndAge = tuple[Shares, Shares]


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CampaignTexts(Shape):
    key: str
    title_vi: str
    title_en: str
    organiser_vi: str
    organiser_en: str
    urgent_contact: str
    framework: str
    owner: str
    calibration_reason: str
    calibration_author: str


class Member(Shape):
    role: str
    name: str
    unit: str


class Accounts(Shape):
    password: str
    members: tuple[Member, ...] = Field(validation_alias="member")


class WaveModel(Shape):
    """A wave by the days of its opening and closing, counted from the day of building."""

    key: str
    title_vi: str
    title_en: str
    opens: int
    closes: int
    channels: tuple[str, ...]
    business_form: str


class UnitModel(Shape):
    code: str
    level: float
    generosity: float
    collectors: int
    assisted: tuple[int, int]
    open: tuple[int, int]
    last: tuple[int, int]
    third_wave: Literal["sealed", "draft", "none"]
    scores: Literal["points", "colours"] = "points"
    special: Mapping[str, float] = {}
    not_used: Mapping[str, float] = {}
    without_scores: Mapping[str, tuple[str, ...]] = {}


class IndicatorModel(Shape):
    code: str
    level: float
    claim: float
    businesses: float = 0
    dont_know: float = 0
    not_used: float = 0
    women: float = 0
    change: tuple[float, float] = (0, 0)
    claim_change: tuple[float, float] = (0, 0)
    note: str = ""


class Fact(Shape):
    shares: Shares
    tilt: float = 0
    unused: int | None = None
    not_used: float = 0


class Stuffing(Shape):
    """Sheets of a program: wave -> unit -> how many, all with one answer in one block."""

    block: int
    answer: str
    sheets: Mapping[str, Mapping[str, int]]


class Spread(Shape):
    answers: float
    person_share: float
    collector_share: float
    places: float
    waves: float
    claims: float


class SelfSelected(Shape):
    shift: float
    shares: BySexAndAge


class ResidentsModel(Shape):
    shares: BySexAndAge
    by_sex: tuple[float, float]
    by_age: Shares
    english: float
    writes: float
    helped: Shares
    closing: Mapping[str, Shares]


class ListModel(Shape):
    """What is true of the businesses that count a list.

    `controls`: shares of the statements in their order; `exclusive`: places of two of which at most
    one is true. `tilt`: how the sensitive one's odds move with every 25 points of a better mood.
    """

    controls: Shares
    exclusive: tuple[int, int]
    sensitive: float
    tilt: float
    refused: float


class BusinessesModel(Shape):
    english: float
    writes: float
    closing: Mapping[str, Shares]
    opening: Mapping[str, Shares]
    unofficial: ListModel


class Habits(Shape):
    blank: float
    fact_not_remembered: float
    refused: float
    duration: Mapping[str, float]


class Model(Shape):
    seed: int
    campaign: CampaignTexts
    accounts: Accounts
    waves: tuple[WaveModel, ...] = Field(validation_alias="wave")
    units: tuple[UnitModel, ...] = Field(validation_alias="unit")
    stuffing: Stuffing
    spread: Spread
    chose_to_answer: SelfSelected
    residents: ResidentsModel
    businesses: BusinessesModel
    habits: Habits
    indicators: tuple[IndicatorModel, ...] = Field(validation_alias="indicator")
    facts: Mapping[str, Mapping[str, Fact]]
    comments: Mapping[str, Mapping[str, tuple[str, ...]]]  # audience -> language -> sentences


@cache
def load_model() -> Model:
    return Model.model_validate(_read("model.toml") | {"comments": _read("comments.toml")})


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("survey_app.demonstration") / name).read_text(encoding="utf-8"))
