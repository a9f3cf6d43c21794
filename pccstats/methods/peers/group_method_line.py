"""The words that say how a comparison with peers was made."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pccstats.methods.peers.benchmarks import BENCHMARKS
from pccstats.methods.peers.group_options import GroupOptions
from pccstats.methods.peers.group_windows import GroupWindow
from pccstats.methods.peers.peer_comparison import Yardstick
from pccstats.methods.peers.peer_interval import NONE, OVERDISPERSION
from pccstats.terms.periods import MONTHS_IN_A_YEAR
from pccstats.terms.plan import Group
from pccstats.terms.series import Series, provenance_of

CHOSEN_BY_ANALYST = "chosen by the analyst"


def group_method_line(
    taken: GroupWindow,
    stick: Yardstick,
    options: GroupOptions,
    series_by_area: Mapping[str, Series],
    group: Group | None,
    exposure_given: str,
) -> str:
    """In words: window, benchmark, over-dispersion, interval, rank interval, exposure, membership."""
    sentences = [
        f"Benchmark: {BENCHMARKS[options.benchmark]}.",
        _state(taken, options),
        *_limits(taken, stick, options),
        _exposure(taken, series_by_area, exposure_given),
        _membership(taken, series_by_area, group),
        f"Change is on the {MONTHS_IN_A_YEAR} months before.",
        provenance_of(series_by_area[area] for area in taken.areas),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _state(taken: GroupWindow, options: GroupOptions) -> str:
    others = len(taken.areas) - 1
    form = "normal" if options.overdispersion == NONE else f"t, {others - 1} degrees of freedom"
    return (
        f"State: the force's figure against the {100 * options.confidence:g}% interval that the other {others} forces "
        f"predict ({form})."
    )


def _limits(taken: GroupWindow, stick: Yardstick, options: GroupOptions) -> list[str]:
    """Funnel limits and the interval of the rank, or why there are none."""
    if np.isnan(taken.figures.exposure).any():
        return ["The number of respondents is not known: no funnel limits and no rank interval can be given."]
    phi = max(1.0, float(taken.figures.phi[0]))
    return [
        f"Funnel limits: {OVERDISPERSION[options.overdispersion]}{_dispersion_seen(stick, options)}.",
        f"{100 * options.confidence:g}% rank interval: {options.simulations:,} simulations, seed {options.seed}.",
        f"Noise of a force's own year: {phi:.1f} times chance, from {taken.noise_from}.",
    ]


def _exposure(taken: GroupWindow, series_by_area: Mapping[str, Series], exposure_given: str) -> str:
    if exposure_given:
        return f"Rates use the {exposure_given} given by the analyst."
    vintages = dict.fromkeys(series_by_area[area].population_vintage for area in taken.areas)
    vintage = ", ".join(text for text in vintages if text)
    return f"Population: {vintage}." if vintage and not taken.figures.is_share else ""


def _dispersion_seen(stick: Yardstick, options: GroupOptions) -> str:
    phi, tau = float(stick.phi[0, 0]), float(np.sqrt(stick.tau2[0, 0]))
    return {"additive": f", tau = {tau:.3g}", "multiplicative": f", phi = {phi:.3g}"}.get(options.overdispersion, "")


def _membership(taken: GroupWindow, series_by_area: Mapping[str, Series], group: Group | None) -> str:
    """Who is in the group and how sure that is, who is missing, and who was given but does not belong."""
    if group is None:
        words = f"Group: the {len(taken.areas)} forces given, {CHOSEN_BY_ANALYST}."
    else:
        source = f", source: {group.source}" if group.source else ""
        words = f"Group: {group.name}, {group.status} membership{source}; a group is not mutual."
        outside = sorted(set(series_by_area) - set(group.areas))
        words += f" Given but not in the group: {', '.join(outside)}." if outside else ""
    return words + (f" Missing: {'; '.join(taken.missing)}." if taken.missing else "")
