"""7. A form changed under live data: columns missing, a question renamed, structure drifting."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from survey_app.clock import now
from survey_app.config import QUESTIONNAIRES
from survey_app.db import reading, transaction
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.instrument.blocks import asked_in, indicators_of
from survey_app.instrument.definition import Item, Questionnaire
from survey_app.instrument.loading import Library, load_all
from survey_app.instrument.routing import path
from survey_app.models.campaigns import Wave
from survey_app.models.responses import InboxEntry, Response
from survey_app.services import datasets, fielding
from survey_app.web.app import create_app
from tests.factories import make_wave
from tests.runs import seeded
from tests.visit import Page, Visit

FORM = "/vi/s/2026-1/11413"
FIELDED = sorted(load_all(QUESTIONNAIRES).questionnaires)
NAMES = {
    "unit_kind": "phường",
    "unit": "phường Hải An",
    "organiser": "Ủy ban nhân dân thành phố Hải Phòng",
    "urgent_contact": "1022",
}


def registered(instance: Instance, name: str = "residents", version: str = "v1") -> None:
    """An open wave that says by hash which file it asks."""
    questionnaire = instance.library.questionnaires[name, version]
    with transaction(instance.engine) as session:
        wave = make_wave(session, questionnaires={questionnaire.audience: (name, version)})
        for asked in wave.questionnaires:
            asked.sha256 = questionnaire.sha256


def edited(folder: Path, file: str, before: str, after: str, name: str | None = None) -> Library:
    """The files as they are after somebody has changed a word of one, or put one beside it."""
    target = Path(shutil.copytree(QUESTIONNAIRES, folder / f"edited-{len([*folder.iterdir()])}"))
    text = (target / file).read_text(encoding="utf-8")
    assert before in text
    (target / (name or file)).write_text(text.replace(before, after), encoding="utf-8")
    return load_all(target)


def visit_of(instance: Instance, library: Library) -> Visit:
    return Visit(create_app(replace(instance, library=library)).test_client())


def rating(form: Page) -> str:
    """The last question of the first topic, which is its rating."""
    return str(form.all("[data-screen=topic]")[0].select("input[type=radio]")[-1]["name"])


def stored(instance: Instance) -> int:
    with reading(instance.engine) as session:
        return len(session.scalars(select(InboxEntry.submission_key)).all())


def words_of(questionnaire: Questionnaire, row: Response | InboxEntry) -> dict[str, str]:
    """What was asked and answered, from the stored row and its own file alone."""
    asked = asked_in(questionnaire, row.block)
    items = asked.items_of(indicators_of(questionnaire, row.block))
    met = set(path(items, row.answers))

    def answer(item: Item) -> str:
        options = {each.answer: each.text for each in asked.options_of(item)}
        options |= {each.answer: each.text for each in asked.specials_of(item)}
        return options[row.answers[item.id]].in_(row.language)

    return {
        item.text.filled(row.language, NAMES): answer(item)
        for item in items
        if item.id in met and item.id in row.answers
    }


def seen_on(check: Page) -> dict[str, str]:
    """The questions and answers that the person read before sending."""
    found = {}
    for row in check.all("dl.given > div"):
        question, answer = row.select_one("dt"), row.select_one("dd")
        assert question is not None
        assert answer is not None
        if "blank" not in (answer.get("class") or []):
            found[question.get_text(strip=True)] = answer.get_text(strip=True)
    return found


@pytest.mark.parametrize(("name", "version"), FIELDED)
def test_every_stored_answer_is_read_with_the_words_that_the_person_saw(
    instance: Instance, visit: Visit, tmp_path: Path, name: str, version: str
) -> None:
    registered(instance, name, version)
    audience = instance.library.questionnaires[name, version].audience
    form = visit.get(FORM + "/business" * (audience == "businesses"))
    choices: dict[str, str] = {}
    for box in form.all("input[type=radio]"):
        choices[str(box["name"])] = str(box["value"])  # the last of each
    check = form.submit(choices)
    seen = seen_on(check)
    assert len(seen) > 8
    check.submit()
    # Later a further version comes, with other words and answers; the old one stays what it is.
    file = f"{name}/{version}.toml"
    later = edited(tmp_path, file, f'version = "{version}"', 'version = "v9"', f"{name}/v9.toml")
    assert (name, "v9") in later.questionnaires
    with transaction(instance.engine) as session:
        wave = session.get_one(Wave, 1)
        [entry] = session.scalars(select(InboxEntry))
        assert words_of(later.questionnaires[name, version], entry) == seen
        fielding.close_wave(session, wave, seeded(), wave.opens_at + timedelta(days=2))
    with reading(instance.engine) as session:
        [response] = session.scalars(select(Response))
        of, its = response.questionnaire.split("/")
        assert words_of(later.questionnaires[of, its], response) == seen


def test_a_file_that_was_edited_is_neither_asked_nor_counted_until_it_is_put_back(
    instance: Instance, visit: Visit, tmp_path: Path
) -> None:
    registered(instance)
    form = visit.get(FORM)
    good = {rating(form): "4"}
    form.submit(good).submit()
    other = edited(tmp_path, "residents/v1.toml", "Nhìn chung", "Nói chung")
    changed = visit_of(instance, other)
    for language, words in (("vi", "đã bị sửa"), ("en", "was changed after")):
        page = changed.get(FORM.replace("/vi/", f"/{language}/"), status=409)
        assert words in page.text
    sent = {**form.filled(), **good, "key": "k" * 32}
    changed.post(FORM, sent, status=409)
    assert stored(instance) == 1
    with transaction(instance.engine) as session:
        wave = session.get_one(Wave, 1)
        fielding.close_wave(session, wave, seeded(), wave.opens_at + timedelta(days=2))
        with pytest.raises(Refusal, match="questionnaire_changed"):
            datasets.freeze(session, wave, other, instance.settings.datasets, now())
        frozen = datasets.freeze(
            session, wave, instance.library, instance.settings.datasets, now()
        )
    assert frozen.responses == 1


def test_a_form_that_was_open_when_a_new_version_came_is_still_taken(
    instance: Instance, visit: Visit, tmp_path: Path
) -> None:
    """The new version is a new file: nothing of the fielded one is renamed or gone."""
    registered(instance)
    form = visit.get(FORM)
    new = ('version = "v1"', 'version = "v2"')
    library = edited(tmp_path, "residents/v1.toml", *new, name="residents/v2.toml")
    later = visit_of(instance, library)
    done = later.post(FORM, {**form.filled(), rating(form): "4", "key": "k" * 32})
    assert done.one("output#receipt-code")


def test_the_columns_of_a_wave_are_those_of_its_own_version_whatever_comes_later(
    instance: Instance, tmp_path: Path
) -> None:
    registered(instance)
    before = instance.library
    later = edited(
        tmp_path, "residents/v1.toml", 'version = "v1"', 'version = "v2"', "residents/v2.toml"
    )
    with reading(instance.engine) as session:
        wave = session.get_one(Wave, 1)
        columns = [
            datasets.columns_of(datasets.codings_of(library, wave)) for library in (before, later)
        ]
    assert columns[0] == columns[1]
    assert "4.2" in columns[0]
