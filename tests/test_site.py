"""The documentation as a site: every page has its place, every public name is explained, nothing is from outside."""

import doctest
import pkgutil
import re
import runpy
import sys
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote, urlsplit

import html5lib
import pytest
from lxml import etree

import pccstats
from pccstats.presentation.verbs import draw
from tests.house.kept import tracked_files
from tools import make_site, site_pages

XHTML = "{http://www.w3.org/1999/xhtml}"
MADE = "2015-16-Q1"
NOT_IN_THE_GALLERY = {"NationalReview"}  # it reads a file that is to be downloaded
LOADED = {"img": "src", "script": "src", "link": "href", "iframe": "src", "source": "src", "object": "data"}
LINKS_ONLY = {"index", "next", "prev", "search", "canonical", "genindex"}  # of <link rel>: nothing is loaded by them


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site's pages, built once, beside the front page of one pack; the build fails at any warning."""
    out = tmp_path_factory.mktemp("site")
    (out / "packs" / MADE).mkdir(parents=True)
    (out / "packs" / MADE / "index.html").write_text("<!doctype html><title>A pack</title>", encoding="utf-8")
    assert make_site.make_pages(out) == 0, "python tools/make_site.py --without-packs shows what is wrong"
    return out


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, etree._Element]:
    """Every page of the site, as a browser reads it."""
    return {
        path: html5lib.parse(path.read_text(encoding="utf-8"), treebuilder="lxml").getroot()
        for path in sorted(site.rglob("*.html"))
        if "packs" not in path.relative_to(site).parts and "_static" not in path.parts
    }


def test_every_page_has_its_place_in_the_navigation(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each document of docs/ stands in the lists of docs/site/conf.py, once."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    settings = runpy.run_path(str(root / "docs" / "site" / "conf.py"))
    patterns = [
        each for lists in (settings["navigation"], settings["beneath"]) for one in lists.values() for each in one
    ]
    docs = [
        path.relative_to(root).with_suffix("").as_posix()
        for path in tracked_files(root)
        if path.suffix == ".md" and (root / "docs") in path.parents
    ]
    places = {page: sum(fnmatchcase(page, pattern) for pattern in patterns) for page in docs}
    assert len(places) > 100
    assert {page: count for page, count in places.items() if count != 1} == {}


@pytest.mark.slow
def test_every_public_name_is_explained(pages: dict[Path, etree._Element]) -> None:
    """Each name of `pccstats.__all__` has one place, with the first words of its own docstring."""
    explained = {
        element.get("id").removeprefix("pccstats."): " ".join(element.getparent().itertext())
        for path, page in pages.items()
        if path.parent.name == "reference"
        for element in page.iter(f"{XHTML}dt")
        if (element.get("id") or "").count(".") == 1
    }
    names = {name for name in pccstats.__all__ if not name.startswith("_")}
    assert set(explained) == names
    first = {name: getattr(pccstats, name).__doc__.strip().split(".")[0] for name in names}
    squeezed = {name: re.sub(r"\W+", "", text) for name, text in explained.items()}
    assert {name for name in names if re.sub(r"\W+", "", first[name]) not in squeezed[name]} == set()


@pytest.mark.slow
def test_nothing_is_loaded_from_outside(site: Path, pages: dict[Path, etree._Element]) -> None:
    """Pictures, styles and scripts lie in the site; a page opened without a network lacks nothing."""
    asked = [
        (path.name, element.get(attribute, ""))
        for path, page in pages.items()
        for tag, attribute in LOADED.items()
        for element in page.iter(XHTML + tag)
        if not LINKS_ONLY & set((element.get("rel") or "").split())
    ]
    assert len(asked) > 500
    assert [(name, place) for name, place in asked if urlsplit(place).scheme not in ("", "data")] == []
    styles = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.css")}
    assert [path for path, text in styles.items() if re.search(r"url\(['\"]?(?:https?:)?//|@import", text)] == []


@pytest.mark.slow
def test_every_link_within_the_site_leads_somewhere(site: Path, pages: dict[Path, etree._Element]) -> None:
    """Each link to a page finds the page, and the place on it where it names one."""
    places = {path: {element.get("id") for element in page.iter() if element.get("id")} for path, page in pages.items()}
    links = [(path, target, place) for path, page in pages.items() for target, place in links_of(path, page)]
    assert len(links) > 5_000
    lost = [(path, target) for path, target, _ in links if target != site and not target.exists()]
    assert lost == []
    nowhere = [(p.name, t.name, place) for p, t, place in links if place and t in places and place not in places[t]]
    assert nowhere == []


def links_of(path: Path, page: etree._Element) -> Iterator[tuple[Path, str]]:
    """The files a page leads to, with the place on each that is named."""
    for element in page.iter(f"{XHTML}a"):
        parts = urlsplit(element.get("href") or "")
        if not parts.scheme and not parts.netloc and (parts.path or parts.fragment):
            yield (path.parent / unquote(parts.path)).resolve() if parts.path else path, unquote(parts.fragment)


@pytest.mark.slow
def test_pages_can_be_read_by_everybody(pages: dict[Path, etree._Element]) -> None:
    """Each page of the documents has one first heading, and each picture says what it shows."""
    written = [page for path, page in pages.items() if path.name not in ("index.html", "genindex.html", "search.html")]
    assert [page.findtext(f".//{XHTML}title") for page in written if len(list(page.iter(f"{XHTML}h1"))) != 1] == []
    named = {path: Counter(e.get("id") for e in page.iter(f"{XHTML}*") if e.get("id")) for path, page in pages.items()}
    assert {path: name for path, names in named.items() for name, count in names.items() if count > 1} == {}
    silent = [element.get("src") for page in written for element in page.iter(f"{XHTML}img") if not element.get("alt")]
    assert silent == []


def test_what_is_added_does_as_its_examples_say() -> None:
    """The examples in the extension's own docstrings run."""
    done = doctest.testmod(site_pages)
    assert done.attempted > 3
    assert done.failed == 0


@pytest.mark.slow
def test_the_gallery_has_every_kind_of_chart(site: Path, pages: dict[Path, etree._Element]) -> None:
    """Whatever can be drawn is drawn there, by the code above it, and said in words with its numbers."""
    for module in pkgutil.iter_modules(pccstats.presentation.__path__):
        import_module(f"pccstats.presentation.{module.name}")
    kinds = {kind.__name__ for kind in draw.registry if kind is not object}
    figures = list(pages[site / "docs" / "gallery.html"].iter(f"{XHTML}figure"))
    assert kinds - {figure.get("data-answer") for figure in figures} == NOT_IN_THE_GALLERY
    from_the_latest = {figure.get("data-answer") for figure in figures if "in-time" in figure.get("class").split()}
    assert {"ExpectedLevel", "RollingYear", "Projection"} <= from_the_latest
    assert from_the_latest & {"Basket", "Change", "GroupComparison"} == set()
    drawings = [next(figure.iter("{http://www.w3.org/2000/svg}svg")) for figure in figures]
    assert all(re.search(r"\d", drawing.get("aria-label")) for drawing in drawings)


@pytest.mark.slow
def test_packs_made_beside_the_site_can_be_clicked(site: Path, pages: dict[Path, etree._Element]) -> None:
    """One that is there has a link to its front page; of each that is not the page says so."""
    page = pages[site / "docs" / "packs.html"]
    places = [element.get("href") for element in page.iter(f"{XHTML}a")]
    assert [place for place in places if "packs/" in place] == [f"../packs/{MADE}/index.html"]
    assert "".join(page.itertext()).count("was not made with this copy of the site") == len(make_site.PACKS)
