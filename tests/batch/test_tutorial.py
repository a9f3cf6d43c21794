"""The tutorial is followed to the letter, with a small extract in place of the official table."""

import re
from collections.abc import Iterator
from itertools import chain, product
from pathlib import Path

import pandas as pd
import pytest

from pccstats import reference
from tests.batch.test_new_force import ENDS, HEADINGS
from tests.followed import follow

FORCES = ("Kent", "Essex", "Surrey", "Sussex")
PAGE = "theme-1-crime-as-a-whole"


def leaves(key: str) -> Iterator[str]:
    """The groups of offences that a group is the sum of, down to those that have no parts."""
    parts = reference.offence(key).parts
    return chain.from_iterable(leaves(first) for first, *_ in parts) if parts else iter([key])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an official table of few forces, every offence among them, under the name the tutorial gives it."""
    names = [reference.offence(key).spellings[0] for key in leaves("all_crime_excluding_fraud")]
    rows = [
        (end.end_time.strftime("%d-%m-%Y"), force, "South East", name, 300 + 10 * size + 7 * place + step)
        for (step, end), (place, force), (size, name) in product(enumerate(ENDS), enumerate(FORCES), enumerate(names))
    ]
    pd.DataFrame(rows, columns=HEADINGS).to_csv(tmp_path / "rec-crime-pfa.csv", index=False)
    return tmp_path


@pytest.mark.slow
def test_the_tutorial_is_followed_to_the_letter(root: Path, folder: Path) -> None:
    """Each command of docs/tutorial.md is typed and each edit made; the page it speaks of has the target and the words.

    Of each pack that page alone is made, and the second in an empty folder, where the reader's would be made over.
    """
    text = (root / "docs" / "tutorial.md").read_text(encoding="utf-8")
    before, again, after = text.partition("## 6.")
    only = {"report": ["--only", PAGE]}
    assert follow(before, folder, root, only) > 4
    made = folder / "outputs" / "2016-17-Q1" / f"{PAGE}.html"
    words = "Patrols there began in May."
    assert words not in made.read_text(encoding="utf-8")
    (folder / "outputs").rename(folder / "first")
    assert follow(again + after, folder, root, only) == 1
    told = re.sub(r"<[^>]+>", " ", made.read_text(encoding="utf-8"))
    assert words in told
    assert "hard target" in told.lower()
