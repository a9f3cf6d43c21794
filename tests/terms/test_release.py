"""What an audience may see: every way a withheld figure could be read off what is left."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pccstats as pcc
from pccstats.terms.errors import Finding, Severity, SourceFile
from pccstats.terms.observations import Observations
from pccstats.terms.periods import Window, month
from pccstats.terms.plan import (
    Area,
    Assessment,
    Board,
    BoardPriority,
    Commentary,
    Indicator,
    Plan,
    Priority,
    Target,
    Theme,
)
from pccstats.terms.words import OBSERVATIONS, Audience, Kind, Polarity, State, Status
from tests.smaller import with_priorities

LEFT_OUT = "Left out: it tells of a figure that is not released."
PUBLIC, INTERNAL = Audience.PUBLIC, Audience.INTERNAL
BASELINE, HORIZON = Window.read("2012/13"), pd.Period("2017-03", "M")
EVERYBODY = pytest.mark.parametrize("audience", [INTERNAL, PUBLIC])


def measure(key: str, **about: object) -> Indicator:
    """A count of the small plan."""
    given = {"kind": Kind.COUNT, "polarity": Polarity.LOWER_IS_BETTER} | about
    return Indicator(key, key.capitalize(), unit="offences", baseline=BASELINE, horizon=HORIZON, priority=1, **given)  # type: ignore[arg-type]


def small(*measures: Indicator, supporting: tuple[Indicator, ...] = (), **about: object) -> Plan:
    """A plan of one priority, for a town of two halves."""
    areas = (Area("Town", "force"), Area("North", "district", "Town"), Area("South", "district", "Town"))
    commentary = about.pop("commentary", ())
    priority = Priority(1, "Crime", measures, commentary=commentary)  # type: ignore[arg-type]
    theme = Theme(1, "Safety", (priority,), slug="safety")
    return Plan("Plan", "Town", BASELINE, HORIZON, (theme,), supporting=supporting, areas=areas, **about)  # type: ignore[arg-type]


def held(plan: Plan, *rows: tuple[str, str, str, int, float | None, str], **about: object) -> Observations:
    """Observations: measure, area, last month, months, figure and status of each."""
    nothing = dict.fromkeys(OBSERVATIONS, "") | {"denominator": float("nan")}
    named = ("indicator", "area", "period_end", "months", "numerator", "status")
    frame = pd.DataFrame([nothing | dict(zip(named, row, strict=True)) for row in rows])
    frame = frame.assign(
        period_end=pd.PeriodIndex(frame["period_end"], freq="M"), numerator=frame["numerator"].astype(float)
    )
    return Observations(frame, plan, pd.DataFrame(columns=["area", "persons"]), **about)  # type: ignore[arg-type]


def figures(data: Observations) -> dict[tuple[str, str, str, int], float]:
    """The figures that are left."""
    rows = data.frame[data.frame["numerator"].notna()]
    return {(row.indicator, row.area, str(row.period_end), row.months): row.numerator for row in rows.itertuples()}


def test_a_measure_under_restriction_has_no_row_left() -> None:
    """Of a measure for internal use the public gets no rows, targets, judgements or footnotes (R1a)."""
    plan = small(
        measure("1.secret", release=INTERNAL, footnotes=("Counted twice.",)),
        measure("1.open"),
        targets=(Target("a", "1.secret", "hard", "level", 7.0), Target("b", "1.open", "hard", "level", 7.0)),
        assessments=(Assessment("1.secret", "2015/16-Q1", "Much better."),),
    )
    data = held(plan, ("1.secret", "Town", "2015-06", 12, 431.0, ""), ("1.open", "Town", "2015-06", 12, 9.0, ""))
    public = data.for_audience(PUBLIC)
    assert set(public.frame["indicator"]) == {"1.open"}
    assert [target.key for target in public.plan.targets] == ["b"]
    assert public.plan.assessments == ()
    assert public.plan.indicator("1.secret").footnotes == ()
    internal = data.for_audience(INTERNAL)
    assert figures(internal) == figures(data)
    assert internal.plan == plan


@EVERYBODY
def test_a_measure_called_embargoed_shows_no_figure(audience: Audience) -> None:
    """Where the plan says embargoed, nobody is given a figure, whatever the rows hold (R1b)."""
    plan = small(measure("1.secret", no_figure=State.EMBARGOED, reason="In July."))
    left = held(plan, ("1.secret", "Town", "2015-06", 12, 431.0, "")).for_audience(audience)
    assert figures(left) == {}
    assert left.frame["status"].tolist() == [Status.EMBARGOED]


@EVERYBODY
def test_an_embargoed_year_takes_its_months_with_it(audience: Audience) -> None:
    """A year marked embargoed is not rebuilt from its months, quarters or rolling years (R1c, A4)."""
    plan = small(measure("1.thefts"))
    months = [("1.thefts", "Town", str(month("2014-06") + step), 1, 30.0 + step, "") for step in range(13)]
    rows = (
        *months,
        ("1.thefts", "Town", "2015-06", 12, 431.0, "embargoed"),
        ("1.thefts", "Town", "2015-03", 3, 99.0, ""),
        ("1.thefts", "Town", "2015-03", 12, 400.0, ""),
        ("1.thefts", "Town", "2014-03", 12, 390.0, ""),
    )
    left = held(plan, *rows).for_audience(audience)
    assert set(figures(left)) == {("1.thefts", "Town", "2014-06", 1), ("1.thefts", "Town", "2014-03", 12)}
    assert len(left.frame) == len(rows)
    assert left.embargo("1.thefts") is not None
    assert left.embargo("1.thefts", until="2014-06") is None


def test_the_note_of_an_embargo_stays_unless_it_holds_the_figure() -> None:
    """When it is released may be said; what it is may not."""
    plan = small(measure("1.thefts"))
    rows = [("1.thefts", "Town", end, 12, 4310.0, "embargoed") for end in ("2014-06", "2015-06")]
    data = held(plan, *rows)
    data = replace(data, frame=data.frame.assign(note=["Out on 9 July 2015.", "Will be 4,310."]))
    assert data.for_audience(INTERNAL).frame["note"].tolist() == ["Out on 9 July 2015.", ""]


def test_a_district_is_not_told_by_subtraction() -> None:
    """With a district goes the force, of which the others could be taken away; the others stay."""
    plan = small(measure("1.thefts"))
    rows = [("1.thefts", area, "2015-06", 12, n, "") for area, n in (("Town", 30.0), ("North", 10.0), ("South", 20.0))]
    rows[1] = (*rows[1][:5], "embargoed")
    assert set(figures(held(plan, *rows).for_audience(PUBLIC))) == {("1.thefts", "South", "2015-06", 12)}
    alone = [
        row for row in rows if row[1] != "South"
    ]  # of the other half nothing is known, so nothing can be subtracted
    assert set(figures(held(plan, *alone).for_audience(PUBLIC))) == {("1.thefts", "Town", "2015-06", 12)}


def test_a_force_is_not_told_by_adding_up() -> None:
    """With a force go its districts, which add up to it."""
    plan = small(measure("1.thefts"))
    rows = [("1.thefts", area, "2015-06", 1, n, "") for area, n in (("North", 10.0), ("South", 20.0))]
    year = ("1.thefts", "Town", "2015-06", 12, 360.0, "embargoed")
    assert figures(held(plan, year, *rows).for_audience(PUBLIC)) == {}


def test_a_part_is_not_told_by_its_whole() -> None:
    """With a part goes the whole it is a part of, where the other parts are known; they stay."""
    parts = (measure("1.of_cars", release=INTERNAL, part_of="1.cars"), measure("1.from_cars", part_of="1.cars"))
    plan = small(*parts, supporting=(measure("1.cars", on_dashboard=False),))
    rows = [(key, "Town", "2015-06", 12, 50.0, "") for key in ("1.of_cars", "1.from_cars", "1.cars")]
    left = held(plan, *rows).for_audience(PUBLIC)
    assert set(figures(left)) == {("1.from_cars", "Town", "2015-06", 12)}


def test_a_whole_is_not_told_by_its_areas() -> None:
    """With the whole of a withheld part go the areas by which that whole could be added up."""
    parts = (measure("1.of_cars", release=INTERNAL, part_of="1.cars"), measure("1.from_cars", part_of="1.cars"))
    plan = small(*parts, supporting=(measure("1.cars", on_dashboard=False),))
    rows = [(key, "Town", "2015-06", 12, 50.0, "") for key in ("1.of_cars", "1.from_cars", "1.cars")]
    areas = [("1.cars", area, "2015-06", 12, 25.0, "") for area in ("North", "South")]
    left = held(plan, *rows, *areas).for_audience(PUBLIC)
    assert set(figures(left)) == {("1.from_cars", "Town", "2015-06", 12)}


def test_the_official_measure_of_the_same_goes_with_it() -> None:
    """With a measure goes what counts it for peers, and the months that anchor that, in its own area alone."""
    supporting = (
        measure("official.thefts", on_dashboard=False, anchor="street.thefts"),
        measure("street.thefts", on_dashboard=False),
    )
    plan = small(measure("1.thefts", release=INTERNAL, peers="official.thefts"), supporting=supporting)
    rows = (
        ("1.thefts", "Town", "2015-06", 12, 50.0, ""),
        ("official.thefts", "Town", "2015-06", 12, 50.0, ""),
        ("official.thefts", "Elsewhere", "2015-06", 12, 50.0, ""),
        ("street.thefts", "Town", "2015-05", 1, 4.0, ""),
        ("street.thefts", "Town", "2014-05", 1, 4.0, ""),
    )
    left = held(plan, *rows).for_audience(PUBLIC)
    assert set(figures(left)) == {
        ("official.thefts", "Elsewhere", "2015-06", 12),
        ("street.thefts", "Town", "2014-05", 1),
    }


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"indicator": "1.secret", "message": "Odd."}, id="of the measure"),
        pytest.param({"indicator": "1.open", "message": "431 to June 2015 is printed for another."}, id="its number"),
        pytest.param({"indicator": "1.open", "message": "As for 1.secret."}, id="its name"),
        pytest.param({"message": "A row does not fit.", "value": "12,345"}, id="a long number"),
    ],
)
def test_a_finding_tells_nothing_under_another_name(told: dict[str, str]) -> None:
    """Findings that are of a withheld measure, name it or quote its figures are left out (R1d)."""
    plan = small(measure("1.secret", release=INTERNAL), measure("1.open"))
    kept = Finding(Severity.NOTE, "odd", "7 to June 2015 is printed.", indicator="1.open")
    found = Finding(Severity.NOTE, "odd", **told)
    rows = [("1.secret", "Town", end, 12, n, "") for end, n in (("2014-06", 431.0), ("2015-06", 12345.0))]
    data = held(plan, *rows, ("1.open", "Town", "2015-06", 12, 7.0, ""), findings=(kept, found))
    assert data.for_audience(PUBLIC).findings == (kept,)
    assert data.for_audience(INTERNAL).findings == (kept, found)


def test_prose_that_quotes_a_figure_is_left_out() -> None:
    """Commentary that names a measure under restriction or quotes its figure gives way to a sentence that says so."""
    words = ("Of 431 thefts most were at night.", "Nothing else is known.", "1.secret is much better.")
    plan = small(measure("1.secret", release=INTERNAL), commentary=(Commentary("2015/16-Q1", words),))
    public = held(plan, ("1.secret", "Town", "2015-06", 12, 431.0, "")).for_audience(PUBLIC)
    (said,) = public.plan.priority(1).commentary
    assert (said.quarter, said.words) == ("2015/16-Q1", (LEFT_OUT, words[1], LEFT_OUT))


def test_files_of_withheld_figures_are_not_named() -> None:
    """A file of nothing else is not named; one that holds some is named without its digest (R1i)."""
    plan = small(measure("1.secret", release=INTERNAL), measure("1.open"))
    files = tuple(
        SourceFile(name, "0" * 64, 1, indicators=keys)
        for name, keys in (("a.csv", ("1.secret",)), ("b.csv", ("1.open", "1.secret")), ("c.csv", ("1.open",)))
    )
    data = held(plan, ("1.secret", "Town", "2015-06", 12, 431.0, ""), files=files)
    assert [(f.name, f.sha256) for f in data.for_audience(PUBLIC).files] == [("b.csv", ""), ("c.csv", "0" * 64)]
    assert data.for_audience(INTERNAL).files == files


months_of_year = st.integers(0, 40)
windows = st.tuples(months_of_year, st.sampled_from([1, 3, 12]), st.booleans())


@given(st.lists(windows, min_size=1, max_size=30, unique_by=lambda window: window[:2]))
def test_no_figure_shares_a_month_with_an_embargoed_one(given_windows: list[tuple[int, int, bool]]) -> None:
    """Whatever is embargoed, what is left shares no month with it, and all else is left."""
    start = month("2012-01")
    rows = [
        ("1.thefts", "Town", str(start + after), span, 100.0 + after, "embargoed" if is_secret else "")
        for after, span, is_secret in given_windows
    ]
    left = held(small(measure("1.thefts")), *rows).for_audience(PUBLIC)
    covered = {after - back for after, span, is_secret in given_windows if is_secret for back in range(span)}
    expected = {
        ("1.thefts", "Town", str(start + after), span)
        for after, span, _ in given_windows
        if covered.isdisjoint(range(after - span + 1, after + 1))
    }
    assert set(figures(left)) == expected
    assert left.for_audience(PUBLIC) is left


@pytest.fixture
def closing(data: Observations) -> Callable[..., Observations]:
    """The shipped figures with some measures kept for internal use."""

    def close(*keys: str) -> Observations:
        def closed(each: Indicator) -> Indicator:
            return replace(each, release=INTERNAL, release_note="Until July.") if each.key in keys else each

        plan = data.plan
        themes = tuple(
            replace(
                theme,
                priorities=tuple(
                    replace(priority, indicators=tuple(map(closed, priority.indicators)))
                    for priority in theme.priorities
                ),
            )
            for theme in plan.themes
        )
        return replace(data, plan=replace(plan, themes=themes, supporting=tuple(map(closed, plan.supporting))))

    return close


def test_the_table_of_targets_asks_for_whom_it_is(closing: Callable[..., Observations]) -> None:
    """The table of targets holds none of a withheld measure, and none at all where all are withheld (R1a)."""
    data = closing("12.offences")
    at = pcc.Quarter.parse("2015/16-Q1")
    public, internal = (pcc.target_table(data.plan, data, at, audience=each).points for each in (PUBLIC, INTERNAL))
    assert set(internal["key"]) - set(public["key"]) == {"12.offences.hard", "12.offences.stretch"}
    every = {target.indicator for target in data.plan.targets}
    empty = pcc.target_table(closing(*every).plan, data, at, audience=PUBLIC)
    assert empty.points.empty
    assert pcc.describe(empty)
    assert pcc.draw(empty)
    assert pcc.tabulate(empty)


@EVERYBODY
@pytest.mark.slow
def test_an_embargoed_year_is_embargoed_on_every_page(data: Observations, audience: Audience) -> None:
    """An embargoed figure has its state and no figure, in the dashboard, of the Board, of targets (A4)."""
    data = with_priorities(data, 12)
    data = replace(data, plan=replace(data.plan, board=Board("B", (BoardPriority("P", ("12.offences",)),))))
    frame = data.frame
    is_latest = frame["indicator"].eq("12.offences") & frame["period_end"].eq(month("2015-06"))
    marked = replace(data, frame=frame.assign(status=frame["status"].mask(is_latest, "embargoed")))
    at = "2015/16-Q1"
    review = pcc.assess(data.plan, marked, at, audience=audience).review("12.offences")
    assert (review.state, review.latest, review.change, review.projection) == (State.EMBARGOED, None, None, None)
    assert review.figures.empty
    table = pcc.target_table(data.plan, marked, pcc.Quarter.parse(at), audience=audience).points.set_index("key")
    assert pd.isna(table.loc["12.offences.hard", "latest"])
    assert table.loc["12.offences.hard", "note"].startswith("Embargoed")
    board = pcc.review_board(data.plan, marked, at, audience=audience)
    outcome = next(each for each in board.outcomes if each.review.indicator.key == "12.offences")
    assert (outcome.review.state, outcome.goals) == (State.EMBARGOED, ())
