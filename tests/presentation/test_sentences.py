"""What every generated sentence must obey, asserted of all that the packs say now; and listings for people to read.

The listings in `sentences` are no expected output: no test passes because a sentence equals one kept from an earlier
run. They are held in step so that a change of words shows in review, and are written by `tools/list_sentences.py`.
"""

import re
import runpy
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

PACKS = ("shipped", "leicestershire-2022", "london-boroughs")
KEYS = re.compile(r"\b\d{1,2}[AB]?\.[a-z][a-z_]{2,}")
ONE_OF_MANY = re.compile(
    r"(?<![\d,./])\b[Oo1](?:ne)? (?:indicators|measures|months|quarters|years|tests|flags|areas|trials|outcomes)\b"
)
UNROUNDED = re.compile(r"\d\.\d{4,}")
RELATIVE = re.compile(r"[+−]\d[\d,.]*%")
BASES = re.compile(r"than in|\bfrom\b|\bon\b|\bin\b|against|without|since|12 months|by its own figures|\(95% interval")
AMERICAN = re.compile(
    r"\b(?:behavior|center|color|favor|labor|license[ds]|program|traveled|analyz\w+|organiz\w+|recogniz\w+|summariz\w+)\b"
)
TESTED = re.compile(r"statistically|limits?\b|building|run of|in a row|level since|p = |p below")
OF_THE_PLAN = "Not collected. "  # what follows is the plan's own reason, and may name the Plan's targets
NOT_ENGLISH = (  # what was found in the first version (FINDINGS P22), each a sentence that nobody would say
    "offends less afterwards whatever is done",
    "down, or up by less",
    "otherwise than all",
    "at evens",
    "the question cannot be answered",
    "Better than in its baseline year",
    "than in the baseline year: none",
    "If things go on as they have",
    "percentage points less",
    "percentage points more",
    "no change did better",
    "it cannot be told",
)


def faults(words: str) -> list[str]:
    """What is wrong with one sentence, in words; nothing where it is sound."""
    found = {
        "two spaces": "  " in words,
        "a space before a stop": bool(re.search(r" [.,;:]", words)),
        "two stops": bool(re.search(r"[.;:,][.;]", words)),
        "no full stop at the end": not words.endswith("."),
        "a plural of one": bool(ONE_OF_MANY.search(words)),
        "none of none": bool(re.search(r"\b(?:[Nn]one|of) (?:of )?0\b", words)),
        "a key of the plan": bool(KEYS.search(words)),
        "a figure not rounded": bool(UNROUNDED.search(words)),
        "no value written out": bool(re.search(r"\b(?:nan|NaT|inf)\b|[a-z(] None\b", words)),
        "significant without its test": "significant" in words and not TESTED.search(words),
        "a target where there is none": "target" in words and not words.startswith(OF_THE_PLAN),
        "a per cent without its base": bool(RELATIVE.search(words)) and not BASES.search(words),
        "American spelling": bool(AMERICAN.search(words)),
        "a sentence nobody would say": any(bad in words for bad in NOT_ENGLISH),
    }
    return [fault for fault, is_found in found.items() if is_found]


@pytest.fixture(scope="module")
def tool(root: Path):
    """The tool that writes the listings."""
    return runpy.run_path(str(root / "tools" / "list_sentences.py"))


@pytest.fixture(scope="module", params=PACKS)
def pack(request, tool, tmp_path_factory):
    """One pack's name and every sentence it says; the shipped one is assessed once for all tests."""
    if request.param == "shipped":
        names = ("quarter", "partnerships", "board")
        return request.param, tool["said_of"](*(request.getfixturevalue(name) for name in names))
    known = tool["packs"]()
    if request.param not in known:
        pytest.skip("needs London's source files in the folder 'shared' beside the repository")
    folder, sources, quarter = known[request.param]
    data = tool["read_pack"](folder, sources, tmp_path_factory.mktemp("pack"))
    return request.param, tool["said_in"](data, quarter)


def test_every_sentence_is_sound(pack):
    """Spaces, stops, plurals, keys, rounding, bases, spelling, tests named, and none of those nobody would say."""
    wrong = [(faults(words), kind, words) for kind, words in pack[1] if faults(words)]
    assert wrong == []


def test_an_indicator_has_one_sentence_or_few(pack):
    """No indicator's answer is told in more than five sentences, and none is told twice."""
    for kind, words in pack[1]:
        if kind.startswith("an indicator"):
            sentences = re.split(r"(?<=[a-z)\d%])\. (?=[A-Z])", words)
            assert len(sentences) <= 5, words
            assert len(set(sentences)) == len(sentences), words


def test_the_listing_is_in_step(pack, tool, root):
    """Every kind and shape of sentence is in the listing for people, and none that is no longer said.

    Figures may move without it; words may not: after a change of words, run tools/list_sentences.py.
    """
    name, said = pack
    listed = (root / "tests" / "presentation" / "sentences" / f"{name}.txt").read_text(encoding="utf-8")
    shapes = tool["shapes_of"]
    assert shapes(tool["listing"](said)) == shapes(listed), "run python tools/list_sentences.py, and read what changed"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("two spaces", "Two  spaces."),
        ("a space before a stop", "A stop ."),
        ("no full stop at the end", "No stop"),
        ("a plural of one", "There are 1 indicators."),
        ("none of none", "It is none of 0."),
        ("a key of the plan", "See 12.offences for more."),
        ("a figure not rounded", "It is 3.14159."),
        ("no value written out", "It is nan."),
        ("significant without its test", "It fell significantly."),
        ("a target where there is none", "The target is near."),
        ("a per cent without its base", "It is +2.0%."),
        ("American spelling", "Anti-social behavior fell."),
        ("a sentence nobody would say", "If things go on as they have, it falls."),
    ],
)
def test_a_fault_is_found(fault, words):
    """Each law can fail: a sentence made wrong is found, and by that law."""
    assert fault in faults(words)
