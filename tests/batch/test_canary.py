"""A number that occurs nowhere else is put in place of each withheld figure, and looked for in all that is published.

The numbers are large, so that none of their forms occurs by chance. Each way of withholding, and each way a figure was
once read in spite of it, is a case.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest

from pccstats import sources
from pccstats.terms.words import Audience

FIRST, STEP = 7_310_117, 104_729  # both prime: sums and differences of few of them are all different
RESIDENTS = (1_017_697, 1_025_300, 1_033_300, 1_043_400)  # of the force: the census, mid-2012, mid-2013, mid-2014
INTERNAL = 'release = "internal"\nrelease_note = "Until July."\n'
EMBARGOED = 'no_figure = "embargoed"\nreason = "Until July."\n'
FIGURES = "published_figures.csv"
ROUTES = {  # what is withheld: its key, what the plan says of it, and whether its rows say so
    "R1a targets": ("13.offences", INTERNAL, False),
    "R1b embargoed by the plan": ("14A.offences", EMBARGOED, False),
    "R1c embargoed rows": ("14B.offences", "", True),
    "R1d findings under another name": ("2.offending", INTERNAL, False),
    "R1h all crime": ("11.offences", INTERNAL, False),
    "embargoed and for internal use": ("17.missing_storm", INTERNAL, True),
}
Withheld = Callable[..., tuple[Path, list[int]]]


@pytest.fixture
def withheld(root: Path, tmp_path: Path) -> Withheld:
    """The shipped data with some measures withheld, each of their figures a number of its own."""

    def make(*routes: str) -> tuple[Path, list[int]]:
        raw = tmp_path / "data" / "raw"
        shutil.copytree(root / "data" / "raw", raw)
        plan = (raw / "plan.toml").read_text("utf-8")
        figures = pd.read_csv(raw / FIGURES, dtype=str, keep_default_na=False)
        numbers: list[int] = []
        for route in routes:
            key, said, is_by_row = ROUTES[route]
            assert plan.count(f'key = "{key}"\n') == 1
            plan = plan.replace(f'key = "{key}"\n', f'key = "{key}"\n{said}')
            own = figures.index[figures["indicator"].eq(key)]
            assert len(own)
            for row in own:
                numbers.append(FIRST + STEP * len(numbers))
                figures.loc[row, ["numerator", "denominator"]] = [str(numbers[-1]), ""]
                figures.loc[row, "note"] = f"Was {numbers[-1]:,}."
            if is_by_row:
                figures.loc[own, "status"] = "embargoed"
        (raw / "plan.toml").write_text(plan, "utf-8")
        figures.to_csv(raw / FIGURES, index=False, lineterminator="\n")
        return raw.parent, numbers

    return make


def forms(numbers: list[int]) -> set[str]:
    """The numbers as they may be written: whole, parted, rounded, as differences of two, per 1,000 people."""
    told = [*numbers, *(later - earlier for earlier, later in combinations(numbers, 2))]
    rounded = {round(number, -places) for number in numbers for places in (1, 2, 3)}
    written = {str(number) for number in (*told, *rounded)} | {f"{number:,}" for number in (*told, *rounded)}
    return written | {f"{1000 * number / people:,.1f}" for number in numbers for people in RESIDENTS}


def texts(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a folder, those in workbooks and documents unpacked, tables of figures as text."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        yield path.name, path.read_bytes()
        if path.suffix in (".xlsx", ".docx"):
            with zipfile.ZipFile(path) as packed:
                yield from ((f"{path.name}/{name}", packed.read(name)) for name in packed.namelist())
        if path.suffix == ".parquet":
            table = pd.read_parquet(path)
            yield f"{path.name} as text", table.to_csv(float_format="%.0f").encode("utf-8")


def leaks(folder: Path, numbers: list[int]) -> list[tuple[str, str]]:
    """Where a form of a withheld number stands."""
    wanted = [form.encode("ascii") for form in forms(numbers)]
    return [(name, form.decode()) for name, content in texts(folder) for form in wanted if form in content]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.slow
def test_nothing_withheld_is_in_what_notebooks_are_given(withheld: Withheld, tmp_path: Path, route: str) -> None:
    """The folder that notebooks of a public pack read holds no form of a withheld number; that of the data does."""
    data, numbers = withheld(route)
    sources.build_data(data)
    sources.write_released(sources.read_observations(data), Audience.PUBLIC, data, tmp_path / "given")
    assert leaks(data, numbers)
    assert leaks(tmp_path / "given", numbers) == []


@pytest.mark.parametrize("route", ["R1b embargoed by the plan", "R1c embargoed rows"])
@pytest.mark.slow
def test_nothing_embargoed_is_given_to_anybody(withheld: Withheld, tmp_path: Path, route: str) -> None:
    """Nor does that of an internal pack hold what is embargoed."""
    data, numbers = withheld(route)
    sources.build_data(data)
    sources.write_released(sources.read_observations(data), Audience.INTERNAL, data, tmp_path / "given")
    assert leaks(tmp_path / "given", numbers) == []


@pytest.mark.slow
def test_nothing_withheld_is_in_a_public_pack(withheld: Withheld, tmp_path: Path) -> None:
    """Every byte of every file of a public pack, whatever is withheld at once, and of what its run said."""
    data, numbers = withheld(*ROUTES)
    command = [sys.executable, "-m", "pccstats", "report", "2015/16-Q1", "--audience", "public", "--docx"]
    places = ["--data", str(data), "--out", str(tmp_path / "outputs")]
    made = subprocess.run([*command, *places], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    (tmp_path / "outputs" / "log.txt").write_text(made.stdout + made.stderr, "utf-8")
    assert leaks(tmp_path / "outputs", numbers) == []
