"""Write the list of recovered quarters of the shipped plan into the page that explains them.

    python tools/list_recovered_quarters.py

Goes through every official measure of the plan and every force of its group, and writes what could be recovered, and
why the rest could not, between two marks of docs/methods/recovered-quarters.md. A test holds the page to it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pccstats as pcc
from pccstats.review.official import OfficialSeries, official_series

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "methods" / "recovered-quarters.md"
BEGIN, END = "<!-- begin list -->\n", "<!-- end list -->\n"


def listed(data: pcc.Observations) -> str:
    """Two tables: the plan's own force in full, then every force of the group in a word each."""
    plan = data.plan
    measures = [measure for measure in plan.supporting if measure.key.startswith("official.")]
    forces = plan.groups[0].areas
    found = {
        (measure.key, force): official_series(measure.key, force, data, plan)
        for measure in measures
        for force in forces
    }
    lines = [
        f"{plan.focus}, by measure:",
        "",
        "| official measure | quarters | least and most in a quarter | days not counted: would hold (expected) |",
        "|---|---|---:|---:|",
    ]
    for measure in measures:
        held = found[measure.key, plan.focus]
        lines.append(f"| {measure.name.removesuffix(', official')} | {' | '.join(_in_full(held))} |")
    anchored = [measure for measure in measures if measure.anchor is not None]
    lines += ["", "Every force of the group, by measure that has an anchor:", ""]
    lines.append("| force | " + " | ".join(measure.name.removesuffix(", official") for measure in anchored) + " |")
    lines.append("|---" * (len(anchored) + 1) + "|")
    for force in forces:
        lines.append(f"| {force} | " + " | ".join(_in_a_word(found[m.key, force]) for m in anchored) + " |")
    return "\n".join(lines) + "\n"


def _in_full(held: OfficialSeries | None) -> tuple[str, str, str]:
    if held is None:
        return "no figures", "", ""
    rest = held.differences.remainder if held.differences is not None else None
    expected = f"{rest.events:,.0f} ({rest.low:,.0f} to {rest.high:,.0f})".replace("-", "−") if rest else ""
    if held.quarters is None:
        reason = "differences and bounds alone: no anchor" if rest is None else "refused: differences alone"
        return (reason if held.differences is not None else "years alone: not three months apart"), "", expected
    quarter = held.quarters.points["quarter"]
    ends = held.quarters.points["quarter_end"]
    return (
        f"{len(quarter)}, to {ends.iloc[0]} up to {ends.iloc[-1]}",
        f"{quarter.min():,.0f} to {quarter.max():,.0f}",
        expected,
    )


def _in_a_word(held: OfficialSeries | None) -> str:
    if held is None:
        return "no figures"
    if held.quarters is not None:
        return "yes"
    rest = held.differences.remainder if held.differences is not None else None
    if rest is None:
        return "no"
    return "no: below nought" if rest.is_in_keeping else f"no: {rest.events:,.0f}".replace("-", "−")


def main() -> None:
    """Write the list into its page."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    data = pcc.read_observations(ROOT / "data" / "processed")
    PAGE.write_text(before + BEGIN + listed(data) + END + after, encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} is up to date.\n")


if __name__ == "__main__":
    main()
