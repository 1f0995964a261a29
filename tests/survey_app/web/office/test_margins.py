import io

import pytest

from survey_app.clock import now
from survey_app.db import reading, transaction
from survey_app.instance import Instance
from survey_app.models.calibrations import Calibration
from survey_app.models.campaigns import Wave
from survey_app.models.runs import Dataset, Run
from survey_app.queries import margins
from survey_app.services.margins import CELLS
from tests.factories import make_units, make_wave
from tests.office import SignIn
from tests.visit import Page, Visit

PATH = "/en/office/waves/2026-1/margins"
HEADING = "unit,sex,age_band,population"


def table(unit: str = "11413") -> str:
    rows = [f"{unit},{sex},{band},{100 * sex + band}" for sex, band in CELLS]
    return "\n".join((HEADING, *rows))


@pytest.fixture
def wave(instance: Instance) -> Wave:
    with transaction(instance.engine) as session:
        return make_wave(session, "open", units=make_units(session))


@pytest.fixture
def official(wave: Wave, signed_in: SignIn) -> Visit:
    return signed_in("official", "31")


def sent(visit: Visit, text: str, status: int = 200) -> Page:
    token = visit.get(PATH).one("input[name=csrf_token]")["value"]
    data = {"csrf_token": token, "file": (io.BytesIO(text.encode()), "margins.csv")}
    return visit.post(PATH, data, status=status)


def count(instance: Instance, wave: Wave) -> int:
    with reading(instance.engine) as session:
        return len(margins.in_wave(session, wave.id))


def test_figures_are_stored_and_shown(official: Visit, instance: Instance, wave: Wave) -> None:
    page = sent(official, table())
    row = next(each for each in page.all("tbody tr") if "Hai An" in each.get_text())
    cells = [cell.get_text(strip=True) for cell in row.find_all("td")]
    # Men 101..105, women 201..205.
    assert cells == ["515", "1,015", "302", "304", "306", "308", "310", "1,530"]
    assert count(instance, wave) == 10


def test_every_fault_is_said_in_words_and_nothing_is_stored(
    official: Visit, instance: Instance, wave: Wave
) -> None:
    page = sent(official, table().replace("11413,1,1,101", "11413,3,1,many"), 400)
    assert [each.get_text(strip=True) for each in page.all(".error-summary li")] == [
        "Row 2, column sex: “3” is neither 1 nor 2.",
        "Row 2, column population: “many” is not a whole number of people.",
    ]
    assert count(instance, wave) == 0


def test_a_unit_outside_the_wave_is_named(official: Visit) -> None:
    page = sent(official, table("99999"), 400)
    assert "Row 2, column unit: 99999 does not take part in this wave." in page.text


def test_a_missing_file_and_one_in_another_encoding_are_refused(official: Visit) -> None:
    assert "Choose a file first." in sent(official, "", 400).text
    token = official.get(PATH).one("input[name=csrf_token]")["value"]
    data = {"csrf_token": token, "file": (io.BytesIO(b"\xff\xfe\x00"), "a.csv")}
    assert "cannot be read" in official.post(PATH, data, status=400).text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_template_holds_a_row_for_each_figure(
    official: Visit, instance: Instance, wave: Wave, language: str
) -> None:
    content = official.client.get(f"/{language}/office/waves/2026-1/margins/template.csv").data
    assert content.startswith("\ufeff".encode())
    lines = content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 3 * 10
    sent(official, "\n".join([lines[0], *(f"{line}7" for line in lines[1:])]))
    assert count(instance, wave) == 30


def test_figures_stay_as_they_are_after_an_analysis(
    official: Visit, instance: Instance, wave: Wave
) -> None:
    token = official.get(PATH).one("input[name=csrf_token]")["value"]
    with transaction(instance.engine) as session:
        calibration = Calibration(
            campaign_id=wave.campaign_id, version=1, parameters={}, sha256="a", reason="a",
            author_name="a", created_at=now(),
        )  # fmt: skip
        dataset = Dataset(
            sha256="a", wave_id=wave.id, source="wave", responses=0, created_at=now()
        )
        session.add_all([calibration, dataset])
        session.flush()
        session.add(
            Run(
                wave_id=wave.id, sha256="a", results_sha256="a", dataset_sha256="a",
                calibration_id=calibration.id, label="registered", inputs={}, created_at=now(),
            )
        )  # fmt: skip
    page = official.get(PATH)
    assert page.all("input[type=file]") == []
    data = {"csrf_token": token, "file": (io.BytesIO(table().encode()), "margins.csv")}
    official.post(PATH, data, status=409)
    assert count(instance, wave) == 0


def test_a_ward_does_not_change_the_figures_of_a_city_s_wave(
    wave: Wave, signed_in: SignIn
) -> None:
    ward = signed_in("official", "11413")
    ward.get(PATH, status=403)
    ward.get(f"{PATH}/template.csv", status=403)


def test_a_form_without_its_token_is_refused(official: Visit) -> None:
    official.post(PATH, {}, status=400)
