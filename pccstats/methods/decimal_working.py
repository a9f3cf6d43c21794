"""A sum as a person writes it, `100 * (326 - 667) / 667`, worked out in exact decimals."""

from __future__ import annotations

import ast
from collections.abc import Callable
from decimal import Decimal, DecimalException, localcontext
from operator import add, mul, neg, sub, truediv

from pccstats.terms.errors import MethodProblem

DIGITS = 28
LONGEST = 200  # characters: no working printed in a report is longer

_BINARY: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: add,
    ast.Sub: sub,
    ast.Mult: mul,
    ast.Div: truediv,
}


def worked_out(working: str) -> Decimal:
    """Work out a sum of numbers, `+ - * /` and brackets; anything else is refused.

    Raises
    ------
    MethodProblem
        If it is not such a sum, or divides by nought.

    Examples
    --------
    >>> worked_out("0.1 + 0.2")
    Decimal('0.3')
    >>> str(worked_out("100 * (332 - 673) / 673").quantize(Decimal("0.01")))
    '-50.67'
    """
    try:
        if len(working) > LONGEST:
            raise ValueError  # noqa: TRY301 one refusal for every fault
        with localcontext(prec=DIGITS):
            return _value(ast.parse(working.strip(), mode="eval").body, working.strip())
    except (SyntaxError, ValueError, DecimalException) as fault:
        words = f"{working[:LONGEST]!r} is not a sum of numbers with + - * / and brackets that can be worked out."
        raise MethodProblem(words) from fault


def _value(node: ast.expr, working: str) -> Decimal:
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        return _BINARY[type(node.op)](_value(node.left, working), _value(node.right, working))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return neg(_value(node.operand, working))
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return Decimal(working[node.col_offset : node.end_col_offset])  # the digits as written, never a binary float
    raise ValueError(ast.dump(node))
