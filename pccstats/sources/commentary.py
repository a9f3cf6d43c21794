"""What the partnerships say of a quarter, in their own words: `read_commentary`."""

from __future__ import annotations

from pathlib import Path

from pccstats.sources.folder import DataFolder
from pccstats.sources.plan import read_plan
from pccstats.terms.errors import DataProblem, Problem
from pccstats.terms.periods import Quarter
from pccstats.terms.slugs import slug

FOLDER = "commentary"
MOST_LETTERS = 20_000  # a summary, not a report


def read_commentary(data: str | Path, quarter: str | Quarter) -> dict[str, str]:
    """Read the contextual summaries of a quarter, by area.

    Parameters
    ----------
    data : str or Path
        The data folder; the summaries are in `commentary/<quarter>/<area>.md` beside the plan, for example
        `commentary/2015-16-Q1/north-west-leicestershire.md`.
    quarter : str or Quarter
        `2015/16-Q1`.

    Returns
    -------
    dict of str to str
        Markdown by the name of the area; areas without a summary are left out, and so is everything where there is no
        such folder.

    Raises
    ------
    DataProblem
        With every file that is of no area of the plan, is no text in UTF-8, or is too long.

    Examples
    --------
    >>> "Rutland" in read_commentary("data", "2015/16-Q1")
    True
    """
    at = quarter if isinstance(quarter, Quarter) else Quarter.parse(quarter)
    raw = DataFolder.find(Path(data)).raw
    areas = {slug(area.name): area.name for area in read_plan(raw).areas}
    found, problems = {}, []
    for path in sorted((raw / FOLDER / at.path_name).glob("*.md")):
        text, problem = _read(path, areas)
        if problem is not None:
            problems.append(problem)
        elif text:
            found[areas[path.stem]] = text
    if problems:
        raise DataProblem(problems)
    return found


def _read(path: Path, areas: dict[str, str]) -> tuple[str, Problem | None]:
    place = f"{FOLDER}/{path.parent.name}/{path.name}"
    if path.stem == "README":
        return "", None
    if path.stem not in areas:
        step = f"Name it after an area of the plan: {', '.join(f'{name}.md' for name in sorted(areas))}."
        return "", Problem("This summary is of no area of the plan.", place, path.stem, step)
    try:
        text = path.read_text(encoding="utf-8-sig").strip()
    except UnicodeDecodeError:
        return "", Problem("This is not text in UTF-8.", place, next_step="Save it again with the encoding UTF-8.")
    if len(text) > MOST_LETTERS:
        step = f"Cut it to {MOST_LETTERS:,} letters."
        return "", Problem("This is too long for a summary.", place, f"{len(text):,} letters", step)
    return text, None
