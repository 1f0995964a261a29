"""The rules of a list experiment: what makes its two arms comparable and its answers safe."""

from collections.abc import Iterator

from survey_app.instrument.definition import Item, Questionnaire

FEWEST_CONTROLS = 3  # with fewer, the count itself would tell too often what is true

Found = tuple[str, str]  # (item id, what is wrong)


def list_faults(questionnaire: Questionnaire) -> Iterator[Found]:
    for item in questionnaire.all_items:
        found = _faults(questionnaire, item) if item.kind == "list_count" else _strays(item)
        yield from ((item.id, what) for what in found)
    lists = [item.id for item in questionnaire.all_items if item.kind == "list_count"]
    yield from ((name, "more than one list: a person has one arm") for name in lists[1:])


def _faults(questionnaire: Questionnaire, item: Item) -> Iterator[str]:
    places = [place for place, each in enumerate(item.statements) if each.sensitive]
    if len(places) != 1:
        yield f"a list has one sensitive statement, not {len(places)}"
    elif places[0] in {0, len(item.statements) - 1}:
        yield "the sensitive statement stands neither first nor last, where it would be noticed"
    if len(item.statements) - len(places) < FEWEST_CONTROLS:
        yield f"a list has {FEWEST_CONTROLS} statements or more beside the sensitive one"
    if "refused" not in item.special:
        yield "a list can be refused"
    if item.show_if is not None:
        yield "a list has no show_if: its arms are dealt among all"
    if item.indicator not in questionnaire.indicators:
        yield f"indicator: {item.indicator} is not a topic of this questionnaire"


def _strays(item: Item) -> Iterator[str]:
    if item.statements or item.indicator is not None:
        yield "statements and indicator: a list has them, no other item does"
