import re

import pytest
import segno

from survey_app.web.respond import qr

ADDRESS = "https://khaosat.example.vn/vi/receipt"
STEP = re.compile(r"([Mmh])(\d+)(?: (\d+))?")


def drawn(svg: str) -> set[tuple[int, int]]:
    """(row, column) of the dark modules, without the rim: the path walked as SVG says."""
    dark, (x, y) = set(), (0, 0)
    for letter, first, second in STEP.findall(svg.partition("stroke")[2]):
        if letter == "h":
            dark |= {(y - qr.RIM, x + step - qr.RIM) for step in range(int(first))}
        x, y = (int(first), int(second)) if letter == "M" else (x + int(first), y)
    return dark


@pytest.mark.parametrize("code", ["A" * 16, "7" * 16, "ABCDEFGHIJKLMNOP", "Q2W3E4R5T6Y7U2I3"])
@pytest.mark.parametrize("address", [ADDRESS, "http://127.0.0.1:8000/en/receipt"])
def test_it_is_the_code_that_segno_makes_from_scratch(address: str, code: str) -> None:
    made = segno.make(
        f"{address}#{code}", error="m", mode="byte", mask=qr.MASK, micro=False, boost_error=False
    )
    dark = {(y, x) for y, row in enumerate(made.matrix) for x, bit in enumerate(row) if bit}
    assert drawn(qr.svg(address, code)) == dark


def test_a_code_of_another_length_is_not_drawn() -> None:
    with pytest.raises(ValueError, match="zip"):
        qr.svg(ADDRESS, "ABC")
