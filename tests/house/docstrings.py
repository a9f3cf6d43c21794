"""What a docstring of a public name must say."""

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterator

from tests.house.source import PACKAGE

SECTION = re.compile(r"^([A-Z][A-Za-z ]+)\n-{3,}$", re.MULTILINE)
FIRST_LINE = 120


def docstring_faults(name: str, thing: object) -> Iterator[str]:
    """Everything the docstring of a public name leaves out."""
    if not callable(thing):
        return  # a constant is explained where it is written
    text = inspect.getdoc(thing)
    if not text:
        yield f"{name}: has no docstring"
        return
    sections = read_sections(text)
    yield from (f"{name}: {fault}" for fault in _summary_faults(text))
    if inspect.isclass(thing):
        yield from (f"{name}: {fault}" for fault in _class_faults(thing, sections))
    else:
        yield from (f"{name}: {fault}" for fault in _function_faults(thing, sections))


def read_sections(text: str) -> dict[str, str]:
    """The numpydoc sections of a docstring by title."""
    _, *parts = SECTION.split(text)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _summary_faults(text: str) -> Iterator[str]:
    summary = text.splitlines()[0]
    if not summary.endswith((".", "?")):
        yield f"the first line is not a sentence: {summary!r}"
    if len(summary) > FIRST_LINE:
        yield f"the first line has {len(summary)} characters, the most is {FIRST_LINE}"


def _function_faults(function: Callable[..., object], sections: dict[str, str]) -> Iterator[str]:
    signature = inspect.signature(function)
    named = _entries(sections.get("Parameters", ""))
    for parameter in signature.parameters:
        if parameter not in named and parameter != "self":
            yield f"Parameters says nothing of {parameter}"
    for parameter in named - set(signature.parameters):
        yield f"Parameters explains {parameter}, which it does not take"
    if signature.return_annotation not in (None, "None") and "Returns" not in sections:
        yield "has no Returns"
    if ">>>" not in sections.get("Examples", ""):
        yield "has no example"
    # what only joins other methods may name them under See Also: their references are there
    if function.__module__.startswith(f"{PACKAGE}.methods") and not {"References", "See Also"} & set(sections):
        yield "is a statistic without References or See Also"


def _class_faults(kind: type, sections: dict[str, str]) -> Iterator[str]:
    if dataclasses.is_dataclass(kind) and not {"Attributes", "Parameters"} & set(sections):
        yield "explains none of its fields under Attributes or Parameters"
    for name in vars(kind):
        if not name.startswith("_") and inspect.isroutine(member := getattr(kind, name)) and not inspect.getdoc(member):
            yield f".{name} has no docstring"


def _entries(section: str) -> set[str]:
    """Names explained in a section: `a, b : int` explains two."""
    heads = re.findall(r"^(\*{0,2}\w[\w, *]*?)(?: ?:.*)?$", section, re.MULTILINE)
    return {name.strip(" *") for head in heads for name in head.split(",")}
