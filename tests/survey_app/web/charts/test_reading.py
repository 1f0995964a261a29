from collections.abc import Callable

import pytest
from markupsafe import Markup

from survey_app.web.charts.kinds import Kind
from survey_app.web.charts.reading import ReadingWords, reading
from survey_app.web.charts.text import width as text_width

Draw = Callable[[str, str, object], Markup]
WORDS = ReadingWords(
    title="How to read the chart",
    description="One row with a name on each part.",
    self_score="Score the ward gave itself",
    perception="Residents’ perception score",
    interval="95% interval: the true score may lie anywhere in this range",
    gap="Gap between self-score and perception",
    lowest="0: worst",
    highest="100: best",
    findings=[(kind, "Not enough answers to tell", "What it <means>.") for kind in Kind],
)


@pytest.mark.parametrize("width", [320, 360, 640])
def test_every_part_is_named_inside_the_picture(width: int, draw: Draw) -> None:
    chart = reading(words=WORDS, width=width, chart_id="how")
    for label in chart.labels:
        for line in label.lines:
            room = text_width(line, label.size, bold="b" in label.css.split())
            left = {"start": label.x, "middle": label.x - room / 2, "end": label.x - room}
            assert left[label.anchor] >= -0.5
            assert left[label.anchor] + room <= width + 0.5
        assert label.bottom < chart.height
    svg = draw("reading.svg.html", "reading_svg", chart)
    assert svg.count('class="mark ') == len(Kind)
    assert "&lt;means&gt;" in svg
