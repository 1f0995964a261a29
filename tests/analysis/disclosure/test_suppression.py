from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import Sum, SuppressionRule, Tables, audit, suppress
from analysis.errors import BadInput
from tests.analysis.disclosure.random_tables import cross_tables, hierarchies

EXACT = SuppressionRule(step=1)
RULES = st.sampled_from(
    [SuppressionRule(), EXACT, SuppressionRule(minimum_n=5, step=3, least_width=3)]
)


def test_the_textbook_table_takes_its_cheapest_rectangle_along() -> None:
    """Willenborg and de Waal (1996): enterprises by activity and region, one sensitive cell.

    Of the four rectangles through the 22 (by hand: 52, 69 and twice more with the 8: 51, 85) the
    one with 8, 17 and 12 costs fewest, and the attacker is left with 5 to 30.
    """
    table = Tables.crossed([[20, 50, 10], [8, 19, 22], [17, 32, 12]])
    found = suppress(table, rule=SuppressionRule(minimum_n=1, step=1), primary=table.counts == 22)
    assert table.counts[found.hidden].tolist() == [8, 22, 17, 12]
    assert found.lost == 8 + 17 + 12
    seen = audit(
        table, found.hidden, rule=SuppressionRule(minimum_n=1, step=1), every_interval=True
    )
    place = int(np.flatnonzero(table.counts == 22)[0])
    assert (seen.least[place], seen.most[place]) == (5.0, 30.0)


def test_a_small_unit_hides_its_smallest_sibling() -> None:
    tables = Tables.nested([106, 40, 20, 40, 6], [-1, 0, 0, 0, 0])
    found = suppress(tables, rule=EXACT)
    assert (tables.counts[found.hidden].tolist(), found.lost) == ([20, 6], 20)


def test_suppression_goes_down_the_hierarchy() -> None:
    """A unit of 4 is hidden with its sibling of 10; then the sibling's parts may not add up."""
    tables = Tables.nested(
        [114, 100, 10, 4, 10, 0, 4, 0],
        [-1, 0, 0, 0, 2, 2, 3, 3],
        [None, "unit", "unit", "unit", "sex", "sex", "sex", "sex"],
    )
    found = suppress(tables, rule=EXACT)
    assert found.hidden.tolist() == [False, False, True, True, True, True, True, True]
    assert audit(tables, found.hidden, rule=EXACT).passes


@settings(max_examples=25, deadline=None)
@given(st.one_of(hierarchies(), cross_tables()), RULES, st.sampled_from([0, 64]))
def test_after_suppression_the_audit_passes(
    tables: Tables, rule: SuppressionRule, exact_up_to: int
) -> None:
    found = suppress(tables, rule=rule, exact_up_to=exact_up_to)
    assert audit(tables, found.hidden, rule=rule).passes
    assert audit(tables, found.hidden, rule=rule, integral=True).passes
    small = tables.counts < rule.minimum_n
    assert found.primary.tolist() == small.tolist()
    assert not (found.primary & ~found.hidden).any()
    assert found.lost == tables.counts[found.hidden & ~small].sum()


@settings(max_examples=4, deadline=None)
@given(cross_tables().filter(lambda t: t.counts.size >= 9 and (t.counts >= 10).sum() <= 7))
def test_no_other_choice_of_cells_costs_fewer_respondents(tables: Tables) -> None:
    found = suppress(tables, rule=EXACT)
    published = np.flatnonzero(~found.primary)
    best = np.inf
    for more in product((False, True), repeat=published.size):
        cost = tables.counts[published[list(more)]].sum()
        if cost < best:
            hidden = found.primary.copy()
            hidden[published[list(more)]] = True
            best = cost if audit(tables, hidden, rule=EXACT).passes else best
    assert found.lost == best


@settings(max_examples=12, deadline=None)
@given(hierarchies())
def test_the_quick_way_hides_at_least_what_the_exact_way_does(tables: Tables) -> None:
    exact, quick = (suppress(tables, rule=EXACT, exact_up_to=n) for n in (64, 0))
    assert exact.lost <= quick.lost


def test_what_is_known_can_make_protection_impossible() -> None:
    tables = Tables.nested([20, 12, 8], [-1, 0, 0])
    with pytest.raises(BadInput, match="known leaves no way to protect"):
        suppress(tables, rule=EXACT, known=[True, True, False])
    with pytest.raises(BadInput, match="known leaves no way to protect"):
        suppress(tables, rule=EXACT, known=[True, True, False], exact_up_to=0)


@pytest.mark.parametrize("wrong", [np.full(16, np.nan), np.full(16, "False"), np.zeros(3, bool)])
def test_masks_that_are_no_truth_values_are_refused_by_their_own_name(wrong: object) -> None:
    table = Tables.crossed([[20, 50, 10], [8, 19, 22], [17, 32, 12]])
    for name in ("known", "primary"):
        masks: dict[str, Any] = {name: wrong}
        with pytest.raises(BadInput, match=f"{name} must hold 16 truth values, got"):
            suppress(table, **masks)
    with pytest.raises(BadInput, match=r"exact_up_to must be a whole number .* got nan"):
        suppress(table, exact_up_to=np.nan)  # type: ignore[arg-type]  # wrong on purpose


def test_cells_exposed_together_wait_for_what_the_first_of_them_needed() -> None:
    """Hiding the total or its first part is enough for all of the cells of the second part."""
    counts, sums = [10, 10, 10, 0, 0, 0, 0], ((0, (1, 3)), (1, (2,)), (3, (4,)), (3, (5, 6)))
    tables = Tables(np.array(counts), tuple(Sum(*each) for each in sums))
    found = suppress(tables, rule=EXACT, exact_up_to=0)
    assert found.lost == suppress(tables, rule=EXACT).lost == 10


def test_units_by_sex_age_and_hamlet_of_a_whole_nation() -> None:
    rng = np.random.default_rng(18091)
    counts, parents, breakdowns = [0], [-1], ["nation"]
    for _ in range(3321):
        n, unit = int(rng.integers(0, 200)), len(counts)
        counts[0] += n
        counts.append(n)
        parents.append(0)
        breakdowns.append("unit")
        for name, groups in (("sex", 3), ("age", 5), ("hamlet", 6)):
            counts += rng.multinomial(n, rng.dirichlet(np.ones(groups))).tolist()
            parents += [unit] * groups
            breakdowns += [name] * groups
    tables = Tables.nested(counts, parents, breakdowns)
    assert not audit(tables, tables.counts < 10).passes
    assert audit(tables, suppress(tables).hidden).passes
