"""The shape of the house: how long its modules are, whether folders go in circles, how deep a chain of imports is."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from tests.house.source import PACKAGE, Source

DEEPEST_CHAIN = 14

Arrows = Mapping[str, set[str]]


def arrows_between(package: Sequence[Source]) -> Arrows:
    """Which modules each module imports when it is itself imported; what a function imports later is no arrow."""
    modules = {module_of(source) for source in package}
    return {module_of(source): set(_imported(source, modules)) for source in package}


def module_of(source: Source) -> str:
    """The dotted name of a module; a package goes by the name of its folder."""
    parts = source.path.with_suffix("").parts
    return ".".join((PACKAGE, *(parts[:-1] if parts[-1] == "__init__" else parts)))


def folder_circles(package: Sequence[Source]) -> Iterator[str]:
    """Every two folders of which neither lies in the other and each imports the other."""
    folder_of = {module_of(source): ".".join((PACKAGE, *source.path.parts[:-1])) for source in package}
    between: defaultdict[str, set[str]] = defaultdict(set)
    for module, imported in arrows_between(package).items():
        between[folder_of[module]] |= {folder_of[other] for other in imported} - {folder_of[module]}
    for one, others in sorted(between.items()):
        for other in sorted(others):
            is_nested = one.startswith(f"{other}.") or other.startswith(f"{one}.")
            if one < other and not is_nested and one in between[other]:
                yield f"{one} and {other} import each other"


def deepest_chain(arrows: Arrows) -> list[str]:
    """The longest chain of modules that import one another, from the top down; a circle of modules is refused."""
    longest: dict[str, list[str]] = {}

    def chain(module: str, above: tuple[str, ...]) -> list[str]:
        if module in above:
            raise AssertionError(f"modules import one another in a circle: {' > '.join((*above, module))}")
        if module not in longest:
            below = [chain(other, (*above, module)) for other in sorted(arrows[module])]
            longest[module] = [module, *max(below, key=len, default=[])]
        return longest[module]

    return max((chain(module, ()) for module in arrows), key=len)


def _imported(source: Source, modules: set[str]) -> Iterator[str]:
    for node in source.tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == PACKAGE:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in modules else str(node.module)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
