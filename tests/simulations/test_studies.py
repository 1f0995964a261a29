"""The simulations in short: seeded, so that a failure is a change and not bad luck."""

import numpy as np
import pytest

from tests.simulations import blends, coverage, gap_rule, lists, mixtures, places
from tests.simulations.sampling import SHAPES, Setting

RARE = 0.012  # three standard errors of a coverage from 3,600 intervals


@pytest.mark.parametrize("clusters", [0, 5, 10, 20])
@pytest.mark.parametrize("n", [10, 30, 120, 400])
def test_published_intervals_hold_the_truth_at_every_point_of_the_grid(
    n: int, clusters: int
) -> None:
    points = list(coverage.study(300, (n,), (clusters,)))
    assert len(points) == (len(SHAPES) * 3 if n >= 2 * clusters else 0)
    for point in points:
        assert point.mean_coverage >= 0.93 - RARE, point
        assert point.top_two_coverage >= 0.93 - RARE, point


def test_wider_samples_give_narrower_intervals() -> None:
    few, many = (list(coverage.study(40, (n,), (0,))) for n in (20, 120))
    for small, large in zip(few, many, strict=True):
        assert large.mean_width < small.mean_width
        assert large.top_two_width < small.top_two_width


def test_at_most_a_tenth_of_the_gaps_and_of_the_agreements_is_wrong() -> None:
    outcomes = {(each.setting, each.kind): each for each in gap_rule.study(1, (15, 60))}
    for each in outcomes.values():
        assert not each.false_gaps > 0.10, each
        assert not each.false_agreements > 0.10, each
    assert outcomes[Setting(60), "points"].power > 0.45
    assert outcomes[Setting(60), "points"].power_far > 0.9
    assert outcomes[Setting(60), "points"].power > outcomes[Setting(15), "points"].power


@pytest.mark.parametrize("world", blends.WORLDS[:8], ids=lambda world: world.name)
def test_the_blend_is_nearer_to_the_truth_than_either_source(world: blends.World) -> None:
    for each in blends.study(16, (1, 8), (world,)):
        assert each.blended < 0.85 * each.residents, each
        assert each.blended < 0.75 * each.officials, each


def test_an_interval_is_published_only_where_audits_could_check_it() -> None:
    audited = next(world for world in blends.WORLDS if world.audited and not world.captured)
    (few, many) = blends.study(6, (3, 40), (audited,))
    assert few.calibrated == 0
    assert few.width != few.width  # NaN: none was published
    assert many.calibrated == 1
    assert many.coverage > 0.9


def test_a_change_is_seldom_seen_where_there_is_none_and_places_hold_together() -> None:
    for each in places.changes(1, (20, 200)):
        assert each.level <= 0.075, each
        assert each.wrong_equivalence <= 0.06, each
    equal, *_others, apart = places.places(100)
    assert equal.together >= 0.90
    assert equal.bootstrap_together < 0.10
    assert apart.width < 10


def test_small_areas_cover_and_beat_their_own_estimates() -> None:
    for each in places.small_areas(25, (30,)):
        assert each.coverage >= 0.92, each
        assert each.error < each.direct_error, each


def test_composites_hold_the_truth_also_where_people_were_asked_in_clusters() -> None:
    for each in mixtures.composites(150, ((40, 1), (12, 10), (20, 12))):
        assert each.overall >= 0.93 - 0.04, each
        assert each.both >= 0.93 - RARE, each
        assert each.worst_mean >= 0.93 - 0.04, each
        assert each.worst_top_two >= 0.93 - 0.04, each


def test_an_open_link_helps_a_drawn_sample_and_is_kept_down_where_it_is_biased() -> None:
    for each in mixtures.open_and_drawn(40):
        assert each.pooled < each.drawn, each
        assert each.stated == pytest.approx(each.pooled, rel=0.15), each


def test_intervals_of_a_list_experiment_hold_the_truth() -> None:
    points = list(lists.study(150, (60, 130), (0, 12)))
    assert len(points) == 4 * 2 * 4
    for point in points:
        assert point.coverage >= 0.93 - 3 * (0.95 * 0.05 / 150) ** 0.5, point
        assert abs(point.bias) < 0.06, point
    assert np.mean([point.coverage for point in points]) >= 0.95 - 0.012


def test_a_well_chosen_list_is_worth_more_answers() -> None:
    widths = {(each.kind, each.share): each.width for each in lists.study(60, (130,), (0,))}
    for share in lists.SHARES:
        assert widths["chosen", share] < 0.75 * widths["alike", share]


def test_the_test_of_a_list_keeps_its_level_and_sees_what_is_gross() -> None:
    assert lists.rejected(60, 130, 0.0) <= 0.05
    assert lists.rejected(40, 400, 0.3) > 0.5
