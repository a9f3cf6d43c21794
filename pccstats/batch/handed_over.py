"""What the notebooks hand over beside their pages: the dashboard's rows, the tally, the headline, the verdicts.

A notebook shows an output of type `application/vnd.pccstats+json` holding `{"name": ..., "records": [...]}`,
`{"name": "headline", "sentences": [...]}`, `{"name": "briefing", "html": ..., "summary": ...}`, or a list of such.
The page never shows it; the pack's files and its front page are made from it. Nothing is computed here. The charts it
hands over are files of its page: see `batch.charts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import nbformat

from pccstats.terms.results.dashboard import DASHBOARD_COLUMNS

MIME_TYPE = "application/vnd.pccstats+json"
OF_ITS_PAGE = "charts"
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Results:
    """Everything a run handed over.

    Attributes
    ----------
    dashboard : tuple of mappings
        One row per indicator.
    dashboard_columns : tuple of str
        The agreed columns, then any others the notebook names.
    headline : tuple of str
        The sentences that open the front page.
    differing : str
        Where two sources disagree; empty where nowhere.
    signals : str
        How many series show a signal in the quarter, and how many would by chance; empty where none is charted.
    briefing : str
        What to look at, as markup for the front page and the sheet of its own; empty where it was not made.
    summary : str
        The same in brief, as text for an e-mail.
    earlier : str
        The quarter before, `2014/15-Q4`, that this one was set beside; empty where it was beside none.
    tally : tuple of mappings
        `state` and `count`; of verdicts that are not counted, `strength` and `count`.
    priorities : tuple of mappings
        `number, title, theme, page, anchor, states, words, signals`, in the order of the plan: a chip for each of
        `states` (`state, strength, words, count, change`), the words beside them, and a chip for each of the quarter's
        `signals` (`signal, variation, words`).
    problems : tuple of str
        What was handed over but cannot be used, in words.
    """

    dashboard: tuple[Record, ...] = ()
    dashboard_columns: tuple[str, ...] = DASHBOARD_COLUMNS
    headline: tuple[str, ...] = ()
    differing: str = ""
    signals: str = ""
    briefing: str = ""
    summary: str = ""
    earlier: str = ""
    tally: tuple[Record, ...] = ()
    priorities: tuple[Record, ...] = ()
    problems: tuple[str, ...] = ()

    def with_problem(self, words: str) -> Results:
        """The same with one more thing that cannot be used."""
        return replace(self, problems=(*self.problems, words))

    def front_page(self) -> dict[str, Any]:
        """The parts the front page is made of, as plain data to keep beside the pack."""
        return {
            "headline": list(self.headline),
            "differing": self.differing,
            "signals": self.signals,
            "briefing": self.briefing,
            "summary": self.summary,
            "earlier": self.earlier,
            "tally": [dict(record) for record in self.tally],
            "priorities": [dict(record) for record in self.priorities],
        }


def collect(notebooks: Iterable[nbformat.NotebookNode | None]) -> Results:
    """Gather what executed notebooks hand over, in reading order; a later headline or tally replaces an earlier one."""
    results = Results()
    for notebook in notebooks:
        for bundle in bundles_of(notebook):
            results = _with_bundle(results, bundle)
    return results


def kept_from(front_page: Mapping[str, Any]) -> Results:
    """The results an earlier run kept, for when one page alone is made anew."""
    return Results(
        headline=tuple(front_page.get("headline", ())),
        differing=str(front_page.get("differing", "")),
        signals=str(front_page.get("signals", "")),
        briefing=str(front_page.get("briefing", "")),
        summary=str(front_page.get("summary", "")),
        earlier=str(front_page.get("earlier", "")),
        tally=tuple(front_page.get("tally", ())),
        priorities=tuple(front_page.get("priorities", ())),
    )


def merged(earlier: Results, newer: Results) -> Results:
    """The newer results, with the earlier ones where the newer run handed nothing over."""
    return replace(
        newer,
        headline=newer.headline or earlier.headline,
        differing=newer.differing if newer.headline else earlier.differing,
        signals=newer.signals if newer.headline else earlier.signals,
        briefing=newer.briefing or earlier.briefing,
        summary=newer.summary or earlier.summary,
        earlier=newer.earlier if newer.briefing else earlier.earlier,
        tally=newer.tally or earlier.tally,
        priorities=newer.priorities or earlier.priorities,
    )


def bundles_of(notebook: nbformat.NotebookNode | None) -> Iterable[Mapping[str, Any]]:
    """Everything one notebook handed over, in its order."""
    for cell in notebook.cells if notebook is not None else ():
        for output in cell.get("outputs", ()):
            handed = output.get("data", {}).get(MIME_TYPE, ())
            yield from [handed] if isinstance(handed, Mapping) else handed


def _with_bundle(results: Results, bundle: Mapping[str, Any]) -> Results:
    name = bundle.get("name")
    if name == OF_ITS_PAGE:
        return results
    if name == "headline":
        sentences = tuple(bundle.get("sentences") or [str(bundle.get("text", ""))])
        differing, signals = (str(bundle.get(name, "")) for name in ("differing", "signals"))
        return replace(results, headline=sentences, differing=differing, signals=signals)
    if name == "briefing":
        html, summary, before = (str(bundle.get(part, "")) for part in ("html", "summary", "earlier"))
        return replace(results, briefing=html, summary=summary, earlier=before)
    records = tuple(dict(record) for record in bundle.get("records", ()))
    if name == "tally":
        return replace(results, tally=records)
    if name == "priorities":
        return replace(results, priorities=_by_number((*results.priorities, *records)))
    if name == "dashboard":
        columns = _columns(bundle.get("columns", ()), records)
        missing = [column for column in DASHBOARD_COLUMNS if column not in columns]
        if missing:
            words = f"The dashboard's table lacks the columns {', '.join(missing)}; they are empty in dashboard.csv."
            results = results.with_problem(words)
        others = tuple(column for column in columns if column not in DASHBOARD_COLUMNS)
        return replace(results, dashboard=records, dashboard_columns=DASHBOARD_COLUMNS + others)
    words = f"A notebook handed over results named {name!r}, which the pack does not know."
    return results.with_problem(words)


def _columns(named: Sequence[str], records: Sequence[Record]) -> list[str]:
    return list(named) or list(dict.fromkeys(column for record in records for column in record))


def _by_number(records: Iterable[Record]) -> tuple[Record, ...]:
    """One record a priority; where two notebooks speak of one, the later holds."""
    latest = {record.get("number"): record for record in records}
    return tuple(sorted(latest.values(), key=lambda record: record.get("number") or 0))
