"""Split published totals into illustrative months.

    python tools/make_illustrative_monthly.py data/raw data/raw/illustrative_monthly.csv

The published documents print no monthly series. These months are drawn at random from those that keep to every
published total, to the official 12-month totals that do not contradict one, and to the movements the report puts into
words. They are not records. The same inputs give the same file, byte for byte.
"""

import csv
import sys
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
from conditional_draw import Floats, MonthlyModel, Wandering, Whole, Window
from illustrative_series import COUNTS, SURVEYS, Counted, Surveyed
from printed_totals import AREA, Binding, Totals, note
from reported_movements import over_dispersion

COLUMNS = (
    "indicator", "area", "period_end", "months", "numerator", "denominator", "status", "source", "published_on", "note",
)  # fmt: skip
LAST_MONTH = "2015-06"
SOURCE = "Illustrative monthly split of published totals"
SEED = 2015
DRAWS = 20_000
SURVEY_LEVEL_STEP = 0.008  # one month's step of the share, standard deviation
OVER_DISPERSION = 1.2, 2.5  # month-to-month noise of a count, in Poisson standard deviations: what a draw may have
RESPONDENTS_SPREAD = 0.08  # of a month's respondents around a twelfth of the year's


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
    published, worked_back = totals.published_shares(series), series.worked_back()
    origins = {"published": published, "worked back": worked_back}
    for row in split_survey(series, published | worked_back).itertuples():
        text = f"{note(row.Index, origins)}; respondents assumed, about {series.respondents:,} a year"
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
