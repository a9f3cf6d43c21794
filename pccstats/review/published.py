"""Published workings and tallies held against their own inputs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, DecimalException, InvalidOperation, localcontext
from operator import add, mul, neg, sub, truediv
from typing import Any

import pandas as pd

from pccstats.methods.change.two_figures import dispersion_to_overturn
from pccstats.terms.errors import DataProblem, MethodProblem, PccStatsError, Problem
from pccstats.terms.observations import Observations
from pccstats.terms.periods import MONTHS_IN_A_YEAR, Window
from pccstats.terms.plan import PublishedTally
from pccstats.terms.results.published import Replay, ReplayVerdict, TallyComparison, TallyGroup
from pccstats.terms.results.quarter import IndicatorReview, QuarterAssessment
from pccstats.terms.words import Judgement, Signal, State

COLUMNS = ("id", "document", "place", "figure", "working", "published", "decimals", "claim", "note")
CLAIMS = ("figure", "text")
MOST_DECIMALS = 12
POINTS = (
    *("id", "document", "place", "priority", "figure", "working", "published"),
    *("computed", "half_up", "truncated", "verdict", "note"),
)
DIGITS = 28
LONGEST = 200  # characters: no working printed in a report is longer
_BINARY: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: add,
    ast.Sub: sub,
    ast.Mult: mul,
    ast.Div: truediv,
}
FLAGGED_BELOW = 0.05
PER = Decimal(1000)  # people
FOLDED = {State.BETTER: TallyGroup.POSITIVE, State.WORSE: TallyGroup.NEGATIVE}  # every other state: no change
SIDES = {Judgement.BETTER: TallyGroup.POSITIVE, Judgement.WORSE: TallyGroup.NEGATIVE}
WITHOUT_MEASURE = (State.NOT_COLLECTED, State.EMBARGOED)
CRIME_COLUMNS = [
    *("indicator", "title", "baseline", "latest", "change_pct", "p_value_poisson"),
    *("is_flagged", "is_said_to_rise", "dispersion_to_overturn"),
]


def replay(frame: pd.DataFrame, rates: pd.DataFrame | None = None, data: Observations | None = None) -> Replay:
    """Whether published figures follow from their inputs.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a figure: `id`; `document` and `place` it stands in; `figure`, what it is; `working`, the sum that
        should give it, from the numbers printed with it; `published`, as printed; `decimals` it was printed with;
        `claim`, `figure` or `text` (words such as "over £5m", information, a conjecture); `note`. If wanted `priority`,
        the number of the strategic priority it belongs to, empty where it belongs to none.
    rates : pandas.DataFrame, optional
        One row a rate printed without the population it is out of: `id, document, place, figure`, its `count`, the
        `measure` of the plan and `period_end` it is of where there is one, `printed` and `decimals`.
    data : Observations, optional
        The populations and official figures that the rates are tried on; without them no rate is explained.

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
    pccstats.sources.commentary.read_replay : The 63 figures of the shipped documents.
    pccstats.sources.commentary.read_printed_rates : Rates that were printed without their populations.

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
        rates=_explained(rates, data) if rates is not None and data is not None and len(rates) else pd.DataFrame(),
    )


def _explained(rates: pd.DataFrame, data: Observations) -> pd.DataFrame:
    """Each rate with the populations held that give it, and of those the one that gives most of the others."""
    own = data.exposures[(data.exposures["area"] == data.plan.focus) & data.exposures["persons"].notna()]
    persons = {str(row["vintage"]): Decimal(str(int(row["persons"]))) for row in own.to_dict("records")}
    rows = [_tried(row, persons, data) for row in rates.to_dict("records")]
    wanting = [row for row in rows if row["fitting"]]
    while wanting:
        best = max(persons, key=lambda vintage: sum(vintage in row["fitting"] for row in wanting))
        for row in [row for row in wanting if best in row["fitting"]]:
            gives = PER * Decimal(row["count"]) / persons[best]
            row |= {"population": best, "persons": int(persons[best]), "gives": float(gives)}
            wanting.remove(row)
    return pd.DataFrame(rows)


def _tried(row: dict[Hashable, Any], persons: dict[str, Decimal], data: Observations) -> dict[str, Any]:
    """A rate on every population held: those that give it when rounded, else those that do when cut off."""
    count, printed = Decimal(str(row["count"])), Decimal(str(row["printed"]))
    step = Decimal(1).scaleb(-int(str(row["decimals"])))
    found = {
        way: tuple(name for name, number in persons.items() if (PER * count / number).quantize(step, way) == printed)
        for way in (ROUND_HALF_UP, ROUND_DOWN)
    }
    years = _official_years(str(row["measure"]), data)
    fitting = found[ROUND_HALF_UP] or found[ROUND_DOWN]
    nothing = {"nearest": float("nan"), "nearest_count": None, "nearest_year": "", "nearest_population": ""}
    return {
        **{str(name): row[name] for name in ("figure", "document", "place")},
        "count": int(count),
        "official": years.get(str(row["period_end"])),
        "printed": printed,
        "fitting": fitting,
        "population": "",
        "persons": None,
        "gives": float("nan"),
        "is_cut_off": bool(fitting) and not found[ROUND_HALF_UP],
        **(nothing if fitting or not years else _nearest(float(printed), years, data)),
    }


