from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from markupsafe import Markup

from survey_app.web.charts.likert import (
    LikertChart,
    LikertGroup,
    LikertWords,
    Together,
    likert,
)

Draw = Callable[[str, str, object], Markup]
WORDS = LikertWords(
    title="Phân bố <câu trả lời>",
    description="Theo thang năm mức.",
    answers=["Rất kém", "Kém", "Trung bình", "Tốt", "Rất tốt"],
    dont_know="Không biết (trong số người được hỏi)",
)
RESIDENTS = LikertGroup(
    name="Người dân", note="412 câu trả lời", shares=[0.03, 0.12, 0.38, 0.42, 0.05], dont_know=0.08
)
HIDDEN = LikertGroup(name="Doanh nghiệp", note="Không công bố", shares=None)


def chart(*groups: LikertGroup, width: int = 640) -> LikertChart:
    return likert(
        groups, words=WORDS, width=width, percent=lambda v: f"{100 * v:.0f}%", chart_id="spread"
    )


def test_widths_are_in_proportion_to_shares_in_both_audiences() -> None:
    businesses = LikertGroup(
        name="Doanh nghiệp", note="", shares=[0.0, 0.21, 0.29, 0.36, 0.14], dont_know=0.02
    )
    bars = chart(RESIDENTS, businesses).bars
    assert len(bars) == 12
    shares = [0.03, 0.12, 0.38, 0.42, 0.05, 0.08, 0.0, 0.21, 0.29, 0.36, 0.14, 0.02]
    one = bars[3].box.width / 0.42
    assert [bar.box.width for bar in bars] == pytest.approx([one * share for share in shares])
    assert [bar.value.lines[0] for bar in bars[:6]] == ["3%", "12%", "38%", "42%", "5%", "8%"]


def test_dont_know_stands_apart_below_a_rule() -> None:
    bars = chart(RESIDENTS).bars
    steps = [bars[n + 1].box.y - bars[n].box.y for n in range(5)]
    assert steps[:4] == pytest.approx([32.0] * 4)
    assert steps[4] > 40
    assert bars[5].box.css == "share apart"


def test_answers_counted_together_have_one_bar_between_their_lines_and_a_bracket(
    draw: Draw,
) -> None:
    joined = LikertGroup(
        name="Người dân", note="412 câu trả lời", shares=[None, None, 0.4, 0.3, 0.15],
        dont_know=0.0,
        together=[Together(0, 1, 0.15)],
    )  # fmt: skip
    apart, drawn = chart(RESIDENTS), chart(joined)
    assert [bar.value.lines[0] for bar in drawn.bars] == ["15%", "40%", "30%", "15%", "0%"]
    middle = (apart.bars[0].box.y + apart.bars[1].box.y) / 2
    assert drawn.bars[0].box.y == pytest.approx(middle)
    assert drawn.bars[0].box.height == apart.bars[0].box.height
    assert (apart.brackets, drawn.brackets.count("M")) == ("", 1)
    assert drawn.brackets in draw("likert.svg.html", "likert_svg", drawn)


@pytest.mark.parametrize("width", [320, 360, 640, 960])
def test_a_full_bar_and_its_value_stay_inside(width: int) -> None:
    everyone = LikertGroup(name="Người dân", note="", shares=[0, 0, 0, 0, 1.0], dont_know=0.0)
    drawn = chart(HIDDEN, everyone, width=width)
    assert all(bar.value.x + 36 <= width for bar in drawn.bars)
    assert drawn.bars[4].value.lines == ("100%",)


def test_what_may_not_be_shown_has_its_reason_and_no_bar(draw: Draw) -> None:
    drawn = chart(HIDDEN)
    assert drawn.bars == ()
    page = BeautifulSoup(draw("likert.svg.html", "likert_svg", drawn), "html.parser")
    assert "Không công bố" in page.get_text()
    title = page.find("title")
    assert title is not None
    assert title.get_text() == "Phân bố <câu trả lời>"
