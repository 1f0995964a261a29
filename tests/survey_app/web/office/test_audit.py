from survey_app.clock import now
from survey_app.db import transaction
from survey_app.instance import Instance
from survey_app.services.audit import record
from tests.office import SignIn, make_member

AUDIT = "/en/office/audit"


def test_who_looks_after_everything_reads_everybodys_deeds(
    signed_in: SignIn, instance: Instance
) -> None:
    with transaction(instance.engine) as session:
        record(session, None, "wave_closed", "2026-1", now(), reason="<b>period over</b>")
    page = signed_in("administrator", None).get(AUDIT)
    assert "a command on the server" in page.text
    assert "reason = <b>period over</b>" in page.text


def test_others_read_the_deeds_of_their_own_people_and_theirs(
    signed_in: SignIn, instance: Instance
) -> None:
    with transaction(instance.engine) as session:
        for name, code in (("near", "11413"), ("far", "11411")):
            member = make_member(session, "official", code, user_name=name)
            record(session, member, "wave_opened", f"wave-of-{name}", now())
    visit = signed_in("administrator", "11413")
    text = visit.get(AUDIT).text
    assert "wave-of-near" in text
    assert "wave-of-far" not in text
    assert "Signed in" in text


def test_the_trail_is_read_in_pages_of_a_hundred(signed_in: SignIn, instance: Instance) -> None:
    with transaction(instance.engine) as session:
        for number in range(150):
            record(session, None, "tried", f"subject-{number}-", now())
    visit = signed_in("administrator", None)
    first = visit.get(AUDIT)
    assert len(first.all("tbody tr")) == 100
    older = visit.get(str(first.one("main p > a")["href"]))
    assert len(older.all("tbody tr")) == 51
    assert "subject-0-" in older.text
