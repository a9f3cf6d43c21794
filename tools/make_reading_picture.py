"""Draw docs/pictures/how-to-read.png: a chart of real months with letters on its parts, which docs/readers.md explains.

    python tools/make_reading_picture.py [PICTURE]

Burglary in Leicestershire to September 2022, from the example that ships, as the pack draws it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from matplotlib.figure import Figure

import pccstats as pcc

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "pictures" / "how-to-read.png"
INK = "#1d2433"
# What each letter points at: which panel (0 the chart, 1 the one beneath), where in it as parts of width and height.
PLACES = {
    "A": (0, 0.195, 0.40),  # a month
    "B": (0, 0.47, 0.555),  # the expected level
    "C": (0, 0.75, 0.73),  # the limits
    "D": (0, 0.885, 0.79),  # a signal
    "E": (0, 0.018, 0.93),  # a month too far out to set limits
    "F": (0, 0.40, 0.05),  # a dated event
    "G": (0, 0.945, 0.05),  # the quarter reported
    "H": (1, 0.87, 0.55),  # differences added up
}


def lettered() -> Figure:
    """The chart, with its parts lettered."""
    data = pcc.example("leicestershire-2022")
    burglary = data.series("3.burglary", area="Leicestershire", until="2022-09")
    figure = pcc.draw(pcc.expected_level(burglary))
    for letter, (panel, across, up) in PLACES.items():
        figure.axes[panel].text(
            across,
            up,
            letter,
            transform=figure.axes[panel].transAxes,
            ha="center",
            va="center",
            color="white",
            fontsize=9,
            fontweight="bold",
            bbox={"boxstyle": "circle,pad=0.25", "facecolor": INK, "edgecolor": "white"},
            zorder=10,
        )
    return figure


def main(picture: Path = PICTURE) -> None:
    """Write the picture; the same bytes each time with the same matplotlib."""
    lettered().savefig(picture, dpi=110, facecolor="white", metadata={"Software": None})
    sys.stdout.write(f"{picture.name} is up to date.\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
