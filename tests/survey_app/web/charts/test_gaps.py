import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from markupsafe import Markup

from survey_app.web.charts.gap_rows import GapRow, GapWords
from survey_app.web.charts.gaps import DumbbellChart, dumbbell
from survey_app.web.charts.kinds import Kind
from survey_app.web.charts.text import width as text_width

Draw = Callable[[str, str, object], Markup]
HOSTILE = '<script>alert(1)</script> & "Hải An" \' {{ 7 * 7 }} </text></svg>'


def whole(value: float) -> str:
    return f"{value:.0f}"


def row(code: str = "1.10", kind: Kind = Kind.SELF_HIGHER, **values: object) -> GapRow:
    fields: dict[str, object] = {
        "name": "An ninh, an toàn công cộng",
        "self_score": 80.0,
        "perception": 50.0,
        "low": 40.0,
        "high": 60.0,
        "gap": 30.0,
    }
    return GapRow(code=code, kind=kind, **(fields | values))  # type: ignore[arg-type]  # keywords from a dict have one type


def many() -> list[GapRow]:
    kinds = list(Kind)
    name = "Năng lực, cam kết và tính liên tục của công chức"
    return [row(f"3.{n}", kinds[n % len(kinds)], name=name) for n in range(39)]


def drawn(rows: list[GapRow], words: GapWords, width: int = 360) -> DumbbellChart:
    return dumbbell(rows, words=words, width=width, number=whole, chart_id="gap")


def test_marks_stand_where_the_scale_says(words: GapWords) -> None:
    # On 360 units the track runs from 12 to 348: one point is 3.36 units.
    track = drawn([row()], words).rows[0].track
    assert track.self_mark is not None
    assert track.perception_mark is not None
    assert track.interval is not None
    assert track.joint is not None
    assert track.self_mark.x == pytest.approx(280.8)
    assert track.perception_mark.x == pytest.approx(180.0)
    assert (track.interval.x1, track.interval.x2) == pytest.approx((146.4, 213.6))
    assert (track.joint.x, track.joint.width) == pytest.approx((180.0, 100.8))


def test_both_layouts_keep_the_order_given(words: GapWords) -> None:
    rows = [row("4.2"), row("1.10"), row("1.1"), row("3.12")]
    for width in (360, 960):
        chart = drawn(rows, words, width)
        assert [r.code for r in chart.rows] == ["4.2", "1.10", "1.1", "3.12"]
        heights = [r.finding.y for r in chart.rows]
        assert all(upper < lower for upper, lower in pairwise(heights))
    assert drawn(rows, words, 719).layout == "narrow"
    assert drawn(rows, words, 720).layout == "wide"


@pytest.mark.parametrize("width", [720, 960])
def test_heads_are_not_broken_inside_a_word(words: GapWords, width: int) -> None:
    english = replace(words, self_score="Self-score", perception="Perception", gap="Gap")
    heads = drawn(many(), english, width).heads
    assert {("Self-", "score"), ("Perception",), ("Gap",)} <= {head.lines for head in heads}


@pytest.mark.parametrize("width", [360, 720, 960, 1200])
def test_nothing_is_outside_the_picture(words: GapWords, width: int) -> None:
    extremes = [row(self_score=0.0, perception=100.0, low=-5.0, high=140.0), *many()]
    chart = drawn(extremes, words, width)
    labels = [label for r in chart.rows for label in r.labels]
    labels += [*chart.heads, *(item.label for item in chart.legend)]
    for label in labels:
        for line in label.lines:
            room = text_width(line, label.size, bold="b" in label.css.split())
            left = {"start": label.x, "middle": label.x - room / 2, "end": label.x - room}
            assert left[label.anchor] >= -0.5, line
            assert left[label.anchor] + room <= width + 0.5, line
        assert 0 < label.y <= label.bottom < chart.height
    tracks = [r.track for r in chart.rows]
    marks = [m for t in tracks for m in (t.self_mark, t.perception_mark) if m is not None]
    assert all(8 <= mark.x <= width - 8 for mark in marks)
    intervals = [t.interval for t in tracks if t.interval is not None]
    assert all(0 <= i.x1 <= i.x2 <= width for i in intervals)


@pytest.mark.parametrize("absent", [None, math.nan])
def test_absent_values_are_drawn_as_their_class_alone(
    words: GapWords, absent: float | None
) -> None:
    nothing = row(
        kind=Kind.NO_DATA,
        self_score=absent,
        perception=absent,
        low=absent,
        high=absent,
        gap=absent,
    )
    for width in (360, 960):
        first = drawn([nothing], words, width).rows[0]
        track = first.track
        parts = (track.self_mark, track.perception_mark, track.interval, track.joint, track.band)
        assert parts == (None,) * 5
        assert first.finding.css == "mark none"
        assert "nan" not in repr(first)


def test_a_colour_is_a_band_joined_from_its_nearer_end(words: GapWords) -> None:
    coloured = row(
        self_score=None,
        self_range=(0.0, 33.0),
        self_colour="red",
        self_word="Đỏ",
        kind=Kind.PERCEPTION_HIGHER,
    )
    track = drawn([coloured], words).rows[0].track
    assert track.self_mark is None
    assert track.band is not None
    assert track.joint is not None
    assert (track.band.x, track.band.width) == pytest.approx((12.0, 110.88))
    assert (track.joint.x, track.joint.width) == pytest.approx((122.88, 57.12))
    fitting = row(self_score=None, self_range=(33.0, 67.0), kind=Kind.FITS_COLOUR)
    assert drawn([fitting], words).rows[0].track.joint is None


def test_an_open_link_has_no_interval_and_a_hollow_mark(words: GapWords) -> None:
    signal = row(kind=Kind.SIGNAL_BELOW, low=None, high=None)
    track = drawn([signal], words).rows[0].track
    assert track.interval is None
    assert track.perception_mark is not None
    assert track.perception_mark.css == "said open"


def test_hostile_names_are_text(words: GapWords, draw: Draw) -> None:
    for width in (360, 960):
        chart = drawn([row(code="<b>", name=HOSTILE, note=HOSTILE)], words, width)
        svg = draw("gap.svg.html", "dumbbell_svg", chart)
        page = BeautifulSoup(svg, "html.parser")
        assert page.find("script") is None
        assert page.find("b") is None
        assert len(page.find_all("svg")) == 1
        assert "{{ 7" in page.get_text()


def test_ids_are_unique_on_a_page_with_both_layouts(words: GapWords, draw: Draw) -> None:
    charts = [
        dumbbell(many(), words=words, width=width, number=whole, chart_id=f"gap-{width}")
        for width in (360, 960)
    ]
    html = "".join(draw("gap.svg.html", "dumbbell_svg", chart) for chart in charts)
    page = BeautifulSoup(html, "html.parser")
    ids = [str(tag["id"]) for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids)) == 8
    for svg in page.find_all("svg"):
        assert svg["role"] == "img"
        assert set(str(svg["aria-labelledby"]).split()) <= set(ids)
    assert page.find(style=True) is None


@pytest.mark.parametrize("width", [360, 960])
def test_thirty_nine_rows_stay_under_forty_kilobytes(
    words: GapWords, draw: Draw, width: int
) -> None:
    svg = draw("gap.svg.html", "dumbbell_svg", drawn(many(), words, width))
    assert len(svg.encode()) <= 40_000


def test_no_rows_still_make_a_picture(words: GapWords, draw: Draw) -> None:
    for width in (360, 960):
        svg = draw("gap.svg.html", "dumbbell_svg", drawn([], words, width))
        assert svg.count("<svg") == 1
