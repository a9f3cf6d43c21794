"""The workbench: every series in the order of its signals, and one of them tried every way, in a notebook."""

from importlib.util import find_spec

from pccstats.terms.errors import Problem, RequestProblem

if find_spec("ipywidgets") is None:  # an extra, wanted by those who work in notebooks
    raise RequestProblem(
        Problem(
            "The workbench needs ipywidgets and JupyterLab, which are not installed.",
            next_step="Install them with `python -m pip install ipywidgets jupyterlab`, and start the notebook again.",
        )
    )
