"""The page for readers of packs uses the words and shapes of the code, and explains the picture it shows."""

import re
import runpy

import pytest
from PIL import Image, ImageChops

from pccstats.terms.words import UP, State, Strength, Unmoved


def test_the_page_for_readers_has_every_verdict_in_the_words_and_shapes_of_the_code(root):
    """Each state, and what "no evidence" is called where it is known, has its row; each strength its reason."""
    text = (root / "docs" / "readers.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (▲ or ▼|–|○) ([^|]+?) \|", text, re.MULTILINE)
    of_one = {Unmoved.AS_USUAL, Unmoved.NO_EVIDENCE}
    shown = {(("▲ or ▼" if each.shape == UP else each.shape), each.in_words) for each in (*State, *of_one)}
    assert set(rows) == shown
    assert len(rows) == len(shown)
    lacking = [each for each in Strength if not each.is_firm]
    assert [each for each in lacking if f"**{each}** ({each.in_words})" not in text] == []


@pytest.mark.slow
def test_the_page_for_readers_explains_every_letter_of_its_picture(root, tmp_path):
    """The letters drawn are those of the table, and the script draws them into a picture of the size that ships."""
    script = runpy.run_path(str(root / "tools" / "make_reading_picture.py"))
    text = (root / "docs" / "readers.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| ([A-Z]) \|", text, re.MULTILINE) == list(script["PLACES"])
    script["main"](tmp_path / "made.png")
    made, kept = (Image.open(path) for path in (tmp_path / "made.png", root / "docs/pictures/how-to-read.png"))
    assert made.size == kept.size
    assert (
        ImageChops.difference(made.convert("L"), kept.convert("L")).point(lambda tone: 255 * (tone > 64)).getbbox()
        is None
    )
