"""Leads, tallies and chips: firm verdicts are counted, the others are named, and all add up."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import pccstats as pcc
from pccstats.presentation.assessment import change_in_words, figures_table
from pccstats.presentation.lead import differing_sources, headline, in_one_sentence, signals_sentence
from pccstats.presentation.markup import rendered
from pccstats.presentation.numbers import MINUS, NO_FIGURE
from pccstats.presentation.pages.display import html_of, records_of
from pccstats.presentation.pages.tally import tally_of_page
from pccstats.presentation.states import review_label, state_chips, verdict_words
from pccstats.presentation.synthesis import standing
from pccstats.terms.periods import Window
from pccstats.terms.results.quarter import IndicatorReview, SignalCount
from pccstats.terms.words import Kind, Polarity, State, Strength
from tests.presentation.reviews import assessed, compared, reviewed

NEITHER = Polarity.NEUTRAL
ROBBERY, BURGLARY, THEFT = reviewed("Robbery", 400, 550), reviewed("Burglary", 4000, 3000), reviewed("Theft", 900, 905)
WEAK = reviewed("Arson", 300, 480, strength=Strength.WEAK)
STALE = reviewed("Drugs offences", 500, 300, strength=Strength.STALE)
PUBLIC_ORDER = reviewed("Public order", 1000, 3110, polarity=NEITHER)
SILENT = reviewed("Safeguarding")


def test_firm_verdicts_are_counted_and_the_others_named():
    """One improved, one worsened; the weak and the stale one stand apart, each with its verdict."""
    said = headline(assessed(ROBBERY, BURGLARY, THEFT, WEAK, STALE, PUBLIC_ORDER, SILENT))
    assert said == (
        f"One of 7 indicators has improved since 2012/13: burglary ({MINUS}25.0%).",
        "One has firmly worsened: robbery (+37.5%).",
        "One changed and is neither better nor worse by itself: public order (+211.0%).",
        "One shows no evidence of change. One cannot be judged: not collected.",
        "Not counted: one weak (arson, worse) and one stale (drugs offences, better).",
    )


def test_one_or_two_that_are_not_firm_are_named_in_the_one_sentence():
    """Whoever reads that one is better and not counted is told which; of three the number is enough."""
    assert "one better (drugs offences)" in in_one_sentence(assessed(ROBBERY, STALE, SILENT))
    three = [replace(STALE, indicator=replace(STALE.indicator, key=f"{n}.drugs")) for n in range(3)]
    assert "three better;" in in_one_sentence(assessed(ROBBERY, *three, SILENT))


def test_none_has_improved_since_its_own_baseline_year():
    """Where years differ, none is one: `its`, while several that worsened go by theirs."""
    later = replace(ROBBERY, indicator=replace(ROBBERY.indicator, key="9.later", baseline=Window.read("2013/14")))
    said = headline(assessed(ROBBERY, later))
    assert said[0] == "None of 2 indicators has improved since its baseline year."


def test_where_nothing_moved_one_sentence_says_so():
    """None improved and none worsened is one sentence, not two."""
    said = headline(assessed(THEFT, SILENT))
    assert said[0] == "None of 2 indicators has improved since 2012/13, and none has worsened."


def test_where_nothing_can_be_judged_nobody_says_that_nothing_moved():
    """One figure each: that there is not enough data is the whole headline, as it is the one sentence."""
    quarter = assessed(*(reviewed(title, state=State.INSUFFICIENT_DATA) for title in ("Robbery", "Burglary")))
    assert headline(quarter) == ("None of 2 indicators can be judged yet: there is not enough data.",)
    assert in_one_sentence(quarter) == headline(quarter)[0]
    assert len(headline(assessed(THEFT, reviewed("Robbery", state=State.INSUFFICIENT_DATA)))) > 1


def test_where_each_is_silent_nobody_says_that_none_has_worsened():
    """A page of missing figures says so first, with the reasons; that none has worsened would sound like good news."""
    silent = (SILENT, replace(SILENT, state=State.NOT_COMPARABLE), replace(SILENT, state=State.INSUFFICIENT_DATA))
    said = "None of 3 indicators can be judged: 1 not comparable, 1 not enough data and 1 not collected."
    assert headline(assessed(*silent)) == (said,)
    assert in_one_sentence(assessed(*silent)) == said


def test_where_no_verdict_is_firm_that_is_said():
    """One stale verdict beside silence: none has firmly moved, and what is held back is named."""
    said = headline(assessed(STALE, SILENT))
    assert said[0] == "None of 2 indicators has firmly improved or worsened since 2012/13."
    assert said[-1] == "Not counted: one stale (drugs offences, better)."


def test_a_neutral_change_is_not_judged_in_words_and_does_not_vanish():
    """Public order that trebled is on the front page as higher, with its size (P6, A3)."""
    quarter = assessed(PUBLIC_ORDER, SILENT)
    assert quarter.tally["higher_or_lower"] == 1
    assert quarter.tally["qualitative"] == 0
    assert "public order (+211.0%)" in " ".join(headline(quarter))
    assert review_label(PUBLIC_ORDER).words == "Higher"


def known_by_its_months(review):
    """The same, its variation estimated from figures of its own."""
    return replace(review, change=replace(review.change, test=replace(review.change.test, is_of_its_own=True)))


USUAL, AS_USUAL = known_by_its_months(THEFT), known_by_its_months(reviewed("Fraud", 700, 704))


@pytest.mark.parametrize(
    ("reviews", "lead", "key", "chip"),
    [
        ((THEFT,), "One shows no evidence of change.", "no evidence of change", "1 no evidence of change"),
        ((USUAL,), "One moved no more than it usually moves.", "no more than it usually moves", "1 no more than it"),
        ((USUAL, AS_USUAL), "Two moved no more than they usually move.", "no more than they usually move", "2 no more"),
        ((USUAL, THEFT), "Two show no unusual change.", "no unusual change", "2 no unusual change"),
    ],
)
def test_a_group_is_told_what_is_true_of_all_in_it(reviews, lead, key, chip):
    """Full counts have their own words, samples theirs, and both together one that claims neither (S14)."""
    quarter = assessed(*reviews, SILENT)
    assert lead in " ".join(headline(quarter))
    assert (State.NO_EVIDENCE_OF_CHANGE, key, len(reviews)) in tally_of_page(quarter).counts
    assert state_chips(quarter.priority(1))[0].words.startswith(chip)
    handed = {record["name"]: record["records"] for record in records_of(quarter) if "records" in record}
    assert {"state": "no_evidence_of_change", "words": key, "count": len(reviews)} in handed["tally"]
    assert lead in pcc.draw(quarter).alt_text


def test_two_sources_that_found_no_change_do_not_disagree_by_their_words():
    """One knows how much it varies and the other does not: one answer, two wordings."""
    official = known_by_its_months(reviewed("All crime", 58_342, 59_092)).change
    review = reviewed("All crime", 58_342, 59_092, second_opinion=official)
    assert official.verdict != review.verdict
    assert not review.sources_differ


def test_a_cohort_that_fell_has_no_colour_of_good_news():
    """Which way, not attributable, expected; in the colour of a change without opinion, on its chip and in its row."""
    fell = reviewed("Drug cohort", 673, 332, strength=Strength.EXPECTED)
    cohort = replace(fell, change=replace(fell.change, same_people=True))
    chip = review_label(cohort)
    assert (chip.shape, chip.words) == ("▼", "Lower, not attributable, expected")
    assert "state-better" not in chip.kind
    assert verdict_words(assessed(cohort, ROBBERY).priority(1)).endswith("not attributable (expected): drug cohort")
    assert "drug cohort, lower, not attributable" in " ".join(headline(assessed(cohort, SILENT)))
    assert cohort.summary()["state"].item() == "better"


def test_the_largest_changes_are_named_first_and_none_of_them_is_hidden():
    """Of nine that worsened the two smallest are the ones counted without a name (P13)."""
    many = [reviewed(f"Crime {n}", 10_000, 10_000 * (1 + n / 10)) for n in range(2, 11)]
    worsened = headline(assessed(*many))[1]
    assert worsened.startswith("Nine have worsened: crime 10 (+100.0%); crime 9 (+90.0%);")
    assert worsened.endswith("crime 4 (+40.0%); 2 more.")


def test_a_share_is_named_with_its_points():
    """Of a survey the lead gives points, not per cent of a per cent."""
    survey = reviewed(
        "Confidence", 75.3, 85.5, kind=Kind.SURVEY, polarity=Polarity.HIGHER_IS_BETTER, state=State.BETTER
    )
    assert "confidence (+10.2 points)" in headline(assessed(survey, SILENT))[0]


@pytest.mark.parametrize("strength", [strength for strength in Strength if strength is not Strength.FIRM])
def test_the_tally_of_a_page_adds_up_to_the_indicators(strength):
    """What is not counted has its own part and its own words in the key; nothing is lost."""
    quarter = assessed(ROBBERY, BURGLARY, reviewed("Arson", 300, 480, strength=strength))
    bar = tally_of_page(quarter)
    assert sum(count for _, _, count in bar.counts) + bar.not_counted == 3
    assert f"<b>1</b> not counted (1 {strength})" in bar.to_html()
    assert "One bar of 3 indicators" in pcc.draw(quarter).alt_text


def test_a_tally_of_firm_verdicts_alone_has_no_part_for_others():
    """No key without a count behind it."""
    assert "not counted" not in tally_of_page(assessed(ROBBERY)).to_html()


def test_a_verdict_that_is_not_firm_stands_back():
    """Its chip says its strength and has a class of its own; a firm one does neither."""
    chip = review_label(WEAK)
    assert chip.words == "Worse, weak"
    assert "not-firm" in chip.kind
    assert "not-firm" not in review_label(ROBBERY).kind
    assert standing(ROBBERY) == ()
    assert standing(WEAK)[0].startswith("Weak: ")
    assert standing(WEAK)[0].endswith("Not counted.")


def test_a_strength_without_a_verdict_is_not_shown():
    """An indicator nobody measures is neither firm nor weak."""
    assert review_label(reviewed("Safeguarding", strength=Strength.STALE)).words == "Not collected"


def test_a_priority_counts_firm_and_others_apart():
    """Two worsened, one of them weak: two chips, never a two."""
    priority = assessed(ROBBERY, WEAK).priority(1)
    assert [chip.words for chip in state_chips(priority)] == ["1 worse", "1 worse, weak"]
    assert verdict_words(priority) == "Worse: robbery. Worse (weak): arson"


OFFICIAL = compared("Violence with injury", 4364, 4817 * 2, Polarity.LOWER_IS_BETTER)
TWO_SOURCES = reviewed("Violence with injury", 4365, 4369, second_opinion=OFFICIAL)


def test_where_two_sources_disagree_a_line_says_so():
    """On the indicator, on the line of its priority, in the lead and in the file (P10)."""
    quarter = assessed(TWO_SOURCES, SILENT)
    assert TWO_SOURCES.sources_differ
    assert "Two sources disagree. By the official series: 9,634 offences" in standing(TWO_SOURCES)[0]
    assert verdict_words(quarter.priority(1)).endswith("Two sources differ on violence with injury")
    assert differing_sources(quarter) == (
        "Two sources differ on violence with injury (+0.1% by its own figures, no evidence of change; +120.8% by the "
        "official series, worse)."
    )
    assert quarter.points["sources_differ"].tolist() == ["worse (+120.8%)", ""]
    handed = {record["name"]: record for record in records_of(quarter)}
    assert "Two sources differ" in handed["headline"]["differing"]
    page = html_of(quarter.priority(1)) + html_of(quarter)
    assert page.count("Two sources disagree. By the official series") >= 2


def test_one_verdict_on_two_sizes_says_both():
    """All crime fell by 0.8% as published and rose by 1.3% officially: neither more than chance, and both are said."""
    official = compared("All crime", 58_342, 59_092, Polarity.LOWER_IS_BETTER)
    review = reviewed("All crime", 58_805, 58_318, second_opinion=official)
    assert review.sources_differ
    assert standing(review)[0].startswith(
        "Two sources give one verdict on different figures. By the official series: 59,092"
    )
    assert (
        f"all crime ({MINUS}0.8% by its own figures, +1.3% by the official series; no evidence of change by either)"
        in (differing_sources(assessed(review, SILENT)))
    )


def test_where_two_sources_agree_nothing_is_said():
    """A second source with the same answer needs no line."""
    alike = reviewed("Robbery", 400, 550, second_opinion=compared("Robbery", 410, 560, Polarity.LOWER_IS_BETTER))
    assert standing(alike) == ()
    assert differing_sources(assessed(alike)) == ""


def test_the_last_comparable_answer_stands_beside_not_comparable():
    """667 first-time entrants fell to 515 before the definition changed (S12)."""
    last = compared("First time entrants", 667, 515, Polarity.LOWER_IS_BETTER)
    review = reviewed("First time entrants", 667, 326, state=State.NOT_COMPARABLE, last_comparable=last)
    assert standing(review)[0].startswith("Last comparable: 515 offences in the 12 months to June 2015, 152 fewer")
    assert standing(review)[0] in html_of(assessed(review).priority(1))
    assert standing(review)[0] in html_of(assessed(review))


def test_a_last_comparable_figure_that_cannot_be_tested_says_so():
    """Per cents of unknown numbers are given as figures, and called untested."""
    last = compared("Satisfaction", 78.1, 73.3, Polarity.HIGHER_IS_BETTER, Kind.SURVEY)
    review = reviewed("Satisfaction", 78.1, 70.0, state=State.NOT_COMPARABLE, kind=Kind.SURVEY, last_comparable=last)
    assert re.search(r"down 4\.8 points from 78\.1% in 2012/13 \(.*\), not tested\.$", standing(review)[0])


def test_a_stale_figure_is_not_called_latest():
    """The figure of an earlier period is dated on the dashboard and called stale on its page (P12)."""
    stale = replace(STALE, latest_window="2014/15")
    quarter = assessed(stale)
    assert '<span class="interval">2014/15</span>' in html_of(quarter)
    assert '<span class="interval">12 months to June 2015</span>' not in html_of(assessed(ROBBERY))
    assert "Stale: its latest figure is of an earlier period. Not counted." in html_of(quarter.priority(1))
    assert headline(quarter) == ("One indicator, drugs offences: better, stale.",)


def test_the_lead_escapes_what_it_names():
    """A title with markup in it is text in the lead."""
    page = rendered(
        "lead.html.j2", sentences=headline(assessed(reviewed("<b>Robbery", 400, 550), SILENT)), differing="",
        tally="", signals="",
    )  # fmt: skip
    assert "&lt;b&gt;" in page or "&lt;B&gt;" in page


def test_a_column_that_nobody_fills_is_left_out():
    """Without peers, projections and months the dashboard has no empty columns for them."""
    page = html_of(assessed(ROBBERY, BURGLARY))
    assert '<th scope="col" class="number before">Baseline</th>' in page
    for name in ("Peers", "Projection and baseline", "Last 36 months"):
        assert f">{name}</th>" not in page
    columns = {table.count("</th>") for table in re.findall("<thead>.*?</thead>", page, re.DOTALL)[:3]}
    assert columns == {6}  # priority, indicator, verdict, baseline, latest, change
    assert '<td colspan="5">' in page or '<tr class="note">' not in page  # a note stands beside the first


def test_what_is_not_comparable_prints_no_change():
    """Both figures stand in the table, and neither page nor file says by how much they differ."""
    review = reviewed("Satisfaction", 75.5, 77.8, state=State.NOT_COMPARABLE, kind=Kind.SURVEY)
    assert change_in_words(review) == NO_FIGURE
    assert review.summary()[["change", "change_pct"]].isna().all(axis=None)
    assert review.summary()[["baseline", "latest"]].notna().all(axis=None)
    assert not figures_table(review).rows["what"].str.startswith("Change since").any()


def test_signals_are_told_beside_those_that_chance_alone_would_give():
    """The sentence counts what is shown, and says how many to expect if nothing had changed (S10)."""
    said = signals_sentence(SignalCount(series=16, shown=1, expected=0.214, unknown=2))
    assert said == (
        "Of 16 series held against their expected level, one shows a signal this quarter. "
        "If nothing had changed, chance alone would give one signal in about 5 such quarters, going by the 14 "
        "whose rate is known."
    )
    assert "none show a signal" in signals_sentence(SignalCount(series=3, shown=0, expected=0.0124))
    assert "one signal in about 80 such quarters." in signals_sentence(SignalCount(series=3, shown=0, expected=0.0124))
    assert "chance" not in signals_sentence(SignalCount(series=2, shown=1, expected=0.0, unknown=2))
    assert signals_sentence(SignalCount(series=0, shown=0, expected=0.0)) == ""


def test_signals_of_a_quarter_are_those_of_its_own_months_and_add_up():
    """A leap in June is counted, one in March is not, a series under two titles of one key is one, and rates add up."""
    steady = 100 + 10 * np.resize([1.0, -1.0], 39)
    leap, before = steady.copy(), steady.copy()
    leap[-1], before[-4] = 200, 200
    levels = {
        title: pcc.expected_level(
            pcc.Series.from_frame(
                pd.DataFrame({"month": pd.period_range("2012-04", periods=39, freq="M"), "n": figures}),
                numerator="n",
                title=title,
            ),
            baseline=("2012-04", "2014-12"),
            chart="xmr",
            rules="mdc",
            seasonal=False,
        )
        for title, figures in (("Leap", leap), ("Before", before), ("Steady", steady))
    }
    reviews = [replace(reviewed(f"Crime {n}", 1, 2), level=level) for n, level in enumerate(levels.values())]
    again = replace(reviewed("Leap again", 1, 2), level=levels["Leap"])
    count = assessed(*reviews, again, SILENT).signals
    assert (count.series, count.shown, count.unknown) == (3, 1, 0)
    assert count.expected == pytest.approx(sum(level.false_alarm_rate for level in levels.values()))


def test_a_baseline_that_is_no_year_has_its_article():
    """Improved since the 12 months to December 2014, and not "since 12 months to December 2014"."""
    quarter = assessed(*(_since_window(review, ("2014-01", "2014-12")) for review in (ROBBERY, BURGLARY)))
    quarter = replace(quarter, plan=replace(quarter.plan, baseline=quarter.reviews[0].indicator.baseline))
    assert "improved since the 12 months to December 2014: burglary" in headline(quarter)[0]


def _since_window(review: IndicatorReview, months: tuple[str, str]) -> IndicatorReview:
    return replace(review, indicator=replace(review.indicator, baseline=Window.read(months)))
