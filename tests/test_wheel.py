"""The package as people get it: a wheel, installed in an environment of its own, far from the repository."""

import os
import shutil
import site
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.batch.test_new_force import rolling_years

pytestmark = pytest.mark.slow

LARGEST_WHEEL = 1_500_000  # bytes
Answer = Callable[..., str]


def of_the_repository(root: Path, *folders: str) -> list[str]:
    """The files that git keeps, or would keep, by their names; the test is skipped where this is no checkout."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *folders]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout, so nobody can tell what belongs to it")
    return [name for name in listed.stdout.split("\0") if name and (root / name).is_file()]


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from what git keeps: nothing that was made in somebody's folders gets into it."""
    place = tmp_path_factory.mktemp("wheel")
    for name in of_the_repository(root):
        (place / "repository" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, place / "repository" / name)
    made = place / "repository" / "examples" / "leicestershire-2022" / "processed"
    made.mkdir()
    (made / "observations.parquet").write_bytes(b"made, and not shipped")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(place)]
    subprocess.run(build, cwd=place / "repository", check=True, capture_output=True)
    (built,) = place.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """Run a program of an environment in which the wheel is installed, beside the libraries of this one."""
    place = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place / "env")], check=True)
    programs = place / "env" / ("Scripts" if os.name == "nt" else "bin")
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--no-index", "--no-compile", str(wheel)], check=True, capture_output=True)
    # A .pth line names our libraries; those of a .pth among them, such as the repository's own, are not followed.
    (packages,) = (place / "env").glob("[Ll]ib/**/site-packages")
    (packages / "libraries.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    # PYTHONPATH would lead back to the repository. Some libraries keep files beside, not in, their folder.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment |= {"JUPYTER_PATH": str(Path(sys.prefix, "share", "jupyter")), "BROWSER": "false"}

    def run(*words: str) -> str:
        done = subprocess.run(
            [str(programs / words[0]), *words[1:]],
            cwd=place,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert str(place) in run("python", "-c", "import pccstats; print(pccstats.__file__)")
    return run


def test_it_holds_what_a_pack_needs_and_is_small(root: Path, wheel: Path) -> None:
    """Notebooks, data and examples are in the wheel, byte for byte and no more than git keeps: about a megabyte."""
    held = zipfile.ZipFile(wheel)
    shipped = {name: held.read(name) for name in held.namelist() if name.startswith("pccstats/shipped/")}
    kept = of_the_repository(root, "notebooks", "data/raw", "examples")
    assert shipped == {f"pccstats/shipped/{name}": (root / name).read_bytes() for name in kept}
    assert wheel.stat().st_size < LARGEST_WHEEL


def test_the_first_pack_is_the_shipped_one(installed: Answer, shipped_pack: Path, tmp_path: Path) -> None:
    """`pccstats demo` makes, from the wheel alone, the pages, figures and charts that the repository makes."""
    said = installed("pccstats", "demo", str(tmp_path / "demo"), "--no-open")
    pack = tmp_path / "demo" / "outputs" / "2015-16-Q1"
    assert f"The pack: {pack / 'index.html'}" in said
    made, shipped = (
        {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
        for folder in (pack, shipped_pack)
    )
    assert set(made) == set(shipped)
    same_everywhere = {name for name in made if name.suffix in (".csv", ".txt", ".svg", ".png")}
    assert Path("dashboard.csv") in same_everywhere
    assert [name for name in same_everywhere if made[name].read_bytes() != shipped[name].read_bytes()] == []


def test_a_force_of_ones_own(installed: Answer, tmp_path: Path) -> None:
    """`new --force` drafts a plan from an official file, and `report` makes its pack."""
    file = rolling_years(tmp_path / "years.csv")
    said = installed("pccstats", "new", str(tmp_path / "kent"), "--force", "Kent", "--from", str(file))
    assert f"pccstats report 2016/17-Q1 --data {tmp_path / 'kent'}" in said
    report = ("report", "2016/17-Q1", "--data", str(tmp_path / "kent"), "--out", str(tmp_path / "packs"))
    installed("python", "-m", "pccstats", *report)
    page = tmp_path / "packs" / "2016-17-Q1" / "index.html"
    assert "Kent" in page.read_text(encoding="utf-8")


def test_an_example_is_read(installed: Answer) -> None:
    """`pcc.example` reads the figures that come with the wheel."""
    code = "import pccstats as pcc; print(len(pcc.example('leicestershire-2022').frame))"
    assert int(installed("python", "-c", code)) > 5_000
