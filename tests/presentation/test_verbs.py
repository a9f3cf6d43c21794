"""The three verbs: every kind of answer has its chart, its table and its sentence, and nothing is loaded unasked."""

import pkgutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import pccstats as pcc
from pccstats.presentation.style import svg_of
from pccstats.presentation.verbs import describe, draw, table_of, tabulate
from pccstats.terms import results
from pccstats.terms.results.base import Result
from pccstats.terms.results.national import NationalReview
from tests.smaller import with_priorities

pytestmark = pytest.mark.slow

for module in pkgutil.iter_modules(results.__path__):
    import_module(f"{results.__name__}.{module.name}")


def kinds_of(kind: type) -> Iterator[type]:
    """Every kind of result that somebody may hold: those with nothing left to fill in."""
    for further in kind.__subclasses__():
        yield from kinds_of(further)
        if not further.__abstractmethods__ and further.__module__.startswith(results.__name__):
            yield further


QUARTER = "2015/16-Q1"
KINDS = sorted(set(kinds_of(Result)), key=lambda kind: kind.__name__)


@pytest.fixture(scope="session")
def answers(root, data, quarter, board, partnerships) -> dict[type, Result]:
    """One real answer of each kind, from the shipped quarter."""
    review, less = quarter.review("11.offences"), with_priorities(data, 1)
    found: list[Any] = [
        *(review, quarter, quarter.priority(12), quarter.discoveries),
        *(review.level, review.pace, review.rolling, review.change, review.baselines, review.projection),
        *(review.group, review.places),
        *(board, pcc.trend(data.series("street.burglary", months=1), 6), board.districts[0]),
        *(partnerships, partnerships.reviews[0]),
        *(
            pcc.data_quality(data, quarter.quarter),
            pcc.replay(pcc.read_replay(root / "data")),
            pcc.compare_tally(quarter),
        ),
        *(pcc.target_table(data.plan, data, "2014-03"), next(goal for o in board.outcomes for goal in o.goals)),
        *(pcc.crime_basket(68_000, 54_000, 5), pcc.propose_rebase(review.recovered.series)),
        pcc.quarters_from_rolling_years(
            data.series("official.burglary", months=12), data.series("street.burglary", months=1)
        ),
        pcc.what_if_recording(58_805, 76_343, 75.8, 84.1, margin_before=1.94),
        pcc.assess(less.plan, less, quarter.quarter, since_last=True).since_last,
        of_all_forces(data),
        pcc.screen_series(data.plan, data, quarter.quarter, areas=["Leicestershire"]),
    ]
    return {type(answer): answer for answer in found}


def of_all_forces(data: Any) -> NationalReview:
    """The official figures of eight forces set side by side, as if the plan's own indicator were counted by them."""
    official = replace(data.plan.indicator("official.domestic_burglary"), on_dashboard=True, part_of=None)
    theme = data.plan.theme(3)
    plan = replace(
        data.plan, themes=(replace(theme, priorities=(replace(theme.priorities[1], indicators=(official,)),)),)
    )
    return pcc.review_national(plan, data, QUARTER)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_result_answers_the_three_verbs(kind: type, answers: dict[type, Result]) -> None:
    """A chart with its words, a table with rows, a sentence that ends; add an answer of a new kind to `answers`."""
    answer = answers[kind]
    figure: Any = draw(answer)
    assert ET.fromstring(svg_of(figure)).attrib["aria-label"] == figure.alt_text
    assert figure.headline
    table = table_of(answer)
    assert table.title
    assert all(len(row) == len(table.columns) for row in table.cells())
    assert "<table" in tabulate(answer).as_raw_html()
    assert describe(answer).endswith(".")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_result_names_who_presents_it(kind: type) -> None:
    """The name is of a module of presentation that is there."""
    assert import_module(f"pccstats.presentation.{kind.presented_by}")  # type: ignore[attr-defined]


def test_nothing_is_loaded_before_it_is_asked_for(root: Path) -> None:
    """The verbs alone bring no chart, no table and no module of an answer with them."""
    asked = (
        "import sys; from pccstats.terms.results import base; before = set(sys.modules); "
        "import pccstats.presentation.verbs; "
        "print(*(m for m in set(sys.modules) - before if m.startswith(('matplotlib', 'great_tables', 'pccstats'))))"
    )
    loaded = subprocess.run([sys.executable, "-c", asked], cwd=root, capture_output=True, text=True, check=True)
    names = loaded.stdout.split()
    assert names == [] or set(names) <= {"pccstats.presentation", "pccstats.presentation.verbs"}


@pytest.mark.parametrize("verb", [draw, table_of, describe], ids=lambda verb: verb.__name__)
def test_what_is_no_result_is_refused_by_name(verb: Any) -> None:
    """The refusal names the kind that was given."""
    with pytest.raises(TypeError, match="for str"):
        verb("a string")
