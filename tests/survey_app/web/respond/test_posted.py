from werkzeug.datastructures import MultiDict

from survey_app.instrument.blocks import indicators_of
from survey_app.instrument.loading import Library
from survey_app.web.respond.posted import KEY, OWN_FIELDS, fill, new_key, read


def test_no_question_has_the_name_of_a_field_of_the_form(library: Library) -> None:
    for questionnaire in library.questionnaires.values():
        assert not OWN_FIELDS & set(questionnaire.items)


def test_a_new_key_has_the_shape_of_a_key_and_is_never_the_same() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(KEY.fullmatch(key) for key in keys)


def test_the_button_says_what_is_wanted() -> None:
    assert read(MultiDict({"lang": "en"})).pressed == "lang"
    assert read(MultiDict({"back": "1"})).pressed == "back"
    assert read(MultiDict({"forward": "1"})).pressed == "forward"
    assert read(MultiDict()).pressed == "forward"


def test_a_key_kept_from_a_check_page_is_known_again() -> None:
    earlier = read(MultiDict({"earlier": "e" * 32}))
    assert (earlier.key, earlier.known_key) == (None, "e" * 32)
    assert read(MultiDict({"key": "k" * 32, "earlier": "e" * 32})).known_key == "k" * 32
    assert read(MultiDict({"key": "wrong"})).wrong_key


def test_answers_off_the_path_are_shown_again_and_not_counted(library: Library) -> None:
    questionnaire = library.questionnaires["residents", "v1"]
    block = next(b for b in range(32) if "1.5" in indicators_of(questionnaire, b))
    filled = fill(questionnaire, block, {"1.5.online": ["3"], "1.5.came": ["1"]})
    assert filled.given == {"1.5.online": "3", "1.5.came": "1"}
    assert filled.checked.answers == {"1.5.online": "3"}
