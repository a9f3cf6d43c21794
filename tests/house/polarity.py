"""Polarity is judged in one place: nobody else asks whether lower or higher is better."""

import ast
from collections.abc import Iterator

from tests.house.source import Source

WHERE = "terms/words.py"
MEMBERS = ("LOWER_IS_BETTER", "HIGHER_IS_BETTER")
WORDS = tuple(member.lower() for member in MEMBERS)


def polarity_faults(source: Source) -> Iterator[str]:
    """Every comparison with a polarity that has a better side, and every table that is looked up by one."""
    if str(source.path) == WHERE:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Compare):
            asked: list[ast.expr | None] = [node.left, *node.comparators]
        elif isinstance(node, ast.Dict):
            asked = list(node.keys)
        else:
            continue
        if any(_is_judged(part) for expression in asked if expression is not None for part in ast.walk(expression)):
            yield source.fault(node.lineno, "judges by polarity: ask Polarity.judge, Polarity.good or Polarity.side_of")


def _is_judged(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in MEMBERS
    return isinstance(node, ast.Constant) and node.value in WORDS
