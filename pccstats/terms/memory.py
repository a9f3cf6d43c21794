"""How often Python looks for memory to be given back.

Short because it is one setting, made in three kinds of process that have nothing else in common.
"""

from __future__ import annotations

import gc

NEW_BEFORE_A_LOOK = 50_000  # objects; Python's own is 700
LOOKS_BEFORE_A_WIDER_ONE = 20


def collect_seldom() -> None:
    """Have Python look seldom for objects that only hold one another; all other memory is given back at once as ever.

    For a process that draws or works out one thing after another and ends: looking as often as Python does by itself
    takes a tenth of the time of a page of charts, and finds next to nothing. docs/decisions/0170 has the figures.

    Examples
    --------
    >>> before = gc.get_threshold()
    >>> collect_seldom()
    >>> gc.get_threshold()[0] > 700
    True
    >>> gc.set_threshold(*before)
    """
    gc.set_threshold(NEW_BEFORE_A_LOOK, LOOKS_BEFORE_A_WIDER_ONE, LOOKS_BEFORE_A_WIDER_ONE)
