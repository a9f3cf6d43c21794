"""How many published figures reproduce, in one sentence and without blame."""

from __future__ import annotations

from pccstats.presentation.describe import describe
from pccstats.terms.results.replay import Replay


@describe.register
def describe_replay(result: Replay) -> str:
    """`Of 63 published figures 44 reproduce from their inputs, 3 only by cutting off digits, ...`."""
    count = result.summary().iloc[0]
    return (
        f"Of {count['figures']} published figures {count['reproduces']} reproduce from the numbers printed with them, "
        f"{count['only_truncated']} only by cutting off digits where rounding gives another, "
        f"{count['does_not_follow']} do not follow from those numbers, "
        f"and {count['text']} are words, information or a conjecture."
    )
