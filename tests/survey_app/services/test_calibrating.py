from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.instrument.loading import Library
from survey_app.models.campaigns import Wave
from survey_app.queries import calibrations
from survey_app.services import calibrating
from survey_app.services.calibrating import Author, Parameters
from tests.factories import make_wave
from tests.runs import FRAMEWORK, calibrate


@pytest.fixture
def wave(session: Session) -> Wave:
    return make_wave(session)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"margin": 0.5}, "margin"),
        ({"margin": float("nan")}, "margin"),
        ({"minimum_n": 4}, "minimum_n"),
        ({"q": 0.0}, "q"),
        ({"q": 0.5}, "q"),
        ({"family": "ward"}, "family"),
        ({"dependence": "none"}, "dependence"),
        ({"cut_offs": (60.0, 40.0)}, "cut_offs"),
        ({"cut_offs": (0.0, 50.0)}, "cut_offs"),
        ({"cut_offs": (50.0, 100.0)}, "cut_offs"),
        ({"perception_caps": {"1.1000": 0.5}}, "perception_caps 1.1000"),
        ({"perception_caps": {"1.10": 1.5}}, "perception_caps 1.10"),
        ({"prior_units": 0}, "prior_units"),
    ],
)
def test_a_parameter_out_of_its_range_is_refused_by_name(
    library: Library, change: dict[str, Any], name: str
) -> None:
    with pytest.raises(Refusal) as refused:
        calibrating.check(replace(Parameters(), **change), library.frameworks[FRAMEWORK])
    assert (refused.value.code, refused.value.details) == (
        "parameter_out_of_range",
        {"parameter": name},
    )


def test_what_is_declared_is_given_back_as_it_was(
    session: Session, instance: Instance, wave: Wave
) -> None:
    declared = Parameters(
        margin=10.0,
        minimum_n=20,
        q=0.05,
        family="all",
        dependence="BY",
        cut_offs=(40.0, 70.0),
        perception_caps={"1.10": 0.4},
        prior_units=30,
        mapping_declared=True,
    )
    saved = calibrate(session, instance, wave, declared)
    session.flush()
    session.expire(saved)
    assert calibrating.parameters_of(saved) == declared
    assert saved.sha256 == calibrating.parameters_sha256(declared)
    assert calibrating.is_intact(saved)


def test_versions_are_numbered_within_their_campaign(
    session: Session, instance: Instance, wave: Wave
) -> None:
    first = calibrate(session, instance, wave, Parameters())
    second = calibrate(session, instance, wave, Parameters(margin=10.0))
    third = calibrate(session, instance, wave, Parameters())  # going back is a change too
    assert [each.version for each in (first, second, third)] == [1, 2, 3]
    assert calibrations.versions(session, wave.campaign_id) == [third, second, first]
    assert calibrations.newest(session, wave.campaign_id) is third


def test_a_version_that_changes_nothing_is_refused(
    session: Session, instance: Instance, wave: Wave
) -> None:
    calibrate(session, instance, wave, Parameters())
    with pytest.raises(Refusal, match="nothing_changed"):
        calibrate(session, instance, wave, Parameters())


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_version_needs_a_reason(
    session: Session, library: Library, wave: Wave, reason: str
) -> None:
    with pytest.raises(Refusal, match="reason_missing"):
        calibrating.save_version(
            session,
            wave.campaign,
            Parameters(),
            framework=library.frameworks[FRAMEWORK],
            reason=reason,
            author=Author(None, "Lan"),
            at=wave.opens_at,
        )


def test_a_version_names_its_author_and_moment(
    session: Session, instance: Instance, wave: Wave
) -> None:
    saved = calibrate(session, instance, wave, Parameters())
    assert (saved.author_name, saved.reason, saved.created_at) == (
        "Lan",
        "agreed in council",
        wave.opens_at,
    )


def test_altered_parameters_are_noticed(session: Session, instance: Instance, wave: Wave) -> None:
    saved = calibrate(session, instance, wave, Parameters())
    saved.parameters = saved.parameters | {"margin": 25.0}
    assert not calibrating.is_intact(saved)


def test_colours_share_the_scale_between_them() -> None:
    parameters = Parameters(cut_offs=(40.0, 70.0))
    assert parameters.colour_interval("red") == (0.0, 40.0)
    assert parameters.colour_interval("yellow") == (40.0, 70.0)
    assert parameters.colour_interval("green") == (70.0, 100.0)
