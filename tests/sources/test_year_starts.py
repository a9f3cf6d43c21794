"""Years that begin in January or July: quarters, windows, axes and words follow the plan."""

import calendar

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pccstats as pcc
from pccstats.presentation.chart_parts import month_axis
from pccstats.sources import begin_years_of, build_data, read_observations, read_plan
from pccstats.terms.errors import DataProblem, RequestProblem
from pccstats.terms.periods import FinancialYear, Quarter, Window
from pccstats.terms.written import YEAR_STARTS, begin_years_in, year_starts
from tests.sources.conftest import PLAN
from tests.sources.published_forms import force_sheets, xlsx

STARTS = st.sampled_from(YEAR_STARTS)
MONTHS = st.integers(pd.Period("1900-01", "M").ordinal, pd.Period("2099-12", "M").ordinal).map(
    lambda number: pd.Period(ordinal=number, freq="M")
)
CALENDAR = PLAN.replace('baseline = "2012/13"', 'baseline = "2012"\nyear_starts = "01"').replace("2017-03", "2016-12")
JULY = PLAN.replace('baseline = "2012/13"', 'baseline = "2012/13"\nyear_starts = "07"').replace("2017-03", "2017-06")
HEADER = "indicator,area,period_end,months,numerator\n"
NAMES = calendar.month_abbr[1:]
ROWS = HEADER + "".join(
    f"1.offences,Ours,{year} {name},1,{300 + 7 * at % 40 + 3 * (year % 5)}\n"
    for year in range(2010, 2016)
    for at, name in enumerate(NAMES)
)


@pytest.fixture(autouse=True)
def _april_again():
    """Leave the years as they are elsewhere."""
    yield
    begin_years_in(4)


@given(STARTS, MONTHS)
def test_every_month_has_its_year_and_quarter(start, month):
    """By counting months from the first of the year, whatever that is; names read back as what they name."""
    begin_years_in(start)
    year, quarter = FinancialYear.containing(month), Quarter.containing(month)
    assert year.first_month.month == start
    assert year.first_month <= month <= year.last_month
    assert quarter.number == (month.month - start) % 12 // 3 + 1
    assert quarter.first_month <= month <= quarter.last_month
    assert FinancialYear.parse(str(year)) == year
    assert Quarter.parse(str(quarter)) == quarter
    assert quarter.before.last_month + 1 == quarter.first_month
    assert str(Window.read(str(year))) == str(year)
    assert Window.read(str(year)).months[0].month == start


@given(MONTHS)
def test_periods_keep_the_years_they_were_made_with(month):
    """A quarter or window is called the same after a plan with other years was read."""
    begin_years_in(1)
    quarter, window = Quarter.containing(month), Window.read(FinancialYear.containing(month))
    names = str(quarter), str(window), quarter.in_words
    begin_years_in(7)
    assert (str(quarter), str(window), quarter.in_words) == names


def test_a_plan_is_not_asked_by_the_years_of_another(data_folder):
    """2012/13-Q1 means July to a plan read later, so the earlier plan refuses it in text and as made before."""
    plan, april = read_plan(data_folder()), Quarter.parse("2012/13-Q1")
    assert plan.quarter("2012/13-Q1") == april
    read_plan(data_folder(plan=JULY))
    for asked in ("2012/13-Q1", april):
        with pytest.raises(RequestProblem, match=r"begin in April.*began in July.*Read this plan again"):
            plan.quarter(asked)
    assert read_plan(data_folder()).quarter("2012/13-Q1") == april


def test_a_plan_says_when_its_years_begin(data_folder):
    """Reading a plan sets them, another plan sets them back, and the baseline is the plan's own year."""
    plan = read_plan(data_folder(plan=CALENDAR))
    assert (year_starts(), plan.year_starts) == (1, "01")
    assert [str(month) for month in plan.baseline.months[[0, -1]]] == ["2012-01", "2012-12"]
    assert read_plan(data_folder(plan=JULY)).baseline == Window.read(("2012-07", "2013-06"))
    assert read_plan(data_folder()).baseline == Window.read(("2012-04", "2013-03"))
    assert year_starts() == 4


