"""An area comparison as a chart: months side by side, a funnel of change, or a funnel of rates."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from pccstats.presentation.charts.area_funnel import draw_change_funnel, draw_rate_funnel
from pccstats.presentation.charts.small_multiples import draw_small_multiples
from pccstats.presentation.draw import draw
from pccstats.presentation.style import house_style
from pccstats.terms.results.area_comparison import AreaComparison

VIEWS: dict[str, Callable[[AreaComparison], Figure]] = {
    "months": draw_small_multiples,
    "change": draw_change_funnel,
    "rates": draw_rate_funnel,
}


@draw.register
def draw_areas(result: AreaComparison, *, view: str = "months") -> Figure:
    """Draw areas side by side: `months` (small multiples), `change` or `rates` (funnels)."""
    if view not in VIEWS:
        raise ValueError(f"{view!r} is not a view of areas. Write {', '.join(VIEWS)}.")
    with house_style():
        return VIEWS[view](result)
