"""The cells of a pack's notebooks run bare: in one process, one after another, their outputs formatted and let go.

What no way of making a pack can do without: importing once, computing, drawing, turning results into HTML, SVG and PNG.

    python benchmarks/bare_cells.py 2015/16-Q1 data

The data folder must have been built. Prints a line a page with its seconds of CPU.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import time
from pathlib import Path

os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # before anything is imported, as in a kernel

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config


def main(quarter: str, data: Path) -> None:
    """Run the cells of every page of a quarter's pack; a cell that fails ends it all."""
    config = Config()
    config.PccStats.is_of_a_pack = True
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)  # before pccstats, which teaches it to show results

    from pccstats import sources  # noqa: PLC0415
    from pccstats.batch.jobs import is_run, plan_jobs, read_catalogue, read_notebook  # noqa: PLC0415
    from pccstats.batch.request import Request  # noqa: PLC0415

    request = Request.read(quarter, data, data.parent / "never-written")
    for job in plan_jobs(request, read_catalogue(request.notebooks), sources.read_plan(request.data)):
        began = time.process_time()
        shell.reset(new_session=False)
        for cell in filter(is_run, read_notebook(job.notebook).cells):
            source = cell.source
            if "parameters" in cell.metadata.get("tags", []):
                source += "".join(f"\n{name} = {value!r}" for name, value in job.parameters.items())
            with contextlib.redirect_stdout(io.StringIO()):
                ran = shell.run_cell(source)
            ran.raise_error()
        print(f"{job.page} {time.process_time() - began:.2f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]).resolve())
