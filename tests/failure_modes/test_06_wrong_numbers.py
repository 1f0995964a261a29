"""6. Wrong numbers published: figures that differ from the export, totals above 100 %, no base."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pytest
from bs4 import Tag

from survey_app.db import reading
from survey_app.instance import Instance, open_instance
from survey_app.queries import campaigns, runs
from survey_app.services.run_document import document
from survey_app.web.app import create_app
from tests.crawl.crawler import sign_in
from tests.journeys.places import PUBLISHED, copied, settings_in
from tests.visit import Page, Visit

HALF_A_DIGIT = 0.05 + 1e-9  # figures are printed with one digit
PIXEL = 0.11  # and points of a drawing, too
ANSWERS = [f"Share of answer {place} of 5 (1 is worst)" for place in range(1, 6)]
FIRST_POINT = re.compile(r"M\s*(-?[\d.]+)")


@dataclass(frozen=True)
class Place:
    """What is said of one unit: on the page, in the file, and by the command."""

    code: str
    page: Page
    public: Page
    rows: dict[str, dict[str, str]]
    computed: dict[str, dict[str, object]]


@pytest.fixture(scope="module")
def opened(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    instance = open_instance(settings_in(copied(tmp_path_factory)))
    yield instance
    instance.engine.dispose()


@pytest.fixture(scope="module")
def official(opened: Instance) -> Visit:
    return sign_in(create_app(opened), "official")


@pytest.fixture(scope="module")
def places(opened: Instance, official: Visit) -> list[Place]:
    with reading(opened.engine) as session:
        wave = campaigns.wave_by_key(session, PUBLISHED)
        assert wave is not None
        run = runs.registered_run(session, wave.id)
        assert run is not None
        rows = document(session, wave, run)["rows"]
        codes = [place.official_code for place in wave.units]
    assert isinstance(rows, list)
    return [_place(official, code, rows) for code in codes]


def _place(visit: Visit, code: str, rows: list[dict[str, object]]) -> Place:
    path = f"/en/office/gaps/{PUBLISHED}/{code}"
    text = visit.client.get(f"{path}/gaps.csv").get_data().decode("utf-8-sig")
    return Place(
        code,
        visit.get(path),
        visit.get(f"/en/results/{PUBLISHED}/{code}"),
        {row["Indicator"].split()[0]: row for row in csv.DictReader(io.StringIO(text))},
        {str(row["indicator"]): row for row in rows if row["unit"] == code and row["headline"]},
    )


def figure(text: str) -> float | None:
    found = re.fullmatch(r"[+−-]?[\d,]+(\.\d+)?", text.strip())
    return float(text.replace("−", "-").replace(",", "").replace("+", "")) if found else None


def test_the_export_has_the_figures_that_were_computed_and_no_other(places: list[Place]) -> None:
    compared = 0
    for place in places:
        assert place.rows.keys() == place.computed.keys()
        assert len(place.rows) == 39
        for code, row in place.rows.items():
            computed = place.computed[code]
            for head, name in (
                ("Average answer", "mean"),
                ("Interval (95%), from", "low"),
                ("Interval (95%), to", "high"),
                ("Self-score", "self_score"),
                ("Blended score", "blended"),
            ):
                if row[head]:
                    assert abs(float(row[head]) - float(str(computed[name]))) <= HALF_A_DIGIT
                    compared += 1
            if row["Gap"]:  # of the two figures that stand beside it
                apart = float(row["Gap"]) - (
                    float(row["Self-score"]) - float(row["Average answer"])
                )
                assert abs(apart) <= HALF_A_DIGIT or row["Colour of the self-score"]
    assert compared > 500


def test_every_line_of_the_chart_stands_where_its_figure_says(places: list[Place]) -> None:
    marks = 0
    for place in places:
        for page in (place.page, place.public):
            for chart in ("#gap-wide", "#gap-narrow"):
                drawn = page.all(f"{chart} > g")
                assert len(drawn) == 39
                marks += _reconcile(drawn, "path.said", place.rows, "Average answer")
                marks += _reconcile(drawn, "path.own", place.rows, "Self-score")
    assert marks > 1000


def _reconcile(drawn: list[Tag], mark: str, rows: dict[str, dict[str, str]], head: str) -> int:
    """A mark is there exactly where there is a figure, and all lie on one straight scale."""
    points = []
    for line in drawn:
        code = line.select_one("text")
        assert code is not None
        row = rows[code.get_text().split()[0]]
        found = line.select_one(mark)
        shows = bool(row[head]) and not (head == "Self-score" and row["Colour of the self-score"])
        assert (found is not None) == shows, (code.get_text(), head, row[head])
        if found is not None:
            points.append((float(row[head]), start(str(found["d"]))))
    if not points:
        return 0  # a place of which nothing may be shown
    points.sort()
    (low, left), (high, right) = points[0], points[-1]
    for value, x in points:
        expected = left + (right - left) * (value - low) / (high - low)
        assert abs(x - expected) <= 2 * PIXEL
    assert all(a[1] <= b[1] + PIXEL for a, b in pairwise(points))
    return len(points)


def start(path: str) -> float:
    """Where a mark begins: as far left of its middle as any other of its kind."""
    found = FIRST_POINT.match(path)
    assert found is not None
    return float(found[1])


def test_the_table_on_the_page_has_the_figures_of_the_export(places: list[Place]) -> None:
    for place in places:
        for page in (place.page, place.public):
            heads = [each.get_text(" ", strip=True) for each in page.all(".gap-table thead th")]
            for line in page.all(".gap-table tbody tr"):
                cells = [each.get_text(" ", strip=True) for each in line.find_all(["th", "td"])]
                shown = dict(zip(heads, cells, strict=True))
                row = place.rows[cells[0].split()[0]]
                for head in ("Self-score", "Average answer", "Gap"):
                    name = next(each for each in heads if each.startswith(head))
                    exported = float(row[head]) if row[head] else None
                    if head == "Self-score" and row["Colour of the self-score"]:
                        continue
                    printed = figure(shown[name])
                    assert (printed is None) == (exported is None), (place.code, cells, row[head])
                    # The page prints whole points, for people; the file has a digit more.
                    assert abs((printed or 0) - (exported or 0)) <= 0.5, (place.code, cells)


def test_no_total_is_above_a_hundred_and_every_share_has_its_base(places: list[Place]) -> None:
    totals = []
    for place in places:
        for code, row in place.rows.items():
            shares = [float(row[head]) for head in ANSWERS if row[head]]
            computed = place.computed[code]["n"]
            n = int(str(computed))
            if row["Answers, rounded to 5"].isdigit():
                assert abs(int(row["Answers, rounded to 5"]) - n) <= 2
            else:
                assert n < 10 or row["Finding"].startswith("Not asked")
            if shares:
                together = re.findall(r": (\d+)%", row["Answers counted together"])
                totals.append(sum(shares) + sum(int(each) / 100 for each in together))
                assert row["Answers, rounded to 5"].isdigit()
            for head in (*ANSWERS, "Share who do not know"):
                assert not row[head] or 0 <= float(row[head]) <= 1
    assert len(totals) > 100
    assert max(totals) <= 1 + 1e-9


def test_the_page_of_an_indicator_draws_the_shares_of_the_export_and_says_of_how_many(
    official: Visit, places: list[Place]
) -> None:
    place = next(each for each in places if any(row[ANSWERS[0]] for row in each.rows.values()))
    full = [code for code, row in place.rows.items() if all(row[head] for head in ANSWERS)][:8]
    assert len(full) > 3
    for code in full:
        page = official.get(f"{place.page.path}/{code}")
        row = place.rows[code]
        said = [float(row[head]) for head in (*ANSWERS, "Share who do not know")]
        bars = page.all("#answers-0-640 rect:not([fill])")[: len(said)]
        widths = [float(str(each["width"])) for each in bars]
        scale = max(widths) / max(said)
        assert all(
            abs(width - share * scale) <= 1.0 for width, share in zip(widths, said, strict=True)
        ), (code, widths, said)
        n = row["Answers, rounded to 5"]
        assert f"about {n} answers" in page.text
        assert f"Answers with an opinion: {n}." in page.text.replace("about ", "")


def test_scores_of_another_scale_stay_off_the_scale(places: list[Place]) -> None:
    """All scores are 0 to 100; of an audience that is not asked there is nothing."""
    for place in places:
        for row in place.rows.values():
            for head in ("Average answer", "Self-score", "Blended score"):
                assert not row[head] or 0 <= float(row[head]) <= 100
            if row["Finding"].startswith("Not asked"):
                assert not row["Average answer"]
