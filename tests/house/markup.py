"""Where HTML is written: in templates, which escape text, and never in strings put together by code."""

import ast
import re
from collections.abc import Iterator

from tests.house.source import Source

_TAG = re.compile(r"</?[a-z]")
WRITERS = ("presentation", "bench", "batch")


def markup_faults(source: Source) -> Iterator[str]:
    """Every string of the floors that make pages in which text and a tag are put together."""
    if source.floor not in WRITERS:
        return
    for node in ast.walk(source.tree):
        if any(_TAG.search(text) for text in _put_together(node)):
            yield source.fault(getattr(node, "lineno", 1), "puts a tag and text together; a template does that")


def _put_together(node: ast.AST) -> Iterator[str]:
    """The constant parts of an f-string, a sum, a `%` or a `.format`."""
    if isinstance(node, ast.JoinedStr):
        yield from (
            part.value for part in node.values if isinstance(part, ast.Constant) and isinstance(part.value, str)
        )
    elif isinstance(node, ast.BinOp):
        yield from _texts([node.left, node.right])
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        yield from _texts([node.func.value])


def _texts(nodes: list[ast.expr]) -> Iterator[str]:
    yield from (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
