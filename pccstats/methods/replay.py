"""Published figures worked out again from the numbers printed with them."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import pandas as pd

from pccstats.methods.decimal_working import worked_out
from pccstats.terms.errors import DataProblem, PccStatsError, Problem
from pccstats.terms.results.replay import Replay, ReplayVerdict

COLUMNS = ("id", "document", "place", "figure", "working", "published", "decimals", "claim", "note")
CLAIMS = ("figure", "text")
MOST_DECIMALS = 12
POINTS = (
    *("id", "document", "place", "priority", "figure", "working", "published"),
    *("computed", "half_up", "truncated", "verdict", "note"),
)


def replay(frame: pd.DataFrame) -> Replay:
    """Whether published figures follow from their inputs.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a figure: `id`; `document` and `place` it stands in; `figure`, what it is; `working`, the sum that
        should give it, from the numbers printed with it; `published`, as printed; `decimals` it was printed with;
        `claim`, `figure` or `text` (words such as "over £5m", information, a conjecture); `note`. If wanted `priority`,
        the number of the strategic priority it belongs to, empty where it belongs to none.

    Returns
    -------
    Replay

    Raises
    ------
    DataProblem
        Listing every row that cannot be read or worked out, and every id given twice.

    Notes
    -----
    Exact decimals, not binary fractions. A figure *reproduces* where its working, rounded half up to the decimals
    printed, is the figure; is *only truncated* where cutting off further digits gives it and rounding does not; else it
    *does not follow* from the inputs given, which may mean that its inputs are others, not that it is wrong.

    See Also
    --------
    pccstats.sources.replay.read_replay : The 63 figures of the shipped documents.

    Examples
    --------
    >>> rows = [
    ...     ("a", "Report", "p. 1", "Change, per cent", "100 * (326 - 667) / 667", "-51", 0, "figure", ""),
    ...     ("b", "Report", "p. 2", "Per 1,000", "1000 * 59220 / 1017697", "58.1", 1, "figure", ""),
    ...     ("c", "Report", "p. 3", "Sum of parts", "134 + 43 + 52 + 24 + 11", "271", 0, "figure", ""),
    ... ]
    >>> replay(pd.DataFrame(rows, columns=COLUMNS)).points["verdict"].tolist()
    ['reproduces', 'only_truncated', 'does_not_follow']
    """
    _check(frame)
    figures = [_replayed(row) for row in frame.to_dict("records")]
    return Replay(
        points=pd.DataFrame(figures, columns=list(POINTS)).astype({"priority": "Int64"}),
        method=(
            "Each figure from the numbers printed with it, in exact decimals, rounded half up to the decimals printed; "
            "cut off at them where rounding does not give the figure."
        ),
    )


def _check(frame: pd.DataFrame) -> None:
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise DataProblem([Problem(f"There is no column {name!r}.", "replay table") for name in missing])
    problems = [
        Problem("An id stands twice.", "replay table, column 'id'", str(name))
        for name in frame.loc[frame["id"].duplicated(), "id"].unique()
    ]
    for row in frame.to_dict("records"):
        problems += _problems_of(row)
    if problems:
        raise DataProblem(problems)


def _problems_of(row: dict[Hashable, Any]) -> list[Problem]:
    where = f"replay table, {row['id']}"
    problems = []
    try:
        worked_out(str(row["working"]))
    except PccStatsError as refused:
        problems.append(Problem(str(refused), f"{where}, column 'working'"))
    try:
        is_number = Decimal(str(row["published"])).is_finite()
    except InvalidOperation:
        is_number = False
    if not is_number:
        problems.append(Problem("This is not a number.", f"{where}, column 'published'", str(row["published"])))
    if not (str(row["decimals"]).isdigit() and int(str(row["decimals"])) <= MOST_DECIMALS):
        problems.append(Problem("Decimals are 0 to 12.", f"{where}, column 'decimals'", str(row["decimals"])))
    if not (_priority(row) == "" or _priority(row).isdigit()):
        problems.append(Problem("A priority is its number, or empty.", f"{where}, column 'priority'", _priority(row)))
    if row["claim"] not in CLAIMS:
        problems.append(Problem("A claim is 'figure' or 'text'.", f"{where}, column 'claim'", str(row["claim"])))
    return problems


def _priority(row: dict[Hashable, Any]) -> str:
    given = row.get("priority", "")
    return "" if pd.isna(given) else str(given)


def _replayed(row: dict[Hashable, Any]) -> dict[Hashable, Any]:
    published, computed = Decimal(str(row["published"])), worked_out(str(row["working"]))
    step = Decimal(1).scaleb(-int(str(row["decimals"])))
    half_up, truncated = (computed.quantize(step, rounding=way) for way in (ROUND_HALF_UP, ROUND_DOWN))
    return {
        **{name: row[name] for name in ("id", "document", "place", "figure", "working")},
        "priority": int(_priority(row)) if _priority(row) else None,
        "published": published,
        "computed": computed,
        "half_up": half_up,
        "truncated": truncated,
        "verdict": _verdict(str(row["claim"]), published, half_up, truncated).value,
        "note": row["note"],
    }


def _verdict(claim: str, published: Decimal, half_up: Decimal, truncated: Decimal) -> ReplayVerdict:
    if claim == "text":
        return ReplayVerdict.TEXT
    if half_up == published:
        return ReplayVerdict.REPRODUCES
    return ReplayVerdict.ONLY_TRUNCATED if truncated == published else ReplayVerdict.DOES_NOT_FOLLOW
