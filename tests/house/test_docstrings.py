"""The reading of docstrings finds what is missing."""

from dataclasses import dataclass

import pytest

from tests.house.docstrings import docstring_faults


def complete(events: int, *, per: float = 1000.0) -> float:
    """Say how many events there are for every thousand persons.

    Parameters
    ----------
    events, per : int
        Both explained.

    Returns
    -------
    float
        The rate.

    Examples
    --------
    >>> 1 + 1
    2
    """
    return events / per


def bare(events):  # noqa: D103
    return events


def without_full_stop() -> None:
    """Say little

    Examples
    --------
    >>> 1
    1
    """  # noqa: D400


def explains_another(events: int) -> int:
    """Say how many.

    Parameters
    ----------
    count : int
        Not what it takes.
    """
    return events


def statistic() -> None:
    """Say something of chance.

    Examples
    --------
    >>> 1
    1
    """


statistic.__module__ = "pccstats.methods.chance"


@dataclass
class Unexplained:
    """An answer."""

    value: float

    def summary(self):
        return self.value


@pytest.mark.parametrize(
    ("thing", "fault"),
    [
        (bare, "no docstring"),
        (without_full_stop, "not a sentence"),
        (explains_another, "says nothing of events"),
        (explains_another, "explains count, which it does not take"),
        (explains_another, "no Returns"),
        (explains_another, "no example"),
        (statistic, "without References"),
        (Unexplained, "none of its fields"),
        (Unexplained, ".summary has no docstring"),
    ],
)
def test_fault_is_found(thing: object, fault: str) -> None:
    """Each thing left out of a docstring is found."""
    assert any(fault in found for found in docstring_faults("name", thing))


def test_complete_docstring_is_left_alone() -> None:
    """A docstring that says all has no fault."""
    assert list(docstring_faults("complete", complete)) == []
