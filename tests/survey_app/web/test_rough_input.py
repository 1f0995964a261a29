"""What a database may not take is answered in words, and the same whichever database it is."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.db import transaction
from survey_app.instance import Instance
from survey_app.models.staff import StaffMember
from survey_app.services.passwords import hash_password
from survey_app.web.forms import OurForm
from tests.factories import make_wave
from tests.office import SignIn

ROUGH = {
    "nul": "a\0b",
    "long": "x" * 3000,
    "beyond-32-bits": "3000000000",
    "beyond-64-bits": "9" * 30,
    "negative": "-1",
    "digits-elsewhere": "٣",
}
ASKED = ("q", "after", "before", "channel", "wave", "audience", "lang", "next")
RIGHT = {
    "lang": "vi",
    "wave": "2026-1",
    "unit": "11413",
    "campaign": "hai-phong",
    "audience": "residents",
    "questionnaire": "residents",
    "version": "v1",
    "indicator": "1.3",
}


def fields() -> list[str]:
    """The name of every field of every form."""
    found = set(ASKED)
    kinds = OurForm.__subclasses__()
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        found |= {name for name, value in vars(kind).items() if hasattr(value, "field_class")}
    return sorted(found)


def paths(rule: str, rough: str) -> set[str]:
    """The addresses of a rule: everywhere the rough text, or only where nothing right is known."""
    everywhere = re.sub(r"<(?!lang>)(?:\w+:)?\w+>", rough, rule).replace("<lang>", "vi")
    named = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: RIGHT.get(found[1], rough), rule)
    return {everywhere, named}


@pytest.mark.parametrize("rough", ROUGH.values(), ids=ROUGH.keys())
def test_no_page_fails_whatever_is_sent(app: Flask, instance: Instance, rough: str) -> None:
    app.config |= {"TESTING": False, "WTF_CSRF_ENABLED": False}
    client = SignIn(app, instance)("administrator", None).client
    with transaction(instance.engine) as session:
        make_wave(session)
        member = session.scalars(select(StaffMember)).one()
        member.password_hash = hash_password("a sentence that nobody sends")
    failed = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in {"static", "office.sign_out"}:
            continue
        for path in paths(rule.rule, rough):
            asked = dict.fromkeys(ASKED, rough)
            if "GET" in (rule.methods or ()):
                with client.get(path, query_string=asked) as answer:
                    failed += [("GET", path)] * (answer.status_code >= 500)
            if "POST" in (rule.methods or ()):
                with client.post(path, data=dict.fromkeys(fields(), rough)) as answer:
                    failed += [("POST", path)] * (answer.status_code >= 500)
    assert failed == []
