"""What a floor may do: files are opened in sources and batch only; terms, methods and presentation are pure."""

import ast
from collections.abc import Iterator

from tests.house.source import Source

OPEN_FILES = ("sources", "batch", "reference")  # reference opens its own, which come with the package
MAY_DIFFER = ("sources", "batch", "cli", "__main__")  # these may read a clock or the environment

FILE_MODULES = ("os", "shutil", "tempfile", "glob", "fileinput", "zipfile", "sqlite3", "importlib.resources")
FILE_FUNCTIONS = (
    "open",
    "io.open",
    "numpy.load",
    "numpy.save",
    "numpy.savez",
    "numpy.loadtxt",
    "numpy.savetxt",
    "numpy.genfromtxt",
    "numpy.fromfile",
    "openpyxl.load_workbook",
    "jinja2.FileSystemLoader",
    "jinja2.PackageLoader",
)
# Templates are code of ours that comes with the package: presentation loads its own, in one place (decision 0082).
TEMPLATE_LOADER = ("presentation/markup.py", "jinja2.PackageLoader")
FILE_METHODS = (
    *("open", "read_text", "read_bytes", "write_text", "write_bytes"),
    *("mkdir", "touch", "unlink", "rmdir", "iterdir", "rglob", "exists", "is_file", "is_dir", "tofile"),
)
WRITERS = ("to_csv", "to_excel", "to_feather", "to_html", "to_json", "to_parquet", "to_pickle", "write_workbook")
WRITER_TARGETS = ("path_or_buf", "path", "buf", "excel_writer", "filename")

CHANGING_MODULES = ("time", "os", "random", "secrets", "uuid", "locale", "getpass", "platform", "socket")
CLOCK_METHODS = ("now", "today", "utcnow")
SEEDED = ("default_rng", "Generator", "SeedSequence", "BitGenerator", "PCG64")
GLOBAL_OPTIONS = (
    *("pandas.set_option", "pandas.reset_option", "pandas.options"),
    *("numpy.seterr", "numpy.set_printoptions", "decimal.getcontext"),
)
WARNING_FILTERS = ("warnings.filterwarnings", "warnings.simplefilter", "warnings.resetwarnings")


def file_faults(source: Source) -> Iterator[str]:
    """Every place outside sources and batch that opens, writes or looks for a file."""
    if source.floor in OPEN_FILES:
        return
    for line, name in source.imports:
        if any(name == module or name.startswith(f"{module}.") for module in FILE_MODULES):
            yield source.fault(line, f"imports {name}; files are opened in sources and batch only")
    for call, name in source.calls():
        if _opens_file(call, name) and (source.path.as_posix(), name) != TEMPLATE_LOADER:
            yield source.fault(call.lineno, f"calls {name}; files are opened in sources and batch only")


def _opens_file(call: ast.Call, name: str) -> bool:
    method = name.rpartition(".")[2]
    if name in FILE_FUNCTIONS or name.startswith("pandas.read_"):
        return True
    if not isinstance(call.func, ast.Attribute):
        return False
    if method in WRITERS:
        return bool(call.args) or any(keyword.arg in WRITER_TARGETS for keyword in call.keywords)
    if method == "savefig":  # a buffer held in a name is no file
        return any(isinstance(argument, ast.Constant | ast.JoinedStr | ast.BinOp) for argument in call.args)
    return method in FILE_METHODS


def purity_faults(source: Source) -> Iterator[str]:
    """Every use of a clock, the environment, unseeded randomness or a global option on the floors that are pure."""
    if source.floor in MAY_DIFFER:
        return
    for line, name in source.imports:
        if name.partition(".")[0] in CHANGING_MODULES:
            yield source.fault(line, f"imports {name}; the same inputs must give the same answer")
    shielded = _lines_that_restore_warnings(source)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Global):
            yield source.fault(node.lineno, "changes a global name")
        elif isinstance(node, ast.Attribute | ast.Name) and source.full_name(node) in GLOBAL_OPTIONS:
            yield source.fault(node.lineno, f"uses the global option {source.full_name(node)}")
    for call, name in source.calls():
        if isinstance(call.func, ast.Attribute) and call.func.attr in CLOCK_METHODS:
            yield source.fault(call.lineno, f"reads the clock with {name}")
        elif name in WARNING_FILTERS and call.lineno not in shielded:
            yield source.fault(call.lineno, f"calls {name} outside warnings.catch_warnings")
        elif _draws_unseeded(call, name):
            yield source.fault(call.lineno, f"calls {name} without a seed that was passed in")


def _draws_unseeded(call: ast.Call, name: str) -> bool:
    method = name.rpartition(".")[2]
    if method == "rvs":
        return not any(keyword.arg == "random_state" for keyword in call.keywords)
    if method == "default_rng":
        seeds = [*call.args, *(keyword.value for keyword in call.keywords)]
        return not seeds or (isinstance(seeds[0], ast.Constant) and seeds[0].value is None)
    return name.startswith("numpy.random.") and method not in SEEDED


def _lines_that_restore_warnings(source: Source) -> set[int]:
    lines: set[int] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.With) and any(
            isinstance(item.context_expr, ast.Call)
            and source.full_name(item.context_expr.func) == "warnings.catch_warnings"
            for item in node.items
        ):
            lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines
