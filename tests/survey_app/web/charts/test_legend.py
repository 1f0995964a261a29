from survey_app.web.charts.gap_rows import GapRow, GapWords
from survey_app.web.charts.kinds import Kind
from survey_app.web.charts.legend import legend


def test_only_what_is_drawn_is_explained(words: GapWords) -> None:
    plain = GapRow(code="1.1", name="", kind=Kind.NOT_ASKED, self_score=75)
    items, _ = legend([plain], words, 960)
    assert [item.label.lines for item in items] == [("Tự đánh giá",)]
    signal = GapRow(code="1.2", name="", kind=Kind.NO_SIGNAL, perception=60)
    items, _ = legend([signal], words, 960)
    assert items[0].sample.interval is None


def test_items_go_to_the_next_line_when_the_room_ends(words: GapWords) -> None:
    row = GapRow(
        code="1.2", name="", kind=Kind.ALIGNED, self_score=60, perception=60, low=55, high=65
    )
    wide, low = legend([row], words, 960)
    narrow, high = legend([row], words, 300)
    assert wide[0].label.y == wide[1].label.y
    assert narrow[0].label.y < narrow[1].label.y
    assert low < high
