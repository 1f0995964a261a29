"""Run the simulations at full size and write docs/statistics/simulations.md: `make simulate`."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from os import cpu_count
from pathlib import Path

import numpy as np

from tests.simulations import blends, coverage, gap_rule, lists, mixtures, places
from tests.simulations.sampling import Setting

PAGE = Path(__file__).parents[2] / "docs" / "statistics" / "simulations.md"
SAMPLES, REPEATS, SEEN = 800, 20, 200
LIST_DRAWS = 1000
DESIGNS = ((20, 1), (60, 1), (6, 15), (12, 10), (20, 12), (20, 30))

INTRODUCTION = """# What the methods do on data whose truth is known

Written by `make simulate` (scripts in `tests/simulations/`, seeded; a short form runs with the tests).

## Intervals of an average score and of a share

Eight shapes of answers on five points, from flat to nine tenths at the top; 12 items; n answers; sampling units: each
person on their own, or collectors with an intraclass correlation of .05; a fifth of the people weighted so that the design
effect of weighting is as given. {draws:,} intervals per shape; the table shows, over the eight shapes, the lowest and the
average share of 95 % intervals that hold the truth, and the average width (points of 100).

"""
COMPOSITES = """
## Composites, both audiences, and items whose clusters differ

Six or eight items with one factor in common (loading .6). *Alike*: every item has an intraclass correlation of .05; *unlike*: from .01 to
.15. What differs between clusters differs in all items together (correlation .64). Shares of 95 % intervals that hold the truth: of the
mean of all items, of residents and businesses half and half, and of the item whose interval of the average (of the two best
answers) does worst.

"""
POOLED = """
## An open link beside a drawn sample

39 indicators with 20 drawn answers and 200 from an open link, whose bias differs between indicators around -5 points (first line: no
bias). Root mean square errors, and what the mixture states of its own. The mixture is a labelled model estimate; no class and no gap
rests on it.

"""
GAP_RULE = """
## Which gaps are real

200 units with 39 indicators, populations between dissatisfied and satisfied, self-scores 6 points too high on average with a
standard deviation of 14; margin 12.5, q .10. *False* is the share among what was named, *power* the share of the gaps beyond
the margin that were named, *far* of those at least 10 points beyond it, *agreed* the share of all cells. Colours are intervals
of a third of the scale, whose agreement means that the truth lies inside. A national list is one family of all units.

"""
BLENDS = """
## The blend, also where its own model is wrong