@pytest.mark.parametrize("wrong", ['"4"', '"02"', "4"])
def test_other_months_are_refused(data_folder, wrong):
    """Only January, April and July begin a year."""
    with pytest.raises(DataProblem, match="year_starts"):
        read_plan(data_folder(plan=CALENDAR.replace('"01"', wrong)))


def test_a_year_written_for_other_years_is_refused(data_folder):
    """`2012/13` in a plan of calendar years is refused with what to write, and so is a quarter of it."""
    with pytest.raises(DataProblem, match=r"years begin in January: write 2012"):
        read_plan(data_folder(plan=CALENDAR.replace('baseline = "2012"', 'baseline = "2012/13"')))
    begin_years_in(1)
    with pytest.raises(RequestProblem, match="Write it as 2015-Q1, with Q1 for January to March"):
        Quarter.parse("2015/16-Q1")
    begin_years_in(7)
    with pytest.raises(RequestProblem, match="Write it as 2015/16-Q1, with Q1 for July to September"):
        Quarter.parse("2015-Q1")


def test_a_request_is_read_with_the_plans_years(data_folder):
    """The plan of a folder is asked before the quarter is read; a folder without one has April."""
    begin_years_of(data_folder(plan=JULY))
    assert str(Quarter.parse("2015/16-Q2").last_month) == "2015-12"
    begin_years_of(data_folder(plan="not toml ["))
    assert str(Quarter.parse("2015/16-Q2").last_month) == "2015-09"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plan", "quarter", "baseline", "in_words"),
    [(CALENDAR, "2015-Q4", "2012", "in 2015"), (JULY, "2015/16-Q2", "2012/13", "in the 12 months to December 2015")],
)
def test_sentences_use_the_plans_years(data_folder, plan, quarter, baseline, in_words):
    """The change of a year against the baseline names both by the plan's years, and the counts are of those months."""
    folder = data_folder(plan=plan, figures=ROWS)
    build_data(folder)
    data = read_observations(folder)
    assessed = pcc.assess(data.plan, data, quarter)
    assert str(assessed.quarter.last_month) == "2015-12"
    series = data.series("1.offences", until="2015-12")
    said = pcc.describe(pcc.change(series, since=data.plan.baseline))
    frame = pd.read_csv(folder / "raw" / "figures.csv")
    months = pd.PeriodIndex(pd.to_datetime(frame["period_end"], format="%Y %b"), freq="M")
    year = frame["numerator"][(months >= "2015-01") & (months <= "2015-12")].sum()
    first = "2012-01" if plan == CALENDAR else "2012-07"
    before = frame["numerator"][(months >= first) & (months <= pd.Period(first, "M") + 11)].sum()
    assert said.startswith(f"{year:,} offences {in_words}, ")
    assert year != before
    gap = f"{abs(year - before):,} {'more' if year > before else 'fewer'} than in {baseline}"
    assert gap in said


@pytest.mark.parametrize(("start", "names"), [(1, ["2013", "2014"]), (4, ["2013/14"]), (7, ["2012/13", "2013/14"])])
def test_axes_are_ruled_by_the_plans_years(start, names):
    """Each year has its name once beneath its months, and the long marks stand where years begin."""
    begin_years_in(start)
    figure, axes = plt.subplots()
    months = pd.period_range("2013-01", "2014-12", freq="M")
    month_axis(axes, months)
    shown = [text.get_text() for text in axes.texts]
    assert set(names) <= set(shown)
    long_marks = next(line for line in axes.lines if line.get_label() == "years")
    assert {pd.Period(ordinal=round(x + 0.5), freq="M").month for x in long_marks.get_xdata()} == {start}
    plt.close(figure)


@pytest.mark.slow
def test_home_office_quarters_stay_those_of_their_file(data_folder):
    """The Home Office's financial quarters begin in April, whatever the plan's years."""
    sources = '[[source]]\nfile = "prc.xlsx"\nreader = "home_office_tables"\nlabel = "Home Office"\n'
    sources += 'indicators = { "1.offences" = ["Domestic burglary"] }\n'
    folder = data_folder(plan=JULY, sources=sources)
    xlsx(folder / "raw" / "prc.xlsx", force_sheets())
    build_data(folder)
    ends = read_observations(folder).rows("1.offences", "Ours")["period_end"].astype(str).tolist()
    assert ends[:2] == ["2014-06", "2014-09"]
