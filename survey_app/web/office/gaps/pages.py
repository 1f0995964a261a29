"""What the pages of a unit's gaps show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from survey_app.instrument.definition import Framework
from survey_app.models.campaigns import WaveUnit
from survey_app.models.runs import Run
from survey_app.services import results
from survey_app.services.disclosure import ReleasedRow
from survey_app.services.results import Results
from survey_app.web import words
from survey_app.web.charts.kinds import Kind, finding_mark
from survey_app.web.charts.shapes import Mark
from survey_app.web.i18n import day, language
from survey_app.web.i18n import gettext as _
from survey_app.web.office.gaps import filters as filtering
from survey_app.web.office.gaps.filters import Filters
from survey_app.web.office.gaps.table import Table, table
from survey_app.web.results import sentences
from survey_app.web.results.gap_chart import Drawing, GapPicture, picture
from survey_app.web.results.headings import Heading, heading

WIDTH = 1184


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter as the page offers it; where there is nothing to choose it is left out."""

    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class ClassCount:
    mark: Mark
    name: str
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class GapPage:
    heading: Heading
    scale_difference: str
    findings: tuple[str, ...]
    is_provisional: bool
    evidence: tuple[str, ...]
    run: str
    is_registered: bool
    counts: tuple[ClassCount, ...]
    choices: tuple[Choice, ...]
    filters: Filters
    picture: GapPicture | None
    shown: int


@dataclass(frozen=True, slots=True)
class View:
    """A unit's results as somebody asked to see them."""

    results: Results
    place: WaveUnit
    framework: Framework
    filters: Filters

    @property
    def unit_rows(self) -> tuple[ReleasedRow, ...]:
        return self.results.released.of_unit(self.place.unit_id).rows

    @property
    def rows(self) -> list[ReleasedRow]:
        """Those asked for, what matters first."""
        found = filtering.chosen(self.unit_rows, self.filters, self.framework)
        return results.by_importance(found)

    def address(self, indicator: str) -> str:
        return url_for("office.gap_indicator", indicator=indicator, **self._asked())

    def address_of_unit(self) -> str:
        return url_for("office.gap_unit", **self._asked())

    def address_of_class(self, name: str) -> str:
        return url_for("office.gap_unit", **(self._asked() | {"finding": name}))

    def _asked(self) -> dict[str, Any]:
        return {
            **self.filters.in_address,
            "wave": self.results.wave.key,
            "unit": self.place.official_code,
        }


def gap_page(view: View) -> GapPage:
    rows, found = view.rows, view.results
    whole = filtering.chosen(view.unit_rows, Filters(), view.framework)
    return GapPage(
        heading=heading(found.wave, view.place),
        scale_difference=sentences.scale_difference(found),
        findings=tuple(sentences.findings(whole, view.framework)),
        is_provisional=any(row.provisional for row in rows),
        evidence=tuple(words.evidence(grade) for grade in grades(rows)),
        run=run_name(found.run),
        is_registered=found.run.label == "registered",
        counts=tuple(_count(view, name, n) for name, n in results.counts(rows).items()),
        choices=tuple(choice for choice in _choices(view) if len(choice.options) > 1),
        filters=view.filters,
        picture=_picture(view, rows) if rows else None,
        shown=len(rows),
    )


def download(view: View) -> Table:
    top = heading(view.results.wave, view.place)
    return table(view.rows, view.framework, top, _about(view, top))


def grades(rows: Sequence[ReleasedRow]) -> list[str]:
    """The evidence that the rows rest on, best first; rows nobody was asked for rest on none."""
    return sorted({row.evidence for row in rows if row.mean is not None})


def run_name(run: Run) -> str:
    return _(
        "Calibration version %(version)s, %(label)s (run of %(day)s)",
        version=run.calibration.version,
        label=words.RUN_LABELS[run.label](),
        day=day(run.created_at),
    )


def _picture(view: View, rows: Sequence[ReleasedRow]) -> GapPicture:
    title = _("Self-score and average answer, by indicator")
    margin = view.results.parameters.margin
    return picture(rows, Drawing(view.framework, title, margin, view.address, WIDTH))


def _count(view: View, name: str, count: int) -> ClassCount:
    mark = finding_mark(Kind(name))
    return ClassCount(mark, words.class_name(name), count, view.address_of_class(name))


def _choices(view: View) -> list[Choice]:
    asked, rows = view.filters, view.unit_rows
    pillars = {pillar.code: pillar.name.in_(language()) for pillar in view.framework.pillars}
    present = {row.gap_class for row in rows}
    findings = {name: words.class_name(name) for name in results.ORDER if name in present}
    audiences = {
        name: words.audience(name)
        for name in filtering.ORDER_OF_AUDIENCES
        if any(row.audience == name and row.n is not None for row in rows)
    }
    series = {row.series: words.series(row.series) for row in rows}
    return [
        Choice("pillar", _("Pillar"), _options(_("All pillars"), pillars, asked.pillar)),
        Choice("finding", _("Finding"), _options(_("All findings"), findings, asked.finding)),
        Choice(
            "audience",
            _("Who was asked"),
            _options(_("Residents; else businesses"), audiences, asked.audience),
        ),
        Choice("series", _("Series"), _series_options(series, asked.series)),
        Choice("run", _("Run"), _run_options(view)),
    ]


def _options(everything: str, words_of: dict[str, str], chosen: str) -> tuple[Option, ...]:
    first = Option("", everything, chosen not in words_of)
    return (first, *(Option(code, text, code == chosen) for code, text in words_of.items()))


def _series_options(series: dict[str, str], chosen: str) -> tuple[Option, ...]:
    return _options(_("Best evidence"), series, chosen) if len(series) > 1 else ()


def _run_options(view: View) -> tuple[Option, ...]:
    leading = view.results.run.id
    return tuple(
        Option(str(run.id), run_name(run), run.id == leading) for run in view.results.runs
    )


def _about(view: View, top: Heading) -> list[tuple[str, str]]:
    run = view.results.run
    return [
        (_("Unit"), f"{top.unit} ({top.unit_code})"),
        (_("Wave"), f"{top.wave} – {top.campaign}"),
        *([(_("Data"), _("Demonstration data"))] if top.is_demonstration else []),
        (_("Run"), run_name(run)),
        (_("Code of the run"), run.sha256),
        (_("Code of the data"), run.dataset_sha256),
        (_("All units"), sentences.scale_difference(view.results)),
        *((_("Evidence"), words.evidence(grade)) for grade in grades(view.rows)),
        (
            _("Kept back"),
            _(
                "Figures that rest on fewer than ten answers, and figures that would tell what"
                " single people answered. Counts are rounded to five; shares are in steps of five"
                " per cent, and 0 means less than that."
            ),
        ),
    ]
