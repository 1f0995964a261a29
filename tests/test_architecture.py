"""House rules that no other tool checks: sizes, names, and who may do what."""

import ast
import inspect
import re
from pathlib import Path

import pytest

import analysis

ROOT = Path(__file__).resolve().parent.parent
CODE = sorted(
    path
    for top in ("analysis", "survey_app")
    for path in (ROOT / top).rglob("*.py")
    if "migrations/versions" not in path.as_posix()
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST_FILE = 320
FORBIDDEN_NAMES = {"utils", "util", "helpers", "common", "manager", "handler", "misc"}
UNDER_TEST = ("survey_app/instrument", "survey_app/services")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> set[str]:
    """Names of all functions and methods that a file calls."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {
        func.attr if isinstance(func, ast.Attribute) else func.id
        for func in called
        if isinstance(func, ast.Attribute | ast.Name)
    }


@pytest.mark.parametrize("path", CODE, ids=name)
def test_no_file_is_longer_than_a_reader_holds(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST_FILE, f"{name(path)} has {lines} lines: split it by noun"


def test_modules_are_named_by_what_they_hold() -> None:
    assert [name(path) for path in CODE if path.stem in FORBIDDEN_NAMES] == []


def test_only_the_database_module_commits() -> None:
    committing = [name(path) for path in CODE if calls(path) & {"commit", "rollback"}]
    assert committing == []


def test_only_queries_and_models_know_sql() -> None:
    speaking = [
        name(path)
        for path in CODE
        if re.match(r"survey_app/(services|web|jobs|demonstration|cli)", name(path))
        and calls(path) & {"select", "text", "exec_driver_sql"}
    ]
    assert speaking == []


def test_there_is_one_clock() -> None:
    reading = [
        name(path)
        for path in CODE
        if calls(path) & {"utcnow", "today", "localtime"} and name(path) != "survey_app/clock.py"
    ]
    assert reading == []


def test_every_rule_has_its_tests_in_the_mirrored_place() -> None:
    """A module is tested by tests/<same folders>/test_<name>.py, or a test there imports it."""
    untested = []
    for path in CODE:
        if not name(path).startswith(UNDER_TEST) or path.stem == "__init__":
            continue
        folder = ROOT / "tests" / path.parent.relative_to(ROOT)
        words = "\n".join(test.read_text(encoding="utf-8") for test in folder.rglob("test_*.py"))
        mirrored = (folder / f"test_{path.stem}.py").exists()
        if not mirrored and not re.search(rf"\b{path.stem}\b", words):
            untested.append(name(path))
    assert untested == []


def test_every_public_function_of_the_statistics_is_tested() -> None:
    folder = ROOT / "tests" / "analysis"
    words = "\n".join(test.read_text(encoding="utf-8") for test in folder.rglob("*.py"))
    functions = [each for each in analysis.__all__ if inspect.isfunction(getattr(analysis, each))]
    untested = [each for each in functions if not re.search(rf"\b{each}\b", words)]
    assert untested == []


def test_test_names_are_sentences() -> None:
    short = [
        f"{name(path)}: {node.name}"
        for path in TESTS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and node.name.count("_") < 3
    ]
    assert short == []
