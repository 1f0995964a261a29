"""A list experiment that could not be estimated, or would tell on people, is refused with its name."""

import shutil
from pathlib import Path

import pytest

from survey_app.instrument.faults import DefinitionFault
from survey_app.instrument.loading import load_all

FOLDER = Path(__file__).parents[3] / "questionnaires"
ABROAD = '    { text = { vi = "Cơ sở bán hàng hoặc cung cấp dịch vụ ra nước ngoài."'
CHANGES = [
    ("{ sensitive = true, text", "{ text", "unofficial", "one sensitive statement, not 0"),
    (ABROAD, ABROAD.replace("{ text", "{ sensitive = true, text"), "unofficial",
     "one sensitive statement, not 2"),
    ("{ text = { vi = \"Doanh thu cao hơn", "{ sensitive = true, text = { vi = \"Doanh thu cao hơn",
     "unofficial", "one sensitive statement, not 2"),
    ('indicator = "1.6" #', 'indicator = "1.1" #', "unofficial", "1.1 is not a topic"),
    ('indicator = "1.6" #', "#", "unofficial", "None is not a topic"),
    ('special = ["refused"]\ntext.vi = "Trong 12 tháng qua, có mấy việc', 'text.vi = "Có mấy việc',
     "unofficial", "a list can be refused"),
    ('kind = "list_count"', 'kind = "list_count"\nscale = "quality"', "unofficial",
     "a list has statements, no options or scale"),
    ('id = "comment"\n', 'id = "comment"\nindicator = "1.6"\n', "comment", "no other item does"),
    ('id = "size"\nkind = "choice"', 'id = "size"\nkind = "rating"\nscale = "ease"', "size",
     "what opens the form is a choice"),
    ('id = "size"', 'id = "1.2.size"', "1.2.size", "id of an opening item must be a plain word"),
    ('{ item = "size", in = ["6"', '{ item = "size", in = ["5"', "2.2", "5 is no answer of size"),
    ('id = "overall"\nkind = "rating"', 'id = "overall"\nkind = "rating"\n'
     'show_if = { all = [{ item = "comment", in = [""] }] }', "overall", "comment is not asked earlier"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "item", "what"), CHANGES)
def test_a_broken_rule_of_a_list_is_named_with_its_item(
    tmp_path: Path, old: str, new: str, item: str, what: str
) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "questionnaires"))
    file = folder / "businesses" / "v2.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionFault) as refused:
        load_all(folder)
    found = [fault.what for fault in refused.value.faults if fault.item == item]
    assert any(what in each for each in found), found


def test_a_sensitive_statement_at_an_end_would_be_noticed(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "questionnaires"))
    file = folder / "businesses" / "v2.toml"
    text = file.read_text(encoding="utf-8").replace("{ sensitive = true, text", "{ text", 1)
    text = text.replace(ABROAD, ABROAD.replace("{ text", "{ sensitive = true, text"), 1)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionFault, match="stands neither first nor last"):
        load_all(folder)
