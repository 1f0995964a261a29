"""Whatever a service refuses, a person reads why, in their language."""

import re

from survey_app.config import ROOT
from survey_app.errors import Refusal
from survey_app.web.errors import in_all_languages
from survey_app.web.refusals import WORDINGS

RAISED = re.compile(r'Refusal\(\s*"([a-z_]+)"((?:,\s*\w+=[^,()]*(?:\([^()]*\))?[^,()]*)*)')


def raised_codes() -> set[str]:
    return {
        code
        for path in (ROOT / "survey_app").rglob("*.py")
        for code, _ in RAISED.findall(path.read_text(encoding="utf-8"))
    }


def test_every_refusal_has_words_and_every_wording_is_used() -> None:
    assert raised_codes() == set(WORDINGS)


def test_words_use_only_details_that_the_services_give() -> None:
    source = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "survey_app").rglob("*.py")
    )
    given = {code: set(re.findall(r"(\w+)=", details)) for code, details in RAISED.findall(source)}
    files = sorted((ROOT / "survey_app" / "web").glob("*refusals.py"))
    words = "\n".join(path.read_text(encoding="utf-8") for path in files)
    wordings = re.findall(r'"(\w+)": Wording\(\s*lambda: _\((.*?)\),\s*\d+', words, re.DOTALL)
    wrong = {
        code
        for code, text in wordings
        if not set(re.findall(r"%\((\w+)\)", text)) <= given.get(code, set())
    }
    assert wrong == set()


def test_a_way_to_answer_is_named_as_people_know_it() -> None:
    vietnamese, english = in_all_languages(
        Refusal("channel_not_offered", channel="drawn")
    ).splitlines()
    assert "(mã mời gửi người được chọn ngẫu nhiên)" in vietnamese
    assert "(invitation codes to people drawn at random)" in english
