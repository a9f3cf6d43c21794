"""What may be asked of a change, and how it is refused."""

from __future__ import annotations

import pytest

from pccstats.methods.change.change import change
from pccstats.terms.errors import MethodProblem, RequestProblem
from pccstats.terms.periods import Window
from tests.methods.change.small_series import monthly, yearly


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"since": "2012/13", "until": "2013-03"}, "the same"),
        ({"since": "2014/15", "until": "2014-06"}, "must end after"),
        ({"since": ("2010-04", "2014-12"), "until": "2015-06"}, "differ in length"),
        ({"since": None, "until": "2015-06"}, "no baseline of its own"),
        ({"since": "2012/13", "until": "2015-06", "dispersion": 0.5}, "1 or more"),
        ({"since": "2012/13", "until": "2015-06", "dispersion": "normal"}, "1 or more"),
        ({"since": "2012/13", "until": "2015-06", "design_effect": 0}, "above zero"),
        ({"since": "2012/13", "until": "2015-06", "confidence": 95}, "between 0 and 1"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(options, words):
    """Windows that cannot differ and options out of range are refused."""
    with pytest.raises(MethodProblem, match=words):
        change(monthly([300] * 63, first="2010-04"), **options)


@pytest.mark.parametrize("kind", ["position", "qualitative"])
def test_ranks_and_words_have_no_test(kind):
    """A rank or a judgement in words is refused."""
    with pytest.raises(MethodProblem, match="no test of its change"):
        change(yearly(("2013-03", 2), ("2015-06", 5), kind=kind), "2012/13", "2015-06")


def test_the_series_own_baseline_and_last_month_are_the_defaults():
    """With nothing said, the series' own baseline and its last twelve months are compared."""
    found = change(monthly([300] * 39, baseline=Window.read("2012/13")))
    assert (str(found.baseline_window), str(found.latest_window)) == ("2012/13", "12 months to June 2015")


def test_everything_wrong_with_a_request_is_said_at_once():
    """A year, a month and four options out of range are one message."""
    with pytest.raises(MethodProblem) as caught:
        change(monthly([300] * 39), "2012/14", "June", 95, dispersion="normal", design_effect="two")
    message = str(caught.value)
    assert "5 problems" in message
    for part in ("'2012/14'", "'June'", "95", "'normal'", "'two'"):
        assert part in message
    with pytest.raises(RequestProblem, match="2 problems"):
        change(monthly([300] * 39), "2012/14", "June")
