"""Paper: a Typst template of `templates/print` and data become a PDF that screen readers can read.

Data reach the template as JSON, never as text of the template: what people typed cannot become
markup. Nothing is fetched, and only the fonts that come with the product are used.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Literal

import typst

from survey_app.config import ROOT

TEMPLATES = ROOT / "survey_app" / "templates" / "print"
FONTS = ROOT / "survey_app" / "data" / "fonts"


def pdf(template: str, data: Mapping[str, object]) -> bytes:
    """PDF/UA-1 of `print/TEMPLATE.typ`: tagged, with title, language and words for its pictures.

    The same data give the same bytes: the template says the date, or that there is none.
    """
    return _pages(template, data, "pdf", 0)[0]


def pictures(template: str, data: Mapping[str, object], ppi: int = 96) -> list[bytes]:
    """The same pages as PNG: to look at them."""
    return _pages(template, data, "png", ppi)


def _pages(
    template: str, data: Mapping[str, object], form: Literal["pdf", "png"], ppi: int
) -> list[bytes]:
    made: bytes | list[bytes] = typst.compile(  # several pictures are a list, which its types lack
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=_fonts(),
        format=form,
        ppi=ppi or None,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards="ua-1" if form == "pdf" else [],
    )
    return [made] if isinstance(made, bytes) else made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    )
