"""What comes with a request besides the figures: words of closed lists, numbers, switches; what is wrong, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from math import inf
from numbers import Real
from typing import Any, TypeGuard

from pccstats.terms.errors import MethodProblem, Problem


def is_number(value: Any) -> TypeGuard[float]:
    """True for a real number of any sort, numpy's included; True and False are none.

    Examples
    --------
    >>> is_number(2), is_number(True), is_number("2"), is_number(2j)
    (True, False, False, False)
    """
    return isinstance(value, Real) and not isinstance(value, bool)


def is_whole(value: Any) -> TypeGuard[int]:
    """True for a whole number, however it is held.

    Examples
    --------
    >>> is_whole(3), is_whole(3.0), is_whole(3.5), is_whole(float("nan")), is_whole(True)
    (True, True, False, False, False)
    """
    return is_number(value) and abs(value) < inf and value == int(value)


def choice_problems(**asked: tuple[Any, type[StrEnum]]) -> list[Problem]:
    """Words given that are not on their closed list.

    Examples
    --------
    >>> from pccstats.terms.words import Polarity
    >>> [str(problem) for problem in choice_problems(polarity=("down", Polarity))]
    ["polarity: There is no such choice. Found 'down'. Choose one of: lower_is_better, higher_is_better, neutral."]
    """
    return [
        Problem("There is no such choice.", name, str(value), f"Choose one of: {', '.join(choices)}.")
        for name, (value, choices) in asked.items()
        if not (isinstance(value, str) and value in tuple(choices))
    ]


def number_problems(above: float = -inf, *, up_to: float = inf, **asked: Any) -> list[Problem]:
    """Numbers given that are none, or are not above one bound and finite, or pass another.

    Examples
    --------
    >>> [str(problem) for problem in number_problems(above=0, multiplier="x")]
    ["multiplier: This is a number above 0. Found 'x'."]
    """
    least = "" if above == -inf else f" above {above:g}"
    most = "" if up_to == inf else f"{' and' if least else ''} up to {up_to:g}"
    return [
        Problem(f"This is a number{least}{most}.", name, str(value))
        for name, value in asked.items()
        if not (is_number(value) and above < value <= up_to and abs(value) < inf)
    ]


def switch_problems(**asked: Any) -> list[Problem]:
    """Switches that are neither True nor False: the text `no` would be taken for True.

    Examples
    --------
    >>> [str(problem) for problem in switch_problems(per_day="no", seasonal=False)]
    ["per_day: This is True or False. Found 'no'."]
    """
    return [
        Problem("This is True or False.", name, str(value))
        for name, value in asked.items()
        if type(value).__name__ not in ("bool", "bool_")
    ]


def text_problems(**asked: Any) -> list[Problem]:
    """What should be text and is not.

    Examples
    --------
    >>> [str(problem) for problem in text_problems(title=7, unit="offences")]
    ["title: This is text. Found '7'."]
    """
    return [Problem("This is text.", name, str(value)) for name, value in asked.items() if not isinstance(value, str)]


def instance_problems(what: str, step: str, wanted: type | tuple[type, ...], **asked: Any) -> list[Problem]:
    """Lists in which not everything is of the wanted type, or that are no lists.

    Examples
    --------
    >>> found = instance_problems("These are events.", "Make each a pcc.Event.", int, events=["2013-04"])
    >>> [str(problem) for problem in found]
    ["events: These are events. Found '2013-04'. Make each a pcc.Event."]
    """
    problems = []
    for name, value in asked.items():
        is_list = isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)
        given = list(value) if is_list else [value]
        problems += [Problem(what, name, str(one), step) for one in given if not (is_list and isinstance(one, wanted))]
    return problems


def require(problems: Iterable[Problem]) -> None:
    """Refuse what stands against a request, all at once.

    Raises
    ------
    MethodProblem
        If there is any problem.
    """
    if found := list(problems):
        raise MethodProblem(found)
