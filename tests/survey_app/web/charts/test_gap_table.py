from collections.abc import Callable

from bs4 import BeautifulSoup
from markupsafe import Markup

from survey_app.web.charts.gap_rows import GapRow, GapWords
from survey_app.web.charts.gap_table import gap_table
from survey_app.web.charts.kinds import Kind

Draw = Callable[[str, str, object], Markup]


def test_the_table_says_all_that_the_picture_shows(words: GapWords, draw: Draw) -> None:
    row = GapRow(
        code="1.10",
        name="<i>An ninh</i>",
        kind=Kind.SELF_HIGHER,
        self_score=80,
        perception=50,
        low=40,
        high=60,
        gap=30,
        href="/vi/x?a=1&b=2",
    )
    empty = GapRow(code="1.1", name="Quản lý", kind=Kind.NOT_ASKED)
    table = gap_table([row, empty], words=words, number=lambda v: f"{v:.0f}", caption="Bảng")
    page = BeautifulSoup(draw("gap_table.html", "gap_table", table), "html.parser")
    caption, link = page.find("caption"), page.find("a")
    assert caption is not None
    assert caption.get_text() == "Bảng"
    assert link is not None
    assert (link["href"], link.get_text()) == ("/vi/x?a=1&b=2", "<i>An ninh</i>")
    rows = [
        [cell.get_text(strip=True) for cell in tr.find_all("td")] for tr in page.find_all("tr")
    ]
    assert rows[1] == ["80", "50", "40–60", "+30", words.classes["self_higher"]]
    assert rows[2][:4] == ["–"] * 4
    assert [th["scope"] for th in page.find_all("th")] == ["col"] * 6 + ["row"] * 2
