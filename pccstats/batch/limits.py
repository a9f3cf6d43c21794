"""What one notebook may take of time, memory and output: one without end must not take the pack with it."""

from __future__ import annotations

from dataclasses import dataclass

from pccstats.terms.plan import PageLimit

try:
    from resource import RLIMIT_AS, prlimit
except ImportError:  # only Linux lets one process limit another
    prlimit = None  # type: ignore[assignment]

LIMIT_SECONDS, LIMIT_GIGABYTES = 900.0, 6.0
MOST_SHOWN = 5_000_000  # characters of text, errors and displays of one notebook together
OUTPUT_IN_WORDS = f"{MOST_SHOWN / 1e6:g} MB of output"
WARNED_AFTER = 0.8  # of the time it may take
_GIGABYTE = 10**9


@dataclass(frozen=True)
class Limits:
    """What each notebook may take.

    Attributes
    ----------
    seconds : float
        The longest it may run, its start included.
    gigabytes : float
        The memory its process may ask for, in thousand million bytes.

    Examples
    --------
    >>> Limits(gigabytes=2.5).memory_in_words
    '2.5 GB of memory'
    """

    seconds: float = LIMIT_SECONDS
    gigabytes: float = LIMIT_GIGABYTES

    def for_page(self, own: PageLimit) -> Limits:
        """Those of a page that has its own: what it does not say is as for all.

        Examples
        --------
        >>> Limits().for_page(PageLimit("board", minutes=30))
        Limits(seconds=1800, gigabytes=6.0)
        """
        seconds = self.seconds if own.minutes is None else own.minutes * 60
        return Limits(seconds, self.gigabytes if own.gigabytes is None else own.gigabytes)

    def in_words(self, whom: str = "Each page") -> str:
        """All of them, for the person at the terminal."""
        memory = self.memory_in_words if can_limit_memory() else "any memory (this system cannot hold it to less)"
        return f"{whom} may take {self.time_in_words}, {memory} and {OUTPUT_IN_WORDS}; one that takes more is stopped."

    @property
    def time_in_words(self) -> str:
        return in_minutes(self.seconds)

    @property
    def memory_in_words(self) -> str:
        return f"{self.gigabytes:g} GB of memory"

    def hold(self, process: int) -> None:
        """Hold a process, and all it starts, to its memory; where the system has no such limit, nothing happens.

        Raises
        ------
        ProcessLookupError
            Where there is no such process any more.
        """
        if prlimit is not None:
            most = int(self.gigabytes * _GIGABYTE)
            prlimit(process, RLIMIT_AS, (most, most))


def can_limit_memory() -> bool:
    """True where this system can hold a process to an amount of memory."""
    return prlimit is not None


def in_minutes(seconds: float) -> str:
    """A time as people say it.

    Examples
    --------
    >>> in_minutes(8), in_minutes(900)
    ('8 seconds', '15 minutes')
    """
    return f"{seconds:g} seconds" if seconds < 120 else f"{seconds / 60:g} minutes"
