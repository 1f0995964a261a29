"""The level of the gap test where it is hardest to keep: with the true gap exactly at the margin."""

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis import gaps
from tests.simulations.sampling import SCORES, SHAPES


def answered(
    rng: np.random.Generator, shares: NDArray[np.float64], n: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    share = rng.multinomial(n, shares) / n
    return share @ SCORES, share @ SCORES**2


# Not "satisfied" above: a self-score of 90 has its upper bound beyond the scale, uncrossable.
AT_THE_MARGIN = [
    ("flat", -12.5),
    ("flat", 12.5),
    ("single peak", -12.5),
    ("single peak", 12.5),
    ("satisfied", -12.5),
]


@pytest.mark.parametrize("n", [10, 20, 60])
@pytest.mark.parametrize(("shape", "side"), AT_THE_MARGIN)
def test_at_the_margin_itself_one_test_in_twenty_is_wrong(shape: str, n: int, side: float) -> None:
    rng = np.random.default_rng([n, round(side * 2) + 100])
    shares = np.array(SHAPES[shape])
    means, squares = answered(rng, np.broadcast_to(shares, (400, 39, 5)), n)
    score = np.full((400, 39), shares @ SCORES + side)
    result = gaps(
        score,
        score,
        means,
        squares,
        np.full((400, 39), float(n)),
        evidence=["A"] * 400,
        dont_know_share=np.zeros((400, 39)),
    )
    assert 0.04 <= np.mean(result.p_gap <= 0.05) <= 0.06
