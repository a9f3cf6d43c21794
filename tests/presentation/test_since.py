"""Since last quarter in sentences: each says what is, what was, and what was only revised."""

from dataclasses import replace

import pytest

from pccstats.presentation.since import since_lines
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.terms.errors import MethodProblem
from pccstats.terms.periods import Quarter, Window
from pccstats.terms.results.since import Moved, Movement, Revision, SinceLast
from pccstats.terms.words import Judgement, Kind, Polarity, State, Strength
from tests.presentation.reviews import reviewed

EARLIER = Quarter.parse("2014/15-Q4")
NOW = reviewed("Vehicle crime", 1000, 1300).snapshot
BEFORE = replace(
    NOW,
    quarter=EARLIER,
    state=State.NO_EVIDENCE_OF_CHANGE,
    verdict="no evidence of change",
    latest=1010.0,
    latest_window="2014/15",
    signal="none",
)


def line(moved, before=BEFORE, now=NOW, *, polarity=Polarity.LOWER_IS_BETTER, title="Vehicle crime", **further):
    """The one line of one movement."""
    indicator = replace(reviewed(title, polarity=polarity).indicator, kind=further.pop("kind", Kind.COUNT))
    since = SinceLast(EARLIER, 40, (Movement(moved, indicator, before, now, **further),), "")
    return since_lines(since)[0]


def test_a_changed_verdict_has_both_verdicts_and_both_changes():
    """A rise of 30% that was 1%: worse now, no evidence of change last quarter, and it is bad news."""
    told = line(Moved.VERDICT)
    assert told.words == "Vehicle crime: worse, +30.0% since 2012/13; last quarter no evidence of change, +1.0%."
    assert (told.key, told.judgement) == ("1.vehicle_crime", Judgement.WORSE)


def test_a_baseline_that_is_no_year_of_the_plan_has_its_article():
    """`since the 12 months to December 2012`, as on every other page."""
    calendar = Window.read(("2012-01", "2012-12"))
    indicator = replace(reviewed("Vehicle crime").indicator, baseline=calendar)
    now = replace(NOW, baseline_window=str(calendar))
    (told,) = since_lines(SinceLast(EARLIER, 40, (Movement(Moved.VERDICT, indicator, BEFORE, now),), ""))
    assert "+30.0% since the 12 months to December 2012; last quarter" in told.words


def test_a_verdict_that_is_not_firm_says_so_on_either_side():
    """What it lacks stands in brackets behind it."""
    weak = replace(NOW, strength=Strength.WEAK)
    assert "worse (weak), +30.0%" in line(Moved.VERDICT, now=weak).words
    better = replace(NOW, state=State.BETTER, verdict="better", strength=Strength.STALE)
    assert "last quarter better (stale), +30.0%" in line(Moved.VERDICT, before=better).words


def test_a_verdict_that_stays_says_how_firm_it_became():
    """Worse both times, weak and then firm: it is the strength that is new, and the sentence says so."""
    weak = replace(NOW, latest=1200.0, strength=Strength.WEAK)
    told = "+30.0% since 2012/13; last quarter +20.0%."
    assert line(Moved.VERDICT, before=weak).words == f"Vehicle crime: worse as before, now firm (was weak): {told}"
    stale = replace(NOW, strength=Strength.STALE)
    assert "worse as before, now stale: +30.0%" in line(Moved.VERDICT, before=replace(NOW), now=stale).words


def test_a_verdict_that_came_of_revision_says_so():
    """The sentence after it says that the new quarter is not the cause."""
    assert line(Moved.VERDICT, is_by_revision=True).words.endswith("revised figures, not from the new quarter.")


def test_a_state_without_a_verdict_has_no_change_beside_it():
    """What is not comparable has no per cent, and no "since"."""
    lost = replace(NOW, state=State.NOT_COMPARABLE, verdict="not comparable")
    assert line(Moved.VERDICT, now=lost).words == (
        "Vehicle crime: not comparable; last quarter no evidence of change, +1.0%."
    )


def test_a_larger_change_that_says_less_has_its_reason():
    """From +9.9%, higher, to +13.4%, no more than usual: the interval is wider. A smaller change needs no reason."""
    before = replace(NOW, state=State.HIGHER_OR_LOWER, verdict="higher", latest=1099.0, strength=Strength.WEAK)
    now = replace(BEFORE, latest=1134.0, verdict="no more than it usually moves")
    why = "The change is larger, but less certain: its interval is wider and now takes in no change."
    assert line(Moved.VERDICT, before, now).words.endswith(f"last quarter higher (weak), +9.9%. {why}")
    for other in (replace(now, latest=1050.0), replace(now, latest=860.0), replace(now, state=State.NOT_COMPARABLE)):
        assert why not in line(Moved.VERDICT, before, other).words


