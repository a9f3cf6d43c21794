"""Simulate how often each rule and rule set finds a signal in a steady series, and write the table that ships.

    python tools/make_false_alarm_table.py            writes pccstats/methods/level/false_alarms.py
    python tools/make_false_alarm_table.py --print    prints it as a table for docs/methods/expected-level.md
    python tools/make_false_alarm_table.py --quarters prints the rates of as many figures as series of quarters have,
                                                      beside those that the shipped table gives by straight lines

Months are independent normal figures; limits are those of the individuals chart, from all months or from the first.
20,000 series each, so a rate is within 0.7 percentage points of the truth.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from pccstats.methods.level.charts import D2_PAIR
from pccstats.methods.level.rules import RULE_SETS, RULES, Standing, false_alarms_of, find_signals

SEED = 20150630
SERIES = 20_000
BASELINE_MONTHS = (8, 12, 18, 24, 36, 48, 60, 75, 96, 120, 180, 240)
FROZEN_AT = (12, 24, 36, 60)
AFTER_MONTHS = (12, 24, 36, 60)
QUARTERS = (12, 16, 20, 24, 28, 32, 36, 40)  # three to ten years
QUARTERS_AFTER = ((12, 4), (20, 4), (20, 8), (24, 8), (36, 4), (36, 8))  # baseline, and later ones judged by it
TARGET = Path(__file__).parents[1] / "pccstats" / "methods" / "level" / "false_alarms.py"


def rates(rng: np.random.Generator, baseline: int, after: int) -> dict[str, float]:
    """The part of steady series with at least one signal, by rule and rule set."""
    figures = rng.standard_normal((SERIES, baseline + after))
    setting = figures[:, :baseline]
    sigma = np.abs(np.diff(setting, axis=1)).mean(axis=1, keepdims=True) / D2_PAIR
    z = (figures - setting.mean(axis=1, keepdims=True)) / sigma
    standing = Standing(z, np.sign(z).astype(np.int8), z)
    flags = find_signals(standing, tuple(RULES.values())).flags
    any_month = {name: months.any(axis=1) for name, months in flags.items()}
    for name, members in RULE_SETS.items():
        any_month[name] = np.any([any_month[rule.name] for rule in members.rules], axis=0)
    return {name: round(float(found.mean()), 4) for name, found in any_month.items()}


def of_quarters(rng: np.random.Generator) -> None:
    """Print simulated rates of the rule sets for so many figures, with what the shipped table says in brackets."""
    for heading, lengths in (
        ("rules, every quarter setting the limits", [(count, 0) for count in QUARTERS]),
        ("rules, baseline quarters + later ones", QUARTERS_AFTER),
    ):
        simulated = [rates(rng, *pair) for pair in lengths]
        names = [f"{baseline} + {after}" if after else f"{baseline}" for baseline, after in lengths]
        print(f"\n| {heading} | {' | '.join(names)} |\n{'|---' * (len(names) + 1)}|")
        for name, members in RULE_SETS.items():
            said = [false_alarms_of(members.rules, [pair]).rate or 0.0 for pair in lengths]
            cells = [f"{100 * row[name]:.1f}% ({100 * told:.1f}%)" for row, told in zip(simulated, said, strict=True)]
            print(f"| `{name}` | {' | '.join(cells)} |")


def main() -> None:
    """Write or print the table."""
    rng = np.random.default_rng(SEED)
    if "--quarters" in sys.argv:
        of_quarters(rng)
        return
    within = [rates(rng, months, 0) for months in BASELINE_MONTHS]
    after = {months: [rates(rng, months, more) for more in AFTER_MONTHS] for months in FROZEN_AT}
    if "--print" in sys.argv:
        print("| rules | " + " | ".join(f"{months}" for months in BASELINE_MONTHS) + " |")
        print("|---" * (len(BASELINE_MONTHS) + 1) + "|")
        for name in (*RULE_SETS, *RULES):
            print(f"| `{name}` | " + " | ".join(f"{100 * row[name]:.1f}%" for row in within) + " |")
        return
    lines = [
        '"""Chance that a steady series gets a signal, by rule and months; made by tools/make_false_alarm_table.py."""',
        "",
        "from __future__ import annotations",
        "",
        f"BASELINE_MONTHS = {BASELINE_MONTHS}",
        f"AFTER_MONTHS = {AFTER_MONTHS}",
        "# Every month sets the limits: one rate for each of BASELINE_MONTHS.",
        "WITHIN_BASELINE: dict[str, tuple[float, ...]] = {",
        *(f'    "{name}": {tuple(row[name] for row in within)},' for name in (*RULE_SETS, *RULES)),
        "}",
        "# So many months set the limits and AFTER_MONTHS more are judged by them: one rate for each of AFTER_MONTHS.",
        "AFTER_BASELINE: dict[str, dict[int, tuple[float, ...]]] = {",
    ]
    for name in (*RULE_SETS, *RULES):
        lines.append(f'    "{name}": {{')
        lines += [f"        {months}: {tuple(row[name] for row in rows)}," for months, rows in after.items()]
        lines.append("    },")
    TARGET.write_text("\n".join([*lines, "}"]) + "\n", encoding="utf-8")
    print(f"{TARGET} is written; `ruff format` puts it into the house's form.")


if __name__ == "__main__":
    main()
