"""The house rules find what they are there to find and leave the rest alone: a check must be able to fail."""

from pathlib import PurePosixPath

import pytest

from tests.house.conduct import file_faults, purity_faults
from tests.house.floors import import_faults
from tests.house.kept import foreign_lines, has_run
from tests.house.markup import markup_faults
from tests.house.polarity import polarity_faults
from tests.house.rules import CHECKS, Check
from tests.house.shape import arrows_between, deepest_chain, folder_circles
from tests.house.source import Source
from tests.house.words import MOST_LINES, shortness_faults, size_faults, word_faults


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (import_faults, "terms/a.py", "from pccstats.methods.rates import rate"),
        (import_faults, "methods/a.py", "from pccstats import sources"),
        (import_faults, "methods/a.py", "import pccstats"),
        (import_faults, "methods/a.py", "from ..presentation import draw"),
        (import_faults, "methods/deep/a.py", "from ...sources import read_plan"),
        (import_faults, "presentation/a.py", "def draw():\n    from pccstats.methods import rates"),
        (import_faults, "sources/a.py", "import importlib\nimportlib.import_module('pccstats.methods')"),
        (import_faults, "sources/a.py", "from importlib import import_module\nimport_module(name)"),
        (import_faults, "sources/a.py", "import pccstats.batch.run"),
        (import_faults, "__init__.py", "from pccstats.batch import run"),
        (import_faults, "extras/a.py", ""),
        (import_faults, "methods/a.py", "import matplotlib.pyplot as plt"),
        (import_faults, "sources/a.py", "from papermill import execute_notebook"),
        (import_faults, "presentation/a.py", "import jupyter_client"),
        (import_faults, "batch/a.py", "import numpy as np"),
        (import_faults, "cli.py", "from scipy import stats"),
        (file_faults, "methods/a.py", "open('a.csv')"),
        (file_faults, "methods/a.py", "import pandas as pd\npd.read_csv(path)"),
        (file_faults, "methods/a.py", "from pandas import read_parquet\nread_parquet(path)"),
        (file_faults, "presentation/a.py", "frame.to_csv('a.csv', index=False)"),
        (file_faults, "presentation/a.py", "frame.to_parquet(path=where)"),
        (file_faults, "presentation/a.py", "figure.savefig(f'{name}.svg')"),
        (file_faults, "presentation/a.py", "from importlib.resources import files"),
        (file_faults, "presentation/a.py", "import jinja2\njinja2.PackageLoader('pccstats.presentation')"),
        (file_faults, "presentation/markup.py", "import jinja2\njinja2.FileSystemLoader('a')"),
        (markup_faults, "presentation/a.py", "text = f'<b>{words}'"),
        (markup_faults, "batch/a.py", "text = '<p>' + words"),
        (markup_faults, "presentation/pages/a.py", "text = '<b>{}</b>'.format(words)"),
        (markup_faults, "presentation/a.py", "text = '<b>%s</b>' % words"),
        (file_faults, "terms/a.py", "from pathlib import Path\nPath('a').read_text()"),
        (file_faults, "terms/a.py", "(folder / 'a').open()"),
        (file_faults, "cli.py", "import shutil"),
        (purity_faults, "methods/a.py", "import time"),
        (purity_faults, "methods/a.py", "from datetime import datetime\ndatetime.now()"),
        (purity_faults, "methods/a.py", "import pandas as pd\npd.Timestamp.today()"),
        (purity_faults, "methods/a.py", "from os import environ"),
        (purity_faults, "methods/a.py", "import numpy as np\nnp.random.normal()"),
        (purity_faults, "methods/a.py", "from numpy.random import shuffle\nshuffle(rows)"),
        (purity_faults, "methods/a.py", "import numpy as np\nnp.random.default_rng()"),
        (purity_faults, "methods/a.py", "import numpy as np\nnp.random.default_rng(seed=None)"),
        (purity_faults, "methods/a.py", "stats.norm.rvs(size=9)"),
        (purity_faults, "methods/a.py", "import pandas as pd\npd.options.mode.copy_on_write = True"),
        (purity_faults, "methods/a.py", "import numpy as np\nnp.seterr(all='ignore')"),
        (purity_faults, "methods/a.py", "import warnings\nwarnings.simplefilter('ignore')"),
        (purity_faults, "presentation/a.py", "def next_number():\n    global number\n    number = 2"),
        (polarity_faults, "methods/a.py", "falls = polarity is Polarity.LOWER_IS_BETTER"),
        (polarity_faults, "presentation/a.py", "is_first = result.polarity == 'lower_is_better'"),
        (polarity_faults, "review/a.py", "STATES = {(Polarity.HIGHER_IS_BETTER, Signal.ABOVE): State.BETTER}"),
        (word_faults, "methods/a.py", "def limits(lcl, upper): ..."),
        (word_faults, "methods/a.py", "for ul99 in rows: ..."),
        (word_faults, "terms/a.py", "class KpiTable: ..."),
        (word_faults, "terms/a.py", "self.crime_metrics = 1"),
        (size_faults, "terms/a.py", "number = 1\n" * (MOST_LINES + 1)),
        (shortness_faults, "terms/a.py", "number = 1"),
        (size_faults, "terms/utils.py", ""),
        (size_faults, "methods/helpers/rates.py", ""),
    ],
)
def test_rule_finds_fault(check: Check, path: str, text: str) -> None:
    """Each rule finds the fault it is there to find."""
    assert list(check(Source(PurePosixPath(path), text)))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("terms/a.py", "from pccstats.terms.errors import Problem\nimport pandas as pd"),
        ("methods/a.py", "import numpy as np\nrandom = np.random.default_rng(seed)"),
        ("methods/a.py", "from pccstats.methods.rates import rate\nfrom ..terms import words\nfrom scipy import stats"),
        ("methods/a.py", "import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('ignore')"),
        ("methods/a.py", "draws = stats.norm.rvs(size=9, random_state=random)"),
        (
            "presentation/a.py",
            "import matplotlib\ntext = frame.to_html(index=False)\nfigure.savefig(buffer)",
        ),
        ("methods/a.py", "state = State.of(polarity.judge(signal))\nif polarity is Polarity.NEUTRAL: ..."),
        ("terms/words.py", "good = {Polarity.LOWER_IS_BETTER: Signal.BELOW}"),
        ("sources/a.py", "import pandas as pd\npd.read_csv(path)\nopen(path)"),
        ("batch/a.py", "import time\nimport papermill\nfrom pccstats import sources\nPath('a').write_text('b')"),
        ("cli.py", "from pccstats.batch.run import run"),
        ("presentation/markup.py", "import jinja2\njinja2.PackageLoader('pccstats.presentation')"),
        ("batch/a.py", "fault = f'there is a <{tag}>, not 3 < 4'"),
        ("presentation/a.py", "import importlib\nimportlib.import_module(f'pccstats.presentation.{name}')"),
    ],
)
def test_rules_leave_good_code_alone(path: str, text: str) -> None:
    """Code that keeps the rules is not blamed."""
    source = Source(PurePosixPath(path), text)
    assert [fault for check in CHECKS for fault in check(source)] == []


