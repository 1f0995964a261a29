import numpy as np
import pytest

from analysis import Sample, chi_squared, t_test


def test_a_one_sample_t_test_by_hand() -> None:
    # Mean 4, s^2/n = (8/3)/4 = 2/3: t = (4 - 3)/sqrt(2/3); R takes n - 2 = 2 degrees of freedom.
    result = t_test(Sample(np.ones(4)), [2, 4, 4, 6], null=3.0)
    assert result.statistic == pytest.approx(1 / np.sqrt(2 / 3))
    assert result.degrees_of_freedom == (2.0,)
    # F(t) with 2 degrees of freedom is 1/2 + t / (2 sqrt(2 + t^2)).
    expected = 1 - result.statistic / np.sqrt(2 + result.statistic**2)
    assert result.p_value == pytest.approx(expected)


def test_two_groups_are_compared_in_the_order_of_their_labels() -> None:
    result = t_test(Sample(np.ones(6)), [1, 2, 3, 7, 8, 9], list("aaabbb"))
    assert result.estimate is not None
    assert result.estimate.value == 6.0


def test_three_groups_are_refused() -> None:
    with pytest.raises(ValueError, match="groups must hold two labels, got"):
        t_test(Sample(np.ones(3)), [1, 2, 3], list("abc"))


def test_the_table_of_a_simple_sample_has_pearsons_statistic() -> None:
    # 20 10 / 10 20: X2 = 60 (20*20 - 10*10)^2 / (30^4) = 6.6667; one degree of freedom.
    rows = np.repeat(["a", "a", "b", "b"], [20, 10, 10, 20])
    columns = np.repeat(["u", "v", "u", "v"], [20, 10, 10, 20])
    result = chi_squared(Sample(np.ones(60)), rows, columns, "Chisq")
    assert result.statistic == pytest.approx(20 / 3)
    assert result.degrees_of_freedom == (1.0,)
    # With replacement every design effect is n/(n - 1): chi2(6.6667 * 59/60) is .01043.
    assert result.p_value == pytest.approx(0.01043, abs=2e-4)


def test_independent_variables_have_a_statistic_of_zero() -> None:
    rows, columns = np.tile(["a", "a", "b", "b"], 5), np.tile(["u", "v", "u", "v"], 5)
    for statistic in ("F", "Chisq", "Wald", "adjWald"):
        result = chi_squared(Sample(np.ones(20)), rows, columns, statistic)
        assert result.statistic == pytest.approx(0, abs=1e-12)
        assert result.p_value == pytest.approx(1)


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="two categories or more"):
        chi_squared(Sample([1, 1]), ["a", "a"], ["u", "v"])
    with pytest.raises(ValueError, match="statistic must be one of"):
        chi_squared(Sample([1, 1]), ["a", "b"], ["u", "v"], "G")  # type: ignore[arg-type]  # wrong on purpose
