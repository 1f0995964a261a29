import pytest
from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.models.runs import RunRow
from survey_app.services import disclosure, fielding, releasing
from survey_app.services.disclosure import Part, Released
from tests.results import make_results
from tests.runs import soon


def test_a_wave_that_passes_the_attack_is_published(session: Session, instance: Instance) -> None:
    wave = make_results(session, instance)
    assert releasing.exposing_figures(session, wave) == 0
    fielding.publish_wave(session, wave, soon(wave))
    assert wave.state == "published"


def test_a_wave_whose_figures_single_somebody_out_is_not_published(
    session: Session, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rule is broken on purpose: rows leave with every share."""
    wave = make_results(session, instance)
    gate = disclosure.release
    leak = tuple(Part(code, code, 0.2) for code in range(5))

    def leaking(rows: list[RunRow]) -> Released:
        found = gate(rows).rows
        for row in found:
            object.__setattr__(row, "distribution", leak)
        return Released(found)

    monkeypatch.setattr(disclosure, "release", leaking)
    with pytest.raises(Refusal) as refused:
        fielding.publish_wave(session, wave, soon(wave))
    assert refused.value.code == "release_exposes"
    assert wave.state == "closed"
