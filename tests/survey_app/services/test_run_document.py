import json

import pytest
from sqlalchemy.orm import Session

from survey_app.instance import Instance
from survey_app.models.runs import Run
from survey_app.services import analysing
from survey_app.services.run_document import document
from tests.runs import place_of, usual_wave

# As docs/interfaces.md has them; further keys may follow.
KEYS = {
    "unit", "indicator", "audience", "series", "headline", "n", "dont_know_share", "mean", "se",
    "df", "low", "high", "self_score", "gap", "gap_se", "p_gap", "p_aligned", "evidence", "class",
    "provisional", "relative_gap", "explaining_correlation", "blended", "blended_se", "shares",
    "calibrated",
}  # fmt: skip


@pytest.fixture
def said(session: Session, instance: Instance) -> dict[str, object]:
    wave = usual_wave(session, instance)
    run = analysing.analyse_wave(session, wave, place_of(instance), wave.closes_at)
    found = json.loads(json.dumps(document(session, wave, run), allow_nan=False))
    assert isinstance(found, dict)
    return found


def rows(said: dict[str, object]) -> list[dict[str, object]]:
    found = said["rows"]
    assert isinstance(found, list)
    return found


def test_the_document_names_what_it_was_made_from(
    session: Session, said: dict[str, object]
) -> None:
    run = session.get_one(Run, 1)
    assert set(said) == {"wave", "dataset", "calibration", "run", "rows", "indirect"}
    assert said["indirect"] == []  # no list was asked
    assert (said["wave"], said["dataset"], said["run"]) == (
        "2026-1",
        run.dataset_sha256,
        run.sha256,
    )
    assert said["calibration"] == "hai-phong/v1"


def test_every_row_has_the_promised_keys_and_null_where_nothing_is(
    said: dict[str, object],
) -> None:
    for row in rows(said):
        assert row.keys() >= KEYS
        shares = row["shares"]
        assert isinstance(shares, dict)
        assert set(shares) == {"self", "residents", "reference", "pattern"}
    empty = next(row for row in rows(said) if row["class"] == "not_asked")
    assert (empty["mean"], empty["gap"], empty["blended_range"]) == (None, None, None)


def test_rows_come_by_unit_and_indicator_with_the_headline_first(
    said: dict[str, object],
) -> None:
    order = [
        (
            row["unit"],
            [int(part) for part in str(row["indicator"]).split(".")],
            not row["headline"],
        )
        for row in rows(said)
    ]
    assert order == sorted(order, key=lambda each: (str(each[0]), each[1], each[2]))
    assert {row["unit"] for row in rows(said)} == {"11411", "11413", "11948"}


def test_codes_are_text_so_that_1_10_is_not_1_1(said: dict[str, object]) -> None:
    assert {"1.1", "1.10"} <= {row["indicator"] for row in rows(said)}
