import math
from collections.abc import Callable

import pytest
from markupsafe import Markup

from survey_app.web.charts.shapes import BASE_SIZE, Interval, Scale, Type, known, short, square
from survey_app.web.charts.trend import TrendWords, trend

Draw = Callable[[str, str, object], Markup]


def test_scores_outside_the_scale_stay_at_its_ends() -> None:
    scale = Scale(10, 110)
    assert [scale(score) for score in (-3, 0, 50, 100, 130)] == [10, 10, 60, 110, 110]


@pytest.mark.parametrize(
    ("value", "text"), [(12.0, "12"), (12.34, "12.3"), (-0.01, "0"), (1234.56, "1234.6")]
)
def test_coordinates_are_written_short(value: float, text: str) -> None:
    assert short(value) == text


def test_not_a_number_is_absent() -> None:
    assert known(math.nan) is None
    assert known(math.inf) is None
    assert known(0.0) == 0.0


def test_paths_are_drawn_around_their_centre() -> None:
    assert square(20, 30, 5) == "M15 25h10v10h-10z"
    assert Interval(10, 30, 20).path == "M10 16v8m0-4H30m0-4v8"


def test_lines_are_centred_on_a_height() -> None:
    label = Type(10, 20).centred(0, 100, ("a", "b"))
    assert (label.y, label.bottom) == pytest.approx((93.5, 113.5))


def test_a_label_without_a_size_of_its_own_has_the_size_of_the_picture(draw: Draw) -> None:
    words = TrendWords(title="", description="", absent="")
    chart = trend([], words=words, width=336, number=str, chart_id="t")
    assert f'font-size="{BASE_SIZE}"' in draw("trend.svg.html", "trend_svg", chart)
    plain = Type(BASE_SIZE, 18).label(0, 0, ("a",))
    assert "font-size" not in draw("shapes.svg.html", "label", plain)