39 indicators, 60 people a unit who answered 12 topics each, truths with the default variances, self-scores 8 points too high.
Every world but the first has a halo (a person's mood, standard deviation 14, over all their answers) and one thing more.
Captured audits are collusion: they lie half-way between the truth and the self-score.
Errors are root mean squares over cells without an audit; coverage and width are of the published intervals ("–": none was
published, because there were audits but too few to check them). `audits` is the share of draws that audits could calibrate.

"""
CHANGES = """
## Change between two waves

Cells of n answers in each wave, 39 indicators a unit. *Level*: tests at .05 without a change; *wrong equivalence*: tests at .05 when
the change is exactly the 5 points of the equivalence margin; *named*: rises of 15 points found at q .10 in a unit's report.

"""
PLACES = """
## Places of units

50 units, errors of 1 to 5 points. Shares of draws in which ALL intervals of places hold, ties sharing theirs; beside it the
percentiles of bootstrapped ranks, which are not published because of this.

"""
AREAS = """
## Small areas

Fay-Herriot with one covariate, sampling variances of 10 to 100; errors are root mean squares.

"""
LISTS = """
## A list experiment

Four statements and a sensitive one that is true for none, 5, 25 or 60 %; n answers, half of them to each list, from people on
their own or from collectors whose businesses differ (standard deviation 10 % of the share). *Chosen*: one statement is common, one
rare and two exclude each other; *alike*: four statements, each true for half. Share of 95 % intervals that hold the truth, and in
brackets their average width; {draws:,} draws each.

"""
LIST_TEST = """
The test of no design effect at .05 (chosen list, 25 %): how often it rejects where nothing is wrong, and where a tenth or three
tenths of the treated count one statement too few.

"""


def main() -> None:
    with ProcessPoolExecutor(cpu_count()) as pool:
        grid = list(chain.from_iterable(pool.map(_coverage_at, coverage.SIZES)))
        say("coverage")
        rule = list(chain.from_iterable(pool.map(_gap_rule_at, gap_rule.SIZES)))
        say("gap rule")
        mixed = list(chain.from_iterable(pool.map(_blends_in, blends.WORLDS)))
        say("blend")
        moved = list(chain.from_iterable(pool.map(_changes_at, (10, 20, 60, 200, 600))))
        say("change")
        together = list(chain.from_iterable(pool.map(_composites_of, DESIGNS)))
        say("composites")
    parts = (
        INTRODUCTION.format(draws=SAMPLES * coverage.ITEMS),
        *_coverage_table(grid),
        COMPOSITES,
        *_composite_table(together),
        GAP_RULE,
        *_gap_table(rule),
        BLENDS,
        *_blend_table(mixed),
        POOLED,
        *_pooled_table(mixtures.open_and_drawn(REPEATS * 20)),
        CHANGES,
        *_change_table(moved),
        PLACES,
        *_place_table(places.places(REPEATS * 50)),
        AREAS,
        *_area_table(places.small_areas(REPEATS * 15)),
        *list_part(lists.study(LIST_DRAWS), lists.levels(LIST_DRAWS // 3)),
    )
    PAGE.write_text("".join(parts), encoding="utf-8")


def say(done: str) -> None:
    sys.stderr.write(f"done: {done}\n")


def _coverage_at(n: int) -> list[coverage.Point]:
    return list(coverage.study(SAMPLES, (n,)))


def _gap_rule_at(n: int) -> list[gap_rule.Outcome]:
    return list(gap_rule.study(REPEATS, (n,)))


def _blends_in(world: blends.World) -> list[blends.Outcome]:
    return list(blends.study(SEEN, worlds=(world,)))


def _composites_of(clusters: tuple[int, int]) -> list[mixtures.Composite]:
    return list(mixtures.composites(REPEATS * 60, (clusters,)))


def _changes_at(n: int) -> list[places.Change]:
    return list(places.changes(REPEATS // 4, (n,)))


def _coverage_table(points: Iterable[coverage.Point]) -> Iterator[str]:
    by_setting: dict[Setting, list[coverage.Point]] = defaultdict(list)
    for point in points:
        by_setting[point.setting].append(point)
    yield _row("n", "sampling units", "weighting", "average: lowest", "mean", "width")
    yield _row(*["---:"] * 6)
    for setting, of_shapes in by_setting.items():
        yield _row(
            *_named(setting),
            _decimals(min(point.mean_coverage for point in of_shapes)),
            _decimals(np.mean([point.mean_coverage for point in of_shapes])),
            f"{np.mean([point.mean_width for point in of_shapes]):.1f}",
        )
    yield "\nThe same of the share of the two best answers:\n\n"
    yield _row("n", "sampling units", "weighting", "share: lowest", "mean", "width")
    yield _row(*["---:"] * 6)
    for setting, of_shapes in by_setting.items():
        yield _row(
            *_named(setting),
            _decimals(min(point.top_two_coverage for point in of_shapes)),
            _decimals(np.mean([point.top_two_coverage for point in of_shapes])),
            f"{100 * np.mean([point.top_two_width for point in of_shapes]):.1f}",
        )


def _gap_table(outcomes: Iterable[gap_rule.Outcome]) -> Iterator[str]:
    heads = ("false gaps", "false agreements", "power", "far", "agreed")
    yield _row("n", "sampling units", "weighting", "self-scores", *heads)
    yield _row(*["---:"] * 3, "---", *["---:"] * 5)
    for each in outcomes:
        shares = (
            each.false_gaps,
            each.false_agreements,
            each.power,
            each.power_far,
            each.agreements,
        )
        yield _row(*_named(each.setting), each.kind, *map(_decimals, shares))


def _blend_table(outcomes: Iterable[blends.Outcome]) -> Iterator[str]:
    heads = ("blend", "residents", "self-scores", "coverage", "width", "audits")
    yield _row("world", "units", *heads)
    yield _row("---", *["---:"] * 7)
    for each in outcomes:
        errors = (each.blended, each.residents, each.officials)
        yield _row(
            each.world,
            str(each.units),
            *(f"{error:.1f}" for error in errors),
            _decimals(each.coverage),
            "–" if np.isnan(each.width) else f"{each.width:.1f}",
            f"{each.calibrated:.2f}",
        )


def _composite_table(found: Iterable[mixtures.Composite]) -> Iterator[str]:
    yield _row("sample", "all items", "both audiences", "average, worst item", "share, worst item")
    yield _row("---", *["---:"] * 4)
    for each in found:
        shares = (each.overall, each.both, each.worst_mean, each.worst_top_two)
        yield _row(each.design, *map(_decimals, shares))


def _pooled_table(found: Iterable[mixtures.Pooled]) -> Iterator[str]:
    yield _row("spread of the bias", "drawn", "open link", "mixture", "stated")
    yield _row(*["---:"] * 5)
    for each in found:
        errors = (each.bias, each.drawn, each.open_link, each.pooled, each.stated)
        yield _row(*(f"{error:.1f}" for error in errors))


def _change_table(changes: Iterable[places.Change]) -> Iterator[str]:
    yield _row("n", "answers", "level", "coverage", "width", "wrong equivalence", "named")
    yield _row("---:", "---", *["---:"] * 5)
    for each in changes:
        yield _row(
            str(each.n),
            each.shape,
            _decimals(each.level),
            _decimals(each.coverage),
            f"{each.width:.1f}",
            _decimals(each.wrong_equivalence),
            _decimals(each.power),
        )


def _place_table(found: Iterable[places.Places]) -> Iterator[str]:
    yield _row("points between neighbours", "all hold", "mean width", "bootstrap: all hold")
    yield _row(*["---:"] * 4)
    for each in found:
        shares = (
            _decimals(each.together),
            f"{each.width:.1f}",
            _decimals(each.bootstrap_together),
        )
        yield _row(f"{each.distance:g}", *shares)


def _area_table(found: Iterable[places.Areas]) -> Iterator[str]:
    yield _row("areas", "variance between", "coverage", "width", "error", "direct error")
    yield _row(*["---:"] * 6)
    for each in found:
        numbers = (each.width, each.error, each.direct_error)
        yield _row(
            str(each.areas),
            f"{each.between:g}",
            _decimals(each.coverage),
            *(f"{number:.1f}" for number in numbers),
        )


def list_part(
    found: Iterable[lists.ListPoint], levels: Iterable[tuple[int, float, float]]
) -> Iterator[str]:
    yield LISTS.format(draws=LIST_DRAWS)
    yield _row("list", "n", "collectors", *(f"{share:.0%}" for share in lists.SHARES))
    yield _row("---", "---:", "---", *["---:"] * len(lists.SHARES))
    rows: dict[tuple[str, int, int], list[str]] = defaultdict(list)
    for each in found:
        cells = rows[each.kind, each.n, each.clusters]
        cells.append(f"{_decimals(each.coverage)} ({each.width:.2f})")
    for (kind, n, collectors), cells in rows.items():
        yield _row(kind, str(n), str(collectors or "people"), *cells)
    yield LIST_TEST
    yield _row("n", "nothing wrong", "a tenth", "three tenths")
    yield _row(*["---:"] * 4)
    rejected: dict[int, list[str]] = defaultdict(list)
    for n, _shift, share in levels:
        rejected[n].append(_decimals(share))
    yield from (_row(str(n), *shares) for n, shares in rejected.items())


def _named(setting: Setting) -> tuple[str, str, str]:
    return str(setting.n), str(setting.clusters or "people"), f"{setting.weight_effect:g}"


def _decimals(share: float | np.floating) -> str:
    return "–" if np.isnan(share) else f"{share:.3f}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    main()
