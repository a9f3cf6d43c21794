"""A table described once, then written for a notebook (great-tables) or for a page (plain accessible HTML)."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pandas as pd

from pccstats.presentation import numbers
from pccstats.presentation.markup import Part

if TYPE_CHECKING:
    from great_tables import GT

FEWEST_WIDE = 4  # columns: fewer stand beside one another on a phone
MOST_BY_THEMSELVES = 24  # rows
Form = Literal["text", "figure", "number", "signed", "per_cent", "signed_per_cent", "p_value", "rank"]


@dataclass(frozen=True)
class Column:
    """One column: where its figures are, what heads it, and how they are written.

    `form` is `text`, `figure` (a figure already written, right aligned), `number`, `signed`, `per_cent`,
    `signed_per_cent`, `p_value` or `rank`. The unit belongs in the head, not in the cells.
    """

    name: str
    head: str
    form: Form = "text"
    decimals: int = 0

    @property
    def is_number(self) -> bool:
        return self.form != "text"

    def cell(self, value: Any) -> str:
        """One value as readers see it."""
        if isinstance(value, Part):
            return value.to_html()
        if self.form in ("text", "figure"):
            return numbers.NO_FIGURE if pd.isna(value) else str(value)
        if pd.isna(value):
            return numbers.NO_FIGURE
        writers = {
            "number": numbers.plain,
            "signed": numbers.signed,
            "per_cent": numbers.per_cent,
            "signed_per_cent": numbers.signed_per_cent,
        }
        if self.form in writers:
            return writers[self.form](float(value), self.decimals)
        return numbers.ordinal(value) if self.form == "rank" else numbers.p_value(float(value))


@dataclass(frozen=True)
class TableSpec(Part):
    """A table: its title, columns, rows and notes; the first column names the rows.

    `to_gt` writes it for an analyst's notebook, `to_html` for a page. A cell may be a `Part`, such as a verdict's chip.

    Examples
    --------
    >>> rows = pd.DataFrame({"year": ["2012/13", "2013/14"], "offences": [3935.0, 4199.0]})
    >>> spec = TableSpec("Domestic burglary", (Column("year", "Year"), Column("offences", "Offences", "number")), rows)
    >>> spec.cells()
    [['2012/13', '3,935'], ['2013/14', '4,199']]
    """

    template: ClassVar[str] = "table.html.j2"
    title: str
    columns: tuple[Column, ...]
    rows: pd.DataFrame
    subtitle: str = ""
    notes: tuple[str, ...] = field(default=())

    def cells(self) -> list[list[str]]:
        """Every row as the reader sees it."""
        return [
            [column.cell(value) for column, value in zip(self.columns, row, strict=True)]
            for row in self.rows[[column.name for column in self.columns]].itertuples(index=False, name=None)
        ]

    @property
    def stacks(self) -> bool:
        """True where on a phone each row stands by itself: many columns, some of them words, and not many rows.

        A long table is read down its columns, and stays one.
        """
        has_words = not all(column.is_number for column in self.columns[1:])
        return has_words and len(self.columns) >= FEWEST_WIDE and len(self.rows) <= MOST_BY_THEMSELVES

    def to_gt(self) -> GT:
        """The table for a notebook or a document."""
        from great_tables import GT, md  # noqa: PLC0415 pages need none of it

        frame = pd.DataFrame(self.cells(), columns=[column.name for column in self.columns])
        table = GT(frame, rowname_col=self.columns[0].name, id="pccstats-table")
        table = table.tab_header(title=self.title, subtitle=self.subtitle or None)
        table = table.cols_label({c.name: c.head for c in self.columns[1:]}).tab_stubhead(self.columns[0].head)
        right = [c.name for c in self.columns[1:] if c.is_number]
        left = [c.name for c in self.columns[1:] if not c.is_number]
        table = table.cols_align("right", right) if right else table
        table = table.cols_align("left", left) if left else table
        for note in self.notes:
            table = table.tab_source_note(md(escape(note)))
        return table
