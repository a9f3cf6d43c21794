"""The opening of a page: what to take away, and the tally."""

from __future__ import annotations

from pccstats.presentation.markup import Markup
from pccstats.presentation.pages.headline import caution, headline
from pccstats.presentation.pages.priority import priority_section
from pccstats.presentation.pages.tally import tally_bar
from pccstats.presentation.style import escaped
from pccstats.terms.results.assessment import QuarterAssessment


def lead(assessment: QuarterAssessment) -> Markup:
    """The opening of a page: three sentences at most, and the tally of its indicators.

    Parameters
    ----------
    assessment : QuarterAssessment
        Of the whole plan or of one theme.

    Returns
    -------
    Markup
        Shown by a notebook as part of the page.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> opening = pcc.lead(pcc.assess(plan, data, quarter="2015/16-Q1", theme=1))
    >>> "the question cannot be answered" in opening
    True
    """
    sentences = "".join(f"<p>{escaped(sentence)}</p>" for sentence in headline(assessment))
    known_first = f'<p class="caveat">{escaped(caution(assessment))}</p>' if assessment.is_illustrative else ""
    return Markup(f'<div class="lead">{sentences}</div>{known_first}{tally_bar(assessment.tally)}')


def all_priorities(assessment: QuarterAssessment) -> Markup:
    """Every priority of an assessment, one section after another.

    Parameters
    ----------
    assessment : QuarterAssessment
        Of the whole plan or of one theme.

    Returns
    -------
    Markup

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> sections = pcc.all_priorities(pcc.assess(plan, data, quarter="2015/16-Q1", theme=5))
    >>> 'id="priority-18"' in sections
    True
    """
    return Markup("".join(priority_section(review) for review in assessment.priorities))
