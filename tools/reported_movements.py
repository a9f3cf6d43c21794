"""What the quarter one 2015/16 report says moved, as questions a monthly series answers yes or no.

Paragraph numbers are those of the report to the Police and Crime Panel of 16 September 2015.
"""

import numpy as np
import pandas as pd

BASELINE = slice("2012-04", "2015-03")
QUARTER_ONE = slice("2015-04", "2015-06")
MEAN_ABSOLUTE_DIFFERENCE = 2 / np.sqrt(np.pi)  # of two draws of one normal distribution, in sigmas


def poisson_sigmas(offences: pd.Series) -> pd.Series:
    """Poisson sigmas between each month's daily rate and the mean of April 2012 to March 2015."""
    days = pd.Series(offences.index.days_in_month, offences.index)
    mean = offences[BASELINE].sum() / days[BASELINE].sum()
    return (offences / days - mean) / np.sqrt(mean / days)


def over_dispersion(offences: pd.Series) -> float:
    """Month-to-month noise of the baseline in Poisson sigmas (Laney 2002)."""
    return float(poisson_sigmas(offences)[BASELINE].diff().abs().mean() / MEAN_ABSOLUTE_DIFFERENCE)


def sigmas_from_mean(offences: pd.Series) -> pd.Series:
    """Sigmas between each month and the baseline mean, widened by the over-dispersion."""
    return poisson_sigmas(offences) / over_dispersion(offences)


def all_crime(offences: pd.Series) -> bool:
    """Quarter one is below the mean, as most of the last eighteen months are; months are stable (60, 61)."""
    sigmas = sigmas_from_mean(offences)
    return bool(
        (sigmas[QUARTER_ONE] < 0).all()
        and (sigmas["2014-01":"2015-06"] < 0).sum() >= 12
        and sigmas["2014-01":"2015-06"].abs().max() < 3
    )


def domestic_burglary(offences: pd.Series) -> bool:
    """2014/15 follows 2013/14 at generally lower levels; quarter one is below the mean without a shift (62)."""
    sigmas = sigmas_from_mean(offences)
    before, latest = offences["2013-04":"2014-03"].to_numpy(), offences["2014-04":"2015-03"].to_numpy()
    return bool(
        sigmas[QUARTER_ONE].between(-2, 0, inclusive="neither").all()
        and np.corrcoef(before, latest)[0, 1] > 0.6
        and (latest < before).sum() >= 7
    )


def violence_with_injury(offences: pd.Series) -> bool:
    """Months fall sharply over 2015 and are significantly low in May and June (65)."""
    sigmas = sigmas_from_mean(offences)
    year = offences["2015-01":"2015-06"]
    return bool(
        sigmas["2015-05":].between(-4, -3).all()
        and sigmas["2015-02":"2015-04"].abs().max() < 2
        and year["2015-05":].max() < offences["2012-07":"2015-04"].min()
        and year[:"2015-03"].min() > year["2015-04"] > year["2015-05":].max()
    )


def vehicle_crime(offences: pd.Series) -> bool:
    """Every month of quarter one is high, beyond two sigmas, and at least one beyond three (68)."""
    sigmas = sigmas_from_mean(offences)[QUARTER_ONE]
    return bool(sigmas.min() > 2 and 3 < sigmas.max() < 4)


def nine_locations(reports: pd.Series) -> bool:
    """The last four quarters are steady (79)."""
    quarters = reports["2014-07":].groupby(reports["2014-07":].index.asfreq("Q")).sum()
    return bool(quarters.between(60, 75).all())


def rolling_share(survey: pd.DataFrame) -> pd.Series:
    """Per cent satisfied in the 12 months ending in each month."""
    sums = survey.rolling(12).sum().dropna()
    return 100 * sums["numerator"] / sums["denominator"]


def all_users(survey: pd.DataFrame) -> bool:
    """The rolling share falls through 2014 and stays at 81% from January to June 2015 (56)."""
    share = rolling_share(survey)
    falls = share[["2014-03", "2014-06", "2014-09", "2014-12"]].diff().dropna() < 0
    return bool(falls.all() and share["2015-01":"2015-06"].between(81, 82, inclusive="left").all())


def burglary_victims(survey: pd.DataFrame) -> bool:
    """The rolling share is lowest in January 2015, at 86%, and has risen since (63)."""
    share = rolling_share(survey)
    return bool(
        share["2014-02":].idxmin() == pd.Period("2015-01")
        and 86 <= share["2015-01"] < 87
        and share["2015-01":"2015-06"].is_monotonic_increasing
    )


def anti_social_behaviour(survey: pd.DataFrame) -> bool:
    """Some recovery during 2014/15, then lower in quarter one, never under 75% (54)."""
    share = rolling_share(survey)
    return bool(
        share["2014-06":"2014-12"].max() > share["2014-03"] + 0.5
        and share["2015-03":"2015-06"].is_monotonic_decreasing
        and share["2014-04":].min() > 75
    )


def hate_crime(survey: pd.DataFrame) -> bool:
    """The rolling share has kept close to one level for 12 months (49)."""
    share = rolling_share(survey)["2014-07":]
    return bool((share - share.mean()).abs().max() < 1.2)


def violent_crime_victims(survey: pd.DataFrame) -> bool:
    """The rolling share falls during 2014 (66)."""
    share = rolling_share(survey)[["2014-03", "2014-06", "2014-09", "2014-12"]]
    return bool((share.diff().dropna() < 0).all())


def vehicle_crime_victims(survey: pd.DataFrame) -> bool:
    """The rolling share goes on falling through 2014/15 (69)."""
    share = rolling_share(survey)[["2014-03", "2014-09", "2015-03"]]
    return bool((share.diff().dropna() < 0).all())


def confidence(survey: pd.DataFrame) -> bool:
    """The rolling share rises from each half-year to the next (19)."""
    share = rolling_share(survey)[["2013-03", "2013-09", "2014-03", "2014-09", "2015-03", "2015-06"]]
    return bool((share.diff().dropna() > 0).all())


def anything(_: object) -> bool:
    """The report says nothing of months."""
    return True
