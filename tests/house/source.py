"""A module of the package as the house rules see it: its floor, its syntax tree, and what its names stand for."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

PACKAGE = "pccstats"


@dataclass(frozen=True)
class Source:
    """One file of the package: its path below the package folder, and its text."""

    path: PurePosixPath
    text: str
    tree: ast.Module = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tree", ast.parse(self.text))

    @property
    def floor(self) -> str:
        """The folder it lies in, or the file's own name where it lies in none: `terms`, `methods`, ..., `cli`."""
        return self.path.parts[0] if len(self.path.parts) > 1 else self.path.stem

    @cached_property
    def imports(self) -> tuple[tuple[int, str], ...]:
        """Line and full dotted name of everything imported, wherever in the file and in whatever way."""
        return tuple(self._imports())

    def _imports(self) -> Iterator[tuple[int, str]]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node.lineno, f"{self._origin(node)}.{alias.name}") for alias in node.names)
            elif isinstance(node, ast.Call) and self.full_name(node.func) in ("importlib.import_module", "__import__"):
                yield node.lineno, _written_out(node.args[0] if node.args else None)

    def _origin(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        folder = (PACKAGE, *self.path.parts[:-1])
        return ".".join((*folder[: len(folder) - node.level + 1], *((node.module,) if node.module else ())))

    @cached_property
    def _aliases(self) -> dict[str, str]:
        names = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                names |= {alias.asname: alias.name for alias in node.names if alias.asname}
            elif isinstance(node, ast.ImportFrom):
                names |= {alias.asname or alias.name: f"{self._origin(node)}.{alias.name}" for alias in node.names}
        return names

    def full_name(self, node: ast.expr) -> str:
        """`np.random.rand` as `numpy.random.rand`; of anything longer than a dotted name, `?` and the attributes."""
        if isinstance(node, ast.Name):
            return self._aliases.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            return f"{self.full_name(node.value)}.{node.attr}"
        return "?"

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Every call with the full name of what is called."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node, self.full_name(node.func)

    def fault(self, line: int, what: str) -> str:
        """One fault in words, with its place."""
        return f"{PACKAGE}/{self.path}, line {line}: {what}"


def _written_out(named: ast.expr | None) -> str:
    """The module that a call imports, as far as its name is written out: at least to the folder it lies in."""
    if isinstance(named, ast.JoinedStr):
        start = named.values[0]
        if isinstance(start, ast.Constant) and str(start.value).endswith("."):
            return f"{start.value}?"
    if isinstance(named, ast.Constant) and isinstance(named.value, str):
        return named.value
    return "a module whose name is not written out"
