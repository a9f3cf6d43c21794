"""What is held, how fresh it is and what was found, in sentences."""

from __future__ import annotations

from pccstats.presentation import numbers
from pccstats.presentation.describe import describe
from pccstats.terms.results.data_quality import DataQuality

HELD_WORDS = {
    "months": "each month",
    "part": "some of its months",
    "quarter": "the quarter as a whole",
    "year": "the 12 months to its end",
    "illustrative": "illustrative months alone",
    "not_collected": "not collected",
    "not_comparable": "not comparable",
    "embargoed": "embargoed",
    "censored": "withheld as too small",
    "provisional": "provisional",
    "": "nothing",
}


@describe.register
def describe_data_quality(result: DataQuality) -> str:
    """`Of 40 indicators 23 have figures, 21 of them to the end of the quarter; 22 findings need an answer, ...`."""
    count = result.summary().iloc[0]
    flags = f"{count['flags']} findings need an answer" if count["flags"] != 1 else "1 finding needs an answer"
    notes = f"{count['notes']} are on record" if count["notes"] != 1 else "1 is on record"
    return (
        f"Of {count['indicators']} indicators {count['with_figures']} have figures, {count['up_to_date']} of them to "
        f"the end of the quarter; {flags} and {notes}; {_revised(int(count['revisions']))}."
    )


def availability_in_words(result: DataQuality) -> str:
    """How many indicators have what, in the quarter the page is about: the alt text of the matrix."""
    latest = result.availability[str(result.quarter)]
    counted = [f"{HELD_WORDS[str(held)]} for {count}" for held, count in latest.value_counts().items()]
    return (
        f"{len(result.availability)} indicators by {result.availability.shape[1]} quarters. In {result.quarter} there "
        f"is {numbers.listed(counted)}."
    )


def _revised(count: int) -> str:
    if not count:
        return "no figure was published twice with different values"
    return f"{count} {'figure was' if count == 1 else 'figures were'} revised after publication"