def _official_years(key: str, data: Observations) -> dict[str, int]:
    """The official 12-month figures of a measure, or of the official measure of an indicator, by their last month."""
    if not key:
        return {}
    about = data.plan.indicator(key)
    rows = data.rows(about.peers or key, data.plan.focus, MONTHS_IN_A_YEAR)
    held = rows[rows["numerator"].notna()]
    return {str(end): int(number) for end, number in zip(held["period_end"], held["numerator"], strict=True)}


def _nearest(printed: float, years: dict[str, int], data: Observations) -> dict[str, Any]:
    """The official year whose rate, on the population of that year, is nearest to the one printed."""
    tried = []
    for end, number in years.items():
        people, vintage = data.population(data.plan.focus, window=Window.ending(end))
        if people:
            tried.append((float(PER) * number / people, end, number, vintage))
    rate, end, number, vintage = min(tried, key=lambda year: abs(year[0] - printed))
    return {
        "nearest": rate,
        "nearest_count": number,
        "nearest_year": str(Window.ending(end)),
        "nearest_population": vintage,
    }


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


def worked_out(working: str) -> Decimal:
    """Work out a sum of numbers, `+ - * /` and brackets; anything else is refused.

    Raises
    ------
    MethodProblem
        If it is not such a sum, or divides by nought.

    Examples
    --------
    >>> worked_out("0.1 + 0.2")
    Decimal('0.3')
    >>> str(worked_out("100 * (332 - 673) / 673").quantize(Decimal("0.01")))
    '-50.67'
    """
    try:
        if len(working) > LONGEST:
            raise ValueError  # noqa: TRY301 one refusal for every fault
        with localcontext(prec=DIGITS):
            return _value(ast.parse(working.strip(), mode="eval").body, working.strip())
    except (SyntaxError, ValueError, DecimalException) as fault:
        words = f"{working[:LONGEST]!r} is not a sum of numbers with + - * / and brackets that can be worked out."
        raise MethodProblem(words) from fault


def _value(node: ast.expr, working: str) -> Decimal:
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        return _BINARY[type(node.op)](_value(node.left, working), _value(node.right, working))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return neg(_value(node.operand, working))
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return Decimal(working[node.col_offset : node.end_col_offset])  # the digits as written, never a binary float
    raise ValueError(ast.dump(node))


def compare_tally(assessment: QuarterAssessment) -> TallyComparison:
    """Say where a published tally and ours differ, and what the published judgement must have rested on.

    Parameters
    ----------
    assessment : QuarterAssessment
        Of the whole plan.

    Returns
    -------
    TallyComparison
        Without the published columns where the plan holds no published tally for this quarter.

    Raises
    ------
    MethodProblem
        If the assessment is of one theme only.

    Notes
    -----
    Only totals were published, so the two cannot be compared indicator by indicator; nothing is assumed to make them
    meet. Folding puts better in positive, worse in negative and all seven other states, with every verdict that is not
    firm, in no change, as the published paper put indicators without a metric. Two readings are tried on the printed
    figures. *Plain Poisson*: would chance alone flag just the crimes said to rise? *Side of the baseline*: with no test
    at all, do figures on the good and on the bad side of their baseline number as many as published? A reading that
    fits is possible, not known.

    See Also
    --------
    assess : the nine states, test by test.
    change : over-dispersion, and how much of it would undo a finding.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> found = compare_tally(pcc.assess(plan, data, quarter="2015/16-Q1"))
    >>> found.points["published"].tolist(), found.points["published_answered_per_cent"].tolist()
    ([9, 25, 6], [36.0, 40.0, 24.0])
    >>> found.flagged_by_poisson["indicator"].tolist()
    ['13.offences', '14A.offences', '14B.offences']
    """
    if assessment.theme is not None:
        raise MethodProblem("A published tally is of the whole plan: assess it without a theme.")
    published = assessment.plan.published_tally
    if published is not None and published.quarter != str(assessment.quarter):
        published = None
    indicators = _indicators(assessment, published)
    return TallyComparison(
        points=_points(indicators, published),
        method=(
            "Ours: each indicator by its own test. Folded: better is positive, worse negative, every other state no "
            "change. Published: as printed."
        ),
        quarter=assessment.quarter,
        states=assessment.tally,
        indicators=indicators,
        crimes=_crimes(assessment, published),
        side_counts=_counts(indicators["by_side"].fillna(TallyGroup.NO_CHANGE.value)),
        published=published,
    )


