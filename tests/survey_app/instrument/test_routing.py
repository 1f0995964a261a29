import json
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from survey_app.instrument.definition import Clause, Condition, Item, Questionnaire, Text
from survey_app.instrument.routing import conditions_json, path

ANSWERS = ["1", "2", "dont_know", "nonsense"]
NAMES = [f"item{number}" for number in range(8)]

clauses = st.lists(
    st.builds(
        Clause,
        item=st.sampled_from([*NAMES, "elsewhere"]),
        answers=st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=3).map(tuple),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
conditions = st.one_of(st.builds(Condition, all=clauses), st.builds(Condition, any=clauses))
sheets = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(ANSWERS))


@st.composite
def item_lists(draw: st.DrawFn) -> list[Item]:
    """Any conditions at all, also ones that look forward, at themselves or at nothing."""
    shown = draw(st.lists(st.none() | conditions, max_size=len(NAMES)))
    words = Text(vi="?", en="?")
    return [
        Item(id=name, kind="choice", text=words, show_if=condition)
        for name, condition in zip(NAMES, shown, strict=False)
    ]


def holds(condition: Mapping[str, list[dict[str, object]]], answers: Mapping[str, str]) -> bool:
    """Read the exported data the way a browser does, written apart from the code under test."""
    [(kind, listed)] = condition.items()
    hits = [clause["item"] in answers and answers[str(clause["item"])] in str_list(clause["in"])
            for clause in listed]  # fmt: skip
    return {"all": all, "any": any}[kind](hits)


def str_list(value: object) -> list[str]:
    assert isinstance(value, list)
    return value


@given(item_lists(), sheets)
def test_the_path_ends_and_holds_no_item_whose_condition_is_false(
    items: list[Item], answers: dict[str, str]
) -> None:
    met = path(items, answers)
    assert list(met) == [item.id for item in items if item.id in met]
    exported = json.loads(conditions_json(items))
    for position, item in enumerate(items):
        earlier = {each.id for each in items[:position]} & set(met)
        before = {name: answer for name, answer in answers.items() if name in earlier}
        wanted = item.id not in exported or holds(exported[item.id], before)
        assert (item.id in met) == wanted


@given(item_lists(), sheets)
def test_answers_off_the_path_change_nothing(items: list[Item], answers: dict[str, str]) -> None:
    met = path(items, answers)
    kept = {name: answer for name, answer in answers.items() if name in met}
    assert path(items, kept) == met


def test_an_item_follows_the_answer_it_asks_about(people: Questionnaire) -> None:
    items = people.topic_by_indicator["1.1"].items
    assert path(items, {}) == ("1.1.missed", "1.1")
    assert path(items, {"1.1.missed": "2"}) == ("1.1.missed", "1.1")
    assert path(items, {"1.1.missed": "1"}) == ("1.1.missed", "1.1.told", "1.1")
    assert len(path(items, {"1.1.missed": "1", "1.1.told": "1"})) == 4


def test_a_leftover_answer_of_an_item_no_longer_met_opens_nothing(people: Questionnaire) -> None:
    items = people.topic_by_indicator["1.1"].items
    assert path(items, {"1.1.missed": "2", "1.1.told": "1"}) == ("1.1.missed", "1.1")


def test_the_browser_gets_the_conditions_as_the_file_has_them(people: Questionnaire) -> None:
    assert json.loads(conditions_json(people.all_items)) == {
        "1.1.told": {"all": [{"item": "1.1.missed", "in": ["1"]}]},
        "1.1.answered": {"any": [{"item": "1.1.told", "in": ["1"]}]},
    }


def test_the_exported_conditions_cannot_close_the_script_they_stand_in() -> None:
    clause = Clause(item="</script>", answers=("&<",))
    item = Item(id="a", kind="choice", text=Text(vi="?", en="?"), show_if=Condition(all=(clause,)))
    exported = conditions_json([item])
    assert not set("<>&") & set(exported)
    assert json.loads(exported)["a"]["all"][0]["item"] == "</script>"
