import pytest
from pydantic import ValidationError

from survey_app.instrument.definition import Questionnaire, Text
from survey_app.instrument.loading import Library
from survey_app.instrument.wordings import texts_of

WORDS = {"unit_kind": "phường", "unit": "phường Hải An"}


def test_a_text_is_read_in_the_language_asked_for() -> None:
    text = Text(vi="Rác", en="Rubbish")
    assert (text.in_("vi"), text.in_("en")) == ("Rác", "Rubbish")


def test_a_third_language_is_data() -> None:
    text = Text.model_validate({"vi": "Rác", "en": "Rubbish", "fr": "Ordures"})
    assert text.in_("fr") == "Ordures"
    assert list(text.languages) == ["vi", "en", "fr"]


def test_a_language_that_a_text_does_not_have_is_never_replaced_by_another() -> None:
    with pytest.raises(KeyError):
        Text(vi="Rác", en="Rubbish").in_("fr")


@pytest.mark.parametrize(
    ("wording", "filled"),
    [
        ("Người dân {unit} thấy sao?", "Người dân phường Hải An thấy sao?"),
        ("{unit_kind} làm gì?", "Phường làm gì?"),
        ("Xong chưa? {unit_kind} làm gì?", "Xong chưa? Phường làm gì?"),
        ("Tốt ({unit_kind})", "Tốt (phường)"),
    ],
)
def test_a_placeholder_is_capitalised_only_where_a_sentence_begins(
    wording: str, filled: str
) -> None:
    assert Text(vi=wording, en=wording).filled("vi", WORDS) == filled


def test_a_value_that_looks_like_a_placeholder_is_not_filled_again() -> None:
    text = Text(vi="{unit}", en="{unit}")
    assert text.filled("vi", {"unit": "{organiser}"}) == "{organiser}"


def test_definitions_cannot_be_changed(people: Questionnaire) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        people.minutes = 3


def test_a_changed_copy_forgets_what_was_worked_out_before(people: Questionnaire) -> None:
    assert people.indicators == ("1.1", "1.2", "1.10")
    assert people.model_copy(update={"topics": people.topics[:1]}).indicators == ("1.1",)
    assert people.indicators == ("1.1", "1.2", "1.10")


def test_a_rating_takes_its_options_from_the_scale_and_a_choice_has_its_own(
    people: Questionnaire,
) -> None:
    rating, choice = people.items["1.1"], people.items["sex"]
    assert people.scores_of(rating) == (0, 25, 50, 75, 100)
    assert [option.text.vi for option in people.options_of(choice)] == ["Nam", "Nữ", "Khác"]
    assert people.allowed_codes(rating) == {"1", "2", "3", "4", "5", "dont_know", "not_used"}
    assert people.allowed_codes(choice) == {"1", "2", "3", "refused"}


def test_an_item_may_word_a_special_answer_in_its_own_way(people: Questionnaire) -> None:
    own, shared = people.specials_of(people.items["1.1"]), people.specials_of(people.items["1.2"])
    assert [special.text.en for special in own] == ["Don't know", "No such service"]
    assert [special.text.en for special in shared] == ["Don't know"]


def test_a_block_meets_its_topics_in_its_own_order_and_then_the_closing_items(
    people: Questionnaire,
) -> None:
    met = [item.id for item in people.items_of(("1.10", "1.2"))]
    assert met == ["1.10", "1.2", "overall", "sex", "comment"]


def test_indicators_are_asked_only_of_the_audience_they_name(library: Library) -> None:
    framework = library.frameworks["small"]
    assert framework.asked_of("residents") == ("1.1", "1.2", "1.10")
    assert framework.asked_of("businesses") == ("1.2", "1.10")


def test_every_wording_is_found_with_its_owner(people: Questionnaire) -> None:
    found = {(owner, where) for owner, where, _ in texts_of(people)}
    assert {
        ("", "title"),
        ("", "intro 1 text"),
        ("1.1", "title"),
        ("1.1", "special_text not_used"),
        ("sex", "options 3 text"),
        ("comment", "note"),
        ("quality", "options 1 text"),
    } <= found
