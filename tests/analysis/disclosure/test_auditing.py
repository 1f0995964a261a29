import numpy as np
import pytest

from analysis.disclosure import Sum, SuppressionRule, Tables, audit
from analysis.errors import BadInput

EXACT = SuppressionRule(step=1)


def test_one_hidden_unit_of_a_province_is_the_difference_of_the_others() -> None:
    tables = Tables.nested([66, 40, 20, 6], [-1, 0, 0, 0])
    found = audit(tables, tables.counts < 10, rule=EXACT)
    assert not found.passes
    assert (found.exposed.tolist(), found.least[3], found.most[3]) == ([3], 6.0, 6.0)


def test_two_hidden_units_share_what_is_left() -> None:
    tables = Tables.nested([66, 40, 20, 6], [-1, 0, 0, 0])
    found = audit(tables, [False, False, True, True], rule=EXACT, every_interval=True)
    assert found.passes
    assert (found.least[2:].tolist(), found.most[2:].tolist()) == ([0.0, 0.0], [26.0, 26.0])


def test_rounding_hides_but_not_always_enough() -> None:
    """By hand: 45 and 45 leave -4 to 4, and nobody is fewer than none."""
    tables = Tables.nested([46, 45, 1], [-1, 0, 0])
    found = audit(tables, [False, False, True])
    assert (found.least[2], found.most[2], found.exposed.tolist()) == (0.0, 4.0, [2])
    # 48 is published as 50, 45 as 45: 1 to 9, which is wide enough.
    vaguer = audit(Tables.nested([48, 45, 3], [-1, 0, 0]), [False, False, True])
    assert (vaguer.least[2], vaguer.most[2], vaguer.passes) == (1.0, 9.0, True)


def test_published_counts_of_ten_say_that_they_are_not_eight() -> None:
    """Both are published as 10, hence 10 to 12; their sum as 20, hence at most 22."""
    tables = Tables.nested([22, 11, 11, 0], [-1, 0, 0, 0])
    found = audit(tables, [False, False, False, True])
    assert (found.least[3], found.most[3]) == (0.0, 2.0)


def test_two_tables_about_the_same_people_are_attacked_together() -> None:
    """By hand: of 45 each table hides 8 + 7; that 8 and 8 are the same people joins nothing yet,
    but a published sum of one small cell of each (16) pins them with the rest.
    """
    counts = [45, 30, 8, 7, 30, 8, 7]
    apart = Tables.nested(counts, [-1, *[0] * 6], [None, *"cccwww"])
    assert audit(apart, apart.counts < 10, rule=EXACT).passes
    sums = (*apart.sums, Sum(7, (2, 5)), Sum(8, (2, 6)))
    together = Tables(np.array([*counts, 16, 15]), sums)
    found = audit(together, together.counts < 10, rule=EXACT)
    assert found.exposed.tolist() == [2, 3, 5, 6]
    assert (
        found.least[found.exposed].tolist() == found.most[found.exposed].tolist() == [8, 7, 8, 7]
    )


def test_what_everybody_knows_is_not_hidden_and_helps_the_attacker() -> None:
    tables = Tables.nested([38, 20, 9, 9, 0], [-1, 0, 0, 0, 0])
    hidden = tables.counts < 10
    assert audit(tables, hidden, rule=EXACT, known=tables.counts == 0).exposed.size == 0
    alone = Tables.nested([29, 20, 9, 0], [-1, 0, 0, 0])
    found = audit(alone, alone.counts < 10, rule=EXACT, known=alone.counts == 0)
    assert found.exposed.tolist() == [2]


def test_a_release_that_shows_fewer_than_ten_is_refused() -> None:
    with pytest.raises(BadInput, match="hidden must hold cell 1: it counts 9"):
        audit(Tables.nested([29, 9, 20], [-1, 0, 0]), [False] * 3)


def test_masks_of_another_size_are_refused_by_name() -> None:
    tables = Tables.nested([20, 20], [-1, 0])
    with pytest.raises(BadInput, match="hidden must hold 2 truth values"):
        audit(tables, [True])
    with pytest.raises(BadInput, match="known must hold 2 truth values"):
        audit(tables, np.zeros(2, bool), known=[True])


@pytest.mark.parametrize("none", [[np.nan, np.nan], ["False", "False"], [0, 0], [None, None]])
def test_what_could_be_read_as_a_truth_value_is_none(none: list[object]) -> None:
    tables = Tables.nested([20, 20], [-1, 0])
    nothing = np.zeros(2, bool)
    with pytest.raises(BadInput, match="hidden must hold 2 truth values, got"):
        audit(tables, none)  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(BadInput, match="known must hold 2 truth values, got"):
        audit(tables, nothing, known=none)  # type: ignore[arg-type]  # wrong on purpose


def test_what_is_no_table_and_no_rule_is_refused() -> None:
    with pytest.raises(BadInput, match="tables must be Tables, got list"):
        audit([20, 20], [False, False])  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(BadInput, match="rule must be a SuppressionRule, got 10"):
        audit(Tables.nested([20], [-1]), [False], rule=10)  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(BadInput, match=r"largest_block must be a whole number from 0 .* got 1\.5"):
        audit(Tables.nested([20], [-1]), [False], largest_block=1.5)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("wrong", [0, -1, 2.5, np.nan, np.inf, "10", None])
def test_a_rule_that_hides_nothing_is_refused(wrong: object) -> None:
    with pytest.raises(BadInput, match="minimum_n must be a whole number from 1 to"):
        SuppressionRule(minimum_n=wrong)  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(BadInput, match="step must be a whole number from 1 to"):
        SuppressionRule(step=wrong)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("wrong", [0.0, np.nan, np.inf, "5", None])
def test_a_rule_that_leaves_nothing_vague_is_refused(wrong: object) -> None:
    with pytest.raises(BadInput, match="least_width must be"):
        SuppressionRule(least_width=wrong)  # type: ignore[arg-type]  # wrong on purpose
