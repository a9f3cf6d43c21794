"""Write every sentence that the packs say of themselves into listings that a person reads in one go.

    python tools/list_sentences.py [FOLDER OF LONDON'S SOURCE FILES]

One file a pack in tests/presentation/sentences, grouped by kind. Sentences that differ by numbers, months and names
alone have one shape, of which the first is shown with how many are alike. A test holds the listings to what the packs
say now, so that a change of words shows in review, and asserts what must be true of every sentence.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pccstats as pcc
from pccstats.presentation.lead import differing_sources, headline, signals_sentence
from pccstats.presentation.pace import beside_its_level
from pccstats.presentation.synthesis import synthesis
from pccstats.terms.results.board import BoardReview, PartnershipsReview
from pccstats.terms.results.quarter import IndicatorReview, QuarterAssessment

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "tests" / "presentation" / "sentences"
LONDON = ROOT.parent / "shared" / "data" / "mps-boroughs"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
NUMBER = re.compile(
    rf"[+−]?£?\d(?:[\d,./]*\d)?(?:st|nd|rd|th)?%?m?|\b(?:{MONTHS})\b|\b(?:two|three|four|five|six|seven|eight|nine|ten)\b"
)


class Said(NamedTuple):
    """One sentence, or the few that belong together: of which sort of answer, and in what words."""

    kind: str
    words: str


def said_in(data: pcc.Observations, quarter: str) -> list[Said]:
    """Every sentence of one pack, in the order of its pages."""
    plan = data.plan
    return said_of(
        pcc.assess(plan, data, quarter),
        pcc.review_partnerships(plan, data, quarter),
        pcc.review_board(plan, data, quarter) if plan.board is not None else None,
    )


def said_of(
    assessment: QuarterAssessment, together: PartnershipsReview, board: BoardReview | None = None
) -> list[Said]:
    """Every sentence about these answers; what says nothing is left out."""
    lead = (*headline(assessment), differing_sources(assessment), signals_sentence(assessment.signals))
    found = [Said("the lead", words) for words in lead]
    found.append(Said("tests read together", pcc.describe(assessment.discoveries)))
    for review in (*assessment.reviews, *assessment.supporting):
        found += of_indicator(review)
    found += [Said("partnerships", pcc.describe(each)) for each in (together, *together.reviews)]
    found += [Said("areas beside each other", pcc.describe(each)) for each in together.comparisons]
    found += [Said("the Board", pcc.describe(board))] if board is not None else []
    return [each for each in found if each.words]


def of_indicator(review: IndicatorReview) -> Iterator[Said]:
    """The sentence of one indicator, with and without a label beside it, and those of its working."""
    yield Said("an indicator", synthesis(review))
    yield Said("an indicator, beside its label", synthesis(review, is_beside_label=True))
    strands = (
        ("the change", review.change),
        ("other baselines", review.baselines),
        ("the expected level", review.level),
        ("its own course", review.pace),
        ("quarters recovered", review.recovered),
        ("the rate", review.rate),
        ("peers", review.group),
        ("peers over time", review.places),
        ("the projection", review.projection),
    )
    yield from (Said(kind, pcc.describe(answer)) for kind, answer in strands if answer is not None)
    if review.pace is not None and review.level is not None:
        told = beside_its_level(review.pace, review.level.signal_within(review.pace.quarter))
        yield Said("the quarter, by level and course", told)


def listing(said: list[Said]) -> str:
    """The sentences by kind, one of each shape with how many are alike.

    Examples
    --------
    >>> print(listing([Said("the rate", "3 in May 2015."), Said("the rate", "4 in June 2014.")]).strip())
    # the rate
    <BLANKLINE>
    - 3 in May 2015. [and 1 alike]
    """
    by_kind: dict[str, dict[str, list[str]]] = {}
    for kind, words in dict.fromkeys(said):
        by_kind.setdefault(kind, {}).setdefault(NUMBER.sub("#", words), []).append(words)
    lines = []
    for kind, shapes in by_kind.items():
        lines += [f"# {kind}", ""]
        lines += [
            f"- {alike[0]}{f' [and {len(alike) - 1} alike]' if len(alike) > 1 else ''}" for alike in shapes.values()
        ]
        lines.append("")
    return "\n".join(lines)


def shapes_of(listed: str) -> set[tuple[str, str]]:
    r"""The kinds and shapes of a listing, whatever the figures.

    Examples
    --------
    >>> shapes_of("# the rate\n\n- 3 in May 2015. [and 1 alike]")
    {('the rate', '# in # #.')}
    """
    found, kind = set(), ""
    for line in listed.splitlines():
        if line.startswith("# "):
            kind = line.removeprefix("# ")
        elif line:
            words = re.sub(r" \[and \d+ alike\]$", "", line.removeprefix("- "))
            found.add((kind, NUMBER.sub("#", words)))
    return found


def packs(london: Path = LONDON) -> dict[str, tuple[Path, Path | None, str]]:
    """Each pack: its data, its source files where they lie elsewhere, its quarter; London where its files are held."""
    known: dict[str, tuple[Path, Path | None, str]] = {
        "shipped": (ROOT / "data", None, "2015/16-Q1"),
        "leicestershire-2022": (ROOT / "examples" / "leicestershire-2022", None, "2022/23-Q2"),
    }
    if london.is_dir():
        known["london-boroughs"] = (ROOT / "examples" / "london-boroughs", london, "2019/20-Q1")
    return known


def read_pack(folder: Path, sources: Path | None, scratch: Path) -> pcc.Observations:
    """The figures of a pack, built in a folder of their own."""
    place = scratch / folder.name
    place.mkdir()
    for file in (*folder.glob("*.toml"), *folder.glob("*.csv"), *folder.glob("raw")):
        (place / file.name).symlink_to(file)
    pcc.build_data(place, sources)
    return pcc.read_observations(place)


def main(london: Path) -> None:
    """Write the listings."""
    with tempfile.TemporaryDirectory() as scratch:
        for name, (folder, sources, quarter) in packs(london).items():
            text = listing(said_in(read_pack(folder, sources, Path(scratch)), quarter))
            (FOLDER / f"{name}.txt").write_text(text, encoding="utf-8")
            print(f"{name}: {text.count(chr(10) + '- ')} shapes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else LONDON)
