"""An indicator over the waves of its campaign: measured, not yet compared."""

from collections.abc import Sequence

from survey_app.services.results import Measured
from survey_app.web.charts.trend import TrendChart, TrendPoint, TrendWords, trend
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language, number

WIDTHS = (560, 340)
A_TREND = 2  # waves


def trend_charts(measured: Sequence[Measured]) -> tuple[TrendChart, ...]:
    """One per width; none where fewer than two waves have figures that may stand in a trend."""
    points = [point for each in measured if (point := _point(each))]
    if sum(point.value is not None for point in points) < A_TREND:
        return ()
    said = TrendWords(
        title=_("The waves so far"),
        description=_(
            "For each wave: a circle for the average answer with its interval, a square for"
            " the self-score."
        ),
        absent=_("too few answers"),
    )
    return tuple(
        trend(points, words=said, width=width, number=number, chart_id=f"trend-{width}")
        for width in WIDTHS
    )


def _point(measured: Measured) -> TrendPoint | None:
    row = measured.row
    # Those who answer through an open link are others each time: no trend goes through them.
    if row is None or row.evidence == "C":
        return None
    return TrendPoint(
        name=measured.wave.title(language()),
        series=row.series,
        value=row.mean,
        low=row.low,
        high=row.high,
        self_score=None if row.is_colour else row.self_score,
    )
