"""Validation of mappings, against R (mapping.R) and on worlds made for the purpose."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis import BadInput, MappingValidation, fit_mapping, validate_mapping

R: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "reference" / "further" / "mapping.json").read_text("utf-8")
)
CELLS = R["cells"]


def world(n_units: int = 12, per_unit: int = 8, *, shift: float = 20.0) -> dict[str, Any]:
    """Scores ``shift`` points above the references, with a second rater for every third."""
    rng = np.random.default_rng(7)
    units = np.repeat(np.arange(n_units), per_unit)
    references = rng.uniform(5, 75, units.size)
    scores = references + shift + rng.normal(0, 3, n_units)[units] + rng.normal(0, 5, units.size)
    second = np.where(
        np.arange(units.size) % 3 == 0, references + rng.normal(0, 4, units.size), np.nan
    )
    return {
        "scores": scores,
        "references": references,
        "units": units,
        "second_references": second,
    }


def validated(data: dict[str, Any], **changed: object) -> MappingValidation:
    arguments: dict[str, Any] = {"rng": np.random.default_rng(1), "draws": 300} | data
    return validate_mapping(**(arguments | changed))


def test_predictions_errors_and_their_paired_difference_equal_r() -> None:
    found = validate_mapping(
        CELLS["score"],
        CELLS["reference"],
        units=CELLS["unit"],
        rng=np.random.default_rng(1),
        limits=(-1000, 1000),  # R's line has no ends
    )
    expected = R["left_out"]
    assert found.predictions == pytest.approx(expected["predictions"], rel=1e-9)
    assert found.rmse == pytest.approx(expected["rmse"], rel=1e-9)
    assert found.current_rmse == pytest.approx(expected["plain"], rel=1e-9)
    assert found.improvement == pytest.approx(expected["improvement"], rel=1e-9)
    assert found.improvement_standard_error == pytest.approx(expected["se"], rel=1e-9)
    assert found.failed == ("references", "rated_twice", "rater_agreement", "one_standard_error")


def test_a_mapping_that_takes_away_a_common_shift_is_accepted() -> None:
    found = validated(world())
    assert found.is_accepted
    assert found.failed == ()
    assert found.mapping.kind == "linear"
    assert found.current_rmse > 18
    assert found.rmse < 8
    assert found.kappa is not None
    assert found.kappa_interval is not None
    assert found.kappa_interval.low < found.kappa < found.kappa_interval.high
    assert found.kappa > 0.8


def test_a_mapping_that_changes_nothing_is_not_accepted() -> None:
    assert validated(world(shift=0.0)).failed == ("one_standard_error",)


@pytest.mark.parametrize(
    ("changed", "failed"),
    [
        ({"second_references": None}, ("rated_twice", "rater_agreement")),
        ({"kind": "identity"}, ("one_standard_error",)),
    ],
)
def test_the_verdict_names_the_rule_that_failed(
    changed: dict[str, Any], failed: tuple[str, ...]
) -> None:
    assert validated(world(), **changed).failed == failed


def test_few_references_and_few_units_are_named() -> None:
    assert validated(world(7, 9)).failed == ("units",)
    assert validated(world(10, 5)).failed == ("references",)


def test_raters_who_do_not_agree_are_named() -> None:
    data = world()
    data["second_references"] = data["references"][::-1].copy()
    assert validated(data).failed == ("rater_agreement",)


def test_references_that_fall_are_named() -> None:
    data = world()
    data["references"] = 100 - data["scores"]
    data["second_references"] = data["references"].copy()
    assert "references_rise" in validated(data).failed


def test_flat_scores_fail_the_rule_instead_of_the_program() -> None:
    data = world()
    data["scores"] = np.full(96, 50.0)
    found = validated(data)
    assert found.mapping.kind == "identity"
    assert {"references_rise", "one_standard_error"} <= set(found.failed)


def test_one_colour_only_has_no_kappa() -> None:
    data = world()
    found = validated(data, colour_cuts=(-200.0, -100.0))
    assert found.kappa is None
    assert found.kappa_interval is None
    assert found.undefined_draws == 300
    assert found.is_accepted  # kappa describes, the rules decide


def test_a_mapping_in_use_is_taken_as_it_is() -> None:
    data = world()
    line = fit_mapping(data["scores"], data["references"], units=data["units"])
    found = validated(data, current=line)
    assert found.current_predictions.tolist() == line.predict(data["scores"]).tolist()
    assert found.failed == ("one_standard_error",)


def test_a_unit_is_left_out_as_a_whole() -> None:
    # Every unit has its own shift: cells of the same unit would give it away.
    units = np.repeat(np.arange(10), 10)
    references = np.tile(np.linspace(20, 60, 10), 10)
    shift = np.where(units % 2 == 0, 15.0, -15.0)
    found = validate_mapping(
        references + shift, references, units=units, rng=np.random.default_rng(1), kind="linear"
    )
    assert found.rmse > 10
    assert found.mapping.fitted_slope < 1


def test_rows_of_weight_zero_are_as_if_absent() -> None:
    data = world()
    extra = {name: np.append(column, column[:2]) for name, column in data.items()}
    weights = np.append(np.ones(96), [0.0, 0.0])
    first, second = validated(data), validated(extra, weights=weights)
    assert first.rmse == second.rmse
    assert first.rules == second.rules
    assert first.kappa_interval == second.kappa_interval


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"units": np.zeros(96, dtype=int)}, "units must be two or more to leave one out, got 1"),
        ({"second_references": [1.0]}, "second_references must have 96 rows, got 1"),
        ({"second_references": np.full(96, np.inf)}, "second_references must not be infinite"),
        ({"colour_cuts": (60.0, 30.0)}, "colour_cuts must rise"),
        ({"draws": 0}, "draws must be a whole number from 1 to 100000, got 0"),
        ({"draws": None}, "draws must be a whole number"),
        ({"rng": None}, r"rng must be a numpy\.random\.Generator, got None"),
        ({"rng": 5}, r"rng must be a numpy\.random\.Generator, got 5"),
        ({"kind": "zzz"}, "kind must be one of .*, got 'zzz'"),
        ({"current": "zzz"}, "current must be one of .*, got 'zzz'"),
        ({"current": None}, "current must be one of .*, got None"),
        ({"limits": (100.0, 0.0)}, "limits must rise"),
        ({"limits": (np.nan, 100.0)}, "limits must be finite, got nan in row 0"),
        ({"limits": ("a", "b")}, "limits must be numbers"),
        ({"limits": (0.0,)}, "limits must rise from one number to another"),
        ({"colour_cuts": (30.0,)}, "colour_cuts must rise from one number to another"),
        ({"colour_cuts": "ab"}, "colour_cuts must be numbers"),
        ({"second_references": ["a"] * 96}, "second_references must be numbers"),
        ({"level": "abc"}, "level must be a number, got 'abc'"),
        ({"level": 1.0}, r"level must lie between 0 and 1, got 1\.0"),
    ],
)
def test_bad_input_is_named(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        validated(world(), **changed)


def test_raters_who_only_disagree_leave_their_agreement_open() -> None:
    data = world()
    second = np.full(96, np.nan)
    second[:40] = 100 - data["references"][:40]  # the mean of both raters is always 50
    found = validated(data, second_references=second)
    assert next(rule for rule in found.rules if rule.name == "rater_agreement").value is None
    assert "rater_agreement" in found.failed


def test_scores_that_differ_in_one_unit_only_cannot_be_left_out() -> None:
    scores = np.where(np.arange(40) < 4, np.arange(40.0), 50.0)
    with pytest.raises(BadInput, match=r"scores must differ when a unit is left out"):
        validate_mapping(
            scores,
            np.linspace(0, 100, 40),
            units=np.repeat(np.arange(10), 4),
            rng=np.random.default_rng(1),
            kind="linear",
        )
