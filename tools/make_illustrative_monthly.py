"""Split published totals into illustrative months.

    python tools/make_illustrative_monthly.py data/raw data/raw/illustrative_monthly.csv

The published documents print no monthly series. These months are drawn at random from those that keep to every
published total, to the official 12-month totals that do not contradict one, and to the movements the report puts into
words. They are not records. The same inputs give the same file, byte for byte.
"""

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
from conditional_draw import Floats, MonthlyModel, Wandering, Whole, Window
from illustrative_series import COUNTS, SURVEYS, Counted, Surveyed
from reported_movements import over_dispersion

COLUMNS = (
    "indicator", "area", "period_end", "months", "numerator", "denominator", "status", "source", "published_on", "note",
)  # fmt: skip
AREA = "Leicestershire"
LAST_MONTH = "2015-06"
SOURCE = "Illustrative monthly split of published totals"
SEED = 2015
DRAWS = 20_000
SURVEY_LEVEL_STEP = 0.008  # one month's step of the share, standard deviation
OVER_DISPERSION = 1.2, 2.5  # month-to-month noise of a count, in Poisson standard deviations: what a draw may have
RESPONDENTS_SPREAD = 0.08  # of a month's respondents around a twelfth of the year's


@dataclass(frozen=True)
class Totals:
    """The 12-month totals that are printed, read once."""

    published: pd.DataFrame
    official: pd.DataFrame

    @classmethod
    def read(cls, folder: Path) -> "Totals":
        """Read the published and the official figures of one area; rows with a status carry no total to keep to."""
        frames = [
            pd.read_csv(folder / name, dtype=str, keep_default_na=False).query("area == @AREA and status == ''")
            for name in ("published_figures.csv", "police_recorded_crime.csv")
        ]
        return cls(*(frame[frame["months"] == "12"] for frame in frames))

    def of(self, indicator: str) -> dict[Window, str]:
        """Published figures of an indicator, as printed."""
        rows = self.published[self.published["indicator"] == indicator]
        return {Window(end): figure for end, figure in zip(rows["period_end"], rows["numerator"], strict=True)}

    def official_of(self, group: str) -> dict[Window, int]:
        """Official totals of an offence group; none for an empty name."""
        rows = self.official[self.official["indicator"] == f"official.{group}"]
        return {Window(end): int(figure) for end, figure in zip(rows["period_end"], rows["numerator"], strict=True)}


@dataclass(frozen=True)
class Binding:
    """The totals a count keeps to, by where they come from."""

    published: dict[Window, int]
    official: dict[Window, int]
    assumed: dict[Window, int]

    @classmethod
    def gather(cls, series: Counted, totals: Totals) -> "Binding":
        """Gather the totals; a published one displaces an official one of the same 12 months."""
        published = {window: int(figure) for window, figure in totals.of(series.indicator).items()}
        official = totals.official_of(series.official)
        return cls(
            published=published | series.printed_elsewhere,
            official={window: total for window, total in official.items() if window not in published},
            assumed=series.assumed | scaled_trend(totals.official_of(series.trend_of), published),
        )

    def all(self) -> dict[Window, int]:
        """Return every total, whatever its origin."""
        return self.published | self.official | self.assumed

    def note(self, month: pd.Period) -> str:
        """Name the totals that hold one month."""
        return note(month, {"published": self.published, "official": self.official, "assumed": self.assumed})


def scaled_trend(official: dict[Window, int], published: dict[Window, int]) -> dict[Window, int]:
    """Scale the official totals before 2012/13 so that 2012/13 itself would give the published total."""
    year = Window("2013-03")
    return {
        window: round(total * published[year] / official[year]) for window, total in official.items() if window < year
    }


def note(month: pd.Period, bound: dict[str, dict[Window, object]]) -> str:
    """Name the totals that hold one month, as in `published 12 months to 2013-03`."""
    index = pd.PeriodIndex([month])
    parts = []
    for origin, windows in bound.items():
        for length in (12, 3):
            ends = sorted(w.end for w in windows if w.months == length and w.covers(index).all())
            if ends:
                parts.append(f"{origin} {length} months to {', '.join(ends)}")
    return "Keeps to " + "; ".join(parts)


def random_of(indicator: str) -> np.random.RandomState:
    """Return the randomness of one series, the same whatever other series there are."""
    # The stream of RandomState is frozen by numpy's compatibility policy; that of Generator may change.
    return np.random.RandomState([SEED, *indicator.encode()])


def has_no_freak(values: pd.Series, path: Floats, noise: Floats) -> bool:
    """Say whether every month lies within three standard deviations of the path: the report names no odd month."""
    return bool((np.abs(values - path) < 3 * noise).all())


