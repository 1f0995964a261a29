from pathlib import Path

import numpy as np
import pytest

from survey_app.engine import dataset as files
from survey_app.engine.dataset import DatasetLayout, DatasetRow
from survey_app.services import comparing, estimating
from survey_app.services.assessing import Score
from survey_app.services.calibrating import Parameters
from survey_app.services.comparing import Compared, Panel
from survey_app.services.estimating import Estimated

UNITS = ("11411", "11413", "11948")
ITEMS = ("1.3", "1.5", "1.6", "1.7", "1.8", "1.9")


def estimated(folder: Path, channel: str = "assisted", units: int = 3) -> Estimated:
    """20 people in each unit, who rate everything alike: 0, 25, 50, 75, 100 and so on."""
    made = []
    for unit in UNITS[:units]:
        for number in range(20):
            groups = dict.fromkeys(files.GROUP_COLUMNS, "") | {
                "unit": unit,
                "audience": "businesses",
                "channel": channel,
                "cluster": "" if channel == "open" else f"c{number % 4}",
            }
            codes = {item: (number + place) % 5 for place, item in enumerate(ITEMS)}
            made.append(DatasetRow(tuple(groups.values()), codes))
    name, _ = files.write(folder, DatasetLayout(ITEMS, {}), made, -1)
    grouped = estimating.counted(files.path_of(folder, name), "businesses", ITEMS)
    return estimating.estimate("businesses", grouped, {}, minimum_n=10)


def compared(
    panel: Panel,
    scores: dict[tuple[str, str], Score],
    *,
    parameters: Parameters | None = None,
    people: float = np.nan,
) -> Compared:
    parameters = parameters or Parameters()
    own = comparing.self_scores(scores, UNITS, ITEMS, parameters)
    return comparing.compare(panel, own, parameters, np.full(len(UNITS), people))


def points(value: float, units: tuple[str, ...] = UNITS) -> dict[tuple[str, str], Score]:
    return {(unit, item): Score(item, None, value) for unit in units for item in ITEMS}


def test_points_are_an_interval_without_width_and_colours_have_theirs() -> None:
    scores = {
        ("11411", "1.3"): Score("1.3", "green", None),
        ("11411", "1.5"): Score("1.5", None, 64.0),
        ("11413", "1.3"): Score("1.3", "red", 20.0),
    }
    found = comparing.self_scores(scores, UNITS, ITEMS, Parameters(cut_offs=(40.0, 70.0)))
    assert (found.low[0, 0], found.high[0, 0], found.score[0, 0]) == (70.0, 100.0, 85.0)
    assert (found.low[0, 1], found.high[0, 1], found.score[0, 1]) == (64.0, 64.0, 64.0)
    assert (found.low[1, 0], found.high[1, 0]) == (20.0, 20.0)  # points say more than a colour
    assert (found.colour[0, 0], found.colour[0, 1], found.colour[1, 0]) == ("green", None, "red")
    assert np.isnan(found.score[2]).all()


def test_a_panel_has_a_row_for_every_unit_and_nothing_where_nobody_answered(
    tmp_path: Path,
) -> None:
    (panel,) = comparing.panels(estimated(tmp_path, units=2), UNITS)
    assert (panel.series, panel.evidence) == ("assisted", "B")
    assert panel.domain.tolist() == [0, 1, -1]
    values = panel.matrix(panel.estimated.estimates.values)
    assert values[:2].tolist() == [[50.0] * 6] * 2
    assert np.isnan(values[2]).all()


def test_a_gap_is_the_self_score_above_the_answers(tmp_path: Path) -> None:
    (panel,) = comparing.panels(estimated(tmp_path), UNITS)
    found = compared(panel, points(90.0))
    assert found.gaps.gap.tolist() == [[40.0] * 6] * 3
    assert set(found.gaps.classes.ravel().tolist()) == {"self_higher"}


def test_fewer_answers_than_the_minimum_leave_the_question_open(tmp_path: Path) -> None:
    (panel,) = comparing.panels(estimated(tmp_path), UNITS)
    found = compared(panel, points(90.0), parameters=Parameters(minimum_n=21))
    assert set(found.gaps.classes.ravel().tolist()) == {"uncertain"}


def test_an_open_series_has_signals_and_no_blend(tmp_path: Path) -> None:
    (panel,) = comparing.panels(estimated(tmp_path, "open"), UNITS)
    found = compared(panel, points(90.0))
    assert set(found.gaps.classes.ravel().tolist()) == {"signal_below"}
    assert np.isnan(found.gaps.p_gap).all()
    assert (found.blend, found.mixtures) == (None, None)


def test_the_link_that_would_explain_a_signal_is_that_of_a_hand_calculation(
    tmp_path: Path,
) -> None:
    (panel,) = comparing.panels(estimated(tmp_path, "open"), UNITS)
    found = compared(panel, points(90.0), people=2000.0)
    # (40 - 12.5) / (sigma sqrt((1 - f) / f)); sigma of 0, 25, 50, 75, 100 is sqrt(1250)
    share = 20 / 2000
    expected = 27.5 / (1250**0.5 * ((1 - share) / share) ** 0.5)
    assert found.gaps.explaining_correlation[0, 0] == pytest.approx(expected)
    unknown = compared(panel, points(90.0))
    assert np.isnan(unknown.gaps.explaining_correlation).all()


def test_the_people_of_a_unit_are_those_of_its_margins() -> None:
    found = comparing.people_of({"11413": {(1, 1): 100.0, (2, 1): 150.0}}, UNITS)
    assert found[1] == 250.0
    assert np.isnan(found[[0, 2]]).all()


def test_a_blend_lies_between_its_two_scores_and_says_that_it_is_assumed(tmp_path: Path) -> None:
    (panel,) = comparing.panels(estimated(tmp_path), UNITS)
    scores = {
        (unit, item): Score(item, None, 60.0 + 5 * row + 3 * column)
        for row, unit in enumerate(UNITS)
        for column, item in enumerate(ITEMS)
    }
    found = compared(panel, scores)
    assert found.blend is not None
    assert found.mixtures is not None
    assert found.blend.assumed
    assert not found.blend.calibrated
    assert found.blend.values.shape == (3, 6)
    # On the residents' level: self-scores lie 22.5 above it on average (10, 15, 20 per unit and
    # 7.5 over the indicators), so 20 and 60 % of perception: .8 x 37.5 + .2 x 50, .4 x 37.5 + .6 x 50
    assert found.mixtures[:, 0, 0].tolist() == pytest.approx([40.0, 45.0])


def test_a_cap_bounds_what_the_answers_weigh(tmp_path: Path) -> None:
    (panel,) = comparing.panels(estimated(tmp_path), UNITS)
    found = compared(panel, points(70.0), parameters=Parameters(perception_caps={"1.5": 0.1}))
    assert found.blend is not None
    assert (found.blend.shares.residents[:, 1] <= 0.1 + 1e-12).all()
    assert (found.blend.shares.residents[:, 0] > 0.1).all()
