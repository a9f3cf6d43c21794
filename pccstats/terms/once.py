"""What follows from figures, worked out the first time it is asked for and remembered as long as they are."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, TypeVar, cast

Answer = TypeVar("Answer")


class Once:
    """Something that never changes, and remembers what was worked out of it.

    Examples
    --------
    >>> figures = Once()
    >>> figures.once("their sum", lambda: 3), figures.once("their sum", lambda: 4)
    (3, 3)
    """

    def once(self, question: Hashable, answer: Callable[[], Answer]) -> Answer:
        """The answer to a question, worked out unless it was asked before."""
        if question not in self._answers:
            self._answers[question] = answer()
        return cast("Answer", self._answers[question])

    @cached_property
    def _answers(self) -> dict[Hashable, Any]:
        return {}


class Remembered:
    """The latest answers to questions that hold all they are answered from; the one not asked for longest goes first.

    For work that many ask of the same figures, each with figures read anew: every force of its peers.

    Parameters
    ----------
    most : int
        How many are remembered.

    Examples
    --------
    >>> squares = Remembered(most=1)
    >>> squares.once(3, lambda: 9), squares.once(4, lambda: 16), squares.once(3, lambda: 0)
    (9, 16, 0)
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()

    def once(self, question: Hashable, answer: Callable[[], Answer]) -> Answer:
        """The answer to a question, worked out unless it was asked lately."""
        if question not in self._answers:
            self._answers[question] = answer()
            if len(self._answers) > self._most:
                self._answers.popitem(last=False)
        self._answers.move_to_end(question)
        return cast("Answer", self._answers[question])
