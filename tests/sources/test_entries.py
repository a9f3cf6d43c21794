"""What a file may hold is derived from what is declared."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, get_args

import pandas as pd
import pytest
from annotated_types import Gt, MinLen
from pydantic import BaseModel, ValidationError

from pccstats.sources.entries import entry_of, made
from pccstats.sources.source_list import SourceList
from pccstats.terms.in_file import InFile, OneOf
from pccstats.terms.periods import month
from pccstats.terms.plan import Month, Plan, Text


@dataclass(frozen=True)
class Visit:
    """One visit."""

    on: Month
    by: Annotated[str, OneOf(("car", "foot"))] = "foot"


@dataclass(frozen=True)
class Beat:
    """A beat that is walked."""

    name: Text
    length: Annotated[float, Gt(0), InFile(left_out=1.5)]
    visits: Annotated[tuple[Visit, ...], MinLen(1), InFile("visit")]
    officers: int | None = None
    number: Annotated[int, InFile(under="")] = 7
    colour: Annotated[str, InFile(under="beat")] = ""


def keys_of(model: type[BaseModel]) -> Iterator[str]:
    """Every key a model and the models within it may hold."""
    for name, field in model.model_fields.items():
        yield field.alias or name
        stack = [field.annotation]
        while stack:
            kind = stack.pop()
            stack.extend(get_args(kind))
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from keys_of(kind)


def test_a_term_is_made_of_its_entry():
    """Keys of the file become fields, entries within entries become terms, and what is left out is as declared."""
    entry = entry_of(Beat).model_validate({"name": " North ", "visit": [{"on": "2015-06"}]})
    beat = made(entry, Beat, number=3)
    assert beat == Beat("North", 1.5, (Visit(month("2015-06")),), number=3)
    assert isinstance(beat.visits[0].on, pd.Period)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"name": ""}, "string_too_short"),
        ({"length": 0}, "greater_than"),
        ({"length": "2"}, "float_type"),
        ({"officers": True}, "int_type"),
        ({"officers": 2.0}, "int_type"),
        ({"visit": []}, "too_short"),
        ({"visit": [{"on": "June"}]}, "value_error"),
        ({"visit": [{"on": "2015-06", "by": "boat"}]}, "literal_error"),
        ({"visits": []}, "extra_forbidden"),
        ({"number": 3}, "extra_forbidden"),
        ({"colour": "blue"}, "extra_forbidden"),
    ],
)
def test_what_is_declared_is_held_to(changed, fault):
    """Types, limits, closed lists, and keys that are not written here, are each refused by their own fault."""
    sound = {"name": "North", "visit": [{"on": "2015-06"}]}
    with pytest.raises(ValidationError) as caught:
        entry_of(Beat).model_validate(sound | changed)
    assert caught.value.errors()[0]["type"] == fault


def test_a_key_may_belong_to_one_list():
    """A field of the entries of one list is known there, and there alone."""
    values = {"name": "North", "visit": [{"on": "2015-06"}], "colour": "blue"}
    assert made(entry_of(Beat, "beat").model_validate(values), Beat).colour == "blue"


def test_every_key_of_the_plan_is_explained(root):
    """The page of the plan file names every key it may hold."""
    page = (root / "docs" / "plan-file.md").read_text(encoding="utf-8")
    assert {key for key in keys_of(entry_of(Plan)) if f"`{key}`" not in page and f"[{key}]" not in page} == set()


def test_every_key_of_the_list_of_sources_is_explained(root):
    """The page of the list of sources names every key an entry may hold."""
    page = (root / "docs" / "sources-file.md").read_text(encoding="utf-8")
    assert {key for key in keys_of(SourceList) if f"`{key}`" not in page and f"[{key}]" not in page} == set()
