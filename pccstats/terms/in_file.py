"""The marks that say how a field of the plan is written in its file, where its name, type and default do not.

They stand beside the type of a field in `terms.plan`, and `pccstats.sources.entries` derives from them what the file
may hold.

Short because marks are all that these two share.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

AS_DECLARED = object()
ANYWHERE = "*"


@dataclass(frozen=True)
class InFile:
    """How a field stands in `plan.toml`, where its name, type and default do not say it.

    Attributes
    ----------
    key : str
        What it is called there, where that is not its own name: `theme` for the tuple `themes`.
    left_out : object
        What it is where the file leaves it out; as declared, unless said.
    is_needed : bool
        True where the file may not leave it out although the class has a default.
    under : str
        The one list of the plan in whose entries it may be written; empty where it is never written.
    """

    key: str = ""
    left_out: object = AS_DECLARED
    is_needed: bool = False
    under: str = ANYWHERE


@dataclass(frozen=True)
class Matches:
    """A text of this pattern."""

    pattern: str


@dataclass(frozen=True)
class OneOf:
    """One of these words."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class ReadBy:
    """What the file has is turned into the field by this, which raises a `RequestProblem` where it cannot."""

    read: Callable[[Any], Any]
