from collections.abc import Callable

import pytest
from markupsafe import Markup

from survey_app.web.charts.trend import TrendChart, TrendPoint, TrendWords, trend

Draw = Callable[[str, str, object], Markup]
WORDS = TrendWords(title="Qua các đợt", description="", absent="Chưa có số liệu")


def point(value: float | None, series: str = "assisted") -> TrendPoint:
    low, high = (None, None) if value is None or series == "open" else (value - 5, value + 5)
    return TrendPoint(name="Đợt", series=series, value=value, low=low, high=high, self_score=80.0)


def chart(*points: TrendPoint) -> TrendChart:
    return trend(points, words=WORDS, width=336, number=lambda v: f"{v:.0f}", chart_id="trend")


def test_neighbours_of_one_series_are_joined_at_their_heights() -> None:
    # 336 - 36 for the axis leaves 150 per wave; 150 units high from 14: 50 -> 89, 60 -> 74.
    drawn = chart(point(50.0), point(60.0))
    assert drawn.lines == "M111 89L261 74"
    assert [mark.x for mark in drawn.marks] == pytest.approx([111, 111, 261, 261])


@pytest.mark.parametrize(
    "points",
    [
        (point(50.0), point(None), point(60.0)),
        (point(50.0), point(60.0, "drawn")),
        (point(50.0, "open"), point(60.0, "open")),
        (point(float("nan")), point(60.0)),
    ],
)
def test_no_line_goes_through_a_gap_or_between_kinds_of_evidence(
    points: tuple[TrendPoint, ...],
) -> None:
    assert chart(*points).lines == ""


def test_a_missing_wave_says_so_and_an_open_one_is_hollow(draw: Draw) -> None:
    drawn = chart(point(None), point(40.0, "open"))
    assert [mark.css for mark in drawn.marks] == ["own", "own", "said open"]
    svg = draw("trend.svg.html", "trend_svg", drawn)
    assert "Chưa có" in svg
    assert "nan" not in svg
