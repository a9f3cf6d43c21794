"""Tables of the benchmarks, printed and put into the pages of the docs between markers of their name."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd


def markdown(table: pd.DataFrame) -> str:
    """A table as the pages hold it: words to the left, figures to the right."""
    lines = [[str(cell) for cell in row] for row in table.itertuples(index=False, name=None)]
    head = [[str(name) for name in table.columns], ["---"] + ["---:"] * (len(table.columns) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [*head, *lines])


def give(page: Path, made: Mapping[str, str | pd.DataFrame], *, write: bool) -> None:
    """Print each table, or text, and put those that have a place in the page there if asked to."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    for name, table in made.items():
        told = table if isinstance(table, str) else markdown(table)
        print(f"\n{name}\n{told}", flush=True)
        begin, end = f"<!-- {name} -->", f"<!-- end {name} -->"
        if begin in text:
            before, rest = text.split(begin)
            text = f"{before}{begin}\n{told}\n{end}{rest.split(end)[1]}"
    if write:
        page.write_text(text, encoding="utf-8")
