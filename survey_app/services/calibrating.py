"""Calibrations: the declared parameters of the comparison, saved as versions with reasons."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.instrument.definition import Framework
from survey_app.models.calibrations import Calibration
from survey_app.models.campaigns import Campaign
from survey_app.queries import calibrations

Family = Literal["unit", "all", "selected"]
Dependence = Literal["BH", "BY"]
FAMILIES = get_args(Family)
DEPENDENCES = get_args(Dependence)


@dataclass(frozen=True, slots=True)
class Parameters:
    """What experts decide. Scores are on 0-100, shares on 0-1.

    margin: gaps up to this size are no material difference. minimum_n: answers below which nothing
    is concluded. q: share of wrong findings accepted, for gaps and for agreements each. cut_offs:
    where yellow and green begin. perception_caps: per indicator, the largest share of residents in
    the blended score; absent is 1. mapping_declared: experts stand for the two scales being one,
    else every class is provisional.
    """

    margin: float = 12.5
    minimum_n: int = 10
    q: float = 0.10
    family: Family = "unit"
    dependence: Dependence = "BH"
    cut_offs: tuple[float, float] = (33.3, 66.7)
    perception_caps: dict[str, float] = field(default_factory=dict)
    prior_units: int = 20
    mapping_declared: bool = False

    def colour_interval(self, colour: str) -> tuple[float, float]:
        yellow, green = self.cut_offs
        return {"red": (0.0, yellow), "yellow": (yellow, green), "green": (green, 100.0)}[colour]


@dataclass(frozen=True, slots=True)
class Author:
    id: int | None
    name: str


def parameters_of(calibration: Calibration) -> Parameters:
    stored = dict(calibration.parameters)
    yellow, green = stored.pop("cut_offs")
    return Parameters(cut_offs=(yellow, green), **stored)


def check(parameters: Parameters, framework: Framework) -> None:
    """Refuse, by name, the first parameter that makes no sense."""
    yellow, green = parameters.cut_offs
    allowed = {
        "margin": 1 <= parameters.margin <= 50,  # noqa: PLR2004  points on 0-100
        "minimum_n": 10 <= parameters.minimum_n <= 1000,  # noqa: PLR2004  fewer are shown to nobody
        "q": 0.01 <= parameters.q < 0.5,  # noqa: PLR2004  else a cell could be gap and aligned
        "family": parameters.family in FAMILIES,
        "dependence": parameters.dependence in DEPENDENCES,
        "cut_offs": 0 < yellow < green < 100,  # noqa: PLR2004  bounds of the rule beside it
        "prior_units": 1 <= parameters.prior_units <= 1000,  # noqa: PLR2004  bounds of the rule beside it
    }
    for code, cap in parameters.perception_caps.items():
        allowed[f"perception_caps {code}"] = code in framework.indicator_by_code and 0 <= cap <= 1
    for name, fine in allowed.items():
        if not fine:
            raise Refusal("parameter_out_of_range", parameter=name)


def save_version(
    session: Session,
    campaign: Campaign,
    parameters: Parameters,
    *,
    framework: Framework,
    reason: str,
    author: Author,
    at: datetime,
) -> Calibration:
    """A new version beside the old ones; one without a reason, or without a change, is refused."""
    check(parameters, framework)
    if not reason.strip():
        raise Refusal("reason_missing")
    latest = calibrations.newest(session, campaign.id)
    sha256 = parameters_sha256(parameters)
    if latest is not None and latest.sha256 == sha256:
        raise Refusal("nothing_changed")
    calibration = Calibration(
        campaign_id=campaign.id,
        version=calibrations.last_version(session, campaign.id) + 1,
        parameters=as_stored(parameters),
        sha256=sha256,
        reason=reason.strip(),
        author_id=author.id,
        author_name=author.name,
        created_at=at,
    )
    session.add(calibration)
    session.flush()
    return calibration


def is_intact(calibration: Calibration) -> bool:
    """Whether the stored parameters are those that were saved."""
    return _sha256(calibration.parameters) == calibration.sha256


def as_stored(parameters: Parameters) -> dict[str, Any]:
    return asdict(parameters) | {"cut_offs": list(parameters.cut_offs)}


def parameters_sha256(parameters: Parameters) -> str:
    return _sha256(as_stored(parameters))


def _sha256(stored: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(stored, sort_keys=True).encode()).hexdigest()
