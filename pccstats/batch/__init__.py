"""Running a quarter: notebooks in, a folder of pages out.

The top floor. It may use everything below it and computes no figure: whatever number a page shows was made in `methods`
and put into words, tables and charts in `presentation`. Only here are papermill, nbconvert and nbclient known.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

_GRAMMAR = "rfc3987_syntax"


class _WhenAsked(ModuleType):
    """Stands for the grammar until something of it is used, and makes way for it then."""

    def is_valid_syntax(self, *asked: Any) -> Any:
        """The one name that is bound before it is used."""
        return self._whole().is_valid_syntax(*asked)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._whole(), name)

    def _whole(self) -> Any:
        if sys.modules.get(_GRAMMAR) is self:
            del sys.modules[_GRAMMAR]
        return import_module("rfc3987_syntax")


def _put_off_the_grammar_of_addresses() -> None:
    """Have JSON Schema, which says what a notebook is, build its grammar of web addresses when one is to be checked.

    Where JupyterLab has brought the grammar, building it is half of what a run imports. No notebook's form asks for it.
    """
    if _GRAMMAR not in sys.modules and "jsonschema" not in sys.modules and (found := find_spec(_GRAMMAR)):
        sys.modules[_GRAMMAR] = _WhenAsked(_GRAMMAR)
        sys.modules[_GRAMMAR].__spec__ = found


_put_off_the_grammar_of_addresses()