@pytest.mark.parametrize(
    "parts",
    [
        ("path = '", "home", "someone", "crime.csv'"),
        ("", "work", "data"),
        ("https:", "", "mirror.example", "simple"),
        ("file:", "", "", "srv", "simple"),
        ("py" + "pi.org",),
        ("--index" + "-url x",),
    ],
)
def test_foreign_line_is_seen(parts: tuple[str, ...]) -> None:
    """A path of somebody's machine and the address of a package index are recognised."""
    line = "/".join(parts)
    assert foreign_lines(line) == [line]


@pytest.mark.parametrize(
    "line", ["docs/home/page.md", "../shared/data", "--no-emit-index-url", "https://example.org/a"]
)
def test_ordinary_line_is_left_alone(line: str) -> None:
    """A path of the repository, an ordinary address and the flag that keeps addresses out are not blamed."""
    assert foreign_lines(line) == []


@pytest.mark.parametrize(
    "cell",
    [{"outputs": [{"output_type": "stream"}], "execution_count": None}, {"outputs": [], "execution_count": 3}],
)
def test_cell_that_has_run_is_seen(cell: dict[str, object]) -> None:
    """An output and a run count each give a cell away; a cell of prose has neither."""
    assert has_run(cell)
    assert not has_run({"cell_type": "markdown", "source": []})


def test_circle_of_folders_is_seen() -> None:
    """Two folders that import each other are found; a chain of modules has its length."""
    one = Source(PurePosixPath("methods/a/x.py"), "from pccstats.methods.b.y import thing")
    other = Source(PurePosixPath("methods/b/y.py"), "import numpy")
    back = Source(PurePosixPath("methods/b/z.py"), "from pccstats.methods.a.x import thing")
    assert list(folder_circles([one, other])) == []
    assert list(folder_circles([one, other, back])) == ["pccstats.methods.a and pccstats.methods.b import each other"]
    chain = ["pccstats.methods.b.z", "pccstats.methods.a.x", "pccstats.methods.b.y"]
    assert deepest_chain(arrows_between([one, other, back])) == chain


def test_circle_of_modules_is_refused() -> None:
    """Modules that import one another are no chain."""
    one = Source(PurePosixPath("terms/x.py"), "from pccstats.terms.y import thing")
    other = Source(PurePosixPath("terms/y.py"), "from pccstats.terms.x import thing")
    with pytest.raises(AssertionError, match="circle"):
        deepest_chain(arrows_between([one, other]))
