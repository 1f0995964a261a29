import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import BadInput
from analysis.planning.blocks import split_blocks


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize(
    ("items", "per_block", "blocks"), [(7, 3, None), (13, 4, None), (9, 3, 12), (6, 3, 10)]
)
def test_known_balanced_designs_are_found(items: int, per_block: int, blocks: int | None) -> None:
    found = split_blocks(items, per_block, rng(), n_blocks=blocks)
    # lambda = b k (k - 1) / (v (v - 1)), by the counting of any textbook.
    each = len(found.blocks) * per_block * (per_block - 1) / (items * (items - 1))
    assert found.is_balanced
    assert found.fewest == each


@pytest.mark.parametrize(("items", "per_block"), [(32, 8), (39, 8), (39, 6)])
def test_forms_of_the_platform_s_size_meet_evenly_and_in_every_position(
    items: int, per_block: int
) -> None:
    found = split_blocks(items, per_block, rng())
    assert found.fewest >= 1
    assert found.most <= 2
    assert len(set(found.uses.tolist())) == 1
    for position in found.blocks.T:
        assert len(set(np.bincount(position, minlength=items).tolist())) == 1


@settings(max_examples=25, deadline=None)
@given(st.integers(3, 24), st.integers(2, 8), st.integers(0, 5))
def test_every_pair_meets_and_the_counts_are_those_of_the_blocks(
    items: int, per_block: int, seed: int
) -> None:
    per_block = min(per_block, items)
    found = split_blocks(items, per_block, rng(seed))
    together = np.zeros((items, items), dtype=int)
    for block in found.blocks.tolist():
        assert len(set(block)) == per_block
        for one in block:
            together[one, block] += 1
    assert np.array_equal(together, found.meetings)
    assert found.fewest >= 1


def test_a_wanted_number_of_blocks_uses_items_at_most_one_apart() -> None:
    found = split_blocks(39, 8, rng(), n_blocks=60)
    assert found.blocks.shape == (60, 8)
    assert found.fewest >= 1
    assert found.uses.max() - found.uses.min() <= 1
    assert split_blocks(32, 8, rng(), n_blocks=32).most <= 2


def test_the_seed_decides_and_nothing_else() -> None:
    one, two = (split_blocks(20, 5, rng(3), n_blocks=37).blocks for _ in range(2))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, split_blocks(20, 5, rng(4), n_blocks=37).blocks)


def test_a_form_that_holds_everything_is_one_block() -> None:
    found = split_blocks(5, 5, rng())
    assert sorted(found.blocks[0].tolist()) == [0, 1, 2, 3, 4]
    assert len(split_blocks(5, 5, rng(), n_blocks=3).blocks) == 3


def test_too_few_blocks_and_items_are_named() -> None:
    with pytest.raises(BadInput, match=r"n_blocks must be a whole number from 20 to .*, got 19"):
        split_blocks(32, 8, rng(), n_blocks=19)
    with pytest.raises(BadInput, match="n_blocks: no way was found"):
        # 43 blocks would be a plane of order six, which does not exist; 44 are hardly more.
        split_blocks(43, 7, rng(), n_blocks=44)
    with pytest.raises(BadInput, match="n_items must be a whole number from 2 to 400, got 1"):
        split_blocks(1, 1, rng())
    with pytest.raises(
        BadInput, match=r"per_block must be a whole number from 2 to 7 \(n_items\), got 8"
    ):
        split_blocks(7, 8, rng())
    with pytest.raises(BadInput, match="n_blocks must be a whole number from 1"):
        split_blocks(5, 5, rng(), n_blocks=0)
