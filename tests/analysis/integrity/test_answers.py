import numpy as np
import pytest

from analysis.errors import BadInput
from analysis.integrity.answers import answer_codes, counts_of, grouped


def test_codes_become_bytes_and_groups_become_numbers() -> None:
    assert answer_codes("codes", [[1, -2], [0, 4]]).dtype == np.int8
    assert grouped("units", ["b", "a", "b"], 3).tolist() == [1, 0, 1]
    assert grouped("units", None, 2).tolist() == [0, 0]
    assert counts_of("n", [1, 0]).tolist() == [1.0, 0.0]


def test_what_is_no_code_no_count_and_no_share_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="codes must be whole numbers"):
        answer_codes("codes", [[1.5]])
    with pytest.raises(BadInput, match="n must be whole and not negative, got nan in row 1"):
        counts_of("n", [1, np.nan])
    with pytest.raises(BadInput, match="n must hold one count per unit"):
        counts_of("n", [])
    with pytest.raises(BadInput, match="n must be numbers"):
        counts_of("n", ["one"])
    with pytest.raises(BadInput, match="codes must have shape"):
        answer_codes("codes", [[1], [1, 2]])
