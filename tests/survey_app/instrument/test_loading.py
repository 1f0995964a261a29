import hashlib
import re
import shutil
from pathlib import Path

import pytest

from survey_app.instrument.faults import DefinitionFault
from survey_app.instrument.loading import (
    Library,
    load_all,
    load_framework,
    load_questionnaire,
    load_scales,
)

DEFINITIONS = Path(__file__).parent / "definitions"


def altered(folder: Path, file: str, *changes: tuple[str, str]) -> Path:
    """Return a copy of the good definitions, of which one file is changed."""
    copy = Path(shutil.copytree(DEFINITIONS, folder / "definitions"))
    text = (copy / file).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (copy / file).write_text(text, encoding="utf-8")
    return copy


def faults_of(folder: Path) -> list[tuple[str, str, str]]:
    with pytest.raises(DefinitionFault) as refused:
        load_all(folder)
    return [(fault.file, fault.item, fault.what) for fault in refused.value.faults]


def test_a_folder_of_definitions_is_a_library(library: Library) -> None:
    assert list(library.questionnaires) == [("people", "v1")]
    people = library.questionnaires["people", "v1"]
    assert people.indicators == ("1.1", "1.2", "1.10")
    assert library.framework_of(people).indicator_by_code["1.11"].evidence


def test_a_definition_is_known_by_the_hash_of_its_bytes(library: Library) -> None:
    def sha256(name: str) -> str:
        return hashlib.sha256((DEFINITIONS / name).read_bytes()).hexdigest()

    assert library.questionnaires["people", "v1"].sha256 == sha256("people/v1.toml")
    assert library.frameworks["small"].sha256 == sha256("small.toml")
    assert library.scales.sha256 == sha256("scales.toml")


def test_files_load_one_by_one_as_they_do_together(library: Library) -> None:
    scales = load_scales(DEFINITIONS / "scales.toml")
    framework = load_framework(DEFINITIONS / "small.toml")
    people = load_questionnaire(DEFINITIONS / "people" / "v1.toml", scales, framework)
    assert people == library.questionnaires["people", "v1"]


def with_a_third_language(folder: Path) -> Path:
    copy = Path(shutil.copytree(DEFINITIONS, folder / "definitions"))
    for file in (copy / "scales.toml", copy / "people" / "v1.toml"):
        text = re.sub(r'en = ("[^"]*") }', r"en = \1, fr = \1 }", file.read_text("utf-8"))
        file.write_text(text, "utf-8")
    return copy


def test_a_third_language_needs_no_code(tmp_path: Path) -> None:
    people = load_all(with_a_third_language(tmp_path)).questionnaires["people", "v1"]
    assert people.items["sex"].text.in_("fr") == "What is your sex?"


def test_a_language_that_was_begun_must_be_finished(tmp_path: Path) -> None:
    copy = with_a_third_language(tmp_path)
    file = copy / "people" / "v1.toml"
    file.write_text(file.read_text("utf-8").replace(', fr = "Other"', ""), "utf-8")
    (copy / "scales.toml").write_bytes((DEFINITIONS / "scales.toml").read_bytes())
    faults = faults_of(copy)
    assert ("people/v1.toml", "sex", "options 3 text fr: missing or empty") in faults
    assert ("people/v1.toml", "overall", "scale quality has no fr") in faults


def test_faults_of_shape_and_of_meaning_come_together_from_every_file(tmp_path: Path) -> None:
    copy = altered(
        tmp_path,
        "people/v1.toml",
        ('kind = "rating"\n    scale = "quality"\n    special = ["dont_know"]\n    text', "text"),
        ('en = "What is your sex?"', 'en = ""'),
        ("code = 3,", 'code = "three",'),
    )
    scales = copy / "scales.toml"
    scales.write_text(scales.read_text("utf-8").replace("score = 25", "score = 250"), "utf-8")
    assert faults_of(copy) == [
        (
            "definitions/scales.toml",
            "quality",
            "option 1 score: Input should be less than or equal to 100",
        ),
        ("people/v1.toml", "1.2", "kind: Field required"),
        ("people/v1.toml", "sex", "option 2 code: Input should be a valid integer"),
    ]


def test_a_fault_of_shape_does_not_hide_the_faults_beside_it(tmp_path: Path) -> None:
    copy = altered(
        tmp_path,
        "people/v1.toml",
        ('kind = "rating"\n    scale = "quality"\n    special = ["dont_know"]\n    text', "text"),
        ('en = "What is your sex?"', 'en = ""'),
    )
    assert faults_of(copy) == [
        ("people/v1.toml", "1.2", "kind: Field required"),
        ("people/v1.toml", "sex", "text en: missing or empty"),
    ]


def test_a_misspelt_key_is_a_fault(tmp_path: Path) -> None:
    copy = altered(tmp_path, "people/v1.toml", ("show_if", "showif"))
    assert ("people/v1.toml", "1.1.told", "showif: Extra inputs are not permitted") in faults_of(
        copy
    )


@pytest.mark.parametrize("content", [b"id = ", b"id = '\xff'"])
def test_a_file_that_is_not_toml_is_named(tmp_path: Path, content: bytes) -> None:
    copy = shutil.copytree(DEFINITIONS, tmp_path / "definitions")
    (copy / "people" / "v2.toml").write_bytes(content)
    [(file, _, what)] = faults_of(copy)
    assert file == "people/v2.toml"
    assert what.startswith("not readable as TOML")


def test_an_indicator_code_written_as_a_number_is_refused(tmp_path: Path) -> None:
    copy = altered(tmp_path, "small.toml", ('code = "1.10"', "code = 1.10"))
    assert ("definitions/small.toml", "1.1", "code: Input should be a valid string") in faults_of(
        copy
    )


def test_a_version_stands_in_the_file_of_its_name(tmp_path: Path) -> None:
    copy = altered(tmp_path, "people/v1.toml", ('version = "v1"', 'version = "v2"'))
    assert faults_of(copy) == [
        ("people/v1.toml", "", "the file must stand at <id>/<version>.toml")
    ]
