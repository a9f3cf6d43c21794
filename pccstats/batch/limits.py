"""What notebooks may take: each of time, memory and output, and how many may run at once on this machine."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from pccstats.terms.plan import PageLimit
from pccstats.terms.words import counted

try:
    from resource import RLIMIT_AS, prlimit
except ImportError:  # only Linux lets one process limit another
    prlimit = None  # type: ignore[assignment]

LIMIT_SECONDS, LIMIT_GIGABYTES = 900.0, 6.0
MOST_SHOWN = 5_000_000  # characters of text, errors and displays of one notebook together
OUTPUT_IN_WORDS = f"{MOST_SHOWN / 1e6:g} MB of output"
WARNED_AFTER = 0.8  # of the time it may take
_GIGABYTE = 10**9
MOST_WORKERS = 32
GIGABYTES_OF_A_NOTEBOOK = (
    0.4  # the largest process of a run of the shipped quarter takes 0.36 GB, what they share included
)
_CONTROL_GROUP = Path("/sys/fs/cgroup")  # where Linux says what a container may have


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


@dataclass(frozen=True)
class Machine:
    """What there is for notebooks that run at once.

    Attributes
    ----------
    cores : int
        Those that this process may use.
    gigabytes : float
        The memory that is free, in thousand million bytes.

    Examples
    --------
    >>> Machine(cores=8, gigabytes=1.5).workers
    3
    """

    cores: int
    gigabytes: float

    @classmethod
    def here(cls, group: Path = _CONTROL_GROUP) -> Machine:
        """The one this runs on, as it is now; `group` is where the system says what a container of it may have."""
        mask = getattr(os, "sched_getaffinity", None)
        cores = len(mask(0)) if mask is not None else os.cpu_count() or 1
        allowed, free = _words_of(group / "cpu.max"), psutil.virtual_memory().available
        if len(allowed) == 2 and allowed[0].isdigit():  # microseconds of CPU in so many of the clock; else `max`
            cores = max(1, min(cores, int(allowed[0]) // int(allowed[1])))
        most, taken = _words_of(group / "memory.max"), _words_of(group / "memory.current")
        if most and taken and most[0].isdigit():
            statistics = iter(_words_of(group / "memory.stat"))
            kept = dict(zip(statistics, statistics, strict=False)).get("inactive_file", "0")  # given back when asked
            free = min(free, max(0, int(most[0]) - int(taken[0]) + int(kept)))
        return cls(cores, free / _GIGABYTE)

    @property
    def room(self) -> int:
        """How many notebooks its free memory holds."""
        return int(self.gigabytes / GIGABYTES_OF_A_NOTEBOOK)

    @property
    def workers(self) -> int:
        """How many notebooks may run at once: one a core, as far as memory holds them."""
        return max(1, min(self.cores, self.room, MOST_WORKERS))

    def in_words(self, workers: int) -> str:
        """How many run at once, and what there is for them, for the person at the terminal.

        Examples
        --------
        >>> Machine(cores=8, gigabytes=1.5).in_words(3)
        'Notebooks run 3 at a time: there are 8 cores, and 1.5 GB of memory free, where one takes about 0.4 GB.'
        """
        memory = f"{self.gigabytes:.1f} GB of memory free, where one takes about {GIGABYTES_OF_A_NOTEBOOK:g} GB"
        return f"Notebooks run {workers} at a time: there are {counted(self.cores, 'core')}, and {memory}."


def _words_of(file: Path) -> list[str]:
    """What a file of the system says; nothing where there is none."""
    try:
        return file.read_text("ascii").split()
    except OSError:
        return []


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


def about(seconds: float) -> str:
    """A time still to come, as people say it: rounded up, since it is a guess.

    Examples
    --------
    >>> about(34), about(680)
    ('about 40 seconds', 'about 12 minutes')
    """
    step = 10 if seconds < 110 else 60
    return f"about {in_minutes(math.ceil(seconds / step) * step)}"
