"""Who may import whom: the floors, and which floor each third party belongs to."""

from collections.abc import Iterator

from tests.house.source import PACKAGE, Source

MIDDLE = ("methods", "sources", "presentation")
MAY_IMPORT = {
    "terms": {"terms"},
    "reference": {"reference", "terms"},
    **{floor: {floor, "terms"} for floor in MIDDLE},
    "sources": {"sources", "reference", "terms"},
    "review": {"review", "methods", "terms"},
    "bench": {"bench", "review", "presentation", "terms"},
    "batch": {"batch", "reference", "review", "terms", *MIDDLE, PACKAGE},
    "cli": {"batch", "cli", "reference", "review", "terms", *MIDDLE, PACKAGE},
    "__main__": {"cli"},
    "__init__": {"bench", "review", "terms", *MIDDLE},
}
BELONGS_TO = {
    "matplotlib": {"presentation"},
    "mpl_toolkits": {"presentation"},
    "great_tables": {"presentation"},
    "ipywidgets": {"bench"},
    "docx": {"batch"},
    "xlsxwriter": {"batch"},
    "papermill": {"batch"},
    "nbclient": {"batch"},
    "nbconvert": {"batch"},
    "nbformat": {"batch"},
    "jupyter_client": {"batch"},
    "jupyter_core": {"batch"},
    # the top computes nothing, and neither does presentation
    "scipy": {"methods"},
    "numpy": {"terms", "review", *MIDDLE},
}
FOR_ITS_FORKS = "batch/kernel_server.py"  # computes nothing with what it imports: the notebooks it becomes do


def import_faults(source: Source) -> Iterator[str]:
    """Every import that goes up, sideways, or to a third party of another floor."""
    if source.floor not in MAY_IMPORT:
        yield source.fault(1, f"belongs to no floor ({', '.join(MAY_IMPORT)})")
        return
    for line, name in source.imports:
        first, *rest = name.split(".")
        if first == PACKAGE:
            floor = rest[0] if rest and rest[0] in MAY_IMPORT else PACKAGE
            if floor not in MAY_IMPORT[source.floor]:
                yield source.fault(line, f"{source.floor} may not import {name}")
        elif " " in name:
            yield source.fault(line, f"imports {name}")
        elif source.floor not in BELONGS_TO.get(first, {source.floor}) and source.path.as_posix() != FOR_ITS_FORKS:
            yield source.fault(line, f"{first} is used in {', '.join(sorted(BELONGS_TO[first]))} only")