def test_shares_change_by_points():
    """From 80% to 85% is 5 points, not 6%."""
    now = replace(NOW, baseline=80.0, latest=85.0, verdict="better", state=State.BETTER)
    before = replace(now, latest=81.0)
    told = line(Moved.VERDICT, before, now, kind=Kind.SURVEY, polarity=Polarity.HIGHER_IS_BETTER)
    assert "+5.0 points since 2012/13; last quarter better, +1.0 points" in told.words


@pytest.mark.parametrize(
    ("signal", "then"),
    [("none", "last quarter it was not"), ("below", "last quarter it was low"), ("", "that was not known")],
)
def test_a_new_signal_says_what_was_known_before(signal, then):
    """None, the other side, or nothing known: three things, three sentences; above is bad news here."""
    told = line(Moved.SIGNAL, replace(BEFORE, signal=signal), replace(NOW, signal="above"))
    assert told.words.startswith("Vehicle crime: high against its expected level;")
    assert then in told.words
    assert told.judgement is Judgement.WORSE


def test_a_neutral_signal_is_neither_good_nor_bad():
    """It is higher."""
    assert line(Moved.SIGNAL, now=replace(NOW, signal="above"), polarity=Polarity.NEUTRAL).judgement is Judgement.HIGHER


def test_a_revised_figure_has_both_numbers_also_where_they_print_alike():
    """59,220 and 59,107 as they are; 80.04 and 80.01 per cent with decimals enough."""
    crime = line(Moved.REVISED, title="All crime", revisions=(Revision("2014/15", 59220, 59107),))
    assert crime.words == "All crime, 2014/15: 59,107 as known now, 59,220 as known last quarter."
    share = line(Moved.REVISED, kind=Kind.SURVEY, revisions=(Revision("2014/15", 80.04, 80.01),))
    assert "80.010% as known now, 80.040% as known last quarter" in share.words


def test_first_and_stale_figures_name_their_periods():
    """A first figure with its verdict; an old one by the period it is for, however often it is printed."""
    none = replace(BEFORE, latest=None, state=State.INSUFFICIENT_DATA)
    assert line(Moved.ARRIVED, none).words == (
        "Vehicle crime: 1,300 (12 months to June 2015); last quarter no figure was known. Worse, +30.0%."
    )
    still = replace(BEFORE, strength=Strength.STALE)
    assert "still the figure for 2014/15" in line(Moved.STALE, now=still).words
    again = replace(still, latest_window="12 months to June 2015")
    assert "the figure for 2014/15 is given again" in line(Moved.STALE, now=again).words
    early = replace(NOW, latest_window="12 months to May 2015")
    assert "the latest figure is for 12 months to May 2015" in line(Moved.STALE, now=early).words


def test_kinds_stand_in_their_order_and_bad_news_first():
    """A worse verdict before a better one, verdicts before signals, whatever order they were found in."""
    better = replace(NOW, state=State.BETTER, verdict="better")
    indicator = reviewed("Crime", 1, 2).indicator
    moved = [
        Movement(Moved.SIGNAL, indicator, BEFORE, replace(NOW, signal="above")),
        Movement(Moved.VERDICT, indicator, BEFORE, better),
        Movement(Moved.VERDICT, indicator, BEFORE, NOW),
    ]
    lines = since_lines(SinceLast(EARLIER, 3, tuple(moved), ""))
    assert [(each.kind, each.judgement) for each in lines] == [
        (Moved.VERDICT, Judgement.WORSE),
        (Moved.VERDICT, Judgement.BETTER),
        (Moved.SIGNAL, Judgement.WORSE),
    ]


def test_nothing_new_is_said_in_words():
    """No empty list: a sentence, and a bar of those as they were."""
    nothing = SinceLast(EARLIER, 40, (), "As known then.")
    assert describe(nothing) == (
        "Nothing is new since Quarter 4 2014/15, January to March 2015: 40 indicators stand as they did then."
    )
    assert draw(nothing).headline.startswith("Nothing new")
    assert table_of(nothing).rows.empty


def test_what_could_not_be_compared_gives_its_reason_and_no_chart():
    """Of a first quarter there is a sentence; a chart is refused with it."""
    unknown = SinceLast(EARLIER, 0, (), "", "No figure was known for Quarter 4 2014/15.")
    assert describe(unknown) == unknown.why_not
    with pytest.raises(MethodProblem, match="No figure was known"):
        draw(unknown)
    assert unknown.why_not in table_of(unknown).notes
