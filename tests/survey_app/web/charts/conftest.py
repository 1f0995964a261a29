from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

from survey_app.web.charts.gap_rows import GapWords
from survey_app.web.charts.kinds import Kind

ROOT = Path(__file__).parents[4]
Draw = Callable[[str, str, object], Markup]


@pytest.fixture(scope="session")
def draw() -> Draw:
    """Call a macro of ``templates/charts`` as a page does, with automatic escaping."""
    environment = Environment(
        loader=FileSystemLoader(ROOT / "survey_app" / "templates"),
        autoescape=select_autoescape(),
    )

    def call(template: str, macro: str, chart: object) -> Markup:
        drawn = getattr(environment.get_template(f"charts/{template}").module, macro)(chart)
        assert isinstance(drawn, Markup)
        return drawn

    return call


@pytest.fixture(scope="session")
def words() -> GapWords:
    return GapWords(
        title="Chênh lệch giữa tự đánh giá và cảm nhận",
        description="Mỗi hàng là một chỉ số.",
        indicator="Chỉ số",
        self_score="Tự đánh giá",
        perception="Cảm nhận",
        gap="Chênh lệch",
        finding="Kết luận",
        interval="Khoảng tin cậy 95%",
        perception_interval="Cảm nhận và khoảng tin cậy 95%",
        colour_range="Tự đánh giá bằng màu",
        classes={kind: f"Chưa đủ câu trả lời để kết luận {kind}" for kind in Kind},
    )


@pytest.fixture(scope="session")
def stylesheet() -> str:
    return (ROOT / "survey_app" / "static" / "charts.css").read_text(encoding="utf-8")
