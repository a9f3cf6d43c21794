"""The contract of every page, and that its check finds each fault it is there for."""

import re

import pytest

from pccstats.batch.contract import CONTENT_POLICY, LARGEST_PAGE_BYTES, page_faults
from pccstats.batch.page import page_css

GOOD = f"""<!doctype html><html lang="en-GB"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{CONTENT_POLICY}"><title>A page</title>
<style>p {{ color: red; }}</style></head><body><h1>Title</h1><p>See https://example.org in print.</p>
<h2 id="part">Part</h2><a href="#part">to it</a><a href="other.html">next</a>
<img src="data:image/png;base64,AAAA" alt="Burglary fell from 90 to 70.">
<svg role="img" aria-label="Thefts rose."><g id="a"><text>1</text></g></svg><svg aria-hidden="true"></svg>
<svg><title>Robbery was level.</title></svg>
<table><caption>Figures</caption><tr><th scope="col">A</th></tr><tr><td>1</td></tr></table>
</body></html>"""

FAULTS = {
    "a script": ("</body>", "<script>x</script></body>", "there is a <script>"),
    "a script in an attribute": ("<p>", "<p onclick='x()'>", "has a script in onclick"),
    "a picture from outside": ("data:image/png;base64,AAAA", "https://example.org/a.png", "leads outside"),
    "a link outside": ('href="other.html"', 'href="https://example.org"', "leads outside"),
    "a link to a script": ('href="other.html"', 'href="javascript:x()"', "leads outside"),
    "a style sheet from outside": ("color: red", "background: url(https://example.org)", "calls for another file"),
    "an imported style sheet": ("p {", "@import 'x'; p {", "calls for another file"),
    "an image without words": ('alt="Burglary fell from 90 to 70."', 'alt=""', "an image has no description"),
    "an image with a placeholder": ("Burglary fell from 90 to 70.", "Figure", "an image has no description"),
    "a drawing without words": ('aria-label="Thefts rose."', "", "a drawing has no description"),
    "a drawing with an empty title": ("Robbery was level.", "", "a drawing has no description"),
    "a second first heading": ("<h2 id", "<h1>Again</h1><h2 id", "2 first headings"),
    "no first heading": ("<h1>Title</h1>", "", "0 first headings"),
    "a skipped level": ("</body>", "<h4>Deep</h4></body>", "a heading of level 4 follows one of level 2"),
    "an empty heading": ("</body>", "<h2> </h2></body>", "a heading of level 2 is empty"),
    "a head without scope": (' scope="col"', "", "a table head has no scope"),
    "a table without caption": ("<caption>Figures</caption>", "", "a table has no caption"),
    "another language": ("en-GB", "en", "language is en"),
    "a weaker policy": ("'none'", "'self'", "the content policy is missing or another"),
    "no title": ("A page", "", "the page has no title"),
    "a broken link": ('href="#part"', 'href="#parts"', "the link #parts leads nowhere"),
    "a name used twice": ("</body>", '<p id="part"></p></body>', "two elements are called part"),
    "too much": ("</body>", "x" * LARGEST_PAGE_BYTES + "</body>", "2 MB at most"),
}


def test_a_good_page_has_no_fault() -> None:
    """Addresses in prose, ornaments and ids inside drawings are no faults."""
    assert page_faults(GOOD) == []


@pytest.mark.parametrize(("old", "new", "words"), FAULTS.values(), ids=FAULTS)
def test_each_fault_is_found(old: str, new: str, words: str) -> None:
    """The check can fail: one change to a good page gives one fault, in words."""
    assert old in GOOD
    faults = page_faults(GOOD.replace(old, new))
    assert any(words in fault for fault in faults), faults


def lightness(colour: str) -> float:
    """Relative luminance of `#rrggbb`, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours."""
    darker, lighter = sorted((lightness(first), lightness(second)))
    return (lighter + 0.05) / (darker + 0.05)


PALETTES = [
    dict(re.findall(r"--([\w-]+): (#\w{6})", block)) for block in re.findall(r":root \{(.*?)\}", page_css(), re.DOTALL)
]


@pytest.mark.parametrize("palette", PALETTES, ids=["on a light screen", "on a dark screen", "on paper"])
def test_every_colour_of_text_can_be_read(palette: dict[str, str]) -> None:
    """Text has a contrast of 4.5 to 1 with the page and its tinted parts, the bar's numbers with their field."""
    pairs = [(text, ground) for text in ("ink", "quiet", "better", "worse", "link") for ground in ("paper", "tint")]
    pairs += [("paper", "better"), ("paper", "worse"), ("ink", "hairline")]
    assert [pair for pair in pairs if contrast(palette[pair[0]], palette[pair[1]]) < 4.5] == []


@pytest.mark.parametrize("name", ["shipped", "public", "london", "leicestershire-2022"])
def test_no_page_that_is_made_has_a_fault(made_pack, name):
    """What the run checks of every page it makes, of every pack."""
    pages = made_pack(name).glob("*.html")
    found = {page.name: faults for page in pages if (faults := page_faults(page.read_text(encoding="utf-8")))}
    assert found == {}