def looks_real(counts: pd.Series, path: Floats, noise: Floats) -> bool:
    """Say whether a draw has no impossible or freak month and the usual noise of police figures."""
    low, high = OVER_DISPERSION
    return counts.min() >= 0 and has_no_freak(counts, path, noise) and low < over_dispersion(counts) < high


def split_count(series: Counted, binding: Binding) -> pd.Series:
    """Draw the months of a count until the reported movements are in them."""
    months = pd.period_range(series.first_month, LAST_MONTH, freq="M")
    totals = binding.all()
    exposure = np.array([m.days_in_month / 30.4375 * series.season[m.month - 1] for m in months])
    mean = float(np.mean([total for window, total in totals.items() if window.months == 12])) / 12
    level = Wandering(mean, mean * series.level_step, {month: mean * size for month, size in series.jumps.items()})
    model = MonthlyModel(months, exposure, level, totals)
    path = model.path()
    noise = series.over_dispersion * np.sqrt(path)
    for draw in islice(model.draws(noise, random_of(series.indicator)), DRAWS):
        counts = pd.Series(draw, months)
        if looks_real(counts, path, noise) and series.reported(counts):
            return counts
    raise RuntimeError(f"{series.indicator}: no draw in {DRAWS} shows the reported movements")


def shares_to_keep(series: Surveyed, totals: Totals) -> dict[Window, Decimal]:
    """Return the published shares of a survey series, per cent with one decimal, that lie within its months."""
    printed = totals.of(series.indicator)
    if series.plan_table:
        printed |= totals.of(f"plan_table.{series.plan_table}") | {Window("2012-08"): series.august_2012}
    return {window: Decimal(share) for window, share in sorted(printed.items()) if window.end <= series.last_month}


def satisfied_for(share: Decimal, respondents: int) -> int | None:
    """Whole number of satisfied respondents that rounds to the share; none if no number does."""
    satisfied = int((share * respondents / 100).to_integral_value(ROUND_HALF_UP))
    rounded = (Decimal(100 * satisfied) / respondents).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return satisfied if rounded == share else None


def draw_respondents(
    series: Surveyed, months: pd.PeriodIndex, shares: dict[Window, Decimal], random: np.random.RandomState
) -> tuple[Whole, dict[Window, int]]:
    """Draw respondents until every published share can be had from whole numbers of people."""
    mean = series.respondents / 12
    while True:
        spread = RESPONDENTS_SPREAD * random.standard_normal(len(months))
        respondents = np.rint(mean * (1 + spread)).astype(np.int64)
        satisfied = {w: satisfied_for(share, int(respondents[w.covers(months)].sum())) for w, share in shares.items()}
        if None not in satisfied.values():
            return respondents, satisfied


def split_survey(series: Surveyed, shares: dict[Window, Decimal]) -> pd.DataFrame:
    """Draw the months of a survey until the reported movements are in them."""
    months = pd.period_range(series.first_month, series.last_month, freq="M")
    random = random_of(series.indicator)
    respondents, totals = draw_respondents(series, months, shares, random)
    level = Wandering(float(np.mean(list(shares.values()))) / 100, SURVEY_LEVEL_STEP)
    model = MonthlyModel(months, respondents, level, totals)
    path = model.path()
    noise = np.sqrt(path * (1 - path / respondents))
    for satisfied in islice(model.draws(noise, random), DRAWS):
        survey = pd.DataFrame({"numerator": satisfied, "denominator": respondents}, months)
        possible = ((satisfied >= 0) & (satisfied <= respondents)).all()
        if possible and has_no_freak(survey["numerator"], path, noise) and series.reported(survey):
            return survey
    raise RuntimeError(f"{series.indicator}: no draw in {DRAWS} shows the reported movements")


def count_rows(series: Counted, totals: Totals) -> Iterator[tuple[object, ...]]:
    """Yield the observations of a count."""
    binding = Binding.gather(series, totals)
    for month, count in split_count(series, binding).items():
        yield series.indicator, AREA, month, 1, count, "", "", SOURCE, "", binding.note(month)


def survey_rows(series: Surveyed, totals: Totals) -> Iterator[tuple[object, ...]]:
    """Yield the observations of a survey."""
    shares = shares_to_keep(series, totals)
    for row in split_survey(series, shares).itertuples():
        text = f"{note(row.Index, {'published': shares})}; respondents assumed, about {series.respondents:,} a year"
        yield series.indicator, AREA, row.Index, 1, row.numerator, row.denominator, "", SOURCE, "", text


def main(folder: Path, target: Path) -> None:
    """Read the totals, split every series and write the months."""
    totals = Totals.read(folder)
    rows = [row for series in COUNTS for row in count_rows(series, totals)]
    rows += [row for series in SURVEYS for row in survey_rows(series, totals)]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
