import shutil
import socket

import pytest

from survey_app.engine import choosing
from survey_app.engine.local import Local
from survey_app.errors import Refusal


def refused(master: str | None) -> str:
    with pytest.raises(Refusal) as said, choosing.opened("spark", master):
        raise AssertionError
    return said.value.code


def test_the_local_engine_needs_nothing() -> None:
    with choosing.opened("local") as engine:
        assert isinstance(engine, Local)


def test_a_cluster_without_an_address_is_refused() -> None:
    assert refused(None) == "spark_master_missing"


def test_what_has_to_be_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_arguments, **_more: None)
    monkeypatch.setattr(choosing, "find_spec", lambda _name: True)
    assert refused("local[1]") == "java_missing"
    monkeypatch.setattr(choosing, "find_spec", lambda _name: None)
    assert refused("local[1]") == "spark_missing"


def test_a_master_that_does_not_answer_is_refused_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_arguments, **_more: "java")
    monkeypatch.setattr(choosing, "find_spec", lambda _name: True)
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))  # bound, but nobody listens
        assert refused(f"spark://127.0.0.1:{unheard.getsockname()[1]}") == "spark_unreachable"
