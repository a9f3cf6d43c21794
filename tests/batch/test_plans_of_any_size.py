"""Packs of plans of one, five and seventeen indicators: every sentence is right in number, and nothing is made up."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from lxml import html

from pccstats.batch.contract import page_faults
from pccstats.batch.pack import PackMade, make_pack
from pccstats.batch.request import Request
from pccstats.batch.terminal import Quiet

EXAMPLE = Path("examples/leicestershire-2022")
QUARTER = "2022/23-Q2"
SUMS = {
    "9.vehicles_and_cycles": ("Vehicles and cycles", ["Vehicle crime", "Bicycle theft"]),
    "9.thefts": ("Thefts of every kind", ["Shoplifting", "Theft from the person", "Other theft"]),
}
PLURALS = {
    "indicators": "indicator",
    "priorities": "priority",
    "findings": "finding",
    "tests": "test",
    "flags": "flag",
    "months": "month",
    "areas": "area",
    "districts": "district",
    "partnerships": "partnership",
    "outcomes": "outcome",
    "forces": "force",
    "figures": "figure",
    "pages": "page",
    "files": "file",
    "series": "series",
    "years": "year",
}
MORE_THAN_ONE = r"(?:two|three|four|five|six|seven|eight|nine|ten|[2-9]|[1-9]\d+)"
WRONG_IN_NUMBER = re.compile(
    "|".join(
        (
            rf"(?<![\d.,–-])\b(?:1|one) (?:{'|'.join(many for many, one in PLURALS.items() if many != one)})\b",
            rf"(?<![\d.,])\b{MORE_THAN_ONE} (?:{'|'.join(one for many, one in PLURALS.items() if many != one)})\b",
            r"\bone (?:have|show|are|were|stand|need)\b",
            rf"(?<!of )\b{MORE_THAN_ONE} (?:has|shows|is|was|stands|needs)\b",
            r"\bof the 1\b|\bnone of 1\b|\bnone of the one\b|\bthe 1 \w+",
            r"\b0 of 0\b|\bnone of none\b|\bof 0\b",
        )
    ),
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Small:
    """A pack that was made, and how many indicators and priorities its plan has."""

    pack: PackMade
    indicators: int
    priorities: int

    def texts(self) -> dict[str, list[str]]:
        """The sentences of every page, one a paragraph, cell, list item or heading."""
        return {path.name: _sentences(path) for path in sorted(self.pack.folder.glob("*.html"))}


def _sentences(page: Path) -> list[str]:
    tree = html.fromstring(page.read_text(encoding="utf-8"))
    for ornament in tree.xpath("//style"):
        ornament.drop_tree()
    told = "//p|//li|//h1|//h2|//h3|//h4|//caption|//summary|//td|//th|//dt|//dd|//title|//figcaption"
    words = [" ".join(part.text_content().split()) for part in tree.xpath(told)]
    return [*words, *tree.xpath("//@aria-label"), *tree.xpath("//@alt")]


def _quoted(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(_quoted(one) for one in value) + "]"
    return str(value) if isinstance(value, int) else '"' + str(value).replace('"', '\\"') + '"'


def _table(heading: str, values: dict[str, object]) -> str:
    return "\n".join((heading, *(f"{key} = {_quoted(value)}" for key, value in values.items()), ""))


def write_plan(root: Path, folder: Path, keys: list[str], *, has_districts: bool) -> int:
    """Write a plan of these indicators, with the example's real counts, and say how many priorities it has."""
    given = tomllib.loads((root / EXAMPLE / "plan.toml").read_text(encoding="utf-8"))
    listed = tomllib.loads((root / EXAMPLE / "sources.toml").read_text(encoding="utf-8"))
    names = listed["source"][0]["indicators"] | {key: [title] for key, (title, _) in SUMS.items()}
    focus = given["focus"]
    areas = [area for area in given["areas"] if has_districts or area["name"] == focus]
    plan = [f"{key} = {_quoted(given[key])}" for key in ("title", "publisher", "focus", "baseline", "horizon")]
    rows = ["  { " + ", ".join(f"{key} = {_quoted(value)}" for key, value in area.items()) + " }," for area in areas]
    plan += ["areas = [", *rows, "]", ""]
    themes = [*given["theme"], _theme_of_sums()]
    priorities = 0
    for theme in themes:
        kept = [(one, [i for i in one["indicator"] if i["key"] in keys]) for one in theme["priority"]]
        kept = [(priority, indicators) for priority, indicators in kept if indicators]
        if kept:
            plan.append(_table("[[theme]]", {key: theme[key] for key in ("number", "title", "slug")}))
        for priority, indicators in kept:
            priorities += 1
            plain = {key: priority[key] for key in ("number", "title", "short_title")}
            plan.append(_table("[[theme.priority]]", plain))
            plan += [_table("[[theme.priority.indicator]]", indicator) for indicator in indicators]
    (folder / "plan.toml").write_text("\n".join(plan), encoding="utf-8")
    counts = pd.read_csv(root / EXAMPLE / "street_counts.csv")
    for title, kinds in SUMS.values():
        rows = counts[counts["indicator"].isin(kinds)].groupby(["area", "period_end", "months"], as_index=False)
        counts = pd.concat([counts, rows["numerator"].sum().assign(indicator=title)], ignore_index=True)
    used = {name for key in keys for name in names[key]}
    wanted = counts["indicator"].isin(used) & counts["area"].isin([area["name"] for area in areas])
    counts[wanted].to_csv(folder / "street_counts.csv", index=False)
    people = pd.read_csv(root / EXAMPLE / "populations.csv")
    people[people["area"].isin([area["name"] for area in areas])].to_csv(folder / "populations.csv", index=False)
    counted, populations = (dict(source) for source in listed["source"])
    counted.pop("indicators")
    sources = [_table("[[source]]", counted), "[source.indicators]"]
    sources += [f'"{key}" = {_quoted(list(names[key]))}' for key in keys]
    (folder / "sources.toml").write_text("\n".join((*sources, _table("\n[[source]]", populations))), encoding="utf-8")
    return priorities


