"""What went wrong, in words: problems with their place, one way to refuse, and findings that are shown."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from traceback import extract_tb
from typing import Self, TypeVar

import pandas as pd

Answer = TypeVar("Answer")
_MOST_LETTERS = 600  # of one part of a problem


@dataclass(frozen=True)
class Problem:
    """One fault in the data, the plan or a request.

    Parameters
    ----------
    what : str
        The rule that was broken, in words.
    where : str
        The place: a file, with row and column or key where there is one.
    value : str
        The value found there, as text; empty where there is none to show.
    next_step : str
        What the reader should do about it.

    Examples
    --------
    >>> print(Problem("A count cannot be negative.", "crime.csv, row 7, column numerator", "-3", "Correct the count."))
    crime.csv, row 7, column numerator: A count cannot be negative. Found '-3'. Correct the count.
    """

    what: str
    where: str = ""
    value: str = ""
    next_step: str = ""

    def __str__(self) -> str:
        place = f"{_cut(self.where)}: " if self.where else ""
        found = f" Found {_cut(self.value)!r}." if self.value else ""
        step = f" {_cut(self.next_step)}" if self.next_step else ""
        return f"{place}{_cut(self.what)}{found}{step}"


def _cut(text: str) -> str:
    """The beginning of what would fill a screen."""
    return text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}... ({len(text):,} letters)"


def refused_by_system(error: OSError) -> Problem:
    """What a disk, a drive or the system's rules did not allow, in words; the numbers of errors are the system's own.

    Examples
    --------
    >>> print(refused_by_system(OSError(errno.ENOSPC, "No space left on device", "outputs/index.html")))
    outputs/index.html: There is no room left on the disk. Make room, then run the same again.
    """
    place: object = error.filename
    where = "" if place is None or isinstance(place, int) else str(place)
    known = where or error.errno not in _OF_A_PLACE
    what, next_step = _REFUSALS_OF_SYSTEM.get(error.errno or 0, ("", "")) if known else ("", "")
    what, next_step = _REFUSALS_OF_WINDOWS.get(getattr(error, "winerror", None) or 0, (what, next_step))
    said = str(error.strerror or error).removesuffix(".")
    return Problem(what or f"The system refuses: {said}.", where, next_step=next_step or _AGAIN)


def why_in_words(error: Exception) -> str:
    """Why something could not be done, whatever stopped it: a refusal of ours, the system's, or what no rule foresaw.

    Examples
    --------
    >>> why_in_words(RequestProblem("No such month."))
    'No such month.'
    >>> why_in_words(ZeroDivisionError("division by zero"))
    'The program itself failed: ZeroDivisionError: division by zero. The data are not at fault; ...'
    """
    if isinstance(error, PccStatsError):
        return str(error)
    return str(refused_by_system(error) if isinstance(error, OSError) else _fault_of_ours(error))


def _fault_of_ours(error: Exception) -> Problem:
    """What nobody foresaw, with the last place in this package, for whoever mends it."""
    places = [(Path(frame.filename), frame.lineno) for frame in extract_tb(error.__traceback__)]
    own = [f"{path.relative_to(_PACKAGE)}, line {line}" for path, line in places if path.is_relative_to(_PACKAGE)]
    said = f"{type(error).__name__}: {error}".removesuffix(".")
    step = "The data are not at fault; pass these words on to whoever looks after pccstats."
    return Problem(f"The program itself failed: {said}.", own[-1] if own else "", next_step=step)


_PACKAGE = Path(__file__).resolve().parents[1]
DISK_IS_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_AGAIN = "Put that right, then run the same again."
_MAKE_ROOM = "Make room, then run the same again."
_REFUSALS_OF_SYSTEM = {
    errno.ENOSPC: ("There is no room left on the disk.", _MAKE_ROOM),
    errno.EDQUOT: ("There is no room left in your share of the disk.", _MAKE_ROOM),
    errno.EFBIG: ("The file would be larger than the system allows.", _AGAIN),
    errno.EACCES: (
        "This may not be read or written.",
        "Close it where it is open (Excel, Word, a viewer), or ask for the right to it; then run the same again.",
    ),
    errno.EROFS: (
        "This disk can be read but not written.",
        "Name a folder on another, with --out for packs or --data for a copy of the data, or have this one opened.",
    ),
    errno.ENAMETOOLONG: ("A name in this place is too long.", "Use shorter names of folders."),
    errno.ENOTDIR: ("A file stands where a folder belongs.", "Name another folder, or move the file away."),
    errno.EISDIR: ("A folder stands where a file belongs.", "Move the folder away."),
    errno.EIO: ("The disk or the network drive failed.", "See that it works, then run the same again."),
    errno.ENOENT: ("This is not there.", "It may have been moved, or its drive taken away; look, then run again."),
    errno.EMFILE: ("Too many files are open at once.", "Run fewer notebooks at once, with --workers."),
}
# Numbers of winerror.h that errno folds into others: a path too long, a file open elsewhere, a file left in the cloud.
_TOO_LONG = ("This path is longer than Windows allows.", "Work in a folder with a shorter path, such as C:\\work.")
_IN_THE_CLOUD = (
    "OneDrive, or whatever keeps this folder in step with the cloud, does not hand the file over.",
    'Choose "Always keep on this device" for the folder, or work in one outside it; then run the same again.',
)
_REFUSALS_OF_WINDOWS = {
    206: _TOO_LONG,
    111: _TOO_LONG,
    32: _REFUSALS_OF_SYSTEM[errno.EACCES],
    33: _REFUSALS_OF_SYSTEM[errno.EACCES],
    **dict.fromkeys((362, 377, 386, 388, 389, 391, 393, 395, 398), _IN_THE_CLOUD),
}
_OF_A_PLACE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EISDIR})  # say nothing where the place is not known
_REFUSALS_OF_SYSTEM |= {errno.EPERM: _REFUSALS_OF_SYSTEM[errno.EACCES], errno.EBUSY: _REFUSALS_OF_SYSTEM[errno.EACCES]}


class PccStatsError(Exception):
    """Anything pccstats refuses to do, with every reason in one message.

    Parameters
    ----------
    problems : iterable of Problem or str, or a single str
        All the reasons. A bare string is a problem with no place.
    """

    def __init__(self, problems: Iterable[Problem | str] | Problem | str) -> None:
        if isinstance(problems, str | Problem):
            problems = [problems]
        self.problems = tuple(Problem(p) if isinstance(p, str) else p for p in problems)
        super().__init__(self._in_words())

    def _in_words(self) -> str:
        if len(self.problems) == 1:
            return str(self.problems[0])
        listed = "\n".join(f"  {number}. {problem}" for number, problem in enumerate(self.problems, start=1))
        return f"{len(self.problems)} problems:\n{listed}"


def did_you_mean(name: str, known: Iterable[str], *, otherwise: str, cutoff: float = 0.6) -> str:
    """What to do about a name nobody knows: the two names most like it, or else what is said here.

    Examples
    --------
    >>> did_you_mean("Leicestershir", ["Leicestershire", "Kent"], otherwise="Add it.")
    'Did you mean Leicestershire?'
    """
    near = get_close_matches(name, list(known), n=2, cutoff=cutoff)
    return f"Did you mean {' or '.join(near)}?" if near else otherwise


class DataProblem(PccStatsError):
    """The data or the plan break a rule; nothing has been written."""


class MethodProblem(PccStatsError):
    """A method was asked for something it cannot honestly answer."""


class RequestProblem(PccStatsError):
    """The request itself is wrong: an unknown quarter, notebook, indicator or option."""


@dataclass
class Refusals:
    """Several questions asked one after another, so that everything refused can be said in one message.

    Each is asked in a `with` block of its own, so that what it gives keeps its type, or by `ask`.

    Examples
    --------
    >>> def never(why):
    ...     raise RequestProblem(why)
    >>> refusals = Refusals()
    >>> refusals.ask(lambda: 7)
    7
    >>> refusals.ask(lambda: never("No such month."))
    >>> refusals.ask(lambda: never("No such year."))
    >>> refusals.raise_any()
    Traceback (most recent call last):
    ...
    pccstats.terms.errors.RequestProblem: 2 problems:
      1. No such month.
      2. No such year.
    >>> refusals = Refusals()
    >>> with refusals:
    ...     number = int("7")
    >>> with refusals:
    ...     never("No such month.")
    >>> number, [str(problem) for problem in refusals.problems]
    (7, ['No such month.'])
    """

    problems: list[Problem] = field(default_factory=list)
    kinds: list[type[PccStatsError]] = field(default_factory=list)

    def ask(self, question: Callable[[], Answer]) -> Answer | None:
        """The answer, or None where it was refused."""
        try:
            return question()
        except PccStatsError as refused:
            self.note(refused)
            return None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, refused: BaseException | None, _trace: object) -> bool:
        if isinstance(refused, PccStatsError):
            self.note(refused)
            return True
        return False

    def note(self, refused: PccStatsError) -> None:
        """Keep what was refused elsewhere, to be said with the rest."""
        self.problems += refused.problems
        self.kinds.append(type(refused))

    def raise_any(self) -> None:
        """Raise all that was refused: as the error they share, or as a `MethodProblem` where they differ."""
        if self.problems:
            shared = self.kinds[0] if len(set(self.kinds)) == 1 else MethodProblem
            raise shared(self.problems)


class Severity(StrEnum):
    """What a finding does: stop the build, warn the reader, or be on record."""

    REFUSE = "refuse"
    FLAG = "flag"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing the checks found in the data.

    Attributes
    ----------
    severity : Severity
        `refuse` stops the build, `flag` is shown to readers, `note` is on record.
    rule : str
        The short name of the rule, for example `negative`.
    message : str
        What was found, in a sentence.
    file, row, column, value : str, int or None, str, str
        Where and what; rows are counted as a spreadsheet does, the header being row 1.
    indicator, area, period_end : str
        What it concerns, where that is known.
    next_step : str
        What to do about it.
    published_on : str
        When the figure that shows it came out, where it could not be seen before.
    becomes : str
        What the cell should probably hold, where the rule can tell.
    phenomenon : str
        What it is one case of, where one thing that happened shows in many measures and areas: the registered change.

    Examples
    --------
    >>> found = Finding(Severity.REFUSE, "negative", "A count cannot be negative.", "crime.csv", 7, "numerator", "-3")
    >>> str(found.problem)
    "crime.csv, row 7, column numerator: A count cannot be negative. Found '-3'."
    """

    severity: Severity
    rule: str
    message: str
    file: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    indicator: str = ""
    area: str = ""
    period_end: str = ""
    next_step: str = ""
    published_on: str = ""
    becomes: str = ""
    phenomenon: str = ""

    @property
    def where(self) -> str:
        """The place in words; where it has no place in a file, what it concerns."""
        row = f"row {self.row}" if self.row is not None else ""
        column = f"column {self.column}" if self.column else ""
        place = [part for part in (self.file, row, column) if part]
        return ", ".join(place or [part for part in (self.indicator, self.area, self.period_end) if part])

    @property
    def kind(self) -> str:
        """What it has in common with findings that are alike: the rule, and the phenomenon or else the measure.

        Examples
        --------
        >>> Finding(Severity.FLAG, "hidden_quarter", "It jumped.", indicator="1.offences").kind
        'hidden_quarter: 1.offences'
        """
        return ": ".join(filter(None, (self.rule, self.phenomenon or self.indicator)))

    @property
    def problem(self) -> Problem:
        """The same as a problem, for an error that lists it."""
        return Problem(self.message, self.where, self.value, self.next_step)


@dataclass(frozen=True)
class SourceFile:
    """One file that was read: what it is called, what it says of itself, its digest, its reach and what it measures."""

    name: str
    sha256: str
    rows: int | None = None
    reader: str = ""
    label: str = ""
    first_month: pd.Period | None = None
    last_month: pd.Period | None = None
    indicators: tuple[str, ...] = ()
