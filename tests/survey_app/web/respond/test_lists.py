"""The list of the business form without script: each of its arms, from the form to what is stored."""

import pytest
from sqlalchemy import select

from survey_app.db import reading, transaction
from survey_app.instance import Instance
from survey_app.instrument.blocks import arm_of, count_of
from survey_app.models.responses import InboxEntry
from tests.factories import make_wave
from tests.visit import Page, Visit

BUSINESS = "/s/2026-1/11413/business"
SENSITIVE = {"vi": "khoản chi ngoài quy định", "en": "beyond the official charges"}


@pytest.fixture(autouse=True)
def _wave(instance: Instance) -> None:
    forms = {"residents": ("residents", "v1"), "businesses": ("businesses", "v2")}
    with transaction(instance.engine) as session:
        make_wave(session, questionnaires=forms)


def statements(page: Page) -> list[str]:
    return [each.get_text(" ", strip=True) for each in page.all("#qunofficial .statements li")]


def counts(page: Page) -> list[str]:
    return [str(each["value"]) for each in page.all("#qunofficial input")]


def some_topic(form: Page) -> str:
    """A rating of the form: one answer at least is wanted."""
    names = (str(each["name"]) for each in form.all("[data-screen=topic] input[value=dont_know]"))
    return next(name for name in names if name.count(".") == 1 and name[-1].isdigit())


def form_of(visit: Visit, language: str, arm: int) -> Page:
    """Dealt until one of that arm comes."""
    pages = (visit.get(f"/{language}{BUSINESS}") for _ in range(42))
    return next(page for page in pages if len(statements(page)) == 4 + arm)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("arm", [0, 1])
def test_each_list_is_shown_answered_and_stored_with_its_block(
    visit: Visit, instance: Instance, language: str, arm: int
) -> None:
    form = form_of(visit, language, arm)
    shown = statements(form)
    assert any(SENSITIVE[language] in each for each in shown) is bool(arm)
    assert counts(form) == [*map(str, range(5 + arm)), "refused"]
    described = str(form.one("#qunofficial")["aria-describedby"]).split()
    assert "qunofficial-list" in described  # read out with the question

    most = str(4 + arm)
    check = form.submit({"unofficial": most, "size": "7", some_topic(form): "dont_know"})
    assert most in [each.get_text(strip=True) for each in check.all(".given dd")]
    check.submit()
    with reading(instance.engine) as session:
        (entry,) = session.scalars(select(InboxEntry))
    library_form = instance.library.questionnaires["businesses", "v2"]
    assert arm_of(library_form, entry.block) == arm
    assert (entry.answers["unofficial"], entry.answers["size"]) == (most, "7")


def test_all_forms_are_dealt_before_one_comes_again(visit: Visit, instance: Instance) -> None:
    library_form = instance.library.questionnaires["businesses", "v2"]
    pages = [visit.get(f"/en{BUSINESS}") for _ in range(count_of(library_form))]
    blocks = {str(page.one("#sheet")["data-block"]) for page in pages}
    assert len(blocks) == 42
    assert sum(len(statements(page)) == 5 for page in pages) == 21


def test_language_is_switched_without_changing_the_list_or_its_answer(visit: Visit) -> None:
    for arm in (0, 1):
        form = form_of(visit, "vi", arm)
        switched = form.submit({"unofficial": "2", "size": "10"}, button="lang")
        assert len(statements(switched)) == 4 + arm
        assert switched.one("html")["lang"] == "en"
        assert switched.filled()["unofficial"] == "2"
        assert switched.filled()["size"] == "10"


def test_a_count_that_only_the_other_list_has_is_no_answer(visit: Visit) -> None:
    form = form_of(visit, "en", 0)
    again = form.submit({"unofficial": "5", some_topic(form): "dont_know"}, status=400)
    assert again.one("#qunofficial.faulty")
    assert len(statements(again)) == 4


def test_size_and_sector_open_the_form_and_count_as_a_topic(visit: Visit) -> None:
    first, *others = visit.get(f"/en{BUSINESS}").all("[data-screen=topic]")
    assert first.select_one("#qsize") is not None
    assert first.select_one("#qsector") is not None
    assert len(others) == 8
    assert "1/9" in first.get_text()
