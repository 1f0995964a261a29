import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from survey_app.instrument.faults import DefinitionFault, Fault
from survey_app.instrument.loading import load_all

DEFINITIONS = Path(__file__).parent / "definitions"


class Change(NamedTuple):
    file: str
    old: str
    new: str
    item: str
    what: str


PEOPLE = [
    ('{ vi = "Thu gom rác", en', "{ en", "1.1", "title vi: missing or empty"),
    ('en = "What is your sex?"', 'en = " "', "sex", "text en: missing or empty"),
    ('en = "Male"', 'en = "Male", fr = "H"', "sex", "fr: a language that the title does not have"),
    ("of {unit}.", "of {place}.", "", "intro 1 text unknown placeholder place"),
    ("of {unit}.", "of us.", "", "intro 1 text placeholders differ between languages"),
    ("of {unit}.", "of {unit.", "", "en: a brace that belongs to no placeholder"),
    ('id = "1.1.told"', 'id = "1.1.missed"', "1.1.missed", "item appears 2 times"),
    ('id = "1.1.told"', 'id = "1.2.told"', "1.2.told", "id must be 1.1 or 1.1.word"),
    ('id = "1.1.told"', 'id = "1.10"', "1.10", "id must be 1.1 or 1.1.word"),
    ('id = "1.1.told"', 'id = "told"', "told", "id must be 1.1 or 1.1.word"),
    ('id = "sex"', 'id = "1.2.sex"', "1.2.sex", "id of a closing item must be a plain word"),
    ("code = 2, text = { vi = \"Nữ", "code = 1, text = { vi = \"Nữ", "sex", "code 1 appears 2"),
    ('    scale = "quality"\n', "", "1.1", "a rating item has a scale and no options"),
    ('scale = "quality"', 'scale = "beauty"', "1.1", "scale beauty is unknown"),
    ('"dont_know", "not_used"', '"dont_know", "no_idea"', "1.1", "special answer no_idea is unknown"),
    ('"dont_know", "not_used"', '"dont_know"', "1.1", "special_text: not_used is not a special"),
    ('"dont_know", "not_used"', '"not_used", "not_used"', "1.1", "special answer is named twice"),
    ('indicator = "1.2"', 'indicator = "9.9"', "9.9", "is no indicator of small"),
    ('indicator = "1.2"', 'indicator = "1.11"', "1.11", "is not asked of residents"),
    ('indicator = "1.2"', 'indicator = "1.10"', "1.10", "topic appears 2 times"),
    ('audience = "residents"', 'audience = "businesses"', "1.1", "is not asked of businesses"),
    ('framework = "small"', 'framework = "large"', "", "framework large is unknown"),
    ("topics_per_person = 2", "topics_per_person = 4", "", "4 of 3 topics cannot be asked"),
    ("topics_per_person = 2", "topics_per_person = 1", "", "some pairs never meet"),
    ("max_length = 20\n", "", "comment", "max_length: a text item has one"),
    ("any = [{ item", "all = [], any = [], x = [{ item", "1.1.answered", "show_if x: Extra"),
    ("any = [{", "all = [{ item = \"1.1.told\", in = [\"2\"] }], any = [{", "1.1.answered",
     "show_if: either all or any"),
    ('item = "1.1.told"', 'item = "1.2"', "1.1.answered", "1.2 is not asked earlier"),
    ('item = "1.1.missed"', 'item = "1.1.answered"', "1.1.told", "1.1.answered is not asked earlier"),
    ('item = "1.1.missed"', 'item = "1.1.told"', "1.1.told", "1.1.told is not asked earlier"),
    ('"1.1.missed", in = ["1"]', '"1.1.missed", in = ["1", "7"]', "1.1.told", "7 is no answer of"),
    ('kind = "choice"\n    text = { vi = "Ông/Bà có báo', 'kind = "rating"\n    scale = "quality"\n'
     '    text = { vi = "Ông/Bà có báo', "1.1", "a topic has one rating item"),
]  # fmt: skip

SHARED = [
    ("scales.toml", "code = 5", "code = 6", "1.1", "a rating scale has the codes 1 to 5 in order"),
    ("scales.toml", "code = 5", "code = 4", "quality", "option code 4 appears 2 times"),
    ("scales.toml", "score = 75", "score = 25", "1.1", "rising from worst to best"),
    ("scales.toml", "score = 75, ", "", "1.1", "has a score for each option"),
    ("scales.toml", "special.refused", "special.other", "other", "no special answer; known are"),
    ("small.toml", 'code = "1.10"', 'code = "1.2"', "1.2", "indicator appears 2 times"),
    ("small.toml", 'code = "1.10"', 'code = "2.10"', "2.10", "code does not begin with its pillar's"),
    ("small.toml", 'pillar = "1"', 'pillar = "3"', "1.1", "pillar 3 is not in this framework"),
    ("small.toml", "sdg = [11]", "sdg = [11, 18]", "1.1", "sdg: goals are 1 to 17"),
    ("small.toml", 'short = { vi = "Rác"', f'short = {{ vi = "{"Rác" * 11}"', "1.1",
     "short vi: longer than 32 characters"),
]  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [Change(*values) for values in (*(("people/v1.toml", *each) for each in PEOPLE), *SHARED)],
)
def test_a_broken_rule_is_named_with_its_item(tmp_path: Path, change: Change) -> None:
    file = Path(shutil.copytree(DEFINITIONS, tmp_path / "definitions")) / change.file
    text = file.read_text(encoding="utf-8")
    assert change.old in text
    file.write_text(text.replace(change.old, change.new, 1), encoding="utf-8")
    with pytest.raises(DefinitionFault) as refused:
        load_all(tmp_path / "definitions")
    found = [fault.what for fault in refused.value.faults if fault.item == change.item]
    assert any(change.what in what for what in found)


def test_the_exception_reads_as_a_list_of_everything_wrong() -> None:
    faults = [Fault("people/v1.toml", "sex", "text en: missing"), Fault("small.toml", "", "empty")]
    assert (
        str(DefinitionFault(faults)) == "people/v1.toml: sex: text en: missing\nsmall.toml: empty"
    )
