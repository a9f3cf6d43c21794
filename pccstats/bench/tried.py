"""What an analyst tried of one series, as Python to run again and as lines that a plan can take over."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from pccstats.terms.periods import Quarter
from pccstats.terms.series import Series
from pccstats.terms.words import Audience, slug

NO_REASON = "The level moved; no reason is known yet"
NOT_WHOLE = "Left out; no reason is known yet"
INDENT = "    "


@dataclass(frozen=True)
class Tried:
    """One series, and how it was looked at.

    Attributes
    ----------
    indicator, area : str
        Its key in the plan, and the place.
    quarter : Quarter
    audience : Audience
    since : str
        A financial year in place of the plan's baseline; empty for the plan's own.
    baseline : tuple of str, or None
        First and last month that set the limits, `("2012-04", "2015-03")`; None for those a pack takes.
    rebase_at, exclude : tuple of str
        Months, `2014-01`, from which the limits are set anew, and which are left out.
    reason, note : str
        Why, and what else to know; empty where nobody has said.

    Examples
    --------
    >>> tried = Tried("3.burglary", "Leicester", Quarter.parse("2022/23-Q2"), exclude=("2020-12",), reason="Lockdown")
    >>> print(tried.as_code("data"))
    import pccstats as pcc
    <BLANKLINE>
    data = pcc.read_observations('data')
    review = pcc.review_series(
        data.plan,
        data,
        '2022/23-Q2',
        '3.burglary',
        area='Leicester',
        exclude=(('2020-12', 'Lockdown'),),
    )
    pcc.draw(review.level or review.rolling)
    """

    indicator: str
    area: str
    quarter: Quarter
    audience: Audience = Audience.INTERNAL
    since: str = ""
    baseline: tuple[str, str] | None = None
    rebase_at: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    reason: str = field(default="")
    note: str = field(default="")

    @property
    def choices(self) -> dict[str, Any]:
        """What was chosen otherwise than a pack has it, as `review_series` takes it; empty where nothing was."""
        chosen: dict[str, Any] = {
            "since": self.since or None,
            "baseline": self.baseline,
            "rebase_at": tuple(self._with_reason(month) for month in self.rebase_at) or None,
            "exclude": tuple(self._with_reason(month) for month in self.exclude) or None,
        }
        return {name: value for name, value in chosen.items() if value is not None}

    @property
    def sets_limits_otherwise(self) -> bool:
        """True where the limits are not those of a pack."""
        return bool(self.choices.keys() - {"since"})

    def as_code(self, folder: str) -> str:
        """Python that gives the same answers, from the data in a folder."""
        named = {"area": self.area}
        if self.audience is not Audience.INTERNAL:
            named["audience"] = str(self.audience)
        arguments = [
            *("data.plan", "data", repr(str(self.quarter)), repr(self.indicator)),
            *(f"{name}={value!r}" for name, value in (named | self.choices).items()),
        ]
        lines = (
            "import pccstats as pcc",
            "",
            f"data = pcc.read_observations({folder!r})",
            "review = pcc.review_series(",
            *(f"{INDENT}{argument}," for argument in arguments),
            ")",
            "pcc.draw(review.level or review.rolling)",
        )
        return "\n".join(lines)

    def as_plan_lines(self, series: Series | None, *, is_recovered: bool = False) -> str:
        """Lines for the end of `plan.toml` by which every pack does the same; what a plan cannot take is said beside.

        Parameters
        ----------
        series : Series or None
            What the limits are set of, whose key the events concern.
        is_recovered : bool
            True where its quarters are recovered from rolling years.
        """
        key = series.key if series is not None else self.indicator
        lines = [f"# Tried on {self.indicator} in {self.area}, {self.quarter}."]
        for month in self.rebase_at:
            lines += self._event(key, month, self.reason or NO_REASON, "breaks_comparability")
        for month in self.exclude:
            lines += self._event(key, month, self.reason or NOT_WHOLE, "sets_no_limits")
        if self.rebase_at:
            lines += ["# Figures on both sides of such an event are not compared: the change says so."]
        if self.rebase_at and is_recovered:
            lines += [
                "# Its quarters are recovered from rolling years, and not across such an event: its chart begins there."
            ]
        if self.since:
            lines += [f"# In the entry of {self.indicator}, not here:", f"# baseline = {_quoted(self.since)}"]
        if self.baseline is not None:
            lines += [
                "# The months that set the limits are no part of a plan: a pack takes the years before its quarter."
            ]
        if not self.choices:
            lines += ["# Nothing was chosen otherwise than the plan has it."]
        if self.note and not (self.rebase_at or self.exclude):
            lines += [f"# Note: {_quoted(self.note)}"]
        return "\n".join(lines) + "\n"

    def _event(self, key: str, month: str, title: str, effect: str) -> list[str]:
        return [
            "[[event]]",
            f"key = {_quoted('-'.join((slug(key), slug(self.area), month, effect.partition('_')[0])))}",
            f"title = {_quoted(title)}",
            f"month = {_quoted(month)}",
            f"indicators = [{_quoted(key)}]",
            f"areas = [{_quoted(self.area)}]",
            f"{effect} = true",
            *([] if self.reason else ["is_inferred = true"]),
            *([f"note = {_quoted(self.note)}"] if self.note else []),
            "",
        ]

    def _with_reason(self, month: str) -> str | tuple[str, str]:
        return (month, self.reason) if self.reason else month


def _quoted(text: str) -> str:
    """A text as TOML writes it: JSON's signs, and the one that JSON leaves as it is.

    Examples
    --------
    >>> len(_quoted('the "new" form'))
    18
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
