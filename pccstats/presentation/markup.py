"""Markup made by us, that a notebook shows as it is."""

from __future__ import annotations


class Markup(str):
    """A piece of a page; text from data has been escaped on its way in."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(self)
