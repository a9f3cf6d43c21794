"""The same figures under a plan that asks less, for what is true of each indicator whatever else is asked."""

from dataclasses import replace

from pccstats.terms.observations import Observations


def with_priorities(data: Observations, *numbers: int) -> Observations:
    """The figures with a plan of these priorities alone, each in its theme."""
    shorter = tuple(
        replace(theme, priorities=kept)
        for theme in data.plan.themes
        if (kept := tuple(priority for priority in theme.priorities if priority.number in numbers))
    )
    return replace(data, plan=replace(data.plan, themes=shorter))
