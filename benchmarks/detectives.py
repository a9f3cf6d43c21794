"""How often each detective is wrong, and how often it sees what is there: tables of docs/methods/data-quality.md.

    python benchmarks/detectives.py

Monthly counts are drawn with a season, a trend and more variance than chance (φ times the mean), summed to 12-month
figures at 22 quarter ends as the official figures are, and given to the detectives. Nothing is the matter with them
but what a scenario puts in.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from pccstats.methods.detectives import event_steps, hidden_quarters, ramps, stale_figures, substitutions
from pccstats.terms.observations import Observations
from pccstats.terms.periods import Window
from pccstats.terms.plan import Event, Indicator, Plan, Priority, Theme
from pccstats.terms.words import Kind, Polarity

AREAS, QUARTERS, SEED = 400, 22, 20150916
MONTHS = 12 + 3 * (QUARTERS - 1)
FIRST = pd.Period("2009-04", freq="M")
SCENARIOS = (  # a mean month, φ, growth a year
    (20, 1, 0.0), (20, 3, 0.0), (100, 1, 0.0), (100, 3, 0.05), (400, 3, -0.05), (400, 6, 0.0), (1500, 10, -0.08),
)  # fmt: skip
Draw = Callable[[np.random.Generator], np.ndarray]


def counts(random: np.random.Generator, mean: float, phi: float, growth: float) -> np.ndarray:
    """Monthly counts of every area, months across."""
    months = np.arange(MONTHS)
    expected = mean * (1 + growth) ** (months / 12) * (1 + 0.15 * np.sin(2 * np.pi * months / 12))
    expected = np.broadcast_to(expected, (AREAS, MONTHS))
    if phi == 1:
        return random.poisson(expected).astype(float)
    return random.negative_binomial(expected / (phi - 1), 1 / phi).astype(float)


def observations(by_key: dict[str, np.ndarray], events: tuple[Event, ...] = ()) -> Observations:
    """12-month figures at quarter ends, one area a row of each table of months."""
    titles = {"a": "Violence with injury", "b": "Violence without injury"}
    window = Window.read(("2012-04", "2013-03"))
    plan = Plan(
        title="Simulated",
        focus="area 0",
        baseline=window,
        horizon=pd.Period("2017-03", freq="M"),
        themes=(
            Theme(1, "One", (Priority(1, "One", tuple(
                Indicator(f"1.{key}", titles[key], Kind.COUNT, "offences", Polarity.LOWER_IS_BETTER, window,
                          pd.Period("2017-03", freq="M")) for key in by_key
            )),)),
        ),
        events=events,
    )  # fmt: skip
    tables = []
    for key, monthly in by_key.items():
        sums = np.cumsum(np.pad(monthly, ((0, 0), (1, 0))), axis=1)
        ends = np.arange(12, MONTHS + 1, 3)
        years = sums[:, ends] - sums[:, ends - 12]
        for area, figures in enumerate(years):
            tables.append(
                pd.DataFrame(
                    {
                        "indicator": f"1.{key}",
                        "area": f"area {area}",
                        "period_end": pd.PeriodIndex([FIRST + int(end) - 1 for end in ends]),
                        "numerator": figures,
                    }
                )
            )
    frame = pd.concat(tables, ignore_index=True).assign(
        months=12, denominator=np.nan, status="", source="simulated", published_on="", note=""
    )
    return Observations(frame, plan, pd.DataFrame())


def share_of_areas(found: object) -> float:
    """Per cent of areas with a finding."""
    return 100 * len({finding.area for finding in found}) / AREAS


def false_alarms() -> pd.DataFrame:
    """Per cent of sound series, five and a half years long, in which each detective finds something."""
    random = np.random.default_rng(SEED)
    event = Event("e", "An event", pd.Period("2013-04", freq="M"), ("1.*",))
    rows = []
    for mean, phi, growth in SCENARIOS:
        one, other = (counts(random, mean, phi, growth) for _ in range(2))
        single = observations({"a": one}, (event,))
        rows.append(
            {
                "a mean month": mean,
                "φ": phi,
                "growth a year": f"{100 * growth:+.0f}%",
                "hidden quarter": share_of_areas(hidden_quarters(single)),
                "stale": share_of_areas(stale_figures(single)),
                "substitution": share_of_areas(substitutions(observations({"a": one, "b": other}))),
                "ramp": share_of_areas(ramps(single)),
                "event step": share_of_areas(event_steps(single)),
            }
        )
    return pd.DataFrame(rows)


def power() -> pd.DataFrame:
    """Per cent of series of 100 a month, φ 3, in which what was put in is found."""
    random = np.random.default_rng(SEED + 1)
    at, event = 48, Event("e", "An event", FIRST + 48, ("1.*",))
    rows = []
    for part in (0.1, 0.2, 0.3, 0.5, 1.0):
        one, other = counts(random, 100, 3, 0.0), counts(random, 100, 3, 0.0)
        fewer = one.copy()
        fewer[:, at:] = random.binomial(one[:, at:].astype(int), 1 - part)
        moved = other.copy()
        moved[:, at:] += (one - fewer)[:, at:]
        narrower = observations({"a": one})
        last = narrower.frame["period_end"].max()
        cut = narrower.frame["numerator"].where(
            narrower.frame["period_end"] < last, (1 - part) * narrower.frame["numerator"]
        )
        rows.append(
            {
                "part that goes": f"{100 * part:.0f}%",
                "hidden quarter (latest figure counts less)": share_of_areas(
                    hidden_quarters(
                        Observations(narrower.frame.assign(numerator=cut.round()), narrower.plan, pd.DataFrame())
                    )
                ),
                "substitution (it moves to the sibling)": share_of_areas(
                    substitutions(observations({"a": fewer, "b": moved}))
                ),
                "ramp": share_of_areas(ramps(observations({"a": fewer}))),
                "event step": share_of_areas(event_steps(observations({"a": fewer}, (event,)))),
            }
        )
    return pd.DataFrame(rows)


def main() -> None:
    """Print both tables."""
    for table in (false_alarms(), power()):
        print("| " + " | ".join(table.columns) + " |")
        print("|" + "---|" * len(table.columns))
        for row in table.itertuples(index=False):
            print("| " + " | ".join(f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in row) + " |")
        print()


if __name__ == "__main__":
    main()
