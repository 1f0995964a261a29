"""The generator loads nobody else's machine, and reads a form as a person does."""

from random import Random

import pytest
from flask.testing import FlaskClient

from survey_app.db import transaction
from survey_app.instance import Instance
from tests.factories import make_wave
from tests.load.generator import Crowd, Seen, demand_loopback
from tests.load.person import answered, questions, receipt_of

FORM = "/vi/s/2026-1/11413"


@pytest.mark.parametrize(
    "address",
    [
        "http://192.0.2.1:8000",
        "http://localhost:8000",  # a name may lead anywhere
        "https://example.org",
        "http://127.0.0.1.example.org",
        "//127.0.0.1@192.0.2.1",
        "127.0.0.1",
        "",
    ],
)
def test_only_this_machine_is_loaded(address: str) -> None:
    with pytest.raises(ValueError, match="not on this machine"):
        demand_loopback(address)
    with pytest.raises(ValueError, match="not on this machine"):
        Crowd(address, ["/"])


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://[::1]:8000"])
def test_this_machine_may_be_loaded(address: str) -> None:
    assert demand_loopback(address) == address


def test_a_person_answers_every_question_of_the_form_and_gets_a_receipt(
    instance: Instance, client: FlaskClient
) -> None:
    with transaction(instance.engine) as session:
        make_wave(session)
    html = client.get(FORM).get_data(as_text=True)
    letter = answered(html, Random(1))  # noqa: S311  repeatable, no secret
    assert len(questions(html)) >= 20
    assert set(questions(html)) <= dict(letter.fields).keys()
    reply = client.post(FORM, data=dict(letter.fields))
    assert len(receipt_of(reply.get_data(as_text=True)) or "") == 16


def test_percentiles_are_those_of_what_was_answered() -> None:
    seen = Seen(times={"get": [float(number) for number in range(1, 101)]})
    assert seen.percentile("get", 0.5) == 51
    assert seen.percentile("get", 0.95) == 96
    assert seen.percentile("get", 1.0) == 100
