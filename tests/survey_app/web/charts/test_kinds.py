import re

from survey_app.web.charts.kinds import Kind, finding_mark, tone


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_findings_that_differ_in_meaning_differ_in_shape_or_outline() -> None:
    looks = {kind: (finding_mark(kind).path, tone(kind)) for kind in Kind}
    same = {Kind.FITS_COLOUR: Kind.ALIGNED, Kind.SIGNAL_ABOVE: Kind.SIGNAL_BELOW}
    for kind, look in looks.items():
        twins = {other for other, seen in looks.items() if seen == look}
        assert twins in ({kind}, {kind, same.get(kind, kind)}, *({k, v} for k, v in same.items()))


def test_every_text_colour_has_a_contrast_of_seven_on_paper(stylesheet: str) -> None:
    names = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", stylesheet))
    used = re.findall(r"text[^{]*{ fill: ([^;]+);", stylesheet)
    colours = [names.get(value[6:-1], value) for value in used] + [names["ink"], names["soft"]]
    paper = luminance(names["paper"]) + 0.05
    assert len(used) >= 4
    assert all(paper / (luminance(colour) + 0.05) >= 7 for colour in colours)


def test_the_style_sheet_stays_small(stylesheet: str) -> None:
    assert len(stylesheet.encode()) < 3000
