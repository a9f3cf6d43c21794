"""The process that works answers out before the pages are made, by an order of `batch.ahead`; it runs no notebook.

Short because it is a process of its own: whoever orders the work need not load what does it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from pccstats import sources
from pccstats.review.assess import measures_asked, reviews_ahead
from pccstats.review.data_quality import SUSPICIONS, suspicions_ahead
from pccstats.sources.kept_answers import KeptAnswers, digest_of_code
from pccstats.terms.memory import collect_seldom
from pccstats.terms.observations import Ahead
from pccstats.terms.words import Audience


def main() -> None:
    """Work out what an order says, and keep each measure as it is done; of some nothing is asked, and that is kept."""
    collect_seldom()
    order = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    kept, place = KeptAnswers(Path(order["results"])), order["place"]
    for measure, answers in groupby(_answers(order), key=lambda ahead: ahead.measure):
        if digest_of_code() != order["code"]:  # it was edited as this process loaded it: nobody can tell whose they are
            return
        kept.keep(place, measure, answers)
    for measure in order["measures"]:
        if not kept.has(place, measure):
            kept.keep(place, measure, ())


def _answers(order: dict[str, Any]) -> Iterator[Ahead]:
    data, audience = sources.read_observations(order["folder"]), Audience(order["audience"])
    asked = {measure.key for measure in measures_asked(data.plan)}
    measures = [measure for measure in order["measures"] if measure in asked]
    yield from reviews_ahead(data, order["quarter"], areas=order["areas"], measures=measures, audience=audience)
    if SUSPICIONS in order["measures"]:
        yield suspicions_ahead(data, order["quarter"], audience)


if __name__ == "__main__":
    main()
