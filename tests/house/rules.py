"""The rules that every module of the package is held to."""

from collections.abc import Callable, Iterator

from tests.house.conduct import file_faults, purity_faults
from tests.house.floors import import_faults
from tests.house.markup import markup_faults
from tests.house.polarity import polarity_faults
from tests.house.source import Source
from tests.house.words import size_faults, word_faults

Check = Callable[[Source], Iterator[str]]
CHECKS: tuple[Check, ...] = (
    import_faults,
    file_faults,
    purity_faults,
    polarity_faults,
    markup_faults,
    word_faults,
    size_faults,
)
