import pytest

from survey_app.instrument.definition import Item, Questionnaire, Text
from survey_app.instrument.wording_checks import findings

GOOD = Text(vi="Ông/Bà thấy việc thu gom rác thế nào?", en="How good is rubbish collection?")


def asked(people: Questionnaire, item: Item) -> Questionnaire:
    return people.model_copy(update={"topics": (), "closing": (item,), "intro": ()})


def rules_broken(
    people: Questionnaire, *, vi: str = GOOD.vi, en: str = GOOD.en, ok: tuple[str, ...] = ()
) -> set[str]:
    item = Item(id="q", kind="rating", scale="quality", text=Text(vi=vi, en=en), wording_ok=ok)
    return {finding.rule for finding in findings(asked(people, item))}


def test_good_wording_passes(people: Questionnaire) -> None:
    assert findings(people) == ()


@pytest.mark.parametrize(
    ("vi", "rule"),
    [
        ("Bạn thấy việc thu gom rác thế nào?", "address"),
        ("Quý khách thấy thế nào?", "address"),
        ("Ông/Bà thấy đường sá và vỉa hè thế nào?", "double_barrelled"),
        ("Ông/Bà có đồng ý rằng đường đã tốt hơn?", "leading"),
        ("Ông/Bà thấy thế nào.", "no_question_mark"),
        ("Ông/Bà thấy phường làm việc thế nào?", "hard_coded_unit"),
        ("Ông/Bà thấy xã làm việc thế nào?", "hard_coded_unit"),
        ("Ông/Bà thấy website thế nào?", "english_in_vietnamese"),
        ("Nộp hồ sơ online thế nào?", "english_in_vietnamese"),
        (f"{'rất ' * 25}thế nào?", "long_sentence"),
    ],
)
def test_vietnamese_wording_is_questioned(people: Questionnaire, vi: str, rule: str) -> None:
    assert rules_broken(people, vi=vi) == {rule}


@pytest.mark.parametrize(
    ("en", "rule"),
    [
        ("How good are the roads and pavements?", "double_barrelled"),
        ("How good are the buses or trains?", "double_barrelled"),
        ("How excellent is it?", "leading"),
        ("Of course it is better, how good is it?", "leading"),
        ("How good is it", "no_question_mark"),
        ("How good is the ward?", "hard_coded_unit"),
        (f"How {'very ' * 25}good?", "long_sentence"),
    ],
)
def test_english_wording_is_questioned(people: Questionnaire, en: str, rule: str) -> None:
    assert rules_broken(people, en=en) == {rule}


@pytest.mark.parametrize(
    "vi",
    [
        "Ông/Bà thấy việc bảo vệ bạn bè thế nào?",
        "Ông/Bà thấy an sinh xã hội thế nào?",
        "Hợp tác xã ở đây thế nào?",
        "Ông/Bà thấy UBND {unit_kind} làm việc thế nào?",
        "Internet, Zalo, Wi-Fi ở đây thế nào?",
        "Khuya, nghiêng, nguyễn, quyển, giữ, gìn, ngoẹo, xoong, đường thế nào?",
    ],
)
def test_wording_that_only_looks_wrong_passes(people: Questionnaire, vi: str) -> None:
    assert rules_broken(people, vi=vi) == set()


@pytest.mark.parametrize("en", ["How easy or difficult is it?", "How safe or unsafe do you feel?"])
def test_naming_both_ends_of_a_scale_joins_nothing(people: Questionnaire, en: str) -> None:
    assert rules_broken(people, en=en) == set()


def test_an_item_excuses_a_rule_by_its_name(people: Questionnaire) -> None:
    vi = "Ông/Bà thấy đường sá và vỉa hè thế nào?"
    assert rules_broken(people, vi=vi, ok=("double_barrelled",)) == set()
    assert rules_broken(people, vi=vi, ok=("leading",)) == {"double_barrelled"}


def test_an_excuse_for_a_rule_that_does_not_exist_is_found(people: Questionnaire) -> None:
    assert rules_broken(people, ok=("doubled",)) == {"unknown_rule"}
