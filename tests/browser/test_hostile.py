"""Text that would run, load, calculate or break something, in every text of a plan and its files at once.

One pack is made of it. Its pages, drawings, workbook, tables and document are read part by part, and the pages opened
in a browser that lets everything run: nothing may, and the text must stand there as it was written.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import lxml.etree
import lxml.html
import nbformat
import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

EVIL = "evil.example"
HOSTILE = (
    "<script>canary()</script>",
    "<img src=x onerror=canary()>",
    '"><svg onload=canary()>',
    "'></title></style></svg></td><b>",
    "<style>*{display:none}</style>",
    f'<a href="http://{EVIL}/">here</a>',
    "&lt;b&gt; &amp; &#x3c;i&#x3e;",
    f"[here](javascript:canary()) ![there](http://{EVIL}/a.png)",
    "{{ 7 * 7 }}{% raw %}",
    "{0.__class__} %s %(x)s %n",
    "$x_{$ and $5",
    "zero\u200bwidth\ufeff",
    "../../../etc/passwd",
    "</script><!-- ]]> --",
)
FORMULAS = (f'=HYPERLINK("http://{EVIL}/","x")', "@SUM(1+1)", "+1+1", "-1-1")
TEXTS = frozenset(
    (
        *(
            "title",
            "short_title",
            "publisher",
            "unit",
            "reason",
            "release_note",
            "footnotes",
            "source",
            "note",
            "owner",
        ),
        *("source_system", "respondents_source", "basis", "words", "table", "partnership", "label"),
    )
)
COLUMNS = frozenset({"source", "note", "document", "place", "figure", "vintage"})
DISTRICT = "Blaby"
RUNS = frozenset({"script", "iframe", "object", "embed", "link", "base", "form", "foreignObject", "animate", "set"})


LEADS = frozenset({"href", "src", "srcset", "style", "action", "formaction", "data", "poster", "background", "cite"})


class Attacker:
    """Puts hostile text behind, or in front of, each text; equal texts stay equal."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {DISTRICT: f"{DISTRICT} {HOSTILE[0]}"}
        self._behind, self._before = cycle(HOSTILE), cycle((*FORMULAS, *[""] * 7))

    def spoilt(self, text: str) -> str:
        if text and text not in self._known:
            self._known[text] = f"{next(self._before)}{text} {next(self._behind)}"
        return self._known.get(text, "")

    def spoil_plan(self, value: Any, name: str = "") -> Any:
        """A value of a TOML file, every text that is meant for readers spoilt."""
        if isinstance(value, dict):
            return {key: self.spoil_plan(each, "title" if name == "parts" else key) for key, each in value.items()}
        if isinstance(value, list):
            return [self.spoil_plan(each, name) for each in value]
        return self.spoilt(value) if isinstance(value, str) and (name in TEXTS or value == DISTRICT) else value

    def spoil_table(self, path: Path) -> None:
        """The texts of a table, and the name of one district."""
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            for column, value in row.items():
                row[column] = self.spoilt(value) if column in COLUMNS or value == DISTRICT else value
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


def as_toml(value: Any) -> str:
    """A value as TOML in one line: its texts are written as those of JSON are."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {as_toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


@pytest.fixture(scope="module")
def hostile(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack of the shipped data with hostile text wherever text is."""
    place = tmp_path_factory.mktemp("hostile")
    raw, attacker = place / "data" / "raw", Attacker()
    shutil.copytree(root / "data" / "raw", raw)
    for name in ("plan.toml", "sources.toml"):
        values = attacker.spoil_plan(tomllib.loads((raw / name).read_text("utf-8")))
        text = "".join(f"{key} = {as_toml(value)}\n" for key, value in values.items())
        (raw / name).write_text(text, encoding="utf-8")
    for path in sorted(raw.glob("*.csv")):
        attacker.spoil_table(path)
    for path in sorted((raw / "commentary").glob("*/*.md")):
        path.write_text("\n\n".join((path.read_text("utf-8"), *HOSTILE, *FORMULAS)), encoding="utf-8")
    (place / "data" / "notebooks").mkdir()
    for name in ("dashboard", "theme", "board", "partnerships", "data-quality", "published-figures"):
        notebook = nbformat.read(root / "notebooks" / f"{name}.ipynb", as_version=4)
        notebook.metadata.pccstats.pop("plan", None)
        nbformat.write(notebook, place / "data" / "notebooks" / f"{name}.ipynb")
    places = ("--data", str(place / "data"), "--out", str(place / "outputs"))
    command = [sys.executable, "-m", "pccstats", "report", "2015/16-Q1", "--docx", *places]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    return place / "outputs" / "2015-16-Q1"


