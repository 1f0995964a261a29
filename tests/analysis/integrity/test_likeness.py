import numpy as np
import pytest

from analysis.integrity.likeness import lending_groups, likeness

ONE_FORM = np.zeros(9, dtype=np.int64)


def test_agreeing_pairs_are_counted_by_hand() -> None:
    # First unit: item 1 has 1 of 3 pairs alike, item 2 one of one. The last person is alone.
    codes = np.array([[0, 0, 2, 1], [3, 3, -1, 0]], dtype=np.int8)
    found = likeness(codes, np.array([0, 0, 0, 1]), 4)
    assert found[0] == pytest.approx(2 / 4)
    assert np.isnan(found[1])


def test_a_unit_that_stands_out_borrows_from_the_most_alike_that_does_not() -> None:
    alike = np.array([0.95, 0.30, 0.31, 0.33, 0.29, 0.32, 0.30, 0.99, np.nan])
    found = lending_groups(alike, ONE_FORM)
    # Median .31, MAD .02 around it: .99 stands out itself and lends nothing.
    assert found.group.tolist() == [3, 1, 2, 3, 4, 5, 6, 3, 8]
    assert found.beside_others.all()


def test_fewer_than_three_others_of_the_form_say_nothing() -> None:
    alike = np.array([0.95, 0.3, 0.3, 0.95, 0.3, 0.3, 0.3, 0.3, 0.3])
    found = lending_groups(alike, np.array([0, 0, 0, 1, 1, 1, 1, 1, 1]))
    assert found.group.tolist() == [0, 1, 2, 4, 4, 5, 6, 7, 8]
    assert found.beside_others.tolist() == [False] * 3 + [True] * 6
