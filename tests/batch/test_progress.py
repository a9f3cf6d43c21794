"""What is seen while a pack is made."""

import io
from pathlib import Path

from rich.console import Console

from pccstats.batch.jobs import Job
from pccstats.batch.kernel import Ending, Outcome
from pccstats.batch.terminal import Bars, shown

JOB = Job(Path("dashboard.ipynb"), "dashboard", "The dashboard", "Dashboard", 1, 8, {"quarter": "2015/16-Q1"})


def test_a_log_gets_one_line_an_event() -> None:
    """Where nobody watches, each beginning and end is a line, with time, warnings and reason."""
    text = io.StringIO()
    with shown(Console(file=text, width=200)) as progress:
        progress.say("checking [the] data")
        progress.starts(JOB)
        progress.reaches(JOB, 3)
        progress.ends(JOB, Outcome(Ending.FAILED, "Too few months.", warning_count=2), 1.25)
    assert text.getvalue().splitlines() == [
        "checking [the] data",
        "running dashboard",
        "failed dashboard (1.2 s, 2 with warnings): Too few months.",
    ]


def test_a_terminal_gets_bars_that_follow() -> None:
    """Where somebody watches, a bar for each notebook shows the cell it has reached, and how it ended."""
    text = io.StringIO()
    with shown(Console(file=text, force_terminal=True, width=120)) as progress:
        assert isinstance(progress, Bars)
        progress.starts(JOB)
        progress.reaches(JOB, 3)
        glimpse = io.StringIO()
        Console(file=glimpse, width=120).print(progress.drawn.get_renderable())
        assert "3/9" in glimpse.getvalue()
        assert "running" in glimpse.getvalue()
        progress.ends(JOB, Outcome(Ending.FAILED, "Too few [months]."), 2.0)
    assert "failed: Too few [months]." in text.getvalue()
