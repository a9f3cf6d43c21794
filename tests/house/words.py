"""One word for one idea, one concept for one module: names not to be used, modules too long or too short."""

import ast
import re
from collections.abc import Iterator

from tests.house.source import Source

MOST_LINES = 700
LEAST_LINES = 60
REASON = "Short because"
MAY_BE_SHORT = ("__init__", "__main__")
VAGUE_MODULES = ("utils", "util", "helpers", "helper", "common", "misc", "tools")

# From docs/glossary.md: a part of a name, singular or plural, and what is written instead.
WRITE_INSTEAD = {
    "lcl": "lower_process_limit",
    "ucl": "upper_process_limit",
    "lpl": "lower_process_limit",
    "upl": "upper_process_limit",
    "ll99": "lower_process_limit",
    "ul99": "upper_process_limit",
    "ll95": "lower_warning_limit",
    "ul95": "upper_warning_limit",
    "mel": "expected_level",
    "kpi": "indicator",
    "metric": "indicator",
    "rag": "state or assurance",
    "anomaly": "signal",
    "alert": "signal",
    "ytd": "year_to_date",
    "r12": "rolling_year",
    "msg": "most_similar_group, or message",
    "denom": "denominator",
    "numer": "numerator",
    "pred": "projected",
    "freeze": "baseline",
}


def word_faults(source: Source) -> Iterator[str]:
    """Every name given in a file that has a word the glossary replaces."""
    for line, name in _names_given(source.tree):
        for part in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name):
            if instead := WRITE_INSTEAD.get(part.lower().removesuffix("s")):
                yield source.fault(line, f"{name}: write {instead}")


def _names_given(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr


def size_faults(source: Source) -> Iterator[str]:
    """A module that is two concepts, or one whose name says nothing."""
    length = len(source.text.splitlines())
    if length > MOST_LINES:
        yield source.fault(1, f"{length} lines; more than {MOST_LINES} are two concepts: split it")
    vague = {source.path.stem, *source.path.parts} & set(VAGUE_MODULES)
    if vague:
        yield source.fault(1, f"'{vague.pop()}' says nothing; name the idea")


def shortness_faults(source: Source) -> Iterator[str]:
    """A module so short that it is part of its neighbour, and that does not say why it stands alone."""
    length = len(source.text.splitlines())
    is_excused = source.path.stem in MAY_BE_SHORT or REASON in (ast.get_docstring(source.tree) or "")
    if length < LEAST_LINES and not is_excused:
        yield source.fault(1, f"{length} lines; join it to its neighbour, or say '{REASON} ...' in its docstring")
