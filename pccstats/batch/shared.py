"""What a run has one of, however many packs it makes: begun by the outermost `with`, and the same for all within it.

Short because those who share in this way (the fork server, the cluster, the workers) know nothing of one another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class OneOfARun(Generic[Thing]):
    """One thing for a run and all that the run calls; another run, in another context, has its own.

    Examples
    --------
    >>> from contextlib import closing
    >>> from io import StringIO
    >>> page = OneOfARun[StringIO]("page")
    >>> with page.shared(lambda: closing(StringIO())) as outer, page.shared(lambda: closing(StringIO())) as inner:
    ...     inner is outer
    True
    >>> outer.closed
    True
    """

    def __init__(self, name: str) -> None:
        self._held: ContextVar[Thing | None] = ContextVar(name, default=None)

    @contextmanager
    def shared(self, begin: Callable[[], AbstractContextManager[Thing]]) -> Iterator[Thing]:
        """The thing there is; where there is none, one begun now, which ends as this does."""
        held = self._held.get()
        if held is not None:
            yield held
            return
        with begin() as begun:
            token = self._held.set(begun)
            try:
                yield begun
            finally:
                self._held.reset(token)
