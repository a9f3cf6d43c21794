"""What comes with a request besides the figures: words of closed lists, numbers, switches; what is wrong, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from math import inf
from numbers import Integral, Real
from typing import Any, TypeGuard

from pccstats.terms.errors import MethodProblem, Problem


def is_number(value: Any) -> TypeGuard[float]:
    """True for a real number of any sort, numpy's included; True and False are none, nor is what no float can hold.

    Examples
    --------
    >>> is_number(2), is_number(True), is_number("2"), is_number(2j), is_number(10**400)
    (True, False, False, False, False)
    """
    is_real = isinstance(value, Real) and not isinstance(value, bool)
    try:
        return is_real and isinstance(float(value), float)
    except OverflowError:
        return False


def is_whole(value: Any) -> TypeGuard[int]:
    """True for a whole number of any sort, numpy's included.

    Examples
    --------
    >>> is_whole(3), is_whole(3.0), is_whole(True)
    (True, False, False)
    """
    return isinstance(value, Integral) and is_number(value)


def choice_problems(**asked: tuple[Any, type[StrEnum]]) -> list[Problem]:
    """Words given that are not on their closed list.

    Examples
    --------
    >>> from pccstats.terms.words import Polarity
    >>> [str(problem) for problem in choice_problems(polarity=("down", Polarity))]
    ["polarity: There is no such choice. Found 'down'. Choose one of: lower_is_better, higher_is_better, neutral."]
    """
    return [
        problem
        for name, (value, choices) in asked.items()
        for problem in one_of_problems("There is no such choice.", value, choices, name)
    ]


def one_of_problems(what: str, value: Any, choices: Iterable[str], where: str = "") -> list[Problem]:
    """A word that is none of those on offer.

    Examples
    --------
    >>> [str(problem) for problem in one_of_problems("There is no such chart.", "pie", ("xmr", "c"))]
    ["There is no such chart. Found 'pie'. Choose one of: xmr, c."]
    """
    offered = tuple(choices)
    if isinstance(value, str) and value in offered:
        return []
    return [Problem(what, where, str(value), f"Choose one of: {', '.join(offered)}.")]


def listed(value: Any, what: str, *single: type) -> list[Any]:
    """What may be given alone or as a list, as a list; text is one thing and no list of letters.

    Raises
    ------
    MethodProblem
        If it is neither one of these nor a list.

    Examples
    --------
    >>> listed("2013-04", "months"), listed(("2013-04", "2014-04"), "months")
    (['2013-04'], ['2013-04', '2014-04'])
    """
    if isinstance(value, (str, *single)):
        return [value]
    if isinstance(value, Iterable) and not isinstance(value, bytes | Mapping):
        return list(value)
    raise MethodProblem(Problem(f"This is a list of {what}.", value=str(value), next_step="Leave it out for none."))


def number_problems(above: float = -inf, *, up_to: float = inf, **asked: Any) -> list[Problem]:
    """Numbers given that are none, or are not above one bound and finite, or pass another.

    Examples
    --------
    >>> [str(problem) for problem in number_problems(above=0, multiplier="x")]
    ["multiplier: This is a number above zero. Found 'x'."]
    """
    least = "" if above == -inf else f" above {above:g}" if above else " above zero"
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