def _theme_of_sums() -> dict[str, object]:
    same = {"kind": "count", "unit": "crimes", "polarity": "lower_is_better", "source_system": "data.police.uk"}
    indicators = [{"key": key, "title": title, "short_title": title, **same} for key, (title, _) in SUMS.items()]
    priority = {"number": 9, "title": "Taken together", "short_title": "Together", "indicator": indicators}
    return {"number": 4, "title": "Taken together", "slug": "taken-together", "priority": [priority]}


PLANS = {
    "1": (["1.all_crime"], False),
    "5": (["1.all_crime", "2.robbery", "3.burglary", "6.anti_social_behaviour", "8.drugs"], True),
    "17": (None, False),
}


@pytest.fixture(scope="module", params=PLANS)
def small(request, root, tmp_path_factory, with_one_server):
    """The pack of a plan of so many indicators; those of one and seventeen have one area and no partnerships."""
    keys, has_districts = PLANS[request.param]
    folder = tmp_path_factory.mktemp("plan")
    if keys is None:
        listed = tomllib.loads((root / EXAMPLE / "sources.toml").read_text(encoding="utf-8"))
        keys = [*listed["source"][0]["indicators"], *SUMS]
    priorities = write_plan(root, folder, keys, has_districts=has_districts)
    asked = Request.read(QUARTER, folder, folder / "outputs")
    return Small(with_one_server.copy().run(make_pack, asked, Quiet()), len(keys), priorities)


@pytest.mark.slow
def test_every_page_is_made_and_keeps_the_contract(small):
    """Nothing fails for want of peers, of partnerships, or of more than one indicator."""
    assert small.pack.is_complete
    for page in small.pack.folder.glob("*.html"):
        assert page_faults(page.read_text(encoding="utf-8")) == [], page.name


@pytest.mark.slow
def test_no_sentence_is_wrong_in_number(small):
    """No "1 indicators", no "one have", no "none of the 1", on any page."""
    wrong = [
        f"{page}: {found.group()!r} in {sentence!r}"
        for page, sentences in small.texts().items()
        for sentence in sentences
        for found in WRONG_IN_NUMBER.finditer(sentence)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_what_is_counted_is_what_the_plan_holds(small):
    """The front page counts this plan's indicators and priorities, and no page those of another plan."""
    texts = small.texts()
    some = "1 indicator" if small.indicators == 1 else f"{small.indicators} indicators"
    assert f"{some} since the baseline" in texts["index.html"]
    assert ("The priority" if small.priorities == 1 else f"The {small.priorities} priorities") in texts["index.html"]
    everything = "\n".join(sentence for sentences in texts.values() for sentence in sentences)
    assert not re.search(r"\b(?:forty|eighteen|eight forces|40 indicators|18 priorities)\b", everything, re.IGNORECASE)


@pytest.mark.parametrize(
    ("sentence", "is_wrong"),
    [
        ("1 indicators since the baseline", True),
        ("Of 1 indicators 1 have figures", True),
        ("none of the 1 outcomes", True),
        ("7 flag in 13 tests", True),
        ("one show no evidence of change", True),
        ("1 indicator since the baseline", False),
        ("11 indicators", False),
        ("none of 15 indicators", False),
        ("one of them is", False),
        ("the three-month figure is", False),
    ],
)
def test_the_eye_for_number_sees(sentence, is_wrong):
    """What is wrong in number is found, and what is right is left alone."""
    assert bool(WRONG_IN_NUMBER.search(sentence)) is is_wrong
