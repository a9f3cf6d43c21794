"""Statistics for police performance: expected levels, change, peers and projections, with their working shown.

Every public name and its types stand in `__init__.pyi`; a name brings its module, and what that needs, when it is first
used.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import lazy_loader

if TYPE_CHECKING:
    from pccstats.presentation.take_away import Sections
    from pccstats.terms.results.base import Result

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def _mimebundle(
    result: Result | Sections, include: Any = None, exclude: Any = None, *, is_of_a_pack: bool = False
) -> dict[str, Any]:
    """What IPython shows for a result, or for several in sections; the first one shown brings the pages in."""
    from pccstats.presentation.pages.display import mimebundle  # noqa: PLC0415

    return mimebundle(result, include, exclude, is_of_a_pack=is_of_a_pack)


def load_ipython_extension(shell: Any) -> None:
    """Teach a running notebook to show results, known to it by the name of their type; IPython asks by this name."""
    formatter = shell.display_formatter.mimebundle_formatter
    is_of_a_pack = bool(shell.config.PccStats.get("is_of_a_pack"))  # see batch.kernel
    shown = partial(_mimebundle, is_of_a_pack=is_of_a_pack)
    formatter.for_type_by_name("pccstats.terms.results.base", "Result", shown)
    formatter.for_type_by_name("pccstats.presentation.take_away", "Sections", shown)
    if is_of_a_pack:
        from pccstats.terms.memory import collect_seldom  # noqa: PLC0415 an analyst's kernel is left as it is

        collect_seldom()
    if noted_in := shell.config.PccStats.get("looks_noted_in"):
        from pccstats.sources.looks import note_looks_in  # noqa: PLC0415 in a kernel of a pack alone

        note_looks_in(str(noted_in), shell.events)


def _show_results_in_notebooks() -> None:
    """Have the notebook that imports this show results; elsewhere this does nothing."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        load_ipython_extension(shell)


_show_results_in_notebooks()
