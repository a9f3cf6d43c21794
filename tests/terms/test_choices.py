"""Words, numbers, switches and lists that come with a request."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from pccstats.terms.choices import is_number, listed, number_problems, one_of_problems, switch_problems
from pccstats.terms.errors import MethodProblem


@pytest.mark.parametrize("value", [0, 2.5, np.int8(3), np.float32(1), Fraction(1, 3), math.inf])
def test_numbers_of_any_sort_are_numbers(value):
    """Python's, numpy's, fractions."""
    assert is_number(value)


@pytest.mark.parametrize("value", [True, np.True_, "1", 1j, None, pd.NA, [1], np.array([1]), 10**400])
def test_what_is_no_number(value):
    """True and False, text, complex numbers, lists, and what no float can hold."""
    assert not is_number(value)


@pytest.mark.parametrize("value", [0, -1, math.inf, math.nan, "x", 101])
def test_numbers_out_of_range_are_told_with_their_bounds(value):
    """Above zero, finite, up to a hundred."""
    (problem,) = number_problems(above=0, up_to=100, share=value)
    assert str(problem) == f"share: This is a number above zero and up to 100. Found '{value}'."


@pytest.mark.parametrize("value", [1, 0, "no", None, pd.NA, np.array([True, False])])
def test_a_switch_is_true_or_false(value):
    """Nothing else is taken for one of them; numpy's are."""
    assert len(switch_problems(per_day=value)) == 1
    assert switch_problems(per_day=np.True_) == []


@pytest.mark.parametrize("value", [["xmr"], np.array(["xmr", "c"]), None, "XMR"])
def test_a_choice_is_one_word_of_the_list(value):
    """A list of one is no word."""
    (problem,) = one_of_problems("There is no such chart.", value, ("xmr", "c"))
    assert problem.next_step == "Choose one of: xmr, c."


@pytest.mark.parametrize("value", [5, None, {"a": 1}, b"2013-04"])
def test_what_is_no_list_is_told(value):
    """A number, nothing, a mapping and bytes; the way to say nothing is to leave it out."""
    with pytest.raises(MethodProblem, match=r"This is a list of months\..*Leave it out for none\."):
        listed(value, "months")
