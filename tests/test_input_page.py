"""The page that says what may be given is true."""

import doctest
from pathlib import Path

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def test_examples_of_what_may_be_given_run(root: Path) -> None:
    """Every example on the page gives what the page says."""
    done = doctest.testfile(str(root / "docs" / "input.md"), module_relative=False, optionflags=OPTIONS)
    assert done.attempted > 20
    assert done.failed == 0
