"""What the charts and tables of whole years call what the years end with, and what they are of."""

import pandas as pd
import pytest

import pccstats as pcc


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        (["2014-04", "2014-05", "2014-06"], "12 months to each month"),
        (["2014-06", "2014-09", "2014-12"], "12 months to each quarter end"),
        (["2013-03", "2014-03", "2015-03"], "12 months to each March"),
    ],
)
def test_a_chart_says_what_its_years_end_with(ends, words):
    """Years to quarter ends are not said to be years to each month."""
    frame = pd.DataFrame({"month": ends, "n": [400, 420, 410]})
    series = pcc.Series.from_frame(frame, numerator="n", span_months=12, title="Burglary", unit="offences")
    assert words in pcc.draw(pcc.rolling_year(series)).subtitle


def test_a_target_is_called_what_its_measure_is_called(data):
    """Savings are named as readers know them, and what is missing is not contradicted by what is held."""
    rows = pcc.target_table(data.plan, data, until="2015-06").points.set_index("key")
    assert rows.loc["4.family_asb.outcome", "title"] == data.plan.indicator("4.family_asb").name
    notes = " ".join(rows["note"])
    assert "'18.savings'" not in notes
    assert "There are figures for: Leicestershire" not in notes


def test_figures_held_from_a_later_month_are_said_to_be(data):
    """Asked for a month before the first, the message says which figures are held and from when."""
    with pytest.raises(pcc.RequestProblem, match=r"Those held are .*month figures, the first to "):
        data.series("18.savings", until="2010-03")
