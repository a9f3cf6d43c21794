"""What entries of a TOML file are made of: text, keys, months and windows, each checked as it is read."""

from __future__ import annotations

from typing import Annotated, Any

import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from pccstats.terms.errors import RequestProblem
from pccstats.terms.periods import Quarter, Window, month


class Entry(BaseModel):
    """Anything in a TOML file: unknown keys are faults, surrounding blanks are not."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, arbitrary_types_allowed=True)


def _month(value: Any) -> pd.Period:
    try:
        return month(value)
    except RequestProblem as problem:
        raise ValueError(str(problem)) from None


def _window(value: Any) -> Window:
    try:
        return Window.read(value)
    except RequestProblem as problem:
        raise ValueError(str(problem)) from None


def _quarter(value: Any) -> str:
    try:
        return str(Quarter.parse(value))
    except RequestProblem as problem:
        raise ValueError(str(problem)) from None


Text = Annotated[str, StringConstraints(min_length=1)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)+$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
EntryMonth = Annotated[pd.Period, BeforeValidator(_month)]
EntryWindow = Annotated[Window, BeforeValidator(_window)]
EntryQuarter = Annotated[str, BeforeValidator(_quarter)]
