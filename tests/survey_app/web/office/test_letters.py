"""How far the letters have got, in steps of five."""

from survey_app.db import transaction
from survey_app.instance import Instance
from survey_app.services import inviting, responding
from tests.factories import make_wave
from tests.office import SignIn
from tests.runs import sheet, soon

CAPTION = "Letters of invitation"


def test_an_official_reads_letters_and_used_codes_in_steps(
    signed_in: SignIn, instance: Instance
) -> None:
    with transaction(instance.engine) as session:
        wave = make_wave(session)
        wave.channels = ["drawn"]
        session.flush()
        place = inviting.place(session, wave, "11413", "residents", soon(wave))
        codes = inviting.invite(session, place, [""] * 33, instance.keys)
        said = sheet(wave, {"1.3": "4"}, channel="drawn")
        for number, code in enumerate(codes[:13]):
            key = f"{number:032x}"
            responding.submit(session, said, key, instance.keys, soon(wave), invitation=code)
    page = signed_in("official", "31").get("/en/office/waves/2026-1")
    table = next(each for each in page.all("table") if CAPTION in each.get_text())
    cells = [cell.get_text().strip() for cell in table.select("tbody tr > *")]
    assert cells[1:] == ["Residents", "about 35", "about 15"]


def test_without_letters_there_is_no_such_table(signed_in: SignIn, instance: Instance) -> None:
    with transaction(instance.engine) as session:
        make_wave(session)
    page = signed_in("official", "31").get("/en/office/waves/2026-1")
    assert not [each for each in page.all("table") if CAPTION in each.get_text()]