def elements(folder: Path) -> Iterator[tuple[str, Any]]:
    """Every element of every page and drawing, with the name of its file."""
    for path in sorted(folder.rglob("*.html")):
        yield from ((path.name, each) for each in lxml.html.parse(path).iter() if isinstance(each.tag, str))
    for path in sorted(folder.rglob("*.svg")):
        yield from ((path.name, each) for each in lxml.etree.parse(path).iter() if isinstance(each.tag, str))


def test_nothing_in_it_runs_or_loads(hostile: Path) -> None:
    """No page and no drawing has an element, an event, an address or a style that came with the text."""
    faults = []
    for name, element in elements(hostile):
        tag = lxml.etree.QName(element).localname if "}" in element.tag else element.tag
        if tag in RUNS:
            faults.append((name, tag))
        for attribute, value in element.attrib.items():
            leads = attribute.rpartition("}")[2] in LEADS and re.search(rf"javascript:|{re.escape(EVIL)}", value)
            if attribute.startswith("on") or leads:
                faults.append((name, tag, attribute, value[:80]))
        if tag == "style" and ("display:none}" in (element.text or "") or EVIL in (element.text or "")):
            faults.append((name, tag))
    assert faults == []
    manifest = json.loads((hostile / "manifest.json").read_text("utf-8"))
    assert manifest["page_faults"] == []
    assert all(re.fullmatch(r"[A-Za-z0-9._/-]+", name) for name in manifest["files"])


def test_it_stands_there_as_text(hostile: Path) -> None:
    """Each hostile text is read on some page, in the dashboard's files and in the document as it was written."""
    pages = " ".join(lxml.html.parse(path).getroot().text_content() for path in sorted(hostile.glob("*.html")))
    drawings = " ".join("".join(lxml.etree.parse(path).getroot().itertext()) for path in hostile.rglob("*.svg"))
    tables = " ".join(path.read_text("utf-8").replace('""', '"') for path in hostile.glob("*.csv"))
    with zipfile.ZipFile(hostile / "pack.docx") as packed:
        document = "".join(lxml.etree.fromstring(packed.read("word/document.xml")).itertext())
    for name, text in {"pages": pages, "tables": tables, "document": document}.items():
        assert [each for each in HOSTILE if each not in text] == [], name
    assert len([each for each in HOSTILE if each in drawings]) > len(HOSTILE) / 2
    assert "$x_{$ and $5" in drawings


def test_workbook_and_tables_calculate_nothing(hostile: Path) -> None:
    """No cell of the workbook is a formula or a link, none of a table is taken for a formula, no part leads outside."""
    for name in ("dashboard.xlsx", "pack.docx"):
        with zipfile.ZipFile(hostile / name) as packed:
            for inner in packed.namelist():
                content = packed.read(inner)
                assert b'TargetMode="External"' not in content, inner
                assert not re.search(rb"<f[ >]|<hyperlink|<w:instrText|<oleObject", content), inner
    for path in hostile.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        live = [
            cell
            for cell in cells
            if re.match(r"[=+@\t\r-]", cell) and not re.fullmatch(r"[+-]?[\d.]+(e[+-]?\d+)?", cell)
        ]
        assert live == [], path.name


def test_a_browser_that_lets_everything_run_runs_nothing(browser: Browser, hostile: Path) -> None:
    """With the policy of the pages set aside nothing is called, asked for, opened or hidden, whatever is opened."""
    context = browser.new_context(bypass_csp=True)
    context.add_init_script("window.called = 0; window.canary = () => { window.called += 1 }")
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("dialog", lambda dialog: asked.append(dialog.message))
    page = context.new_page()
    for path in sorted(hostile.glob("*.html")):
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        assert page.evaluate("window.called") == 0, path.name
        assert page.evaluate("document.querySelector('h1').checkVisibility()"), path.name
        assert page.evaluate("document.querySelectorAll('script').length") == 0, path.name
    context.close()
    assert [address for address in asked if not re.match(r"file:.*\.html$|data:", address)] == []


def test_the_number_of_the_docs_is_that_tried(root: Path) -> None:
    """What docs/reliability.md says of hostile texts is what the lists here hold."""
    section = (root / "docs" / "reliability.md").read_text("utf-8").partition("## Hostile text")[2]
    row = re.search(r"^\| .* \| (\d+) \| (\d+) \| .* \|$", section, flags=re.MULTILINE)
    assert row is not None
    assert [int(number) for number in row.groups()] == [len(HOSTILE) + len(FORMULAS)] * 2


def test_the_browser_would_tell(browser: Browser, tmp_path: Path) -> None:
    """The same browser runs and loads what is in a page that has the text as markup."""
    (tmp_path / "page.html").write_text(f"<h1>A</h1>{HOSTILE[0]}{HOSTILE[1]}", encoding="utf-8")
    context = browser.new_context(bypass_csp=True)
    context.add_init_script("window.called = 0; window.canary = () => { window.called += 1 }")
    page = context.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    page.wait_for_function("window.called == 2")
    context.close()
