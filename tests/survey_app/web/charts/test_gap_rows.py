import pytest

from survey_app.web.charts.gap_rows import GapRow, figure, gap_figure, self_figure, signed
from survey_app.web.charts.kinds import Kind


def decimal_comma(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


@pytest.mark.parametrize(
    ("gap", "text"),
    [(18.24, "+18,2"), (-3.5, "−3,5"), (0.0, "0,0"), (0.04, "0,0"), (-0.04, "0,0")],
)
def test_a_gap_has_its_sign_unless_it_rounds_to_nothing(gap: float, text: str) -> None:
    assert signed(gap, decimal_comma) == text


def test_what_is_absent_is_a_dash_and_a_colour_is_its_word() -> None:
    row = GapRow(code="1.1", name="", kind=Kind.NOT_ASKED, self_word="Vàng")
    assert self_figure(row, decimal_comma) == "Vàng"
    assert gap_figure(row, decimal_comma) == "–"
    assert figure(float("nan"), decimal_comma) == "–"