def _indicators(assessment: QuarterAssessment, published: PublishedTally | None) -> pd.DataFrame:
    rows = pd.DataFrame(
        [
            {
                "indicator": review.indicator.key,
                "title": review.indicator.name,
                "state": review.state.value,
                "strength": review.strength.value,
                "verdict": review.marked_verdict,
                "folded": _folded(review).value,
                "by_side": _by_side(review, published),
                "is_answered": review.state.is_answer and review.is_counted,
            }
            for review in assessment.reviews
        ],
        columns=["indicator", "title", "state", "strength", "verdict", "folded", "by_side", "is_answered"],
    )
    by_side = rows["by_side"].fillna(TallyGroup.NO_CHANGE.value)
    if_counted = rows["state"].map(lambda state: FOLDED.get(State(state), TallyGroup.NO_CHANGE).value)
    is_same = rows["folded"] == by_side
    return rows.assign(is_same=is_same, is_only_uncounted=~is_same & (if_counted == by_side))


def _folded(review: IndicatorReview) -> TallyGroup:
    """The published group of our answer; a verdict that is not firm is counted as none."""
    return FOLDED.get(review.state, TallyGroup.NO_CHANGE) if review.is_counted else TallyGroup.NO_CHANGE


def _by_side(review: IndicatorReview, published: PublishedTally | None) -> str | None:
    """The group of one indicator where no test is made; nothing where it has no metric."""
    key = review.indicator.key
    if review.indicator.no_figure in WITHOUT_MEASURE:
        return None
    if published is not None and key in published.judged_by_projection:
        return (TallyGroup.NEGATIVE if key in published.said_to_rise else TallyGroup.NO_CHANGE).value
    if review.baseline is None or review.latest is None or review.latest == review.baseline:
        return TallyGroup.NO_CHANGE.value
    side = Signal.ABOVE if review.latest > review.baseline else Signal.BELOW
    return SIDES.get(review.indicator.polarity.judge(side), TallyGroup.NO_CHANGE).value


def _points(indicators: pd.DataFrame, published: PublishedTally | None) -> pd.DataFrame:
    folded = _counts(indicators["folded"])
    answered = _counts(indicators.loc[indicators["is_answered"], "folded"])
    printed: tuple[int | None, ...] = (None, None, None)
    with_measure = printed
    if published is not None:
        printed = published.counts
        with_measure = (published.positive, published.no_change - published.without_measure, published.negative)
    return pd.DataFrame(
        {
            "group": [group.value for group in TallyGroup],
            "published": pd.array(printed, dtype="Int64"),
            "published_per_cent": published.per_cent if published else float("nan"),
            "folded": folded,
            "folded_per_cent": _per_cents(folded),
            "difference": pd.Series(folded, dtype="Int64") - pd.Series(printed, dtype="Int64"),
            "published_answered": pd.array(with_measure, dtype="Int64"),
            "published_answered_per_cent": _per_cents(with_measure),
            "folded_answered": answered,
            "folded_answered_per_cent": _per_cents(answered),
        }
    )


def _counts(groups: pd.Series) -> tuple[int, int, int]:
    positive, no_change, negative = (int((groups == group.value).sum()) for group in TallyGroup)
    return positive, no_change, negative


def _per_cents(counts: tuple[int | None, ...]) -> list[float]:
    known = pd.Series(counts, dtype=float)
    return list(100 * known / known.sum())


def _crimes(assessment: QuarterAssessment, published: PublishedTally | None) -> pd.DataFrame:
    """The indicators judged by projection, with what plain Poisson says of them against the baseline."""
    keys = published.judged_by_projection if published else ()
    tested = [(review, review.change) for review in map(assessment.review, keys) if review.change is not None]
    return pd.DataFrame(
        [
            {
                "indicator": review.indicator.key,
                "title": review.indicator.name,
                "baseline": change.baseline,
                "latest": change.latest,
                "change_pct": change.change_pct,
                "p_value_poisson": change.test.p_value_poisson,
                "is_flagged": bool(change.test.p_value_poisson < FLAGGED_BELOW and change.change > 0),
                "is_said_to_rise": bool(published and review.indicator.key in published.said_to_rise),
                "dispersion_to_overturn": dispersion_to_overturn(change.baseline, change.latest),  # φ known
            }
            for review, change in tested
        ],
        columns=CRIME_COLUMNS,
    )
