"""Many p-values from smallest to largest, against the line they must lie under to stand together."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.charts.parts import end_labels
from pccstats.presentation.draw import draw
from pccstats.presentation.sentences.change import describe_false_discovery
from pccstats.presentation.style import DATA, OTHERS, QUIET, finish, house_style, new_chart
from pccstats.terms.results.false_discovery import FalseDiscovery

PLOT_HEIGHT = 2.4
SHOWN_ABOVE_LEVEL = 4  # times the level: beyond it p-values say nothing here


@draw.register
def draw_false_discovery(result: FalseDiscovery) -> Figure:
    """Filled marks stand when read together; hollow ones are flags alone or none."""
    tested = result.points.dropna(subset="p_value").sort_values("p_value", kind="stable")
    rank = np.arange(1, len(tested) + 1)
    top = SHOWN_ABOVE_LEVEL * result.level
    shown = (tested["p_value"] <= top).to_numpy()
    stands = (tested["q_value"] < result.level).to_numpy()
    with house_style():
        figure, axes = new_chart()
        axes.axhline(result.level, color=QUIET, linewidth=0.9, linestyle=(0, (4, 3)))
        axes.plot([0, len(tested)], [0, result.level], color=OTHERS, linewidth=1.1)
        for is_kept, face in ((True, DATA), (False, "none")):
            of_kind = shown & (stands == is_kept)
            axes.plot(
                rank[of_kind],
                tested["p_value"].to_numpy()[of_kind],
                "o",
                color=DATA,
                markerfacecolor=face,
                markersize=5,
            )
        axes.set_ylim(-0.04 * top, top)
        axes.set_xlim(0, max(len(tested), 1) + 0.5)
        axes.set_xlabel("Tests, smallest p first")
        end_labels(axes, [(result.level, f"p of {result.level:g}", QUIET)], plot_height=PLOT_HEIGHT)
        return finish(
            figure,
            headline=f"{result.flags} flags in {result.tests} tests, {result.flags_kept} stand when read together",
            subtitle=(
                f"p-values up to {top:g}; marks under the rising line, and all before the last of them, are filled; "
                f"{numbers.plain(result.expected_false_flags, 1)} flags expected by chance"
            ),
            alt_text=f"p-values from smallest to largest. {describe_false_discovery(result)}",
            left=0.6,
            right=0.9,
            bottom=0.55,
        )
